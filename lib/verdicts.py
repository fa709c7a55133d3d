"""Verdicts: what a paper claims, what was measured, and the word that follows from the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape


class Verdict(Enum):
    """The four words a claim can end with; the value is the style class of its badge."""

    HOLDS = "verdict-holds"
    IN_PART = "verdict-part"
    FAILS = "verdict-fails"
    UNTESTABLE = "verdict-untestable"

    @property
    def words(self) -> str:
        """The verdict as the reader sees it."""
        return {
            Verdict.HOLDS: "holds",
            Verdict.IN_PART: "holds in part",
            Verdict.FAILS: "does not hold",
            Verdict.UNTESTABLE: "cannot be tested",
        }[self]


@dataclass(frozen=True)
class Claim:
    """One claim of a paper beside what was measured.

    Attributes:
        claim: what the paper says, in our words, with its place.
        paper: the paper's own figure, or what it shows.
        ours: what was measured.
        verdict: the word that a function of the records decided.
        why: the sentence that connects the numbers with the verdict.
    """

    claim: str
    paper: str
    ours: str
    verdict: Verdict
    why: str


def decide(*conditions: bool) -> Verdict:
    """Return HOLDS when every condition is true, IN_PART when some are, FAILS when none is."""
    if not conditions:
        return Verdict.UNTESTABLE
    if all(conditions):
        return Verdict.HOLDS
    return Verdict.IN_PART if any(conditions) else Verdict.FAILS


class ClaimTable:
    """Claims as a table: in a notebook it shows itself as HTML, in a terminal as text."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.claims = tuple(claims)

    def __repr__(self) -> str:
        return "\n".join(
            f"{c.claim} | paper: {c.paper} | ours: {c.ours} | {c.verdict.words}: {c.why}"
            for c in self.claims
        )

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{h}</th>" for h in ("Claim", "Paper", "Ours", "Verdict"))
        rows = "".join(
            f"<tr><td>{escape(c.claim)}</td><td>{escape(c.paper)}</td><td>{escape(c.ours)}</td>"
            f'<td><span class="verdict {c.verdict.value}">{c.verdict.words}</span> '
            f"{escape(c.why)}</td></tr>"
            for c in self.claims
        )
        return (
            '<div class="table-scroll"><table class="claims">'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )
