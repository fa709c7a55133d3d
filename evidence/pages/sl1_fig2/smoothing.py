"""What the smoothing coefficient of paper A buys and costs, measured on a grid."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from lib.penalties import Penalty, SmoothL1

POINTS = 200_001
SPAN = 3.0
NEXT_TO_ZERO = 1e-9


@dataclass(frozen=True)
class Smoothing:
    """One alpha on a grid of 200,001 points over [-3 alpha, 3 alpha].

    Attributes:
        alpha: half-width of the smoothed interval.
        gap: largest distance from the absolute value, alpha / 2 by (14).
        slope_jump: largest change of the slope between neighbouring points.
        curvature: the largest slope of the slope, 1 / alpha by (14).
    """

    alpha: float
    gap: float
    slope_jump: float
    curvature: float


def smoothing(alphas: Sequence[float]) -> list[Smoothing]:
    """Return what each alpha does to the absolute value, the widest first."""
    found = []
    for alpha in sorted(alphas, reverse=True):
        penalty = SmoothL1(alpha)
        x = SPAN * alpha * torch.linspace(-1, 1, POINTS, dtype=torch.float64).unsqueeze(0)
        gap = (penalty.elementwise(x) - x.abs()).abs().max()
        jump = np.abs(np.diff(penalty.gradient(x)[0].numpy())).max()
        spacing = float(x[0, 1] - x[0, 0])
        found.append(Smoothing(alpha, float(gap), float(jump), float(jump / spacing)))
    return found


def slopes_beside_zero(penalty: Penalty) -> tuple[float, float]:
    """Return the slopes of a penalty's chords from zero to -1e-9 and to 1e-9.

    They tend to one number where the penalty has a derivative at zero.
    """
    x = torch.tensor([[-NEXT_TO_ZERO, 0.0, NEXT_TO_ZERO]], dtype=torch.float64)
    left, right = (torch.diff(penalty.elementwise(x)) / torch.diff(x))[0].tolist()
    return left, right
