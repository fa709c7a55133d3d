"""The accelerated method: the plain path untouched, never uphill, never lost, and stopped early."""

import math
from dataclasses import replace

import numpy as np
import pytest

from evidence.protocols.alm import trial
from lib import alm
from lib.alm import bcd

PENALTIES = alm.Penalties(0.1, 0.1, 0.1, 0.1, 0.1, 1e-8)


def small(seed: int, T: int = 30, r: int = 5, n: int = 3, m: int = 2, sd: float = 0.4):
    draw = np.random.default_rng(seed)
    X, Y = draw.normal(size=(T, n)), draw.normal(size=(T, m))
    return X, Y, alm.Weights.normal(draw, r, n, m, sd)


def loaded(seed: int, gamma: float = 0.1):
    X, Y, start = small(seed)
    problem = alm.Problem(X, Y, PENALTIES)
    state = alm.State(start, *alm.rollout(start, X, problem.activation))
    draw = np.random.default_rng(seed + 1)
    xi, zeta = draw.normal(0, 1e-3, (2, *state.H.shape))
    ws = bcd.Workspace(problem, 5)
    ws.load(state, xi, zeta, gamma, 1e-5)
    return problem, ws, xi, zeta, gamma


def blocks(ws):
    return [b.copy() for b in (ws.W_T, ws.v, ws.a, ws.H, ws.U)]


def test_without_acceleration_the_solver_is_algorithm_3_1_to_the_bit():
    X, Y, start = small(0)
    options = alm.Options(outer_iterations=6, inner_iterations=40, stop_rules=())
    found = alm.solve(X, Y, start, PENALTIES, options)
    problem = alm.Problem(X, Y, PENALTIES)
    state = alm.State(start, *alm.rollout(start, X, problem.activation))
    ws, gamma = bcd.Workspace(problem, 5), options.gamma
    xi, zeta = np.zeros_like(state.H), np.zeros_like(state.H)
    violation = alm.feasibility(problem, state)
    for _ in range(6):
        ws.load(state, xi, zeta, gamma, options.mu)
        for _ in range(40):
            bcd.sweep(ws)
        state = ws.state()
        C1, C2 = alm.constraints(problem, state)
        xi, zeta = xi + gamma * C1, zeta + gamma * C2
        before, violation = violation, alm.feasibility(problem, state)
        if violation > options.eta1 * before:
            largest = max(np.linalg.norm(xi), np.linalg.norm(zeta))
            gamma = max(gamma / options.eta2, largest ** (1.0 + options.eta3))
    for name in ("W", "V", "b", "A", "c"):
        assert np.array_equal(getattr(found.weights, name), getattr(state.weights, name))
    for one, other in ((found.H, state.H), (found.U, state.U), (found.xi, xi), (found.zeta, zeta)):
        assert np.array_equal(one, other)
    assert found.gamma == gamma
    assert found.trace["sweeps"].tolist() == [0, *[40] * 6]


def test_no_momentum_and_no_explosion_give_the_plain_method_to_the_bit():
    X, Y, start = small(1)
    plain = alm.Options(outer_iterations=8, inner_iterations=15, stop_rules=("step", "residual"))
    still = replace(plain, extension=alm.Acceleration(momentum=0.0, explosion=1e9))
    one, other = (alm.solve(X, Y, start, PENALTIES, o) for o in (plain, still))
    assert np.array_equal(one.weights.W, other.weights.W)
    assert np.array_equal(one.U, other.U)
    columns = [c for c in one.trace.columns if c != "seconds"]
    assert one.trace[columns].equals(other.trace[columns])


@pytest.mark.parametrize("starts", [(0,), (0, 11, 12)])
@pytest.mark.parametrize("activation", [alm.ReLU(), alm.LeakyReLU(0.1), alm.ELU()])
def test_the_augmented_lagrangian_falls_at_every_accepted_sweep(activation, starts):
    X, Y, start = small(2)
    problem = alm.Problem(X, Y, PENALTIES, activation, starts)
    state = alm.State(start, *alm.rollout(start, X, activation, starts=starts))
    ws = bcd.Workspace(problem, 5)
    zero = np.zeros_like(state.H)
    ws.load(state, zero, zero, 0.05, 1e-5)
    moving = alm.Acceleration().strategy(ws, state)
    moving.begin(ws)
    value, extrapolated = math.inf, 0
    for _ in range(150):
        before = ws.state()
        taken = moving.sweep(ws)
        after = ws.state()
        extrapolated += taken == 1 and not np.array_equal(ws.U_old, before.U)
        exact = alm.augmented_lagrangian(problem, after, zero, zero, 0.05)
        assert exact == pytest.approx(moving.reached, rel=1e-10)
        step = np.linalg.norm(after.H - before.H) ** 2 + np.linalg.norm(after.U - before.U) ** 2
        assert exact <= value - 0.5 * 1e-5 * step + 1e-12
        value = exact
    assert extrapolated > 50


