"""Paper A, a cell of Table 3 or 5: the printed mean, ours, and what needs no network beside it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from evidence.kit.frames import column, one_by
from evidence.kit.records import Record
from evidence.kit.rule import Value
from evidence.pages.sl1_results.results import ALL, ROWS, Results, is_classification, printed
from evidence.protocols.sl1 import SL1, TARGETS
from evidence.protocols.sl1_networks import TEST, TRAIN
from evidence.rivals.predictors.of_tables import CONSTANT, LINEAR
from evidence.statistics import Summary, compare, mean_interval, summarise, two_sample_interval

REPETITIONS = 10
"""Trials behind a printed mean (section 4.2)."""

ROUNDING = 5e-5
"""Half a unit of the fourth decimal, the last one printed."""

POWERS = 1e-3
"""Figures below it are printed with a power of ten; the fourth decimal is that of its factor."""

FEWEST = 3
"""Trials without which nothing is judged."""


def cell(results: Results, name: str, model: str, measure: str) -> Value:
    """Return a printed mean beside ours and where the mean of ten more of our trials would lie.

    That is Welch's interval with our deviation for theirs, which is not printed. Runs that diverged
    have no score; where most did, our mean is infinite. MNIST read by rows, which the paper does
    not name, is cut off after a few epochs and decides nothing.
    """
    scores = results.scores(name, model, measure)
    finished, value = scores[np.isfinite(scores)], float(printed(name)[measure][model])
    if scores.size < FEWEST:
        return Value(value, float(scores.mean()), None)
    if 2 * finished.size <= scores.size or finished.size < FEWEST:
        return Value(value, np.inf, (np.inf, np.inf))
    expected = two_sample_interval(finished, finished.std(ddof=1), REPETITIONS)
    ends = None if name == ROWS else (expected.low, expected.high)
    return Value(value, float(finished.mean()), ends, rounding=float(rounding(value)))


def overfitted(results: Results, name: str, model: str) -> Value:
    """Return how many times the test error is the training error, printed beside ours.

    Ours is the geometric mean over the trials; the interval is Welch's of the logarithms, where the
    ratio of ten more of our trials would lie.
    """
    shown = printed(name).loc[model]
    ratio = float(shown[TEST] / shown[TRAIN])
    test, train = (results.scores(name, model, measure) for measure in (TEST, TRAIN))
    finished = np.isfinite(test) & np.isfinite(train)
    logs = np.log(test[finished] / train[finished])
    if logs.size < FEWEST:
        return Value(ratio, np.nan, None)
    expected = two_sample_interval(logs, logs.std(ddof=1), REPETITIONS)
    ends = float(np.exp(expected.low)), float(np.exp(expected.high))
    return Value(ratio, float(np.exp(logs.mean())), ends, null=1.0)


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


def gain_value(results: Results, name: str, stated: tuple[float, float]) -> Value:
    """Return the gain in percent or points beside a stated range.

    Our trials are pairs, for both models share the splits. Nothing is said of theirs: without pairs
    their gain spreads like that between any trial of one model and any of the other, which is
    allowed for.
    """
    ours, theirs = (results.scores(name, model, TEST) for model in (SL1, "GRU"))
    finished = np.isfinite(ours) & np.isfinite(theirs)
    ours, theirs = ours[finished], theirs[finished]
    pairs = 100 * _gain(name, ours, theirs)
    if pairs.size < FEWEST:
        return Value(stated, np.nan, None, null=0.0)
    crossed = 100 * _gain(name, ours[:, None], theirs)
    expected = two_sample_interval(pairs, float(crossed.std()), REPETITIONS)
    return Value(
        stated,
        float(pairs.mean()),
        (expected.low, expected.high),
        own=mean_interval(pairs),
        null=0.0,
        rounding=0.05,
    )


def _gain(name: str, ours: ArrayLike, theirs: ArrayLike) -> ArrayLike:
    return ours - theirs if is_classification(name) else 1 - ours / theirs


def printed_gain(name: str) -> float:
    """Return the same from the paper's table."""
    test = printed(name)[TEST]
    return float(_gain(name, test[SL1], test["GRU"]))


def mean(results: Results, name: str, model: str, measure: str) -> Summary:
    """Return mean and deviation over the trials."""
    return summarise(results.scores(name, model, measure))
