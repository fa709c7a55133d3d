"""What code a page or an experiment depends on: what it imports, read from the syntax trees.

Nothing is executed. A name of an experiment in the code stands for its module, for its records are
asked for by name. Imports inside functions count: they run when the page needs them.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from evidence.kit.paths import DATA, ROOT
from evidence.kit.registry import FILES

PACKAGES = ("lib", "evidence")
KIT = ROOT / "evidence" / "kit"

READS = {
    "lib/datasets": ("lib/datasets/*.csv", "lib/datasets/*.toml"),
    "evidence/papers": ("data/papers/*",),
    "evidence/errata": ("data/errata.yml",),
}
"""Data files that the code of a folder reads; records are an experiment's own."""


def of(code: str) -> frozenset[Path]:
    """Return the project's Python files that some code imports, directly or through others."""
    return closure(_named(ast.parse(code)))


def of_experiment(name: str) -> frozenset[Path]:
    """Return the project's Python files behind an experiment, its own included."""
    return closure([FILES[name]])


def closure(files: Iterable[Path]) -> frozenset[Path]:
    """Return `files` with all that they import, directly or through others."""
    found, left = set(), list(files)
    while left:
        path = left.pop()
        if path not in found:
            found.add(path)
            left += imports(path)
    return frozenset(found)


@cache
def imports(path: Path) -> frozenset[Path]:
    """Return the project's files that a Python file imports itself or names as experiments."""
    # The kit names experiments in order to speak of them, not to read their records.
    found = imported(path) if path.is_relative_to(KIT) else _named(ast.parse(path.read_bytes()))
    return frozenset(found - {path})


def imported(path: Path) -> set[Path]:
    """Return the project's files that the import statements of a Python file name.

    A package that imports whatever stands in its folder names all of its files.
    """
    text = path.read_text(encoding="utf-8")
    found = _imported(ast.walk(ast.parse(text)))
    if path.name == "__init__.py" and "iter_modules(__path__)" in text:
        found |= set(path.parent.glob("*.py"))
    return found


def experiments(files: Iterable[Path]) -> list[str]:
    """Return the experiments whose records these Python files can read."""
    files = set(files)
    return [name for name, path in FILES.items() if path in files]


def data(files: Iterable[Path]) -> list[Path]:
    """Return the data files and full-scale records that these Python files read, sorted."""
    files = set(files)
    names = experiments(files)
    found = {p for name in names for p in (DATA / "records" / "paper" / name).glob("*.json")}
    for folder, patterns in READS.items():
        if any(path.is_relative_to(ROOT / folder) for path in files):
            found |= {p for pattern in patterns for p in ROOT.glob(pattern)}
    return sorted(found)


def digest(files: Iterable[Path]) -> str:
    """Return the SHA-256 of the pinned versions and of these files, names and content."""
    total = hashlib.sha256()
    for path in [ROOT / "requirements.txt", *sorted(files)]:
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _named(tree: ast.AST) -> set[Path]:
    nodes = [*ast.walk(tree)]  # once, for it is most of the work
    words = {n.value for n in nodes if isinstance(n, ast.Constant)}
    return _imported(nodes) | {FILES[word] for word in words if word in FILES}


def _imported(nodes: Iterable[ast.AST]) -> set[Path]:
    return {path for name in _modules(nodes) for path in _files(name)}


def _modules(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def _files(module: str) -> frozenset[Path]:
    """Return the file of a module and those of its packages, none where it is no module of ours."""
    parts = module.split(".")
    if parts[0] not in PACKAGES:
        return frozenset()
    places = [ROOT.joinpath(*parts[: end + 1]) for end in range(len(parts))]
    found = (p / "__init__.py" if p.is_dir() else p.with_suffix(".py") for p in places)
    return frozenset(path for path in found if path.exists())
