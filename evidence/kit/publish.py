"""What a notebook hands to the book: glued numbers, its protocol and its provenance."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from types import MappingProxyType

import pandas as pd
from IPython.display import Markdown, display

from evidence.kit import changes, custom
from evidence.kit.claims import ClaimTable, Judged
from evidence.kit.records import Record
from evidence.kit.reference import check
from evidence.kit.registry import PROFILES, units
from evidence.kit.runner import collect
from evidence.kit.tables import counted, literal
from lib.validation import one_of

TOGETHER = "application/vnd.rnn-reproductions.glued+json"
"""MIME type of all values that a cell publishes, by their names."""


def glue(values: Mapping[str, float | str]) -> None:
    """Keep values by their names in one output of the cell, which shows nothing.

    `evidence.kit.glued.apart` makes of it what `myst_nb.glue` would have written, an output each. A
    kernel that sent hundreds of them would lose some on a busy machine.
    """
    display({TOGETHER: {name: repr(value) for name, value in values.items()}}, raw=True)


def publish(notebook: str, numbers: Mapping[str, float], **words: str) -> None:
    """Glue every number and word as ``NOTEBOOK.KEY``, so that prose on any page can quote it.

    Whole numbers are glued as such: a count would read oddly with decimals.
    """
    plain = {key: float(value) for key, value in numbers.items()}
    plain = {key: int(v) if v.is_integer() else v for key, v in plain.items()}
    glue({f"{notebook}.{key}": value for key, value in {**plain, **words}.items()})


def settings_table(records: Sequence[Record], *columns: str) -> pd.DataFrame:
    """Return configuration fields of records, a row per field and a column per kind of run.

    Args:
        records: where the configurations come from; equal ones are shown once.
        columns: names of the fields, nested ones as ``a.b``; the first heads the table's columns.
    """
    flat = [pd.json_normalize(record.config).iloc[0] for record in records]
    table = pd.DataFrame(flat)[list(columns)].drop_duplicates().map(_shown)
    table = table.rename(columns=lambda name: name.split(".")[-1].replace("_", " "))
    return table.set_index(table.columns[0]).T.rename_axis(columns=None)


def _shown(value: object) -> str:
    if isinstance(value, Integral):
        return f"{value:,}"
    return f"{value:.4g}" if isinstance(value, Real) else str(value)


def verdicts(claims: Sequence[Judged]) -> dict[str, str]:
    """Return how the claims of a page ended, for the list of pages and for the ledger.

    ``verdicts`` counts the words of the paper's claims, and apart from them the answers to
    questions of our own. ``claims`` holds the claims themselves as JSON, each with the anchor of
    its row.
    """
    told = counted(claim.verdict for claim in claims if not claim.is_own)
    own = Counter(claim.words for claim in claims if claim.is_own).most_common()
    asked = ", ".join(f"{number} × {words}" for words, number in own)
    parts = (told, asked and f"asked here: {asked}")
    made = json.dumps([claim.published() for claim in claims], ensure_ascii=False)
    return {"verdicts": "; ".join(filter(None, parts)), "claims": made}


def deviations(*experiments: str) -> Markdown:
    """Return as a list what the paper profile of these experiments does unlike the paper."""
    found = dict.fromkeys(
        deviation
        for name in experiments
        for unit in units(name, "paper")
        for deviation in unit.config.deviations
    )
    return Markdown("\n".join(f"- {deviation}" for deviation in found))


def profile_note(profile: str) -> Markdown | None:
    """Return a warning that numbers and words are of two profiles, None for the paper's.

    Numbers in the text follow the profile; words that say which is larger or what falls do not.
    """
    if profile == "paper":
        return None
    return Markdown(
        ":::{warning}\nThese are the numbers of the *quick* profile, trained small so that the "
        "whole book runs in minutes: in the text as in figures, tables and verdicts. What the text "
        "and the captions say in words, such as what falls or who is ahead, they say of the "
        "*paper* profile, and it need not fit what is shown here. Numbers that this profile leaves "
        "out are nan.\n:::"
    )


def provenance_note(records: Sequence[Record], own: bool = False) -> Markdown:
    """Return a paragraph that says which code and machine made the records, and at what cost."""
    made = [record.provenance for record in records]
    commits = sorted({entry["commit"][:10] + entry["commit"][40:] for entry in made})
    machines = sorted({f"{m['machine']['cpu']}, {m['machine']['cores']} cores" for m in made})
    cost = _cost(sum(entry["cpu_seconds"] for entry in made))
    kind = "with parameters of your own" if own else "as the profile says"
    finished = max(entry["finished"] for entry in made)
    return Markdown(
        f"*{len(records)} records, run {kind}, in {cost} on {literal('; '.join(machines))}; "
        f"commit {literal(', '.join(commits))}; last finished {literal(finished)}.*"
    )


def _cost(seconds: float) -> str:
    """Return CPU time in the largest unit of which there is one."""
    for unit, size in (("hours", 3600), ("minutes", 60)):
        if seconds >= size:
            return f"{seconds / size:.1f} CPU {unit}"
    return f"{seconds:.1f} CPU seconds"


class Page:
    """What every page of results does, once: get records, publish, and end with a check.

    Args:
        name: of its notebook.
        profile: ``quick`` or ``paper``.
        change: fields of its experiments' configurations that a reader sets, see
            `evidence.kit.changes`.
        given: its other parameters, None where they are left as they are.

    Raises:
        ValueError: the profile is unknown, or a field or its value is not acceptable.
    """

    def __init__(
        self,
        name: str,
        profile: str,
        change: Mapping[str, object] | str | None = None,
        **given: object,
    ) -> None:
        self.name, self.profile = name, one_of("profile", profile, PROFILES)
        self.change = changes.assigned(changes.asked(name), change) if change else {}
        self.custom = bool(self.change) or any(value is not None for value in given.values())
        self.used: dict[str, list[Record]] = {}
        self.numbers: Mapping[str, float] = {}
        self.judged: Sequence[Judged] = ()

    def records(self, *experiments: str) -> list[Record]:
        """Return the records of experiments, as `collect` does, and remember them.

        Where a reader set fields, it displays the numbers of that run.
        """
        for name in experiments:
            change = changes.of(self.change, name)
            self.used[name] = collect(name, self.profile, change)
            if change:
                custom.show(name, self.profile, change, self.used[name])
        return [record for name in experiments for record in self.used[name]]

    def publish(
        self,
        numbers: Mapping[str, float],
        claims: Sequence[Judged] = (),
        machine: Mapping[str, float] = MappingProxyType({}),
    ) -> Markdown | None:
        """Glue what prose on any page may quote; return the note on the profile of its records.

        Args:
            numbers: by key, to be compared with the reference at the end.
            claims: as judged here.
            machine: more numbers, which are not compared, for they belong to a machine.
        """
        self.numbers, self.judged = numbers, claims
        told = verdicts(claims) if claims and not self.custom else {}
        publish(self.name, {**numbers, **machine}, **told)
        if self.custom:
            return None if self.change else custom.NOTE  # with a change it has been shown
        return profile_note(self.profile) if self.used else None

    def claims(self, some: Sequence[Judged] | None = None) -> ClaimTable | Markdown:
        """Return the page's claims, or some, as a table; none with a reader's parameters."""
        if self.custom:
            return Markdown("*Verdicts are of the recorded runs alone.*")
        return ClaimTable(self.judged if some is None else some)

    def provenance(self, records: Sequence[Record] = ()) -> Markdown:
        """Return which code and machine made these records, or all that the page has used."""
        everything = [record for found in self.used.values() for record in found]
        return provenance_note(records or everything, self.custom)

    def check(self, **tolerances: float) -> None:
        """Compare the published numbers with their reference, see `evidence.kit.reference`."""
        check(self.name, self.profile, self.numbers, custom=self.custom, **tolerances)
