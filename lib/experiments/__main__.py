"""Command line: ``python -m lib.experiments run|reproduce|list``."""

import argparse
import sys

from lib.experiments.reproduce import differences
from lib.experiments.runner import (
    EXPERIMENTS,
    PAPER_RECORDS,
    PROFILES,
    collect,
    fill,
    reproduced_store,
    units,
)
from lib.records import Store


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m lib.experiments", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, text in (
        ("run", "compute the records that are missing"),
        ("reproduce", "recompute the paper profile apart and report differences"),
        ("list", "name every unit of work and say whether its record exists"),
    ):
        sub = commands.add_parser(command, help=text)
        sub.add_argument("names", nargs="*", metavar="EXPERIMENT")
        sub.add_argument("--jobs", type=int, default=2)
        if command == "run":
            sub.add_argument("--profile", choices=PROFILES, default="paper")
    given = parser.parse_args(arguments)
    names = given.names or EXPERIMENTS

    if given.command == "run":
        for name in names:
            collect(name, given.profile, jobs=given.jobs)
        return 0
    if given.command == "list":
        committed = Store(PAPER_RECORDS)
        for name in names:
            for unit in units(name, "paper"):
                state = "recorded" if committed.path(unit).exists() else "missing "
                print(f"{state}  {name}/{unit.config.label}")
        return 0

    worst = 0
    for name in names:
        wanted = units(name, "paper")
        fill(reproduced_store(), wanted, given.jobs)
        for line, beyond in differences(name, wanted, Store(PAPER_RECORDS), reproduced_store()):
            print(line)
            worst |= beyond
    return int(worst)


if __name__ == "__main__":
    sys.exit(main())
