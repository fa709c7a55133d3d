"""The claim ledger: every claim of both papers by id, with the one measurement that decides it.

``data/claims.yml`` says what is claimed and which page measures it; the executed notebooks publish
what was measured. A row joins the two by id. Questions of this book's own stand beside the claim
that they name and count nowhere.
"""

import ast
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat import NotebookNode

from evidence.kit import manifest
from evidence.kit.claims import OWN, Statement, statements
from evidence.kit.paths import DATA
from evidence.kit.verdicts import Verdict

CHANGED = DATA / "changed.yml"

# Per notebook what it published: the fields of evidence.kit.claims.Judged.published.
Published = Mapping[str, Sequence[Mapping[str, Any]]]

HEADLINES = 10
"""How many claims of a paper come first: what a reader who knows the abstract would ask."""


@dataclass(frozen=True)
class Row:
    """A claim with what was found.

    Attributes:
        said: the claim.
        verdict: the word for it.
        measured: what its page published, None where nothing can decide it.
        beside: questions of our own that stand beside it, as published.
    """

    said: Statement
    verdict: Verdict
    measured: Mapping[str, Any] | None
    beside: tuple[Mapping[str, Any], ...]


def executed(results: Path) -> dict[str, NotebookNode]:
    """Return all executed notebooks in a folder by their names."""
    return {path.stem: nbformat.read(path, 4) for path in sorted(results.glob("*.ipynb"))}


def claims_of(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Return the claims that an executed notebook has published; none where it has not."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    for output in outputs:
        glued = output.get("metadata", {}).get("scrapbook", {})
        if glued.get("name", "").endswith(".claims"):
            return json.loads(ast.literal_eval(output["data"][glued["mime_prefix"] + "text/plain"]))
    return []


def rows(made: Published, said: Mapping[str, Statement] | None = None) -> list[Row]:
    """Return every claim of the papers with its verdict, in the order of ``data/claims.yml``.

    Args:
        made: what the pages published.
        said: the claims; those of the repository if left out.

    Raises:
        ValueError: a claim's page has not published it, or another page has; the sentence names it.
    """
    known = statements() if said is None else said
    found = {claim["id"]: {**claim, "page": page} for page, c in made.items() for claim in c}
    wrong = sorted(
        name
        for name, one in known.items()
        if one.page and found.get(name, {}).get("page") != one.page
    )
    if wrong:
        raise ValueError(f"claims that their page has not published: {', '.join(wrong)}")
    return [_row(one, known, found) for one in known.values() if one.paper != OWN]


def _row(
    one: Statement, known: Mapping[str, Statement], found: Mapping[str, Mapping[str, Any]]
) -> Row:
    measured = found.get(one.same_as or one.id)
    verdict = Verdict[measured["verdict"]] if measured else Verdict.UNTESTABLE
    beside = tuple(found[other.id] for other in known.values() if other.beside == one.id)
    return Row(one, verdict, measured, beside)


def score(found: Iterable[Row]) -> Counter[Verdict]:
    """Return how many rows ended with which word."""
    return Counter(row.verdict for row in found)


def headlines(found: Iterable[Row], paper: str) -> list[Row]:
    """Return a paper's headline claims in their order."""
    own = [row for row in found if row.said.paper == paper and row.said.headline]
    return sorted(own, key=lambda row: row.said.headline)


@dataclass(frozen=True)
class Change:
    """A claim whose word is another one than before the five kinds.

    Attributes:
        id: the claim's id, then and now.
        before: its old word.
        now: its words now, one a claim that it became; empty where it was dropped.
        because: the reason, in a clause.
    """

    id: str
    before: str
    now: tuple[tuple[str, Verdict], ...]
    because: str


SAME = {
    "holds": Verdict.REPRODUCED,
    "does not hold": Verdict.CONTRADICTED,
    "cannot be tested": Verdict.UNTESTABLE,
}
"""Old words that mean what a new one means; "holds in part" has none."""


def before() -> dict[str, dict[str, Any]]:
    """Return the ledger's words before the five kinds, with the reasons for what changed."""
    return yaml.safe_load(manifest.read(CHANGED))


def changes(found: Iterable[Row], old: Mapping[str, Mapping[str, Any]]) -> list[Change]:
    """Return every claim whose word is another one now, or that was split or dropped."""
    found = list(found)
    now = {one["id"]: Verdict[one["verdict"]] for row in found for one in row.beside}
    now |= {row.said.id: row.verdict for row in found}
    made = []
    for name, entry in old.items():
        ids = [] if entry.get("dropped") else entry.get("into", [name])
        words = tuple((one, now[one]) for one in ids)
        if words != ((name, SAME.get(entry["before"])),):
            reason = entry.get("because") or entry.get("dropped", "")
            made.append(Change(name, entry["before"], words, reason))
    return made


def as_json(found: Iterable[Row], links: Mapping[str, str]) -> str:
    """Return the rows for machines: the claim, its word, measurement, numbers and links.

    Args:
        found: the rows.
        links: the address of every page, by the notebook's name.
    """
    made = [_plain(_machine(row, links)) for row in found]
    return json.dumps(made, indent=1, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """Return a value that JSON can say: a number that is not finite becomes a word."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, float) and not isfinite(value) else value


def _machine(row: Row, links: Mapping[str, str]) -> dict[str, Any]:
    said = row.said
    return {
        "id": said.id,
        "paper": said.paper,
        "place": said.place,
        "kind": said.kind,
        "claim": said.claim,
        "verdict": row.verdict.words,
        "measured": _short(row.measured, links) if row.measured else None,
        "beside": [_short(one, links) for one in row.beside],
        "same_as": said.same_as or None,
        "cannot": said.cannot or None,
        "note": said.note or None,
        "headline": said.headline or None,
    }


def _short(claim: Mapping[str, Any], links: Mapping[str, str]) -> dict[str, Any]:
    kept = ("id", "words", "found", "detail", "numbers")
    link = f"{links[claim['page']]}#{claim['anchor']}"
    return {key: claim[key] for key in kept} | {"link": link}
