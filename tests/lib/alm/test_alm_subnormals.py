"""Dead units decay for ever: they end at 0, not in subnormal numbers, and nothing else changes."""

import numpy as np
import pytest

from lib import alm
from lib.alm import bcd, workspace

SMALLEST = np.finfo(float).tiny


def subnormal(*arrays):
    return sum(int(np.count_nonzero((np.abs(a) < SMALLEST) & (a != 0.0))) for a in arrays)


def train(seed: int, outer_iterations: int = 240):
    """Train for so long that units die and decay; return R's and how many numbers are subnormal."""
    draw = np.random.default_rng(seed)
    X, Y = draw.normal(size=(40, 2)), draw.normal(size=(40, 1))
    start = alm.Weights.normal(draw, 8, 2, 1, 0.4)
    options = alm.accelerated(Y, outer_iterations=outer_iterations)
    values, counts = [], []

    def see(snapshot):
        w = snapshot.weights
        values.append([snapshot.row["objective"], snapshot.row["rollout_objective"]])
        points = (snapshot.H, snapshot.U, snapshot.xi, snapshot.zeta)
        counts.append(subnormal(w.W, w.V, w.b, w.A, w.c, *points))

    alm.solve(X, Y, start, alm.Penalties(*[0.1] * 5, 1e-8), options, see)
    return np.array(values), counts


@pytest.mark.parametrize("seed", [1, 5])
def test_no_number_stays_subnormal_and_the_objective_is_the_same(seed, monkeypatch):
    values, counts = train(seed)
    assert not any(counts)
    monkeypatch.setattr(workspace, "TINY", 0.0)
    before, decayed = train(seed)
    assert sum(count > 0 for count in decayed) > 40
    np.testing.assert_allclose(values, before, rtol=1e-15, atol=0.0)


def test_a_sweep_puts_to_0_what_is_tiny_and_keeps_what_is_not():
    draw = np.random.default_rng(0)
    X, Y = draw.normal(size=(2, 20, 2))
    problem = alm.Problem(X, Y, alm.Penalties(*[0.1] * 5, 1e-8))
    start = alm.Weights.normal(draw, 4, 2, 2, 0.4)
    state = alm.State(start, *alm.rollout(start, X, problem.activation))
    state.U[:, 1], state.H[:, 1] = -1.0, 1e-260
    state.H[:, 2] = 1e-240
    xi, zeta = np.full((2, 20, 4), 1e-310)
    ws = bcd.Workspace(problem, 4)
    ws.load(state, xi, zeta, 0.1, 1e-5)
    assert subnormal(ws.H, ws.U, ws.xi, ws.zeta) == 0
    assert not ws.H[1:, 1].any()
    assert (ws.H[1:, 2] == 1e-240).all()
    assert not ws.zeta.any()
    bcd.update_z(ws)
    assert not ws.W_T[1].any()
    assert ws.W_T[2].all()
