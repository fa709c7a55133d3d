"""Splitting a table into training and test samples of exactly the sizes asked for."""

from dataclasses import dataclass

import numpy as np

from lib.datasets.containers import Table
from lib.datasets.scaling import moments
from lib.validation import count


@dataclass(frozen=True)
class Split:
    """A table's two parts, inputs standardised with the training part's moments.

    Inputs of one unit are left as they are, with mean 0 and deviation 1: standardised by itself, a
    pixel that is dark in all training images but one would be thousands of deviations bright in
    the first test image that lights it.

    Args:
        X_train: Shape (train, n).
        y_train: Shape (train,) or (train, m), as the table's.
        X_test: Shape (test, n).
        y_test: Shape (test,) or (test, m).
        mean: What was subtracted from the inputs, shape (n,).
        deviation: What they were divided by, 1 for a constant column, shape (n,).
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray


def split(
    table: Table, train: int, generator: np.random.Generator, test: int | None = None
) -> Split:
    """Draw `train` samples for training and others for testing, standardise the inputs.

    For a classification every class gets its share of the training part, rounded down, and the
    samples still missing go to the classes with the largest remainders (ties drawn at random), so
    that the sizes are exact and the classes as balanced as they can be. When the test part is to be
    smaller than what is left, it is drawn from that at random.

    Args:
        table: N samples.
        train: Size of the training part, 1 .. N - 1.
        generator: Where the draw comes from.
        test: Size of the test part, 1 .. N - train; None takes all that is left.

    Raises:
        ValueError: One of the two parts would be empty, or there are too few samples for both.

    Example:
        >>> from lib import datasets
        >>> part = datasets.split(datasets.load("iris"), 105, np.random.default_rng(0))
        >>> part.X_train.shape, part.X_test.shape
        ((105, 4), (45, 4))
    """
    samples = _check(table, train, test)
    order = generator.permutation(samples)
    if table.classes:
        groups = [order[table.y[order] == k] for k in range(len(table.classes))]
        shares = _shares(np.array([len(group) for group in groups]), train, generator)
        chosen = np.concatenate([group[:n] for group, n in zip(groups, shares, strict=True)])
        is_train = np.isin(order, chosen)
    else:
        is_train = np.arange(samples) < train
    return _parts(table, order[is_train], order[~is_train][:test])


def cut(table: Table, train: int) -> Split:
    """Take the first `train` samples for training, as a published split asks for.

    Args:
        table: N samples.
        train: Size of the training part, 1 .. N - 1; the others are the test part.

    Raises:
        ValueError: One of the two parts would be empty.

    Example:
        >>> from lib import datasets
        >>> datasets.cut(datasets.load("iris"), 105).y_train.shape
        (105,)
    """
    samples = _check(table, train, None)
    return _parts(table, np.arange(train), np.arange(train, samples))


def _check(table: Table, train: int, test: int | None) -> int:
    """Return the number of samples when both parts can have their sizes."""
    samples = len(table.X)
    if not 1 <= count("train", train, least=0) < samples:
        raise ValueError(
            f"{table.name} has {samples} samples: train must be between 1 and {samples - 1} so "
            f"that neither part is empty, got {train}"
        )
    if test is not None and not 1 <= count("test", test, least=0) <= samples - train:
        raise ValueError(
            f"{table.name} has {samples} samples, {train} of them for training: test must be "
            f"between 1 and {samples - train}, got {test}"
        )
    return samples


def _parts(table: Table, rows: np.ndarray, rest: np.ndarray) -> Split:
    if table.one_unit:
        mean, deviation = np.zeros(len(table.inputs)), np.ones(len(table.inputs))
    else:
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
