"""The entries of the errata: the words of ``data/errata.yml``, read and checked."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from evidence.kit import manifest
from evidence.kit.paths import DATA
from lib.validation import one_of

KINDS = {
    "wrong step": "Wrong steps and formulas",
    "contradiction": "Contradictions",
    "arithmetic": "Tables against arithmetic",
    "released code": "The released program",
    "misprint": "Misprints",
}
"""The kinds of entries, in the order in which they are shown, with their headings."""

SURE = ("certain", "likely", "possible")
PAPERS = ("A", "B")


@dataclass(frozen=True)
class Entry:
    """One erratum.

    Attributes:
        id: its name.
        paper: A or B.
        place: where it is in the paper, or in the released program.
        kind: one of ``KINDS``.
        printed: what stands there, in our words.
        right: what is right.
        sure: how sure it is that the one is wrong and the other right.
        read: whether there is nothing to compute, so that it can only be read.
        shown: the page of this book that shows it at length, empty where there is none.
    """

    id: str
    paper: str
    place: str
    kind: str
    printed: str
    right: str
    sure: str
    read: bool = False
    shown: str = ""

    def __post_init__(self) -> None:
        one_of("paper", self.paper, PAPERS)
        one_of("kind", self.kind, KINDS)
        one_of("degree", self.sure, SURE)


@cache
def entries(path: Path = DATA / "errata.yml") -> tuple[Entry, ...]:
    """Return all entries in the order of the file.

    Raises:
        TypeError: an entry has an unknown field, or lacks one.
        ValueError: two entries have one name, or a field has a value that is not accepted.
    """
    found = tuple(Entry(**fields) for fields in yaml.safe_load(manifest.read(path))["errata"])
    names = [entry.id for entry in found]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two entries are called {name}")
    return found