def test_the_first_sweep_and_the_first_after_a_reset_are_plain():
    """There is no point before them that could give a direction."""
    _, ws, *_ = loaded(3)
    _, plain, *_ = loaded(3)
    moving = alm.Acceleration().strategy(ws, ws.state())
    moving.begin(ws)
    for again in (False, True):
        if again:
            moving.reset()
        assert moving.sweep(ws) == 1
        bcd.sweep(plain)
        assert all(map(np.array_equal, blocks(ws), blocks(plain)))


def test_the_value_it_watches_is_the_augmented_lagrangian_but_for_a_constant():
    problem, ws, xi, zeta, gamma = loaded(3)
    moving = alm.Acceleration().strategy(ws, ws.state())
    moving.begin(ws)
    constant = (np.vdot(xi, xi) + np.vdot(zeta, zeta)) / (2 * gamma)
    for _ in range(5):
        exact = alm.augmented_lagrangian(problem, ws.state(), xi, zeta, gamma)
        assert moving.reached == pytest.approx(exact + constant, rel=1e-12)
        moving.sweep(ws)


def test_a_bad_direction_is_refused_and_a_plain_sweep_made_instead():
    _, ws, *_ = loaded(4)
    _, other, *_ = loaded(4)
    moving = alm.Acceleration().strategy(ws, ws.state())
    moving.begin(ws)
    for workspace in (ws, other):
        for _ in range(3):
            bcd.sweep(workspace)
    moving.begin(ws)
    moving.H[1:], moving.U[:] = ws.H[1:] + 50.0, ws.U - 50.0
    moving.theta = 10.0
    assert moving.sweep(ws) == 2
    bcd.sweep(other)
    for one, two in zip(blocks(ws), blocks(other), strict=True):
        assert np.array_equal(one, two)
    assert moving.theta == 1.0
    assert moving.sweep(ws) == 1


def test_the_old_blocks_are_the_point_from_which_the_accepted_sweep_began():
    """The rule "step" compares with it."""
    _, ws, *_ = loaded(5)
    _, other, *_ = loaded(5)
    moving = alm.Acceleration().strategy(ws, ws.state())
    moving.begin(ws)
    for _ in range(10):
        moving.sweep(ws)
    other.H[:], other.U[:] = ws.H_old, ws.U_old
    bcd.sweep(other)
    assert np.array_equal(other.H, ws.H)
    assert np.array_equal(other.U, ws.U)


def test_the_guard_knows_an_exploded_network_and_goes_back_to_the_best():
    X, Y, start = small(6)
    problem = alm.Problem(X, Y, PENALTIES)
    state = alm.State(start, *alm.rollout(start, X, problem.activation))
    guard = alm.Acceleration(explosion=2.0).strategy(bcd.Workspace(problem, 5), state)
    zero, one = np.zeros_like(state.H), np.ones_like(state.H)
    quiet = alm.Weights(0 * start.W, 0 * start.V, start.b, 0 * start.A, Y.mean(axis=0))
    assert guard.refuge(state._replace(weights=quiet), one, one) is None
    best = alm.rollout_objective(problem, quiet)
    assert guard.value == best
    wild = alm.Weights(40 * np.eye(5), start.V, start.b, start.A, start.c)
    assert guard.refuge(state._replace(weights=wild), zero, zero) is not None
    worse = alm.Weights(start.W, start.V, start.b, 10 * np.ones_like(start.A), start.c)
    assert alm.rollout_objective(problem, worse) > 2 * best
    refuge = guard.refuge(state._replace(weights=worse), zero, zero)
    assert refuge.state.weights is quiet
    assert refuge.xi is one
    assert refuge.factor == 4.0
    assert alm.feasibility(problem, refuge.state) < 1e-12
    assert alm.objective(problem, refuge.state) == best


