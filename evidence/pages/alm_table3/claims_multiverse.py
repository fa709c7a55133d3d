"""Paper B, section 5.4: the ALM's errors against the best rival, over what the paper left open.

The rules, written before any of it was computed. A specification names a series, for the S&P index
its target, an initialisation, a group of rivals, and how the error is taken: for the test error
whether the hidden state runs on from the training part or restarts at zero, for training whether it
is the error or the objective R. Its rival is the method of the group with the smallest mean from
this initialisation, the first of equals; a mean over runs of which one did not finish is infinite.
The choice uses the trials that are compared, as the paper's own reading does.

The effect is the factor by which the rival's error exceeds the ALM's: the geometric mean over the
trials with its bootstrap interval, and where some factor is infinite or zero the median alone. The
outcome is that of :mod:`contest`, whose family are all comparisons with the group from all starts.
"""

from collections.abc import Mapping

import numpy as np

from evidence.kit.multiverse import Multiverse, Specification
from evidence.pages.alm_table3.contest import contest
from evidence.pages.alm_table3.trials import (
    ALM,
    FAIR,
    MEASURE_TITLES,
    OBJECTIVE,
    PRINTED,
    Method,
    Trials,
)
from evidence.protocols import titles
from evidence.protocols.alm import RESTARTED, TEST, TRAIN
from evidence.statistics import mean_interval
from evidence.statistics.comparison import log_ratios
from lib import alm
from lib.datasets import SYNTHETIC

SERIES, TARGET, START, AGAINST = "series", "S&P target", "initialisation", "rivals"

HIDDEN = ("hidden state", {TEST: "runs on", RESTARTED: "restarts"})
QUANTITY = ("measured by", {TRAIN: MEASURE_TITLES[TRAIN], OBJECTIVE: MEASURE_TITLES[OBJECTIVE]})

GROUPS = (PRINTED, FAIR)
FEWEST = 3
SHOWN = 1e3
"""Factors beyond it, and below its inverse, are drawn at the edge."""


def multiverses(trials: Trials) -> tuple[Multiverse, Multiverse]:
    """Return those of the test error and of the training."""
    return (
        _multiverse(trials, "test", HIDDEN),
        _multiverse(trials, "train", QUANTITY),
    )


def _multiverse(trials: Trials, key: str, how: tuple[str, Mapping[str, str]]) -> Multiverse:
    return Multiverse(
        key,
        "best rival's error over the ALM's",
        tuple(
            specification
            for dataset in trials.datasets
            for group in GROUPS
            for measure in how[1]
            for specification in _specifications(trials, dataset, group, measure, how)
        ),
        (SERIES,),
        neutral=1.0,
        limits=(1 / SHOWN, SHOWN),
    )


def _specifications(
    trials: Trials, dataset: str, group: str, measure: str, how: tuple[str, Mapping[str, str]]
) -> list[Specification]:
    found = contest(trials, dataset, group, measure)
    kind, _, which = titles.SERIES[dataset].partition(", ")
    where = {SERIES: which} if dataset in SYNTHETIC else {SERIES: kind, TARGET: which}
    specifications = []
    for start in trials.starts(dataset):
        rival = best_rival(trials, dataset, group, start, measure)
        ours, theirs = (trials.errors(dataset, who, start, measure) for who in (ALM, rival))
        specifications.append(
            Specification(
                {
                    **where,
                    how[0]: how[1][measure],
                    START: alm.initialisation(start).title,
                    AGAINST: group,
                },
                *factor(ours, theirs),
                found.comparisons[rival, start].outcome,
                found.decidable,
            )
        )
    return specifications


def best_rival(trials: Trials, dataset: str, group: str, start: str, measure: str) -> Method:
    """Return the method of a group with the smallest mean error from one start."""
    return min(
        trials.methods(dataset, group),
        key=lambda method: trials.errors(dataset, method, start, measure).mean(),
    )


def factor(ours: np.ndarray, theirs: np.ndarray) -> tuple[float, tuple[float, float] | None]:
    """Return by which factor their errors exceed ours, and its interval if it has one."""
    logs = log_ratios(ours, theirs)
    if not np.isfinite(logs).all():
        # The lower of two middle values, for between -inf and inf there is nothing.
        return float(np.exp(np.quantile(logs, 0.5, method="inverted_cdf"))), None
    if logs.size < FEWEST:
        return float(np.exp(logs.mean())), None
    low, high = mean_interval(logs)
    return float(np.exp(logs.mean())), (float(np.exp(low)), float(np.exp(high)))
