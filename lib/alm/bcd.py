r"""Block coordinate descent for one subproblem of the ALM, Algorithm 3.2, in structured form.

The matrices of Lemma 3.1 are Kronecker products: :math:`\Psi(h)^\top\Psi(h)` is the Gram matrix of
the rows :math:`[h_{t-1}, x_t, 1]` times an identity. So the w block is one Cholesky factorisation
of size r+n+1 with r right-hand sides, the a block one of size r+1 with m, the h block one of size
r with T, and the u block is elementwise; no matrix with r^2 or rT rows is ever formed. All
equations are divided by gamma, and the multipliers are kept as xi/gamma and zeta/gamma.

Wang, Zhang and Chen, arXiv 2402.13687, section 3.2 and Lemma 3.1.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg.blas import daxpy

from lib.alm.certificate import augmented_lagrangian, constraints, kkt_residual
from lib.alm.lipschitz import lipschitz_constants
from lib.alm.options import Options
from lib.alm.problem import State
from lib.alm.protocol import Strategy
from lib.alm.workspace import Workspace, add_product, diagonal, flush, solve


def sweep(ws: Workspace) -> None:
    """Update the z, h and u blocks once, (3.14) to (3.16)."""
    update_z(ws)
    update_h(ws)
    update_u(ws)


def update_z(ws: Workspace) -> None:
    """Minimise L over the weights, (3.14): the w and the a block do not interact."""
    sum_up(ws)
    solve_z(ws)


def sum_up(ws: Workspace) -> None:
    """Form the sums over the time steps on which the weights depend, Lemma 3.1 (iii)."""
    past, X = ws.past, ws.X_white
    target = np.add(ws.U, ws.xi, out=ws.scratch)
    np.matmul(past.T, past, out=ws.gram_H)
    np.matmul(X.T, past, out=ws.white_H)
    np.matmul(X.T, target, out=ws.white_target)
    np.matmul(past.T, target, out=ws.past_target)
    np.matmul(ws.Y1.T, ws.H[1:], out=ws.Y1_H)


def solve_z(ws: Workspace) -> None:
    """Minimise L over the weights from the sums of `sum_up`, which stay as they are."""
    _solve_w(ws)
    _solve_a(ws)
    flush(ws.W_T, ws.a)


def _solve_w(ws: Workspace) -> None:
    """Solve Q1 w = -q1 of Lemma 3.1 (iii): Cholesky by blocks, the one of [x_t, 1] first."""
    ws.W_T, ws.W_T_old = ws.W_T_old, ws.W_T
    ws.v, ws.v_old = ws.v_old, ws.v
    white_H, schur = ws.white_H, ws.schur
    np.copyto(ws.v, ws.white_target)
    np.copyto(ws.W_T, ws.past_target)
    np.matmul(white_H.T, white_H, out=schur)
    np.subtract(ws.gram_H, schur, out=schur)
    diagonal(schur)[:] += (2.0 / ws.gamma) * ws.problem.penalties.lambda2
    add_product(ws.W_T, white_H.T, ws.v, scale=-1.0)
    solve(schur, ws.W_T, ws.gamma, "w", "lambda2, lambda3 and lambda4")
    add_product(ws.v, white_H, ws.W_T, scale=-1.0)


def _solve_a(ws: Workspace) -> None:
    """Solve Q2 a = -q2 of Lemma 3.1 (iii), multiplied by T/2."""
    ws.a, ws.a_old = ws.a_old, ws.a
    r, problem = ws.r, ws.problem
    last = ws.H[1:][problem.ends]
    # The w block's Gram matrix has the rows of h that another one follows.
    np.matmul(last.T, last, out=ws.gram_a[:r, :r])
    ws.gram_a[:r, :r] += ws.gram_H
    ws.gram_a[:r, r] = ws.Y1_H[-1]
    ws.gram_a[r, r] = problem.steps
    diagonal(ws.gram_a)[:] += problem.steps * ws.lambda_a
    np.copyto(ws.a[:r], ws.Y1_H[:-1].T)
    ws.a[r] = ws.sum_Y
    solve(ws.gram_a, ws.a, ws.gamma, "a", "lambda1 and lambda5")


def hidden_systems(ws: Workspace) -> None:
    """Form the matrices D1 and D2 of (3.18), and what turns [y_t, 1] into A's part of d_t."""
    W_T, A_T, c = ws.W_T, ws.a[: ws.r], ws.a[ws.r]
    scale = 2.0 / (ws.problem.steps * ws.gamma)
    np.matmul(A_T, A_T.T, out=ws.D2)
    ws.D2 *= scale
    diagonal(ws.D2)[:] += 1.0
    np.matmul(W_T, W_T.T, out=ws.D1)
    ws.D1 += ws.D2
    # (y_t - c) A as one product of the rows [y_t, 1].
    np.multiply(A_T.T, scale, out=ws.lift[:-1])
    np.dot(-c, ws.lift[:-1], out=ws.lift[-1])


