"""Which tests a change can move: those that read a changed file, as far as their text tells.

A test file reads what it imports, also in the programs that it holds as text, the experiments that
it names with their records, and the paths that it writes as ``ROOT / "folder" / "file"``. Where it
goes through the whole tree, any change moves it; where it goes through all experiments, their code
and records do.
"""

import ast
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from evidence.kit import dependencies, paths
from evidence.kit.paths import DATA, ROOT
from evidence.kit.registry import FILES

WIDE = frozenset(
    [
        "FILES",
        "REFERENCE",
        "crate",
        "dependencies",
        "ledger",
        "load",
        "manifest",
        "notebook",
        "pages",
        "sources",
        "statements",
    ]
)
"""What a test imports to go through all pages, claims or files."""

EXPERIMENTS = frozenset(["EXPERIMENTS", "registry"])
"""What a test imports to go through all experiments."""

DEMONSTRATIONS = frozenset([ROOT / "tests" / "evidence" / "kit" / "test_notebook.py"])
"""Tests that import what goes through all pages, and give it a page of their own."""

IMPORTED = re.compile(r"^\s*(?:from|import) (?:lib|evidence)\b[\w., ]*", re.MULTILINE)

PLACES = {
    name: value
    for name in ("ROOT", "DATA", "NOTEBOOKS", "RESULTS", "BUILD")
    if isinstance(value := getattr(paths, name), Path)
}


SITE = "_build/html/"


def affected(changed: Iterable[Path], tests: Iterable[Path]) -> list[Path]:
    """Return the test files that a change of these files can move.

    A change of what tests share, of a pin or of a setting moves all of them.
    """
    changed, tests = set(changed), list(tests)
    shared = {path for path in changed if path.parent == ROOT or _is_shared(path)}
    return tests if shared else [test for test in tests if _reads(test, changed)]


def marks(files: Iterable[Path]) -> dict[str, str]:
    """Return the SHA-256 of files by their names below the project's folder."""
    return {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(files)
    }


def changed_pages(before: Mapping[str, str], now: Mapping[str, str]) -> list[str] | None:
    """Return which pages of the site have changed, None where more has that could move them all.

    Args:
        before: marks of the site and its tests when they last passed; empty for never.
        now: those of today.
    """
    changed = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
    if not before or not all(name.startswith(SITE) and name.endswith(".html") for name in changed):
        return None
    return sorted(changed & now.keys())


def _is_shared(path: Path) -> bool:
    return path.is_relative_to(ROOT / "tests") and not path.name.startswith("test_")


def _reads(test: Path, changed: set[Path]) -> bool:
    files, folders = reads(test)
    return bool(files & changed) or any(p.is_relative_to(f) for p in changed for f in folders)


@cache
def reads(test: Path) -> tuple[frozenset[Path], frozenset[Path]]:
    """Return the files that a test file reads, and the folders (or files) that it names."""
    tree = ast.parse(test.read_bytes())
    programs = "\n".join(dict.fromkeys(_programs(tree)))
    beside = [test.with_name(f"{name}.py") for name in _modules(tree)]
    own = [test, *(path for path in beside if path.exists())]
    code = dependencies.closure(own) | dependencies.of(programs)
    named = dict(_named(tree))
    if test in DEMONSTRATIONS:
        named.pop(os.fspath(ROOT), None)
    elif _imported(tree) & WIDE:
        named = {"": ROOT}
    elif _imported(tree) & EXPERIMENTS:
        code |= dependencies.closure(FILES.values())
        named["data"] = DATA
    return code | frozenset(dependencies.data(code)), frozenset(named.values())


def _programs(tree: ast.AST) -> Iterator[str]:
    """Yield the import statements in a test's strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for line in IMPORTED.findall(node.value):
                yield line.strip().rstrip(".,")


def _modules(tree: ast.AST) -> set[str]:
    nodes = [*ast.walk(tree)]
    plain = {alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names}
    return plain | {n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module}


def _imported(tree: ast.AST) -> set[str]:
    imports = (n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom))
    return {alias.name.rpartition(".")[2] for node in imports for alias in node.names}


def _named(tree: ast.AST) -> Iterator[tuple[str, Path]]:
    """Yield every path below one of the project's folders, as far as it is written out."""
    inner = {id(n.left) for n in ast.walk(tree) if _is_step(n)}
    for node in ast.walk(tree):
        if id(node) in inner or not (_is_step(node) or isinstance(node, ast.Name)):
            continue
        parts = []
        while _is_step(node):
            parts.append(node.right.value if isinstance(node.right, ast.Constant) else None)
            node = node.left
        if isinstance(node, ast.Name) and node.id in PLACES:
            known = [*reversed(parts), None]
            path = PLACES[node.id].joinpath(*known[: known.index(None)])
            yield os.fspath(path), path


def _is_step(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
