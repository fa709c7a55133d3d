"""Dividing samples into folds for cross-validation."""

import numpy as np

from lib.validation import count


def folds(classes: np.ndarray, number: int, generator: np.random.Generator) -> list[np.ndarray]:
    """Divide samples at random among folds, class by class.

    The sizes of two folds differ by at most one sample, and so do their numbers of samples of any
    class.

    Args:
        classes: Class numbers of N samples, shape (N,).
        number: How many folds, 2 .. N.
        generator: Where the draw comes from.

    Returns:
        The row numbers of each fold.

    Raises:
        ValueError: There are fewer than two folds, or more than samples.

    Example:
        >>> classes = np.array([0, 0, 0, 1, 1, 1])
        >>> [len(fold) for fold in folds(classes, 3, np.random.default_rng(0))]
        [2, 2, 2]
    """
    if not 2 <= count("number of folds", number) <= len(classes):
        raise ValueError(
            f"number of folds must be between 2 and the {len(classes)} samples, got {number}"
        )
    order = generator.permutation(len(classes))
    order = order[np.argsort(classes[order], kind="stable")]
    return [order[k::number] for k in range(number)]
