"""Splitting a table into training and test samples of exactly the sizes asked for."""

from dataclasses import dataclass

import numpy as np

from lib.datasets.containers import Table
from lib.datasets.scaling import moments
from lib.validation import count


@dataclass(frozen=True)
class Split:
    """A table's two parts, inputs standardised with the training part's moments.

    Args:
        X_train: Shape (train, n).
        y_train: Shape (train,).
        X_test: Shape (N - train, n).
        y_test: Shape (N - train,).
        mean: The training inputs' means, shape (n,).
        deviation: Their standard deviations, 1 for a constant column, shape (n,).
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray


def split(table: Table, train: int, generator: np.random.Generator) -> Split:
    """Draw `train` samples for training, leave the others for testing, standardise the inputs.

    For a classification every class gets its share of the training part, rounded down, and the
    samples still missing go to the classes with the largest remainders (ties drawn at random), so
    that the sizes are exact and the classes as balanced as they can be.

    Args:
        table: N samples.
        train: Size of the training part, 1 .. N - 1.
        generator: Where the draw comes from.

    Raises:
        ValueError: One of the two parts would be empty.
    """
    samples = len(table.X)
    if not 1 <= count("train", train, least=0) < samples:
        raise ValueError(
            f"{table.name} has {samples} samples: train must be between 1 and {samples - 1} so "
            f"that neither part is empty, got {train}"
        )
    order = generator.permutation(samples)
    if table.classes:
        groups = [order[table.y[order] == k] for k in range(len(table.classes))]
        shares = _shares(np.array([len(group) for group in groups]), train, generator)
        chosen = np.concatenate([group[:n] for group, n in zip(groups, shares, strict=True)])
        is_train = np.isin(order, chosen)
    else:
        is_train = np.arange(samples) < train
    rows, rest = order[is_train], order[~is_train]
    mean, deviation = moments(table.X[rows])
    return Split(
        X_train=(table.X[rows] - mean) / deviation,
        y_train=table.y[rows],
        X_test=(table.X[rest] - mean) / deviation,
        y_test=table.y[rest],
        mean=mean,
        deviation=deviation,
    )


def _shares(sizes: np.ndarray, total: int, generator: np.random.Generator) -> np.ndarray:
    """Divide `total` among groups in proportion to their sizes, by largest remainder."""
    product = sizes * total
    shares, remainders = product // sizes.sum(), product % sizes.sum()
    ranked = np.lexsort((generator.random(len(sizes)), -remainders))
    shares[ranked[: total - shares.sum()]] += 1
    return shares
