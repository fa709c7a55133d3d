"""Paper B, Table 4: the tables of its page."""

from collections.abc import Callable

import pandas as pd

from evidence.kit.tables import Cell as Entry
from evidence.kit.tables import Section, SectionTable, counted
from evidence.pages.alm_table3.cells_table4 import Candidate, Cell, Findings
from evidence.pages.alm_table3.claims_table4 import CELL_WORDS, PAPER_TRIALS, average, scale
from evidence.protocols.titles import HEADS, SERIES
from lib import alm

EDGE = "*"
"""Marks a choice at an end of the grid of rates."""


def summary_table(found: Findings) -> pd.DataFrame:
    """Return a row per dataset: the size of its search, and how its rates and norms came out."""
    rows = {}
    for name, cells in found.cells.items():
        config = found.config(name)
        judged = [verdict for cell in cells for verdict in cell.verdicts]
        rows[HEADS[name]] = [
            f"{len(config['trials'])} of {PAPER_TRIALS}",
            f"{config['epochs']:,}",
            *(str(judged.count(verdict)) for verdict in CELL_WORDS),
            f"{sum(cell.same_rate for cell in cells)} of {len(cells)}",
            f"{average([c.rates for c in cells if c.chosen])} of {len(config['rates'])}",
        ]
    heads = [
        "trials",
        "epochs",
        *(verdict.words for verdict in CELL_WORDS),
        "same rate",
        "rates as good",
    ]
    return pd.DataFrame.from_dict(rows, orient="index", columns=heads)


def choices_table(found: Findings) -> SectionTable:
    """Return the paper's rate, ours and the verdicts of every cell; norms in brackets."""

    def entry(cell: Cell) -> Entry:
        ours = "none" if cell.chosen is None else _named(cell.chosen)
        edge = EDGE if cell.at_edge else ""
        return f"{_named(cell.printed)} | {ours}{edge}", *cell.verdicts

    def note(cells: list[Cell]) -> str:
        return counted(verdict for cell in cells for verdict in cell.verdicts)

    return _grid(found, "paper | ours", entry, note)


def flatness_table(found: Findings) -> SectionTable:
    """Return for every cell how many rates, and for GDC how many norms, are as good as ours."""

    config = found.config(found.datasets[0])

    def entry(cell: Cell) -> Entry:
        norms = "" if cell.norms is None else f", {cell.norms} of {len(config['clips'])}"
        return f"{cell.rates} of {len(config['rates'])}{norms}"

    return _grid(found, "rates as good as the chosen one", entry, None)


def diverged_table(found: Findings) -> SectionTable:
    """Return for every cell how many of its candidates diverged in a trial or more."""

    def entry(cell: Cell) -> Entry:
        return f"{cell.diverged} of {cell.candidates}"

    return _grid(found, "candidates that diverged", entry, None)


def _grid(
    found: Findings,
    head: str,
    entry: Callable[[Cell], Entry],
    note: Callable[[list[Cell]], str] | None,
) -> SectionTable:
    """Return a section per dataset, a row per method and a column per start."""
    starts = list(next(iter(found.records.values())))
    sections = []
    for number, (name, cells) in enumerate(found.cells.items()):
        methods = dict.fromkeys(cell.method for cell in cells)
        rows = [[m, *(entry(cell) for cell in cells if cell.method == m)] for m in methods]
        said = note(cells) if note else scale(found, name)
        sections.append(Section(SERIES[name], rows, said, folded=number > 0 and note is None))
    titles = (alm.initialisation(start).title for start in starts)
    return SectionTable((head, *titles), sections, grid=True)


def _named(candidate: Candidate) -> str:
    rate, norm = candidate
    return f"{rate:g}" if norm is None else f"{rate:g} ({norm:g})"
