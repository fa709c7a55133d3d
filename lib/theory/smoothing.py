"""What the smoothing coefficient of paper A buys and costs, measured on a grid."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from lib.penalties import SmoothL1

GRID = torch.linspace(-1, 1, 200_001, dtype=torch.float64).unsqueeze(0)


@dataclass(frozen=True)
class Smoothing:
    """One alpha on the grid of 200,001 points over [-1, 1].

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
    """Return what each alpha does to the absolute value."""
    found = []
    spacing = float(GRID[0, 1] - GRID[0, 0])
    for alpha in alphas:
        penalty = SmoothL1(alpha)
        gap = (penalty.elementwise(GRID) - GRID.abs()).abs().max()
        jump = np.abs(np.diff(penalty.gradient(GRID)[0].numpy())).max()
        found.append(Smoothing(alpha, float(gap), float(jump), float(jump / spacing)))
    return found
