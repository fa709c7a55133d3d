r"""Sections 2 to 4.1 of paper B, evaluated: identities and statements about one point of L.

Points are random and not feasible; a third of the entries of u is zero exactly, where the ReLU has
its kink. A *gap* is the difference of two sides over the larger of them.
"""

from dataclasses import dataclass

import numpy as np

from evidence.pages.alm_theory.block_descent import sweeps
from evidence.pages.alm_theory.block_lipschitz import Subproblem
from lib import alm
from lib.randomness import generator

T, n, m, r = 6, 2, 2, 3
TAU, GAMMA, MU = 0.2, 2.0, 1e-3
STEP = 1e-4
"""Of one-sided difference quotients."""

RELU = alm.ReLU()


@dataclass(frozen=True)
class LagrangianForms:
    """What the statements come to, the worst of all points.

    Attributes:
        loss: gap between the loss (1.1) of the network and the objective of (2.2) at its roll-out.
        kronecker: gap between (2.4) with the matrices of (2.3) and the sums of (2.2).
        squares: gap between the two lines of (3.1).
        slack: the least L above the bound of Lemma 3.1 (i).
        gradient_z: gap between Lemma 3.1 (iii) and differences of L.
        gradient_h: the same for Lemma 3.1 (iv).
        update_z: what the update of z leaves of L's gradient in z, as a share.
        update_h: what the update of h, after it, leaves of the gradient in h.
        reach: the largest share of the bounds (A.9) and (A.10) that a block takes up.
        feasible: the largest share of the bounds (A.4) at a feasible point, and of the level of
            zero.
        determinant: largest distance from one of the size of the determinant of (2.7).
        blocks: difference between a one-sided slope of L and the sum of its slopes in the blocks,
            over the sum of their sizes.
        settled: what is left of the change of a quotient when its step is halved, with a tenth of
            the step.
    """

    loss: float
    kronecker: float
    squares: float
    slack: float
    gradient_z: float
    gradient_h: float
    update_z: float
    update_h: float
    reach: float
    feasible: float
    determinant: float
    blocks: float
    settled: float


def lagrangian_forms(points: int) -> LagrangianForms:
    """Return the worst cases over so many random points."""
    found = [_measure(sub, s, rng, problem) for sub, s, rng, problem in map(draw, range(points))]
    worst = {name: max(f[name] for f in found) for name in found[0] if name != "slack"}
    return LagrangianForms(slack=min(f["slack"] for f in found), **worst)


def draw(number: int) -> tuple[Subproblem, np.ndarray, np.random.Generator, alm.Problem]:
    """Return a small subproblem, a point of it, and the generator that drew them."""
    rng = generator("alm_rnn", "lagrangian_forms", "points", number)
    X, Y = rng.normal(size=(T, n)), rng.normal(size=(T, m))
    problem = alm.Problem(X, Y, alm.Penalties.from_tau(TAU, r, n, m))
    H, U = rng.normal(size=(2, T, r))
    U[rng.uniform(size=U.shape) < 1 / 3] = 0.0
    sub = Subproblem(problem, r, *rng.normal(size=(2, T, r)), GAMMA)
    weights = alm.Weights.normal(rng, r, n, m, 1.0)
    return sub, sub.vector(alm.State(weights, H, U)), rng, problem


def _measure(
    sub: Subproblem, s: np.ndarray, rng: np.random.Generator, problem: alm.Problem
) -> dict[str, float]:
    state = sub.state(s)
    squares = _value(sub.xi) + _value(sub.zeta)
    literal = _Literal(sub, state)
    slopes = _slopes(sub, s, rng)
    (sweep,) = sweeps(sub, state, MU, 1)
    return {
        "loss": _loss(problem, state.weights),
        "kronecker": literal.off(),
        "squares": gap(sub.value(s), literal.completed()),
        "slack": sub.value(s) + squares / (2 * GAMMA),
        "gradient_z": gap(literal.in_z(), literal.differences(sub.value, s, sub.z)),
        "gradient_h": gap(literal.in_h(), _differences(sub.value, s, sub.h)),
        "update_z": _left(sub, sub.z, *sweep.points[:2]),
        "update_h": _left(sub, sub.h, *sweep.points[1:3]),
        "reach": _reach(sub, state, sub.value(s) + squares / (2 * GAMMA)),
        "feasible": _feasible(problem, state.weights),
        "determinant": _determinant(state, rng),
        "blocks": abs(slopes[0] - sum(slopes[1:])) / sum(map(abs, slopes[1:])),
        "settled": _settled(sub, s, rng),
    }


def _value(x: np.ndarray) -> float:
    return float(np.sum(x**2))


