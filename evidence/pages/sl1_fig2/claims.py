"""Paper A, Figure 2 and section 2.2: what the smoothed absolute value does."""

from collections.abc import Sequence

import numpy as np

from evidence.kit.verdicts import Claim, decide
from evidence.pages.sl1_fig2.smoothing import NEXT_TO_ZERO, Smoothing

ROUNDING = 1e-12
CONTINUOUS = 0.01
"""A slope is called continuous when it changes by less than this share of the jump of L1's, 2."""


def claims(found: Sequence[Smoothing], kink: tuple[float, float]) -> list[Claim]:
    """Judge the statements that go with the figure.

    Args:
        found: what smoothing does, for falling alpha.
        kink: slopes of the L1 penalty on the left and on the right of zero.
    """
    alphas, gaps = np.array([s.alpha for s in found]), np.array([s.gap for s in found])
    off = np.abs(gaps - alphas / 2).max()
    jumps = np.array([s.slope_jump for s in found])
    left, right = kink
    return [
        Claim(
            "The smaller the smoothing coefficient, the closer the function is to the absolute "
            "value (section 2.2).",
            "curves drawn closer and closer",
            "largest distance " + ", ".join(f"{s.gap:.3g} at α = {s.alpha:g}" for s in found),
            decide(bool(off < ROUNDING and (np.diff(gaps) < 0).all())),
            f"The largest distance is α/2 to within {off:.0e}, reached at zero.",
        ),
        Claim(
            "The smoothed function is differentiable everywhere, so the non-differentiable point "
            "is overcome (section 2.2).",
            "stated",
            f"largest change of slope between grid points {jumps.max():.1e}, against 2 for |x|",
            decide(bool((jumps < 2 * CONTINUOUS).all())),
            "The slope, x/α cut off at ±1, is continuous; on this grid it changes by at most the "
            "amount shown.",
        ),
        Claim(
            "The L1 term has no derivative at zero (section 1, (1)).",
            "stated",
            f"slopes of the L1 penalty on the two sides of zero: {left:g} and {right:g}",
            decide(abs(right - left) > 2 * CONTINUOUS),
            f"Taken as differences over {NEXT_TO_ZERO:g} of the penalty that L1-GRU is trained "
            "with. For matrices (1) has no derivative where an entry is zero.",
        ),
    ]


def key_numbers(found: Sequence[Smoothing]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers = {"widest.curvature": found[0].curvature, "narrowest.curvature": found[-1].curvature}
    for s in found:
        numbers |= {f"gap at {s.alpha:g}": s.gap, f"curvature at {s.alpha:g}": s.curvature}
    return numbers
