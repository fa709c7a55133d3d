r"""Extrapolated block coordinate descent with a monotone safeguard.

A sweep of Algorithm 3.2 depends on h and u alone, for z is minimised first. So it can begin at

.. math:: (h,u)_x = (h,u)^{j} + \beta_j\bigl((h,u)^{j}-(h,u)^{j-1}\bigr), \qquad
          \beta_j = \min\Bigl\{\frac{\theta_j-1}{\theta_{j+1}},\bar\beta\Bigr\}, \quad
          \theta_{j+1} = \tfrac12\bigl(1+\sqrt{1+4\theta_j^2}\bigr),

and its result s+ is accepted when

.. math:: L(s^+) \le L(s^j) - \tfrac\mu2\|(h,u)^+-(h,u)^j\|^2 .

Otherwise a plain sweep is made from :math:`s^j`, and the extrapolation begins anew. It also begins
anew when it points uphill, :math:`\langle (h,u)_x-(h,u)^+,(h,u)^+-(h,u)^j\rangle > 0`. It goes on
over the multiplier steps of Algorithm 3.1, after which L is computed anew.

Yu. Nesterov, A method of solving a convex programming problem with convergence rate O(1/k^2),
Soviet Mathematics Doklady 27 (1983); B. O'Donoghue, E. Candès, Adaptive restart for accelerated
gradient schemes, Foundations of Computational Mathematics 15 (2015).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg.blas import daxpy

from lib.alm import bcd
from lib.alm.extensions.guard import Guard, Guarded
from lib.alm.options import Options
from lib.alm.problem import State
from lib.alm.workspace import Workspace, add_product
from lib.validation import array, as_number


@dataclass(frozen=True, kw_only=True)
class Acceleration(Guarded):
    r"""Extrapolated sweeps under a guard, whose attributes are those of `Guarded`.

    Attributes:
        momentum: the largest weight of the extrapolation, :math:`\bar\beta` in [0, 1); 0 makes
            plain sweeps, with the guard alone.

    Raises:
        ValueError: if a value is outside its range.

    Example:
        >>> from lib import alm
        >>> alm.Options(extension=alm.Acceleration(momentum=0.9)).extension.momentum
        0.9
    """

    momentum: float = 0.98

    def __post_init__(self):
        super().__post_init__()
        if not 0.0 <= as_number(self.momentum) < 1.0:
            raise ValueError(f"momentum must lie in [0, 1), got {self.momentum!r}")

    def strategy(self, ws: Workspace, start: State) -> "Extrapolation":
        """Return the strategy of a run from `start`."""
        return Extrapolation(ws, start, self)


def accelerated(Y: ArrayLike, **changes: object) -> Options:
    r"""Return parameters for the accelerated method that suit targets Y without a search.

    :math:`\gamma_0 = 13.5\,v/T` with v the mean variance of the columns of Y: a sum over T steps
    then weighs as much in L as the mean over them in R, whatever the units of Y; v is 1 for a Y
    that does not vary and so sets no scale. eta3 is 1.5, for Algorithm 3.1 asks for more than 1. A
    subproblem ends after 20 sweeps and by no other rule, so that epsilon, eta4 and check_every are
    without effect unless stop_rules are given.

    Args:
        Y: targets, shape (T, m).
        changes: parameters of `Options` to set differently.

    Raises:
        ValueError: if Y has a wrong shape or an entry that is not finite, or a parameter is out of
            range.

    Example:
        >>> import numpy as np
        >>> from lib import alm
        >>> alm.accelerated(np.eye(3), outer_iterations=7).outer_iterations
        7
    """
    Y = array("Y", Y, ("T", "m"))
    # Not by a variance of 0: that of equal numbers may be a rounding error.
    varies = np.ptp(Y, axis=0).any()
    spread = float(np.mean(np.var(Y, axis=0))) if varies else 1.0
    chosen = {
        "inner_iterations": 20,
        "gamma": 13.5 * spread / len(Y),
        "eta1": 0.9,
        "eta2": 1 / 1.1,
        "eta3": 1.5,
        "eta4": 0.9,
        "stop_rules": (),
        "extension": Acceleration(),
    }
    return Options(**(chosen | changes))


class Extrapolation(Guard):
    """Sweeps from extrapolated points; its memory is the accepted point before the current one.

    Attributes:
        reached: L at the accepted point, but for the constant that the multipliers add.
        H, U: the accepted point before the one in the workspace; shapes as there.
    """

    def __init__(self, ws: Workspace, start: State, told: Acceleration) -> None:
        super().__init__(ws.problem, start, told)
        self.theta, self.reached = 1.0, math.inf
        self.H, self.U = np.zeros_like(ws.H), np.zeros_like(ws.U)
        ws.linear = np.empty_like(ws.U)

    def reset(self) -> None:
        """Forget the direction: the next sweep is a plain one."""
        self.theta = 1.0

    def begin(self, ws: Workspace) -> None:
        """Take the point that was loaded as accepted, with its multipliers and gamma."""
        np.matmul(ws.X_white, ws.v, out=ws.linear)
        ws.linear -= ws.xi
        add_product(ws.linear, ws.past, ws.W_T)
        self.reached = _value(ws)

    def sweep(self, ws: Workspace) -> int:
        """Move the workspace to the next accepted point and return the number of sweeps, 1 or 2.

        The workspace's old blocks are those from which the accepted sweep began.
        """
        theta = 0.5 * (1.0 + math.sqrt(1.0 + 4.0 * self.theta**2))
        beta = min((self.theta - 1.0) / theta, self.told.momentum)
        if beta == 0.0:
            self._plain(ws)
            self.theta = theta
            return 1
        ws.H, self.H = _ahead(ws.H, self.H, beta), ws.H
        ws.U, self.U = _ahead(ws.U, self.U, beta), ws.U
        bcd.sweep(ws)
        value = _value(ws)
        moved, uphill = self._moved(ws)
        # Written so that NaN is refused.
        if not value <= self.reached - 0.5 * ws.mu * moved:
            ws.H[:], ws.U[:] = self.H, self.U
            self._plain(ws)
            self.reset()
            return 2
        self.reached = value
        self.theta = 1.0 if uphill > 0.0 else theta
        return 1

    def _plain(self, ws: Workspace) -> None:
        self.H[:], self.U[:] = ws.H, ws.U
        bcd.sweep(ws)
        self.reached = _value(ws)

    def _moved(self, ws: Workspace) -> tuple[float, float]:
        """Return the squared step from the accepted point, and the product that restarts."""
        moved = uphill = 0.0
        for new, accepted, extrapolated, step, back in (
            (ws.H[1:], self.H[1:], ws.H_old[1:], ws.scratch, ws.rhs),
            (ws.U, self.U, ws.U_old, ws.scratch, ws.rhs),
        ):
            np.subtract(new, accepted, out=step)
            np.subtract(extrapolated, new, out=back)
            moved += np.vdot(step, step)
            uphill += np.vdot(back, step)
        return moved, uphill


def _ahead(current: np.ndarray, before: np.ndarray, beta: float) -> np.ndarray:
    """Return current + beta (current - before), written over `before`."""
    before *= -beta
    daxpy(current.ravel(), before.ravel(), a=1.0 + beta)
    return before


def _value(ws: Workspace) -> float:
    r"""Return L + (|xi|^2 + |zeta|^2) / (2 gamma) at the workspace's point.

    With this constant the terms of the constraints are squares,
    :math:`\tfrac\gamma2\|C_1+\xi/\gamma\|^2 + \tfrac\gamma2\|C_2+\zeta/\gamma\|^2`. It overwrites
    `linear`, which holds :math:`\Psi(h)w - \xi/\gamma`.
    """
    problem, r = ws.problem, ws.r
    p, A_T, c = problem.penalties, ws.a[:r], ws.a[r]
    C1 = np.subtract(ws.linear, ws.U, out=ws.linear)
    squares = np.vdot(C1, C1)
    C2 = problem.activation.value(ws.U, out=ws.rhs)
    C2 -= ws.H[1:]
    C2 -= ws.zeta
    squares += np.vdot(C2, C2)
    error = ws.H[1:] @ A_T
    error += c
    error -= problem.Y
    V1 = ws.to_weights @ ws.v
    return float(
        0.5 * ws.gamma * squares
        + np.vdot(error, error) / problem.steps
        + p.lambda1 * np.vdot(A_T, A_T)
        + p.lambda2 * np.vdot(ws.W_T, ws.W_T)
        + p.lambda3 * np.vdot(V1[:-1], V1[:-1])
        + p.lambda4 * np.vdot(V1[-1], V1[-1])
        + p.lambda5 * np.vdot(c, c)
        + p.lambda6 * np.vdot(ws.U, ws.U)
    )
