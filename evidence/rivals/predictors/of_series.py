"""The simplest predictors of a series and the error that paper B reports.

They stand beside every table of paper B: a trained network that does not do better than these has
learned nothing that was worth training for. All but persistence see the inputs only, as the
networks do; persistence sees the target of the step before.
"""

from collections.abc import Sequence

import numpy as np

from lib.datasets import Series
from lib.validation import positive

ZERO, PERSISTENCE, LEAST_SQUARES, RIDGE = PREDICTORS = (
    "zero",
    "persistence",
    "least squares",
    "ridge with a lag",
)
PARTS = ("train", "test")

STRENGTHS = (1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4)
HOLDOUT = 0.2
"""How the strength of the ridge is chosen: from these, on this share of the training part."""


def errors(series: Series, predicted: np.ndarray) -> tuple[float, float]:
    r"""Return the errors on the training and on the test part (paper B, section 5.2).

    .. math:: \frac1{|P|}\sum_{t\in P}\|y_t-\hat y_t\|^2

    for either part P: a sum over the m outputs, a mean over time steps.

    Args:
        series: T steps with m targets.
        predicted: :math:`\hat y_t`, shape (T, m).

    Raises:
        ValueError: the predictions have another shape than the targets.
    """
    if predicted.shape != series.Y.shape:
        raise ValueError(
            f"predictions of {series.name} must have the shape of its targets, {series.Y.shape}; "
            f"got {predicted.shape}"
        )
    squares = ((series.Y - predicted) ** 2).sum(axis=1)
    return float(squares[: series.train].mean()), float(squares[series.train :].mean())


def zero(series: Series) -> np.ndarray:
    """Return zero for every target of every step, shape (T, m)."""
    return np.zeros_like(series.Y)


def persistence(series: Series) -> np.ndarray:
    r"""Return the target of the step before, :math:`\hat y_t=y_{t-1}`, shape (T, m).

    The first training step is predicted by zero, the first test step by the last training target.
    """
    return _lagged(series.Y)


def least_squares(series: Series) -> np.ndarray:
    r"""Return :math:`\hat y_t=Bx_t+d` with B and d fitted to the training part, shape (T, m)."""
    from sklearn.linear_model import LinearRegression  # here, for pages need only the names above

    X, train = series.X, series.train
    fit = LinearRegression().fit(X[:train], series.Y[:train])
    return fit.predict(X).reshape(series.Y.shape)


def ridge(series: Series, strengths: Sequence[float], holdout: float) -> tuple[np.ndarray, float]:
    r"""Return the predictions of ridge regression on :math:`[x_t, x_{t-1}]` and its strength.

    .. math:: \min_{B,d}\ \sum_t\|y_t-B[x_t,x_{t-1}]-d\|^2+\alpha\|B\|_F^2,\qquad x_0=0

    The strength :math:`\alpha` is the one with the smallest error on the tail of the training part
    after a fit to its head; then the whole training part is fitted. The test part is not looked at.

    Args:
        series: T steps.
        strengths: the values of :math:`\alpha` to choose from.
        holdout: the tail's share of the training part; at least one step is held out.

    Returns:
        The predictions, shape (T, m), and the strength.

    Raises:
        ValueError: a strength is not positive, or the head or the tail would be empty.
    """
    from sklearn.linear_model import RidgeCV  # here, for pages need only the names above

    strengths = [positive("ridge strength", strength) for strength in strengths]
    train = series.train
    tail = max(1, round(positive("holdout", holdout) * train))
    if tail >= train:
        raise ValueError(
            f"a holdout of {holdout:g} of the {train} training steps of {series.name} leaves none "
            f"to fit to"
        )
    steps = np.arange(train)
    Z = np.hstack([series.X, _lagged(series.X)])
    fit = RidgeCV(
        alphas=strengths,
        cv=[(steps[:-tail], steps[-tail:])],
        scoring="neg_mean_squared_error",
    ).fit(Z[:train], series.Y[:train])
    return fit.predict(Z).reshape(series.Y.shape), float(fit.alpha_)


def _lagged(values: np.ndarray) -> np.ndarray:
    """Return the rows one step later, the first one zero."""
    return np.vstack([np.zeros_like(values[:1]), values[:-1]])


def all_errors(
    series: Series, strengths: Sequence[float] = STRENGTHS, holdout: float = HOLDOUT
) -> dict[str, float]:
    """Return the errors of every predictor on both parts, and the ``strength`` of the ridge.

    Args:
        series: T steps with m targets.
        strengths: from which that of the ridge is chosen.
        holdout: the share of the training part on which it is chosen.
    """
    with_lag, strength = ridge(series, strengths, holdout)
    found = {
        ZERO: zero(series),
        PERSISTENCE: persistence(series),
        LEAST_SQUARES: least_squares(series),
        RIDGE: with_lag,
    }
    row = {"strength": strength}
    for name in PREDICTORS:
        row |= zip((f"{name} {p}" for p in PARTS), errors(series, found[name]), strict=True)
    return row
