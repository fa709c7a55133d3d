r"""What a penalty does to weights that get no gradient: the arithmetic behind paper A's sparsity.

A weight that cannot act, such as every recurrent one of a network that sees a single time step,
moves under the penalty alone. With :math:`s = \eta\lambda` a subgradient step of L1 takes s off its
size, and swings below s once it is there. A step of the smoothed penalty does the same outside
:math:`\alpha` and multiplies by :math:`1 - s/\alpha` inside, (14). Starts are uniform on
[-1/2, 1/2], as in section 4.2, and a weight counts as zero below 1e-5, (42).
"""

import math

import numpy as np

from lib.training.epochs import NEAR_ZERO

SPREAD = 0.5
"""Sizes of the starts are uniform on [0, 1/2]."""

POINTS = 2**20


def l1_share(steps: float, step: float) -> float:
    """Return the share of dead weights that count as zero after so many subgradient steps.

    Args:
        steps: how many.
        step: eta lambda, below 1e-5, for a weight could swing back over it otherwise.
    """
    return min(1.0, (NEAR_ZERO + steps * step) / SPREAD)


def l1_steps(share: float, step: float) -> float:
    """Return after how many subgradient steps this share of the dead weights counts as zero."""
    return max(0.0, share * SPREAD - NEAR_ZERO) / step


def sl1_share(steps: float, step: float, alpha: float) -> float:
    """Return the share of dead weights that count as zero after so many steps of the smoothed L1.

    Args:
        steps: how many.
        step: eta lambda, below alpha.
        alpha: half-width of the smoothed interval, above 1e-5.
    """
    inside = decay_steps(step, alpha)
    if steps <= inside:
        reached = NEAR_ZERO * math.exp(-steps * math.log1p(-step / alpha))
    else:
        reached = alpha + (steps - inside) * step
    return min(1.0, reached / SPREAD)


def sl1_steps(share: float, step: float, alpha: float) -> float:
    """Return after how many steps of the smoothed L1 this share of dead weights counts as zero."""
    size = share * SPREAD
    if size <= NEAR_ZERO:
        return 0.0
    inside = math.log(min(size, alpha) / NEAR_ZERO) / -math.log1p(-step / alpha)
    return inside + max(0.0, size - alpha) / step


def decay_steps(step: float, alpha: float) -> float:
    """Return in how many steps the smoothed penalty takes a weight from alpha to 1e-5."""
    return math.log(alpha / NEAR_ZERO) / -math.log1p(-step / alpha)


def stalled_share(step: float) -> float:
    """Return the share of starts that one step of this length leaves as they are.

    In single precision, where w - s is rounded to the nearest number that can be stored.
    """
    sizes = SPREAD * (np.arange(POINTS, dtype=np.float64) + 0.5) / POINTS
    stored = sizes.astype(np.float32)
    return float(np.mean(stored - np.float32(step) == stored))
