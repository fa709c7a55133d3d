"""Paper A, section 4.1: the tables of errors and sparsities behind Figures 3 and 4."""

from collections.abc import Sequence

from evidence.kit.records import Record
from evidence.kit.tables import Cell, Section, SectionTable
from evidence.pages.sl1_approximation.claims import SL1, arms, rivals
from evidence.pages.sl1_approximation.runs import REFERENCES, column
from evidence.statistics import summarise
from evidence.statistics.summary import number

ERRORS = {
    "grid": "error on the points",
    "oscillating": "error, x < 2",
    "between": "error between them",
}


def results(records: Sequence[Record], function: str) -> SectionTable:
    """Return a section an arm and a row a model: errors against the function, and sparsity."""
    found = arms(records, function)
    names = [n for n in ERRORS if any(n in row for r in found.values() for row in r.rows)]
    heads = ("Model", *(ERRORS[name] for name in names), "sparsity", "exact zeros", "SL1-GRU is")
    return SectionTable(
        heads, [Section(arm, _rows(record, names)) for arm, record in found.items()], joined=True
    )


def _rows(record: Record, names: Sequence[str]) -> list[tuple[Cell, ...]]:
    compared = rivals(record)
    rows = []
    for model in dict.fromkeys(row["model"] for row in record.rows):
        own = next(row for row in record.rows if row["model"] == model)
        errors = [
            str(summarise(column(record, model, name))) if name in own else "–" for name in names
        ]
        if model in REFERENCES:
            rows.append((model, *errors, "–", "–", "–"))
            continue
        sparsity = [f"{column(record, model, name).mean():.2%}" for name in ("sparsity", "zeros")]
        outcome: Cell = "–"
        if model != SL1:
            outcome = (compared[model].outcome, f"× {number(compared[model].ratio, 4)}")
        rows.append((model, *errors, *sparsity, outcome))
    return rows
