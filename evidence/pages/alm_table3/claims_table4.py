"""Paper B, Table 4: does the search give what is printed, can it tell, and is its grid wide?"""

from collections.abc import Sequence

import numpy as np

from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.alm_table3 import claims_rates as alm_table4_rates
from evidence.pages.alm_table3.cells import FEWEST, agreement, tally
from evidence.pages.alm_table3.cells_table4 import Findings, ends
from evidence.pages.alm_table3.runs_descent_printed import EPOCHS
from evidence.papers import tables as papers
from evidence.protocols.alm import TABLE2
from evidence.protocols.titles import SERIES

PAPER_TRIALS = 30
"""Of the paper's search (section 5.4)."""


def claims(found: Findings) -> list[Claim]:
    """Judge what the search gives, whether it can tell, its grid, and whether rates fit errors."""
    return [
        *(_agreement(found, name) for name in TABLE2),
        *(_decisive(found, name) for name in found.datasets),
        _edges(found),
        alm_table4_rates.claim(),
    ]


def scale(found: Findings, dataset: str) -> str:
    """Return how much of the paper's search this one is."""
    config = found.config(dataset)
    epochs = EPOCHS[papers.ALM_TABLE_OF[dataset]]
    trials = len(config["trials"])
    return f"{trials} of {PAPER_TRIALS} trials, {config['epochs']:,} of {epochs:,} epochs"


def _agreement(found: Findings, dataset: str) -> Claim:
    sentence = f"{SERIES[dataset]}: the search chooses what Table 4 prints (section 5.4)."
    if dataset not in found.datasets:
        why = f"{SERIES[dataset]} needs the released file, which this profile leaves out."
        return Claim(sentence, "25 cells", "left out", Verdict.UNTESTABLE, why)
    cells = found.cells[dataset]
    alike = sum(cell.same_rate for cell in cells)
    # One cell is one draw: the expected number of hits is the sum of their probabilities.
    blind = sum(1 / cell.candidates for cell in cells)
    return Claim(
        sentence,
        f"{len(cells)} cells",
        f"{tally(cells)}; the same rate, whatever the norm, in {alike}",
        agreement(cells),
        f"Blind draws from the grids would hit {blind:.1f} cells. The search here has "
        f"{scale(found, dataset)}.",
    )


def _decisive(found: Findings, dataset: str) -> Claim:
    every = found.cells[dataset]
    cells = [cell for cell in every if cell.chosen is not None]
    alone = [cell.rates == 1 for cell in cells]
    norms = [cell.norms for cell in cells if cell.norms is not None]
    config = found.config(dataset)
    tested = len(config["trials"]) >= FEWEST
    return Claim(
        f"{SERIES[dataset]}: the search tells the chosen rate from the others (asked here).",
        "no spread given",
        f"no other rate is as good in {sum(alone)} of {len(alone)} cells; for GDC, with the chosen "
        f"rate, {average(norms)} of {len(config['clips'])} norms are as good on average",
        decide(*alone) if tested else Verdict.UNTESTABLE,
        f"{average([cell.rates for cell in cells])} of {len(config['rates'])} rates are as "
        f"good on average. {sum(cell.diverged for cell in every):,} of "
        f"{sum(cell.candidates for cell in every):,} candidates diverged in a trial or more.",
    )


def average(counts: Sequence[int]) -> str:
    """Return the mean of counts as the reader sees it."""
    return f"{np.mean(counts):.1f}" if counts else "none"


def _edges(found: Findings) -> Claim:
    cells = [cell for of in found.cells.values() for cell in of if cell.chosen is not None]
    outermost = ends(found.config(found.datasets[0]))
    # The targets of the S&P series share the cells of one part of the table.
    parts = {papers.ALM_TABLE_OF[name]: of for name, of in found.cells.items()}
    printed = [cell.printed[0] in outermost for of in parts.values() for cell in of]
    ours = [cell.at_edge for cell in cells]
    return Claim(
        "The grid of rates is wide enough: no choice lies at one of its ends (asked here).",
        f"{sum(printed)} of {len(printed)} printed rates do",
        f"{sum(ours)} of {len(ours)} choices do",
        decide(*(not edge for edge in ours)),
        "Beyond an end a better rate might lie, so that such a method is not at its best.",
    )


def key_numbers(found: Findings) -> dict[str, float]:
    """Return what the notebook's check compares."""
    numbers: dict[str, float] = {}
    for name, cells in found.cells.items():
        judged = [cell.verdict for cell in cells]
        numbers |= {f"{name}.{v.name.lower()}": judged.count(v) for v in Verdict}
        for of in ("rates", "norms", "diverged", "at_edge"):
            numbers[f"{name}.{of}"] = sum(getattr(cell, of) or 0 for cell in cells)
    return {key: float(value) for key, value in numbers.items()}
