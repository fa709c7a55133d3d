r"""An extended Kalman filter on the hidden state and the weights, pass after pass over the series.

A. Bemporad, Recurrent neural network training with convex loss and regularization functions by
extended Kalman filtering, IEEE Transactions on Automatic Control 68 (2023), arXiv 2111.02673.

In units in which a target is measured with variance 1, R of (2.6) times T is the log-likelihood of
the errors and of weights measured as zero with variance :math:`1/(T\lambda)`. The latter
measurements are spread over the steps, a few weights each, so that every pass takes each of them
once. The weights begin with the same variance. The term of lambda_6 is left out.
"""

import math

import numpy as np
from scipy.linalg import LinAlgError, cholesky, solve_triangular

from evidence.rivals.contestants import Clock, Run
from evidence.rivals.contestants.compiled import Flat
from evidence.rivals.contestants.levenberg_marquardt import TooLargeError
from lib import alm
from lib.alm.workspace import add_product

MOST = 4000
"""Weights up to which the filter is run: its covariance has as many rows and columns."""


class Filter:
    """The filter's state: h with all weights, and their covariance.

    Attributes:
        z: the weights, shape (P,).
        h: the hidden state, shape (r,).
        P: covariance of [h, z], symmetric.
    """

    def __init__(self, problem: alm.Problem, flat: Flat, drift: float) -> None:
        self.problem, self.flat, self.drift = problem, flat, drift
        T, r = len(problem.X), flat.sizes[0]
        self.variance = 1.0 / (T * flat.strengths)
        self.z, self.h = flat.start.copy(), np.zeros(r)
        self.P = np.zeros((r + len(self.z),) * 2)
        self.P[np.diag_indices_from(self.P)] = np.r_[np.zeros(r), self.variance]
        self.shrunk = math.ceil(len(self.z) / T)

    def begin(self) -> None:
        """Go back to the first step of the series, where h is zero for certain."""
        r = len(self.h)
        self.h = np.zeros(r)
        self.P[:r] = 0.0
        self.P[:, :r] = 0.0

    def step(self, t: int) -> None:
        """Predict h at a step of the series, then correct it and the weights by the target.

        Raises:
            LinAlgError: the covariance has lost its sign, or something is not finite.
        """
        self._predict(self.problem.X[t])
        first = t * self.shrunk
        self._correct(self.problem.Y[t], np.arange(first, min(first + self.shrunk, len(self.z))))

    def _predict(self, x: np.ndarray) -> None:
        r, n, _ = self.flat.sizes
        W, V, b, _, _ = self.flat.split(self.z)
        u = W @ self.h + V @ x + b
        slope = (u > 0.0).astype(float)
        P, inputs = self.P, np.r_[self.h, x, 1.0]

        def moved(rows: np.ndarray) -> np.ndarray:
            """Return the derivative of the next h by [h, W, V, b] times some of their rows."""
            k = rows.shape[1]
            ends = np.cumsum([r, r * r, r * n, r])
            of_h, of_W, of_V, of_b = np.split(rows[: ends[-1]], ends[:-1])
            found = W @ of_h + of_b
            found += np.einsum("ilk,l->ik", of_W.reshape(r, r, k), inputs[:r], optimize=True)
            found += np.einsum("ilk,l->ik", of_V.reshape(r, n, k), x, optimize=True)
            return slope[:, None] * found

        G = moved(P)
        P[:r, r:] = G[:, r:]
        P[r:, :r] = G[:, r:].T
        P[:r, :r] = moved(np.ascontiguousarray(G.T))
        self.h = np.maximum(u, 0.0)
        weights = np.arange(r, len(P))
        P[weights, weights] += self.drift

    def _correct(self, y: np.ndarray, shrunk: np.ndarray) -> None:
        r, n, m = self.flat.sizes
        _, _, _, A, c = self.flat.split(self.z)
        P, of_A = self.P, r + r * (r + n + 1)
        # Rows of P by the derivative of the outputs, then by that of the weights seen as zero.
        seen = np.empty((m + len(shrunk), len(P)))
        seen[:m] = A @ P[:r]
        seen[:m] += P[of_A + m * r :]
        seen[:m] += np.einsum(
            "jlk,l->jk", P[of_A : of_A + m * r].reshape(m, r, -1), self.h, optimize=True
        )
        seen[m:] = P[r + shrunk]
        S = np.empty((len(seen),) * 2)
        of_outputs = seen[:, of_A : of_A + m * r].reshape(len(seen), m, r) @ self.h
        S[:, :m] = seen[:, :r] @ A.T + of_outputs + seen[:, of_A + m * r :]
        S[:, m:] = seen[:, r + shrunk]
        S[np.diag_indices_from(S)] += np.r_[np.ones(m), self.variance[shrunk]]
        error = np.r_[y - A @ self.h - c, -self.z[shrunk]]
        factor = cholesky(0.5 * (S + S.T), lower=True)
        seen = solve_triangular(factor, seen, lower=True, overwrite_b=True)
        change = solve_triangular(factor, error, lower=True) @ seen
        self.h = self.h + change[:r]
        self.z = self.z + change[r:]
        add_product(P, seen.T, seen, scale=-1.0)


def kalman(problem: alm.Problem, start: alm.Weights, drift: float) -> Run:
    """Return what filters the series again and again.

    Args:
        problem: what is minimised.
        start: the first mean of the weights.
        drift: variance that every weight gains at every step.

    Raises:
        TooLargeError: there are more than ``MOST`` weights.
    """
    flat = Flat(problem, start)
    if len(flat.start) > MOST:
        raise TooLargeError(f"the covariance of {len(flat.start)} weights")
    state = Filter(problem, flat, drift)

    def run(clock: Clock) -> None:
        while True:
            state.begin()
            for t in range(len(problem.X)):
                clock.see(lambda: flat.weights(state.z))
                with np.errstate(over="ignore", invalid="ignore"):
                    try:
                        state.step(t)
                    except (LinAlgError, ValueError) as reason:
                        raise ValueError(f"the filter broke down: {reason}") from reason

    return run
