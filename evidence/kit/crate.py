"""The book as a research object: which claim rests on which page, records, commits and data.

The metadata follow RO-Crate (https://w3id.org/ro/crate); they are made with its own library, and
lie beside the site's pages, which are their files.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from pybtex.database import parse_file
from rocrate.model.contextentity import ContextEntity
from rocrate.model.file import File
from rocrate.rocrate import ROCrate

from evidence.kit import costs, dependencies
from evidence.kit.ledger import Row
from evidence.kit.paths import ROOT
from evidence.kit.records import Record
from evidence.kit.sources import code, sources

LICENSE = "https://spdx.org/licenses/MIT"
PAPERS = {"A": "zhu2025", "B": "wang2024"}
"""The papers' keys in the book's bibliography."""


@cache
def paper(letter: str) -> tuple[str, str]:
    """Return the address and the title of a paper, from the book's bibliography."""
    fields = parse_file(ROOT / "book" / "references.bib").entries[PAPERS[letter]].fields
    return f"https://doi.org/{fields['doi']}", fields["title"].replace("{", "").replace("}", "")


def crate(
    rows: Iterable[Row], titles: Mapping[str, str], records: Mapping[str, Sequence[Record]]
) -> ROCrate:
    """Return the crate of the rendered book.

    Args:
        rows: the ledger.
        titles: the title of every results page, by its notebook's name.
        records: the full-scale records, by experiment.
    """
    made = ROCrate(gen_preview=False)
    made.name = "Two papers on training recurrent networks, reproduced"
    made.description = (
        "Every claim of two papers with its verdict, the page and figure that show it, the records "
        "that it rests on, the commits that made them and the data that they read."
    )
    made.license = LICENSE
    finished = [record.provenance["finished"] for group in records.values() for record in group]
    made.datePublished = max(finished)
    for letter in PAPERS:
        address, title = paper(letter)
        _add(made, address, "ScholarlyArticle", name=title, alternateName=f"Paper {letter}")
    for name, group in records.items():
        _records(made, name, group)
    for name, title in titles.items():
        read = dependencies.experiments(dependencies.of(code(sources()[name])))
        page = File(
            made,
            dest_path=f"book/results/{name}.html",
            properties={
                "name": title,
                "encodingFormat": "text/html",
                "isBasedOn": [{"@id": f"#records-{e}"} for e in read if e in records],
            },
        )
        made.add(page)
    for row in rows:
        _claim(made, row)
    return made


def _add(made: ROCrate, entity: str, kind: str, **properties: object) -> None:
    made.add(ContextEntity(made, entity, properties={"@type": kind, **properties}))


def _records(made: ROCrate, name: str, group: Sequence[Record]) -> None:
    commits = costs.commits(group)
    for commit in commits:
        _add(made, f"#commit-{commit}", "SoftwareSourceCode", name=commit, version=commit)
    data = {dataset: checksum for record in group for dataset, checksum in record.data.items()}
    for dataset, checksum in data.items():
        _add(made, f"#data-{dataset}", "Dataset", name=dataset, identifier=f"sha256:{checksum}")
    _add(
        made,
        f"#records-{name}",
        "Dataset",
        name=f"{len(group)} records of {name}",
        isBasedOn=[{"@id": f"#data-{dataset}"} for dataset in data],
        wasGeneratedBy=[{"@id": f"#commit-{commit}"} for commit in commits],
        dateModified=max(record.provenance["finished"] for record in group),
    )


def _claim(made: ROCrate, row: Row) -> None:
    said, measured = row.said, row.measured
    found = {"@id": f"book/results/{measured['page']}.html"} if measured else None
    _add(
        made,
        f"#{said.id}",
        "Claim",
        name=said.id,
        text=said.claim,
        appearance={"@id": paper(said.paper)[0]},
        additionalType=said.kind,
        creativeWorkStatus=row.verdict.words,
        abstract=measured["found"] if measured else said.cannot,
        **({"subjectOf": found, "url": f"{found['@id']}#{measured['anchor']}"} if found else {}),
    )
