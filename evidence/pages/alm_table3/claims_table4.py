"""Paper B, Table 4: does the search give what is printed, can it tell, and is its grid wide?"""

from collections.abc import Sequence

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.rule import Universal, Values
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_table3.cells_table4 import Cell, Findings, ends
from evidence.pages.alm_table3.claims_rates import pairs_that_fit
from evidence.pages.alm_table3.runs_descent_printed import EPOCHS
from evidence.papers import tables as papers
from evidence.protocols.titles import PAPER_SERIES, SERIES

CELL_WORDS = (Verdict.REPRODUCED, Verdict.CONTRADICTED, Verdict.UNDECIDED)
"""The words that a rate or a norm can end with."""

PAPER_TRIALS = 30
"""Of the paper's search (section 5.4)."""


def claims(found: Findings) -> list[Judged]:
    """Return what the search gives, whether it can tell, its grid, and whether rates fit errors."""
    on = [name for name in PAPER_SERIES if name in found.datasets]
    cells = [cell for name in on for cell in found.cells[name] if cell.chosen is not None]
    return judge(
        {
            "B-5.4-search": _agreement(found, on),
            "B-5.4-rates": pairs_that_fit(),
            "O-T4-decisive": _decisive(found, on, cells),
            "O-T4-edges": _edges(found, on, cells),
        }
    )


def scale(found: Findings, dataset: str) -> str:
    """Return how much of the paper's search this one is."""
    config = found.config(dataset)
    epochs = EPOCHS[papers.ALM_TABLE_OF[dataset]]
    trials = len(config["trials"])
    return f"{trials} of {PAPER_TRIALS} trials, {config['epochs']:,} of {epochs:,} epochs"


def _agreement(found: Findings, on: Sequence[str]) -> Values:
    cells = {name: found.cells[name] for name in on}
    # One cell is one draw: the expected number of hits is the sum of their probabilities.
    blind = sum(1 / cell.candidates for of in cells.values() for cell in of)
    alike = sum(cell.same_rate for of in cells.values() for cell in of)
    return Values(
        {
            f"{name}, {cell.start}, {part}": value
            for name, of in cells.items()
            for cell in of
            for part, value in cell.values.items()
        },
        f"Printed rates and norms against those as good as the chosen one; {_scales(found, on)}; "
        f"the same rate in {alike} of {sum(map(len, cells.values()))} cells, blind draws of rate "
        f"and norm would hit {blind:.1f}",
    )


def _scales(found: Findings, on: Sequence[str]) -> str:
    return "; ".join(f"{SERIES[name]}, {scale(found, name)}" for name in on)


def _decisive(found: Findings, on: Sequence[str], cells: Sequence[Cell]) -> Universal:
    norms = [cell.norms for cell in cells if cell.norms is not None]
    config = found.config(found.datasets[0])
    return Universal(
        cases=len(cells),
        violated=sum(cell.rates > 1 for cell in cells),
        drawn="Cells in which some candidate never diverged; violated where another rate is as "
        f"good; {_scales(found, on)}",
        worst=f"{average([cell.rates for cell in cells])} of {len(config['rates'])} rates are as "
        f"good on average, for GDC {average(norms)} of {len(config['clips'])} norms",
    )


def average(counts: Sequence[int]) -> str:
    """Return the mean of counts as the reader sees it."""
    return f"{np.mean(counts):.1f}" if counts else "none"


def _edges(found: Findings, on: Sequence[str], cells: Sequence[Cell]) -> Universal:
    outermost = ends(found.config(found.datasets[0]))
    printed = [cell.printed[0] in outermost for name in on for cell in found.cells[name]]
    return Universal(
        cases=len(cells),
        violated=sum(cell.at_edge for cell in cells),
        drawn="Rates that the search chooses; beyond an end a better one might lie",
        worst=f"of the printed rates {sum(printed)} of {len(printed)} lie at an end",
    )


def key_numbers(found: Findings) -> dict[str, float]:
    """Return what the notebook's check compares: not who diverged, which rounding can decide."""
    numbers: dict[str, float] = {}
    for name, cells in found.cells.items():
        judged = [verdict for cell in cells for verdict in cell.verdicts]
        numbers |= {f"{name}.{v.name.lower()}": judged.count(v) for v in CELL_WORDS}
        for of in ("rates", "norms", "at_edge"):
            numbers[f"{name}.{of}"] = sum(getattr(cell, of) or 0 for cell in cells)
    return {key: float(value) for key, value in numbers.items()}
