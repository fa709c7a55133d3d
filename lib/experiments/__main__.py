"""Command line: ``python -m lib.experiments run|reproduce|list [EXPERIMENT ...]``."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from lib import datasets
from lib.experiments.backends import BACKENDS, LOKY
from lib.experiments.reproduce import differences
from lib.experiments.runner import EXPERIMENTS, PROFILES, REPRODUCED, fill, store, units
from lib.records import Store, Unit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m lib.experiments", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, text in (
        ("run", "compute the records that are missing"),
        ("reproduce", "recompute the paper profile apart and report differences"),
        ("list", "name every unit of work and say whether its record exists"),
    ):
        sub = commands.add_parser(command, help=text)
        sub.add_argument("names", nargs="*", metavar="EXPERIMENT", help="default: all of them")
        sub.add_argument("--jobs", type=int, default=2, help="processes side by side")
        sub.add_argument("--backend", choices=BACKENDS, default=LOKY, help="where they run")
        sub.add_argument("--scheduler", help="address of a Dask scheduler; default: a local one")
        sub.add_argument("--profile", choices=PROFILES, default="paper")
    given = parser.parse_args(arguments)
    action = {"run": _run, "reproduce": _reproduce, "list": _list}[given.command]
    try:
        return max(action(name, given) for name in given.names or EXPERIMENTS)
    except (ValueError, OSError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _where(given: argparse.Namespace) -> dict[str, Any]:
    return {"jobs": given.jobs, "backend": given.backend, "scheduler": given.scheduler}


def _run(name: str, given: argparse.Namespace) -> int:
    fill(store(given.profile), units(name, given.profile), **_where(given))
    return 0


def _list(name: str, given: argparse.Namespace) -> int:
    for unit in units(name, given.profile):
        state = "recorded" if store(given.profile).path(unit).exists() else "missing "
        print(f"{state}  {name}/{unit.config.label}")
    return 0


def _reproduce(name: str, given: argparse.Namespace) -> int:
    repeated = Store(REPRODUCED)
    wanted = [unit for unit in units(name, "paper") if _reachable(unit)]
    fill(repeated, wanted, **_where(given))
    differs = False
    for line, beyond in differences(name, wanted, store("paper"), repeated):
        print(line)
        differs |= beyond
    return int(differs)


def _reachable(unit: Unit) -> bool:
    """Return whether the unit's data can be had; otherwise say what is left out and why."""
    try:
        for dataset in unit.data:
            datasets.load(dataset, seed=0)
    except datasets.DatasetUnavailable as error:
        print(f"{unit.experiment}/{unit.config.label}: left out. {error}")
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
