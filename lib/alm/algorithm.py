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
    gradient_norm,
    kkt_residual,
    objective,
    rolled_out,
)
from lib.alm.options import Options
from lib.alm.problem import Penalties, Problem, State, Weights, check_fit, read_only
from lib.alm.protocol import Strategy
from lib.alm.workspace import BreakdownError, Workspace
from lib.validation import instance

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

    Example:
        >>> import numpy as np
        >>> from lib import alm
        >>> X = np.sin(np.arange(12.0))[:, None]
        >>> Y = np.roll(X, -1)
        >>> start = alm.initial_weights("glorot", np.random.default_rng(0), 3, 1, 1)
        >>> penalties = alm.Penalties.from_tau(0.1, 3, 1, 1)
        >>> options = alm.Options(outer_iterations=2, inner_iterations=5)
        >>> len(list(alm.iterate(X, Y, start, penalties, options)))  # the start, then two
        3
    """
    instance("options", options, Options, "an Options object")
    problem = Problem(X, Y, penalties, options.activation, starts)
    check_fit(problem, weights)
    with _quiet():
        start = rolled_out(problem, weights)
        ws = Workspace(problem, weights.hidden_size)
        extension = options.extension
        strategy = bcd.PLAIN if extension is None else extension.strategy(ws, start)
        level = _level(objective(problem, start), options.level)
    return _walk(ws, start, options, level, strategy)


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


def _walk(
    ws: Workspace, start: State, options: Options, level: float, strategy: Strategy
) -> Iterator[Snapshot]:
    """Yield the start, then in every outer iteration solve a subproblem and renew xi, zeta, gamma.

    The order is: the subproblem, begun at s^0 where (3.13) says so; the multipliers (3.7); gamma
    (3.8), (3.9). A strategy may go back to an earlier point instead, from which the next subproblem
    then begins, with a larger gamma. What overflows is no reason to warn: all tests take it as the
    worst, or the method breaks down.
    """
    problem = ws.problem
    with _quiet():
        state, xi, zeta = start, np.zeros_like(start.H), np.zeros_like(start.H)
        gamma, epsilon, seconds = options.gamma, options.epsilon, 0.0
        violation = feasibility(problem, state)
        value = augmented_lagrangian(problem, state, xi, zeta, gamma)
        solved = _Subproblem(gamma, epsilon, value, 0, "start", False)
        snapshot = _snapshot(problem, 0, state, xi, zeta, gamma, level, solved, seconds)
    yield snapshot
    refuge = None
    for k in range(1, options.outer_iterations + 1):
        with _quiet():
            begun = time.process_time()
            if not np.isfinite(gamma):
                raise BreakdownError(
                    "(3.9) makes gamma larger than floating-point numbers are; scale the data, or "
                    "run fewer outer iterations"
                )
            if refuge is not None:
                state, xi, zeta, _ = refuge
            # (3.13); written so that NaN counts as above the level.
            above = k > 1 and not augmented_lagrangian(problem, state, xi, zeta, gamma) <= level
            restarted = above or refuge is not None
            if restarted:
                strategy.reset()
            first = start if above else state
            state, sweeps, ended_by = bcd.minimise(
                ws, first, xi, zeta, gamma, epsilon, options, strategy
            )
            value = augmented_lagrangian(problem, state, xi, zeta, gamma)
            solved = _Subproblem(gamma, epsilon, value, sweeps, ended_by, restarted)

            C1, C2 = constraints(problem, state)
            xi, zeta = xi + gamma * C1, zeta + gamma * C2  # (3.7)
            before, violation = violation, max(np.linalg.norm(C1), np.linalg.norm(C2))
            slow = not violation <= options.eta1 * before  # (3.8)
            refuge = strategy.refuge(state, xi, zeta)
            if refuge is not None:
                raised = refuge.factor * gamma
                gamma = _at_least(raised, refuge.xi, refuge.zeta, options.eta3)
            elif strategy.raises_gamma(state, slow):
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
    rolled = rolled_out(problem, weights)
    row = {
        "iteration": k,
        "feasibility": feasibility(problem, state),
        "objective": objective(problem, state),
        "rollout_objective": objective(problem, rolled),
        "kkt_residual": kkt_residual(problem, state, xi, zeta),
        "reduced_gradient": gradient_norm(problem, rolled),
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
