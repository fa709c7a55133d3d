"""Holm's correction for many tests at once (Scandinavian Journal of Statistics 6, 1979, 65-70)."""

import numpy as np
from numpy.typing import ArrayLike


def holm(p_values: ArrayLike) -> np.ndarray:
    r"""Return the corrected p-values of a family of tests, in the order given.

    Sorted as :math:`p_{(1)}\le\dots\le p_{(k)}` they become
    :math:`\max_{j\le i}\min(1,(k-j+1)\,p_{(j)})`. Calling significant what is then below a level
    makes one false call or more in the whole family with no more than that probability, whatever
    the tests depend on.

    Raises:
        ValueError: the p-values are no list, or one lies outside [0, 1].
    """
    given = np.asarray(p_values, dtype=np.float64)
    if given.ndim != 1 or not ((given >= 0) & (given <= 1)).all():
        raise ValueError(f"p-values must be a list of numbers between 0 and 1, got {p_values!r}")
    order = np.argsort(given, kind="stable")
    steps = given[order] * np.arange(given.size, 0, -1)
    corrected = np.empty_like(given)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return corrected
