"""Adam, with a cosine schedule where asked.

D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR 2015; I. Loshchilov,
F. Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017, (5) without restarts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from evidence.rivals.elman.clipping import Clip
from lib.validation import count, positive

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-7
"""The defaults of Keras; Kingma and Ba take 1e-8 for the last one."""


@dataclass(frozen=True)
class Adam:
    r"""One run's rule, with gradient g in step k = 1, 2, ... and moments p, q from 0:

    .. math::

        p &\leftarrow \beta_1 p + (1-\beta_1) g, \qquad q \leftarrow \beta_2 q + (1-\beta_2) g^2,\\
        z &\leftarrow z - \eta_k \frac{\sqrt{1-\beta_2^k}}{1-\beta_1^k}
              \frac{p}{\sqrt q + \varepsilon} .

    This is the order of operations that Kingma and Ba recommend and Keras follows: epsilon stands
    beside the uncorrected moment.

    Attributes:
        rate: eta > 0.
        clip: applied to g first; None leaves it as it is.
        horizon: None for a constant rate; otherwise
            :math:`\eta_k = \tfrac\eta2 (1 + \cos(\pi (k-1)/\text{horizon}))`, zero after it.

    Raises:
        ValueError: a number is out of range.
    """

    rate: float
    clip: Clip | None = None
    horizon: int | None = None

    def __post_init__(self) -> None:
        positive("learning rate", self.rate)
        if self.horizon is not None:
            count("horizon of the schedule", self.horizon)

    def rate_at(self, step: int) -> float:
        """Return the rate of step 1, 2, ..."""
        if self.horizon is None:
            return self.rate
        done = min((step - 1) / self.horizon, 1.0)
        return 0.5 * self.rate * (1.0 + np.cos(np.pi * done))

    @staticmethod
    def stepper(
        rules: Sequence["Adam"], weights: np.ndarray, gradient: np.ndarray
    ) -> Callable[[], None]:
        """Return what takes one step of all runs: weights and gradient are (R, P) views."""
        first, second = np.zeros_like(weights), np.zeros_like(weights)
        k = 0

        def step() -> None:
            nonlocal k
            k += 1
            rate = np.array([[rule.rate_at(k)] for rule in rules])
            rate *= np.sqrt(1.0 - BETA2**k) / (1.0 - BETA1**k)
            first[:] += (1.0 - BETA1) * (gradient - first)
            second[:] += (1.0 - BETA2) * (gradient * gradient - second)
            weights[:] -= rate * first / (np.sqrt(second) + EPSILON)

        return step
