"""The structured sweep against the paper's formulas written out with dense Kronecker products."""

import runpy
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from evidence.kit.paths import ROOT
from lib import alm
from lib.alm import bcd
from lib.alm.workspace import Workspace

ACTIVATIONS = [alm.ReLU(), alm.LeakyReLU(0.1), alm.ELU()]
MU = 1e-3


def make(T, n, m, r, seed, activation):
    rng = np.random.default_rng(seed)
    X, Y = rng.uniform(-1, 1, (T, n)), rng.normal(size=(T, m))
    weights = alm.Weights.normal(rng, r, n, m, 0.5)
    penalties = alm.Penalties.from_tau(0.2, r, n, m)
    problem = alm.Problem(X, Y, penalties, activation)
    return problem, alm.State(weights, *alm.rollout(weights, X, activation)), rng


class Dense:
    """Lemma 3.1 and (3.14)-(3.22), (4.34)-(4.38) literally: vectors, Kronecker products, loops."""

    def __init__(self, problem, state):
        self.p, self.problem = problem.penalties, problem
        self.X, self.Y, self.sigma = problem.X, problem.Y, problem.activation.value
        self.T, self.n = self.X.shape
        self.m, self.r = self.Y.shape[1], state.weights.hidden_size
        z = state.weights
        self.w = np.concatenate([z.W.ravel("F"), z.V.ravel("F"), z.b])
        self.a = np.concatenate([z.A.ravel("F"), z.c])
        self.h, self.u = state.H.ravel(), state.U.ravel()
        p, r, n, m = self.p, self.r, self.n, self.m
        self.Lambda1 = np.diag(np.repeat([p.lambda2, p.lambda3, p.lambda4], [r * r, r * n, r]))
        self.Lambda2 = np.diag(np.repeat([p.lambda1, p.lambda5], [r * m, m]))

    def h_at(self, t):
        return self.h[self.r * (t - 1) : self.r * t] if t else np.zeros(self.r)

    def Phi(self, t):
        eye = np.eye(self.m)
        return np.hstack([np.kron(self.h_at(t)[None, :], eye), eye])

    def Psi(self):
        eye = np.eye(self.r)
        return np.vstack(
            [
                np.hstack(
                    [np.kron(self.h_at(t - 1)[None], eye), np.kron(self.X[t - 1][None], eye), eye]
                )
                for t in range(1, self.T + 1)
            ]
        )

    def unpack(self):
        r, n = self.r, self.n
        W = self.w[: r * r].reshape(r, r, order="F")
        V = self.w[r * r : r * r + r * n].reshape(r, n, order="F")
        A = self.a[: self.m * r].reshape(self.m, r, order="F")
        return W, V, self.w[r * r + r * n :], A, self.a[self.m * r :]

    def L(self, xi, zeta, gamma):
        """(3.1), its first form."""
        W, V, b, A, c = self.unpack()
        p = self.p
        loss = sum(
            np.sum((self.Y[t - 1] - self.Phi(t) @ self.a) ** 2) for t in range(1, self.T + 1)
        )
        squares = [np.sum(v**2) for v in (A, W, V, b, c, self.u)]
        lambdas = (p.lambda1, p.lambda2, p.lambda3, p.lambda4, p.lambda5, p.lambda6)
        C1, C2 = self.u - self.Psi() @ self.w, self.h - self.sigma(self.u)
        return (
            loss / self.T
            + np.dot(lambdas, squares)
            + xi @ C1
            + zeta @ C2
            + gamma / 2 * (C1 @ C1 + C2 @ C2)
        )

    def sweep(self, xi, zeta, gamma, mu):
        T, r, Psi = self.T, self.r, self.Psi()
        Q1 = gamma * Psi.T @ Psi + 2 * self.Lambda1
        self.w = np.linalg.solve(Q1, Psi.T @ (xi + gamma * self.u))
        Phis = [self.Phi(t) for t in range(1, T + 1)]
        Q2 = 2 / T * sum(F.T @ F for F in Phis) + 2 * self.Lambda2
        q2 = -2 / T * sum(F.T @ y for F, y in zip(Phis, self.Y, strict=True))
        self.a = -np.linalg.solve(Q2, q2)

        W, V, b, A, c = self.unpack()
        D2 = 2 / T * A.T @ A + gamma * np.eye(r)
        D1 = gamma * W.T @ W + D2
        xi_t, zeta_t, u_t = (v.reshape(T, r) for v in (xi, zeta, self.u))
        h = []
        for t in range(T):
            d = gamma * self.sigma(u_t[t]) - zeta_t[t] + 2 / T * A.T @ (self.Y[t] - c)
            if t < T - 1:
                d += W.T @ (xi_t[t + 1] + gamma * (u_t[t + 1] - V @ self.X[t + 1] - b))
            h.append(np.linalg.solve(D1 if t < T - 1 else D2, d))
        self.h = np.concatenate(h)

        theta1 = self.Psi() @ self.w - xi / gamma
        theta2, theta3 = self.h + zeta / gamma, self.u
        triples = zip(theta1, theta2, theta3, strict=True)
        self.u = np.array([self.u_star(*theta, gamma, mu) for theta in triples])

    def u_star(self, theta1, theta2, theta3, gamma, mu):
        lambda6 = self.p.lambda6

        def phi(u):
            return (
                gamma / 2 * (u - theta1) ** 2
                + gamma / 2 * (theta2 - self.sigma(np.float64(u))) ** 2
                + mu / 2 * (u - theta3) ** 2
                + lambda6 * u**2
            )

        top = gamma * theta1 + gamma * theta2 + mu * theta3
        plus = max(top, 0) / (2 * gamma + 2 * lambda6 + mu)
        if isinstance(self.problem.activation, alm.ELU):
            negative = self.elu_candidates(theta1, theta2, theta3, gamma, mu)
        else:
            slope = self.problem.activation.slope
            top = gamma * theta1 + gamma * slope * theta2 + mu * theta3
            negative = [min(top, 0) / (gamma + gamma * slope**2 + 2 * lambda6 + mu)]
        best = plus
        for u in negative:
            best = best if phi(best) <= phi(u) else u
        return best

    def elu_candidates(self, theta1, theta2, theta3, gamma, mu):
        """Stationary points of (4.37) on each side of the inflections, the real roots of (4.40)."""
        lambda6 = self.p.lambda6

        def slope(u):
            e = np.exp(u)
            return (
                gamma * (u - theta1)
                - gamma * (theta2 - e + 1) * e
                + mu * (u - theta3)
                + 2 * lambda6 * u
            )

        roots = np.roots([2 * gamma, -gamma * (theta2 + 1), mu + gamma + 2 * lambda6])
        inflections = [np.log(z.real) for z in roots if z.imag == 0 and 0 < z.real < 1]
        far = -10 - 10 * (abs(theta1) + abs(theta2) + abs(theta3))
        ends = sorted([far, *inflections, 0.0])
        return [
            brentq(slope, low, high, xtol=1e-15, rtol=1e-15)
            for low, high in pairwise(ends)
            if slope(low) < 0 < slope(high)
        ]


