"""Verdicts: what a paper claims, what was measured, and the word that follows from the numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from html import escape


class Verdict(Enum):
    """The words a claim can end with; the value is the style class of its badge."""

    REPRODUCED = "verdict-reproduced"
    WEAKER = "verdict-weaker"
    STRONGER = "verdict-stronger"
    REPAIRED = "verdict-repaired"
    CONTRADICTED = "verdict-contradicted"
    UNDECIDED = "verdict-undecided"
    HOLDS = "verdict-holds"
    IN_PART = "verdict-part"
    FAILS = "verdict-fails"
    UNTESTABLE = "verdict-untestable"

    @property
    def words(self) -> str:
        """The verdict as the reader sees it."""
        return {
            Verdict.REPRODUCED: "reproduced",
            Verdict.WEAKER: "weaker than printed",
            Verdict.STRONGER: "stronger than printed",
            Verdict.REPAIRED: "true after repair",
            Verdict.CONTRADICTED: "contradicted",
            Verdict.UNDECIDED: "undecided",
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

    @property
    def anchor(self) -> str:
        """The id of the claim's row on its page, which changes with its text alone."""
        return f"claim-{sha256(self.claim.encode()).hexdigest()[:8]}"


def decide(*conditions: bool) -> Verdict:
    """Return HOLDS when every condition is true, IN_PART when some are, FAILS when none is."""
    if not conditions:
        return Verdict.UNTESTABLE
    if all(conditions):
        return Verdict.HOLDS
    return Verdict.IN_PART if any(conditions) else Verdict.FAILS


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """Return one verdict for several; those that cannot be tested do not count."""
    tested = [verdict for verdict in verdicts if verdict is not Verdict.UNTESTABLE]
    return decide(
        *(verdict is Verdict.HOLDS for verdict in tested),
        *(verdict is not Verdict.FAILS for verdict in tested),
    )


class ClaimTable:
    """Claims as a table: in a notebook it shows itself as HTML, in a terminal as text."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.claims = tuple(claims)

    def __repr__(self) -> str:
        if any(hasattr(claim, "found") for claim in self.claims):
            return "\n".join(f"{c.id} | {c.verdict.words} | {c.found}" for c in self.claims)
        return "\n".join(
            f"{c.claim} | paper: {c.paper} | ours: {c.ours} | {c.verdict.words}: {c.why}"
            for c in self.claims
        )

    def _repr_html_(self) -> str:
        if any(hasattr(claim, "found") for claim in self.claims):
            from evidence.kit.claims import JudgedTable

            return JudgedTable(self.claims)._repr_html_()
        head = "".join(f"<th>{h}</th>" for h in ("Claim", "Paper", "Ours", "Verdict"))
        rows = "".join(
            f'<tr id="{c.anchor}"><td>{escape(c.claim)}</td><td>{escape(c.paper)}</td>'
            f"<td>{escape(c.ours)}</td>"
            f'<td><span class="verdict {c.verdict.value}">{c.verdict.words}</span> '
            f"{escape(c.why)}</td></tr>"
            for c in self.claims
        )
        return (
            '<div class="table-scroll"><table class="claims">'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )
