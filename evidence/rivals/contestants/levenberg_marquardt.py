r"""Sequential least squares on the roll-out: Levenberg and Marquardt with forward sensitivities.

A. Bemporad, Training recurrent neural networks by sequential least squares and the alternating
direction method of multipliers, Automatica 156 (2023), arXiv 2112.15348, whose NAILM this is: its
ADMM takes care of penalties that are not smooth, and R of (2.6) has none. The term of lambda_6 is
in R and in its gradient, not in the matrix.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.linalg.blas import dsyrk

from evidence.rivals.contestants import Clock, Run
from evidence.rivals.contestants.compiled import Flat, compiled_gradient, jax
from lib import alm

MOST = 2e11
"""Multiplications in one matrix and its factorisation up to which the method is run."""

CHUNK = 2**22
"""Numbers in the sensitivities that are held at once."""

FIRST, LARGEST = 1.0, 1e12
"""The damping at the start, relative to the matrix's diagonal, and where the method gives up."""


class TooLargeError(ValueError):
    """A network for which the method makes no sense, and why."""


def cost(steps: int, start: alm.Weights) -> float:
    """Return the multiplications of one iteration: the matrix and its Cholesky factorisation."""
    r, n, m = start.hidden_size, start.input_size, start.output_size
    recurrent = r * (r + n + 1)
    return steps * min(r, m) * recurrent**2 / 2 + (recurrent + m * (r + 1)) ** 3 / 6


def levenberg_marquardt(problem: alm.Problem, start: alm.Weights, _: float | None = None) -> Run:
    r"""Return what takes damped Gauss-Newton steps.

    .. math:: (B+\mu\,\mathrm{diag}B)\,d=-\tfrac12\nabla R,\qquad
              B=\tfrac1T J^\top J+\mathrm{diag}\lambda

    mu follows H. B. Nielsen, Damping parameter in Marquardt's method, 1999.

    Raises:
        TooLargeError: one iteration would take more than ``MOST`` multiplications.
    """
    needed = cost(len(problem.X), start)
    if needed > MOST:
        raise TooLargeError(f"an iteration takes {needed:.0e} multiplications")
    flat = Flat(problem, start)
    evaluate, matrix = compiled_gradient(problem, flat), GaussNewton(problem, flat)

    def run(clock: Clock) -> None:
        z, damping, growth = flat.start, FIRST, 2.0
        value, gradient = evaluate(z)
        while damping < LARGEST:
            B = matrix(z, partial(clock.see, partial(flat.weights, z)))
            if B is None:
                break
            while damping < LARGEST:
                step, foreseen = _step(B, gradient, damping)
                tried, its_gradient = evaluate(z + step)
                # Written so that NaN is refused.
                better = foreseen > 0.0 and tried < value
                if better:
                    ratio = (value - tried) / foreseen
                    damping *= max(1 / 3, 1.0 - (2.0 * ratio - 1.0) ** 3)
                    z, value, gradient, growth = z + step, tried, its_gradient, 2.0
                else:
                    damping, growth = damping * growth, 2.0 * growth
                clock.see(partial(flat.weights, z))
                if better:
                    break
        clock.see(partial(flat.weights, z), last=True)

    return run


def _step(B: np.ndarray, gradient: np.ndarray, damping: float) -> tuple[np.ndarray, float]:
    """Return a step and the decrease that the model foresees for it."""
    damped = B.copy(order="F")
    damped[np.diag_indices_from(B)] *= 1.0 + damping
    try:
        factor = cho_factor(damped, lower=False, overwrite_a=True, check_finite=False)
    except LinAlgError:
        return np.zeros_like(gradient), 0.0
    step = cho_solve(factor, -0.5 * gradient, check_finite=False)
    # g'd + d'Bd with (B + damping diag B) d = -g/2.
    shift = damping * np.vdot(step, np.diag(B) * step)
    return step, float(shift - 0.5 * np.vdot(gradient, step))


class GaussNewton:
    """The matrix B at a vector of weights; its upper triangle is the one that counts."""

    def __init__(self, problem: alm.Problem, flat: Flat) -> None:
        self.problem, self.flat = problem, flat
        r, n, _ = flat.sizes
        self.recurrent = r * (r + n + 1)
        T = len(problem.X)
        self.rows = max(1, min(T, CHUNK // (r * self.recurrent)))
        jnp, lax = jax().numpy, jax().lax
        one = jnp.eye(r)

        def sensitivities(z, X, h, S):
            """Return h and its derivative by W, V and b at every step of a chunk."""
            W, V, b, _, _ = flat.split(z)

            def step(carried, x):
                h, S = carried
                u = W @ h + V @ x + b
                own = (one[:, :, None] * h, one[:, :, None] * x, one)
                own = jnp.concatenate([part.reshape(r, -1) for part in own], axis=1)
                S = (u > 0)[:, None] * (W @ S + own)
                h = jnp.maximum(u, 0)
                return (h, S), (h, S)

            return lax.scan(step, (h, S), X)[1]

        zero = np.zeros(r), np.zeros((r, self.recurrent))
        self._first = zero
        lengths = {self.rows, T % self.rows} - {0}
        self._compiled = {
            k: jax().jit(sensitivities).lower(flat.start, np.empty((k, n)), *zero).compile()
            for k in sorted(lengths)
        }

    def __call__(
        self, z: np.ndarray, between: Callable[[], object] = lambda: None
    ) -> np.ndarray | None:
        """Return B, or None where it is not finite; `between` is called after every chunk."""
        r, _, m = self.flat.sizes
        A, X = self.flat.split(z)[3], self.problem.X
        T, k = len(X), self.recurrent
        size = len(z)
        # A'A = R'R with the R of A = QR, which has fewer rows than A.
        triangle = np.linalg.qr(A, mode="r")
        upper = np.zeros((k, k), order="F")
        cross, gram = np.zeros((r + 1, r * k)), np.zeros((r + 1, r + 1))
        h, S = self._first
        for begin in range(0, T, self.rows):
            part = X[begin : begin + self.rows]
            H, all_S = (np.asarray(D) for D in self._compiled[len(part)](z, part, h, S))
            h, S = H[-1], all_S[-1]
            if not np.isfinite(S).all():
                return None
            rows = np.matmul(triangle, all_S).reshape(-1, k)
            upper = dsyrk(1.0 / T, rows.T, beta=1.0, c=upper, overwrite_c=True)
            extended = np.hstack([H, np.ones((len(H), 1))])
            cross += extended.T @ all_S.reshape(len(H), -1)
            gram += extended.T @ extended
            between()
        B = np.zeros((size, size), order="F")
        B[:k, :k] = upper
        # The derivative of output j by A_jl and c_j is [h, 1], whatever j is.
        mixed = np.matmul(A, cross.reshape(r + 1, r, k)).transpose(1, 0, 2) / T
        B[:k, k : k + m * r] = mixed[:, :r].reshape(m * r, k).T
        B[:k, k + m * r :] = mixed[:, r].T
        gram /= T
        for j in range(m):
            own = slice(k + j * r, k + (j + 1) * r)
            B[own, own] = gram[:r, :r]
            B[own, k + m * r + j] = gram[:r, r]
            B[k + m * r + j, k + m * r + j] = gram[r, r]
        B[np.diag_indices(size)] += self.flat.strengths
        return B
