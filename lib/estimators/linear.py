"""The linear model that a network stands on: ridge regression, its strength chosen by itself."""

import warnings
from typing import NamedTuple, Self

import numpy as np
from sklearn.linear_model import RidgeCV

from lib.estimators.scaling import deviation
from lib.estimators.stability import NetworkWarning
from lib.validation import flag

STRENGTHS = tuple(np.logspace(-3, 3, 13))
"""What the strength of a ridge regression is chosen from, by leave-one-out."""

RESIDUE = 1e-6
"""What the linear model leaves counts as this share of the targets' deviation at least."""


class Linear(NamedTuple):
    r"""The skip connection :math:`Dx_t + d` from inputs to outputs.

    Attributes:
        D: shape (m, n).
        d: shape (m,).
    """

    D: np.ndarray
    d: np.ndarray

    @classmethod
    def fitted(cls, X: np.ndarray, Y: np.ndarray, weights: np.ndarray | None = None) -> Self:
        """Return the ridge regression of Y, shape (T, m), on X, (T, n), with weights (T,)."""
        found = RidgeCV(STRENGTHS, alpha_per_target=Y.shape[1] > 1).fit(X, Y, weights)
        return cls(np.atleast_2d(found.coef_), np.atleast_1d(found.intercept_))

    @classmethod
    def none(cls, n: int, m: int) -> Self:
        """Return the linear model that is zero."""
        return cls(np.zeros((m, n)), np.zeros(m))

    def __call__(self, X: np.ndarray) -> np.ndarray:
        """Return the outputs, shape (T, m)."""
        return X @ self.D.T + self.d


def below(
    X: np.ndarray, Y: np.ndarray, linear: bool, weights: np.ndarray | None = None
) -> tuple[Linear, np.ndarray]:
    """Return the linear model of standardised data, and the deviation of what it leaves, (m,).

    Without a linear model it is zero, and the deviation is taken as 1.

    Example:
        >>> X = np.array([[-1.0], [0.0], [1.0]])
        >>> line, left = below(X, 2 * X, linear=False)
        >>> line.D.tolist(), left.tolist()
        ([[0.0]], [1.0])
    """
    if not flag("linear", linear):
        return Linear.none(X.shape[1], Y.shape[1]), np.ones(Y.shape[1])
    found = Linear.fitted(X, Y, weights)
    return found, np.maximum(deviation(Y - found(X), weights), RESIDUE)


def reliance(given: np.ndarray, wanted: np.ndarray, doubt: float) -> np.ndarray:
    r"""Return the share in [0, 1] of each output of a network that its errors on a holdout justify.

    It is :math:`s\,(1-d/t^2)_+`, where s is the least squares coefficient of the wanted values on
    the given ones, t its ratio to its standard error, and d the doubt: a positive-part Stein
    estimate, which is zero for :math:`|t|\le\sqrt d`.

    Args:
        given: the network's outputs on the holdout, shape (T, m).
        wanted: what they should be, shape (T, m).
        doubt: d >= 0.

    Warns:
        NetworkWarning: it is zero for all outputs.

    Source: W. James, C. Stein, Proc. Fourth Berkeley Symposium (1961); A. J. Baranchik, Stanford
    Technical Report 51 (1964), for the positive part.

    Example:
        >>> wanted = np.array([[1.0], [-1.0], [2.0], [-2.0]])
        >>> reliance(wanted, wanted, doubt=1.0).tolist()
        [1.0]
    """
    size = np.sum(given**2, axis=0)
    safe = np.where(size > 0, size, 1.0)
    share = np.sum(given * wanted, axis=0) / safe
    noise = np.mean((wanted - share * given) ** 2, axis=0)
    # d / t^2 = d noise / (share^2 size); multiplied out, for any of them may be zero.
    kept = share**2 * safe - doubt * noise
    found = np.where((share > 0) & (kept > 0), kept / np.where(share > 0, share * safe, 1.0), 0.0)
    found = np.where(size > 0, np.minimum(found, 1.0), 0.0)
    if not found.any():
        warnings.warn(
            "on the holdout the networks helped no more than chance does: the linear model stands "
            "alone; a forecast by ridge regression is as good and cheaper",
            NetworkWarning,
            stacklevel=3,
        )
    return found
