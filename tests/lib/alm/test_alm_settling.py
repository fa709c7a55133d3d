"""Settling: the weights' update comes last, gamma is held, the given point stays as it is."""

from dataclasses import replace

import numpy as np
import pytest

from lib import alm
from lib.alm.certificate import gradient_blocks

OPTIONS = {"outer_iterations": 15}


@pytest.fixture(scope="module")
def trained():
    draw = np.random.default_rng(3)
    X, Y = draw.normal(size=(40, 3)), draw.normal(size=(40, 2))
    on = alm.Problem(X, Y, alm.Penalties(*[0.05] * 5, 1e-8))
    options = alm.accelerated(Y, **OPTIONS)
    start = alm.Weights.normal(draw, 6, 3, 2, 0.4)
    *_, last = alm.iterate(X, Y, start, on.penalties, options)
    return on, options, last


def test_what_is_left_is_in_h_and_u_alone_and_less(trained):
    on, options, last = trained
    point = alm.settle(on, last, options, subproblems=2, sweeps=30)
    state = alm.State(point.weights, point.H, point.U)
    *of_weights, of_h, _ = gradient_blocks(on, state, point.xi, point.zeta)
    largest = max(np.abs(block).max() for block in of_weights)
    assert largest < 1e-10
    assert np.linalg.norm(of_h) > 1e3 * largest
    assert point.row["kkt_residual"] < 0.5 * last.row["kkt_residual"]
    assert point.row["feasibility"] < last.row["feasibility"]


def test_gamma_is_held_and_every_subproblem_goes_downhill(trained):
    on, options, last = trained
    once = alm.settle(on, last, options, subproblems=1, sweeps=5)
    before, after = (alm.State(p.weights, p.H, p.U) for p in (last, once))
    assert once.gamma == last.gamma
    values = [
        alm.augmented_lagrangian(on, state, last.xi, last.zeta, last.gamma)
        for state in (before, after)
    ]
    assert values[1] < values[0]
    C1, C2 = alm.constraints(on, after)
    np.testing.assert_allclose(once.xi, last.xi + last.gamma * C1)
    np.testing.assert_allclose(once.zeta, last.zeta + last.gamma * C2)


def test_the_row_says_what_the_point_is_and_it_can_be_certified(trained):
    on, options, last = trained
    kept = last.H.copy(), last.xi.copy(), dict(last.row)
    point = alm.settle(on, last, options, subproblems=3, sweeps=4)
    assert point.row["sweeps"] == 12
    assert point.row["rollout_objective"] == alm.rollout_objective(on, point.weights)
    certified = alm.certify(on, point)
    assert certified.iterate.measures.kkt_residual == point.row["kkt_residual"]
    assert certified.iterate.measures.feasibility == point.row["feasibility"]
    assert np.array_equal(last.H, kept[0])
    assert np.array_equal(last.xi, kept[1])
    assert dict(last.row) == kept[2]


def test_without_numbers_it_is_the_four_subproblems_of_a_hundred_sweeps_of_the_pages(trained):
    on, options, last = trained
    point, same = alm.settle(on, last, options), alm.settle(on, last, options, subproblems=4)
    assert point.row["sweeps"] == 400
    np.testing.assert_array_equal(point.xi, same.xi)


def test_multipliers_that_overflow_are_no_warning(trained):
    on, options, last = trained
    huge = replace(last, xi=1e200 * last.xi, zeta=1e200 * last.zeta, gamma=1e200)
    assert alm.settle(on, huge, options, subproblems=1, sweeps=2).row["kkt_residual"] == np.inf


def test_a_result_is_no_snapshot(trained):
    on, options, _ = trained
    start = alm.Weights.normal(np.random.default_rng(4), 6, 3, 2, 0.4)
    brief = alm.accelerated(on.Y, outer_iterations=1)
    result = alm.solve(on.X, on.Y, start, on.penalties, brief)
    assert alm.settle(on, result.best, options, subproblems=1, sweeps=1).row["sweeps"] == 1
    with pytest.raises(ValueError, match="from a snapshot, such as a result's `best`, got Result"):
        alm.settle(on, result, options)


@pytest.mark.parametrize("change", [{"subproblems": 0}, {"sweeps": 0.5}])
def test_bad_numbers_are_refused(trained, change):
    on, options, last = trained
    [name] = change
    with pytest.raises(ValueError, match=name):
        alm.settle(on, last, options, **change)