def gap(left: float | np.ndarray, right: float | np.ndarray) -> float:
    """Return the difference of two sides over the larger one."""
    sides = [np.atleast_1d(left), np.atleast_1d(right)]
    return float(np.linalg.norm(sides[0] - sides[1]) / max(map(np.linalg.norm, sides)))


def _loss(problem: alm.Problem, weights: alm.Weights) -> float:
    """Compare (1.1), the recursion written down, with the first term of R at the roll-out."""
    h, loss = np.zeros(r), 0.0
    for x, y in zip(problem.X, problem.Y, strict=True):
        h = np.maximum(weights.W @ h + weights.V @ x + weights.b, 0.0)
        loss += _value(y - weights.A @ h - weights.c) / T
    p, (H, U) = problem.penalties, alm.rollout(weights, problem.X, RELU)
    parts = [weights.A, weights.W, weights.V, weights.b, weights.c, U]
    lambdas = [p.lambda1, p.lambda2, p.lambda3, p.lambda4, p.lambda5, p.lambda6]
    penalty = sum(weight * _value(part) for weight, part in zip(lambdas, parts, strict=True))
    return gap(loss, alm.objective(problem, alm.State(weights, H, U)) - penalty)


class _Literal:
    """(2.3), (3.1) and Lemma 3.1 written out with Kronecker products, at one point."""

    def __init__(self, sub: Subproblem, state: alm.State) -> None:
        self.sub, self.state, self.X, self.Y = sub, state, sub.problem.X, sub.problem.Y
        w, p = state.weights, sub.problem.penalties
        self.w = np.concatenate([w.W.ravel("F"), w.V.ravel("F"), w.b])
        self.a = np.concatenate([w.A.ravel("F"), w.c])
        past = np.vstack([np.zeros(r), state.H[:-1]])
        eye, small = np.eye(r), np.eye(m)
        self.Psi = np.vstack(
            [
                np.hstack([np.kron(h[None], eye), np.kron(x[None], eye), eye])
                for h, x in zip(past, self.X, strict=True)
            ]
        )
        self.Phi = [np.hstack([np.kron(h[None], small), small]) for h in state.H]
        self.Lambda1 = np.repeat([p.lambda2, p.lambda3, p.lambda4], [r * r, r * n, r])
        self.Lambda2 = np.repeat([p.lambda1, p.lambda5], [r * m, m])

    def off(self) -> float:
        w, (C1, _) = self.state.weights, alm.constraints(self.sub.problem, self.state)
        loss = [y - phi @ self.a for y, phi in zip(self.Y, self.Phi, strict=True)]
        of_loss = gap(np.array(loss), self.Y - self.state.H @ w.A.T - w.c)
        return max(of_loss, gap(self.state.U.ravel() - self.Psi @ self.w, C1.ravel()))

    def completed(self) -> float:
        """Return the second line of (3.1)."""
        C1, C2 = alm.constraints(self.sub.problem, self.state)
        xi, zeta = self.sub.xi, self.sub.zeta
        return alm.objective(self.sub.problem, self.state) + sum(
            GAMMA / 2 * _value(C + y / GAMMA) - _value(y) / (2 * GAMMA)
            for C, y in ((C1, xi), (C2, zeta))
        )

    def in_z(self) -> np.ndarray:
        """Return Lemma 3.1 (iii)."""
        target = (self.sub.xi + GAMMA * self.state.U).ravel()
        of_w = GAMMA * self.Psi.T @ (self.Psi @ self.w) + 2 * self.Lambda1 * self.w
        of_a = 2 / T * sum(phi.T @ (phi @ self.a) for phi in self.Phi) + 2 * self.Lambda2 * self.a
        seen = 2 / T * sum(phi.T @ y for phi, y in zip(self.Phi, self.Y, strict=True))
        return np.concatenate([of_w - self.Psi.T @ target, of_a - seen])

    def differences(self, value, s: np.ndarray, block: slice) -> np.ndarray:
        """Return the gradient in z by differences, in the order of the paper's vectors."""
        rows = _differences(value, s, block)
        W, V, b, A, c = np.split(rows, np.cumsum([r * r, r * n, r, m * r]))
        parts = (W.reshape(r, r), V.reshape(r, n), b, A.reshape(m, r), c)
        return np.concatenate([part.ravel("F") for part in parts])

    def in_h(self) -> np.ndarray:
        """Return Lemma 3.1 (iv)."""
        w, U = self.state.weights, self.state.U
        xi, zeta = self.sub.xi, self.sub.zeta
        D2 = 2 / T * w.A.T @ w.A + GAMMA * np.eye(r)
        D1 = GAMMA * w.W.T @ w.W + D2
        rows = []
        for t in range(T):
            d = GAMMA * np.maximum(U[t], 0) - zeta[t] + 2 / T * w.A.T @ (self.Y[t] - w.c)
            if t < T - 1:
                after = U[t + 1] - w.V @ self.X[t + 1] - w.b
                d = d + w.W.T @ (xi[t + 1] + GAMMA * after)
            rows.append((D1 if t < T - 1 else D2) @ self.state.H[t] - d)
        return np.concatenate(rows)


