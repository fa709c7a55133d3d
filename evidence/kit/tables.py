"""Tables in sections that can be folded, verdicts and outcomes as badges, counts and exponents."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from types import MappingProxyType

from evidence.kit.verdicts import Verdict
from evidence.statistics import Outcome

Part = str | Verdict | Outcome
Cell = Part | tuple[Part, ...]

STYLES = {
    Outcome.BETTER: Verdict.REPRODUCED.value,
    Outcome.TIE: Verdict.UNDECIDED.value,
    Outcome.WORSE: Verdict.CONTRADICTED.value,
}
"""Outcomes have words of their own and the colours of the verdicts."""


@dataclass(frozen=True)
class Section:
    """Rows that belong together.

    Attributes:
        title: what they have in common.
        rows: each as many cells as the table has heads.
        note: what stands beside the title.
        folded: whether the rows are hidden until the title is opened.
    """

    title: str
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    folded: bool = False


class SectionTable:
    """Sections of rows under common heads: HTML in a notebook, text in a terminal.

    Args:
        heads: titles of the columns; the first names what the rows are.
        sections: each becomes a table that can be folded.
        grid: whether rows and columns are to be compared: then it stays a table on a phone too.
        brief: whether all sections but the first are folded.
        joined: whether the sections follow each other in one table, their titles as rows in it.
    """

    def __init__(
        self,
        heads: Sequence[str],
        sections: Iterable[Section],
        grid: bool = False,
        brief: bool = False,
        joined: bool = False,
    ) -> None:
        self.heads = tuple(heads)
        self.sections = tuple(
            replace(section, folded=True) if brief and number else section
            for number, section in enumerate(sections)
        )
        self.style = "grid" if grid else "labelled"
        self.joined = joined

    def __repr__(self) -> str:
        lines = [" | ".join(self.heads)]
        for section in self.sections:
            lines.append(f"{section.title} {section.note}".strip())
            lines += (" | ".join(text(cell) for cell in row) for row in section.rows)
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        if self.joined:
            body = "".join(self._titled(section) for section in self.sections)
            return self._table(body) if body else ""
        return "".join(self._section(section) for section in self.sections)

    def _titled(self, section: Section) -> str:
        head = f"<b>{escape(section.title)}</b> {escape(section.note)}"
        span = f'<tr class="section"><td colspan="{len(self.heads)}">{head}</td></tr>'
        return span + "".join(self._row(row) for row in section.rows)

    def _table(self, body: str) -> str:
        head = "".join(f"<th>{escape(title)}</th>" for title in self.heads)
        return (
            f'<div class="table-scroll"><table class="rows {self.style}">'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def _section(self, section: Section) -> str:
        body = "".join(self._row(row) for row in section.rows)
        opened = "" if section.folded else " open"
        return (
            f'<details class="rows"{opened}><summary><b>{escape(section.title)}</b> '
            f"{escape(section.note)}</summary>{self._table(body)}</details>"
        )

    def _row(self, row: Sequence[Cell]) -> str:
        labelled = zip(self.heads, row, strict=True)
        return "<tr>{}</tr>".format(
            "".join(f'<td data-label="{escape(head)}">{_html(c)}</td>' for head, c in labelled)
        )


def counted(
    found: Iterable[Verdict | Outcome], words: Mapping[Outcome, str] = MappingProxyType({})
) -> str:
    """Return how often each verdict or outcome occurs, such as ``3 × reproduced, 1 × undecided``.

    Args:
        found: all of them.
        words: what outcomes are called here, where that is not better, tie and worse.
    """
    ended = Counter(found)
    kinds = (kind for kind in (*Verdict, *Outcome) if ended[kind])
    return ", ".join(f"{ended[kind]} × {words.get(kind) or _words(kind)}" for kind in kinds)


def superscript(exponent: int | str) -> str:
    """Return a whole number as an exponent is written."""
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def literal(text: str) -> str:
    """Return text from data as Markdown that shows it as it is: no markup, no HTML, one line."""
    return re.sub(r"([\\`*_\[\]<>$~&])", r"\\\1", " ".join(text.split()))


def _parts(cell: Cell) -> tuple[Part, ...]:
    return cell if isinstance(cell, tuple) else (cell,)


def text(cell: Cell) -> str:
    """Return an entry of a table as plain text."""
    return " ".join(_words(part) for part in _parts(cell))


def _words(part: Part) -> str:
    if isinstance(part, Verdict):
        return part.words
    return part.value if isinstance(part, Outcome) else part


def _html(cell: Cell) -> str:
    return " ".join(_badge(part) for part in _parts(cell))


def _badge(part: Part) -> str:
    if isinstance(part, str):
        return escape(part).replace("± ", "±&nbsp;")
    style = STYLES[part] if isinstance(part, Outcome) else part.value
    return f'<span class="verdict {style}">{_words(part)}</span>'
