"""What the activations have in common that are linear on either side of 0."""

from dataclasses import dataclass

import numpy as np

from lib.alm.activations.base import Activation

BITS = np.dtype(np.int64)
"""Those of a float64."""


@dataclass(frozen=True)
class PiecewiseLinear(Activation):
    r"""sigma(u) = max(u, slope u) with 0 <= slope < 1.

    With :math:`b = a + \theta_2` and :math:`d = a + \text{slope}\,\theta_2` the two candidates are
    :math:`u^+ = (b)_+/(q+1)` and :math:`u^- = -(d)_-/(q+\text{slope}^2)`, which lie
    :math:`(b)_+^2/2(q+1)` and :math:`(d)_-^2/2(q+\text{slope}^2)` below the value at 0, so that no
    objective has to be evaluated to choose between them.
    """

    slope: float

    @property
    def kink(self) -> tuple[float, float]:
        """The slopes at u = 0."""
        return (self.slope, 1.0)

    def value(self, u, out=None):
        """Return sigma(u) elementwise, in `out` when given."""
        if self.slope == 0.0:
            return np.maximum(u, 0.0, out=out)
        return np.maximum(u, self.slope * u, out=out)

    def slope_at(self, u):
        """Return sigma'(u) elementwise, at 0 the slope from the left."""
        return np.where(u > 0.0, 1.0, self.slope)

    def to_torch(self):
        """Return PyTorch's leaky ReLU."""
        from torch import nn

        return nn.LeakyReLU(self.slope)

    def minimise(self, a, theta2, q, out):
        """Write a global minimiser of the u problem into `out`, (3.21), (3.22) and (4.35)."""
        right, left = q + 1.0, q + self.slope**2
        b = np.add(a, theta2, out=out)
        if self.slope:
            theta2 *= self.slope
            a += theta2
        positive = np.maximum(b, 0.0, out=b)
        # Below 0 where d < 0 and (d)_-^2 / left > (b)_+^2 / right.
        decision = np.multiply(positive, np.sqrt(left / right), out=theta2)
        decision += a
        positive *= 1.0 / right
        a *= 1.0 / left
        _choose(decision, a, out)


def _choose(decision: np.ndarray, negative: np.ndarray, out: np.ndarray) -> None:
    """Overwrite `out` with `negative` where `decision` is below 0; both others are destroyed.

    Signs come without a pattern, so that a processor guesses half of the branches of a mask wrong.
    Here the bits of the sign, spread over the number, choose between the bits of the two.
    """
    mask, difference, bits = decision.view(BITS), negative.view(BITS), out.view(BITS)
    mask >>= 63
    difference ^= bits
    difference &= mask
    bits ^= difference
