"""What paper A's Tables 2, 3 and 5 and Figures 5 and 6 share (sections 4.2 and 4.3).

A trial is a split, a start and an order of mini-batches; all models compared on it share them, as
far as their weights have the same shapes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch

from evidence.protocols.sl1_methods import METHODS
from evidence.rivals.predictors import of_tables
from lib import datasets
from lib.datasets import Split, Table
from lib.datasets.breast_cancer import LJUBLJANA, WISCONSIN
from lib.datasets.kdd import DISTINCT, WHOLE
from lib.datasets.mnist import PART
from lib.models import GRU, LSTM, RNN, Cell
from lib.randomness import generator
from lib.training import (
    SGD,
    Adam,
    Loss,
    MeanSquaredError,
    MiniBatches,
    Optimiser,
    SigmoidSquaredError,
)
from lib.validation import one_of

HIDDEN_SIZE = 32
"""Of every network (sections 4.2 and 4.3)."""


@dataclass(frozen=True)
class Setting:
    """One row of Table 2, or the setting of section 4.3.

    Attributes:
        rate: the learning rate eta.
        strength: the regularisation factor lambda.
        alpha: the smoothing coefficient.
        batch_size: samples in a mini-batch.
    """

    rate: float
    strength: float
    alpha: float
    batch_size: int


_BREAST_CANCER = Setting(5e-5, 5e-4, 1e-2, 32)
_KDD = Setting(1e-3, 5e-4, 1e-2, 128)
_MNIST = Setting(1e-3, 5e-4, 1e-2, 32)

TABLE2: Mapping[str, Setting] = MappingProxyType(
    {
        "iris": Setting(5e-3, 5e-4, 1e-2, 32),
        "wine": Setting(5e-4, 1e-5, 1e-2, 32),
        LJUBLJANA: _BREAST_CANCER,
        WISCONSIN: _BREAST_CANCER,
        WHOLE: _KDD,
        DISTINCT: _KDD,
        "mnist": _MNIST,
        PART: _MNIST,
    }
)
"""The classifications. Both breast cancer sets have the row of the one that the paper names."""

REGRESSION = Setting(1e-3, 3e-4, 1e-2, 32)
"""Section 4.3, one for all its datasets; the size of the mini-batch is not stated there."""

TARGETS: Mapping[str, str] = MappingProxyType(
    {
        "boston": "standardised",
        "diabetes": "min-max",
        "wine-quality": "as measured",
        "energy": "as measured",
        "student": "min-max",
    }
)
"""The scale of a regression's targets; only these bring errors of the printed magnitude."""

MODELS: Mapping[str, type[Cell]] = MappingProxyType(
    {"RNN": RNN, "LSTM": LSTM, **dict.fromkeys(METHODS, GRU)}
)
"""The networks of Tables 3 and 5, and the proximal one that they lack."""


def loss(dataset: str) -> Loss:
    """Return the data error: (15) is a sum, for a classification; (43) a mean, for a regression."""
    return SigmoidSquaredError() if dataset in TABLE2 else MeanSquaredError()


def optimiser(dataset: str, rate: float) -> Optimiser:
    """Return the optimiser: gradient descent, for a regression Adam."""
    return SGD(rate) if dataset in TABLE2 else Adam(rate)


def mini_batches(dataset: str, trials: int, size: int) -> MiniBatches:
    """Return the mini-batches of the first trials, the same for every model."""
    draws = [generator("sl1_gru", "mini-batches", dataset, k) for k in range(trials)]
    return MiniBatches(size, draws)


def targets(table: Table, split: Split, scale: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return what the outputs shall be on both parts: one-hot classes, or scaled targets.

    Args:
        table: the dataset.
        split: its two parts.
        scale: one of `of_tables.SCALES` for a regression; None for that of ``TARGETS``.

    Returns:
        Shapes (train, C) and (test, C).
    """
    parts = split.y_train, split.y_test
    if table.classes:
        return tuple(np.eye(len(table.classes))[y] for y in parts)
    scale = one_of("scale", scale or TARGETS[table.name], of_tables.SCALES)
    shift, divisor = of_tables.scalings(split)[scale]
    return tuple((y - shift) / divisor for y in parts)


@dataclass(frozen=True, eq=False)
class Part:
    """Training or test samples of S trials.

    Attributes:
        X: (S, N, T, n).
        targets: (S, N, C).
    """

    X: torch.Tensor
    targets: torch.Tensor


def parts(
    dataset: str,
    trials: int,
    dtype: torch.dtype,
    width: int | None = None,
    scale: str | None = None,
) -> tuple[Part, Part]:
    """Return the training and the test part of the first trials.

    A published split is the same in every trial: then S is 1.

    Args:
        dataset: a key of ``TABLE2`` or ``TARGETS``.
        trials: how many.
        dtype: of all tensors.
        width: inputs of a time step; None for a single step with all of them.
        scale: of a regression's targets, see `targets`.

    Raises:
        ValueError: the dataset or the scale is unknown, or the width does not divide its inputs.
    """
    table = datasets.load(one_of("dataset", dataset, (*TABLE2, *TARGETS)))
    seeds = range(1 if datasets.SIZES[dataset].published else trials)
    splits = [datasets.trial(table, seed) for seed in seeds]
    answers = [targets(table, split, scale) for split in splits]
    reading = "step" if width is None else "rows"
    return tuple(
        Part(
            _tensor([datasets.sequences(X, reading, width) for X in inputs], dtype),
            _tensor(wanted, dtype),
        )
        for inputs, wanted in (
            ([split.X_train for split in splits], [train for train, _ in answers]),
            ([split.X_test for split in splits], [test for _, test in answers]),
        )
    )


def _tensor(arrays: list[np.ndarray], dtype: torch.dtype) -> torch.Tensor:
    return torch.stack([torch.from_numpy(np.ascontiguousarray(a)).to(dtype) for a in arrays])


PRINTED = tuple(model for model in MODELS if model != "prox-L1-GRU")
"""The models of the paper, in our order."""


SL1, PROX = "SL1-GRU", "prox-L1-GRU"


EPOCHS: Mapping[str, int] = MappingProxyType(
    {
        "iris": 1000,
        "wine": 1000,
        "breast-cancer-ljubljana": 1000,
        "breast-cancer-wisconsin": 1000,
        "kdd": 10,
        "kdd-distinct": 20,
        "mnist": 20,
    }
)
