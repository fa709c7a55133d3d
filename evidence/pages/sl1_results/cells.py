"""Paper A, a cell of Table 3 or 5: the printed mean, ours, and what needs no network beside it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from evidence.kit.frames import column, one_by
from evidence.kit.records import Record
from evidence.kit.verdicts import Verdict, decide
from evidence.pages.sl1_results.results import ALL, ROWS, Results, is_classification, printed
from evidence.protocols.sl1 import SL1, TARGETS
from evidence.protocols.sl1_networks import TEST
from evidence.rivals.predictors.of_tables import CONSTANT, LINEAR
from evidence.statistics import Summary, compare, summarise, two_sample_interval

REPETITIONS = 10
"""Trials behind a printed mean (section 4.2)."""

ROUNDING = 5e-5
"""Half a unit of the fourth decimal, the last one printed."""

POWERS = 1e-3
"""Errors below it are printed with a power of ten, and the fourth decimal is that of its factor."""

POINT = 0.01
"""Accuracies this close are near."""

NEAR = 1.25
"""Errors within this factor of each other are near."""

FEWEST = 3
"""Trials without which nothing is judged."""


def agreement(results: Results, name: str, model: str, measure: str) -> Verdict:
    """Return whether a printed mean agrees with our trials.

    It *holds* when it lies where the mean of ten more of our trials would, in 95 of 100 cases
    (Welch's interval with our deviation for theirs, which is not printed), and every trial
    finished; *in part* when it lies outside and the means are within a point of accuracy or a
    quarter of the error; otherwise it does not hold.
    """
    scores = results.scores(name, model, measure)
    finished = scores[np.isfinite(scores)]
    value = printed(name)[measure][model]
    if finished.size < FEWEST:
        return Verdict.UNTESTABLE if scores.size < FEWEST else Verdict.FAILS
    expected = two_sample_interval(finished, finished.std(ddof=1), REPETITIONS)
    if expected.holds(value, rounding(value)):
        return decide(True, finished.size == scores.size)
    mean = finished.mean()
    if is_classification(name):
        near = abs(value - mean) <= POINT
    else:
        near = max(value / mean, mean / value) <= NEAR
    return Verdict.IN_PART if near else Verdict.FAILS


def rounding(value: float) -> float:
    """Return half a unit of the last digit of a printed mean."""
    return ROUNDING * (10.0 ** np.floor(np.log10(value)) if value < POWERS else 1.0)


def against_simple(results: Results, references: Sequence[Record], name: str) -> dict:
    """Return SL1-GRU's comparisons with the constant and the linear predictor by the test part."""
    losses = results.losses(name, SL1, TEST)
    pairs = {}
    for predictor in (CONSTANT, LINEAR):
        scores = simple(references, name, predictor, TEST)
        if scores is not None:
            theirs = 1 - scores if is_classification(name) else scores
            pairs[predictor] = (losses, np.broadcast_to(theirs, losses.shape))
    return compare(pairs) if pairs else {}


def simple(
    references: Sequence[Record], name: str, predictor: str, measure: str
) -> np.ndarray | None:
    """Return what a predictor without a network scores over its trials, None without records."""
    record = one_by(references, "dataset").get("mnist" if name == ROWS else name)
    if record is None:
        return None
    scale = "" if is_classification(name) else f", {TARGETS[name]}"
    return column(record, measure + scale, predictor=predictor)


def gain(results: Results, name: str, moment: str = ALL) -> np.ndarray:
    """Return what SL1-GRU gains on the GRU in every trial: accuracy, or the share of the error."""
    ours, theirs = (results.scores(name, model, TEST, moment) for model in (SL1, "GRU"))
    return _gain(name, ours, theirs)


def gain_fits(results: Results, name: str) -> bool | None:
    """Return whether the gain between two printed means agrees with ours.

    It does when it lies where that of ten more of our trials would, in 95 of 100 cases (Welch's
    interval). Our trials are pairs, for both models share the splits. Nothing is said of theirs:
    without pairs their gain spreads like that between any trial of one model and any of the other.

    Returns:
        None when the answer depends on whether their trials are pairs.

    Raises:
        ValueError: fewer than three trials finished.
    """
    ours, theirs = (results.scores(name, model, TEST) for model in (SL1, "GRU"))
    finished = np.isfinite(ours) & np.isfinite(theirs)
    ours, theirs = ours[finished], theirs[finished]
    pairs, crossed = _gain(name, ours, theirs), _gain(name, ours[:, None], theirs)
    value = printed_gain(name)
    like_ours, without_pairs = (
        two_sample_interval(pairs, spread, REPETITIONS).holds(value, _rounding_of_gain(name))
        for spread in (pairs.std(ddof=1), crossed.std())
    )
    return like_ours if like_ours == without_pairs else None


def _rounding_of_gain(name: str) -> float:
    """Return how far the rounding of its two means can have moved a printed gain."""
    ours, theirs = (printed(name)[TEST][model] for model in (SL1, "GRU"))
    moved = _gain(name, ours + rounding(ours), theirs - rounding(theirs))
    return abs(float(moved) - printed_gain(name))


def _gain(name: str, ours: ArrayLike, theirs: ArrayLike) -> ArrayLike:
    return ours - theirs if is_classification(name) else 1 - ours / theirs


def printed_gain(name: str) -> float:
    """Return the same from the paper's table."""
    test = printed(name)[TEST]
    return float(_gain(name, test[SL1], test["GRU"]))


def mean(results: Results, name: str, model: str, measure: str) -> Summary:
    """Return mean and deviation over the trials."""
    return summarise(results.scores(name, model, measure))