def update_h(ws: Workspace) -> None:
    """Minimise L over the hidden states, (3.18): D1 h_t = d_1t for t < T and D2 h_T = d_2T."""
    ws.H, ws.H_old = ws.H_old, ws.H
    problem, W_T = ws.problem, ws.W_T
    hidden_systems(ws)
    rhs = problem.activation.value(ws.U, out=ws.rhs)
    rhs -= ws.zeta
    add_product(rhs, ws.Y1, ws.lift)
    pre = np.matmul(ws.X_white, ws.v, out=ws.pre)
    pre -= ws.xi
    np.subtract(ws.U, pre, out=ws.scratch)
    add_product(rhs[:-1], problem.linked(ws.scratch[1:]), W_T.T)

    ws.D1_inverse[:] = 0.0
    diagonal(ws.D1_inverse)[:] = 1.0
    solve(ws.D1, ws.D1_inverse, ws.gamma, "h", "lambda1 and lambda2")
    np.matmul(rhs[:-1], ws.D1_inverse, out=ws.H[1:-1])
    last = np.ascontiguousarray(rhs[problem.ends].T)
    solve(ws.D2, last, ws.gamma, "h_T", "lambda1")
    ws.H[1:][problem.ends] = last.T


def update_u(ws: Workspace) -> None:
    """Minimise L over u with the proximal term, (3.16); `pre` holds V x_t + b - xi/gamma."""
    ws.U, ws.U_old = ws.U_old, ws.U
    add_product(ws.pre, ws.past, ws.W_T)
    if ws.linear is not None:
        np.copyto(ws.linear, ws.pre)
    daxpy(ws.U_old.ravel(), ws.pre.ravel(), a=ws.mu / ws.gamma)
    theta2 = np.add(ws.H[1:], ws.zeta, out=ws.scratch)
    q = 1.0 + (ws.mu + 2.0 * ws.problem.penalties.lambda6) / ws.gamma
    ws.problem.activation.minimise(ws.pre, theta2, q, out=ws.U)


class Plain(Strategy):
    """The paper's way, which needs no memory."""

    def reset(self) -> None:
        """Do nothing."""

    def begin(self, ws: Workspace) -> None:
        """Do nothing."""

    def sweep(self, ws: Workspace) -> int:
        """Sweep once over the blocks."""
        sweep(ws)
        return 1


PLAIN = Plain()


class Inner(NamedTuple):
    """Outcome of one subproblem; `ended_by` is "step", "residual" or "cap"."""

    state: State
    sweeps: int
    ended_by: str


def minimise(
    ws: Workspace,
    state: State,
    xi: np.ndarray,
    zeta: np.ndarray,
    gamma: float,
    epsilon: float,
    options: Options,
    strategy: Strategy = PLAIN,
) -> Inner:
    """Sweep over the blocks from `state` until a rule of `options.stop_rules` or the cap ends it.

    The cap counts the points that the strategy moves to, and "step" compares such a point with the
    one its sweep began from. Lemma 3.2's constants are those of the level set: with a strategy that
    leaves it, only "residual" is sure to give (3.6).

    Raises:
        BreakdownError: if a block's system cannot be factorised or the point is not finite.
    """
    ws.load(state, xi, zeta, gamma, options.mu)
    strategy.begin(ws)
    bound = None
    if "step" in options.stop_rules:
        r_hat = augmented_lagrangian(ws.problem, state, xi, zeta, gamma)
        L1, L2 = lipschitz_constants(ws.problem, ws.r, r_hat, xi, zeta, gamma)
        bound = epsilon / max(L1, L2, options.mu)
    by_residual = "residual" in options.stop_rules
    taken = 0
    for j in range(1, options.inner_iterations + 1):
        taken += strategy.sweep(ws)
        if bound is not None and _moved_at_most(ws, bound):
            return Inner(ws.state(), taken, "step")
        if by_residual and j % options.check_every == 0:
            current = ws.state()
            if _distance(ws.problem, current, xi, zeta, gamma) <= epsilon:
                return Inner(current, taken, "residual")
    return Inner(ws.state(), taken, "cap")


def _distance(problem, state, xi, zeta, gamma):
    """Return dist(0, dL) of (3.6) through the identity (4.25)."""
    C1, C2 = constraints(problem, state)
    return kkt_residual(problem, state, xi + gamma * C1, zeta + gamma * C2)


def _moved_at_most(ws: Workspace, bound: float) -> bool:
    """Tell whether the last sweep moved s by at most `bound`, (3.17).

    The blocks are added up from the smallest on, so that a sweep which moved further is usually
    found out before the large ones are read.
    """
    left = bound**2
    pairs = (
        (ws.a, ws.a_old),
        (ws.W_T, ws.W_T_old),
        (ws.v, ws.v_old),
        (ws.U, ws.U_old),
        (ws.H, ws.H_old),
    )
    for new, old in pairs:
        change = new - old
        if new is ws.v:
            change = ws.to_weights @ change
        left -= np.vdot(change, change)
        if left < 0.0:
            return False
    return True
