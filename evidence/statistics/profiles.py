"""Performance profiles: how often a method is first, close to first, and without success.

E. D. Dolan, J. J. Moré, Benchmarking optimization software with performance profiles, Mathematical
Programming 91 (2002).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lib.validation import positive


def ratios(times: ArrayLike) -> np.ndarray:
    r"""Return :math:`r_{ps}=t_{ps}/\min_s t_{ps}`, infinite where a method fails.

    Args:
        times: (problems, methods), positive; infinite or NaN where a method fails.

    Raises:
        ValueError: the times are no table, or one is not positive.

    Example:
        >>> ratios([[1.0, 2.0], [np.inf, 3.0]]).tolist()
        [[1.0, 2.0], [inf, 1.0]]
    """
    t = np.array(times, dtype=float)
    if t.ndim != 2 or t.size == 0:
        raise ValueError(f"times must have shape (problems, methods), got {t.shape}")
    t[np.isnan(t)] = np.inf
    if not (t > 0.0).all():
        raise ValueError(f"times must be positive, got {t.min():g}")
    first = t.min(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(t), t / first, np.inf)


def profile(times: ArrayLike, factors: ArrayLike) -> np.ndarray:
    r"""Return :math:`\rho_s(f)`, the share of problems with :math:`r_{ps}\le f`.

    Args:
        times: as in `ratios`.
        factors: where, (F,).

    Returns:
        Shape (methods, F).

    Example:
        >>> profile([[1.0, 2.0], [np.inf, 3.0]], [1.0, 2.0]).tolist()
        [[0.5, 0.5], [0.5, 1.0]]
    """
    found = ratios(times)
    return (found[:, :, None] <= np.asarray(factors, dtype=float)).mean(axis=0)


class Tally(NamedTuple):
    """Numbers of problems, one per method.

    Attributes:
        first: on which no other method is faster.
        near: on which it is within the factor of the fastest, those where it is first included.
        fails: on which it has no time.
    """

    first: list[int]
    near: list[int]
    fails: list[int]


def tally(times: ArrayLike, factor: float = 2.0) -> Tally:
    """Return on how many problems each method is first, within a factor, and fails.

    Example:
        >>> tally([[1.0, 2.0], [np.inf, 3.0]])
        Tally(first=[1, 1], near=[1, 2], fails=[1, 0])
    """
    found = ratios(times)
    counted = (found <= 1.0, found <= positive("factor", factor), np.isinf(found))
    return Tally(*(each.sum(axis=0).tolist() for each in counted))
