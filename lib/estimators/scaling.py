"""Units taken away and given back: what is trained on has mean 0 and deviation 1."""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from lib.validation import array


class Scale(NamedTuple):
    """Mean and deviation of each column; a column that does not vary keeps its size.

    Attributes:
        mean: shape (n,).
        spread: shape (n,), > 0.
    """

    mean: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, weights: np.ndarray | None = None) -> Self:
        """Return the scale of values, shape (T, n), each row counted by its weight, (T,)."""
        mean = np.average(values, axis=0, weights=weights)
        largest = np.abs(values).max(axis=0)
        # Divided first, so that the squares of very small or large numbers stay numbers.
        unit = np.where(largest > 0, largest, 1.0)
        spread = deviation((values - mean) / unit, weights)
        # A deviation of the size of rounding errors is that of a column of equal numbers.
        return cls(mean, np.where(spread > 1e-12, spread * unit, unit))

    def away(self, values: np.ndarray) -> np.ndarray:
        """Return values without their units."""
        return (values - self.mean) / self.spread

    def back(self, values: np.ndarray) -> np.ndarray:
        """Return values of this scale."""
        return self.mean + self.spread * values


def deviation(values: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Return the standard deviation of each column, each row counted by its weight."""
    if weights is None:
        return values.std(axis=0)
    mean = np.average(values, axis=0, weights=weights)
    return np.sqrt(np.average((values - mean) ** 2, axis=0, weights=weights))


def shares(sample_weight: ArrayLike, samples: int) -> np.ndarray:
    """Return the samples' weights with a mean of 1, so that rates and penalties keep their meaning.

    Raises:
        ValueError: they are not one finite number >= 0 a sample, or all are zero.

    Example:
        >>> shares([1, 3], samples=2).tolist()
        [0.5, 1.5]
    """
    weights = array("sample_weight", sample_weight, (samples,))
    if (weights < 0).any() or not weights.any():
        raise ValueError(
            f"sample_weight must hold numbers >= 0, not all of them zero, got {weights.min():g} "
            f"to {weights.max():g}"
        )
    return weights / weights.mean()
