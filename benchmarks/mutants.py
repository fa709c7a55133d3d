"""Draw faults by a seed, plant one at a time in a copy of the code, and see whether tests notice.

``python benchmarks/mutants.py --count 150 --seed 0`` runs, for each mutant, the test files that
are nearest to its module, until one fails. Whatever failed must pass in the end, when nothing is
planted. What is known already stays in `_build/mutants.jsonl`, so that a run that was ended goes on
where it was. Mutants that change nothing that anybody could observe are listed with the reason in
`equivalent_mutants.yml`.

The score is the share of killed ones among those killed and those that survived. A mutant that runs
out of time is reported apart: an endless loop is noticed, a slow test is not a proof.
"""

import argparse
import ast
import json
import multiprocessing
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from planted import MODULES, Mutant, modules, mutants

ROOT = Path(__file__).resolve().parent.parent

FORKED = multiprocessing.get_context("forkserver")
"""Tests begin in a fork of a process that has imported the slow packages, and nothing of ours."""

SLOW = ["torch", "pandas", "scipy.stats", "scipy.optimize", "sklearn.linear_model", "joblib"]

HOMES = ("lib", "evidence")
"""Where the tests stand that need no built site."""

FILES = 4
"""How many test files are run."""

KNOWN = ROOT / "_build" / "mutants.jsonl"
PLACE = ("file", "source", "column", "old", "new")
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.yml")


@cache
def imported(path: Path) -> set[str]:
    """Return what a test file imports, as dotted names."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def near(path: str) -> list[str]:
    """Return `FILES` test files: first those that mirror the module's folder, then its importers.

    Of both, those come first that most often name what the module defines.
    """
    own = path.removesuffix(".py").replace("/", ".")
    (home,) = (name for name in MODULES if Path(path).is_relative_to(name))
    folder = home.removesuffix(".py").replace("/", ".")
    body = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
    names = [node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    word = re.compile(rf"\b(?:{'|'.join(map(re.escape, [own, *names]))})\b")
    mirror = re.compile(f"tests/{home.removesuffix('.py')}/|tests/{_test_of(home)}")
    found = []
    for test in sorted(f for base in HOMES for f in (ROOT / "tests" / base).rglob("test_*.py")):
        used, place = imported(test), test.relative_to(ROOT).as_posix()
        if any(name == folder or name.startswith(f"{folder}.") for name in used):
            mentions = len(word.findall(test.read_text(encoding="utf-8")))
            found.append((not mirror.match(place), -mentions, place))
    return [place for *_, place in sorted(found)][:FILES]


def _test_of(path: str) -> str:
    """Return where the tests of a single module stand."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/test_{name}"


def copy(into: Path) -> None:
    """Make a tree of which the mutated top folders are copies and the rest are links."""
    tops = {Path(name).parts[0] for name in MODULES}
    for entry in ROOT.iterdir():
        if entry.name in tops:
            shutil.copytree(entry, into / entry.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif entry.name not in ("_build", ".git"):
            (into / entry.name).symlink_to(entry)


def _tested(tree: Path, tests: list[str]) -> None:
    """Run tests in a process of their own, which ends with the status of the first that fails."""
    os.setsid()
    os.chdir(tree)
    threading.Thread(target=_end_with_caller, daemon=True).start()
    with open("log", "w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    # File by file, for collecting all of them takes longer than most mutants live.
    for test in tests:
        if status := pytest.main(["-x", "-q", "-p", "no:cacheprovider", test]):
            sys.exit(int(status))


def _end_with_caller() -> None:
    """End this process and those it started with the one that asked for it."""
    multiprocessing.parent_process().join()
    os.killpg(0, signal.SIGKILL)


def run(tree: Path, tests: list[str], limit: float | None) -> tuple[str, str]:
    """Return whether the tests notice (killed, survived or timed out), and which test does."""
    process = FORKED.Process(target=_tested, args=(tree, tests))
    process.start()
    process.join(limit)
    if process.exitcode is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.join()
        return "timed out", ""
    if not process.exitcode:
        return "survived", ""
    said = (tree / "log").read_text(encoding="utf-8", errors="replace")
    return "killed", "".join(re.findall(r"^(?:FAILED|ERROR) (\S+)", said, re.MULTILINE)[:1])


def tried(tree: Path, mutant: Mutant, limit: float) -> tuple[str, str]:
    """Return what `run` does of a tree with a mutant in it, and note it in `KNOWN`."""
    target = tree / mutant.file
    whole = target.read_bytes()
    target.write_bytes(whole[: mutant.begin] + mutant.new.encode() + whole[mutant.end :])
    outcome, test = run(tree, near(mutant.file), limit)
    target.write_bytes(whole)
    KNOWN.parent.mkdir(exist_ok=True)
    entry = {"key": mutant.key, "outcome": outcome, "test": test}
    with KNOWN.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")
    return outcome, test


def read_known() -> dict[str, tuple[str, str]]:
    """Return the outcome and the test of every mutant that was tried before."""
    lines = KNOWN.read_text(encoding="utf-8").splitlines() if KNOWN.exists() else []
    return {entry["key"]: (entry["outcome"], entry["test"]) for entry in map(json.loads, lines)}


def failing(tree: Path, tests: Iterable[str]) -> list[str]:
    """Return which of these tests fail although nothing is planted in the tree."""
    left, found = sorted(set(tests)), []
    while left and (test := run(tree, left, None)[1]):
        found.append(test)
        left.remove(test)
    return found


def whole(text: str) -> int:
    """Return a whole number that is not negative, for the command line."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number >= 0, got {text!r}")
    return int(text)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--count", type=whole, default=150, help="how many mutants to draw")
    add("--seed", type=whole, default=0, help="of the draw")
    add("--limit", type=whole, default=600, help="seconds for the tests of one")
    add("--only", default="", help="a part of a path: draw from these modules")
    given = parser.parse_args(arguments)
    everything = [m for path in modules() if given.only in path.as_posix() for m in mutants(path)]
    order = np.random.default_rng(given.seed).permutation(len(everything))
    drawn = [everything[k] for k in order[: given.count]]
    listed = yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8")) or []
    reasons = {tuple(e[k] for k in PLACE): e["reason"] for e in listed}
    known = read_known()
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        copy(tree)
        os.environ |= {"PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"}
        FORKED.set_forkserver_preload(SLOW)
        proofs = []
        for mutant in drawn:
            what = tuple(getattr(mutant, name) for name in PLACE)
            if what in reasons:
                outcome = f"equivalent ({reasons[what]})"
            else:
                if mutant.key not in known:
                    known[mutant.key] = tried(tree, mutant, given.limit)
                outcome, test = known[mutant.key]
                proofs += [test] if outcome == "killed" else []
            counts[outcome.partition(" (")[0]] += 1
            print(f"{outcome:10} {mutant.key}", flush=True)
        doubtful = failing(tree, proofs)
    judged = counts["killed"] + counts["survived"]
    share = f"{counts['killed'] / judged:.1%}" if judged else "none judged"
    print(f"{dict(counts)} of {len(everything)} possible; killed {share}")
    if doubtful:
        sys.exit(f"proves nothing, for it fails without a mutant, too: {', '.join(doubtful)}")


if __name__ == "__main__":
    main()
