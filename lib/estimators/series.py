"""What `ALMRegressor` accepts as data: one series, or several in a list or a three-way array."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, check_X_y, validate_data

from lib.validation import unmistaken


class Data(NamedTuple):
    """Series one after the other.

    Attributes:
        X: inputs of all steps, shape (T, n).
        Y: targets, shape (T, m).
        starts: the rows at which a series begins.
        flat: whether a series' targets were given without the axis of the m outputs.
    """

    X: np.ndarray
    Y: np.ndarray
    starts: tuple[int, ...]
    flat: bool

    @property
    def parts(self) -> list[slice]:
        """The rows of each series."""
        ends = (*self.starts[1:], len(self.X))
        return [slice(*part) for part in zip(self.starts, ends, strict=True)]


def are_several(X: object) -> bool:
    """Return whether X holds several series: a sequence of tables, or an array of three axes.

    Raises:
        ValueError: X is a sequence of rows that differ in length, probably series without an axis
            of inputs.
    """
    if isinstance(X, list | tuple):
        shapes = {np.shape(part) for part in X}
        if len(shapes) > 1 and all(len(shape) == 1 for shape in shapes):
            raise ValueError(
                "X must be one series (T, n) or a list of such, and the rows given differ in "
                "length; a series x of one input is x[:, None]"
            )
        return bool(X) and np.ndim(X[0]) == 2
    return getattr(X, "ndim", None) == 3


def read(
    estimator: BaseEstimator,
    X: ArrayLike | Sequence,
    y: ArrayLike | Sequence,
    reset: bool = True,
) -> Data:
    """Return checked training data; `estimator` learns the number and names of its inputs.

    Args:
        estimator: what is being fitted.
        X: one series (T, n), or several: a list of such, or an array (S, T, n).
        y: targets alike, (T,) or (T, m) a series.
        reset: whether it learns them; else they must be those it knows.

    Raises:
        ValueError: shapes do not fit, a series has fewer than 2 steps, or an entry is not a finite
            number.
    """
    options = {"multi_output": True, "y_numeric": True, "dtype": np.float64}
    options["ensure_min_samples"] = 2
    for what, values, *shapes in (("X", X, "(T, n)"), ("y", y)):
        if not are_several(X) or values is None:
            unmistaken(what, values, *shapes)
            continue
        for k, part in enumerate(values):
            unmistaken(f"series {k}: {what}", part, *shapes)
    if not are_several(X):
        X, y = validate_data(estimator, X, y, reset=reset, **options)
        return Data(X, y.reshape(len(y), -1).astype(np.float64), (0,), y.ndim == 1)
    if y is None or len(X) != len(y):
        given = "no targets" if y is None else f"targets for {len(y)}"
        raise ValueError(f"every series needs its targets: got {len(X)} series and {given}")
    pairs = []
    for k, series in enumerate(zip(X, y, strict=True)):
        try:
            pairs.append(check_X_y(*series, **options))
        except ValueError as error:
            raise ValueError(f"series {k}: {error}") from error
    shapes = {(x.shape[1], t.shape[1:]) for x, t in pairs}
    if len(shapes) > 1:
        raise ValueError(
            f"all series must have the same inputs and outputs, got {len(shapes)} different shapes"
        )
    # What validate_data would note down: the inputs' number, and their names if they have any.
    validate_data(estimator, X[0], reset=reset, dtype=np.float64, ensure_min_samples=2)
    starts = np.cumsum([0, *(len(x) for x, _ in pairs[:-1])]).tolist()
    targets = np.concatenate([t.reshape(len(t), -1) for _, t in pairs]).astype(np.float64)
    return Data(
        np.concatenate([x for x, _ in pairs]), targets, tuple(starts), pairs[0][1].ndim == 1
    )


def read_inputs(estimator: BaseEstimator, X: ArrayLike | Sequence) -> list[np.ndarray]:
    """Return the checked inputs of each series on which a fitted estimator shall predict.

    Raises:
        ValueError: a series has another number of inputs, or an entry is not a finite number.
    """
    several = are_several(X)
    for k, part in enumerate(X if several else [X]):
        unmistaken(f"series {k}: X" if several else "X", part, "(T, n)")
    return [
        validate_data(estimator, part, reset=False, dtype=np.float64)
        for part in (X if several else [X])
    ]


def joined(values: ArrayLike | Sequence, several: bool) -> np.ndarray:
    """Return the targets or predictions of all series as one array."""
    if values is None:
        raise ValueError("y must hold the targets of X, got None")
    parts = values if several else [values]
    return np.concatenate([check_array(part, ensure_2d=False, dtype=None) for part in parts])
