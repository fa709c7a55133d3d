r"""What the gradient methods minimise: R of (2.6) at the roll-out, or the loss that Keras takes.

Wang, Zhang and Chen, arXiv 2402.13687, (2.5), (2.6) and section 5.4.
"""

from dataclasses import dataclass

import numpy as np

from evidence.rivals.elman.networks import NAMES, Networks
from lib.alm import Penalties


@dataclass(frozen=True)
class Objective:
    r"""R of (2.6) with h and u of the roll-out, as `lib.alm.rollout_objective`.

    .. math:: \frac1T\sum_t\|\hat y_t-y_t\|^2 + \lambda_1\|A\|_F^2 + \lambda_2\|W\|_F^2
              + \lambda_3\|V\|_F^2 + \lambda_4\|b\|^2 + \lambda_5\|c\|^2
              + \lambda_6\sum_t\|u_t\|^2

    Attributes:
        penalties: the lambdas of (2.5).
    """

    penalties: Penalties

    @property
    def of_u(self) -> float:
        """Return the weight of the squares of u."""
        return self.penalties.lambda6

    def of_data(self, steps: np.ndarray, outputs: int) -> np.ndarray:
        """Return the weight of the squared errors of so many steps with m `outputs` each."""
        return 1.0 / steps

    def of_weights(self, networks: Networks) -> np.ndarray:
        """Return the weight of the square of every column of ``networks.flat``, (P,)."""
        p = self.penalties
        found = np.empty(networks.flat.shape[1])
        strengths = (p.lambda2, p.lambda3, p.lambda4, p.lambda1, p.lambda5)
        for name, strength in zip(NAMES, strengths, strict=True):
            found[networks.columns[name]] = strength
        return found


@dataclass(frozen=True)
class KerasObjective(Objective):
    r"""The mean over time steps and outputs, with the same penalties on the weights.

    .. math:: \frac1{Tm}\sum_t\|\hat y_t-y_t\|^2 + \lambda_1\|A\|_F^2 + \dots + \lambda_5\|c\|^2

    This is how Keras computes its loss ``mse`` with regularisers on the layers' weights. The term
    with :math:`\lambda_6 = 10^{-8}` is no penalty on weights and is left out.
    """

    @property
    def of_u(self) -> float:
        """Return 0."""
        return 0.0

    def of_data(self, steps: np.ndarray, outputs: int) -> np.ndarray:
        """Return the weight of the squared errors of so many steps with m `outputs` each."""
        return 1.0 / (steps * outputs)