def gap(dense, state):
    W, V, b, A, c = dense.unpack()
    z = state.weights
    pairs = [(W, z.W), (V, z.V), (b, z.b), (A, z.A), (c, z.c)]
    pairs += [(dense.h, state.H.ravel()), (dense.u, state.U.ravel())]
    return max(np.abs(x - y).max() for x, y in pairs)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize(
    ("T", "n", "m", "r"), [(6, 2, 2, 3), (2, 1, 1, 1), (5, 3, 4, 2), (12, 1, 1, 2)]
)
def test_200_sweeps_equal_the_dense_formulas(activation, T, n, m, r):
    # A trajectory that passes near a saddle point lets any two roundings drift apart; none does
    # from these starts.
    problem, state, rng = make(T, n, m, r, 7, activation)
    dense, ws = Dense(problem, state), Workspace(problem, r)
    xi, zeta, gamma = rng.normal(0, 0.1, (T, r)), rng.normal(0, 0.1, (T, r)), 0.5
    ws.load(state, xi, zeta, gamma, MU)
    for sweeps in range(1, 201):
        bcd.sweep(ws)
        dense.sweep(xi.ravel(), zeta.ravel(), gamma, MU)
        if sweeps % 20 == 0:
            state = ws.state()
            assert gap(dense, state) < 1e-11
            ours = alm.augmented_lagrangian(problem, state, xi, zeta, gamma)
            assert ours == pytest.approx(dense.L(xi.ravel(), zeta.ravel(), gamma), rel=1e-12)
            C1, C2 = alm.constraints(problem, state)
            xi, zeta, gamma = xi + gamma * C1, zeta + gamma * C2, 1.1 * gamma
            ws.load(state, xi, zeta, gamma, MU)
    assert np.abs(state.U).max() > 0.1


