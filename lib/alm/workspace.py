"""Memory of the block coordinate descent, allocated once, and algebra that overwrites it."""

import numpy as np
from scipy.linalg import solve_triangular
from scipy.linalg.blas import dgemm, dtrsm
from scipy.linalg.lapack import dpotrf

from lib.alm.problem import Problem, State, Weights

TINY = 1e-250
"""What is smaller becomes 0: a dead unit's h and weights decay for ever, and arithmetic with the
subnormal numbers that they would come to takes ten times as long."""


def flush(*blocks: np.ndarray) -> None:
    """Put to 0, in place, what is smaller than `TINY`."""
    for block in blocks:
        block[np.abs(block) < TINY] = 0.0


class BreakdownError(np.linalg.LinAlgError):
    """The arithmetic failed: a system is singular, or an iterate or gamma is not finite."""


def singular(block: str, gamma: float, remedy: str) -> BreakdownError:
    """Return the error for a block whose system is not positive definite in floating point."""
    return BreakdownError(
        f"the system of the {block} block is singular to working precision (gamma = {gamma:.3g}); "
        f"raise {remedy}, or run fewer outer iterations if gamma has grown large"
    )


class Workspace:
    r"""Buffers of one problem: the current blocks, the ones before the last sweep, and scratch.

    The rows [x_t, 1] never change and gamma changes only between subproblems, so their part of the
    w block's Cholesky factor, :math:`[X,1]^\top[X,1] + 2\Lambda/\gamma = F F^\top`, is computed
    once per subproblem and applied to the rows in advance: `X_white` is
    :math:`[X,1] F^{-\top}`, and `v` is :math:`F^\top [V,b]^\top`.

    Attributes:
        W_T: W transposed, shape (r, r).
        v: V and b in the coordinates of `X_white`, shape (n+1, r).
        a: [A, c] transposed, shape (r+1, m).
        H: h_0 = 0, h_1, ..., h_T, shape (T+1, r).
        U: u_1, ..., u_T, shape (T, r).
        W_T_old, v_old, a_old, H_old, U_old: the same before the last sweep.
        xi, zeta: multipliers divided by gamma, shape (T, r).
        gamma, mu: penalty parameter and proximal weight of the subproblem.
        linear: where a sweep leaves W h_{t-1} + V x_t + b - xi/gamma, shape (T, r); None, unless
            somebody wants it.
    """

    def __init__(self, problem: Problem, r: int):
        T, n, m = problem.steps, problem.X.shape[1], problem.Y.shape[1]
        p = problem.penalties
        self.problem, self.r = problem, r
        self.X1 = np.column_stack([problem.X, np.ones(T)])
        self.Y1 = np.column_stack([problem.Y, np.ones(T)])
        self.gram_X1 = self.X1.T @ self.X1
        self.sum_Y = problem.Y.sum(axis=0)
        self.lambda_v = np.repeat([p.lambda3, p.lambda4], [n, 1])
        self.lambda_a = np.repeat([p.lambda1, p.lambda5], [r, 1])
        self.W_T, self.W_T_old = np.empty((r, r)), np.empty((r, r))
        self.v, self.v_old = np.empty((n + 1, r)), np.empty((n + 1, r))
        self.a, self.a_old = np.empty((r + 1, m)), np.empty((r + 1, m))
        self.H, self.H_old = np.zeros((T + 1, r)), np.zeros((T + 1, r))
        self.U, self.U_old = np.empty((T, r)), np.empty((T, r))
        self.xi, self.zeta = np.empty((T, r)), np.empty((T, r))
        self.gram_H, self.gram_a = np.empty((r, r)), np.empty((r + 1, r + 1))
        self.white_H, self.schur = np.empty((n + 1, r)), np.empty((r, r))
        self.white_target, self.past_target = np.empty((n + 1, r)), np.empty((r, r))
        self.Y1_H = np.empty((m + 1, r))
        self.D1, self.D2, self.D1_inverse = (np.empty((r, r)) for _ in range(3))
        self.lift = np.empty((m + 1, r))
        self.pre, self.rhs, self.scratch = (np.empty((T, r)) for _ in range(3))
        self.linear: np.ndarray | None = None

    def load(self, state: State, xi: np.ndarray, zeta: np.ndarray, gamma: float, mu: float) -> None:
        """Set the point, the multipliers and the parameters of one subproblem.

        Raises:
            BreakdownError: if the part of the w block that does not change is singular.
        """
        self.gamma, self.mu = gamma, mu
        gram = self.gram_X1 + np.diag((2.0 / gamma) * self.lambda_v)
        try:
            factor = np.linalg.cholesky(gram)
        except np.linalg.LinAlgError:
            raise singular("w", gamma, "lambda3 and lambda4") from None
        identity = np.eye(factor.shape[0])
        self.to_weights = solve_triangular(factor, identity, lower=True).T
        self.X_white = self.X1 @ self.to_weights
        weights, r = state.weights, self.r
        self.W_T[:] = weights.W.T
        np.matmul(factor.T, np.vstack([weights.V.T, weights.b]), out=self.v)
        self.a[:r], self.a[r] = weights.A.T, weights.c
        self.H[1:], self.U[:] = state.H, state.U
        np.divide(xi, gamma, out=self.xi)
        np.divide(zeta, gamma, out=self.zeta)
        flush(self.W_T, self.a, self.H, self.U, self.xi, self.zeta)

    @property
    def past(self) -> np.ndarray:
        """The hidden state before every step, zero where a series begins, shape (T, r)."""
        starts = self.problem.starts
        if len(starts) == 1:
            return self.H[:-1]
        past = self.H[:-1].copy()
        past[list(starts)] = 0.0
        return past

    def state(self) -> State:
        """Return a copy of the current point.

        Raises:
            BreakdownError: if it is not finite.
        """
        r = self.r
        V1 = self.to_weights @ self.v
        if not all(np.isfinite(block).all() for block in (self.W_T, V1, self.a, self.H, self.U)):
            raise BreakdownError(
                f"the iterate is no longer finite (gamma = {self.gamma:.3g}); scale the data, or "
                f"run fewer outer iterations"
            )
        weights = Weights(W=self.W_T.T, V=V1[:-1].T, b=V1[-1], A=self.a[:r].T, c=self.a[r])
        return State(weights, self.H[1:].copy(), self.U.copy())


def diagonal(matrix: np.ndarray) -> np.ndarray:
    """Return a view of the diagonal of a C-ordered square matrix."""
    return matrix.ravel()[:: matrix.shape[0] + 1]


def solve(matrix: np.ndarray, rhs: np.ndarray, gamma: float, block: str, remedy: str) -> None:
    """Overwrite `rhs` with the solution of a positive definite system; `matrix` is destroyed.

    Only the upper triangle of `matrix` is read. Both arrays are C-ordered, so LAPACK sees their
    transposes, and the triangular solves act from the right.
    """
    factor, info = dpotrf(matrix.T, lower=1, clean=0, overwrite_a=1)
    if info != 0:
        raise singular(block, gamma, remedy)
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
