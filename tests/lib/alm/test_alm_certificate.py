"""The measures of a point against autograd, and the identities the paper rests on."""

import numpy as np
import pytest
import torch

from lib import alm
from lib.alm.certificate import distance_in_u

ACTIVATIONS = [alm.ReLU(), alm.LeakyReLU(0.1), alm.ELU()]
NAMES = ("W", "V", "b", "A", "c")


def make(seed, activation, T=9, n=3, m=2, r=4):
    rng = np.random.default_rng(seed)
    X, Y = rng.uniform(-1, 1, (T, n)), rng.normal(size=(T, m))
    weights = alm.Weights.normal(rng, r, n, m, 0.5)
    penalties = alm.Penalties(0.11, 0.07, 0.05, 0.3, 0.2, 1e-3)
    return alm.Problem(X, Y, penalties, activation), weights, rng


def sigma(activation, u):
    if isinstance(activation, alm.ELU):
        return torch.nn.functional.elu(u)
    return torch.nn.functional.leaky_relu(u, activation.slope)


def tensors(weights, *arrays):
    values = [*(getattr(weights, name) for name in NAMES), *arrays]
    return [torch.tensor(np.array(value), requires_grad=True) for value in values]


def torch_objective(problem, W, V, b, A, c, H, U):
    p = problem.penalties
    error = torch.tensor(problem.Y) - H @ A.T - c
    penalty = (
        p.lambda1 * A.square().sum()
        + p.lambda2 * W.square().sum()
        + p.lambda3 * V.square().sum()
        + p.lambda4 * b.square().sum()
        + p.lambda5 * c.square().sum()
        + p.lambda6 * U.square().sum()
    )
    return error.square().sum() / problem.steps + penalty