def test_plain_numpy_sweep_is_the_same_sweep():
    plain_sweep = runpy.run_path(str(ROOT / "benchmarks" / "plain_sweep.py"))["plain_sweep"]
    problem, state, rng = make(30, 4, 3, 6, 3, alm.ReLU())
    xi, zeta, gamma = rng.normal(0, 0.1, (30, 6)), rng.normal(0, 0.1, (30, 6)), 2.0
    ws = Workspace(problem, 6)
    ws.load(state, xi, zeta, gamma, MU)
    H, U = state.H, state.U
    for _ in range(50):
        bcd.sweep(ws)
        *z, H, U = plain_sweep(problem.X, problem.Y, H, U, xi, zeta, gamma, MU, problem.penalties)
    ours = ws.state()
    w = ours.weights
    for x, y in zip((w.W, w.V, w.b, w.A, w.c, ours.H, ours.U), (*z, H, U), strict=True):
        np.testing.assert_allclose(x, y, rtol=0, atol=1e-11)


def perturbed(state, block, index, step):
    """The state with one entry of one block moved by `step`."""
    z = state.weights
    arrays = {"W": z.W, "V": z.V, "b": z.b, "A": z.A, "c": z.c, "H": state.H, "U": state.U}
    moved = arrays[block].copy()
    moved[index] += step
    arrays[block] = moved
    weights = alm.Weights(*(arrays[name] for name in "WVbAc"))
    return alm.State(weights, arrays["H"], arrays["U"])


@given(
    seed=st.integers(0, 2**32 - 1),
    gamma=st.floats(0.05, 50),
    activation=st.sampled_from(ACTIVATIONS),
)
@settings(max_examples=40)
def test_each_block_is_minimised_and_L_never_rises(seed, gamma, activation):
    problem, state, rng = make(4, 2, 2, 3, seed, activation)
    xi, zeta = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    state = alm.State(
        state.weights, state.H + rng.normal(size=(4, 3)), state.U + rng.normal(size=(4, 3))
    )

    def L(state):
        return alm.augmented_lagrangian(problem, state, xi, zeta, gamma)

    ws = Workspace(problem, 3)
    ws.load(state, xi, zeta, gamma, MU)
    for _ in range(2):
        for update, blocks in ((bcd.update_z, "WVbAc"), (bcd.update_h, "H"), (bcd.update_u, "U")):
            before = L(ws.state())
            update(ws)
            after = ws.state()
            value = L(after)
            assert value <= before + 1e-11 * (1 + abs(before))
            # L is quadratic in z and in h: its central difference is its exact derivative.
            for block in blocks if blocks != "U" else ():
                shape = getattr(after.weights, block).shape if block != "H" else after.H.shape
                for index in np.ndindex(shape):
                    slope = L(perturbed(after, block, index, 1)) - L(
                        perturbed(after, block, index, -1)
                    )
                    assert abs(slope) <= 1e-9 * (1 + abs(value)) * (1 + gamma)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_u_update_minimises_its_proximal_problem(activation):
    problem, state, rng = make(4, 2, 2, 3, 11, activation)
    xi, zeta, gamma = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), 1.7
    ws = Workspace(problem, 3)
    ws.load(state, xi, zeta, gamma, MU)
    bcd.update_z(ws)
    bcd.update_h(ws)
    before = ws.state().U
    bcd.update_u(ws)
    after = ws.state()

    def value(state):
        distance = np.sum((state.U - before) ** 2)
        return alm.augmented_lagrangian(problem, state, xi, zeta, gamma) + MU / 2 * distance

    reached = value(after)
    for index in np.ndindex(4, 3):
        for step in np.linspace(-4, 4, 161):
            assert reached <= value(perturbed(after, "U", index, step)) + 1e-12


def test_step_norm_of_3_17_is_that_of_the_whole_point():
    problem, state, rng = make(8, 3, 2, 4, 5, alm.ReLU())
    xi, zeta = rng.normal(0, 0.1, (8, 4)), rng.normal(0, 0.1, (8, 4))
    ws = Workspace(problem, 4)
    ws.load(state, xi, zeta, 1.3, MU)
    for _ in range(5):
        before = ws.state()
        bcd.sweep(ws)
        after = ws.state()
        x, y = before.weights, after.weights
        pairs = [(getattr(x, name), getattr(y, name)) for name in "WVbAc"]
        pairs += [(before.H, after.H), (before.U, after.U)]
        norm = np.sqrt(sum(np.sum((u - v) ** 2) for u, v in pairs))
        assert bcd._moved_at_most(ws, norm * (1 + 1e-9))
        assert not bcd._moved_at_most(ws, norm * (1 - 1e-9))
