"""The notebooks as text: which there are, and the code in them."""

import re
from pathlib import Path

from evidence.kit.paths import NOTEBOOKS

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
OPTIONS = re.compile(r"\A(?:---\n.*?^---\n|(?::[^\n]*\n)+)", re.MULTILINE | re.DOTALL)


def sources() -> dict[str, Path]:
    """Return every notebook's source by its name, in alphabetical order."""
    found = filter(_is_source, NOTEBOOKS.glob("*/*.md"))
    return {path.stem: path for path in sorted(found, key=lambda path: path.stem)}


def _is_source(path: Path) -> bool:
    """Return whether a file begins with jupytext's header: somebody's notes beside it do not."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        return [next(lines, ""), next(lines, "")] == ["---\n", "jupytext:\n"]


def code(path: Path) -> str:
    """Return the code cells of a notebook's source, one after the other."""
    bodies = (cell["body"] for cell in CELL.finditer(path.read_text(encoding="utf-8")))
    return "\n".join(OPTIONS.sub("", body) for body in bodies)
