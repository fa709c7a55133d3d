"""Command line: ``python -m evidence run|reproduce|list|execute|reference|manifest``.

``execute NAME --output FILE -p profile quick -p KEY VALUE`` runs one notebook, ``reference NAME``
records its reference values; ``manifest`` lists the checksums of the committed data anew, after a
deliberate change; the other three take names of experiments.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evidence.kit import manifest
from evidence.kit.backends import BACKENDS, LOKY, checked
from evidence.kit.paths import BUILD, RESULTS
from evidence.kit.records import Store, Unit
from evidence.kit.registry import EXPERIMENTS, PROFILES, units
from evidence.kit.reproduce import differences
from evidence.kit.runner import REPRODUCED, fill, store
from lib.datasets import DatasetUnavailable
from lib.validation import one_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the process's exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m evidence",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for command, action, text in (
        ("run", _run, "compute the records that are missing"),
        ("reproduce", _reproduce, "recompute the paper profile apart and report differences"),
        ("list", _list, "name every unit of work and say whether its record exists"),
    ):
        sub = commands.add_parser(command, help=text)
        sub.set_defaults(action=lambda given, action=action: _each(action, given))
        sub.add_argument("names", nargs="*", metavar="EXPERIMENT", help="default: all of them")
        sub.add_argument("--jobs", type=int, default=2, help="processes side by side")
        sub.add_argument("--backend", choices=BACKENDS, default=LOKY, help="where they run")
        sub.add_argument("--scheduler", help="address of a Dask scheduler; default: a local one")
        sub.add_argument("--profile", choices=PROFILES, default="paper")
    sub = commands.add_parser("execute", help="execute one notebook")
    sub.set_defaults(action=_execute)
    sub.add_argument("name", metavar="NOTEBOOK")
    sub.add_argument("--output", type=Path, help="default: _build/own/NOTEBOOK.ipynb")
    sub.add_argument("-p", "--parameter", nargs=2, action="append", default=[])
    sub = commands.add_parser("reference", help="record a notebook's new reference values")
    sub.set_defaults(action=_reference)
    sub.add_argument("name", metavar="NOTEBOOK")
    sub.add_argument("--profile", choices=PROFILES, help="default: all of them")
    sub = commands.add_parser("manifest", help="list the checksums of the committed data anew")
    sub.set_defaults(action=_manifest)
    given = parser.parse_args(arguments)
    try:
        return given.action(given)
    except (ValueError, OSError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _each(action: Any, given: argparse.Namespace) -> int:
    # All is checked before the first experiment, which may take hours.
    for name in given.names:
        one_of("experiment", name, EXPERIMENTS)
    checked(**_where(given))
    return max(action(name, given) for name in given.names or EXPERIMENTS)


def _where(given: argparse.Namespace) -> dict[str, Any]:
    return {"jobs": given.jobs, "backend": given.backend, "scheduler": given.scheduler}


def _run(name: str, given: argparse.Namespace) -> int:
    fill(store(name, given.profile), units(name, given.profile), **_where(given))
    return 0


def _list(name: str, given: argparse.Namespace) -> int:
    for unit in units(name, given.profile):
        state = "recorded" if store(name, given.profile).path(unit).exists() else "missing "
        print(f"{state}  {unit.name}")
    return 0


def _reproduce(name: str, given: argparse.Namespace) -> int:
    repeated = Store(REPRODUCED)
    wanted = [unit for unit in units(name, "paper") if _reachable(unit)]
    fill(repeated, wanted, **_where(given))
    differs = False
    for line, beyond in differences(name, wanted, store(name, "paper"), repeated):
        print(line)
        differs |= beyond
    return int(differs)


def _reachable(unit: Unit) -> bool:
    """Return whether the unit's data can be had; otherwise say what is left out and why."""
    try:
        unit.config.look_for_data()
    except (DatasetUnavailable, ImportError) as error:
        print(f"{unit.name}: left out. {error}")
        return False
    return True


def _execute(given: argparse.Namespace) -> int:
    from papermill import PapermillExecutionError

    from evidence.kit.notebook import execute, value

    output = given.output or BUILD / "own" / f"{given.name}.ipynb"
    if output.is_dir():
        raise ValueError(f"--output must be a file, and {output} is a folder")
    if output.absolute().is_relative_to(RESULTS):
        raise ValueError(
            f"{RESULTS} belongs to make book, which would take {output.name} for its own"
        )
    try:
        execute(given.name, output, **{key: value(word) for key, word in given.parameter})
    except PapermillExecutionError as error:
        # A traceback through the notebook's cells helps nobody who gave a wrong parameter.
        own = {key for key, _ in given.parameter} - {"profile"}
        if error.ename not in ("ValueError", "TypeError") and not own:
            raise
        kind = "" if error.ename == "ValueError" else f"{error.ename}: "
        print(f"error: {given.name}: {kind}{' '.join(error.evalue.split())}", file=sys.stderr)
        return 2
    return 0


def _reference(given: argparse.Namespace) -> int:
    from evidence.kit.notebook import write_reference

    write_reference(given.name, [given.profile] if given.profile else PROFILES)
    return 0


def _manifest(given: argparse.Namespace) -> int:
    print(*manifest.renew() or ["nothing has changed"], sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
