r"""What the method asks of an activation, and the table of those that have a name.

Up to a constant, problem (3.19) divided by gamma is, for every activation,

.. math:: \min_u\; \tfrac q2 u^2 - a u + \tfrac12(\theta_2 - \sigma(u))^2, \qquad
          q = \frac{\gamma + \mu + 2\lambda_6}{\gamma}, \quad
          a = \theta_1 + \frac{\mu}{\gamma}\theta_3 .

Wang, Zhang and Chen, arXiv 2402.13687, (3.19) and section 4.3.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lib.named import Named

ACTIVATIONS: dict[str, type["Activation"]] = {}
"""The activations by the name that files and estimators know them by."""


@dataclass(frozen=True)
class Activation(Named, ABC):
    """An activation sigma, differentiable but for a kink at 0: a frozen dataclass of its numbers.

    A subclass enters `ACTIVATIONS` when it is defined with a name, as in
    ``class ELU(Activation, name="elu")``. A number that is called slope is the slope left of 0.

    Raises:
        ValueError: where a class is defined with the name of another one.
    """

    table: ClassVar = ACTIVATIONS

    #: Left and right slope at u = 0 where they differ, else None.
    kink = None

    @abstractmethod
    def value(self, u: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """Return sigma(u) elementwise, in `out` when given, which may be `u` itself."""

    @abstractmethod
    def slope_at(self, u: np.ndarray) -> np.ndarray:
        """Return sigma'(u) elementwise; at a kink the slope from the left."""

    @abstractmethod
    def minimise(self, a: np.ndarray, theta2: np.ndarray, q: float, out: np.ndarray) -> None:
        """Write a global minimiser of the u problem into `out`; `a` and `theta2` may be changed.

        All three are of one shape. When the best point with u >= 0 and the best with u <= 0 tie,
        the former is taken (Remark 3.4).
        """

    def to_torch(self) -> Callable:
        """Return sigma for PyTorch's tensors, elementwise and differentiable.

        Raises:
            NotImplementedError: if the activation has none.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no counterpart for PyTorch; give it a method to_torch that "
            f"returns one"
        )


def name_of(activation: Activation) -> str:
    """Return the name of an activation.

    Raises:
        ValueError: if its class has none.
    """
    for name, kind in ACTIVATIONS.items():
        if kind is type(activation):
            return name
    raise ValueError(
        f"{activation!r} has no name to write into a file; define its class with one, as in "
        f'class {type(activation).__name__}(Activation, name="...")'
    )
