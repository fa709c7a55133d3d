r"""Block coordinate descent over windows of the series, the h and u of one window at a time.

Given the weights, the blocks of different time steps do not interact in (3.18) and (3.16): h_t
takes part in steps t and t+1 alone. So a step can take B consecutive time steps,

.. math:: z \to (h_s,\dots,h_{s+B-1}) \to (u_s,\dots,u_{s+B-1}),

each minimised in closed form with everything else as it is, the h before the window and the u
behind it included. The sums over all time steps on which z depends (Lemma 3.1) are kept: a window's
old terms are taken out of them and its new ones put in, so that z is the minimiser for all h and u.
A sweep is a pass over all windows in random order.

In multiply-adds a step costs about :math:`B\,(7r^2+6rn+3rm)` for the window and
:math:`2r^3+\tfrac52r^2n+\tfrac32r^2m` for the systems of z and h, so that windows much shorter
than r pay mostly for the systems.

R. Neal, G. Hinton, A view of the EM algorithm that justifies incremental, sparse, and other
variants, in M. Jordan (ed.), Learning in Graphical Models, 1998, has the same bookkeeping for EM.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from lib.alm import bcd
from lib.alm.extensions.acceleration import accelerated
from lib.alm.extensions.guard import Guard, Guarded
from lib.alm.options import Options
from lib.alm.problem import State
from lib.alm.workspace import Workspace, add_product, solve
from lib.validation import count


@dataclass(frozen=True, kw_only=True)
class Windows(Guarded):
    """How a sweep is cut into steps, under a guard, whose attributes are those of `Guarded`.

    Attributes:
        length: time steps of a window, B; the windows are made about equally long.
        seed: of the order in which the windows follow each other.

    Raises:
        ValueError: if a number is not whole or out of range.
    """

    excluded_rules: ClassVar[tuple[str, ...]] = ("step",)
    length: int
    seed: int = 0

    def __post_init__(self):
        super().__post_init__()
        count("length of a window", self.length)
        count("seed", self.seed, least=0)

    def cut(self, steps: int) -> list[slice]:
        """Return the windows of a series in order of time.

        Raises:
            ValueError: if the series is shorter than a window.
        """
        if self.length > steps:
            raise ValueError(
                f"a window must be at most the {steps} steps of the series long, got {self.length}"
            )
        borders = np.linspace(0, steps, round(steps / self.length) + 1).round().astype(int)
        return [slice(start, stop) for start, stop in pairwise(borders.tolist())]

    def strategy(self, ws: Workspace, start: State) -> "WindowSweeps":
        """Return the strategy of a run from `start`.

        Raises:
            ValueError: if there are several series, or the one is shorter than a window.
        """
        return WindowSweeps(ws, start, self)


def windowed(Y: ArrayLike, length: int, **changes: object) -> Options:
    """Return parameters for sweeps over windows of so many steps, otherwise those of `accelerated`.

    The guard stays, the extrapolation does not.

    Args:
        Y: targets, shape (T, m).
        length: of a window, in time steps.
        changes: parameters of `Options` to set differently.

    Raises:
        ValueError: as `accelerated`, or the length is not a whole number >= 1.

    Example:
        >>> import numpy as np
        >>> from lib import alm
        >>> alm.windowed(np.arange(90.0)[:, None], 30).extension.length
        30
    """
    return accelerated(Y, **({"extension": Windows(length=length)} | changes))


class WindowSweeps(Guard):
    """Passes over the windows of a workspace."""

    def __init__(self, ws: Workspace, start: State, windows: Windows) -> None:
        super().__init__(ws.problem, start, windows)
        if len(ws.problem.starts) > 1:
            raise ValueError(f"windows are for one series, got {len(ws.problem.starts)}")
        self.parts = windows.cut(ws.problem.steps)
        self.draw = np.random.default_rng(windows.seed)

    def reset(self) -> None:
        """Do nothing: a pass has no memory of the one before."""

    def begin(self, ws: Workspace) -> None:
        """Form the sums anew, for multipliers and gamma have changed; it also ends rounding."""
        bcd.sum_up(ws)

    def sweep(self, ws: Workspace) -> int:
        """Update z and then a window's h and u, for every window once; return 1."""
        for k in self.draw.permutation(len(self.parts)):
            step(ws, self.parts[k])
        return 1


def step(ws: Workspace, window: slice) -> None:
    """Update z, the window's h and the window's u; the workspace's sums stay true."""
    bcd.solve_z(ws)
    _count_in(ws, window, -1.0)
    h = _minimising_h(ws, window)
    ws.H[1:][window] = h
    _update_u(ws, window)
    _count_in(ws, window, 1.0)


def _count_in(ws: Workspace, window: slice, sign: float) -> None:
    """Add the terms of the sums that a window's h and u take part in, times `sign`."""
    h = ws.H[1:][window]
    add_product(ws.Y1_H, ws.Y1[window].T, h, scale=sign)
    rows = slice(window.start, min(window.stop + 1, ws.problem.steps))
    past, X = ws.H[:-1][rows], ws.X_white[rows]
    target = ws.U[rows] + ws.xi[rows]
    add_product(ws.gram_H, past.T, past, scale=sign)
    add_product(ws.white_H, X.T, past, scale=sign)
    add_product(ws.white_target, X.T, target, scale=sign)
    add_product(ws.past_target, past.T, target, scale=sign)


def _minimising_h(ws: Workspace, window: slice) -> np.ndarray:
    """Return the h of a window that minimise L, (3.18), without changing the point."""
    bcd.hidden_systems(ws)
    rhs = ws.problem.activation.value(ws.U[window]) - ws.zeta[window]
    add_product(rhs, ws.Y1[window], ws.lift)
    after = slice(window.start + 1, min(window.stop + 1, ws.problem.steps))
    inner = after.stop - after.start
    found = np.empty_like(rhs)
    if inner:
        gap = ws.U[after] + ws.xi[after]
        add_product(gap, ws.X_white[after], ws.v, scale=-1.0)
        add_product(rhs[:inner], gap, ws.W_T.T)
        found[:inner] = _solved(ws, ws.D1, rhs[:inner])
    if inner < len(rhs):
        found[inner:] = _solved(ws, ws.D2, rhs[inner:])
    return found


def _solved(ws: Workspace, matrix: np.ndarray, rows: np.ndarray) -> np.ndarray:
    columns = np.ascontiguousarray(rows.T)
    solve(matrix, columns, ws.gamma, "h", "lambda1 and lambda2")
    return columns.T


def _update_u(ws: Workspace, window: slice) -> None:
    """Minimise L over the u of a window with the proximal term, (3.16)."""
    u = ws.U[window]
    pre = (ws.mu / ws.gamma) * u - ws.xi[window]
    add_product(pre, ws.X_white[window], ws.v)
    add_product(pre, ws.H[:-1][window], ws.W_T)
    theta2 = ws.H[1:][window] + ws.zeta[window]
    q = 1.0 + (ws.mu + 2.0 * ws.problem.penalties.lambda6) / ws.gamma
    ws.problem.activation.minimise(pre, theta2, q, out=u)
