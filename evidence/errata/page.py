"""The errata as tables for a page of the book, their checks run when it is built."""

import re
from collections import Counter
from collections.abc import Mapping

from IPython.display import Markdown

from evidence.errata.entries import KINDS, SURE, Entry, entries
from evidence.errata.registry import CHECKS, Check

READ = "read, not computed"


def run(paper: str) -> dict[str, Check]:
    """Return what the checks of one paper's entries find, by the entries' names.

    Raises:
        AssertionError: a check does not find what its entry says.
    """
    found = {e.id: CHECKS[e.id]() for e in entries() if e.paper == paper and not e.read}
    refuted = [name for name, check in found.items() if not check.wrong]
    if refuted:  # raised, for PYTHONOPTIMIZE takes assertions away
        names = ", ".join(refuted)
        raise AssertionError(f"what is printed is not wrong by the checks of {names}")
    return found


def table(paper: str, kind: str, found: Mapping[str, Check]) -> Markdown:
    """Return the entries of one paper and kind as a table.

    Args:
        paper: A or B.
        kind: one of ``KINDS``.
        found: what the checks found.
    """
    own = [entry for entry in entries() if (entry.paper, entry.kind) == (paper, kind)]
    lines = [
        ":::{list-table}",
        ":header-rows: 1",
        ":class: stacked errata",
        ":widths: 16 22 24 28 10",
        "",
        *_row("Place", "Printed", "Right", "Found by the check", "How sure"),
    ]
    for entry in own:
        place = f'<a id="{entry.id}"></a>{_capital(entry.place)}'
        lines += _row(
            place,
            _capital(entry.printed),
            _capital(entry.right),
            _found(entry, found.get(entry.id)),
            f"{entry.sure}, [more]({entry.shown}.ipynb)" if entry.shown else entry.sure,
        )
    return Markdown("\n".join([*lines, ":::"]))


def _row(*cells: str) -> list[str]:
    return [("* - " if number == 0 else "  - ") + cell for number, cell in enumerate(cells)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _found(entry: Entry, check: Check | None) -> str:
    if entry.read or check is None:
        return f"*{READ}*"
    return f"As printed: {_plain(check.printed)}. Found: {_plain(check.found)}."


def _plain(text: str) -> str:
    """Return text in which Markdown finds nothing to format."""
    return re.sub(r"([\\`*_<\[\]{}$])", r"\\\1", text)


def key_numbers(paper: str, found: Mapping[str, Check]) -> dict[str, float]:
    """Return how many entries there are, by kind and by how sure, and how many are computed."""
    own = [entry for entry in entries() if entry.paper == paper]
    kinds, sure = Counter(e.kind for e in own), Counter(e.sure for e in own)
    return {
        "entries": len(own),
        "computed": len(found),
        "read": sum(entry.read for entry in own),
        **{kind.replace(" ", "_"): kinds[kind] for kind in KINDS if kinds[kind]},
        **{degree: sure[degree] for degree in SURE},
    }
