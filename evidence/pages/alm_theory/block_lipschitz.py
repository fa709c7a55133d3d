r"""Lemma 3.2 of paper B, measured: how fast the gradients in z and h change with the other blocks.

Apart from the ReLU L is a polynomial. The gradient in z is quadratic in (h, u), so its central
difference *is* its derivative J(s), and (3.2) says that :math:`\|J(s)\|\le L_1` for pairs close to
each other. J and its transpose are therefore taken from differences of the gradient, without a
second formula that could be wrong.
"""

from typing import NamedTuple, Self

import numpy as np

from lib.alm import Problem, State, Weights, augmented_lagrangian, constraints, kkt_residual
from lib.alm.certificate import gradient_blocks


class Subproblem:
    """One subproblem (3.5) on points written as one vector s = (W, V, b, A, c, h, u)."""

    def __init__(
        self, problem: Problem, r: int, xi: np.ndarray, zeta: np.ndarray, gamma: float
    ) -> None:
        n, m, T = problem.X.shape[1], problem.Y.shape[1], problem.steps
        self.problem, self.r = problem, r
        self.xi, self.zeta, self.gamma = xi, zeta, gamma
        self.shapes = [(r, r), (r, n), (r,), (m, r), (m,), (T, r), (T, r)]
        ends = np.cumsum([np.prod(shape) for shape in self.shapes])
        self._ends = ends[:-1]
        self.z = slice(0, ends[4])
        self.h = slice(ends[4], ends[5])
        self.u = slice(ends[5], ends[6])
        self.hu = slice(ends[4], ends[6])

    @classmethod
    def first(cls, problem: Problem, r: int, gamma: float) -> Self:
        """Return the subproblem of the first outer iteration, whose multipliers are zero."""
        zero = np.zeros((problem.steps, r))
        return cls(problem, r, zero, zero, gamma)

    def vector(self, state: State) -> np.ndarray:
        """Return a point as one vector."""
        w = state.weights
        return np.concatenate([np.ravel(x) for x in (w.W, w.V, w.b, w.A, w.c, state.H, state.U)])

    def state(self, s: np.ndarray) -> State:
        """Return a vector as a point."""
        parts = zip(np.split(s, self._ends), self.shapes, strict=True)
        *weights, H, U = (part.reshape(shape) for part, shape in parts)
        return State(Weights(*weights), H, U)

    def value(self, s: np.ndarray) -> float:
        """Return L(s) of (3.1)."""
        return augmented_lagrangian(self.problem, self.state(s), self.xi, self.zeta, self.gamma)

    def gradient(self, s: np.ndarray) -> np.ndarray:
        """Return the gradient of L in all blocks, in u without the term of the ReLU."""
        state, xi, zeta = self._shifted(s)
        return np.concatenate(
            [np.ravel(part) for part in gradient_blocks(self.problem, state, xi, zeta)]
        )

    def distance(self, s: np.ndarray) -> float:
        """Return dist(0, dL), the left side of (3.6)."""
        return kkt_residual(self.problem, *self._shifted(s))

    def _shifted(self, s):
        state = self.state(s)
        C1, C2 = constraints(self.problem, state)
        return state, self.xi + self.gamma * C1, self.zeta + self.gamma * C2

    def ratio_z(self, s: np.ndarray, t: np.ndarray) -> float:
        """Return the quotient of (3.2) for two points that share z, 0 when they are equal."""
        change = self.gradient(s)[self.z] - self.gradient(t)[self.z]
        return _quotient(change, s[self.hu] - t[self.hu])

    def ratio_h(self, s: np.ndarray, t: np.ndarray) -> float:
        """Return the quotient of (3.3) for two points that share z and h, 0 when they are equal."""
        change = self.gradient(s)[self.h] - self.gradient(t)[self.h]
        return _quotient(change, s[self.u] - t[self.u])

    def embedded(self, part: np.ndarray, block: slice) -> np.ndarray:
        """Return the vector that is `part` in one block and zero elsewhere."""
        s = np.zeros(self.u.stop)
        s[block] = part
        return s


def _quotient(above: np.ndarray, below: np.ndarray) -> float:
    size = float(np.linalg.norm(below))
    return float(np.linalg.norm(above)) / size if size else 0.0


class Steepest(NamedTuple):
    """The norm of J(s) with the directions it is found in: v in (h, u) and g in z, as vectors s."""

    norm: float
    v: np.ndarray
    g: np.ndarray


def steepest(
    sub: Subproblem, s: np.ndarray, generator: np.random.Generator, rounds: int = 30
) -> Steepest:
    """Return the largest quotient (3.2) of pairs close to s, by power iteration from below."""
    v = sub.embedded(generator.normal(size=sub.u.stop - sub.h.start), sub.hu)
    v /= np.linalg.norm(v)
    for _ in range(rounds):
        image = 0.5 * (sub.gradient(s + v) - sub.gradient(s - v))[sub.z]
        norm = float(np.linalg.norm(image))
        g = sub.embedded(image / norm, sub.z)
        back = 0.5 * (sub.gradient(s + g) - sub.gradient(s - g))[sub.hu]
        last, v = v, sub.embedded(back / np.linalg.norm(back), sub.hu)
    return Steepest(norm, last, g)


