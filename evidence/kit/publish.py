"""What a notebook hands to the book: glued numbers, its protocol and its provenance."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from numbers import Integral, Real

import pandas as pd
from IPython.display import Markdown
from myst_nb import glue

from evidence.kit.claims import Judged
from evidence.kit.records import Record
from evidence.kit.registry import units
from evidence.kit.tables import counted
from evidence.kit.verdicts import Claim


def publish(notebook: str, numbers: Mapping[str, float]) -> None:
    """Glue every number as ``NOTEBOOK.KEY``, so that prose on any page can quote it.

    Whole numbers are glued as such: a count would read oddly with decimals.
    """
    for key, value in numbers.items():
        number = float(value)
        glue(f"{notebook}.{key}", int(number) if number.is_integer() else number, display=False)


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


def publish_verdicts(notebook: str, claims: Sequence[Claim | Judged]) -> None:
    """Glue how the claims of a page ended, for the landing page and for the ledger.

    ``NOTEBOOK.verdicts`` counts the words. ``NOTEBOOK.claims`` holds the claims themselves as JSON,
    each with the anchor of its row.
    """
    glue(f"{notebook}.verdicts", counted(claim.verdict for claim in claims), display=False)
    made = [
        c.published()
        if isinstance(c, Judged)
        else asdict(c) | {"verdict": c.verdict.name, "anchor": c.anchor}
        for c in claims
    ]
    glue(f"{notebook}.claims", json.dumps(made, ensure_ascii=False), display=False)


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


def provenance_note(records: Sequence[Record], custom: bool = False) -> Markdown:
    """Return a paragraph that says which code and machine made the records, and at what cost."""
    made = [record.provenance for record in records]
    commits = sorted({entry["commit"][:10] + entry["commit"][40:] for entry in made})
    machines = sorted({f"{m['machine']['cpu']}, {m['machine']['cores']} cores" for m in made})
    cost = _cost(sum(entry["cpu_seconds"] for entry in made))
    kind = "with parameters of your own" if custom else "as the profile says"
    return Markdown(
        f"*{len(records)} records, run {kind}, in {cost} on {'; '.join(machines)}; "
        f"commit {', '.join(commits)}; last finished {max(entry['finished'] for entry in made)}.*"
    )


def _cost(seconds: float) -> str:
    """Return CPU time in the largest unit of which there is one."""
    for unit, size in (("hours", 3600), ("minutes", 60)):
        if seconds >= size:
            return f"{seconds / size:.1f} CPU {unit}"
    return f"{seconds:.1f} CPU seconds"
