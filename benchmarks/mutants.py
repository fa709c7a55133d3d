"""Draw faults by a seed, plant one at a time in a copy of the code, and see whether tests notice.

``python benchmarks/mutants.py --count 150 --seed 0`` runs, for each mutant, the test files that
mirror its folder, and of the others those that name it most, until one fails. Whatever failed must
pass in the end, when nothing is planted. What is known already stays in `_build/mutants.jsonl`, so
that a run that was ended goes on where it was. Mutants that change nothing that anybody could
observe are listed with the reason in `equivalent_mutants.yml`.

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
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent

FORKED = multiprocessing.get_context("forkserver")
"""Tests begin in a fork of a process that has imported the slow packages, and nothing of ours."""

SLOW = ["torch", "pandas", "scipy.stats", "scipy.optimize", "sklearn.linear_model", "joblib"]

MODULES = (
    "lib/alm",
    "lib/penalties",
    "lib/models",
    "lib/training",
    "evidence/statistics",
    "evidence/kit/records.py",
    "lib/verify.py",
)
"""What is mutated: folders and files, of which all have tests that import them."""

HOMES = ("lib", "evidence")
"""Where the tests stand that need no built site."""

OTHERS = 3
"""How many test files that stand elsewhere are run."""

KNOWN = ROOT / "_build" / "mutants.jsonl"
PLACE = ("file", "source", "column", "old", "new")
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.yml")

PAIRS = """Lt:LtE,GtE LtE:Lt,Gt Gt:GtE,LtE GtE:Gt,Lt Eq:NotEq NotEq:Eq Is:IsNot IsNot:Is In:NotIn
NotIn:In Add:Sub Sub:Add Mult:Div Div:Mult FloorDiv:Mult Mod:Mult Pow:Mult BitAnd:BitOr BitOr:BitAnd
And:Or Or:And"""
OTHER = {
    getattr(ast, old): [getattr(ast, new) for new in news.split(",")]
    for old, news in (pair.split(":") for pair in PAIRS.split())
}

UNSWAPPED = {"add", "multiply", "maximum", "minimum", "max", "min", "vdot", "isinstance", "getattr"}

SKIPPED = (ast.Raise, ast.JoinedStr, ast.Import, ast.ImportFrom, ast.Assert)
"""Sentences of errors are for tests that name them; nothing is computed in them."""


class Mutant(NamedTuple):
    """One changed expression: where it is, what it was, what it is now, the line it stands in."""

    file: str
    line: int
    column: int
    old: str
    new: str
    source: str
    begin: int
    end: int

    @property
    def key(self) -> str:
        """What the mutant is called in the report and in the file of what is known."""
        return f"{self.file}:{self.line}:{self.column}: {self.old} -> {self.new}"


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what an expression could be mistaken for."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=rest):
            for other in OTHER.get(type(op), ()):
                yield ast.Compare(left, [other()], rest)
        case ast.BinOp(left=left, op=op, right=right):
            for other in OTHER.get(type(op), ()):
                yield ast.BinOp(left, other(), right)
        case ast.AugAssign(target=target, op=op, value=value):
            for other in OTHER.get(type(op), ()):
                yield ast.AugAssign(target, other(), value)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(OTHER[type(op)][0](), values)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.If(test=test) | ast.While(test=test):
            if not isinstance(test, ast.Compare | ast.UnaryOp):
                yield ast.UnaryOp(ast.Not(), test)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(value=float(value)):
            yield ast.Constant(2.0 * value if value else 1.0)
        case ast.Call(func=func, args=[first, second, *rest], keywords=keywords):
            name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            if name not in UNSWAPPED and ast.dump(first) != ast.dump(second):
                yield ast.Call(func, [second, first, *rest], keywords)


def expressions(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every node that computes something, without annotations, decorators and messages."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_ignores", "bases"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, SKIPPED):
                yield child
                yield from expressions(child)


def mutants(path: Path) -> list[Mutant]:
    """Return all mutants of a module."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    starts = np.cumsum([0, *(len(line.encode()) for line in lines)])
    found = []
    for node in expressions(ast.parse(text)):
        for new in variants(node):
            # The condition of a statement stands for the statement, whose body stays as it is.
            place = node.test if isinstance(node, ast.If | ast.While) else node
            begin = int(starts[place.lineno - 1] + place.col_offset)
            end = int(starts[place.end_lineno - 1] + place.end_col_offset)
            old, new = ast.unparse(place), ast.unparse(new)
            if not isinstance(node, ast.AugAssign):
                new = f"({new})"
            name = path.relative_to(ROOT).as_posix()
            source = lines[place.lineno - 1].strip()
            found.append(Mutant(name, place.lineno, place.col_offset, old, new, source, begin, end))
    return found


def modules() -> list[Path]:
    """Return the files of `MODULES` that hold more than imports."""
    given = [ROOT / name for name in MODULES]
    files = [f for path in given for f in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
    return [path for path in files if path.name != "__init__.py"]


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
    """Return the test files that mirror a module's folder, then the `OTHERS` that name it most.

    Within both, those come first that most often name what the module defines.
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
    others = [entry for entry in sorted(found) if entry[0] and entry[1]][:OTHERS]
    return [place for *_, place in [e for e in sorted(found) if not e[0]] + others]


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
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    with open("log", "w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    # File by file, for collecting all of them takes longer than most mutants live.
    for test in tests:
        if status := pytest.main(["-x", "-q", "-p", "no:cacheprovider", test]):
            sys.exit(int(status))


def _end_with(parent: int) -> None:
    """End this process and those it started soon after the one that asked for it."""
    while os.getppid() == parent:
        time.sleep(0.5)
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


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--count", type=int, default=150, help="how many mutants to draw")
    add("--seed", type=int, default=0, help="of the draw")
    add("--limit", type=float, default=600, help="seconds for the tests of one")
    add("--only", default="", help="a part of a path: draw from these modules")
    given = parser.parse_args()
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
