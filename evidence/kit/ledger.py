"""The claim ledger: every claim of both papers, and which claims of which pages decide it.

``data/claims.yml`` holds the papers' claims in our words and points at the book's own claims by a
phrase of their text. No verdict stands there: it is looked up in what the executed notebooks have
published, and several are combined by :func:`evidence.kit.verdicts.together`.
"""

import ast
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat import NotebookNode

from evidence.kit import manifest
from evidence.kit.claims import OWN, Statement, statements
from evidence.kit.paths import DATA
from evidence.kit.rule import KINDS as FIVE
from evidence.kit.verdicts import Verdict, together
from lib.validation import one_of

PATH = DATA / "claims.yml"
PAPERS = ("A", "B")
KINDS = (*FIVE, "quantitative", "theoretical", "comparative", "descriptive")
FIELDS = {"id", "paper", "place", "claim", "kind"}
SOURCES = ("decided_by", "beside")
SAYINGS = {*SOURCES, "same_as", "note", "cannot", "open"}

# Per notebook its claims: the fields of evidence.kit.verdicts.Claim, the verdict as its name.
Published = Mapping[str, Sequence[Mapping[str, str]]]


@dataclass(frozen=True)
class Source:
    """Claims of a page that decide an entry of the ledger.

    Attributes:
        page: the notebook's name.
        claim: a phrase that occurs in the text of these claims and of no other on the page.
        of: how many claims of the page hold it.
    """

    page: str
    claim: str
    of: int = 1


@dataclass(frozen=True)
class Entry:
    """One claim of a paper.

    Attributes:
        id: a stable name; its first letter is the paper.
        paper: ``A`` or ``B``.
        place: where the paper says it.
        claim: what it says, in our words.
        kind: quantitative, theoretical, comparative or descriptive.
        decided_by: the claims that decide it.
        beside: claims asked in addition, without a part in the verdict.
        same_as: the entry that states the same thing and is decided for both.
        cannot: why nothing can decide it.
        open: how it could be decided, where nobody has asked yet.
        note: what a decision leaves out.
    """

    id: str
    paper: str
    place: str
    claim: str
    kind: str
    decided_by: tuple[Source, ...] = ()
    beside: tuple[Source, ...] = ()
    same_as: str = ""
    cannot: str = ""
    open: str = ""
    note: str = ""
    page: str = ""


@dataclass(frozen=True)
class Row:
    """An entry with what was found.

    Attributes:
        entry: the claim of the paper.
        verdict: the word for it; None where nobody has asked yet.
        claims: the deciding claims as published, each with its page under ``page``.
        beside: those asked in addition.
        missing: sentences about sources that the published claims do not have.
    """

    entry: Entry
    verdict: Verdict | None
    claims: tuple[Mapping[str, str], ...]
    beside: tuple[Mapping[str, str], ...]
    missing: tuple[str, ...]


def entries(path: Path = PATH) -> list[Entry]:
    """Return the ledger's entries in their order.

    Raises:
        ValueError: an entry has an unknown field, is decided in no way or in two, or its id, paper,
            kind or partner is wrong; the sentence names it.
    """
    given = yaml.safe_load(manifest.read(path))
    judged = statements(path)
    found = [
        _entry(fields) if "paper" in fields else _stated(judged[fields["id"]])
        for fields in given
        if "paper" in fields or fields["id"][0] != OWN
    ]
    ids = Counter(entry.id for entry in found)
    for entry in found:
        if ids[entry.id] > 1:
            raise ValueError(f"{entry.id} stands in the ledger {ids[entry.id]} times")
        if entry.same_as and (
            entry.same_as not in ids or next(e for e in found if e.id == entry.same_as).same_as
        ):
            raise ValueError(f"{entry.id} is the same as {entry.same_as}, which decides nothing")
    return found


def _stated(said: Statement) -> Entry:
    return Entry(
        id=said.id,
        paper=said.paper,
        place=said.place,
        claim=said.claim,
        kind=said.kind,
        same_as=said.same_as,
        cannot=said.cannot,
        note=said.note,
        page=said.page,
    )


