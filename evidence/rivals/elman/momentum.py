"""Gradient descent, with Nesterov's momentum where asked.

I. Sutskever, J. Martens, G. Dahl, G. Hinton, On the importance of initialization and momentum in
deep learning, ICML 2013; in the form that Keras computes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from evidence.rivals.elman.clipping import Clip
from lib.validation import positive


@dataclass(frozen=True)
class GradientDescent:
    r"""One run's rule, with gradient g, velocity v from 0, rate and momentum:

    .. math:: v \leftarrow \beta v - \eta g, \qquad z \leftarrow z + \beta v - \eta g .

    Without momentum this is :math:`z \leftarrow z - \eta g`.

    Attributes:
        rate: eta > 0.
        momentum: beta, 0 <= beta < 1.
        clip: applied to g first; None leaves it as it is.

    Raises:
        ValueError: a number is out of range.
    """

    rate: float
    momentum: float = 0.0
    clip: Clip | None = None

    def __post_init__(self) -> None:
        positive("learning rate", self.rate)
        if not 0.0 <= self.momentum < 1.0:
            raise ValueError(f"momentum must be a number from 0 to below 1, got {self.momentum!r}")

    @staticmethod
    def stepper(
        rules: Sequence["GradientDescent"], weights: np.ndarray, gradient: np.ndarray
    ) -> Callable[[], None]:
        """Return what takes one step of all runs: weights and gradient are (R, P) views."""
        rate = np.array([[rule.rate] for rule in rules])
        momentum = np.array([[rule.momentum] for rule in rules])
        velocity = np.zeros_like(weights)

        def step() -> None:
            move = rate * gradient
            velocity[:] *= momentum
            velocity[:] -= move
            weights[:] -= move
            weights[:] += momentum * velocity

        return step
