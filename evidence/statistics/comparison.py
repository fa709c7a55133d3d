"""Two methods on the same trials: better, worse, or a tie when chance could have made the lead."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike

from evidence.statistics.bootstrap import mean_interval
from evidence.statistics.correction import holm
from evidence.statistics.power import smallest_difference
from evidence.statistics.wilcoxon import least_p, signed_rank

SIGNIFICANT = 0.05
"""The level of a whole family of comparisons."""


class Outcome(Enum):
    """How the first of two methods did; a tie means that these trials do not tell them apart."""

    BETTER = "better"
    TIE = "tie"
    WORSE = "worse"


@dataclass(frozen=True, eq=False)
class Comparison:
    """One method against another, trial by trial; lower errors are better.

    Attributes:
        outcome: of the first method, after the correction for the whole family.
        ratio: median over the trials of the other's error over ours, infinite where the other
            diverged in most of them; a trial that neither finished counts as 1.
        differences: the other's error minus ours in every trial that both finished.
        trials: number of trials.
        p: corrected p-value.
        visible: the smallest ratio that so many trials would show four times out of five, were the
            spread of the ratios the one found; infinite when they never could.
    """

    outcome: Outcome
    ratio: float
    differences: np.ndarray
    trials: int
    p: float
    visible: float

    @property
    def difference(self) -> float:
        """The mean of the differences, NaN when there is none."""
        return float(self.differences.mean()) if self.differences.size else float("nan")

    @property
    def interval(self) -> tuple[float, float] | None:
        """The bootstrap interval of the mean difference, None for fewer than three of them."""
        return mean_interval(self.differences) if self.differences.size > 2 else None


def compare(
    pairs: Mapping[Hashable, tuple[ArrayLike, ArrayLike]], level: float = SIGNIFICANT
) -> dict[Hashable, Comparison]:
    """Return the comparisons of a family, corrected together after Holm.

    The test is Wilcoxon's, on the logarithms of the ratios of errors, so that every trial counts by
    factors: a series that is hard for both does not weigh more than an easy one. A run that
    diverged has an infinite error and loses against every finite one; when both diverged, the trial
    is undecided.

    Args:
        pairs: per key the errors of the first and of the other method on the same trials, not
            negative, infinite where a run diverged.
        level: the probability of one false call or more in the family.

    Raises:
        ValueError: two methods have a different number of trials, or an error is negative or NaN.
    """
    logs = {key: log_ratios(*pair) for key, pair in pairs.items()}
    tests = {key: signed_rank(found) for key, found in logs.items()}
    corrected = holm([test.p for test in tests.values()])
    found = {}
    for (key, (ours, theirs)), p in zip(pairs.items(), corrected, strict=True):
        outcome = Outcome.TIE
        if p <= level:
            outcome = Outcome.BETTER if tests[key].lean > 0 else Outcome.WORSE
        trials = logs[key].size
        needed = smallest_difference(trials, level / len(pairs))
        found[key] = Comparison(
            outcome=outcome,
            p=float(p),
            trials=trials,
            **_sizes(np.asarray(ours), np.asarray(theirs), logs[key], needed),
        )
    return found


def can_decide(trials: int, family: int, level: float = SIGNIFICANT) -> bool:
    """Return whether so many trials can make every comparison of a family significant."""
    return least_p(trials) * family <= level


def log_ratios(first: ArrayLike, other: ArrayLike) -> np.ndarray:
    """Return the logarithms of the other's errors over the first's, 0 where the two are equal.

    Raises:
        ValueError: different numbers of trials, or an error that is negative or NaN.
    """
    ours, theirs = (np.asarray(errors, dtype=np.float64) for errors in (first, other))
    if ours.shape != theirs.shape or ours.ndim != 1:
        raise ValueError(
            f"both methods need one error a trial, got shapes {ours.shape} and {theirs.shape}"
        )
    if not ((ours >= 0) & (theirs >= 0)).all():
        raise ValueError("errors must be at least 0, and infinite where a run diverged")
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log(theirs) - np.log(ours)
    # Both diverged, or both are exactly zero: no difference.
    return np.where(ours == theirs, 0.0, found)


def _sizes(ours: np.ndarray, theirs: np.ndarray, logs: np.ndarray, needed: float) -> dict:
    """Return what of a comparison is no test: ratio, differences, the smallest visible ratio."""
    known, factors = np.isfinite(ours) & np.isfinite(theirs), logs[np.isfinite(logs)]
    spread = factors.std(ddof=1) if factors.size > 1 else np.nan
    with np.errstate(over="ignore", invalid="ignore"):
        return {
            "ratio": float(np.exp(np.median(logs))),
            "differences": theirs[known] - ours[known],
            "visible": float(np.exp(spread * needed)) if np.isfinite(needed) else np.inf,
        }
