"""Several series in one problem: each begins at a zero state, in every part of the ALM."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from lib import alm
from lib.alm import bcd
from lib.alm.certificate import gradient_blocks
from lib.alm.workspace import Workspace

STARTS = (0, 1, 8)
STEPS, INPUTS, OUTPUTS, UNITS = 14, 3, 2, 5
PARTS = [slice(*ends) for ends in pairwise((*STARTS, STEPS))]


def make(activation, seed=0):
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(STEPS, INPUTS)), rng.normal(size=(STEPS, OUTPUTS))
    weights = alm.Weights.normal(rng, UNITS, INPUTS, OUTPUTS, 0.5)
    penalties = alm.Penalties.from_tau(0.2, UNITS, INPUTS, OUTPUTS)
    return alm.Problem(X, Y, penalties, activation, STARTS), weights, rng


def lagrangian(problem, blocks, xi, zeta, gamma):
    """Return (3.1) of series that know nothing of each other, written out with torch."""
    W, V, b, A, c, H, U = blocks
    X, Y = (torch.tensor(np.array(value)) for value in (problem.X, problem.Y))
    sigma = {alm.ReLU: torch.relu, alm.ELU: torch.nn.functional.elu}[type(problem.activation)]
    C1 = []
    for part in PARTS:
        past = torch.cat([torch.zeros(1, UNITS, dtype=H.dtype), H[part][:-1]])
        C1.append(U[part] - past @ W.T - X[part] @ V.T - b)
    C1, C2, p = torch.cat(C1), H - sigma(U), problem.penalties
    penalised = ((p.lambda1, A), (p.lambda2, W), (p.lambda3, V), (p.lambda4, b), (p.lambda5, c))
    value = ((Y - H @ A.T - c) ** 2).sum() / STEPS + p.lambda6 * (U**2).sum()
    value = value + sum(strength * (block**2).sum() for strength, block in penalised)
    value = value + (torch.tensor(xi) * C1).sum() + (torch.tensor(zeta) * C2).sum()
    return value + 0.5 * gamma * ((C1**2).sum() + (C2**2).sum())


def leaves(state):
    arrays = (*(getattr(state.weights, name) for name in ("W", "V", "b", "A", "c")), *state[1:])
    return [torch.tensor(np.array(array), requires_grad=True) for array in arrays]


@pytest.mark.parametrize("activation", [alm.ReLU(), alm.ELU()])
def test_the_hidden_state_is_zero_before_each_series(activation):
    problem, weights, _ = make(activation)
    H, U = alm.rollout(weights, problem.X, activation, starts=STARTS)
    for part in PARTS:
        alone = alm.rollout(weights, problem.X[part], activation)
        np.testing.assert_allclose((H[part], U[part]), alone, rtol=1e-13)
    assert alm.feasibility(problem, alm.State(weights, H, U)) < 1e-14


def test_the_gradient_of_the_roll_out_is_that_of_separate_series():
    problem, weights, _ = make(alm.ELU())
    value, gradient = alm.rollout_gradient(problem, weights)
    W, V, b, A, c, *_ = wanted = leaves(
        alm.State(weights, *alm.rollout(weights, problem.X, problem.activation, starts=STARTS))
    )
    states = []
    for part in PARTS:
        h = torch.zeros(UNITS, dtype=W.dtype)
        for x in torch.tensor(np.array(problem.X[part])):
            u = W @ h + V @ x + b
            h = torch.nn.functional.elu(u)
            states.append((h, u))
    H, U = (torch.stack(values) for values in zip(*states, strict=True))
    zero = np.zeros((STEPS, UNITS))
    total = lagrangian(problem, (W, V, b, A, c, H, U), zero, zero, 1.0)
    total.backward()
    assert value == pytest.approx(total.item(), rel=1e-12)
    for name, leaf in zip(("W", "V", "b", "A", "c"), wanted, strict=False):
        np.testing.assert_allclose(getattr(gradient, name), leaf.grad, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("activation", [alm.ReLU(), alm.ELU()])
def test_every_block_of_the_sweep_minimises_the_lagrangian(activation):
    problem, weights, rng = make(activation)
    H, U, xi, zeta = rng.normal(size=(4, STEPS, UNITS))
    ws, gamma = Workspace(problem, UNITS), 0.7
    ws.load(alm.State(weights, H, U), xi, zeta, gamma, 1e-5)
    for update, blocks in ((bcd.update_z, range(5)), (bcd.update_h, [5])):
        update(ws)
        point = leaves(ws.state())
        lagrangian(problem, point, xi, zeta, gamma).backward()
        assert max(float(point[k].grad.abs().max()) for k in blocks) < 1e-11
    before = ws.state()
    bcd.update_u(ws)
    after = ws.state()
    values = [lagrangian(problem, leaves(s), xi, zeta, gamma).item() for s in (before, after)]
    assert values[1] == pytest.approx(
        alm.augmented_lagrangian(problem, after, xi, zeta, gamma), rel=1e-12
    )
    for k in range(20):
        U = after.U + rng.normal(size=after.U.shape) * 10.0 ** -(k % 6)
        other = lagrangian(problem, leaves(after._replace(U=U)), xi, zeta, gamma).item()
        moved = 0.5e-5 * float(np.sum((U - before.U) ** 2) - np.sum((after.U - before.U) ** 2))
        assert values[1] <= other + moved + 1e-12


def test_the_kkt_gradient_is_that_of_separate_series():
    problem, weights, rng = make(alm.ELU())
    H, U, xi, zeta = rng.normal(size=(4, STEPS, UNITS))
    state = alm.State(weights, H, U)
    point = leaves(state)
    lagrangian(problem, point, xi, zeta, 0.0).backward()
    found = list(gradient_blocks(problem, state, xi, zeta))
    found[-1] = found[-1] - zeta * problem.activation.slope_at(U)
    for mine, leaf in zip(found, point, strict=True):
        np.testing.assert_allclose(mine, leaf.grad, rtol=1e-10, atol=1e-12)


def test_the_solver_reaches_a_kkt_point_of_several_series_and_certifies_it(tmp_path):
    problem, weights, _ = make(alm.ReLU())
    options = alm.Options(outer_iterations=200, tolerance=1e-8)
    X, Y, penalties = problem.X, problem.Y, problem.penalties
    result = alm.solve(X, Y, weights, penalties, options, starts=STARTS)
    assert result.status is alm.Status.CONVERGED
    network = alm.certify(problem, result)
    assert network.rollout.measures.kkt_residual < 1e-4
    assert network.problem(X, Y).starts == STARTS
    with pytest.raises(ValueError, match="one series, the problem has 3"):
        alm.save(tmp_path / "network.npz", result, problem)


@pytest.mark.parametrize("starts", [(), (1,), (0, 0), (0, 5, 3), (0, STEPS), (0, 1.5)])
def test_starts_that_are_no_ascending_rows_are_refused(starts):
    problem, *_ = make(alm.ReLU())
    with pytest.raises(ValueError, match="start"):
        alm.Problem(problem.X, problem.Y, problem.penalties, alm.ReLU(), starts)
