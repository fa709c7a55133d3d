"""Units taken away and given back: what is trained on has mean 0 and deviation 1."""

from typing import NamedTuple, Self

import numpy as np


class Scale(NamedTuple):
    """Mean and deviation of each column; a column that does not vary keeps its size.

    Attributes:
        mean: shape (n,).
        spread: shape (n,), > 0.
    """

    mean: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> Self:
        """Return the scale of values, shape (T, n)."""
        mean = values.mean(axis=0)
        largest = np.abs(values).max(axis=0)
        # Divided first, so that the squares of very small or large numbers stay numbers.
        unit = np.where(largest > 0, largest, 1.0)
        spread = ((values - mean) / unit).std(axis=0)
        # A deviation of the size of rounding errors is that of a column of equal numbers.
        return cls(mean, np.where(spread > 1e-12, spread * unit, unit))

    def away(self, values: np.ndarray) -> np.ndarray:
        """Return values without their units."""
        return (values - self.mean) / self.spread

    def back(self, values: np.ndarray) -> np.ndarray:
        """Return values of this scale."""
        return self.mean + self.spread * values