def test_in_the_solver_the_guard_raises_gamma_and_begins_again_at_the_best_roll_out():
    X, Y, start = small(7, T=60)
    penalties = alm.Penalties(*[1e-3] * 5, 1e-8)
    options = alm.accelerated(Y, outer_iterations=60)
    wary = alm.Acceleration(explosion=1.01)
    tiny = replace(options, gamma=options.gamma / 30, extension=wary)
    found = alm.solve(X, Y, start, penalties, tiny)
    restarts = found.trace.index[found.trace["restarted"]]
    assert len(restarts) > 0
    R = found.trace["rollout_objective"]
    for k in restarts:
        assert not R[k - 1] <= 1.01 * R[: k - 1].min()
        assert found.trace["gamma"][k] >= 4.0 * found.trace["gamma"][k - 1] * (1 - 1e-12)
    assert found.best.row["rollout_objective"] == R.min()
    assert alm.rollout_objective(alm.Problem(X, Y, penalties), found.best.weights) == R.min()


@pytest.mark.parametrize("gap", [0.01, 0.1])
def test_with_a_gap_gamma_is_raised_exactly_where_the_roll_out_is_that_much_worse(gap):
    X, Y, start = small(7, T=60)
    penalties = alm.Penalties(*[1e-3] * 5, 1e-8)
    rule = alm.Acceleration(gap=gap, explosion=1e9)
    options = alm.accelerated(Y, outer_iterations=40, extension=rule)
    trace = alm.solve(X, Y, start, penalties, options).trace
    raised = trace["gamma"].diff().shift(-1)[1:-1] > 0.0
    worse = (trace["rollout_objective"] > (1.0 + gap) * trace["objective"])[1:-1]
    assert worse.any()
    assert not worse.all()
    assert raised.equals(worse)


def test_an_exploded_roll_out_counts_as_drifted():
    X, Y, start = small(6)
    problem = alm.Problem(X, Y, PENALTIES)
    state = alm.State(start, *alm.rollout(start, X, problem.activation))
    ws = bcd.Workspace(problem, 5)
    near, far = (alm.Acceleration(gap=gap).strategy(ws, state) for gap in (1e-9, 1e9))
    assert not near.raises_gamma(state, True)
    wild = alm.Weights(1e200 * start.W, start.V, start.b, start.A, start.c)
    far.refuge(state._replace(weights=wild), state.H, state.H)
    assert far.raises_gamma(state, False)


def test_multipliers_that_overflow_end_the_training_without_a_warning():
    """R of the He start on the S&P index is about 1e16, and (3.9) takes xi to the power 2.5."""
    on = trial("sp500-intended", "he", 0)
    options = alm.accelerated(on.Y, outer_iterations=15)
    found = alm.solve(on.X, on.Y, on.start, on.penalties, options)
    assert found.status is alm.Status.BREAKDOWN
    assert "makes gamma larger than floating-point numbers are; scale the data" in found.reason
    assert np.isfinite(found.xi).all()
    assert np.isfinite(found.best.row["rollout_objective"])


@pytest.mark.parametrize("plain", [False, True])
def test_targets_in_large_units_overflow_gamma_without_a_warning(plain):
    X, Y, start = small(13, T=40)
    options = alm.accelerated(1e6 * Y, outer_iterations=900, inner_iterations=3)
    if plain:
        options = replace(options, extension=None)
    found = alm.solve(X, 1e6 * Y, start, PENALTIES, options)
    assert found.status is alm.Status.BREAKDOWN
    assert "scale the data" in found.reason


def test_it_reaches_in_few_sweeps_what_the_plain_method_needs_many_for():
    X, Y, start = small(8, T=80, r=10, n=5, m=3)
    plain = alm.Options(outer_iterations=10, inner_iterations=300, stop_rules=())
    fast = alm.accelerated(Y, outer_iterations=15)
    slow = alm.solve(X, Y, start, PENALTIES, plain)
    quick = alm.solve(X, Y, start, PENALTIES, fast)
    assert quick.best.row["rollout_objective"] <= slow.best.row["rollout_objective"]
    assert quick.trace["sweeps"].sum() <= 0.2 * slow.trace["sweeps"].sum()


def test_the_units_of_the_targets_do_not_change_the_default_relative_to_them():
    _, Y, _ = small(9)
    one, other = alm.accelerated(Y), alm.accelerated(10 * Y + 3)
    assert other.gamma == pytest.approx(100 * one.gamma)
    assert one.extension == alm.Acceleration()
    assert alm.accelerated(Y, inner_iterations=7).inner_iterations == 7


