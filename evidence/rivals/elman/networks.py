"""The weights of R Elman networks of one size in one matrix: a step or a norm is one operation."""

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise, starmap
from typing import Self

import numpy as np

from lib.alm import Weights

NAMES = ("W", "V", "b", "A", "c")


class Networks:
    r"""R networks :math:`h_t = \sigma(W h_{t-1} + V x_t + b)`, :math:`\hat y_t = A h_t + c`.

    Writing into a view changes `flat` and the other way round.

    Attributes:
        flat: (R, P), every weight of a network in one row, float64.
        columns: the columns of `flat` that hold each of W, V, b, A and c.
        W: (R, r, r) view; likewise V (R, r, n), b (R, r), A (R, m, r) and c (R, m).
    """

    def __init__(self, flat: np.ndarray, hidden: int, inputs: int, outputs: int) -> None:
        r, n, m = self.sizes = (hidden, inputs, outputs)
        shapes = ((r, r), (r, n), (r,), (m, r), (m,))
        ends = list(accumulate((math.prod(shape) for shape in shapes), initial=0))
        if flat.ndim != 2 or flat.shape[1] != ends[-1]:
            raise ValueError(f"flat must have shape (runs, {ends[-1]}), got {flat.shape}")
        self.flat = flat
        self.columns = dict(zip(NAMES, starmap(slice, pairwise(ends)), strict=True))
        self.W, self.V, self.b, self.A, self.c = (
            flat[:, columns].reshape(-1, *shape)
            for columns, shape in zip(self.columns.values(), shapes, strict=True)
        )

    @classmethod
    def stack(cls, weights: Sequence[Weights]) -> Self:
        """Return copies of single networks as one batch.

        Raises:
            ValueError: there are none, or they differ in size.
        """
        sizes = {(w.hidden_size, w.input_size, w.output_size) for w in weights}
        if len(sizes) != 1:
            raise ValueError(
                f"the networks of a batch must be of one size, got {len(sizes)} sizes in "
                f"{len(weights)} networks"
            )
        rows = [np.concatenate([getattr(w, name).ravel() for name in NAMES]) for w in weights]
        return cls(np.array(rows), *sizes.pop())

    @property
    def runs(self) -> int:
        """Return R."""
        return len(self.flat)

    def run(self, k: int) -> Weights:
        """Return a copy of one network.

        Raises:
            ValueError: it holds an entry that is not finite.
        """
        return Weights(**{name: getattr(self, name)[k] for name in NAMES})

    def zeros_like(self) -> Self:
        """Return zeros of the same shape, e.g. to hold a gradient."""
        return type(self)(np.zeros_like(self.flat), *self.sizes)
