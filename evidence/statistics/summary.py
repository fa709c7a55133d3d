"""Mean and standard deviation as a table prints them, with the runs that did not finish counted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

ROUNDING = 1e-12
"""A deviation below this share of the mean is zero but for rounding."""


@dataclass(frozen=True)
class Summary:
    """Errors of one method over its trials.

    Attributes:
        mean: mean over the finished trials, NaN when there is none.
        sd: their standard deviation with the divisor n - 1, NaN for fewer than two.
        median: median over all trials, an unfinished one counting as infinite.
        finished: trials with a finite error.
        trials: all of them.
    """

    mean: float
    sd: float
    median: float
    finished: int
    trials: int

    def __str__(self) -> str:
        """Return ``mean ± sd``, and how many trials it is over when some did not finish.

        A deviation that is zero but for rounding is left out.
        """
        if not self.finished:
            return f"none of {self.trials} finished"
        # A predictor without a start has the same error in every trial, but for rounding.
        constant = np.isnan(self.sd) or self.sd <= ROUNDING * abs(self.mean)
        spread = "" if constant else f" ± {number(self.sd, 2)}"
        of = "" if self.finished == self.trials else f" ({self.finished} of {self.trials})"
        return f"{number(self.mean, 3)}{spread}{of}"


def summarise(values: ArrayLike) -> Summary:
    """Return what a table prints of the errors of all trials, infinite or NaN where none exists.

    Raises:
        ValueError: there are no trials, or more than one axis.
    """
    errors = np.asarray(values, dtype=np.float64)
    if errors.ndim != 1 or errors.size == 0:
        raise ValueError(f"errors of trials must be a non-empty list, got shape {errors.shape}")
    known = errors[np.isfinite(errors)]
    return Summary(
        mean=float(known.mean()) if known.size else np.nan,
        sd=float(known.std(ddof=1)) if known.size > 1 else np.nan,
        median=float(np.median(np.where(np.isfinite(errors), errors, np.inf))),
        finished=known.size,
        trials=errors.size,
    )


def number(value: float, digits: int) -> str:
    """Return a number with so many significant digits, as 12 rather than 1.2e+01."""
    if value == 0:
        return "0"
    if not 1e-4 <= abs(value) < 1e5:
        return f"{value:.{digits - 1}e}"
    shown = f"{value:#.{digits}g}".rstrip(".")
    return f"{value:.0f}" if "e" in shown else shown
