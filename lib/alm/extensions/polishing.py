r"""From the ALM's last network to a KKT point of (2.6), its kinks treated as kinks.

The ALM ends with many u = 0 exactly. There the gradient of R is the wrong thing to make small:
Theorem 2.3 asks for slopes between the two one-sided ones with which everything balances. So the
slopes are variables, found by the proximal point method: R at the roll-out of
`lib.alm.extensions.smoothed` is minimised by Newton's method, then the slopes at its minimiser
become the centres, and so on. At a fixed point u = 0 wherever a slope lies between the two. The
width is halved when a stage does not bring the roll-out nearer to the one with kinks.

The multipliers of the result are the adjoint with these slopes, so that the certificate shows
whether it is a KKT point; the method itself proves nothing.

R. T. Rockafellar, Augmented Lagrangians and applications of the proximal point algorithm in convex
programming, Mathematics of Operations Research 1 (1976).
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from lib.alm.algorithm import Snapshot
from lib.alm.certificate import measure
from lib.alm.driver import Result
from lib.alm.extensions.smoothed import SmoothedObjective
from lib.alm.extensions.trust_region import minimise
from lib.alm.multipliers import KINK_WIDTH, adjoint, kink_point
from lib.alm.problem import Problem, Weights, check_fit, read_only
from lib.validation import count, instance, positive, shown

SLOWEST, SHARP = 0.3, 1e-2
"""Shares of the distance between the smooth roll-out and the one with kinks: above the first of the
last stage's the width is halved; below the second the gradient is small enough for a stage."""


@dataclass(frozen=True, eq=False)
class Polished:
    """A network near a KKT point, with the multipliers that say how near; `certify` takes it.

    Attributes:
        weights: the network.
        H, U: its roll-out with every u of size up to `kink_width` put to 0, shape (T, r).
        xi, zeta: multipliers, shape (T, r).
        kink_width: twice the largest u whose slope lies between the two, at least 1e-8.
        row: what was measured there, and the effort so far: stage, width, steps (Newton's),
            products (of the Hessian), gradient (of the smooth function), objective, feasibility,
            kkt_residual, kinks, seconds (CPU).
    """

    weights: Weights
    H: np.ndarray
    U: np.ndarray
    xi: np.ndarray
    zeta: np.ndarray
    kink_width: float
    row: Mapping[str, float]

    @property
    def error(self) -> float:
        """The larger one of feasibility violation and KKT residual."""
        return max(self.row["feasibility"], self.row["kkt_residual"])


def polish(
    problem: Problem,
    trained: Result | Snapshot,
    *,
    tolerance: float = 1e-7,
    width: float = 0.5,
    stages: int = 200,
    steps: int = 50,
    watch: Callable[[Polished], object] | None = None,
) -> Polished:
    """Return the best of the stages' points on the way from a network of the ALM to a KKT point.

    The given point is not one of them: where it is nearer already than any stage comes, the result
    is worse. `Polished.error` says how near it is.

    Args:
        problem: what the network was trained on, with a piecewise linear activation.
        trained: the ALM's result, or one of its snapshots; its multipliers give the first slopes.
        tolerance: ends the method once feasibility violation and KKT residual are at most this.
        width: the first width of the rounding, in units of u.
        stages: most stages. The centres stay where a stage has used up its Newton steps before its
            minimum; a stage without a descent that floating point can see counts as finished.
        steps: most Newton steps in one stage.
        watch: called with the point after every stage; a true return value ends the method.

    Raises:
        ValueError: the activation has no kink, the network does not fit the problem or explodes,
            or a number is out of range.

    Example:
        >>> options = alm.accelerated(problem.Y, outer_iterations=10)
        >>> result = alm.solve(problem.X, problem.Y, weights, penalties, options)
        >>> alm.polish(problem, result).error < 1e-7
        True
    """
    instance("problem", problem, Problem, "a Problem of lib.alm")
    instance("trained", trained, Result | Snapshot, "the solver's result or one of its snapshots")
    if not (watch is None or callable(watch)):
        raise ValueError(f"watch must be a function or None, got {shown(watch)}")
    if problem.activation.kink is None:
        raise ValueError(
            f"polish is for activations with a kink, got {problem.activation!r}; a smooth network "
            "needs no treatment of kinks"
        )
    tolerance, width = positive("tolerance", tolerance), positive("width", width)
    stages, steps = count("stages", stages), count("steps", steps)
    check_fit(problem, trained.weights)
    smooth = SmoothedObjective(
        problem, trained.weights.hidden_size, slopes(problem, trained), width
    )
    x, radius = smooth.vector(trained.weights), 1.0
    if not np.isfinite(smooth.evaluate(x)[0]):
        raise ValueError("the roll-out of the weights or its gradient explodes")
    sharp, last, effort = SHARP, np.inf, {"steps": 0, "products": 0, "seconds": 0.0}
    best = None
    for stage in range(1, stages + 1):
        began = time.process_time()
        found = minimise(smooth, x, sharp, radius, steps)
        x, radius = found.x, found.radius
        point = _measured(smooth, found.gradient)
        off = np.linalg.norm(smooth.H - problem.activation.value(smooth.U))
        effort["steps"] += found.steps
        effort["products"] += found.products
        effort["seconds"] += time.process_time() - began
        row = {**point.row, "stage": stage, "width": smooth.width, **effort}
        point = replace(point, row=MappingProxyType(row))
        if best is None or point.error < best.error:
            best = point
        if (watch is not None and watch(point)) or point.error <= tolerance:
            break
        if found.gradient > sharp and found.steps == steps:
            continue
        smooth.centre, radius = smooth.slopes, max(radius, 1e-2)
        if off > SLOWEST * last:
            smooth.width *= 0.5
        last, sharp = off, max(min(sharp, SHARP * off), SHARP * tolerance)
    return best


def slopes(problem: Problem, trained: Result | Snapshot) -> np.ndarray:
    """Return the slopes of the ALM's point: at u = 0 those which its multipliers imply."""
    low, high = problem.activation.kink
    found = np.asarray(problem.activation.slope_at(trained.U), dtype=float)
    implied = (trained.U == 0.0) & (trained.zeta != 0.0)
    found[implied] = np.clip(trained.xi[implied] / trained.zeta[implied], low, high)
    return found


def _measured(smooth: SmoothedObjective, gradient: float) -> Polished:
    problem, weights = smooth.problem, smooth.weights(smooth.x)
    low, high = problem.activation.kink
    near = np.abs(smooth.U[(smooth.slopes > low) & (smooth.slopes < high)])
    kink_width = max(KINK_WIDTH, 2.0 * float(near.max(initial=0.0)))
    state = kink_point(problem, weights, kink_width)
    xi, zeta = adjoint(problem, state, -smooth.delta)
    measures = measure(problem, state, xi, zeta)
    row = {"gradient": gradient, **measures._asdict()}
    H, U, xi, zeta = map(read_only, (state.H, state.U, xi, zeta))
    return Polished(weights, H, U, xi, zeta, kink_width, row)
