"""`ALMRegressor`: what it computes is what the solver computes, on one series and on several."""

import pickle
import time
import warnings

import numpy as np
import pytest
import torch
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lib import alm
from lib.estimators import ALMRegressor, NetworkWarning
from lib.estimators.drawing import numpy_generator
from lib.estimators.scaling import Scale

PAPER = {"linear": False, "starts": 1, "early_stopping": False}
SMALL = PAPER | {"hidden_size": 5, "tau": 0.1, "outer_iterations": 12, "inner_iterations": 20}


def series(steps=60, inputs=2, outputs=None, seed=0):
    """Return inputs and targets that depend on the present and on the past input."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(steps, inputs))
    past = np.vstack([np.zeros(inputs), X[:-1]])
    Y = (X + past) @ rng.normal(size=(inputs, outputs or 1)) + 0.01 * rng.normal(size=(steps, 1))
    return X, Y if outputs else Y[:, 0]


def quiet(**changes):
    return ALMRegressor(**SMALL | {"tolerance": None, "random_state": 0} | changes)


def test_without_a_linear_model_it_is_what_the_solver_makes_of_the_standardised_series():
    X, y = series()
    model = quiet(outer_iterations=3).fit(X, y)
    inputs, targets = Scale.of(X), Scale.of(y[:, None])
    Z, Y = inputs.away(X), targets.away(y[:, None])
    start = alm.initial_weights("glorot", numpy_generator(0), 5, 2, 1)
    chosen = {"outer_iterations": 3, "inner_iterations": 20}
    penalties = alm.Penalties.from_tau(0.1, 5, 2, 1)
    result = alm.solve(Z, Y, start, penalties, alm.accelerated(Y, **chosen))
    assert model.trace_["rollout_objective"].tolist() == result.trace["rollout_objective"].tolist()
    best = result.trace["rollout_objective"].min()
    assert model.measures_[0].objective == pytest.approx(best, rel=1e-12)
    assert model.n_iter_ == 3
    assert model.status_ == [alm.Status.ITERATION_LIMIT]
    # The fitted weights are those of the best network, in the units of the data.
    given = targets.back(alm.predict(result.best.weights, Z, alm.ReLU()))
    np.testing.assert_allclose(alm.predict(model.weights_, X, alm.ReLU()), given, rtol=1e-9)
    # The method as published stays within reach, with its own first gamma or another one.
    for gamma, used in ((None, 1.0), (0.5, 0.5)):
        plain = quiet(outer_iterations=3, acceleration=False, gamma=gamma).fit(X, y)
        options = alm.Options(**chosen, gamma=used)
        result = alm.solve(Z, Y, start, penalties, options)
        assert plain.trace_["objective"].tolist() == result.trace["objective"].tolist()


def test_networks_stand_on_a_ridge_regression_as_far_as_the_holdout_trusts_them():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2))
    line = 3.0 * X[:, 0] - X[:, 1] + 7.0
    # Nothing is left for a network to learn but noise: the linear model stands alone.
    noisy = line + rng.normal(size=200)
    with pytest.warns(NetworkWarning, match="no more than chance does: the linear model stands"):
        model = ALMRegressor(5, outer_iterations=10, random_state=0).fit(X, noisy)
    assert model.reliance_.tolist() == [0.0]
    np.testing.assert_allclose(model.linear_, [[3.0, -1.0]], atol=0.3)
    np.testing.assert_allclose(model.predict(X), line, atol=0.5)
    # A bend that no linear model has.
    bent = line + 3.0 * np.abs(X[:, 1])
    model = ALMRegressor(5, random_state=0).fit(X[:150], bent[:150])
    ridge = 1.0 - np.var(bent[150:] - X[150:] @ model.linear_[0]) / np.var(bent[150:])
    assert model.reliance_[0] > 0.8
    assert model.score(X[150:], bent[150:]) > 0.95
    assert ridge < 0.7
    assert model.weights_.hidden_size == 15
    assert model.trace_["start"].unique().tolist() == [0, 1, 2]


@pytest.mark.filterwarnings("ignore::lib.estimators.NetworkWarning")
@pytest.mark.parametrize("unit", [1e-9, 1e-3, 1e6])
def test_units_change_nothing(unit):
    X, y = series(90)
    options = {"hidden_size": 4, "outer_iterations": 8, "random_state": 0, "tolerance": None}
    plain = ALMRegressor(**options).fit(X, np.abs(y))
    scaled = ALMRegressor(**options).fit(5.0 + X / unit, unit * np.abs(y) - 3.0 * unit)
    np.testing.assert_allclose(
        scaled.predict(5.0 + X / unit) / unit + 3.0, plain.predict(X), rtol=1e-5, atol=1e-5
    )
    assert scaled.n_iter_ == plain.n_iter_


def test_a_state_goes_in_and_comes_out():
    X, y = series(80)
    model = quiet().fit(X[:50], y[:50])
    whole, last = model.predict(X[50:], return_state=True)
    state, rows = "end", []
    for row in X[50:]:
        given, state = model.predict(row[None], start=state, return_state=True)
        rows.append(given[0])
    np.testing.assert_allclose(rows, whole, rtol=1e-12)
    np.testing.assert_allclose(state, last, rtol=1e-12)
    both, states = model.predict([X[:3], X[3:9]], start=np.stack([last, last]), return_state=True)
    np.testing.assert_allclose(both[1], model.predict(X[3:9], start=last), rtol=1e-12)
    assert states.shape == (2, 5)
    with pytest.raises(ValueError, match=r"start must have shape \(1, 5\), got \(1, 4\)"):
        model.predict(X, start=last[:4])


# Whether a start explodes on targets that do not vary is rounding's to say.
@pytest.mark.filterwarnings("ignore:the hidden state of start:lib.estimators.NetworkWarning")
def test_targets_that_do_not_vary_are_learned():
    X, _ = series()
    model = quiet().fit(X, np.full(60, 0.1))
    np.testing.assert_allclose(model.predict(X), 0.1, atol=0.05)
    with pytest.warns(NetworkWarning, match="the linear model stands alone"):
        alone = ALMRegressor(2).fit(X, np.full(60, 0.1))
    np.testing.assert_allclose(alone.predict(X), 0.1, rtol=1e-6)


@pytest.mark.parametrize("outputs", [None, 3])
def test_prediction_continues_the_series_or_begins_at_zero(outputs):
    X, y = series(80, outputs=outputs)
    model = quiet().fit(X[:50], y[:50])
    whole = alm.predict(model.weights_, X, alm.ReLU())
    from_zero = alm.predict(model.weights_, X[50:], alm.ReLU())
    if outputs is None:
        whole, from_zero = whole[:, 0], from_zero[:, 0]
    np.testing.assert_allclose(model.predict(X[50:]), whole[50:], rtol=1e-10)
    np.testing.assert_allclose(model.predict(X[50:], start="zero"), from_zero, rtol=1e-10)
    np.testing.assert_array_equal(
        quiet(predict_from="zero").fit(X[:50], y[:50]).predict(X[50:]), from_zero
    )
    assert not np.allclose(whole[50:], from_zero)
    assert model.score(X[50:], y[50:]) == pytest.approx(r2_score(y[50:], whole[50:]))
    assert model.score(X[50:], y[50:]) > 0.7


def test_several_series_in_a_list_and_in_an_array():
    parts = [series(steps, seed=seed) for seed, steps in enumerate((30, 2, 41))]
    X, y = ([part[k] for part in parts] for k in (0, 1))
    model = quiet().fit(X, y)
    assert len(model.end_states_) == 3
    for k, (state, given) in enumerate(zip(model.end_states_, model.predict(X), strict=True)):
        np.testing.assert_allclose(state, alm.rollout(model.weights_, X[k], alm.ReLU())[0][-1])
        wanted = alm.predict(model.weights_, X[k], alm.ReLU(), state)[:, 0]
        np.testing.assert_allclose(given, wanted, rtol=1e-12)
    assert model.score(X, y) == pytest.approx(
        r2_score(np.concatenate(y), np.concatenate(model.predict(X)))
    )
    with pytest.raises(ValueError, match="trained on 3 series and cannot continue 1: give as many"):
        model.predict(X[0])
    assert model.predict(X[0], start="zero").shape == (30,)

    both = np.stack([X[0], X[2][:30]]), np.stack([y[0], y[2][:30]])
    as_array, as_list = quiet().fit(*both), quiet().fit(*map(list, both))
    assert as_array.predict(both[0]).shape == (2, 30)
    np.testing.assert_array_equal(as_array.predict(both[0]), as_list.predict(list(both[0])))


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "elu"])
def test_the_torch_module_computes_the_same_and_survives_pickling(activation):
    X, y = series(outputs=2)
    model = quiet(activation=activation, slope=0.1, outer_iterations=4).fit(X, y)
    module = pickle.loads(pickle.dumps(model.to_torch()))
    with torch.no_grad():
        given = module(torch.from_numpy(X))
        batch = module(torch.from_numpy(np.stack([X, X])), torch.zeros(2, 5, dtype=torch.float64))
        state = torch.from_numpy(model.end_states_[0])
        np.testing.assert_allclose(module(torch.from_numpy(X), state), model.predict(X), rtol=1e-10)
    np.testing.assert_allclose(given, model.predict(X), rtol=1e-10)
    from_zero = model.predict(X, start="zero")
    np.testing.assert_allclose(batch[1], from_zero, rtol=1e-12)
    model.set_params(predict_from="zero", linear=True).fit(X, y)
    with torch.no_grad():
        given = model.to_torch()(torch.from_numpy(X))
    np.testing.assert_allclose(given, model.predict(X), rtol=1e-9)
    module(torch.from_numpy(X)).sum().backward()
    assert all(parameter.grad is not None for parameter in module.parameters())


def test_an_estimator_survives_pickling():
    X, y = series()
    model = quiet(early_stopping=True).fit(X, y)
    content = pickle.dumps(model)
    assert len(content) < len(pickle.dumps(quiet(early_stopping=True).fit(*series(600)))) + 10_000
    again = pickle.loads(content)
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert again.trace_.equals(model.trace_)


@pytest.mark.parametrize("changes", [{}, {"linear": True, "early_stopping": True}])
def test_a_warm_start_goes_on(changes):
    X, y = series(100)
    y = np.abs(y)
    model = quiet(outer_iterations=3, warm_start=True, starts=2, **changes).fit(X, y)
    column = "holdout_error" if changes else "rollout_objective"
    reached = model.trace_.groupby("start")[column].min()
    model.fit(X, y)
    begun = model.trace_.groupby("start")[column].first()
    np.testing.assert_allclose(begun, reached, rtol=1e-9)
    # Other steps have the units of the first, for the networks know no others.
    model.fit(2.0 * X, y + 1.0)
    assert model.score(2.0 * X, y + 1.0) > 0.5
    cold = quiet(outer_iterations=3, starts=2, **changes).fit(X, y)
    assert cold.fit(X, y).trace_.groupby("start")[column].first()[0] > reached[0]
    for refused, words in (
        (lambda: model.set_params(hidden_size=3).fit(X, y), "2 networks of 5 .* not with 2 of 3 "),
        (lambda: model.set_params(hidden_size=5, starts=3).fit(X, y), "not with 3 of 5 and 1"),
        (lambda: model.set_params(starts=2).fit(X, np.stack([y, y], 1)), "not with 2 of 5 and 2"),
        (lambda: model.fit(X[:, :1], y), "X has 1 features, but ALMRegressor is expecting 2"),
        (lambda: model.set_params(warm_start="yes").fit(X, y), "warm_start must be True or False"),
    ):
        with pytest.raises(ValueError, match=words):
            refused()


def test_what_is_done_beside_the_sweeps_costs_no_more_than_they_on_a_long_series():
    X, y = series(20_000)
    model = quiet(linear=True, early_stopping=True)
    seconds, swept = {}, {}
    for number in (1, 5):
        begun = time.process_time()
        model.set_params(outer_iterations=number).fit(X, np.abs(y))
        seconds[number] = time.process_time() - begun
        swept[number] = model.trace_["seconds"].iloc[-1]
    assert seconds[5] - seconds[1] < 4.0 * (swept[5] - swept[1])


def test_weights_of_steps_are_refused_with_the_reason():
    X, y = series(30)
    with pytest.raises(ValueError, match="counts all steps alike, so that one matrix gives"):
        quiet().fit(X, y, sample_weight=np.ones(30))
    assert quiet().fit(X, y, sample_weight=None).n_features_in_ == 2


def test_early_stopping_keeps_the_network_that_is_best_on_the_tail():
    X, y = series(100)
    y[:80] += np.random.default_rng(1).normal(size=80)
    model = quiet(early_stopping=True, validation_fraction=0.2, n_iter_no_change=2, tau=1e-3)
    model.set_params(outer_iterations=200, hidden_size=20).fit(X, y)
    errors = model.trace_["holdout_error"]
    assert model.status_ == [alm.Status.STOPPED]
    assert model.n_iter_ == errors.idxmin() + 2 < 200
    assert model.reason_ == ["the holdout's error did not fall in 2 outer iterations"]
    whole = alm.predict(model.weights_, X, alm.ReLU())[:, 0]
    assert np.mean((whole[80:] - y[80:]) ** 2) == pytest.approx(errors.min() * y.var())
    np.testing.assert_allclose(
        model.end_states_[0], alm.rollout(model.weights_, X, alm.ReLU())[0][-1], rtol=1e-10
    )
    # Of the held-out steps only mean and deviation had a part in the training.
    y[80:] = y[80:][::-1]
    other = quiet(early_stopping=True, validation_fraction=0.2, tau=1e-3, hidden_size=20).fit(X, y)
    assert other.trace_["objective"][1] == pytest.approx(model.trace_["objective"][1], rel=1e-9)


def test_the_tail_of_each_series_is_held_out():
    parts = [series(steps, seed=seed) for seed, steps in enumerate((30, 20))]
    X, y = ([part[k] for part in parts] for k in (0, 1))
    model = quiet(early_stopping=True, validation_fraction=0.1).fit(X, y)
    held = [alm.predict(model.weights_, part, alm.ReLU())[:, 0] for part in X]
    errors = np.concatenate([held[0][27:] - y[0][27:], held[1][18:] - y[1][18:]])
    variance = np.concatenate(y).var()
    assert np.mean(errors**2) == pytest.approx(model.trace_["holdout_error"].min() * variance)
    with pytest.raises(ValueError, match="2 steps is too short to hold out 1 of them"):
        quiet(early_stopping=True).fit(X[0][:2], y[0][:2])


def test_the_network_kept_is_the_best_on_the_way_not_the_last():
    X, y = series(120, seed=3)
    model = quiet(gamma=0.1, outer_iterations=3).fit(X, np.cumsum(y))
    objectives = model.trace_["rollout_objective"]
    assert objectives.iloc[-1] > objectives.min()
    assert model.measures_[0].objective == pytest.approx(objectives.min())


def test_a_warning_says_what_is_missing_and_convergence_is_silent():
    X, y = series()
    with pytest.warns(ConvergenceWarning, match="all 2 outer iterations .* the KKT residual"):
        ALMRegressor(3, outer_iterations=2, random_state=0, **PAPER).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = ALMRegressor(3, tolerance=0.5, outer_iterations=50, random_state=0, **PAPER).fit(
            X, y
        )
        ALMRegressor(3, tolerance=None, outer_iterations=2, random_state=0, **PAPER).fit(X, y)
    assert model.status_ == [alm.Status.CONVERGED]
    assert model.n_iter_ < 50


def test_pipelines_grids_and_splits_in_time():
    X, y = series(90)
    scaled = make_pipeline(StandardScaler(), quiet())
    model = TransformedTargetRegressor(scaled, transformer=StandardScaler())
    tau = "regressor__almregressor__tau"
    search = GridSearchCV(model, {tau: [0.01, 30.0]}, cv=TimeSeriesSplit(3))
    search.fit(100.0 + 30.0 * X, 1e4 * y)
    assert search.best_params_ == {tau: 0.01}
    assert search.best_score_ > 0.9


def test_progress_is_shown_when_asked_for(capsys):
    X, y = series()
    quiet(outer_iterations=2).fit(X, y)
    assert capsys.readouterr().err == ""
    quiet(outer_iterations=2, verbose=True).fit(X, y)
    assert "ALM: 100%" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"activation": "tanh"}, "unknown activation 'tanh'; accepted: elu, leaky_relu, relu"),
        ({"activation": "leaky_relu", "slope": 2}, "slope must lie strictly between 0 and 1"),
        ({"hidden_size": 0}, "hidden_size must be a whole number >= 1, got 0"),
        ({"starts": 0}, "starts must be a whole number >= 1, got 0"),
        ({"linear": "yes"}, "linear must be True or False, got 'yes'"),
        ({"doubt": -1.0}, "doubt must be a finite number >= 0"),
        ({"tau": -1.0}, "tau must be a finite number > 0"),
        ({"gamma": -1.0}, "gamma must be a finite number > 0"),
        ({"acceleration": "fast"}, "acceleration must be True or False, got 'fast'"),
        ({"initialisation": "zeros"}, "unknown initialisation 'zeros'; accepted: he, "),
        ({"predict_from": "start"}, "unknown predict_from 'start'; accepted: end, zero"),
        ({"n_iter_no_change": 0}, "n_iter_no_change must be a whole number >= 1"),
        ({"early_stopping": True, "validation_fraction": 1.0}, "strictly between 0 and 1, got 1"),
    ],
)
def test_a_wrong_parameter_is_named(changes, words):
    with pytest.raises(ValueError, match=words):
        quiet(**changes).fit(*series())


def test_wrong_series_are_named():
    X, y = series(10)
    for given, words in (
        (([X, X], [y]), "every series needs its targets: got 2 series and targets for 1"),
        (([X, X], None), "got 2 series and no targets"),
        (([X[:, 0], X[1:, 0]], [y, y[1:]]), r"a series x of one input is x\[:, None\]"),
        (([X, X[:, :1]], [y, y]), "all series must have the same inputs and outputs, got 2"),
        (([X, X[:1]], [y, y[:1]]), r"series 1: Found array with 1 sample\(s\)"),
        (([X, X * np.nan], [y, y]), "series 1: X must be finite, got 20 NaN"),
        (([X, X[:5]], [y, y]), "series 1: Found input variables with inconsistent numbers"),
    ):
        with pytest.raises(ValueError, match=words):
            quiet().fit(*given)
    model = quiet().fit(X, y)
    with pytest.raises(ValueError, match="X has 1 features, but ALMRegressor is expecting 2"):
        model.predict(X[:, :1])
    with pytest.raises(ValueError, match="unknown start 'middle'; accepted: end, zero"):
        model.predict(X, start="middle")
