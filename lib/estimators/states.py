"""Where the hidden state of a prediction begins."""

import numpy as np
from numpy.typing import ArrayLike

from lib.validation import array, one_of, real

STARTS = (END, ZERO) = ("end", "zero")


def beginnings(start: str | ArrayLike, ends: np.ndarray, series: int) -> np.ndarray:
    """Return the state before the first step of each series to be predicted, shape (S, r).

    Args:
        start: ``end``, ``zero``, or a state: (r,) for one series, (S, r) for several.
        ends: states in which the training series ended.
        series: S.

    Raises:
        ValueError: there is no such start, a state of another shape, or another number of series
            to continue.
    """
    r = ends.shape[1]
    if not isinstance(start, str):
        return array("start", np.atleast_2d(real("start", start)), (series, r))
    if one_of("start", start, STARTS) == ZERO:
        return np.zeros((series, r))
    if len(ends) != series:
        raise ValueError(
            f"the network was trained on {len(ends)} series and cannot continue {series}: give as "
            f"many, or start={ZERO!r}"
        )
    return ends
