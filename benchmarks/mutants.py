"""Draw faults by a seed, plant one at a time in a copy of the code, and see whether tests notice.

``python benchmarks/mutants.py --count 150 --seed 0`` runs, for each mutant, the test files that
import its folder, those nearest to its module first, until one fails. What is known already stays
in `_build/mutants.jsonl`, so that a run that was ended goes on where it was. Mutants that change
nothing that anybody could observe are listed with the reason in `equivalent_mutants.yml`.

The score is the share of killed ones among those killed and those that survived. A mutant that runs
out of time is reported apart: an endless loop is noticed, a slow test is not a proof.
"""

import argparse
import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parent.parent

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


def tests_of(path: str) -> list[str]:
    """Return the test files that import a module's folder, nearest first."""
    own = path.removesuffix(".py").replace("/", ".")
    (home,) = (name for name in MODULES if Path(path).is_relative_to(name))
    folder = home.removesuffix(".py").replace("/", ".")
    body = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
    names = [node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    near = []
    for test in sorted((ROOT / "tests").rglob("test_*.py")):
        used = imported(test)
        if any(name == folder or name.startswith(f"{folder}.") for name in used):
            text = test.read_text(encoding="utf-8")
            mentions = sum(text.count(name) for name in (own, *names))
            near.append((-mentions, test.stat().st_size, test.relative_to(ROOT).as_posix()))
    return [name for *_, name in sorted(near)]


def copy(into: Path) -> None:
    """Make a tree of which the mutated top folders are copies and the rest are links."""
    tops = {Path(name).parts[0] for name in MODULES}
    for entry in ROOT.iterdir():
        if entry.name in tops:
            shutil.copytree(entry, into / entry.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif entry.name not in ("_build", ".git"):
            (into / entry.name).symlink_to(entry)


def run(tree: Path, tests: list[str], limit: float) -> str:
    """Return whether the tests notice: killed, survived or timed out."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    once = {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(
        command, cwd=tree, env=os.environ | once, start_new_session=True, **quiet
    )
    try:
        return "killed" if process.wait(limit) else "survived"
    except subprocess.TimeoutExpired:
        return "timed out"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


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
    lines = KNOWN.read_text(encoding="utf-8").splitlines() if KNOWN.exists() else []
    known = {entry["key"]: entry["outcome"] for entry in map(json.loads, lines)}
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        copy(tree)
        for mutant in drawn:
            what = tuple(getattr(mutant, name) for name in PLACE)
            if what in reasons:
                outcome = f"equivalent ({reasons[what]})"
            elif (outcome := known.get(mutant.key)) is None:
                target = tree / mutant.file
                whole = target.read_bytes()
                changed = whole[: mutant.begin] + mutant.new.encode() + whole[mutant.end :]
                target.write_bytes(changed)
                outcome = run(tree, tests_of(mutant.file), given.limit)
                target.write_bytes(whole)
                KNOWN.parent.mkdir(exist_ok=True)
                with KNOWN.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"key": mutant.key, "outcome": outcome}) + "\n")
            counts[outcome.partition(" (")[0]] += 1
            print(f"{outcome:10} {mutant.key}", flush=True)
    judged = counts["killed"] + counts["survived"]
    share = f"{counts['killed'] / judged:.1%}" if judged else "none judged"
    print(f"{dict(counts)} of {len(everything)} possible; killed {share}")


if __name__ == "__main__":
    main()
