"""Kill runs and their workers at random moments, and see whether anything is lost.

``python benchmarks/kills.py --count 100`` makes so many kills under each backend, every other one
of the process that was started, the others of one of its workers, in a copy of the code with an
experiment whose units only wait. After each kill the same command is started again and has to end
with all records. Reported are records lost, half written or made twice, tracebacks, processes that
outlive the killed one by twenty seconds, and files that nobody owns.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BACKENDS = ("loky", "dask")
NAME, UNITS = "kills_waiting", 6
GRACE = 20.0
"""Seconds after which a process whose caller was killed counts as an orphan."""

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
    """Start a run of the waiting units on two workers."""
    command = [sys.executable, "-m", "evidence", "run", NAME, "--profile", "quick", "--jobs", "2"]
    environment = os.environ | {"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [*command, "--backend", backend],
        cwd=root,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def attempt(root: Path, backend: str, draw: random.Random, parent: bool) -> Counter[str]:
    """Make one kill, let the command finish what is left, and count what went wrong."""
    records = root / "_build" / "records" / "quick" / NAME
    shutil.rmtree(records, ignore_errors=True)
    run, found = start(root, backend), Counter(kills=0)
    while run.poll() is None and not list(records.glob("unit*.json")):
        time.sleep(0.02)
    time.sleep(draw.uniform(0.0, 0.8))
    workers = [pid for pid in processes(root) if pid != run.pid and is_worker(pid)]
    victim = run.pid if parent or not workers else draw.choice(workers)
    whole = {path: path.read_bytes() for path in records.glob("unit*.json")}
    if run.poll() is None:
        os.kill(victim, signal.SIGKILL)
        found["kills"] += 1
    said = run.communicate()[1]
    found["tracebacks"] += _traceback(said)
    if victim == run.pid:
        deadline = time.monotonic() + GRACE
        while processes(root) and time.monotonic() < deadline:
            time.sleep(0.1)
        found["orphans"] += len(processes(root))
    else:
        found["worker's death ended the run"] += run.returncode != 0
    again = start(root, backend)
    said = again.communicate()[1]
    found["tracebacks"] += _traceback(said)
    present = sorted(records.glob("unit*.json"))
    numbers = [json.loads(path.read_bytes())["rows"][0]["number"] for path in present]
    found["lost"] += sorted(numbers) != list(range(UNITS)) or again.returncode != 0
    found["done twice"] += sum(path.read_bytes() != old for path, old in whole.items())
    found["litter"] += len(list(records.iterdir())) - len(present)
    return found


def _traceback(said: str) -> bool:
    found = "Traceback" in said
    if found:
        print(said[-3000:], flush=True)
    return found


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100, help="kills under each backend")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="default: both")
    given = parser.parse_args()
    for backend in given.backend or BACKENDS:
        draw, total = random.Random(f"{given.seed} {backend}"), Counter()
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve()
            copied(root)
            number = 0
            while total["kills"] < given.count:
                total.update(attempt(root, backend, draw, parent=number % 2 == 0))
                number += 1
                print(backend, number, dict(total), flush=True)


if __name__ == "__main__":
    main()
