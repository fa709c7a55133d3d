"""The ReLU, the paper's activation."""

from dataclasses import dataclass, field

from lib.alm.activations.piecewise_linear import PiecewiseLinear


@dataclass(frozen=True)
class ReLU(PiecewiseLinear, name="relu"):
    """sigma(u) = max(u, 0), (2.1); its u block is (3.21) and (3.22).

    Example:
        >>> import numpy as np
        >>> from lib import alm
        >>> alm.ReLU().value(np.array([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """

    slope: float = field(default=0.0, init=False, repr=False)
