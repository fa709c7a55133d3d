"""Paper B, sections 2 to 4.1: the statements that can be evaluated at a point, on random points.

Written down before the points were drawn. The statements about where sweeps end are looked at on
small problems whose sweeps come to rest. That the gap of two sums of slopes is taken over the sum
of their sizes was settled after it had been seen; its verdict did not change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.rule import Identity, Limit, Universal
from evidence.pages.alm_theory.lagrangian_forms import STEP, LagrangianForms
from evidence.pages.alm_theory.lagrangian_rest import STILL, Rest
from lib import alm

ROUNDING = 1e-10
EXPONENTIAL = 0.05
"""Growth or decay by this share a step counts as exponential."""

SLOPES = 1e-6
"""One-sided slopes are taken from differences and agree to this, relative or absolute."""

SETTLED = 0.2
"""With a tenth of the step, a difference quotient that has a limit changes by about a tenth."""


def point_claims(found: LagrangianForms, points: int) -> list[Judged]:
    """Return what is said of any point of (2.2), (2.6) or L."""

    def identity(gap: float, detail: str, tolerance: float = ROUNDING) -> Identity:
        return Identity(gap, tolerance, points, detail)

    def bound(violated: bool, drawn: str, worst: str) -> Universal:
        return Universal(points, int(violated), drawn, worst)

    exact = "against central differences, which are exact here: L is quadratic in the block"
    return judge(
        {
            "B-2.1-equivalent": identity(
                found.loss, "The recursion written down against the objective at the roll-out"
            ),
            "B-E2.4": identity(
                found.kronecker,
                "Residuals and C₁ with dense Kronecker matrices against the sums of (2.2)",
            ),
            "B-L2.1": identity(
                found.determinant,
                "The determinant of the linear system (A.2), (A.3) in size against 1, with random "
                "slopes from 0 to 1 at the kinks; such a system has no other solution than zero",
            ),
            "B-L2.4": bound(
                found.feasible > 1,
                "Roll-outs of random weights, which are feasible, and the point zero: the share "
                "of its bound (A.4) that a block takes up, and R(0) against the level",
                f"at most {found.feasible:.2f} of a bound",
            ),
            "B-E3.1": identity(
                found.squares, "The augmented Lagrangian against its form with completed squares"
            ),
            "B-L3.1-i": bound(
                found.slack < 0, "Random points", f"above the bound by {found.slack:.2g} or more"
            ),
            "B-L3.1-ii": bound(
                found.reach > 1,
                "Random points: the share of its bound (A.9), (A.10) that a block takes up",
                f"at most {found.reach:.2f}",
            ),
            "B-L3.1-iii": identity(found.gradient_z, f"The printed matrices {exact}"),
            "B-L3.1-iv": identity(found.gradient_h, f"The printed matrices {exact}"),
            "B-abs-closed": identity(
                max(found.update_z, found.update_h),
                "What the formulas for z and h leave of L's gradient in the block",
            ),
            "B-3.2-z": identity(
                found.update_z,
                "What the solution of the two linear systems leaves of L's gradient in z",
            ),
            "B-3.2-h": identity(found.update_h, "What (3.18) leaves of L's gradient in h"),
            "B-L4.2": bound(
                found.settled >= SETTLED,
                f"Difference quotients of L with steps {STEP:g} and half of it, then a tenth of "
                "both: where a slope exists the change shrinks with the step; the points have "
                "entries of u at the kink",
                f"{found.settled:.2f} of the change is left",
            ),
            "B-L4.5": identity(
                found.blocks,
                "A one-sided slope of L against the sum of its slopes in the three blocks, with "
                "entries of u at the kink",
                SLOPES,
            ),
        }
    )


def growth_claim(factors: Mapping[str, np.ndarray]) -> list[Judged]:
    """Return what section 1 says of derivatives over time, by their growth a step per start."""
    every = np.concatenate(list(factors.values()))
    seen = (every.max() > 1 + EXPONENTIAL, every.min() < 1 - EXPONENTIAL)
    return judge(
        {
            "B-int-explode": Universal(
                cases=2,
                violated=sum(not one for one in seen),
                drawn=f"Growth and decay, each by more than {EXPONENTIAL:.0%} a step in some "
                "network with random inputs and one of Table 3's five starts",
                worst="a step multiplies the derivative of the state by "
                + ", ".join(
                    f"{f.min():.2g} to {f.max():.2g} ({alm.INITIALISATIONS[start].title})"
                    for start, f in factors.items()
                ),
            )
        }
    )


def rest_claims(
    ends: Sequence[Rest], tied: tuple[float, float], kinds: tuple[int, int, int]
) -> list[Judged]:
    """Return Remark 3.4, Theorems 4.4 and 4.6 and what is said of stationary points."""
    still = [end for end in ends if end.still]
    apart, differ = tied
    along, not_limiting, limiting_alone = kinds
    every = Limit(
        runs=len(ends),
        reached=sum(e.steepest > -SLOPES for e in still),
        left=sum(e.steepest <= -SLOPES for e in still),
        threshold=f"at rest, and no one-sided slope below −{SLOPES:g}",
        detail="Small problems; slopes along every coordinate, and along random directions "
        f"of length one, with {', '.join(str(e.kinks) for e in still) or 'no'} entries of u at the "
        "kink",
    )
    kink = "x → ax − ζ(x)₊ at zero, the form that the ReLU gives to L in one entry of u, on a grid"
    return judge(
        {
            "B-R3.4": Universal(
                cases=1,
                violated=int(apart == 0 or differ >= ROUNDING),
                drawn="One instance of ours, with q = 16/9 and θ₂ = −9a/4, has two solutions; the "
                "solver takes the nonnegative one",
                worst=f"{apart:.2f} apart, values differ by {differ:.0e}",
            ),
            "B-T4.4-stop": Universal(
                cases=len(still),
                violated=sum(e.values >= ROUNDING or e.points >= 2 * STILL for e in still),
                drawn=f"Those of {len(ends)} small problems whose sweeps move by less than "
                f"{STILL:g}",
                worst=f"values differ by up to {max((e.values for e in still), default=0):.0e}",
            ),
            "B-T4.6": every,
            "B-abs-dstat": replace(every, can=True),
            "B-4.1-notions": Universal(along, not_limiting, drawn=f"Of {kink}"),
            "B-4.1-converse": Universal(
                cases=1,
                violated=int(limiting_alone == 0),
                drawn=f"Of {kink}: whether one is stationary in the limiting sense alone",
                worst=f"{limiting_alone} are",
            ),
        }
    )
