"""Measurements of the theory: derivatives against differences, searches against matrices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.pages.alm_theory.block_descent import moduli, sweeps
from evidence.pages.alm_theory.block_lipschitz import (
    Subproblem,
    climb,
    exploding,
    farthest,
    random_pair,
    steepest,
    steepest_h,
)
from evidence.pages.alm_theory.counterexamples import first_constant, slack, stop_rule
from lib import alm
from lib.alm import bcd
from lib.alm.workspace import Workspace

GAMMA, MU = 1.7, 1e-3


def make(seed: int, T: int = 5, n: int = 2, m: int = 2, r: int = 3):
    rng = np.random.default_rng(seed)
    problem = alm.Problem(
        rng.uniform(-1, 1, (T, n)), rng.normal(size=(T, m)), alm.Penalties.from_tau(0.5, r, n, m)
    )
    weights = alm.Weights.normal(rng, r, n, m, 0.5)
    state = alm.State(weights, *alm.rollout(weights, problem.X, problem.activation))
    xi, zeta = rng.normal(size=(2, T, r))
    return Subproblem(problem, r, xi, zeta, GAMMA), state, rng


def test_a_point_survives_being_written_as_a_vector():
    sub, state, _ = make(0)
    again = sub.state(sub.vector(state))
    np.testing.assert_array_equal(again.weights.V, state.weights.V)
    np.testing.assert_array_equal(again.U, state.U)


def test_the_gradient_is_that_of_the_lagrangian():
    sub, state, rng = make(1)
    s = sub.vector(state) + 0.1 * rng.normal(size=sub.u.stop)
    gradient = sub.gradient(s)
    H, U = sub.state(s)[1:]
    shifted = sub.zeta + GAMMA * (H - np.maximum(U, 0))
    gradient[sub.u] -= (shifted * (U > 0)).ravel()
    step = 1e-6
    found = [
        (sub.value(s + step * e) - sub.value(s - step * e)) / (2 * step) for e in np.eye(s.size)
    ]
    np.testing.assert_allclose(gradient, found, atol=1e-7)
    assert sub.distance(s) == pytest.approx(np.linalg.norm(gradient))


def test_the_steepest_directions_are_the_largest_singular_ones():
    sub, state, rng = make(2)
    s = sub.vector(state) + 0.3 * rng.normal(size=sub.u.stop)
    basis = np.eye(s.size)[sub.hu]
    J = np.array([(sub.gradient(s + e) - sub.gradient(s - e))[sub.z] / 2 for e in basis]).T
    found = steepest(sub, s, rng, rounds=300)
    assert found.norm == pytest.approx(np.linalg.norm(J, 2), rel=1e-6)
    close = 1e-4 * found.v
    assert sub.ratio_z(s + close, s - close) == pytest.approx(found.norm, rel=1e-6)

    tiny = 1e-7 * np.eye(s.size)[sub.u]
    Jh = np.array([(sub.gradient(s + e) - sub.gradient(s - e))[sub.h] / 2e-7 for e in tiny]).T
    assert steepest_h(sub, s, rng, rounds=300) == pytest.approx(np.linalg.norm(Jh, 2), rel=1e-6)


def test_searches_stay_in_the_level_set_and_below_the_constants():
    sub, state, rng = make(3)
    s = sub.vector(state)
    level = sub.value(s) + 0.5
    L1, L2 = alm.lipschitz_constants(sub.problem, sub.r, level, sub.xi, sub.zeta, GAMMA)
    direction = rng.normal(size=s.size)
    t = farthest(sub, s, direction, level)
    assert sub.value(s + t * direction) <= level < sub.value(s + 1.01 * t * direction)
    for block in (sub.hu, sub.u):
        pair = random_pair(sub, s, block, level, rng)
        assert max(map(sub.value, pair)) <= level
        assert sub.ratio_z(*pair) <= L1
    assert sub.ratio_h(*pair) <= L2
    here = steepest(sub, s, rng).norm
    ascent_z, ascent_h = climb(sub, s, level, rng)
    assert here <= ascent_z * (1 + 1e-3)
    assert ascent_z <= L1
    assert ascent_h <= L2


def test_an_exploding_state_is_feasible_and_at_the_level():
    sub, _, _ = make(4, T=40)
    level = float(np.sum(sub.problem.Y**2)) / 40 + 1.0
    state = exploding(sub.problem, sub.r, level)
    assert alm.feasibility(sub.problem, state) < 1e-9 * np.linalg.norm(state.H)
    assert alm.objective(sub.problem, state) == pytest.approx(level)
    assert np.linalg.norm(state.H) > 100
    assert exploding(sub.problem, sub.r, 1e-3) is None


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_every_block_of_every_sweep_descends_by_its_modulus(seed):
    sub, state, _ = make(seed)
    ws = Workspace(sub.problem, sub.r)
    ws.load(state, sub.xi, sub.zeta, GAMMA, MU)
    bounds = moduli(sub.problem.penalties, GAMMA, MU)
    for done in sweeps(sub, state, MU, 4):
        bcd.sweep(ws)
        np.testing.assert_allclose(done.points[-1], sub.vector(ws.state()), atol=1e-12)
        assert done.moved == pytest.approx(np.linalg.norm(done.points[3] - done.points[0]))
        for drop, alpha, square in zip(done.drops, bounds, done.squares, strict=True):
            assert drop >= 0.5 * alpha * square - 1e-11


def test_the_printed_first_constant_is_too_small_and_the_repaired_one_is_not():
    found = first_constant()
    assert found.square < found.quotient / 5
    assert found.circular < found.quotient / 5
    assert found.quotient < found.repaired
    assert first_constant(10.0).repaired > first_constant(10.0).quotient


def test_the_solver_stops_by_the_step_rule_above_its_tolerance():
    found = stop_rule()
    assert (found.ended_by, found.sweeps) == ("step", 1)
    assert found.mu == max(found.L1, found.L2)
    assert found.excess == pytest.approx(np.sqrt(7) / 2, rel=1e-4)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_from_two_hidden_units_on_the_step_rule_is_safe_for_a_mu_up_to_half_the_constant(seed):
    assert slack(2, 2, 0.5) < 1 < slack(1, 2, 0.5)
    sub, state, _ = make(seed, T=2, n=1, m=1, r=2)
    level = sub.value(sub.vector(state))
    L1, L2 = alm.lipschitz_constants(sub.problem, 2, level, sub.xi, sub.zeta, GAMMA)
    assert L2 < L1
    for done in sweeps(sub, state, 0.5 * L1, 3):
        assert done.distance <= L1 * done.moved + 1e-11
