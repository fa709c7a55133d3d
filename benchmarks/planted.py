"""The faults of `benchmarks/mutants.py`: each changes one expression of a module."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

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
