"""What a loader returns: a time series with its split (paper B) or a table of samples (paper A)."""

from dataclasses import dataclass

import numpy as np

from lib.validation import array, count


@dataclass(frozen=True)
class Series:
    """One multivariate time series with inputs and targets, and where its training part ends.

    The arrays are read-only; copy them before changing anything.

    Args:
        name: The dataset's name.
        X: Inputs :math:`x_t`, shape (T, n).
        Y: Targets :math:`y_t`, shape (T, m).
        inputs: The n names of the inputs.
        targets: The m names of the targets.
        train: Number of training steps; the remaining T - train steps are the test part.
        checksum: What identifies the data, see :func:`lib.datasets.checksum`.
        note: What a reader has to know about the data, in one or two sentences.

    Raises:
        ValueError: A shape, a name or the split does not fit, or a value is not finite.
    """

    name: str
    X: np.ndarray
    Y: np.ndarray
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    train: int
    checksum: str
    note: str

    def __post_init__(self) -> None:
        X = array(f"inputs of {self.name}", self.X, ("T", len(self.inputs)))
        Y = array(f"targets of {self.name}", self.Y, (len(X), len(self.targets)))
        if not 1 <= count("train", self.train) < len(X):
            raise ValueError(
                f"{self.name} has {len(X)} steps: train must leave at least one of them for the "
                f"test part, got {self.train}"
            )
        _freeze(self, X=X, Y=Y)


@dataclass(frozen=True)
class Table:
    """Independent samples with one target each; `classes` is empty for a regression.

    The arrays are read-only; copy them before changing anything.

    Args:
        name: The dataset's name.
        X: Inputs as they were measured, shape (N, n).
        y: Shape (N,): class numbers from 0 (int64), or the regression target (float64).
        inputs: The n names of the inputs.
        target: The name of the target.
        classes: The names of the classes.
        checksum: What identifies the data, see :func:`lib.datasets.checksum`.
        note: What a reader has to know about the data, in one or two sentences.

    Raises:
        ValueError: A shape or a class number does not fit, or a value is not finite.
    """

    name: str
    X: np.ndarray
    y: np.ndarray
    inputs: tuple[str, ...]
    target: str
    classes: tuple[str, ...]
    checksum: str
    note: str

    def __post_init__(self) -> None:
        X = array(f"inputs of {self.name}", self.X, ("N", len(self.inputs)))
        y = array(f"target of {self.name}", self.y, (len(X),))
        if self.classes:
            if not np.isin(y, np.arange(len(self.classes))).all():
                raise ValueError(
                    f"{self.name} has {len(self.classes)} classes: its target must hold the whole "
                    f"numbers 0 to {len(self.classes) - 1}"
                )
            y = y.astype(np.int64)
        _freeze(self, X=X, y=y)


def _freeze(holder: Series | Table, **arrays: np.ndarray) -> None:
    for field, value in arrays.items():
        value.setflags(write=False)
        object.__setattr__(holder, field, value)
