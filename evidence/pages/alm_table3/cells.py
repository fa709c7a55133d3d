"""Paper B, Table 3: the printed cells beside our trials.

The intervals were chosen after the ALM's runs on the short series and single runs on the others had
been seen, before all the rest. The paper prints, for every method and start, a mean and a deviation
over ten repetitions on one data set.

* A *synthetic* data set is drawn: the paper drew one, every trial here draws its own. So the
  printed mean is one more draw, and it is asked whether it lies in the 95 % prediction interval of
  ours (lognormal). The paper's deviation plays no part, it does not know about other draws.
* The *S&P series* is one. Trials differ in their starts, here and in the paper, and it is asked
  whether the printed mean lies in Welch's 95 % interval around ours.

A printed mean is finite, so the paper's ten runs finished. Where so many of ours did not that
Fisher's exact test tells them from none of ten, our mean is infinite; else the finished ones count.
With fewer than three trials nothing is judged.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.stats import fisher_exact

from evidence.kit.rule import Value, agreement
from evidence.kit.tables import counted
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_table3.trials import ALM, PRINTED, STARTS, Method, Trials
from evidence.papers import tables as papers
from evidence.papers.alm_zero import PRINTED as ROUNDING
from evidence.protocols.alm import RESTARTED, TEST, TRAIN
from evidence.statistics import Summary, prediction_interval, summarise, two_sample_interval
from evidence.statistics.comparison import SIGNIFICANT
from lib.datasets import SYNTHETIC

REPETITIONS = 10
"""Of every run in the paper (section 5.4)."""

FEWEST = 3
"""Trials without which there is no interval."""

PAPER_STARTS = dict(zip(STARTS, ("He", "N(0,1e-3)", "N(0,1e-1)", "Glorot", "LeCun"), strict=True))
"""Our names of the initialisations and the column heads of the paper's table."""


@dataclass(frozen=True)
class Cell:
    """One method from one start on one dataset: one of its errors, printed and ours.

    Attributes:
        method: group and name.
        start: the initialisation.
        measure: ``train``, ``test`` or ``test_restarted``, the latter beside the printed test.
        printed: the paper's mean, None where the paper has no such method or start.
        printed_sd: the paper's standard deviation, None likewise.
        ours: our mean and deviation over the trials.
        value: the two together, None where nothing is printed.
    """

    method: Method
    start: str
    measure: str
    printed: float | None
    printed_sd: float | None
    ours: Summary
    value: Value | None

    @property
    def name(self) -> str:
        """The cell's name among others of one dataset."""
        return f"{self.method[1]}, {PAPER_STARTS[self.start]}, {self.measure}"

    @property
    def verdict(self) -> Verdict | None:
        """Whether the two agree, None where nothing is printed."""
        return agreement(self.value) if self.value else None


def cells(trials: Trials, dataset: str, methods: Iterable[Method]) -> list[Cell]:
    """Return the cells of some methods on a dataset: every start, every error."""
    table = papers.alm_errors(papers.ALM_TABLE_OF[dataset]).set_index(["method", "start"])
    return [
        _cell(trials, dataset, method, start, measure, table)
        for method in methods
        for start in trials.starts(dataset)
        for measure in (TRAIN, TEST, RESTARTED)
    ]


def _cell(trials: Trials, dataset: str, method: Method, start: str, measure: str, table) -> Cell:
    values = trials.errors(dataset, method, start, measure)
    ours, column = summarise(values), TRAIN if measure == TRAIN else TEST
    if method != ALM and method[0] != PRINTED:
        return Cell(method, start, measure, None, None, ours, None)
    key = (method[1], PAPER_STARTS[start])
    mean, sd = (float(v) for v in table.loc[key, [column, f"{column}_sd"]])
    return Cell(method, start, measure, mean, sd, ours, beside(mean, sd, values, dataset))


def beside(printed: float, sd: float, values: np.ndarray, dataset: str) -> Value:
    """Return a printed mean beside our trials, as this module's head says.

    Args:
        printed: the paper's mean.
        sd: its standard deviation.
        values: our errors, infinite where a run did not finish.
        dataset: on which.
    """
    known = values[np.isfinite(values)]
    if values.size < FEWEST:
        return Value(printed, float(known.mean()) if known.size else np.inf, None)
    lost = values.size - known.size
    told = fisher_exact([[lost, known.size], [0, REPETITIONS]]).pvalue < SIGNIFICANT
    if told or known.size < FEWEST:
        return Value(printed, np.inf, (np.inf, np.inf), rounding=ROUNDING)
    if dataset in SYNTHETIC:
        expected = prediction_interval(known)
    else:
        expected = two_sample_interval(known, sd, REPETITIONS)
    ends = (expected.low, expected.high)
    return Value(printed, float(known.mean()), ends, rounding=ROUNDING)


def shares(trials: Trials, dataset: str, methods: Iterable[Method]) -> dict[str, Value]:
    """Return how many times the ALM's error each printed cell is, beside the same of our draws.

    All cells of a drawn series share its draw, so that a series which is hard for all has the same
    ratios as an easy one. Ours are those within a trial, with the 95 % prediction interval.
    """
    by_cell = {(c.method, c.start, c.measure): c for c in cells(trials, dataset, [ALM, *methods])}
    found = {}
    for (method, start, measure), cell in by_cell.items():
        own = by_cell[ALM, start, measure]
        if method == ALM or not (cell.value and own.value) or measure == RESTARTED:
            continue
        theirs, ours = (trials.errors(dataset, m, start, measure) for m in (method, ALM))
        known = np.isfinite(theirs) & np.isfinite(ours)
        ratios, printed = theirs[known] / ours[known], cell.printed / own.printed
        if ratios.size < FEWEST:
            found[cell.name] = Value(printed, np.nan, None)
            continue
        expected = prediction_interval(ratios)
        median = float(np.median(ratios))
        found[cell.name] = Value(printed, median, (expected.low, expected.high), null=1.0)
    return found


def tally(found: Iterable) -> str:
    """Return how many of the printed cells among these ended with which word."""
    return counted(cell.verdict for cell in found if cell.verdict) or "nothing printed"
