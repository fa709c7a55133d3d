"""Kill runs and their workers at random moments, and see whether anything is lost.

``python benchmarks/kills.py --count 100`` makes so many kills under each backend, in a copy of the
code with an experiment whose units only wait. By turns one run loses a worker now and then, and has
to end by itself with all records, and the other is killed again and again, and started until all
are there. Reported are records lost, half written or made twice, tracebacks, processes that outlive
the killed one by twenty seconds, and files that nobody owns. It takes about ten minutes.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERIAL, *_ = BACKENDS = ("serial", "loky", "dask")
"""Without a worker, or with two processes of either kind."""

NAME, UNITS, SAID = "kills_waiting", 8, "said"
GRACE = 20.0
"""Seconds after which a process whose caller was killed counts as an orphan."""

EARLY = 0.25
"""How often a kill does not wait for a record, so that it meets processes that are starting."""

EXPERIMENT = f'''"""Units that wait."""

import time
from dataclasses import dataclass

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome


@dataclass(frozen=True)
class Waiting(Config):
    number: int

    labelled = "unit{{number}}"
    reads = ()
    rows = columns(int, "number")


PROFILES = {{"quick": tuple(map(Waiting, range({UNITS}))), "paper": (Waiting(0),)}}


def run(config):
    time.sleep(0.4)
    return Outcome([{{"number": config.number}}])
'''


def copied(root: Path) -> None:
    """Copy what a run needs, and add the experiment."""
    for folder in ("lib", "evidence"):
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, root / folder, ignore=unwanted)
    (root / "data").mkdir()
    shutil.copyfile(ROOT / "requirements.txt", root / "requirements.txt")
    place = root / "evidence" / "pages" / "kills"
    place.mkdir()
    (place / "__init__.py").write_text("")
    (place / "runs_waiting.py").write_text(EXPERIMENT)


def processes(root: Path) -> dict[int, int]:
    """Return the processes that are at work in a folder, each with its parent; not the dead."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if Path(os.readlink(entry / "cwd")) != root:
                continue
            state, parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        if state not in "ZX":
            found[int(entry.name)] = int(parent)
    return found


def is_worker(pid: int) -> bool:
    """Tell a worker from the process in which Python keeps book of semaphores."""
    try:
        return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def start(root: Path, backend: str) -> subprocess.Popen:
    """Start a run of the waiting units on two workers, or one after the other."""
    command = [sys.executable, "-m", "evidence", "run", NAME, "--profile", "quick"]
    command += ["--jobs", "1"] if backend == SERIAL else ["--jobs", "2", "--backend", backend]
    environment = os.environ | {"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
    # Not into a pipe, which an orphan would keep open.
    with (root / SAID).open("w") as said:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": said}
        return subprocess.Popen(command, cwd=root, env=environment, **quiet)


class Attempt:
    """Runs of one command that are killed, until one of them ends with all records."""

    def __init__(self, root: Path, backend: str, draw: random.Random) -> None:
        """Begin with no record at all."""
        self.root, self.backend, self.draw = root, backend, draw
        self.folder = root / "_build" / "records" / "quick" / NAME
        shutil.rmtree(self.folder, ignore_errors=True)
        self.whole: dict[Path, bytes] = {}
        self.found = Counter(kills=0)
        self.early = False

    def records(self) -> list[Path]:
        """Return the records that are there."""
        return sorted(self.folder.glob("unit*.json"))

    def moment(self, run: subprocess.Popen) -> bool:
        """Wait a moment, mostly after a record; return whether the run is still at work."""
        before = len(self.records())
        # A run gives up after three deaths without a record, so that only each other one is early.
        self.early = not self.early and self.draw.random() < EARLY
        if self.early:
            time.sleep(self.draw.uniform(0.0, 3.0))
        else:
            while run.poll() is None and len(self.records()) == before:
                time.sleep(0.02)
            time.sleep(self.draw.uniform(0.0, 0.5))
        self.whole = {path: path.read_bytes() for path in self.records()} | self.whole
        return run.poll() is None

    def kill(self, process: int) -> None:
        """Kill a process that may have ended by itself."""
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.found["kills"] += 1

    def parents(self) -> None:
        """Kill the process that was started, again and again, until all is done."""
        while True:
            run = start(self.root, self.backend)
            if killed := self.moment(run):
                self.kill(run.pid)
            self.end(run, whole=not killed)
            deadline = time.monotonic() + GRACE
            while processes(self.root) and time.monotonic() < deadline:
                time.sleep(0.1)
            self.found["orphans"] += len(processes(self.root))
            if not killed:
                return

    def workers(self) -> None:
        """Kill a worker after one record and another, of a run that must end by itself."""
        run = start(self.root, self.backend)
        while self.moment(run):
            workers = [pid for pid in processes(self.root) if pid != run.pid and is_worker(pid)]
            if workers:
                self.kill(self.draw.choice(workers))
        self.end(run, whole=True)

    def end(self, run: subprocess.Popen, whole: bool) -> None:
        """Count what went wrong in a run that has ended, and was to end with all records or not."""
        run.wait()
        said = (self.root / SAID).read_text()
        wrong = "Traceback" in said
        self.found["tracebacks"] += wrong
        if whole:
            present = self.records()
            numbers = [json.loads(path.read_bytes())["rows"][0]["number"] for path in present]
            lost = sorted(numbers) != list(range(UNITS)) or run.returncode != 0
            self.found["lost"] += lost
            wrong |= lost
            self.found["litter"] += len(list(self.folder.iterdir())) - len(present)
            again = [path for path, old in self.whole.items() if path.read_bytes() != old]
            self.found["done twice"] += len(again)
        if wrong:
            print(said[-3000:], flush=True)


def whole(text: str) -> int:
    """Return a whole number that is not negative, for the command line."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number >= 0, got {text!r}")
    return int(text)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=whole, default=100, help="kills under each backend")
    parser.add_argument("--seed", type=whole, default=0)
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="default: all")
    given = parser.parse_args(arguments)
    for backend in given.backend or BACKENDS:
        draw, total = random.Random(f"{given.seed} {backend}"), Counter()
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve()
            copied(root)
            number = 0
            while total["kills"] < given.count:
                attempt = Attempt(root, backend, draw)
                attempt.workers() if number % 2 and backend != SERIAL else attempt.parents()
                total.update(attempt.found)
                number += 1
                print(backend, number, dict(total), flush=True)


if __name__ == "__main__":
    main()