def _entry(fields: dict[str, Any]) -> Entry:
    name = fields.get("id", "an entry without id")
    wrong = (fields.keys() - FIELDS - SAYINGS) | (FIELDS - fields.keys())
    if wrong:
        raise ValueError(f"{name}: fields that are unknown or missing: {', '.join(sorted(wrong))}")
    one_of(f"paper of {name}", fields["paper"], PAPERS)
    one_of(f"kind of {name}", fields["kind"], KINDS)
    ways = [way for way in ("decided_by", "same_as", "cannot", "open") if fields.get(way)]
    if len(ways) != 1 or not name.startswith(fields["paper"]):
        raise ValueError(f"{name}: needs its paper's letter, and one way to be decided, not {ways}")
    given = [source for key in SOURCES for source in fields.get(key, ())]
    if any(not {"page", "claim"} <= source.keys() <= {"page", "claim", "of"} for source in given):
        raise ValueError(f"{name}: a source has page, claim and perhaps of, not {given}")
    if fields.get("same_as") and given:
        raise ValueError(f"{name}: has the sources of {fields['same_as']} and needs none")
    sources = {key: tuple(Source(**source) for source in fields.get(key, ())) for key in SOURCES}
    return Entry(**fields | sources)


def executed(results: Path) -> dict[str, NotebookNode]:
    """Return all executed notebooks in a folder by their names."""
    return {path.stem: nbformat.read(path, 4) for path in sorted(results.glob("*.ipynb"))}


def claims_of(notebook: NotebookNode) -> list[dict[str, str]]:
    """Return the claims that an executed notebook has published; none where it has not."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    for output in outputs:
        glued = output.get("metadata", {}).get("scrapbook", {})
        if glued.get("name", "").endswith(".claims"):
            return json.loads(ast.literal_eval(output["data"][glued["mime_prefix"] + "text/plain"]))
    return []


def rows(found: Sequence[Entry], made: Published) -> list[Row]:
    """Return every entry with the verdict that follows from the published claims."""
    decided = {entry.id: _row(entry, made) for entry in found}
    return [
        _as(entry, decided[entry.same_as]) if entry.same_as else decided[entry.id]
        for entry in found
    ]


def _row(entry: Entry, made: Published) -> Row:
    if entry.page:
        return _judged(entry, made)
    claims, missing = _look_up(entry.decided_by, made)
    beside, also = _look_up(entry.beside, made)
    verdict = together(Verdict[claim["verdict"]] for claim in claims) if claims else None
    shown = Verdict.UNTESTABLE if entry.cannot else verdict
    return Row(entry, shown, claims, beside, tuple(f"{entry.id}: {m}" for m in missing + also))


def _judged(entry: Entry, made: Published) -> Row:
    given = [{**claim, "page": page} for page, claims in made.items() for claim in claims]
    own = tuple(c for c in given if c.get("id") == entry.id and c["page"] == entry.page)
    beside = {said.id for said in statements().values() if said.beside == entry.id}
    also = tuple(claim for claim in given if claim.get("id") in beside)
    missing = () if own else (f"{entry.id}: {entry.page} has no such claim",)
    return Row(entry, Verdict[own[0]["verdict"]] if own else None, own, also, missing)


def _as(entry: Entry, other: Row) -> Row:
    return Row(entry, other.verdict, other.claims, other.beside, ())


def _look_up(
    sources: Iterable[Source], made: Published
) -> tuple[tuple[dict[str, str], ...], list[str]]:
    claims, missing = [], []
    for source in sources:
        hits = [c for c in made.get(source.page, ()) if source.claim in c.get("claim", "")]
        claims += [{**claim, "page": source.page} for claim in hits]
        if len(hits) != source.of:
            missing.append(f"{source.page} has {len(hits)} claims with {source.claim!r}")
    return tuple(claims), missing


def score(found: Iterable[Row]) -> Counter[Verdict | None]:
    """Return how many rows ended with which word; None counts those not asked yet."""
    return Counter(row.verdict for row in found)


def as_json(found: Iterable[Row]) -> str:
    """Return the rows for machines: the entry's words, its verdict and what decided it."""
    return json.dumps(
        [
            {key: getattr(row.entry, key) for key in ("id", "paper", "place", "claim", "kind")}
            | {
                "verdict": row.verdict.words if row.verdict else None,
                "decided_by": list(row.claims),
                "beside": list(row.beside),
                "same_as": row.entry.same_as or None,
                "why_undecided": row.entry.cannot or row.entry.open or None,
                "note": row.entry.note or None,
            }
            for row in found
        ],
        indent=1,
        ensure_ascii=False,
    )
