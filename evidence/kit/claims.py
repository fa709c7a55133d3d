"""Claims by id: what the papers say, what a page measured, and the word that :mod:`rule` gives.

``data/claims.yml`` holds every claim as id, place, kind and sentence, and the page that measures
it. A page returns measurements by id; :func:`judge` joins the two. The ids of paper A's claims
begin with A, those of paper B with B; O is a question of this book's own, which stands beside and
counts nowhere.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache, singledispatch
from html import escape
from math import isinf
from pathlib import Path
from typing import Any

import yaml

from evidence.kit import manifest
from evidence.kit.paths import DATA
from evidence.kit.rule import (
    KINDS,
    RUNS,
    Comparisons,
    Identity,
    Limit,
    Measurement,
    Readings,
    Universal,
    Value,
    Values,
    agreement,
    is_kind,
    word,
)
from evidence.kit.verdicts import Verdict
from evidence.statistics import Outcome
from lib.validation import one_of

PATH = DATA / "claims.yml"
PAPERS = ("A", "B")
OWN = "O"
NEEDED = {"id", "kind", "claim"}
KNOWN = NEEDED | {"place", "page", "same_as", "cannot", "beside", "note", "headline"}
ANSWERS = {
    Verdict.REPRODUCED: "yes",
    Verdict.CONTRADICTED: "no",
    Verdict.WEAKER: "in some cases",
    Verdict.PARTLY: "in part",
}
"""What a question of our own is answered; other words are the verdict's."""

LEFT_OUT = "This profile leaves out what it needs."


@dataclass(frozen=True)
class Statement:
    """One claim as it stands in ``data/claims.yml``.

    Attributes:
        id: a stable name; its first letter is the paper, or O for a question of our own.
        kind: one of the five kinds of :mod:`evidence.kit.rule`.
        claim: what is said, in our words and with its quantifier.
        place: where the paper says it.
        page: the page that measures it.
        same_as: the claim that says the same thing and is measured for both.
        cannot: why nothing can decide it.
        beside: of a question of our own, the paper's claim that it stands beside.
        note: what the measurement leaves out.
        headline: its place among the paper's ten headline claims, 0 for none.
    """

    id: str
    kind: str
    claim: str
    place: str = ""
    page: str = ""
    same_as: str = ""
    cannot: str = ""
    beside: str = ""
    note: str = ""
    headline: int = 0

    @property
    def paper(self) -> str:
        """The letter of its paper, O for a question of our own."""
        return self.id[0]


def statements(path: Path = PATH) -> dict[str, Statement]:
    """Return all claims by id, in their order.

    Raises:
        ValueError: an id stands twice, a field is unknown or missing, a kind or partner is wrong,
            or a claim has no way or two to be decided; the sentence names the claim.
    """
    return _statements(path)


