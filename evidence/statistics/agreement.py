"""Does a printed mean fit our trials? Two intervals for it, for two ways in which trials differ."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Interval:
    """Where a printed mean is to be expected, from our trials.

    Attributes:
        low: lower end, which may be negative.
        high: upper end.
    """

    low: float
    high: float

    def holds(self, value: float, rounding: float = 0.0) -> bool:
        """Return whether the value, or one that is rounded to it, lies inside."""
        return bool(self.low - rounding <= value <= self.high + rounding)

    @property
    def factor(self) -> float:
        """The upper end over the lower, infinite when the lower is not positive."""
        return self.high / self.low if self.low > 0 else float("inf")


def prediction_interval(values: ArrayLike, level: float = 0.95) -> Interval:
    r"""Return where the error on one more draw lies: the prediction interval of a lognormal.

    With mean :math:`\bar g` and standard deviation s of the logarithms of n errors, its ends are

    .. math:: \exp\Bigl(\bar g\pm t_{n-1}\,s\sqrt{1+1/n}\Bigr).

    For a paper that draws one series, repeats the start on it and prints the mean, this is wider
    than need be: the mean over its starts varies less than a single start.

    Args:
        values: positive errors, one a draw, at least three.
        level: how often the interval holds the error on a new draw.

    Raises:
        ValueError: too few errors, or one that is not positive and finite.
    """
    errors = _finite(values)
    if not (errors > 0).all():
        raise ValueError(f"errors must be positive, got {errors.min():g}")
    logs = np.log(errors)
    half = _quantile(level, logs.size - 1) * logs.std(ddof=1)
    half *= np.sqrt(1 + 1 / logs.size)
    return Interval(float(np.exp(logs.mean() - half)), float(np.exp(logs.mean() + half)))


def two_sample_interval(
    values: ArrayLike, sd: float, repetitions: int, level: float = 0.95
) -> Interval:
    r"""Return where a mean over repetitions lies that is drawn from what our trials are drawn from.

    Welch's interval: our mean plus or minus :math:`t\sqrt{s^2/n+s'^2/n'}`, with his degrees of
    freedom.

    Args:
        values: one a trial, at least three.
        sd: s', the printed standard deviation.
        repetitions: n', over how many repetitions the printed mean and deviation are.
        level: how often the interval holds such a mean.

    Raises:
        ValueError: too few values, or one that is not finite.
    """
    found = _finite(values)
    ours, theirs = found.var(ddof=1) / found.size, sd**2 / repetitions
    if ours + theirs == 0:
        return Interval(float(found.mean()), float(found.mean()))
    freedom = (ours + theirs) ** 2 / (ours**2 / (found.size - 1) + theirs**2 / (repetitions - 1))
    half = _quantile(level, freedom) * np.sqrt(ours + theirs)
    return Interval(float(found.mean() - half), float(found.mean() + half))


def _quantile(level: float, freedom: float) -> float:
    """Return up to where Student's t lies, in absolute value, with this probability."""
    from scipy.special import stdtrit  # here, for few pages need it

    return stdtrit(freedom, (1 + level) / 2)


def _finite(values: ArrayLike) -> np.ndarray:
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or found.size < 3:
        raise ValueError(f"an interval needs a list of at least 3 values, got {found.size}")
    if not np.isfinite(found).all():
        raise ValueError("values must be finite; leave out the runs that diverged")
    return found
