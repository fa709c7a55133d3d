"""What the smoothing coefficient of paper A buys and costs, measured on a grid."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import huber_loss

from lib.penalties import Penalty, SmoothL1

POINTS = 200_001
SPAN = 3.0
NEXT_TO_ZERO = 1e-9
JUMP = 2.0
"""By how much the slope of the absolute value jumps at zero."""


@dataclass(frozen=True)
class Smoothing:
    """One alpha on a grid of 200,001 points over [-3 alpha, 3 alpha].

    Attributes:
        alpha: half-width of the smoothed interval.
        gap: largest distance from the absolute value, alpha / 2 by (14).
        slope_jump: largest change of the slope between neighbouring points.
        steps: how many of these changes are a hundredth of L1's jump or more.
        kink: difference of the slopes on the two sides of zero.
        curvature: the largest slope of the slope, 1 / alpha by (14).
        huber: largest distance from Huber's loss over alpha plus alpha / 2.
    """

    alpha: float
    gap: float
    slope_jump: float
    steps: int
    kink: float
    curvature: float
    huber: float


def smoothing(alphas: Sequence[float]) -> list[Smoothing]:
    """Return what each alpha does to the absolute value, the widest first."""
    return [_smoothing(alpha) for alpha in sorted(alphas, reverse=True)]


def _smoothing(alpha: float) -> Smoothing:
    penalty = SmoothL1(alpha)
    x = SPAN * alpha * torch.linspace(-1, 1, POINTS, dtype=torch.float64).unsqueeze(0)
    values = penalty.elementwise(x)
    jumps = np.abs(np.diff(penalty.gradient(x)[0].numpy()))
    left, right = slopes_beside_zero(penalty)
    huber = huber_loss(x, torch.zeros_like(x), reduction="none", delta=alpha)
    return Smoothing(
        alpha=alpha,
        gap=float((values - x.abs()).abs().max()),
        slope_jump=float(jumps.max()),
        steps=int((jumps >= JUMP / 100).sum()),
        kink=abs(right - left),
        curvature=float(jumps.max() / float(x[0, 1] - x[0, 0])),
        huber=float((values - huber / alpha - alpha / 2).abs().max()),
    )


def slopes_beside_zero(penalty: Penalty) -> tuple[float, float]:
    """Return the slopes of a penalty's chords from zero to -1e-9 and to 1e-9.

    They tend to one number where the penalty has a derivative at zero.
    """
    x = torch.tensor([[-NEXT_TO_ZERO, 0.0, NEXT_TO_ZERO]], dtype=torch.float64)
    left, right = (torch.diff(penalty.elementwise(x)) / torch.diff(x))[0].tolist()
    return left, right
