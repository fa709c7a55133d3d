"""The linear model that a network stands on: ridge regression, its strength chosen by itself."""

from typing import NamedTuple, Self

import numpy as np
from sklearn.linear_model import RidgeCV

STRENGTHS = tuple(np.logspace(-3, 3, 13))
"""What the strength of a ridge regression is chosen from, by leave-one-out."""


class Linear(NamedTuple):
    r"""The skip connection :math:`Dx_t + d` from inputs to outputs.

    Attributes:
        D: shape (m, n).
        d: shape (m,).
    """

    D: np.ndarray
    d: np.ndarray

    @classmethod
    def fitted(cls, X: np.ndarray, Y: np.ndarray) -> Self:
        """Return the ridge regression of Y, shape (T, m), on X, shape (T, n)."""
        found = RidgeCV(STRENGTHS, alpha_per_target=Y.shape[1] > 1).fit(X, Y)
        return cls(np.atleast_2d(found.coef_), np.atleast_1d(found.intercept_))

    @classmethod
    def none(cls, n: int, m: int) -> Self:
        """Return the linear model that is zero."""
        return cls(np.zeros((m, n)), np.zeros(m))

    def __call__(self, X: np.ndarray) -> np.ndarray:
        """Return the outputs, shape (T, m)."""
        return X @ self.D.T + self.d
