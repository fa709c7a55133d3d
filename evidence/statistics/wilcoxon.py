"""Wilcoxon's signed-rank test, exact, for paired trials (Biometrics Bulletin 1, 1945, 80-83).

Chosen before the sign-flip test of the mean difference for three reasons. An infinite difference,
left by a run that diverged, gets the largest rank and stays in the test, where a mean would be
lost. A single wild series, of which ten steps have some, does not decide alone. And the
distribution of the statistic under the hypothesis depends on the number of trials alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from lib.validation import count


@dataclass(frozen=True)
class SignedRank:
    """The outcome of the test.

    Attributes:
        p: two-sided p-value of the hypothesis that the differences are symmetric about zero.
        lean: sum of the positive ranks less that of the negative ones over that of all ranks,
            from -1 to 1.
    """

    p: float
    lean: float


def signed_rank(differences: ArrayLike) -> SignedRank:
    r"""Return the exact test of the hypothesis that differences are symmetric about zero.

    With :math:`r_i` the rank of :math:`|d_i|`, ties sharing the mean of their ranks, the statistic
    is :math:`\sum_{d_i>0}r_i`; every choice of signs is equally likely under the hypothesis, and
    all of them are counted. Zeros take a rank and no sign (Pratt, 1959).

    Args:
        differences: one a trial, infinite where one of the two runs diverged, zero where both did.

    Raises:
        ValueError: there are no differences, more than one axis, or a NaN among them.
    """
    given = np.asarray(differences, dtype=np.float64)
    if given.ndim != 1 or given.size == 0:
        raise ValueError(f"differences must be a non-empty list, got shape {given.shape}")
    if np.isnan(given).any():
        raise ValueError(f"differences must not be NaN, got {np.isnan(given).sum()} of them")
    # Twice the ranks are whole numbers even where ties share a rank.
    doubled = np.rint(2 * pd.Series(np.abs(given)).rank().to_numpy()).astype(int)
    signed, signs = doubled[given != 0], np.sign(given[given != 0])
    total, found = int(signed.sum()), int(signed[signs > 0].sum())
    tail = shares(signed)[: min(found, total - found) + 1].sum()
    return SignedRank(
        p=float(min(1.0, 2 * tail)), lean=(2 * found - total) / max(int(doubled.sum()), 1)
    )


def shares(ranks: Iterable[int]) -> np.ndarray:
    """Return, for each sum s from 0, the share of all choices of signs that gives it.

    Args:
        ranks: whole numbers; s is the sum of those with a positive sign.
    """
    share = np.ones(1)
    for rank in ranks:
        nothing = np.zeros(rank)
        share = (np.concatenate([share, nothing]) + np.concatenate([nothing, share])) / 2
    return share


def least_p(trials: int) -> float:
    """Return the smallest p-value that so many trials can give: all differ in one direction.

    Raises:
        ValueError: not a whole number >= 1.
    """
    return 2.0 ** (1 - count("trials", trials))
