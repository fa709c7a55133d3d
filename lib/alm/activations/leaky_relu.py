"""The leaky ReLU of section 4.3."""

from dataclasses import dataclass

from lib.alm.activations.piecewise_linear import PiecewiseLinear
from lib.validation import share


@dataclass(frozen=True)
class LeakyReLU(PiecewiseLinear, name="leaky_relu"):
    r"""sigma(u) = max(u, slope u) with 0 < slope < 1 (the paper's varpi).

    The negative candidate is (4.35) with its condition put right: it applies when
    :math:`\gamma\theta_1 + \gamma\varpi\theta_2 + \mu\theta_3 < 0`; the printed condition lacks
    the middle term.

    Raises:
        ValueError: if slope is not between 0 and 1.

    Example:
        >>> import numpy as np
        >>> from lib import alm
        >>> alm.LeakyReLU(slope=0.1).value(np.array([-1.0, 2.0])).tolist()
        [-0.1, 2.0]
    """

    slope: float = 0.01

    def __post_init__(self):
        share("slope", self.slope)
