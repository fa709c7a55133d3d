r"""Block coordinate descent for one subproblem of the ALM, Algorithm 3.2, in structured form.

The matrices of Lemma 3.1 are Kronecker products: :math:`\Psi(h)^\top\Psi(h)` is the Gram matrix of
the rows :math:`[h_{t-1}, x_t, 1]` times an identity. So the w block is one Cholesky factorisation
of size r+n+1 with r right-hand sides, the a block one of size r+1 with m, the h block one of size
r with T, and the u block is elementwise; no matrix with r^2 or rT rows is ever formed. All
equations are divided by gamma, and the multipliers are kept as xi/gamma and zeta/gamma.

Wang, Zhang and Chen, arXiv 2402.13687, section 3.2 and Lemma 3.1.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.linalg.blas import daxpy, dgemm, dtrsm
from scipy.linalg.lapack import dpotrf

from lib.alm.certificate import augmented_lagrangian, constraints, kkt_residual
from lib.alm.lipschitz import lipschitz_constants
from lib.alm.options import Options
from lib.alm.problem import State
from lib.alm.workspace import Workspace, singular

if TYPE_CHECKING:
    from lib.alm.extrapolation import Extrapolation


def sweep(ws: Workspace) -> None:
    """Update the z, h and u blocks once, (3.14) to (3.16)."""
    update_z(ws)
    update_h(ws)
    update_u(ws)


def update_z(ws: Workspace) -> None:
    """Minimise L over the weights, (3.14): the w and the a block do not interact."""
    _update_w(ws)
    _update_a(ws)


def _update_w(ws: Workspace) -> None:
    """Solve Q1 w = -q1 of Lemma 3.1 (iii): Cholesky by blocks, the one of [x_t, 1] first."""
    ws.W_T, ws.W_T_old = ws.W_T_old, ws.W_T
    ws.v, ws.v_old = ws.v_old, ws.v
    past, X, white_H, schur = ws.past, ws.X_white, ws.white_H, ws.schur
    target = np.add(ws.U, ws.xi, out=ws.scratch)
    np.matmul(past.T, past, out=ws.gram_H)
    np.matmul(X.T, past, out=white_H)
    np.matmul(X.T, target, out=ws.v)
    np.matmul(past.T, target, out=ws.W_T)
    np.matmul(white_H.T, white_H, out=schur)
    np.subtract(ws.gram_H, schur, out=schur)
    _diagonal(schur)[:] += (2.0 / ws.gamma) * ws.problem.penalties.lambda2
    add_product(ws.W_T, white_H.T, ws.v, scale=-1.0)
    _solve(schur, ws.W_T, ws, "w", "lambda2, lambda3 and lambda4")
    add_product(ws.v, white_H, ws.W_T, scale=-1.0)


def _update_a(ws: Workspace) -> None:
    """Solve Q2 a = -q2 of Lemma 3.1 (iii), multiplied by T/2."""
    ws.a, ws.a_old = ws.a_old, ws.a
    r, problem = ws.r, ws.problem
    last = ws.H[1:][problem.ends]
    # The w block's Gram matrix has the rows of h that another one follows.
    np.matmul(last.T, last, out=ws.gram_a[:r, :r])
    ws.gram_a[:r, :r] += ws.gram_H
    ws.gram_a[:r, r] = ws.H.sum(axis=0)
    ws.gram_a[r, r] = problem.steps
    _diagonal(ws.gram_a)[:] += problem.steps * ws.lambda_a
    np.matmul(ws.H[1:].T, problem.Y, out=ws.a[:r])
    ws.a[r] = ws.sum_Y
    _solve(ws.gram_a, ws.a, ws, "a", "lambda1 and lambda5")


def update_h(ws: Workspace) -> None:
    """Minimise L over the hidden states, (3.18): D1 h_t = d_1t for t < T and D2 h_T = d_2T."""
    ws.H, ws.H_old = ws.H_old, ws.H
    r, problem = ws.r, ws.problem
    W_T, A_T, c = ws.W_T, ws.a[:r], ws.a[r]
    scale = 2.0 / (problem.steps * ws.gamma)
    np.matmul(A_T, A_T.T, out=ws.D2)
    ws.D2 *= scale
    _diagonal(ws.D2)[:] += 1.0
    np.matmul(W_T, W_T.T, out=ws.D1)
    ws.D1 += ws.D2

    rhs = problem.activation.value(ws.U, out=ws.rhs)
    rhs -= ws.zeta
    # (y_t - c) A as one product of the rows [y_t, 1].
    np.multiply(A_T.T, scale, out=ws.lift[:-1])
    np.dot(-c, ws.lift[:-1], out=ws.lift[-1])
    add_product(rhs, ws.Y1, ws.lift)
    pre = np.matmul(ws.X_white, ws.v, out=ws.pre)
    pre -= ws.xi
    np.subtract(ws.U, pre, out=ws.scratch)
    add_product(rhs[:-1], problem.linked(ws.scratch[1:]), W_T.T)

    ws.D1_inverse[:] = 0.0
    _diagonal(ws.D1_inverse)[:] = 1.0
    _solve(ws.D1, ws.D1_inverse, ws, "h", "lambda1 and lambda2")
    np.matmul(rhs[:-1], ws.D1_inverse, out=ws.H[1:-1])
    last = np.ascontiguousarray(rhs[problem.ends].T)
    _solve(ws.D2, last, ws, "h_T", "lambda1")
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
    extrapolation: "Extrapolation | None" = None,
) -> Inner:
    """Sweep over the blocks from `state` until a rule of `options.stop_rules` or the cap ends it.

    With an extrapolation the cap counts accepted sweeps, and "step" compares with the extrapolated
    point. Lemma 3.2's constants are those of the level set, which that point may leave, so that
    only "residual" is sure to give (3.6) then.

    Raises:
        BreakdownError: if a block's system cannot be factorised or the point is not finite.
    """
    ws.load(state, xi, zeta, gamma, options.mu)
    if extrapolation is not None:
        extrapolation.begin(ws)
    bound = None
    if "step" in options.stop_rules:
        r_hat = augmented_lagrangian(ws.problem, state, xi, zeta, gamma)
        L1, L2 = lipschitz_constants(ws.problem, ws.r, r_hat, xi, zeta, gamma)
        bound = epsilon / max(L1, L2, options.mu)
    by_residual = "residual" in options.stop_rules
    taken = 0
    for j in range(1, options.inner_iterations + 1):
        if extrapolation is None:
            sweep(ws)
            taken += 1
        else:
            taken += extrapolation.sweep(ws)
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


def _diagonal(matrix: np.ndarray) -> np.ndarray:
    return matrix.ravel()[:: matrix.shape[0] + 1]


def _solve(matrix: np.ndarray, rhs: np.ndarray, ws: Workspace, block: str, remedy: str) -> None:
    """Overwrite `rhs` with the solution of a positive definite system; `matrix` is destroyed.

    Only the upper triangle of `matrix` is read. Both arrays are C-ordered, so LAPACK sees their
    transposes, and the triangular solves act from the right.
    """
    factor, info = dpotrf(matrix.T, lower=1, clean=0, overwrite_a=1)
    if info != 0:
        raise singular(block, ws.gamma, remedy)
    half = dtrsm(1.0, factor, rhs.T, side=1, lower=1, trans_a=1, overwrite_b=1)
    dtrsm(1.0, factor, half, side=1, lower=1, overwrite_b=1)


def add_product(out: np.ndarray, left: np.ndarray, right: np.ndarray, scale: float = 1.0) -> None:
    """Add scale * left @ right to `out`, which is C-ordered, without a temporary.

    BLAS wants Fortran order, so it computes the transposed product; a factor that is the transpose
    of a C-ordered array is passed as that array with the flag set, or it would be copied.
    """
    right_T, turn_right = (right.T, False) if right.flags.c_contiguous else (right, True)
    left_T, turn_left = (left.T, False) if left.flags.c_contiguous else (left, True)
    dgemm(
        scale,
        right_T,
        left_T,
        beta=1.0,
        c=out.T,
        trans_a=turn_right,
        trans_b=turn_left,
        overwrite_c=1,
    )
