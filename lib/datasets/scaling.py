"""Standardising a time series: over all steps as paper B does, over its training part, or not."""

import numpy as np

from lib.validation import one_of

MODES = ("all", "train", "none")


def moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Return each column's mean and standard deviation, as used to standardise it.

    .. math:: \bar v_j = \frac1N\sum_i v_{ij}, \qquad
              s_j = \sqrt{\tfrac1N\sum_i (v_{ij}-\bar v_j)^2}

    A constant column gets its value as mean and a standard deviation of 1, so that standardising
    it gives zeros; the rounded mean of equal numbers would give noise divided by noise.

    Args:
        values: Shape (N, k), N >= 1.

    Returns:
        Means and standard deviations (N in the denominator), each of shape (k,).
    """
    constant = values.min(axis=0) == values.max(axis=0)
    mean = np.where(constant, values[0], values.mean(axis=0))
    return mean, np.where(constant, 1.0, values.std(axis=0))


def standardise(values: np.ndarray, train: int, mode: str) -> np.ndarray:
    """Return the columns of a series with mean 0 and standard deviation 1 (N in the denominator).

    Args:
        values: Shape (T, k).
        train: Number of training steps.
        mode: ``"all"`` takes mean and deviation over all T steps, as section 5.1 of paper B does:
            the level and spread of the test part then shape the training data, a leak. ``"train"``
            takes them over the training steps only. ``"none"`` returns the values as they are.

    Raises:
        ValueError: The mode is unknown.

    Example:
        >>> import numpy as np
        >>> from lib.datasets import standardise
        >>> standardise(np.array([[1.0], [3.0]]), train=2, mode="all").ravel().tolist()
        [-1.0, 1.0]
    """
    one_of("standardisation", mode, MODES)
    if mode == "none":
        return values
    mean, deviation = moments(values if mode == "all" else values[:train])
    return (values - mean) / deviation
