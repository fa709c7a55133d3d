"""`solve`: run Algorithm 3.1, collect its trace and say why it stopped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from lib.alm.algorithm import Snapshot, iterate
from lib.alm.options import Options
from lib.alm.problem import Penalties, State, Weights
from lib.alm.workspace import BreakdownError
from lib.validation import instance, shown

if TYPE_CHECKING:
    import pandas as pd


class Status(Enum):
    """Why `solve` returned; only CONVERGED is success."""

    CONVERGED = "converged"
    ITERATION_LIMIT = "iteration limit"
    STOPPED = "stopped by the callback"
    BREAKDOWN = "breakdown"


@dataclass(frozen=True, eq=False)
class Result:
    """What `solve` found.

    Attributes:
        weights: the trained network.
        H, U: auxiliary variables, shape (T, r).
        xi, zeta: multipliers of C1 and C2, shape (T, r).
        gamma: penalty parameter after the last outer iteration.
        level: the capital gamma of (3.10) that was used.
        rows: one per outer iteration, from 0, the starting point. Their gamma, epsilon and
            augmented_lagrangian belong to the subproblem that produced the row's point, so that
            (3.6) reads kkt_residual <= epsilon within a row; seconds is the CPU time of the
            algorithm so far, the rows' own measurements not counted; restarted tells that (3.13)
            began the subproblem at s^0 again, or a strategy at its refuge.
        best: the snapshot whose network has the smallest R at its roll-out, the start's included.
        status: why the solver stopped.
        reason: the same as a sentence.
    """

    weights: Weights
    H: np.ndarray
    U: np.ndarray
    xi: np.ndarray
    zeta: np.ndarray
    gamma: float
    level: float
    rows: tuple[Mapping[str, object], ...]
    best: Snapshot
    status: Status
    reason: str

    @cached_property
    def trace(self) -> "pd.DataFrame":
        """The rows as a frame."""
        import pandas as pd

        return pd.DataFrame(list(self.rows))

    @property
    def row(self) -> Mapping[str, object]:
        """The row of the point."""
        return self.rows[-1]

    @property
    def state(self) -> State:
        """The point s = (z; h; u)."""
        return State(self.weights, self.H, self.U)


def solve(
    X: ArrayLike,
    Y: ArrayLike,
    weights: Weights,
    penalties: Penalties,
    options: Options | None = None,
    callback: Callable[[Snapshot], object] | None = None,
    starts: Sequence[int] = (0,),
) -> Result:
    """Train an Elman network on (2.6) by the augmented Lagrangian method.

    Args:
        X: inputs, shape (T, n); not changed.
        Y: targets, shape (T, m); not changed.
        weights: the network to start from; s^0 is its roll-out over X.
        penalties: the lambdas of (2.5).
        options: parameters of the method; Table 2's for T = 10 unless given.
        callback: called with every snapshot, the starting point's included; a true return value
            stops the solver.
        starts: the rows at which a series begins if there are several, see `Problem`.

    Returns:
        The last iterate with its multipliers, the trace, and why the solver stopped. Running out
        of iterations is reported as such, not as success.

    Raises:
        ValueError: if shapes do not fit, an entry is not finite, T < 2, R(s^0) is not finite, or
            the given level is below L(s^0).
        BreakdownError: if a block's system is singular in the first outer iteration already.

    Example:
        >>> import numpy as np
        >>> from lib import alm
        >>> X = np.sin(np.arange(12.0))[:, None]
        >>> Y = np.roll(X, -1)
        >>> start = alm.initial_weights("glorot", np.random.default_rng(0), 3, 1, 1)
        >>> penalties = alm.Penalties.from_tau(0.1, 3, 1, 1)
        >>> options = alm.accelerated(Y, outer_iterations=30)
        >>> result = alm.solve(X, Y, start, penalties, options)
        >>> objective = result.trace["rollout_objective"].tolist()
        >>> objective[-1] < 0.5 * objective[0]
        True
    """
    options = Options() if options is None else options
    instance("options", options, Options, "an Options object or None")
    if not (callback is None or callable(callback)):
        raise ValueError(f"callback must be a function or None, got {shown(callback)}")
    snapshots = iterate(X, Y, weights, penalties, options, starts)
    rows: list[dict] = []
    best = ending = None
    while ending is None:
        try:
            last = next(snapshots)
        except StopIteration:
            ending = Status.ITERATION_LIMIT, _out_of_iterations(last, options)
        except BreakdownError as error:
            if len(rows) < 2:
                raise
            ending = Status.BREAKDOWN, f"outer iteration {len(rows)} broke down: {error}"
        else:
            if best is None or last.row["rollout_objective"] < best.row["rollout_objective"]:
                best = last
            rows.append(dict(last.row))
            stopped = callback is not None and callback(last)
            ending = _verdict(last, options.tolerance, stopped)
    status, reason = ending
    return Result(
        weights=last.weights,
        H=last.H,
        U=last.U,
        xi=last.xi,
        zeta=last.zeta,
        gamma=last.gamma,
        level=last.level,
        rows=tuple(rows),
        best=best,
        status=status,
        reason=reason,
    )


def _verdict(last: Snapshot, tolerance: float | None, stopped: object) -> tuple[Status, str] | None:
    """Return status and reason if the solver is to end at this snapshot."""
    worst = max(last.row["feasibility"], last.row["kkt_residual"])
    if tolerance is not None and worst <= tolerance:
        return (
            Status.CONVERGED,
            f"feasibility violation and KKT residual are at most {tolerance:g}",
        )
    if stopped:
        return Status.STOPPED, f"the callback asked to stop after outer iteration {last.iteration}"
    return None


def _out_of_iterations(last: Snapshot, options: Options) -> str:
    wanted = "" if options.tolerance is None else f", not the {options.tolerance:g} asked for"
    return (
        f"all {options.outer_iterations} outer iterations were used; the feasibility violation is "
        f"{last.row['feasibility']:.3g} and the KKT residual {last.row['kkt_residual']:.3g}{wanted}"
    )