def torch_lagrangian(problem, blocks, xi, zeta, gamma):
    """(3.1) on tensors; gamma = 0 gives the ordinary Lagrangian."""
    W, V, b, _, _, H, U = blocks
    past = torch.cat([torch.zeros(1, H.shape[1], dtype=H.dtype), H[:-1]])
    C1 = U - past @ W.T - torch.tensor(problem.X) @ V.T - b
    C2 = H - sigma(problem.activation, U)
    linear = (torch.tensor(np.array(xi)) * C1).sum() + (torch.tensor(np.array(zeta)) * C2).sum()
    quadratic = gamma / 2 * (C1.square().sum() + C2.square().sum())
    return torch_objective(problem, *blocks) + linear + quadratic


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_values_and_kkt_residual_equal_autograd_away_from_kinks(activation):
    problem, weights, rng = make(1, activation)
    H, U, xi, zeta = (rng.normal(size=(9, 4)) for _ in range(4))
    state, blocks = alm.State(weights, H, U), tensors(weights, H, U)
    value = torch_lagrangian(problem, blocks, xi, zeta, 3.7).item()
    assert alm.augmented_lagrangian(problem, state, xi, zeta, 3.7) == pytest.approx(
        value, rel=1e-13
    )
    assert alm.objective(problem, state) == pytest.approx(
        torch_objective(problem, *blocks).item(), rel=1e-13
    )
    torch_lagrangian(problem, blocks, xi, zeta, 0.0).backward()
    norm = np.sqrt(sum(block.grad.square().sum().item() for block in blocks))
    assert alm.kkt_residual(problem, state, xi, zeta) == pytest.approx(norm, rel=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_reduced_gradient_equals_autograd_through_time(activation):
    problem, weights, _ = make(2, activation)
    W, V, b, A, c = parameters = tensors(weights)
    X = torch.tensor(problem.X)
    h, states, pre = torch.zeros(4, dtype=torch.float64), [], []
    for x in X:
        pre.append(W @ h + V @ x + b)
        h = sigma(problem.activation, pre[-1])
        states.append(h)
    value = torch_objective(problem, W, V, b, A, c, torch.stack(states), torch.stack(pre))
    value.backward()
    ours, gradient = alm.rollout_gradient(problem, weights)
    assert ours == pytest.approx(value.item(), rel=1e-13)
    assert alm.rollout_objective(problem, weights) == ours
    for name, parameter in zip(NAMES, parameters, strict=True):
        np.testing.assert_allclose(getattr(gradient, name), parameter.grad.numpy(), atol=1e-13)
    norm = np.sqrt(sum(p.grad.square().sum().item() for p in parameters))
    assert alm.reduced_gradient(problem, weights) == pytest.approx(norm, rel=1e-12)


def distance_of_augmented_lagrangian(problem, state, xi, zeta, gamma):
    """dist(0, dL) from autograd and the first form of (4.30) and (4.36)."""
    blocks = tensors(state.weights, state.H, state.U)
    torch_lagrangian(problem, blocks, xi, zeta, gamma).backward()
    of_u = blocks[-1].grad.numpy().copy()
    total = sum(block.grad.square().sum().item() for block in blocks[:-1])
    if problem.activation.kink is not None:
        left, right = problem.activation.kink
        # autograd takes the slope from the left at u = 0.
        new_zeta = zeta + gamma * state.H
        other = of_u - (right - left) * new_zeta
        ends = np.minimum(np.abs(of_u), np.abs(other))
        inside = (new_zeta < 0) & (of_u * other <= 0)
        at_kink = np.where(inside, 0.0, ends)
        of_u = np.where(state.U == 0.0, at_kink, of_u)
    return np.sqrt(total + np.sum(of_u**2))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_identity_4_25_holds_after_every_outer_iteration(activation):
    zeros = 0
    for seed in range(4):
        problem, weights, _ = make(seed, activation)
        options = alm.Options(outer_iterations=15, inner_iterations=30, activation=activation)
        before = None
        for after in alm.iterate(problem.X, problem.Y, weights, problem.penalties, options):
            if before is not None:
                state = alm.State(after.weights, after.H, after.U)
                wanted = distance_of_augmented_lagrangian(
                    problem, state, before.xi, before.zeta, before.gamma
                )
                got = alm.kkt_residual(problem, state, after.xi, after.zeta)
                assert got == after.row["kkt_residual"]
                assert got == pytest.approx(wanted, rel=1e-8, abs=1e-12)
                zeros += np.count_nonzero(after.U == 0.0)
            before = after
    # The test means something at kinks only if some u ended there.
    assert zeros > 0 or not isinstance(activation, alm.ReLU)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_rollout_is_feasible_and_continues(activation):
    problem, weights, _ = make(3, activation, T=40)
    H, U = alm.rollout(weights, problem.X, activation)
    assert alm.feasibility(problem, alm.State(weights, H, U)) < 1e-13
    first, _ = alm.rollout(weights, problem.X[:25], activation)
    second, _ = alm.rollout(weights, problem.X[25:], activation, h0=first[-1])
    np.testing.assert_allclose(np.vstack([first, second]), H, atol=1e-14)
    tail = alm.predict(weights, problem.X[25:], activation, h0=first[-1])
    np.testing.assert_allclose(tail, H[25:] @ weights.A.T + weights.c, atol=1e-14)


def test_exploding_network_has_infinite_measures_and_no_exception():
    problem, weights, _ = make(4, alm.ReLU(), T=200)
    explosive = alm.Weights(1e3 * np.eye(4), np.abs(weights.V), np.ones(4), weights.A, weights.c)
    assert not np.isfinite(alm.rollout_objective(problem, explosive))
    assert alm.reduced_gradient(problem, explosive) == np.inf


def test_an_exploding_gradient_of_a_finite_objective_is_refused():
    X, Y, penalties = np.full((2, 1), 1e200), np.zeros((2, 1)), alm.Penalties(*[1e-30] * 6)
    problem = alm.Problem(X, Y, penalties, alm.ReLU())
    weights = alm.Weights(
        W=np.zeros((1, 1)), V=np.array([[1e-50]]), b=np.zeros(1), A=np.ones((1, 1)), c=[0.0]
    )
    assert alm.rollout_objective(problem, weights) == pytest.approx(1e300)
    assert alm.reduced_gradient(problem, weights) == np.inf
    with pytest.raises(ValueError, match="or its gradient explodes"):
        alm.rollout_gradient(problem, weights)


def test_lipschitz_constants_bound_the_gradient_differences():
    """Lemma 3.2 on pairs of points of the level set."""
    problem, weights, rng = make(5, alm.ReLU())
    gamma, xi, zeta = 2.0, rng.normal(size=(9, 4)), rng.normal(size=(9, 4))
    base = alm.State(weights, *alm.rollout(weights, problem.X, problem.activation))

    def gradients(H, U):
        blocks = tensors(weights, H, U)
        torch_lagrangian(problem, blocks, xi, zeta, gamma).backward()
        return [block.grad.numpy() for block in blocks]

    for scale in (1e-4, 1e-2, 1.0, 10.0):
        h1, h2, u1, u2 = (
            v + scale * rng.normal(size=(9, 4)) for v in (base.H, base.H, base.U, base.U)
        )
        values = [
            alm.augmented_lagrangian(problem, alm.State(weights, h, u), xi, zeta, gamma)
            for h, u in ((h1, u1), (h2, u2), (h1, u2))
        ]
        L1, L2 = alm.lipschitz_constants(problem, 4, max(values), xi, zeta, gamma)
        first, second, mixed = gradients(h1, u1), gradients(h2, u2), gradients(h1, u2)
        of_z = np.sqrt(
            sum(np.sum((x - y) ** 2) for x, y in zip(first[:5], second[:5], strict=True))
        )
        moved = np.sqrt(np.sum((h1 - h2) ** 2) + np.sum((u1 - u2) ** 2))
        assert of_z <= L1 * moved
        assert np.linalg.norm(first[5] - mixed[5]) <= L2 * np.linalg.norm(u1 - u2)


@pytest.mark.parametrize(
    ("r_hat", "size", "gamma"), [(1e-6, 0.0, 50.0), (2.0, 0.7, 2.0), (3.0, 5.0, 0.1)]
)
def test_lipschitz_constants_are_the_formula_3_4(r_hat, size, gamma):
    """A bound alone forgives every constant that is too large; (3.17) divides by them."""
    rng = np.random.default_rng(3)
    X, Y = rng.normal(size=(9, 5)), rng.normal(size=(9, 3))
    l1, l2, l3, l4, l5, l6 = lambdas = 4.0, 3.0, 2.5, 2.0, 1.5, 0.5
    problem = alm.Problem(X, Y, alm.Penalties(*lambdas), alm.ReLU())
    xi, zeta, r, m, T = size * np.ones((9, 4)), 0.5 * size * np.ones((9, 4)), 4, 3, 9
    of_xi, of_zeta = 6.0 * size, 3.0 * size  # norms of 36 equal entries
    d = r_hat + (of_xi**2 + of_zeta**2) / (2 * gamma)
    d0 = (2 * d / gamma) ** 0.5 + (d / l6) ** 0.5 + of_zeta / gamma
    d1 = (r * (d0**2 + (X**2).sum() + T)) ** 0.5
    d2 = 2 * gamma * d1 * (r * d / min(l2, l3, l4)) ** 0.5
    d3 = r**0.5 * of_xi + gamma * (r * d / l6) ** 0.5
    longest = max(np.sqrt((row**2).sum()) for row in Y)
    d4 = 2 * (m / T) ** 0.5 * (2 * (m * (d0**2 + 1) * d / min(l1, l5)) ** 0.5 + longest)
    d5 = (d * (T - 1) / l2) ** 0.5 + T**0.5
    assert (gamma * d1 > d2 + d3 + d4) == (size == 0.0), "either side of the maximum has its case"
    found = alm.lipschitz_constants(problem, r, r_hat, xi, zeta, gamma)
    assert found == pytest.approx((2**0.5 * max(gamma * d1, d2 + d3 + d4), gamma * d5), rel=1e-12)


@pytest.mark.parametrize("activation", [alm.ReLU(), alm.LeakyReLU(0.1)], ids=repr)
def test_the_slope_at_the_kink_is_the_one_from_the_left(activation):
    """Backpropagation, the roll-out's gradient and the multipliers all take it at u = 0."""
    u = np.array([-1e-300, -0.0, 0.0, 1e-300])
    np.testing.assert_array_equal(activation.slope_at(u), [*[activation.slope] * 3, 1.0])


@pytest.mark.parametrize("activation", [alm.ReLU(), alm.LeakyReLU(0.1)], ids=repr)
def test_the_distance_at_a_kink_is_the_least_over_the_admissible_slopes(activation):
    """(4.30) and (4.36): every slope between the ends where zeta < 0, else the ends alone."""
    rng = np.random.default_rng(1)
    smooth, zeta = rng.normal(size=500), rng.normal(size=500)
    low, high = activation.kink
    for given, of_zeta in zip(smooth, zeta, strict=True):
        slopes = np.linspace(low, high, 20_001) if of_zeta < 0 else np.array([low, high])
        least = np.abs(given - of_zeta * slopes).min()
        found = distance_in_u(activation, *(np.array([v]) for v in (given, of_zeta, 0.0)))
        assert found[0] == pytest.approx(least, abs=1e-4)
