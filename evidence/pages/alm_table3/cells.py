"""Paper B, Table 3: does a printed cell agree with our trials?

The rule was written after the ALM's runs on the short series and single runs on the others had
been seen, before all the rest. The paper prints, for every method and start, a mean and a
deviation over ten repetitions on one data set.

* A *synthetic* data set is drawn: the paper drew one, every trial here draws its own. So the
  printed mean is one more draw, and it is asked whether it lies in the 95 % prediction interval of
  ours (lognormal). The paper's deviation plays no part, it does not know about other draws.
* The *S&P series* is one. Trials differ in their starts, here and in the paper, and it is asked
  whether the printed mean lies in Welch's 95 % interval around ours.

Printed numbers are rounded, which widens either interval by half a unit of the third decimal.
Inside the interval a cell *holds* when the ends of the interval are less than a factor of ten apart
and every trial finished, and holds in part when some did not; it *cannot be tested* when chance
alone would let an agreeing experiment end anywhere within a factor of ten or more. Outside the
interval it holds *in part* when the two means are within a quarter of each other, and does not hold
otherwise. Nor does it when fewer than three of our trials finished. With fewer than three trials
nothing is judged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from evidence.kit.tables import counted
from evidence.kit.verdicts import Verdict, decide, together
from evidence.pages.alm_table3.trials import ALM, PRINTED, STARTS, Method, Trials
from evidence.papers import tables as papers
from evidence.papers.alm_zero import PRINTED as ROUNDING
from evidence.protocols.alm import RESTARTED, TEST, TRAIN
from evidence.statistics import (
    Interval,
    Summary,
    prediction_interval,
    summarise,
    two_sample_interval,
)
from lib.datasets import SYNTHETIC

REPETITIONS = 10
"""Of every run in the paper (section 5.4)."""

WIDE = 10.0
"""An interval whose ends are this factor apart, or more, tests nothing."""

NEAR = 1.25
"""Means within this factor of each other are near."""

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
        expected: where the printed mean is to be expected, None when that cannot be said.
        verdict: whether the two agree, None where there is nothing printed.
    """

    method: Method
    start: str
    measure: str
    printed: float | None
    printed_sd: float | None
    ours: Summary
    expected: Interval | None
    verdict: Verdict | None


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
    key = (method[1], PAPER_STARTS[start])
    if method != ALM and method[0] != PRINTED:
        return Cell(method, start, measure, None, None, ours, None, None)
    mean, sd = (float(v) for v in table.loc[key, [column, f"{column}_sd"]])
    expected = _expected(values[np.isfinite(values)], sd, dataset)
    verdict = judge(mean, ours, expected)
    return Cell(method, start, measure, mean, sd, ours, expected, verdict)


def _expected(finished: np.ndarray, sd: float, dataset: str) -> Interval | None:
    if finished.size < FEWEST:
        return None
    if dataset in SYNTHETIC:
        return prediction_interval(finished)
    return two_sample_interval(finished, sd, REPETITIONS)


def judge(printed: float, ours: Summary, expected: Interval | None) -> Verdict:
    """Return the verdict on one cell, by the rule at the head of this module.

    Args:
        printed: the paper's mean.
        ours: our trials.
        expected: where the printed mean is to be expected; None without enough finished trials.
    """
    if expected is None:
        return Verdict.UNTESTABLE if ours.trials < FEWEST else Verdict.FAILS
    if not expected.holds(printed, ROUNDING):
        near = max(printed / ours.mean, ours.mean / printed) <= NEAR
        return Verdict.IN_PART if near else Verdict.FAILS
    if expected.factor >= WIDE:
        return Verdict.UNTESTABLE
    return decide(True, ours.finished == ours.trials)


class Judged(Protocol):
    """What has a verdict, None where nothing is printed."""

    verdict: Verdict | None


def agreement(found: Iterable[Judged]) -> Verdict:
    """Return the verdict on several cells together; those that cannot be tested do not count."""
    return together(cell.verdict for cell in found if cell.verdict)


def tally(found: Iterable[Judged]) -> str:
    """Return how many cells ended with which word."""
    return counted(cell.verdict for cell in found if cell.verdict) or "nothing printed"
