"""Paper A, Figure 2 and section 2.2: what the smoothed absolute value does."""

from collections.abc import Sequence
from itertools import pairwise

from evidence.kit.claims import Judged, judge
from evidence.kit.rule import Identity, Universal
from evidence.pages.sl1_fig2.smoothing import JUMP, NEXT_TO_ZERO, POINTS, Smoothing

ROUNDING = 1e-12
CONTINUOUS = JUMP / 100
"""Slopes are called the same when they differ by less than this."""


def claims(found: Sequence[Smoothing], kink: tuple[float, float]) -> list[Judged]:
    """Return the statements that go with the figure, with what was measured.

    Args:
        found: what smoothing does, for falling alpha.
        kink: slopes of the L1 penalty on the left and on the right of zero.
    """
    left, right = kink
    alphas = ", ".join(f"{s.alpha:g}" for s in found)
    jump, turn = (max(getattr(s, name) for s in found) for name in ("slope_jump", "kink"))
    return judge(
        {
            "A-2.2-close": Universal(
                cases=len(found) - 1,
                violated=sum(small.gap >= wide.gap for wide, small in pairwise(found)),
                drawn=f"Steps from one α to the next smaller one, of {alphas}; violated where the "
                "largest distance from the absolute value does not fall. It is α/2, at zero",
                worst=f"down to {found[-1].gap:.3g}",
            ),
            "A-abs-gradient": Universal(
                cases=len(found) * (POINTS - 1),
                violated=sum(s.steps for s in found),
                drawn=f"Neighbours on a fine grid over [−3α, 3α], α = {alphas}; violated where the "
                f"slope jumps by {CONTINUOUS:g} or more",
                worst=f"the largest change of slope is {jump:.1e}, against 2 for |x|",
            ),
            "A-2.2-kink": Universal(
                cases=len(found),
                violated=sum(s.kink >= CONTINUOUS for s in found),
                drawn=f"Smoothed functions with α = {alphas}; violated where the slopes on the two "
                f"sides of zero differ, as differences over {NEXT_TO_ZERO:g}",
                worst=f"by at most {turn:.1g}",
            ),
            "A-int-kink": Universal(
                cases=1,
                violated=int(abs(right - left) < CONTINUOUS),
                drawn=f"The penalty that L1-GRU is trained with: its slopes on the two sides of "
                f"zero are {left:g} and {right:g}",
            ),
            "O-2.2-huber": Identity(
                gap=max(s.huber for s in found),
                tolerance=ROUNDING,
                cases=len(found) * POINTS,
                detail="(14) against Huber's loss of width α, divided by α and shifted by α/2, on "
                f"the same grid, α = {alphas}",
            ),
        }
    )


def key_numbers(found: Sequence[Smoothing]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers = {"widest.curvature": found[0].curvature, "narrowest.curvature": found[-1].curvature}
    for s in found:
        numbers |= {f"gap at {s.alpha:g}": s.gap, f"curvature at {s.alpha:g}": s.curvature}
    return numbers
