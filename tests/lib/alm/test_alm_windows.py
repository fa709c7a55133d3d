"""Sweeps over windows: exact minimisers, true sums, never uphill; and the method that forgets."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.rivals import elman
from lib import alm
from lib.alm import bcd
from lib.alm.extensions.windows import Windows, step

PENALTIES = alm.Penalties(0.1, 0.1, 0.1, 0.1, 0.1, 1e-8)
ACTIVATIONS = [alm.ReLU(), alm.LeakyReLU(0.1), alm.ELU()]


def small(seed: int, T: int = 23, r: int = 5, n: int = 3, m: int = 2, sd: float = 0.4):
    draw = np.random.default_rng(seed)
    X, Y = draw.normal(size=(T, n)), draw.normal(size=(T, m))
    return X, Y, alm.Weights.normal(draw, r, n, m, sd)


def loaded(seed: int, activation=None, gamma: float = 0.1):
    """Return a problem, multipliers and a workspace at a point that no constraint holds at."""
    X, Y, start = small(seed)
    problem = alm.Problem(X, Y, PENALTIES, activation or alm.ReLU())
    draw = np.random.default_rng(seed + 1)
    H, U = draw.normal(size=(2, len(X), 5))
    xi, zeta = draw.normal(0, 0.03, (2, *H.shape))
    ws = bcd.Workspace(problem, 5)
    ws.load(alm.State(start, H, U), xi, zeta, gamma, 1e-3)
    bcd.sum_up(ws)
    return problem, xi, zeta, ws


@given(st.integers(1, 60), st.integers(1, 60))
def test_the_windows_cover_every_step_once_and_are_about_as_long_as_asked(steps, length):
    if length > steps:
        with pytest.raises(ValueError, match=f"at most the {steps} steps.*got {length}"):
            Windows(length=length).cut(steps)
        return
    parts = Windows(length=length).cut(steps)
    assert [t for part in parts for t in range(part.start, part.stop)] == list(range(steps))
    sizes = {part.stop - part.start for part in parts}
    assert max(sizes) - min(sizes) <= 1
    assert 2 / 3 * length - 1 <= min(sizes) <= max(sizes) <= 3 / 2 * length


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_one_window_as_long_as_the_series_is_a_plain_sweep(activation):
    *_, one = loaded(0, activation)
    *_, other = loaded(0, activation)
    bcd.sweep(one)
    Windows(length=23).strategy(other, other.state()).sweep(other)
    for name in ("W_T", "v", "a", "H", "U"):
        assert np.allclose(getattr(one, name), getattr(other, name), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("length", [1, 4, 9])
def test_the_kept_sums_are_those_of_the_point(length):
    *_, ws = loaded(1)
    sweeps = Windows(length=length).strategy(ws, ws.state())
    for _ in range(3):
        sweeps.sweep(ws)
    names = ("gram_H", "white_H", "white_target", "past_target", "Y1_H")
    kept = [getattr(ws, name).copy() for name in names]
    bcd.sum_up(ws)
    for name, value in zip(names, kept, strict=True):
        assert np.allclose(value, getattr(ws, name), rtol=1e-9, atol=1e-10), name


@pytest.mark.parametrize("window", [slice(0, 4), slice(7, 8), slice(18, 23), slice(22, 23)])
def test_a_step_moves_its_window_alone_to_the_minimiser_over_its_h(window):
    problem, xi, zeta, ws = loaded(2)
    before = ws.state()
    step(ws, window)
    after = ws.state()
    outside = np.ones(23, bool)
    outside[window] = False
    assert np.array_equal(before.H[outside], after.H[outside])
    assert np.array_equal(before.U[outside], after.U[outside])
    h_moved = alm.State(after.weights, after.H, before.U)
    for t in range(window.start, window.stop):
        for i in range(5):
            at = []
            for size in (-1e-3, 0.0, 1e-3):
                H = h_moved.H.copy()
                H[t, i] += size
                at.append(
                    alm.augmented_lagrangian(problem, h_moved._replace(H=H), xi, zeta, ws.gamma)
                )
            assert abs(at[2] - at[0]) <= 1e-4 * abs(at[2] - 2 * at[1] + at[0])


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("length", [1, 3, 8])
def test_no_step_raises_the_augmented_lagrangian_and_u_pays_for_its_move(activation, length):
    problem, xi, zeta, ws = loaded(3, activation)
    draw, parts = np.random.default_rng(0), Windows(length=length).cut(23)
    before = ws.state()
    value = alm.augmented_lagrangian(problem, before, xi, zeta, ws.gamma)
    for k in draw.integers(0, len(parts), 3 * len(parts)):
        step(ws, parts[k])
        after = ws.state()
        new = alm.augmented_lagrangian(problem, after, xi, zeta, ws.gamma)
        paid = 0.5 * ws.mu * np.sum((after.U - before.U) ** 2)
        assert new <= value - paid + 1e-9 * abs(value)
        before, value = after, new


def test_a_subproblem_over_windows_ends_by_the_paper_s_condition():
    problem, xi, zeta, ws = loaded(4)
    options = alm.Options(
        inner_iterations=4000,
        mu=1e-3,
        stop_rules=("residual",),
        extension=Windows(length=6),
        check_every=5,
    )
    sweeps = options.extension.strategy(ws, ws.state())
    inner = bcd.minimise(ws, ws.state(), xi, zeta, 0.1, 1e-3, options, sweeps)
    assert inner.ended_by == "residual"
    C1, C2 = alm.constraints(problem, inner.state)
    assert alm.kkt_residual(problem, inner.state, xi + 0.1 * C1, zeta + 0.1 * C2) <= 1e-3


def test_the_method_over_windows_trains_a_network_and_repeats_itself():
    X, Y, start = small(5, T=60)
    options = alm.windowed(Y, 7, outer_iterations=15)
    one, other = (alm.solve(X, Y, start, PENALTIES, options) for _ in range(2))
    assert np.array_equal(one.weights.W, other.weights.W)
    first, last = one.trace["rollout_objective"].iloc[[0, -1]]
    assert last < 0.9 * first
    changed = alm.windowed(Y, 7, outer_iterations=15, extension=Windows(length=7, seed=1))
    again = alm.solve(X, Y, start, PENALTIES, changed)
    assert not np.array_equal(one.weights.W, again.weights.W)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"stop_rules": ("step",)}, "stop rule 'step' means nothing with Windows; leave it out"),
        ({"extension": 50}, "extension must be an Extension, .* got 50"),
    ],
)
def test_options_that_do_not_go_with_windows_are_refused(changes, sentence):
    _, Y, _ = small(0)
    with pytest.raises(ValueError, match=sentence):
        alm.windowed(Y, 5, **changes)


def test_windows_that_do_not_fit_are_refused_before_the_first_step():
    X, Y, start = small(0)
    with pytest.raises(ValueError, match="length of a window must be a whole number >= 1, got 0"):
        Windows(length=0)
    with pytest.raises(ValueError, match="at most the 23 steps of the series long, got 24"):
        alm.iterate(X, Y, start, PENALTIES, alm.windowed(Y, 24))
    with pytest.raises(ValueError, match="windows are for one series, got 2"):
        alm.iterate(X, Y, start, PENALTIES, alm.windowed(Y, 4), starts=(0, 9))
    with pytest.raises(ValueError, match="explosion must be a finite number > 1, got 1"):
        Windows(length=5, explosion=1)
    for wrong, sentence in (
        ({"length": 2}, "length of a window must be a whole number >= 3, got 2"),
        ({"length": 5, "power": 0.5}, r"power must lie in \(1/2, 1\], got 0.5"),
        ({"length": 5, "kappa": 0.0}, "kappa must be a finite number > 0, got 0.0"),
    ):
        with pytest.raises(ValueError, match=sentence):
            alm.Forgetting(**({"kappa": 1.0} | wrong))
    with pytest.raises(ValueError, match="at most the 23 steps of the series long, got 24"):
        alm.forget(X, Y, start, PENALTIES, alm.Forgetting(length=24, kappa=1.0))


@settings(max_examples=10)
@given(st.integers(0, 100), st.sampled_from(ACTIVATIONS))
def test_forgetting_begins_with_one_subproblem_of_the_window_at_its_roll_out(seed, activation):
    X, Y, start = small(seed)
    chosen = alm.Forgetting(length=23, kappa=2.0, sweeps=3)
    _, first = islice(alm.forget(X, Y, start, PENALTIES, chosen, activation), 2)
    problem = alm.Problem(X, Y, PENALTIES, activation)
    ws = bcd.Workspace(problem, 5)
    none = np.zeros((23, 5))
    H, U = alm.rollout(start, X, activation)
    ws.load(alm.State(start, H, U), none, none, 2.0 / 23, 1e-12)
    for _ in range(3):
        bcd.update_h(ws)
        bcd.update_u(ws)
    bcd.update_z(ws)
    for name in ("W", "V", "b", "A", "c"):
        wanted = getattr(ws.state().weights, name)
        assert np.allclose(getattr(first.weights, name), wanted, rtol=1e-6, atol=1e-8), name


def test_one_window_and_a_huge_kappa_keep_the_roll_out_and_make_the_output_a_ridge_regression():
    X, Y, start = small(6, T=40)
    chosen = alm.Forgetting(length=40, kappa=1e9, sweeps=1, power=1.0)
    *_, last = islice(alm.forget(X, Y, start, PENALTIES, chosen), 4)
    H, _ = alm.rollout(start, X, alm.ReLU())
    for name in ("W", "V", "b"):
        assert np.allclose(getattr(last.weights, name), getattr(start, name), atol=1e-5), name
    states = np.column_stack([H, np.ones(40)])
    ridge = states.T @ states / 40 + 0.1 * np.eye(6)
    best = np.linalg.solve(ridge, states.T @ Y / 40)
    assert np.allclose(last.weights.A, best[:-1].T, atol=1e-4)
    assert np.allclose(last.weights.c, best[-1], atol=1e-4)


def test_forgetting_trains_a_network_and_says_when_it_explodes():
    X, Y, start = small(7, T=200)
    problem = alm.Problem(X, Y, PENALTIES)
    chosen = alm.Forgetting.scaled(Y, 20)
    *_, last = islice(alm.forget(X, Y, start, PENALTIES, chosen), 6)
    begun = alm.rollout_objective(problem, start)
    assert alm.rollout_objective(problem, last.weights) < 0.95 * begun
    wild = alm.Weights(50 * np.abs(start.W), np.abs(start.V), start.b + 1, start.A, start.c)
    with pytest.raises(alm.BreakdownError, match="roll-out of a window explodes in pass 1"):
        list(islice(alm.forget(X, Y, wild, PENALTIES, alm.Forgetting(length=200, kappa=1.0)), 2))


def test_a_carried_hidden_state_continues_the_roll_out_and_is_a_constant_of_the_gradient():
    X, Y, start = small(8)
    networks = elman.Networks.stack([start])
    batch = elman.Batch(networks, X[None], Y[None], elman.Objective(PENALTIES))
    batch.differentiate(slice(0, 9))
    before = batch.last(slice(0, 9))
    H, _ = alm.rollout(start, X, alm.ReLU())
    assert np.allclose(before[0], H[8])
    window = slice(9, 15)
    batch.differentiate(window, before)
    assert np.allclose(batch.last(window)[0], H[14])
    gradient = batch.gradient.flat.copy()
    for k in (0, 7, 24, 30, 44, 50):
        values = []
        for size in (-1e-6, 1e-6):
            networks.flat[0, k] += size
            values.append(batch.differentiate(window, before)[0])
            networks.flat[0, k] -= size
        assert np.isclose((values[1] - values[0]) / 2e-6, gradient[0, k], rtol=1e-4, atol=1e-7)


def test_windows_of_an_epoch_carry_the_state_where_asked():
    X, Y, start = small(9)
    ends = {}
    for carried in (False, True):
        networks = elman.Networks.stack([start])
        batch = elman.Batch(networks, X[None], Y[None], elman.Objective(PENALTIES))
        parts = elman.windows(23, 10)
        rule = elman.Adam(1e-2)
        *_, last = islice(elman.descend(batch, [rule], parts, carried=carried), 2)
        ends[carried] = last.networks.flat.copy()
    assert not np.allclose(ends[False], ends[True])


def test_forgetting_may_forget_nothing_and_no_less_than_that():
    """Powers in (1/2, 1] are those for which the means converge: the steps' sum does not, their
    squares' does."""
    assert alm.Forgetting(length=3, kappa=1.0, power=1.0).power == 1.0
    for power in (np.nextafter(1.0, 2.0), 1.5, 2.0, 0.5, -0.6):
        with pytest.raises(ValueError, match=r"power must lie in \(1/2, 1\], got"):
            alm.Forgetting(length=3, kappa=1.0, power=float(power))


def test_the_scaled_kappa_is_gamma_times_the_number_of_steps():
    _, Y, _ = small(0)
    once = alm.Forgetting.scaled(Y, 5)
    assert once.kappa == pytest.approx(13.5 * np.var(Y, axis=0).mean(), rel=1e-12)
    assert alm.Forgetting.scaled(Y, 5, 3.0).kappa == pytest.approx(3.0 * once.kappa, rel=1e-12)
    assert (once.length, once.sweeps, once.power) == (5, 5, 0.6)
