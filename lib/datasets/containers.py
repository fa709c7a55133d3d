"""What a loader returns: a time series with its split (paper B) or a table of samples (paper A)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from lib.validation import array, count, one_of


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
    """Independent samples; `classes` is empty for a regression.

    The arrays are read-only; copy them before changing anything.

    Args:
        name: The dataset's name.
        X: Inputs as they were measured, shape (N, n); categories as numbers, see `categories`.
        y: Class numbers from 0, shape (N,) and int64, or the m targets of a regression, shape
            (N, m) and float64.
        inputs: The n names of the inputs.
        targets: The m names of the targets; one for a classification.
        classes: The names of the classes.
        checksum: What identifies the data, see :func:`lib.datasets.checksum`.
        note: What a reader has to know about the data, in one or two sentences.
        categories: For every input that holds categories their names, in the order of the numbers
            0, 1, ... that stand for them.
        missing: How many values of X were not recorded; the note says what stands in their place.
        one_unit: All inputs are in one unit and of one kind, as pixels are; a split then leaves
            them as they are.

    Raises:
        ValueError: A shape, a class number or a category does not fit, or a value is not finite.
    """

    name: str
    X: np.ndarray
    y: np.ndarray
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    classes: tuple[str, ...]
    checksum: str
    note: str
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing: int = 0
    one_unit: bool = False

    def __post_init__(self) -> None:
        X = array(f"inputs of {self.name}", self.X, ("N", len(self.inputs)))
        shape = (len(X),) if self.classes else (len(X), len(self.targets))
        y = array(f"target of {self.name}", self.y, shape)
        if self.classes:
            _require_numbers(
                f"{self.name} has {len(self.classes)} classes: its target", y, self.classes
            )
            y = y.astype(np.int64)
        for column, names in self.categories.items():
            values = X[:, self.inputs.index(one_of("input", column, self.inputs))]
            _require_numbers(
                f"{column} of {self.name} has {len(names)} categories: it", values, names
            )
        _freeze(self, X=X, y=y)


def _require_numbers(what: str, values: np.ndarray, names: tuple[str, ...]) -> None:
    if not np.isin(values, np.arange(len(names))).all():
        raise ValueError(f"{what} must hold the whole numbers 0 to {len(names) - 1}")


def _freeze(holder: Series | Table, **arrays: np.ndarray) -> None:
    for field_name, value in arrays.items():
        value.setflags(write=False)
        object.__setattr__(holder, field_name, value)
