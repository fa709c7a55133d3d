r"""R at the roll-out with the activation's kink rounded off, its gradient and Hessian products.

A piecewise linear activation is a maximum over slopes, :math:`\sigma(u)=\max_s s\,u` over
:math:`s` between its slopes at 0. A proximal term about a centre :math:`\bar s` makes it smooth,

.. math:: \sigma_c(u;\bar s) = \max_s\; s\,u - \tfrac c2 (s-\bar s)^2, \qquad
          \sigma_c' = s^*(u) = \bar s + u/c \text{ cut off at both slopes},

with second derivative 1/c where nothing is cut off. It has the value of :math:`\sigma` wherever
:math:`s^*=\bar s`: once the centres are the slopes of a stationary point, that point is one of the
problem with the kinks, which has u = 0 where its slope lies between the two (4.30).

B. A. Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6 (1994).
"""

import numpy as np

from lib.alm.problem import Problem, Weights


class SmoothedObjective:
    """A smooth function of the weights as one vector.

    Attributes:
        centre: the slopes :math:`\\bar s`, shape (T, r).
        width: c > 0; u as far as this from 0 counts as near the kink.
        H, U, slopes: of the last `evaluate`, shape (T, r).
        delta: derivative of the objective by u there, which is minus the multiplier xi.
    """

    def __init__(self, problem: Problem, r: int, centre: np.ndarray, width: float) -> None:
        self.problem, self.centre, self.width = problem, centre, width
        # The steps that another one of the same series precedes.
        self.followers = set(range(problem.steps)) - set(problem.starts)
        n, m = problem.X.shape[1], problem.Y.shape[1]
        p = problem.penalties
        self.shapes = ((r, r), (r, n), (r,), (m, r), (m,))
        sizes = [int(np.prod(shape)) for shape in self.shapes]
        self.ends = np.cumsum([0, *sizes])
        strengths = (p.lambda2, p.lambda3, p.lambda4, p.lambda1, p.lambda5)
        self.strengths = np.repeat(strengths, sizes)

    def vector(self, weights: Weights) -> np.ndarray:
        """Return weights as a vector."""
        blocks = (weights.W, weights.V, weights.b, weights.A, weights.c)
        return np.concatenate([block.ravel() for block in blocks])

    def weights(self, x: np.ndarray) -> Weights:
        """Return a vector as weights."""
        return Weights(*self._blocks(x))

    def _blocks(self, x: np.ndarray) -> list[np.ndarray]:
        ends = zip(self.ends, self.ends[1:], self.shapes, strict=False)
        return [x[a:b].reshape(shape) for a, b, shape in ends]

    def evaluate(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the objective and its gradient; infinite and zero where the roll-out explodes."""
        W, _, _, A, c = self._blocks(x)
        problem, scale = self.problem, 2.0 / self.problem.steps
        with np.errstate(over="ignore", invalid="ignore"):
            self._roll(x)
            self.error = self.H @ A.T + c - problem.Y
            value = (
                np.vdot(self.error, self.error) / problem.steps
                + self.strengths @ (x * x)
                + problem.penalties.lambda6 * np.vdot(self.U, self.U)
            )
            of_h = scale * self.error @ A
            delta = (2.0 * problem.penalties.lambda6) * self.U
            for t in reversed(range(problem.steps)):
                if t + 1 in self.followers:
                    of_h[t] += delta[t + 1] @ W
                delta[t] += self.slopes[t] * of_h[t]
        if not (np.isfinite(value) and np.isfinite(delta).all()):
            return np.inf, np.zeros_like(x)
        self.x, self.delta = x, delta
        low, high = problem.activation.kink
        near = (self.slopes > low) & (self.slopes < high)
        self.curvature = np.where(near, of_h / self.width, 0.0) + 2.0 * problem.penalties.lambda6
        gradient = 2.0 * self.strengths * x
        W, V, b, A, c = self._blocks(gradient)
        W += delta[1:].T @ problem.linked(self.H[:-1])
        V += delta.T @ problem.X
        b += delta.sum(axis=0)
        A += scale * self.error.T @ self.H
        c += scale * self.error.sum(axis=0)
        return float(value), gradient

    def _roll(self, x: np.ndarray) -> None:
        W, V, b, *_ = self._blocks(x)
        low, high = self.problem.activation.kink
        W_T = np.ascontiguousarray(W.T)
        self.U = self.problem.X @ V.T + b
        self.H, self.slopes = np.empty_like(self.U), np.empty_like(self.U)
        for t, (u, h, s, centre) in enumerate(
            zip(self.U, self.H, self.slopes, self.centre, strict=True)
        ):
            if t in self.followers:
                u += self.H[t - 1] @ W_T
            np.divide(u, self.width, out=s)
            s += centre
            np.clip(s, low, high, out=s)
            np.multiply(s, u, out=h)
            h -= 0.5 * self.width * (s - centre) ** 2

    def times(self, v: np.ndarray) -> np.ndarray:
        """Return the Hessian times a vector, at the last point that was evaluated and finite."""
        W, _, _, A, _ = self._blocks(self.x)
        dW, dV, db, dA, dc = self._blocks(v)
        problem, scale = self.problem, 2.0 / self.problem.steps
        W_T = np.ascontiguousarray(W.T)
        dU = problem.X @ dV.T + db
        dU[1:] += problem.linked(self.H[:-1]) @ dW.T
        dH = np.empty_like(dU)
        for t in range(problem.steps):
            if t in self.followers:
                dU[t] += dH[t - 1] @ W_T
            np.multiply(self.slopes[t], dU[t], out=dH[t])
        d_error = dH @ A.T + self.H @ dA.T + dc
        of_h = scale * (d_error @ A + self.error @ dA)
        of_h[:-1] += problem.linked(self.delta[1:]) @ dW
        d_delta = self.curvature * dU
        for t in reversed(range(problem.steps)):
            if t + 1 in self.followers:
                of_h[t] += d_delta[t + 1] @ W
            d_delta[t] += self.slopes[t] * of_h[t]
        result = 2.0 * self.strengths * v
        W, V, b, A, c = self._blocks(result)
        W += d_delta[1:].T @ problem.linked(self.H[:-1])
        W += self.delta[1:].T @ problem.linked(dH[:-1])
        V += d_delta.T @ problem.X
        b += d_delta.sum(axis=0)
        A += scale * (d_error.T @ self.H + self.error.T @ dH)
        c += scale * d_error.sum(axis=0)
        return result
