"""Command line: ``python -m evidence run|reproduce|list|execute|reference|manifest``.

``execute NAME --output FILE -p profile quick -p KEY VALUE`` runs one notebook, ``reference NAME``
records its reference values; ``manifest`` lists the checksums of the committed data anew, after a
deliberate change; the other three take names of experiments, or of single units as `list` prints
them, in which a ``*`` stands for anything: ``alm_tournament/*-t500-500-r100-trial3``. With
``-p FIELD VALUE``, ``run`` and ``list`` are about the records that ``execute`` with it looks for.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from tqdm import tqdm

from evidence.kit import changes, manifest
from evidence.kit.backends import BACKENDS, LOKY, checked
from evidence.kit.paths import BUILD, RESULTS
from evidence.kit.records import Store, Unit
from evidence.kit.registry import EXPERIMENTS, PROFILES, units
from evidence.kit.reproduce import differences
from evidence.kit.runner import fill, progress_of, reproduced, store
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
        sub.set_defaults(action=action)
        sub.add_argument(
            "names", nargs="*", metavar="EXPERIMENT[/UNIT]", help="default: all of them"
        )
        sub.add_argument("--jobs", type=int, default=2, help="processes side by side")
        sub.add_argument("--backend", choices=BACKENDS, default=LOKY, help="where they run")
        sub.add_argument("--scheduler", help="address of a Dask scheduler; default: a local one")
        sub.add_argument("--profile", choices=PROFILES, default="paper")
        sub.set_defaults(parameter=[])
        if action is not _reproduce:
            _take_parameters(sub)
    sub = commands.add_parser("execute", help="execute one notebook")
    sub.set_defaults(action=_execute)
    sub.add_argument("name", metavar="NOTEBOOK")
    sub.add_argument("--output", type=Path, help="default: _build/own/NOTEBOOK.ipynb")
    _take_parameters(sub)
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


def _take_parameters(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-p",
        "--parameter",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        help="of the notebook, or a field of the experiments",
    )


def _wanted(given: argparse.Namespace, profile: str) -> tuple[dict[str, list[Unit]], set[str]]:
    """Return the units that were named by experiment, and the experiments with fields that are set.

    Everything that was given is checked.
    """
    checked(given.jobs, given.backend, given.scheduler)
    named = [name.partition("/") for name in given.names or EXPERIMENTS]
    experiments = [one_of("experiment", name, EXPERIMENTS) for name, *_ in named]
    change = changes.assigned(experiments, dict(given.parameter))
    found: dict[str, list[Unit]] = {}
    for experiment, _, wanted in named:
        every = units(experiment, profile, changes.of(change, experiment))
        some = [unit for unit in every if fnmatchcase(unit.config.label, wanted or "*")]
        if not some:
            raise ValueError(
                f"no unit of {experiment} is called {wanted!r}; "
                f"python -m evidence list {experiment} --profile {profile} names them"
            )
        kept = found.setdefault(experiment, [])
        kept.extend(unit for unit in some if unit not in kept)
    return found, {path[0] for path in change}


def _asked(given: argparse.Namespace) -> tuple[dict[str, list[Unit]], dict[str, Store]]:
    """Return the units that were named, and where a notebook looks for their records."""
    wanted, own = _wanted(given, given.profile)
    return wanted, {name: store(name, given.profile, custom=name in own) for name in wanted}


def _fill(
    given: argparse.Namespace, wanted: Mapping[str, list[Unit]], kept: Mapping[str, Store]
) -> Iterator[str]:
    """Yield the name of each experiment as soon as its records are there."""
    pairs = ((kept[name], unit) for name, some in wanted.items() for unit in some)
    missing = [unit for records, unit in pairs if records.load(unit) is None]
    with progress_of(missing, given.jobs) as progress:
        for name, some in wanted.items():
            fill(kept[name], some, given.jobs, given.backend, given.scheduler, progress)
            yield name


def _run(given: argparse.Namespace) -> int:
    for _ in _fill(given, *_asked(given)):
        pass
    return 0


def _list(given: argparse.Namespace) -> int:
    wanted, kept = _asked(given)
    for name, some in wanted.items():
        for unit in some:
            there = kept[name].path(unit).exists()
            print(f"{'recorded' if there else 'missing '}  {unit.name}")
    return 0


def _reproduce(given: argparse.Namespace) -> int:
    wanted, _ = _wanted(given, "paper")
    wanted = {name: [*filter(_reachable, some)] for name, some in wanted.items()}
    kept, differs = {name: reproduced(name) for name in wanted}, False
    for name in _fill(given, wanted, kept):
        for line, beyond in differences(name, wanted[name], store(name, "paper"), kept[name]):
            tqdm.write(line)
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
        parameters = {key: value(word) for key, word in given.parameter}
        execute(given.name, output, told=sys.stderr, **parameters)
    except PapermillExecutionError as error:
        # A traceback through the notebook's cells helps nobody who gave a wrong parameter.
        own = {key for key, _ in given.parameter} - {"profile"}
        if error.ename not in ("ValueError", "TypeError") and not own:
            raise
        kind = "" if error.ename == "ValueError" else f"{error.ename}: "
        print(f"error: {given.name}: {kind}{' '.join(error.evalue.split())}", file=sys.stderr)
        return 2
    print(f"{given.name} is executed in {output}")
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
