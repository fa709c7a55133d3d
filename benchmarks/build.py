"""Where the time of `make book` and `make test` goes, by task, in a clone of this checkout.

Three times are told: from cold, after a change to one page, and with nothing to do. CPU seconds are
those of all processes, so that they can be compared on a machine that has other work.

    python benchmarks/build.py book
    python benchmarks/build.py test --repeats 5
"""

import argparse
import ctypes
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np

from evidence.kit.paths import ROOT

PAGE = Path("evidence", "pages", "alm_fig1", "figure.py")
DONE = re.compile(r"^ok  (\S+) \((\d+) s\)$", re.MULTILINE)
BUILT = ("_build", "book/results")
LONGEST = 15
"""So many tasks are named."""

SUBREAPER = 36  # of prctl(2): orphans, as the processes of notebooks are, become children of ours


def main() -> None:
    """Measure the command that was named and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("book", "test"))
    parser.add_argument("--repeats", type=int, default=1)
    given = parser.parse_args()
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    found = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
        (clone / ".venv").symlink_to((ROOT / ".venv").resolve())
        for _ in range(given.repeats):
            for name, prepare in (("cold", cold), ("one page", change), ("nothing", _leave)):
                prepare(clone)
                found[name].append(measured(clone, given.command))
                print(f"{name}: {_told(found[name][-1:])}", file=sys.stderr, flush=True)
    for name, runs in found.items():
        print(f"\nmake {given.command}, {name}: {_told(runs)}")
        for task, seconds in longest([tasks for *_, tasks in runs]):
            print(f"  {seconds:6.0f} s  {task}")


def cold(clone: Path) -> None:
    """Remove what was built, and what is known of it."""
    for name in BUILT:
        shutil.rmtree(clone / name, ignore_errors=True)
    for path in clone.glob(".doit.db*"):
        path.unlink()


def change(clone: Path) -> None:
    """Add a line to what draws a page's figures."""
    with (clone / PAGE).open("a", encoding="utf-8") as page:
        page.write("\n\n# One more line.\n")


def _leave(clone: Path) -> None:
    """Change nothing."""


def measured(clone: Path, command: str) -> tuple[float, float, dict[str, int]]:
    """Return wall and CPU seconds of a command, and the wall seconds of its tasks."""
    doit = [sys.executable, "-m", "doit", "-n", "2", "-P", "thread", command]
    kept = {k: v for k, v in os.environ.items() if k != "CI"}
    environment = kept | {"PYTHONPATH": str(clone), "PROFILE": "paper"}
    cpu, wall = _spent(), time.perf_counter()
    done = subprocess.run(doit, cwd=clone, env=environment, stdout=subprocess.PIPE, text=True)
    wall = time.perf_counter() - wall
    if done.returncode:
        sys.exit(f"{done.stdout}\nmake {command} failed")
    return wall, _spent() - cpu, {task: int(s) for task, s in DONE.findall(done.stdout)}


def _spent() -> float:
    """Return the CPU seconds of all processes below this one, once they have ended."""
    try:
        while True:
            os.wait()
    except ChildProcessError:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def longest(runs: list[dict[str, int]]) -> list[tuple[str, float]]:
    """Return the tasks that take longest, by the median over runs, and what all others take."""
    names = dict.fromkeys(name for run in runs for name in run)
    medians = {name: float(np.median([run.get(name, 0) for run in runs])) for name in names}
    order = sorted(medians.items(), key=lambda item: -item[1])
    rest = sum(seconds for _, seconds in order[LONGEST:])
    return order[:LONGEST] + ([("the others", rest)] if order[LONGEST:] else [])


def _told(runs: list[tuple[float, float, dict[str, int]]]) -> str:
    def spread(of: Callable[[tuple], float]) -> str:
        values = [of(run) for run in runs]
        return f"{np.median(values):.0f} [{min(values):.0f}, {max(values):.0f}] s"

    return f"{spread(lambda run: run[0])} on the clock, {spread(lambda run: run[1])} of CPU"


if __name__ == "__main__":
    main()
