"""Paper B, sections 2 to 4.1: the statements that can be evaluated at a point, on random points.

Written down before the points were drawn. An identity holds when its sides differ by rounding at
every point, an inequality when no point violates it. The statements about where sweeps end are
looked at on small problems whose sweeps come to rest; a finite number of sweeps supports them and
cannot refute them, so that with none at rest nothing is judged. That the gap of two sums of slopes
is taken over the sum of their sizes was settled after it had been seen; its verdict did not change.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.alm_theory.lagrangian_forms import STEP, LagrangianForms
from evidence.pages.alm_theory.lagrangian_rest import STILL, Rest
from lib import alm

ROUNDING = 1e-10
EXPONENTIAL = 0.05
"""Growth or decay by this share a step counts as exponential."""

SLOPES = 1e-6
"""One-sided slopes are taken from differences and agree to this, relative or absolute."""


def point_claims(found: LagrangianForms, points: int) -> list[Claim]:
    """Judge what is said of any point of (2.2), (2.6) or L."""

    def identity(text: str, off: float, why: str, tolerance: float = ROUNDING) -> Claim:
        return Claim(
            text,
            "stated",
            f"sides differ by up to {off:.0e} of their size, {points} points",
            decide(off < tolerance),
            why,
        )

    return [
        identity(
            "At the network's own states the objective of (2.2) is the loss (1.1) (section 2.1).",
            found.loss,
            "The recursion written down against the objective at the roll-out.",
        ),
        identity(
            "Objective and constraints are those of (2.4) with the Kronecker matrices of (2.3).",
            found.kronecker,
            "Residuals and C₁ with dense matrices against the sums of (2.2).",
        ),
        Claim(
            "Zero multipliers alone solve (2.7), so that NNAMCQ holds (Lemma 2.1).",
            "proved",
            f"the determinant of the linear system is ±1 to {found.determinant:.0e}, {points} "
            "points",
            decide(found.determinant < ROUNDING),
            "(A.2) and (A.3) with random slopes from 0 to 1 at the kinks, which includes all that "
            "the subdifferential has. A system whose determinant is not zero has no other "
            "solution.",
        ),
        Claim(
            "The bounds (A.4), (A.9) and (A.10) on the blocks make level sets bounded (Lemmas 2.4 "
            "and 3.1 ii).",
            "proved",
            f"a block takes up at most {found.reach:.2f} of its bound, {points} points",
            decide(found.reach <= 1),
            "Judged by whether no block exceeds its bound. That level sets are closed, and so "
            "compact, follows from continuity and is not computed.",
        ),
        identity(
            "The two lines of (3.1) are equal.",
            found.squares,
            "The augmented Lagrangian against its form with completed squares.",
        ),
        Claim(
            "L is at least minus the squared multipliers over 2γ (Lemma 3.1 i).",
            "proved",
            f"above that by {found.slack:.2g} or more, {points} points",
            decide(found.slack >= 0),
            "Judged by whether no point lies below.",
        ),
        identity(
            "The gradient of L in z is that of Lemma 3.1 (iii).",
            found.gradient_z,
            "The printed matrices against central differences, which are exact here: L is "
            "quadratic in z.",
        ),
        identity(
            "The gradient of L in h is that of Lemma 3.1 (iv).",
            found.gradient_h,
            "The printed matrices against central differences, which are exact here: L is "
            "quadratic in h.",
        ),
        *(
            Claim(
                f"The update of {block} minimises L over {block} ({place}).",
                "closed form",
                f"at most {left:.0e} of the gradient in {block} is left, {points} points",
                decide(left < ROUNDING),
                "The solver's block, which is that formula, against central differences of L "
                "after it. The problem is strongly convex, so that a point without gradient is "
                "its one minimiser.",
            )
            for block, place, left in (
                ("z", "section 3.2", found.update_z),
                ("h", "(3.18)", found.update_h),
            )
        ),
        Claim(
            "L has one-sided slopes in every direction (Lemma 4.2).",
            "proved",
            "with a tenth of the step a difference quotient changes by up to "
            f"{found.settled:.2f} of what it changed, {points} points",
            decide(found.settled < 0.2),
            f"Quotients with steps {STEP:g} and half of it, then a tenth of both: where a slope "
            "exists the change shrinks with the step. The points have entries of u at the kink. "
            "Local Lipschitz continuity follows, for L is made of polynomials.",
        ),
        identity(
            "A one-sided slope of L is the sum of its slopes in the three blocks, which is why "
            "none descends when no block's does (Lemma 4.5).",
            found.blocks,
            "At points with entries of u at the kink, by differences.",
            SLOPES,
        ),
    ]


def growth_claim(factors: Mapping[str, np.ndarray]) -> Claim:
    """Judge what section 1 says of derivatives over time, by their growth a step per start."""
    every = np.concatenate(list(factors.values()))
    return Claim(
        "Gradients can grow or shrink exponentially with the number of time steps (section 1).",
        "stated",
        "a step multiplies the derivative of the state by "
        + ", ".join(
            f"{f.min():.2g} to {f.max():.2g} ({alm.INITIALISATIONS[start].title})"
            for start, f in factors.items()
        ),
        decide(bool(every.max() > 1 + EXPONENTIAL), bool(every.min() < 1 - EXPONENTIAL)),
        f"Two conditions: some network's derivative grows by more than {EXPONENTIAL:.0%} a step, "
        "and some one's shrinks by more. Random inputs, the five starts of Table 3.",
    )


def rest_claims(
    ends: Sequence[Rest], tied: tuple[float, float], kinds: tuple[int, int, int]
) -> list[Claim]:
    """Judge Remark 3.4, Theorems 4.4 and 4.6 and what is said of stationary points."""
    still = [end for end in ends if end.still]
    where = f"{len(still)} of {len(ends)} small problems whose sweeps move by less than {STILL:g}"
    apart, differ = tied
    along, not_limiting, limiting_alone = kinds
    return [
        Claim(
            "The u problem may have two solutions (Remark 3.4).",
            "stated",
            f"two points {apart:.2f} apart at which its function differs by {differ:.0e}",
            decide(apart > 0 and differ < ROUNDING),
            "One instance of ours, with q = 16/9 and θ₂ = −9a/4; the solver takes the nonnegative "
            "one, as the remark says.",
        ),
        Claim(
            "When a sweep changes nothing, its three values of L and its three points agree "
            "(Theorem 4.4, (4.10)).",
            "proved",
            f"values differ by up to {max((e.values for e in still), default=0):.0e}, points by "
            f"{max((e.points for e in still), default=0):.0e}",
            decide(*(e.values < ROUNDING and e.points < 2 * STILL for e in still)),
            f"Looked at in {where}.",
        ),
        Claim(
            "Where sweeps end without a tolerance the point is stationary along directions "
            "(Theorem 4.6).",
            "proved",
            f"least one-sided slope {min((e.steepest for e in still), default=0):.0e}, with "
            f"{', '.join(str(e.kinks) for e in still)} entries of u at the kink",
            Verdict.HOLDS
            if still and all(e.steepest > -SLOPES for e in still)
            else Verdict.UNTESTABLE,
            f"Near: no slope below −{SLOPES:g}, along every coordinate both ways and along random "
            f"directions of length one. Looked at in {where}.",
        ),
        Claim(
            "A point that is stationary along directions is so in the limiting sense, and not "
            "conversely (section 4.1).",
            "stated",
            f"of {along} such cases {not_limiting} are not; {limiting_alone} others are so in the "
            "limiting sense alone",
            decide(not_limiting == 0, limiting_alone > 0),
            "Asked of x → ax − ζ(x)₊ at zero, the form that the ReLU gives to L in one entry of u, "
            "for a and ζ on a grid.",
        ),
    ]
