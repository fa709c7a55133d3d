r"""What the method asks of an activation, and the table of those that have a name.

Up to a constant, problem (3.19) divided by gamma is, for every activation,

.. math:: \min_u\; \tfrac q2 u^2 - a u + \tfrac12(\theta_2 - \sigma(u))^2, \qquad
          q = \frac{\gamma + \mu + 2\lambda_6}{\gamma}, \quad
          a = \theta_1 + \frac{\mu}{\gamma}\theta_3 .

Wang, Zhang and Chen, arXiv 2402.13687, (3.19) and section 4.3.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

ACTIVATIONS: dict[str, type["Activation"]] = {}
"""The activations by the name that files and estimators know them by."""


@dataclass(frozen=True)
class Activation(ABC):
    """An activation sigma, differentiable but for a kink at 0: a frozen dataclass of its numbers.

    A subclass enters `ACTIVATIONS` when it is defined with a name, as in
    ``class ELU(Activation, name="elu")``. A number that is called slope is the slope left of 0.

    Raises:
        ValueError: where a class is defined with the name of another one.
    """

    #: Left and right slope at u = 0 where they differ, else None.
    kink = None

    def __init_subclass__(cls, name: str | None = None, **others: Any) -> None:
        super().__init_subclass__(**others)
        if name is None:
            return
        # The same class may come twice: a notebook's cell is run again.
        known = ACTIVATIONS.get(name, cls)
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise ValueError(
                f"the name {name!r} is taken by {known.__module__}.{known.__qualname__}; give "
                f"{cls.__name__} another one"
            )
        ACTIVATIONS[name] = cls

    @classmethod
    def parameters(cls) -> tuple[str, ...]:
        """Return the names of the numbers that an object is made from."""
        return tuple(f.name for f in fields(cls) if f.init)

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


def check_activation(given: Activation) -> Activation:
    """Return an activation, or raise ValueError when it is something else."""
    if not isinstance(given, Activation):
        kinds = ACTIVATIONS.values()
        known = ", ".join(f"{kind.__name__}({', '.join(kind.parameters())})" for kind in kinds)
        raise ValueError(f"activation must be an object such as {known}, got {given!r}")
    return given
