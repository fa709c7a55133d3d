"""Algorithm 3.1, the outer loop of the augmented Lagrangian method, as an iterator of snapshots.

Wang, Zhang and Chen, arXiv 2402.13687, section 3.1.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lib.alm import bcd
from lib.alm.certificate import (
    augmented_lagrangian,
    constraints,
    feasibility,
    kkt_residual,
    objective,
    reduced_gradient,
    rolled_out,
    rollout_objective,
)
from lib.alm.extrapolation import Extrapolation
from lib.alm.guard import Guard
from lib.alm.options import Options
from lib.alm.problem import Penalties, Problem, State, Weights, check_fit, read_only
from lib.alm.windows import WindowSweeps
from lib.alm.workspace import BreakdownError

TABLE_2_LEVEL = 100.0


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One outer iteration: the point, the multipliers and gamma after it, and its row of the trace.

    The arrays are read-only and no later iteration touches them.
    """

    iteration: int
    weights: Weights
    H: np.ndarray
    U: np.ndarray
    xi: np.ndarray
    zeta: np.ndarray
    gamma: float
    level: float
    row: Mapping[str, object]


def iterate(
    X: ArrayLike,
    Y: ArrayLike,
    weights: Weights,
    penalties: Penalties,
    options: Options,
    starts: Sequence[int] = (0,),
) -> Iterator[Snapshot]:
    """Yield one snapshot per outer iteration of Algorithm 3.1, the starting point first.

    Arguments and errors are those of `solve`; the inputs are checked at once, before the first
    snapshot is asked for.
    """
    problem = Problem(X, Y, penalties, options.activation, tuple(starts))
    check_fit(problem, weights)
    if options.windows is not None:
        if len(problem.starts) > 1:
            raise ValueError(f"windows are for one series, got {len(problem.starts)}")
        options.windows.cut(problem.steps)
    start = rolled_out(problem, weights)
    return _walk(problem, start, options, _level(objective(problem, start), options.level))


def _level(at_start: float, given: float | None) -> float:
    """Return the level of (3.10); L(s^0) is R(s^0), since s^0 is feasible."""
    if not np.isfinite(at_start):
        raise ValueError(
            f"the roll-out of the start weights explodes, R(s0) = {at_start}; start from smaller "
            f"weights, above all a smaller W"
        )
    if given is None:
        return max(TABLE_2_LEVEL, at_start)
    if given < at_start:
        raise ValueError(
            f"level must be at least L(s0) = {at_start:.6g} (3.10), got {given:g}; leave it out "
            f"to use max({TABLE_2_LEVEL:g}, L(s0))"
        )
    return float(given)


class _Subproblem(NamedTuple):
    """How the subproblem that led to a point was set and how it ended: part of the trace's row."""

    gamma: float
    epsilon: float
    augmented_lagrangian: float
    sweeps: int
    ended_by: str
    restarted: bool


def _walk(problem: Problem, start: State, options: Options, level: float) -> Iterator[Snapshot]:
    """Yield the start, then in every outer iteration solve a subproblem and renew xi, zeta, gamma.

    The order is: the subproblem, begun at s^0 where (3.13) says so; the multipliers (3.7); then
    either the guard, whose rise of gamma stands in for (3.8) and (3.9), or these two. What
    overflows is no reason to warn: all tests take it as the worst, or the method breaks down.
    """
    with _quiet():
        ws = bcd.Workspace(problem, start.weights.hidden_size)
        state, xi, zeta = start, np.zeros_like(start.H), np.zeros_like(start.H)
        gamma, epsilon, seconds = options.gamma, options.epsilon, 0.0
        violation = feasibility(problem, state)
        value = augmented_lagrangian(problem, state, xi, zeta, gamma)
        solved = _Subproblem(gamma, epsilon, value, 0, "start", False)
        snapshot = _snapshot(problem, 0, state, xi, zeta, gamma, level, solved, seconds)
    yield snapshot
    sweeper = guard = gap = None
    if options.windows is not None:
        sweeper = WindowSweeps(ws, options.windows)
    elif options.acceleration is not None:
        sweeper = Extrapolation(ws, options.acceleration.momentum)
    if options.acceleration is not None:
        guard = Guard(problem, start, options.acceleration.explosion)
        gap = options.acceleration.gap
    exploded = False
    for k in range(1, options.outer_iterations + 1):
        with _quiet():
            begun = time.process_time()
            if not np.isfinite(gamma):
                raise BreakdownError(
                    "(3.9) makes gamma larger than floating-point numbers are; scale the data, or "
                    "run fewer outer iterations"
                )
            if exploded:
                state, xi, zeta = guard.state(), guard.xi, guard.zeta
            # (3.13); written so that NaN counts as above the level.
            above = k > 1 and not augmented_lagrangian(problem, state, xi, zeta, gamma) <= level
            restarted = exploded or above
            first = start if above else state
            if sweeper is not None and restarted:
                sweeper.reset()
            state, sweeps, ended_by = bcd.minimise(
                ws, first, xi, zeta, gamma, epsilon, options, sweeper
            )
            value = augmented_lagrangian(problem, state, xi, zeta, gamma)
            solved = _Subproblem(gamma, epsilon, value, sweeps, ended_by, restarted)

            C1, C2 = constraints(problem, state)
            xi, zeta = xi + gamma * C1, zeta + gamma * C2  # (3.7)
            before, violation = violation, max(np.linalg.norm(C1), np.linalg.norm(C2))
            exploded = guard is not None and guard.exploded(state.weights, xi, zeta)
            if exploded:
                raised = options.acceleration.raised * gamma
                gamma = _at_least(raised, guard.xi, guard.zeta, options.eta3)
            elif (
                guard.drifted(state, gap)
                if gap is not None
                else not violation <= options.eta1 * before  # (3.8)
            ):
                gamma = _at_least(gamma / options.eta2, xi, zeta, options.eta3)
            epsilon *= options.eta4
            seconds += time.process_time() - begun
            snapshot = _snapshot(problem, k, state, xi, zeta, gamma, level, solved, seconds)
        yield snapshot


def _quiet() -> np.errstate:
    return np.errstate(over="ignore", invalid="ignore")


def _at_least(raised: float, xi: np.ndarray, zeta: np.ndarray, eta3: float) -> float:
    """Return the next gamma, (3.9): the raised one, or more where the multipliers are large."""
    largest = max(np.linalg.norm(xi), np.linalg.norm(zeta))
    return float(max(raised, largest ** (1.0 + eta3)))


def _snapshot(
    problem: Problem,
    k: int,
    state: State,
    xi: np.ndarray,
    zeta: np.ndarray,
    gamma: float,
    level: float,
    solved: _Subproblem,
    seconds: float,
) -> Snapshot:
    weights, H, U = state
    row = {
        "iteration": k,
        "feasibility": feasibility(problem, state),
        "objective": objective(problem, state),
        "rollout_objective": rollout_objective(problem, weights),
        "kkt_residual": kkt_residual(problem, state, xi, zeta),
        "reduced_gradient": reduced_gradient(problem, weights),
        **solved._asdict(),
        "seconds": seconds,
    }
    return Snapshot(
        iteration=k,
        weights=weights,
        H=read_only(H),
        U=read_only(U),
        xi=read_only(xi),
        zeta=read_only(zeta),
        gamma=gamma,
        level=level,
        row=MappingProxyType(row),
    )
