"""Gradient clipping by norm, over all weights or array by array.

R. Pascanu, T. Mikolov, Y. Bengio, On the difficulty of training recurrent neural networks, ICML
2013.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lib.validation import positive


@dataclass(frozen=True)
class Clip:
    r"""The gradient g becomes :math:`g\,\min(1, \text{norm}/\|g\|)`.

    Attributes:
        norm: the largest norm that is left as it is.
        per_array: clip W, V, b, A and c one by one, as ``clipnorm`` does in the Keras of
            TensorFlow 2; otherwise by the norm of all of them together, its ``global_clipnorm``.

    Raises:
        ValueError: the norm is not a finite number > 0.
    """

    norm: float
    per_array: bool = False

    def __post_init__(self) -> None:
        positive("clipping norm", self.norm)


def clip(gradient: np.ndarray, norm: np.ndarray, blocks: Iterable[slice]) -> None:
    """Scale each block of columns of a gradient (R, P) down to the norm of its run, in place.

    Args:
        gradient: overwritten.
        norm: (R,), the largest norm of each run.
        blocks: the columns of each array; one slice of all columns clips them together.
    """
    for block in blocks:
        part = gradient[:, block]
        size = np.sqrt(np.einsum("rp,rp->r", part, part))
        part *= (norm / np.maximum(size, norm))[:, None]