def _differences(value, s: np.ndarray, block: slice) -> np.ndarray:
    """Return central differences, exact but for rounding: L is quadratic in z and in h."""
    steps = np.eye(s.size)[block]
    return np.array([(value(s + d) - value(s - d)) / 2 for d in steps])


def _left(sub: Subproblem, block: slice, before: np.ndarray, after: np.ndarray) -> float:
    """Return the size of L's gradient in a block after its update over that before it."""
    ends = [np.linalg.norm(_differences(sub.value, s, block)) for s in (after, before)]
    return float(ends[0] / ends[1])


def _reach(sub: Subproblem, state: alm.State, delta: float) -> float:
    """Return the largest share of its bound that a block of this point takes up, delta >= R."""
    p, w = sub.problem.penalties, state.weights
    blocks = zip(
        (w.A, w.W, w.V, w.b, w.c, state.U),
        (p.lambda1, p.lambda2, p.lambda3, p.lambda4, p.lambda5, p.lambda6),
        strict=True,
    )
    shares = [weight * _value(block) / delta for block, weight in blocks]
    shifted = np.linalg.norm(np.maximum(state.U, 0) - sub.zeta / GAMMA)
    return max(*shares, np.linalg.norm(state.H) / (shifted + np.sqrt(2 * delta / GAMMA)))


def _feasible(problem: alm.Problem, weights: alm.Weights) -> float:
    """Return the largest share of (A.4) at the roll-out of some weights; zero is in the set too."""
    H, U = alm.rollout(weights, problem.X, RELU)
    point = alm.State(weights, H, U)
    p, w, level = problem.penalties, weights, alm.objective(problem, point)
    blocks = ((w.A, p.lambda1), (w.W, p.lambda2), (w.V, p.lambda3), (w.b, p.lambda4))
    shares = [_value(block) * weight / level for block, weight in (*blocks, (w.c, p.lambda5))]
    # On the feasible set h is the positive part of u, so that it needs no bound of its own.
    states = [_value(block) * p.lambda6 / level for block in (U, H)]
    zero = alm.State(alm.Weights(*(0 * b for b in (w.W, w.V, w.b, w.A, w.c))), 0 * H, 0 * U)
    violation = max(np.abs(c).max() for c in alm.constraints(problem, zero))
    return max(*shares, *states, float(np.inf) if violation else 0.0)


def _determinant(state: alm.State, rng: np.random.Generator) -> float:
    """Return how far the determinant of (A.2) and (A.3) is from one in size.

    The h block says zeta_t = W' xi_{t+1}, zeta_T = 0; the u block xi_t = slope zeta_t, the slope
    being the ReLU's, and at a kink any number from 0 to 1.
    """
    size, W = T * r, state.weights.W
    slope = np.where(state.U == 0, rng.uniform(size=state.U.shape), state.U > 0).ravel()
    of_h = np.hstack([np.kron(-np.eye(T, k=1), W.T), np.eye(size)])
    of_u = np.hstack([np.eye(size), -np.diag(slope)])
    return abs(abs(np.linalg.det(np.vstack([of_h, of_u]))) - 1)


def slope(sub: Subproblem, s: np.ndarray, d: np.ndarray, step: float = STEP) -> float:
    """Return the one-sided slope of L along d; two quotients take the next order away."""
    whole, half = ((sub.value(s + t * d) - sub.value(s)) / t for t in (step, step / 2))
    return 2 * half - whole


def _slopes(sub: Subproblem, s: np.ndarray, rng: np.random.Generator) -> list[float]:
    d = rng.normal(size=s.size)
    parts = [sub.embedded(d[block], block) for block in (sub.z, sub.h, sub.u)]
    return [slope(sub, s, d), *(slope(sub, s, part) for part in parts)]


def _settled(sub: Subproblem, s: np.ndarray, rng: np.random.Generator) -> float:
    """Return how much less a quotient changes with the step when all steps are a tenth as long."""
    d = rng.normal(size=s.size)

    def change(step: float) -> float:
        whole, half = ((sub.value(s + t * d) - sub.value(s)) / t for t in (step, step / 2))
        return abs(whole - half)

    return change(STEP / 10) / change(STEP)