@cache
def _statements(path: Path) -> dict[str, Statement]:
    # The loader in C takes a tenth of the time.
    rows = yaml.load(manifest.read(path), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    found = {row.get("id", "a claim without id"): _statement(row) for row in rows}
    for name, count in Counter(row["id"] for row in rows).items():
        if count > 1:
            raise ValueError(f"{name} stands in {path.name} {count} times")
    for one in found.values():
        partner = found.get(one.same_as)
        if one.same_as and (partner is None or not partner.page):
            raise ValueError(f"{one.id} is the same as {one.same_as}, which no page measures")
    return found


def _statement(row: Mapping[str, Any]) -> Statement:
    name = row.get("id", "a claim without id")
    wrong = (row.keys() - KNOWN) | (NEEDED - row.keys())
    if wrong:
        raise ValueError(f"{name}: fields that are unknown or missing: {', '.join(sorted(wrong))}")
    one_of(f"first letter of {name}", name[:1], (*PAPERS, OWN))
    one_of(f"kind of {name}", row["kind"], KINDS)
    ways = [way for way in ("page", "same_as", "cannot") if row.get(way)]
    if len(ways) != 1 or (name[0] in PAPERS and not row.get("place")):
        raise ValueError(f"{name}: needs a place and one of page, same_as, cannot, not {ways}")
    return Statement(**row)


@dataclass(frozen=True)
class Judged:
    """A claim with what a page measured and the word that follows.

    Attributes:
        statement: the claim.
        measured: what was measured, None where the profile leaves out what it needs.
        verdict: the word.
    """

    statement: Statement
    measured: Measurement | None
    verdict: Verdict

    @property
    def id(self) -> str:
        """The claim's id."""
        return self.statement.id

    @property
    def anchor(self) -> str:
        """The id of the claim's row on its page."""
        return f"claim-{self.id}"

    @property
    def words(self) -> str:
        """The word as the reader sees it; a question of our own is answered, not reproduced."""
        if not self.is_own:
            return self.verdict.words
        if self.statement.kind == "value" and self.verdict in (Verdict.WEAKER, Verdict.STRONGER):
            return Verdict.DIRECTION.words
        return ANSWERS.get(self.verdict, self.verdict.words)

    @property
    def is_own(self) -> bool:
        """Whether it is a question of our own."""
        return self.statement.paper == OWN

    @property
    def found(self) -> str:
        """The fraction or the effect with its interval; always shown beside the word."""
        return shown(self.measured) if self.measured else LEFT_OUT

    @property
    def detail(self) -> str:
        """What was measured and how, in a clause."""
        return _told(self.measured) if self.measured else ""

    def published(self) -> dict[str, Any]:
        """Return what the ledger and machines read."""
        said = self.statement
        return {
            "id": said.id,
            "kind": said.kind,
            "claim": said.claim,
            "verdict": self.verdict.name,
            "words": self.words,
            "found": self.found,
            "detail": self.detail,
            "anchor": self.anchor,
            "numbers": numbers(self.measured) if self.measured else {},
        }


def judge(measured: Mapping[str, Measurement | None], path: Path = PATH) -> list[Judged]:
    """Return the claims of a page with their words, in the order of the measurements.

    Args:
        measured: by the claim's id, None where the profile leaves out what it needs.
        path: where the claims stand.

    Raises:
        ValueError: an id is unknown, or a measurement is not of the claim's kind.
    """
    known = statements(path)
    found = []
    for name, one in measured.items():
        said = known[one_of("claim", name, known)]
        if one is not None and not is_kind(one, said.kind):
            raise ValueError(
                f"{name} is of kind {said.kind}, which is measured by {KINDS[said.kind].__name__}, "
                f"got {type(one).__name__}"
            )
        found.append(Judged(said, one, Verdict.UNDECIDED if one is None else word(one)))
    return found


def _told(measured: Measurement) -> str:
    if isinstance(measured, Universal):
        return measured.drawn
    if isinstance(measured, Readings) and not measured.detail:
        return "; ".join(f"{name}: {_told(one)}" for name, one in measured.of.items())
    return measured.detail


@singledispatch
def shown(measured: Measurement) -> str:
    """Return the fraction or effect of a measurement as the reader sees it."""
    raise TypeError(f"no measurement: {type(measured).__name__}")


@shown.register
def _(measured: Values) -> str:
    if len(measured.cases) > 3:
        ended = Counter(agreement(value) for value in measured.cases.values())
        words = ", ".join(f"{ended[v]} {_SHORT[v]}" for v in _SHORT if ended[v])
        return f"of {len(measured.cases)}: {words}"
    named = len(measured.cases) > 1
    return "; ".join(
        (f"{name}: " if named else "") + _number(value, measured.unit)
        for name, value in measured.cases.items()
    )


_ONE = {
    Outcome.BETTER: "as claimed, beyond chance",
    Outcome.TIE: "not told apart",
    Outcome.WORSE: "the other way, beyond chance",
}

_SHORT = {
    Verdict.REPRODUCED: "reproduced",
    Verdict.WEAKER: "weaker",
    Verdict.STRONGER: "stronger",
    Verdict.CONTRADICTED: "contradicted",
    Verdict.UNDECIDED: "undecided",
}


def _number(value: Value, unit: str) -> str:
    printed = value.printed
    if isinstance(printed, tuple):
        low, high = map(_figure, printed)
        theirs = f"{low} to {high}"
        theirs = f"at least {low}" if isinf(printed[1]) else theirs
        theirs = f"at most {high}" if isinf(printed[0]) else theirs
    else:
        theirs = _figure(printed)
    unit = f" {unit}" if unit else ""
    ends = value.own or value.chance
    chance = "" if ends is None or ends[0] == ends[1] else f" [{ends[0]:.3g}, {ends[1]:.3g}]"
    ours = "diverged" if isinf(value.ours) else f"{_figure(value.ours)}{chance}{unit}"
    return f"{ours}, printed {theirs}{unit}"


def _figure(value: float) -> str:
    """Return a number in four digits, a large one in whole units, which a count needs."""
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e9 else f"{value:.4g}"


@shown.register
def _(measured: Comparisons) -> str:
    ended = Counter(case.outcome for case in measured.cases.values())
    if len(measured.cases) == 1:
        return _ONE[next(iter(ended))]
    return (
        f"as claimed in {ended[Outcome.BETTER]} of {len(measured.cases)} cases, "
        f"not told apart in {ended[Outcome.TIE]}, the other way in {ended[Outcome.WORSE]}"
    )


@shown.register
def _(measured: Universal) -> str:
    worst = f", {measured.worst}" if measured.worst else ""
    found = f"violated in {measured.violated:,} of {measured.cases:,}{worst}"
    if measured.repaired:
        again = measured.repaired
        found += (
            f"; repaired ({measured.repair}): violated in {again.violated:,} of {again.cases:,}"
        )
    return found if measured.reaches else found + "; the cases do not reach what is claimed"


@shown.register
def _(measured: Identity) -> str:
    found = f"largest gap {measured.gap:.2g} over {measured.cases:,}"
    if measured.repaired:
        found += f"; repaired ({measured.repair}): {measured.repaired.gap:.2g}"
    return found


@shown.register
def _(measured: Limit) -> str:
    cut = measured.runs - measured.reached - measured.left
    found = f"{measured.reached} of {measured.runs} runs reached it ({measured.threshold})"
    found += f", {measured.left} cannot or left again" if measured.left else ""
    found += f", {cut} ended before" if cut else ""
    if measured.can:
        return found + "; the sentence asks for one"
    few = measured.runs < RUNS and not measured.left
    return found + (f"; the rule asks for {RUNS} runs" if few else "")


@shown.register
def _(measured: Readings) -> str:
    return "; ".join(
        f"{name}: {shown(one)} ({word(one).words})" for name, one in measured.of.items()
    )


def numbers(measured: Measurement) -> dict[str, Any]:
    """Return what of a measurement is a number, by name, for machines and for references."""
    if isinstance(measured, Readings):
        return {name: numbers(one) for name, one in measured.of.items()}
    if isinstance(measured, Values):
        return {name: asdict(value) for name, value in measured.cases.items()}
    if isinstance(measured, Comparisons):
        ended = Counter(case.outcome for case in measured.cases.values())
        return {o.value: ended[o] for o in Outcome} | {"cases": len(measured.cases)}
    fields = asdict(measured)
    kept = {key: value for key, value in fields.items() if isinstance(value, int | float)}
    again = getattr(measured, "repaired", None)
    return kept | ({"repaired": numbers(again)} if again else {})


def badge(claim: Judged) -> str:
    """Return a claim's word as the reader sees it."""
    return f'<span class="verdict {claim.verdict.value}">{escape(claim.words)}</span>'


class ClaimTable:
    """Judged claims as a table: in a notebook it shows itself as HTML, in a terminal as text.

    The questions of our own stand below the papers' claims and are marked as ours.
    """

    def __init__(self, claims: Iterable[Judged]) -> None:
        self.claims = sorted(claims, key=lambda claim: claim.is_own)

    def __repr__(self) -> str:
        return "\n".join(f"{c.id} | {c.words} | {c.found}" for c in self.claims)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{h}</th>" for h in ("Claim", "Verdict", "What was found"))
        rows = "".join(
            f'<tr id="{escape(c.anchor)}"><td>{escape(c.statement.claim)}<small>{escape(_place(c))}'
            f"</small></td><td>{badge(c)}</td>"
            f"<td>{escape(c.found)}<small>{escape(c.detail)}</small>"
            f"<small>{escape(c.statement.note)}</small></td></tr>"
            for c in self.claims
        )
        return (
            '<div class="table-scroll"><table class="claims">'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )


def _place(claim: Judged) -> str:
    said = claim.statement
    return f"{said.id}: {said.place}" if not claim.is_own else "our own question, not counted"