def test_early_stopping_keeps_the_network_that_predicts_the_tail_best():
    X, Y, start = small(10, T=60)
    watch = alm.EarlyStopping(X, Y, fraction=0.25, patience=4)
    assert watch.X.shape == (45, 3)
    options = alm.accelerated(watch.Y, outer_iterations=200)
    found = alm.solve(watch.X, watch.Y, start, PENALTIES, options, watch)
    assert found.status is alm.Status.STOPPED
    best = int(np.argmin(watch.errors))
    assert watch.best.iteration == best
    assert found.trace["iteration"].iloc[-1] == best + 4
    ahead = alm.predict(watch.best.weights, X, alm.ReLU())[-15:] - Y[-15:]
    assert watch.errors[best] == pytest.approx(np.mean(np.sum(ahead**2, axis=1)))


def test_early_stopping_takes_an_exploded_network_as_the_worst():
    X, Y, start = small(11)
    watch = alm.EarlyStopping(X, Y, patience=1)
    options = alm.Options(outer_iterations=1, inner_iterations=2)
    [first, second] = alm.iterate(watch.X, watch.Y, start, PENALTIES, options)
    wild = alm.Weights(1e200 * np.eye(5), start.V, start.b + 1.0, start.A, start.c)
    assert not watch(first)
    assert watch(replace(second, weights=wild))
    assert watch.errors[1] == math.inf
    assert watch.best is first


def stopping(fraction=0.1, steps=9, **changes):
    return alm.EarlyStopping(np.ones((9, 1)), np.ones((steps, 1)), fraction, **changes)


def test_the_tail_of_every_series_is_held_out():
    X, Y, start = small(12, T=50)
    watch = alm.EarlyStopping(X, Y, starts=(0, 30))
    assert watch.starts == (0, 27)
    left_out = [27, 28, 29, 48, 49]
    np.testing.assert_array_equal(watch.X, np.delete(X, left_out, axis=0))
    options = alm.accelerated(watch.Y, outer_iterations=3)
    alm.solve(watch.X, watch.Y, start, PENALTIES, options, watch, watch.starts)
    parts = [alm.predict(watch.best.weights, part, alm.ReLU()) for part in (X[:30], X[30:])]
    ahead = np.vstack(parts)[left_out] - Y[left_out]
    assert min(watch.errors) == pytest.approx(np.mean(np.sum(ahead**2, axis=1)))


def test_targets_that_do_not_vary_get_the_gamma_of_standardised_ones():
    for constant in (0.0, 0.1):
        options = alm.accelerated(np.full((9, 2), constant))
        assert options.gamma == 13.5 / 9
    assert alm.accelerated(np.ones((9, 2)), gamma=3.0).gamma == 3.0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: alm.Acceleration(momentum=1.0), r"momentum must lie in \[0, 1\), got 1.0"),
        (lambda: alm.Acceleration(momentum=math.nan), "momentum must lie"),
        (lambda: alm.Acceleration(explosion=1.0), "explosion must be a finite number > 1, got 1.0"),
        (lambda: alm.Acceleration(raised=math.inf), "raised must be a finite number > 1, got inf"),
        (lambda: alm.Acceleration(gap=0.0), "gap must be"),
        (lambda: alm.Options(extension=True), "extension must be an Extension.* got True"),
        (lambda: alm.accelerated(np.ones(9)), "Y must have"),
        (lambda: stopping(0.9), "a series of 9 steps is too short to hold out 8 of them"),
        (lambda: stopping(1.0), "fraction held out must lie strictly between 0 and 1, got 1.0"),
        (lambda: stopping(0.0), "fraction held out must lie strictly between 0 and 1, got 0.0"),
        (lambda: stopping(steps=8), "Y must have"),
        (lambda: stopping(patience=0), "patience"),
        (lambda: stopping(starts=(0, 7)), "a series of 2 steps is too short to hold out 1"),
        (lambda: stopping(starts=(3,)), r"ascending rows of X, the first one 0, got \(3,\)"),
        (lambda: stopping(starts=(0, 12)), r"ascending rows of X, .* got \(0, 12\)"),
        (lambda: stopping(activation="relu"), r"activation must be .*ReLU\(\), got 'relu'"),
        (lambda: stopping("half"), "fraction held out must lie .* got 'half'"),
    ],
)
def test_bad_options_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