def steepest_h(
    sub: Subproblem, s: np.ndarray, generator: np.random.Generator, rounds: int = 30
) -> float:
    r"""Return the largest quotient (3.3) of pairs close to s, by power iteration from below.

    The derivative of the gradient in h along u is
    :math:`-\gamma(W^\top\Delta u_{t+1} + 1_{u_t>0}\Delta u_t)`.
    """
    state = sub.state(s)
    W, on = state.weights.W, state.U > 0.0
    v = generator.normal(size=state.U.shape)
    for _ in range(rounds):
        v /= np.linalg.norm(v)
        image = on * v
        image[:-1] += v[1:] @ W
        v = on * image
        v[1:] += image[:-1] @ W.T
    return sub.gamma * float(np.linalg.norm(image))


def farthest(sub: Subproblem, s: np.ndarray, direction: np.ndarray, level: float) -> float:
    """Return a step t for which s + t direction is still in the level set, almost the largest.

    The level set is bounded, so doubling ends; it need not be convex, so a larger t may exist.
    """
    low, high = 0.0, 1.0
    while sub.value(s + high * direction) <= level:
        low, high = high, 2.0 * high
    for _ in range(30):
        middle = 0.5 * (low + high)
        inside = sub.value(s + middle * direction) <= level
        low, high = (middle, high) if inside else (low, middle)
    return low


def random_pair(
    sub: Subproblem, s: np.ndarray, block: slice, level: float, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return two points of the level set that differ in one block, either side of s on a line."""
    d = sub.embedded(generator.normal(size=block.stop - block.start), block)
    d /= np.linalg.norm(d)
    return s + farthest(sub, s, d, level) * d, s - farthest(sub, s, -d, level) * d


def climb(
    sub: Subproblem,
    s: np.ndarray,
    level: float,
    generator: np.random.Generator,
    steps: int = 6,
) -> tuple[float, float]:
    """Return the largest quotients (3.2) and (3.3) found by an ascent from s in the level set.

    For fixed directions v and g the third derivative of L says how g' J(s) v changes with s. The
    step goes along it as far as the level set lets it; then v and g are found anew.
    """
    best_z, best_h = 0.0, 0.0
    for step in range(steps + 1):
        norm, v, g = steepest(sub, s, generator)
        best_z, best_h = max(best_z, norm), max(best_h, steepest_h(sub, s, generator))
        if step == steps:
            break
        corners = (
            sign * other * sub.gradient(s + sign * v + other * g)
            for sign in (1, -1)
            for other in (1, -1)
        )
        direction = 0.25 * sum(corners)
        size = np.linalg.norm(direction)
        if not size:
            break
        # Not quite to the boundary, from where the next step could go nowhere.
        s = s + 0.7 * farthest(sub, s, direction / size, level) * direction / size
    return best_z, best_h


def exploding(problem: Problem, r: int, level: float) -> State | None:
    r"""Return a feasible point of the level set whose hidden state grows along the series.

    One hidden unit alone, :math:`u_t=\rho u_{t-1}+\beta`, with V = 0 and A = 0: what it costs is
    :math:`\lambda_2\rho^2+\lambda_4\beta^2+\lambda_6\|u\|^2`, and the last is cheap. Of all
    :math:`\rho` the one is taken for which :math:`\|h\|\,\|w\|` is largest; None where even the
    constant prediction is above the level.
    """
    p, T, m = problem.penalties, problem.steps, problem.Y.shape[1]
    c = problem.Y.mean(axis=0) / (1.0 + p.lambda5)
    left = level - np.sum((problem.Y - c) ** 2) / T - p.lambda5 * np.sum(c**2)
    if left <= 0.0:
        return None

    def chain(rho: float) -> tuple[float, np.ndarray]:
        shape = np.cumsum(rho ** np.arange(T))
        room = max(left * (1.0 - 1e-9) - p.lambda2 * rho**2, 0.0)
        beta = np.sqrt(room / (p.lambda4 + p.lambda6 * np.sum(shape**2)))
        return beta, beta * shape

    def size(rho: float) -> float:
        beta, u = chain(rho)
        return float(np.linalg.norm(u[:-1]) * np.hypot(rho, beta))

    # Beyond the second bound the powers overflow, and the penalty has long cut beta down.
    largest = min(np.sqrt(left / p.lambda2), 10.0 ** (100.0 / T))
    rho = max(np.linspace(0.0, largest, 400), key=size)
    beta, u = chain(rho)
    W, b, H = np.zeros((r, r)), np.zeros(r), np.zeros((T, r))
    W[0, 0], b[0], H[:, 0] = rho, beta, u
    weights = Weights(W, np.zeros((r, problem.X.shape[1])), b, np.zeros((m, r)), c)
    return State(weights, H, H.copy())
