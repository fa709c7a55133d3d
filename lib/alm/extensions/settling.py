r"""Plain sweeps at a fixed gamma after training, each subproblem closed by the weights' update.

A sweep of Algorithm 3.2 ends with u, so that the weights are those of the h and u before it. What
is then left of :math:`\partial L` lies almost whole in W, where the rows of h make it large, the
more so the longer the last step was. One more update of z makes the gradient in all weights zero
and leaves a remainder in h and u alone. It cannot raise L, so that all that is proved of a
subproblem stays.
"""

import time
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from lib.alm import bcd
from lib.alm.algorithm import Snapshot
from lib.alm.certificate import constraints, measure, rollout_objective
from lib.alm.options import Options
from lib.alm.problem import Problem, State, check_fit, read_only
from lib.validation import count


def settle(
    problem: Problem,
    trained: Snapshot,
    options: Options,
    *,
    subproblems: int = 4,
    sweeps: int = 100,
) -> Snapshot:
    """Return the point with its multipliers after some more subproblems, gamma held.

    The row has the measures of the point, and the sweeps and CPU seconds used here.

    Args:
        problem: what the network was trained on.
        trained: a snapshot of the solver, from which its multipliers and gamma are taken too.
        options: those of the training; only mu counts.
        subproblems: multiplier steps.
        sweeps: plain sweeps in each subproblem.

    Raises:
        ValueError: no snapshot is given, its network does not fit the problem, or a number is out
            of range.
        BreakdownError: if a block's system cannot be factorised or the point is not finite.

    Example:
        >>> options = alm.Options(outer_iterations=3)
        >>> *_, last = alm.iterate(problem.X, problem.Y, weights, penalties, options)
        >>> settled = alm.settle(problem, last, options)
        >>> settled.gamma == last.gamma
        True
    """
    if not isinstance(trained, Snapshot):
        raise ValueError(
            f"settle goes on from a snapshot, such as a result's `best`, "
            f"got {type(trained).__name__}"
        )
    check_fit(problem, trained.weights)
    subproblems, sweeps = count("subproblems", subproblems), count("sweeps", sweeps)
    began = time.process_time()
    ws = bcd.Workspace(problem, trained.weights.hidden_size)
    state = State(trained.weights, trained.H, trained.U)
    xi, zeta, gamma = trained.xi, trained.zeta, trained.gamma
    # What overflows shows in the row, or the method breaks down: no reason to warn.
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(subproblems):
            ws.load(state, xi, zeta, gamma, options.mu)
            for _ in range(sweeps):
                bcd.sweep(ws)
            bcd.update_z(ws)
            state = ws.state()
            C1, C2 = constraints(problem, state)
            xi, zeta = xi + gamma * C1, zeta + gamma * C2  # (3.7)
        seconds = time.process_time() - began
        row = {
            **measure(problem, state, xi, zeta)._asdict(),
            "rollout_objective": rollout_objective(problem, state.weights),
            "sweeps": subproblems * sweeps,
            "seconds": seconds,
        }
    H, U, xi, zeta = map(read_only, (*state[1:], xi, zeta))
    return replace(
        trained,
        weights=state.weights,
        H=H,
        U=U,
        xi=xi,
        zeta=zeta,
        row=MappingProxyType(row),
    )
