"""The outer loop: its updates, its trace, how it ends, and what it refuses."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from lib import alm
from lib.alm import algorithm, bcd, driver

TAU = 1.2


def make(T=9, n=5, m=3, r=4, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (T, n))
    Y = alm.predict(alm.Weights.normal(rng, r, n, m, 0.8), X, alm.ReLU())
    Y = (Y - Y.mean(axis=0)) / (Y.std(axis=0) + 0.1)
    return X, Y, alm.Weights.normal(rng, r, n, m, 0.1), alm.Penalties.from_tau(TAU, r, n, m)


def quick(**changes):
    return alm.Options(**{"outer_iterations": 12, "inner_iterations": 40, **changes})


def test_trace_starts_at_the_feasible_starting_point():
    X, Y, weights, penalties = make()
    result = alm.solve(X, Y, weights, penalties, quick())
    trace = result.trace
    assert list(trace["iteration"]) == list(range(13))
    first = trace.iloc[0]
    assert first["feasibility"] < 1e-15
    assert first["sweeps"] == 0
    assert first["ended_by"] == "start"
    options = alm.Options()
    assert (first["gamma"], first["epsilon"]) == (options.gamma, options.epsilon)
    assert first["objective"] == first["rollout_objective"] == first["augmented_lagrangian"]
    problem = alm.Problem(X, Y, penalties)
    assert first["objective"] == alm.rollout_objective(problem, weights)
    assert trace["feasibility"][1] > 1e-3
    assert (trace["seconds"].diff()[1:] >= 0).all()
    last = trace.iloc[-1]
    assert last["objective"] == alm.objective(problem, result.state)
    assert last["feasibility"] == alm.feasibility(problem, result.state)
    assert last["kkt_residual"] == alm.kkt_residual(
        problem, *[result.state, result.xi, result.zeta]
    )
    assert result.level == 100.0


def test_what_a_user_gets_without_saying_is_what_table_2_prints_for_the_short_series():
    printed = {"gamma": 1.0, "mu": 1e-5, "epsilon": 0.1}
    printed |= {"eta1": 0.99, "eta2": 5 / 6, "eta3": 0.01, "eta4": 5 / 6}
    ours = alm.Options()
    assert {name: getattr(ours, name) for name in printed} == printed
    assert (ours.outer_iterations, ours.inner_iterations) == (100, 500)


@pytest.mark.parametrize("finished", [0, 1, 2])
def test_a_breakdown_leaves_what_was_finished_before_it(finished, monkeypatch):
    def broken(*given):
        for _, snapshot in zip(range(1 + finished), algorithm.iterate(*given), strict=False):
            yield snapshot
        raise alm.BreakdownError("singular")

    monkeypatch.setattr(driver, "iterate", broken)
    if not finished:
        with pytest.raises(alm.BreakdownError, match="singular"):
            alm.solve(*make(), quick())
        return
    result = alm.solve(*make(), quick())
    assert result.status is alm.Status.BREAKDOWN
    assert len(result.trace) == 1 + finished


def test_long_run_reaches_a_kkt_point_and_says_so():
    X, Y, weights, penalties = make(seed=8)
    options = alm.Options(outer_iterations=100, tolerance=1e-8)
    result = alm.solve(X, Y, weights, penalties, options)
    assert result.status is alm.Status.CONVERGED
    last = result.trace.iloc[-1]
    assert max(last["feasibility"], last["kkt_residual"]) <= 1e-8
    assert last["rollout_objective"] == pytest.approx(last["objective"], abs=1e-7)
    assert last["rollout_objective"] < result.trace["rollout_objective"][0]


def test_running_out_of_iterations_is_not_success():
    X, Y, weights, penalties = make()
    result = alm.solve(X, Y, weights, penalties, quick(tolerance=1e-12))
    assert result.status is alm.Status.ITERATION_LIMIT
    assert "all 12 outer iterations" in result.reason
    assert "not the 1e-12 asked for" in result.reason


def test_multipliers_gamma_and_epsilon_follow_3_7_to_3_9():
    X, Y, weights, penalties = make(seed=2)
    options = quick(outer_iterations=40, eta3=0.5)
    problem = alm.Problem(X, Y, penalties)
    snapshots = list(alm.iterate(X, Y, weights, penalties, options))
    kept = 0
    for k, (old, new) in enumerate(pairwise(snapshots), start=1):
        C1, C2 = alm.constraints(problem, alm.State(new.weights, new.H, new.U))
        np.testing.assert_allclose(new.xi, old.xi + old.gamma * C1, rtol=1e-14)
        np.testing.assert_allclose(new.zeta, old.zeta + old.gamma * C2, rtol=1e-14)
        if new.row["feasibility"] <= options.eta1 * old.row["feasibility"]:
            wanted, kept = old.gamma, kept + 1
        else:
            powers = [np.linalg.norm(v) ** (1 + options.eta3) for v in (new.xi, new.zeta)]
            wanted = max(old.gamma / options.eta2, *powers)
        assert new.gamma == pytest.approx(wanted, rel=1e-14)
        assert new.row["gamma"] == old.gamma
        assert new.row["epsilon"] == pytest.approx(options.epsilon * options.eta4 ** (k - 1))
    assert 0 < kept < 40


def test_an_extension_is_told_whenever_a_subproblem_begins_elsewhere(monkeypatch):
    told = []
    monkeypatch.setattr(bcd.Plain, "reset", lambda _: told.append(True))
    X, Y, weights, penalties = make(seed=3)
    trained = alm.solve(X, Y, weights, penalties, quick()).weights
    level = alm.rollout_objective(alm.Problem(X, Y, penalties), trained)
    options = quick(inner_iterations=3, level=level, gamma=0.1, eta2=0.01)
    restarted = 0
    for snapshot in alm.iterate(X, Y, trained, penalties, options):
        restarted += snapshot.row["restarted"]
        assert len(told) == restarted
    assert 0 < restarted < 12


def test_3_13_goes_back_to_the_start_exactly_when_L_exceeds_the_level():
    X, Y, weights, penalties = make(seed=3)
    trained = alm.solve(X, Y, weights, penalties, quick()).weights
    problem = alm.Problem(X, Y, penalties)
    at_start = alm.rollout_objective(problem, trained)
    # From a trained network L has little room below the level, and gamma grows a hundredfold.
    options = quick(inner_iterations=3, level=at_start, gamma=0.1, eta2=0.01)
    snapshots = list(alm.iterate(X, Y, trained, penalties, options))
    decisions = []
    for old, new in pairwise(snapshots[1:]):
        state = alm.State(old.weights, old.H, old.U)
        value = alm.augmented_lagrangian(problem, state, old.xi, old.zeta, old.gamma)
        assert new.row["restarted"] == (value > at_start)
        # L(s0) is R(s0) whatever the multipliers, and a subproblem never raises L.
        assert new.row["augmented_lagrangian"] <= min(value, at_start) + 1e-12
        decisions.append(new.row["restarted"])
    assert not snapshots[1].row["restarted"]
    assert set(decisions) == {True, False}


def test_residual_rule_ends_subproblems_that_satisfy_3_6():
    X, Y, weights, penalties = make(seed=1)
    options = quick(stop_rules=("residual",), inner_iterations=500, check_every=5)
    trace = alm.solve(X, Y, weights, penalties, options).trace
    fired = trace[trace["ended_by"] == "residual"]
    assert len(fired) > 0
    assert (fired["kkt_residual"] <= fired["epsilon"]).all()
    assert (fired["sweeps"] % 5 == 0).all()
    capped = trace[trace["ended_by"] == "cap"]
    assert (capped["sweeps"] == 500).all()


def test_step_rule_3_17_implies_3_6_and_fires_later_than_it():
    X, Y, weights, penalties = make(seed=8)
    options = alm.Options(outer_iterations=30, inner_iterations=300)
    trace = alm.solve(X, Y, weights, penalties, options).trace
    fired = trace[trace["ended_by"] == "step"]
    assert len(fired) > 0
    assert (fired["kkt_residual"] <= fired["epsilon"]).all()
    both = alm.Options(outer_iterations=1, epsilon=1e3, stop_rules=("step", "residual"))
    assert alm.solve(X, Y, weights, penalties, both).trace["ended_by"][1] == "residual"


def test_no_rule_runs_every_sweep():
    X, Y, weights, penalties = make()
    options = quick(outer_iterations=3, stop_rules=(), epsilon=1e9)
    trace = alm.solve(X, Y, weights, penalties, options).trace
    assert list(trace["sweeps"]) == [0, 40, 40, 40]


def test_callback_sees_every_snapshot_and_can_stop():
    X, Y, weights, penalties = make()
    seen = []

    def stop_at_three(snapshot):
        seen.append(snapshot)
        return snapshot.iteration == 3

    result = alm.solve(X, Y, weights, penalties, quick(), callback=stop_at_three)
    assert [s.iteration for s in seen] == [0, 1, 2, 3]
    assert result.status is alm.Status.STOPPED
    assert "iteration 3" in result.reason
    assert len(result.trace) == 4
    assert result.weights is seen[-1].weights
    with pytest.raises(ValueError, match="read-only"):
        seen[1].H[0, 0] = 0.0
    with pytest.raises(TypeError):
        seen[1].row["objective"] = 0.0
    # A snapshot kept by a consumer is not touched by later iterations.
    problem = alm.Problem(X, Y, penalties)
    state = alm.State(seen[1].weights, seen[1].H, seen[1].U)
    assert alm.objective(problem, state) == seen[1].row["objective"]


def test_inputs_are_not_changed_and_runs_repeat():
    X, Y, weights, penalties = make()
    before = [v.copy() for v in (X, Y, weights.W, weights.V, weights.b, weights.A, weights.c)]
    first = alm.solve(X, Y, weights, penalties, quick())
    second = alm.solve(X, Y, weights, penalties, quick())
    after = (X, Y, weights.W, weights.V, weights.b, weights.A, weights.c)
    for x, y in zip(before, after, strict=True):
        np.testing.assert_array_equal(x, y)
    assert X.flags.writeable
    np.testing.assert_array_equal(first.weights.W, second.weights.W)
    np.testing.assert_array_equal(first.U, second.U)


def test_float32_input_is_computed_in_float64():
    X, Y, weights, penalties = make()
    single = X.astype(np.float32), Y.astype(np.float32)
    double = [v.astype(np.float64) for v in single]
    first = alm.solve(*single, weights, penalties, quick())
    second = alm.solve(*double, weights, penalties, quick())
    assert first.weights.W.dtype == first.H.dtype == np.float64
    np.testing.assert_array_equal(first.weights.W, second.weights.W)


def test_torch_rnn_loaded_with_the_result_predicts_the_same():
    X, Y, weights, penalties = make(T=30, seed=5)
    w = alm.solve(X, Y, weights, penalties, quick()).weights
    rnn = torch.nn.RNN(5, 4, nonlinearity="relu", dtype=torch.float64)
    head = torch.nn.Linear(4, 3, dtype=torch.float64)
    with torch.no_grad():
        for parameter, value in (
            (rnn.weight_hh_l0, w.W),
            (rnn.weight_ih_l0, w.V),
            (rnn.bias_ih_l0, w.b),
            (rnn.bias_hh_l0, np.zeros(4)),
            (head.weight, w.A),
            (head.bias, w.c),
        ):
            parameter.copy_(torch.tensor(np.array(value)))
        theirs = head(rnn(torch.tensor(X))[0]).numpy()
    np.testing.assert_allclose(alm.predict(w, X, alm.ReLU()), theirs, rtol=0, atol=1e-12)


@pytest.mark.parametrize("activation", [alm.LeakyReLU(0.1), alm.ELU()], ids=repr)
def test_other_activations_are_trained_too(activation):
    X, Y, weights, penalties = make(seed=6)
    options = alm.Options(outer_iterations=20, inner_iterations=100, activation=activation)
    trace = alm.solve(X, Y, weights, penalties, options).trace
    assert trace["feasibility"].iloc[-1] < 1e-2
    assert trace["kkt_residual"].iloc[-1] < 1e-2
    assert trace["rollout_objective"].iloc[-1] < trace["rollout_objective"][0]


def broken(change):
    X, Y, weights, penalties = make()
    arguments = {"X": X, "Y": Y, "weights": weights, "penalties": penalties, "options": quick()}
    return {**arguments, **change(X, Y, weights)}


def with_nan(array):
    array = array.copy()
    array.flat[1] = np.nan
    return array


def with_W(weights, W):
    return alm.Weights(W, np.abs(weights.V), np.ones(4), weights.A, weights.c)


BAD = {
    "X not a matrix": (lambda X, Y, w: {"X": X[:, 0]}, r"X must have shape \(T, n\)"),
    "X without columns": (lambda X, Y, w: {"X": X[:, :0]}, "X must have at least 1 column"),
    "Y of another length": (lambda X, Y, w: {"Y": Y[:-1]}, r"Y must have shape \(9, m\)"),
    "NaN in X": (lambda X, Y, w: {"X": with_nan(X)}, "X must be finite, got 1 NaN"),
    "NaN in Y": (lambda X, Y, w: {"Y": with_nan(Y)}, "Y must be finite, got 1 NaN"),
    "one time step": (lambda X, Y, w: {"X": X[:1], "Y": Y[:1]}, "at least 2 time steps, got 1"),
    "weights for other data": (lambda X, Y, w: {"X": X[:, :4]}, "for 5 inputs and 3 outputs"),
    "penalties of another kind": (lambda X, Y, w: {"penalties": 0.1}, "must be a Penalties object"),
    "activation by name": (
        lambda X, Y, w: {"options": quick(activation="relu")},
        r"activation must be .*ELU\(\), LeakyReLU\(slope\), ReLU\(\), got 'relu'",
    ),
    "exploding start": (
        lambda X, Y, w: {"weights": with_W(w, 1e60 * np.ones((4, 4)))},
        r"explodes, R\(s0\) = .*smaller W",
    ),
    "level below L(s0)": (
        lambda X, Y, w: {"options": quick(level=1e-3)},
        r"level must be at least L\(s0\) = .*got 0.001",
    ),
}


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=BAD.keys())
def test_bad_problem_is_refused_with_a_clear_sentence(change, message):
    with pytest.raises(ValueError, match=message):
        alm.solve(**broken(change))
    with pytest.raises(ValueError, match=message):
        alm.iterate(**broken(change))


BAD_OPTIONS = [
    ({"outer_iterations": 0}, "outer_iterations must be a whole number"),
    ({"inner_iterations": 2.5}, "inner_iterations must be a whole number"),
    ({"check_every": -1}, "check_every must be a whole number"),
    ({"gamma": 0.0}, "gamma must be a finite number > 0"),
    ({"mu": -1e-5}, "mu must be a finite number > 0"),
    ({"eta1": 1.0}, "eta1 must lie strictly between 0 and 1"),
    ({"eta2": 0.0}, "eta2 must lie strictly between 0 and 1"),
    ({"eta4": float("nan")}, "eta4 must lie strictly between 0 and 1"),
    ({"eta3": 0.0}, "eta3 must be a finite number > 0"),
    ({"epsilon": float("inf")}, "epsilon must be a finite number > 0"),
    ({"level": float("nan")}, "level must be a finite number > 0"),
    ({"tolerance": 0.0}, "tolerance must be a finite number > 0"),
    ({"stop_rules": "step"}, "must be a tuple of rule names"),
    ({"stop_rules": ("norm",)}, "unknown stop rule 'norm'; accepted: step, residual"),
]


@pytest.mark.parametrize(("values", "message"), BAD_OPTIONS, ids=[m for _, m in BAD_OPTIONS])
def test_bad_options_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        alm.Options(**values)


@pytest.mark.parametrize("index", range(6))
@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_penalties_must_be_positive(index, value):
    values = [1.0] * 6
    values[index] = value
    with pytest.raises(ValueError, match=f"lambda{index + 1} must be a finite number > 0"):
        alm.Penalties(*values)


def test_penalties_from_tau_are_those_of_table_2():
    p = alm.Penalties.from_tau(500, 100, 80, 30)
    assert (p.lambda1, p.lambda2, p.lambda3) == (500 / 3000, 500 / 10_000, 500 / 8000)
    assert (p.lambda4, p.lambda5, p.lambda6) == (5.0, 500 / 30, 1e-8)


@pytest.mark.parametrize(
    ("name", "shape"), [("W", (4, 3)), ("V", (3, 5)), ("A", (3, 5)), ("b", (4, 1))]
)
def test_weights_of_unequal_sizes_are_refused(name, shape):
    sizes = {"W": (4, 4), "V": (4, 5), "b": (4,), "A": (3, 4), "c": (3,), name: shape}
    with pytest.raises(ValueError, match=f"{name} must have shape"):
        alm.Weights(**{key: np.zeros(size) for key, size in sizes.items()})


def test_singular_system_is_refused_naming_the_block_and_the_remedy():
    X = np.repeat([[1.0], [-1.0], [1.0], [-1.0]], 2, axis=1)
    weights = alm.Weights(np.zeros((2, 2)), np.zeros((2, 2)), np.zeros(2), np.zeros((1, 2)), [0.0])
    penalties = alm.Penalties(1.0, 1.0, 1e-300, 1.0, 1.0, 1.0)
    with pytest.raises(alm.BreakdownError, match=r"the w block is singular.*raise lambda3"):
        alm.solve(X, X[:, :1], weights, penalties, quick())


def test_late_breakdown_keeps_the_last_good_iterate(monkeypatch):
    X, Y, weights, penalties = make()
    minimise, calls = algorithm.bcd.minimise, []

    def failing(*arguments):
        calls.append(arguments)
        if len(calls) == 4:
            raise alm.BreakdownError("the system of the w block is singular")
        return minimise(*arguments)

    monkeypatch.setattr(algorithm.bcd, "minimise", failing)
    result = alm.solve(X, Y, weights, penalties, quick())
    assert result.status is alm.Status.BREAKDOWN
    assert "outer iteration 4 broke down: the system of the w block" in result.reason
    assert len(result.trace) == 4
    assert np.isfinite(result.weights.W).all()


def test_iterate_that_is_not_finite_is_a_breakdown():
    X, Y, weights, penalties = make()
    problem = alm.Problem(X, Y, penalties)
    state = alm.State(weights, *alm.rollout(weights, X, alm.ReLU()))
    workspace = algorithm.bcd.Workspace(problem, 4)
    workspace.load(state, state.H, state.H, 1.0, 1e-5)
    workspace.U[0, 0] = np.nan
    with pytest.raises(alm.BreakdownError, match="no longer finite"):
        workspace.state()


@pytest.mark.parametrize(
    ("xi", "zeta", "eta3", "wanted"),
    [(4.0, 0.0, 0.5, 8.0), (0.0, 4.0, 1.0, 16.0), (3.0, 4.0, 1.5, 32.0), (1.0, 1.0, 9.0, 7.0)],
)
def test_the_next_gamma_is_a_power_1_plus_eta3_of_the_larger_multiplier(xi, zeta, eta3, wanted):
    """(3.9); with exponent eta3 alone gamma stays behind the multipliers, which Theorem 4.7 needs
    to vanish beside it."""
    found = algorithm._at_least(7.0, np.array([[xi, 0.0]]), np.array([[0.0, zeta]]), eta3)
    assert found == pytest.approx(wanted, rel=1e-12)
