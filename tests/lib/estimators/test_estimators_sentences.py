"""A likely wrong argument is answered in a sentence with its own name and the way out."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.linear_model import Ridge

from lib import alm
from lib.estimators import (
    ALMRegressor,
    ElmanNetwork,
    Forecaster,
    GRUClassifier,
    GRURegressor,
    NetworkWarning,
    load,
    prox_l1_,
    save,
    smooth_l1_penalty,
)
from lib.estimators.backtest import backtest, root_mean_squares
from lib.estimators.forecasting import one_step_ahead
from lib.estimators.standardised import Standardised

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 2))
Y = np.abs(X[:, 0])
FRAME = pd.DataFrame({"a": X[:, 0], "s": np.cumsum(Y)})
DATED = FRAME.set_index(pd.date_range("2024-01-01", periods=40))
FUTURE = pd.DataFrame({"a": X[:5, 0]})
WEIGHTS = alm.Weights.normal(RNG, 3, 2, 1, 0.1)
ALONE = {
    "linear": False,
    "starts": 1,
    "early_stopping": False,
    "tolerance": None,
    "random_state": 0,
}


@pytest.fixture(scope="module")
def fitted():
    found = {
        "alm": ALMRegressor(3, outer_iterations=1, **ALONE).fit(X, Y),
        "gru": GRURegressor(3, epochs=1, **ALONE).fit(X, Y),
        "classes": GRUClassifier(3, epochs=1, tolerance=None, random_state=0).fit(X, Y > 1),
    }
    return found | {"ahead": Forecaster(Ridge(), 2).fit(FRAME)}


WRONG = {
    "one axis": (
        X[:, 0],
        r"X must have shape .*\(\w, n\).*, got \(40,\)\. Reshape .* x\[:, N",
    ),
    "a number": (3.0, r"X must have shape .*, got 3\.0\."),
    "None": (None, r"X must have shape .*, got None\."),
    "a dict": ({"a": 1}, r"X must have shape .*, got {'a': 1}\."),
    "four axes": (X[None, None], r"X must have shape .*, got \(1, 1, 40, 2\)\."),
    "text": (X.astype(str), "X must hold real numbers, got text; convert it to numbers first"),
    "NaN": (X * np.nan, "X must be finite, got 80 NaN or infinite entries out of 80: fill them"),
    "infinite": (X + np.inf, "X must be finite, got 80 NaN or infinite"),
}


@pytest.mark.parametrize("name", ["alm", "gru", "classes"])
@pytest.mark.parametrize(("given", "words"), WRONG.values(), ids=WRONG)
def test_inputs(fitted, name, given, words):
    with pytest.raises(ValueError, match=words) as refused:
        fitted[name].predict(given)
    assert len(str(refused.value)) < 200
    with pytest.raises(ValueError, match=words):
        type(fitted[name])().fit(given, Y > 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda f: GRURegressor().fit(X, ["a"] * 40), "y must hold real numbers, got text"),
        (lambda f: f["alm"].score(X, None), "y must hold the targets of X, got None"),
        (lambda f: f["alm"].predict(X, return_state="yes"), "return_state must be True or False"),
        (lambda f: ALMRegressor(validation_fraction=2).fit(X, Y), "validation_fraction must lie"),
        (lambda f: GRURegressor(strength=-1).fit(X, Y), "^strength must be a finite number >= 0"),
        (lambda f: f["alm"].to_torch()(X), r"X must be a tensor, such as torch\.from_numpy\(X\)"),
        (lambda f: f["alm"].to_torch()(torch.zeros(3, 2)), r"type torch\.float64, got \(3, 2\) of"),
        (lambda f: f["alm"].to_torch()(torch.zeros(3, 5).double()), r"2 or 3 axes, the last of 2"),
        (lambda f: ElmanNetwork(WEIGHTS, "relu"), "activation must be an activation of lib.alm"),
        (lambda f: ElmanNetwork(WEIGHTS, alm.ReLU(), start=[1.0]), r"start must have shape \(3,\)"),
        (lambda f: Forecaster(Ridge(), 2).fit(FRAME[[]]), "frame must have a column, the target"),
        (
            lambda f: Forecaster(Ridge(), 2).fit(FRAME.s),
            "frame must be a DataFrame, such as rea",
        ),
        (lambda f: Forecaster(Ridge(), 2).fit(FRAME.assign(s="x")), "frame must hold real numbers"),
        (lambda f: Forecaster(Ridge(), 2, known="a").fit(FRAME), "known must be a list of names"),
        (lambda f: Forecaster(Ridge(), 2).fit(FRAME[:2]), "2 are needed: give more rows, or fewer"),
        (lambda f: Forecaster(Ridge(), 2).fit(DATED[::-1]), "the dates of frame must ascend"),
        (lambda f: Forecaster(Ridge(), 2).fit(DATED.iloc[[0, 1, 1, 2, 3]]), "without any twice"),
        (
            lambda f: Forecaster(Ridge(), 2).fit(pd.concat([FRAME, FRAME], axis=1)),
            "columns of different names, got .'a', 's', 'a', 's'.",
        ),
        (
            lambda f: Forecaster(Ridge(), 2).fit(DATED).forecast(2, DATED[:2]),
            "future must go on after 2024-02-09 .*, got rows from 2024-01-01",
        ),
        (lambda f: f["ahead"].forecast(3), "needs future values of 'a': give future, a DataFrame"),
        (lambda f: f["ahead"].forecast(3, X[:3]), "future must be a DataFrame with the other"),
        (lambda f: f["ahead"].forecast(3, {"a": [1, 2, 3]}), "future must be a DataFrame with"),
        (lambda f: f["ahead"].forecast(3, FUTURE.assign(a="x")), "'a' of future must hold real n"),
        (lambda f: f["ahead"].forecast(3, FUTURE[:1]), "must hold 2 finite values of 'a' for 3 s"),
        (lambda f: f["ahead"].plot(3), "forecast must be what forecast returned, got 3"),
        (lambda f: f["ahead"].plot(FUTURE), "unknown column of the forecast: 'forecast'; accepted"),
        (lambda f: f["ahead"].plot(f["ahead"].forecast(1), ax=3), "ax must be Axes of Matplotlib"),
        (
            lambda f: backtest(FRAME, 2, Ridge(), 2, 2),
            "models must be a dict of estimators by",
        ),
        (
            lambda f: backtest(FRAME, 2, {"m": Ridge}, 2, 2),
            "model 'm' must be an estimator with",
        ),
        (lambda f: backtest(FRAME, 2, {"truth": Ridge()}, 2, 2), "names than the columns truth"),
        (lambda f: backtest(FRAME, 2, {}, 2, 0), "length must be a whole number >= 1, got 0"),
        (lambda f: backtest(X, 2, {}, 2, 2), "frame must be a DataFrame"),
        (lambda f: backtest(FRAME * np.nan, 2, {}, 2, 2), "frame must be finite, got 80 NaN"),
        (lambda f: root_mean_squares(3), "forecasts must be what backtest returned, got 3"),
        (lambda f: root_mean_squares(FRAME), "unknown column of the forecasts: 'truth'"),
        (lambda f: one_step_ahead(FRAME, 2, least="x"), "least must be a whole number >= 1"),
        (lambda f: one_step_ahead(FRAME, 2, known="a"), "known must be a list of names of columns"),
        (
            lambda f: smooth_l1_penalty(torch.zeros(2, dtype=int)),
            "floating-point tensors, got tor",
        ),
        (lambda f: prox_l1_(torch.zeros(2, dtype=int), 0.1), "floating-point tensors, got torch.i"),
        (lambda f: save(Path.cwd(), f["alm"]), "that of a file, and .* is a folder"),
        (lambda f: load(Path.cwd()), "path must be that of a file, and .* is a folder"),
    ],
)
def test_arguments(fitted, call, words):
    with pytest.raises(ValueError, match=words):
        call(fitted)


def test_a_state_comes_out_of_a_standardised_regressor(fitted):
    model = Standardised(ALMRegressor(3, outer_iterations=1, **ALONE)).fit(X, Y)
    whole = model.predict(X)
    first, state = model.predict(X[:10], return_state=True)
    np.testing.assert_allclose([*first, *model.predict(X[10:], start=state)], whole, rtol=1e-9)


def test_what_each_training_of_a_backtest_warns_of_is_told_once():
    class Shrunk(Ridge):
        def fit(self, X, y):
            warnings.warn(f"shrunk with {len(X)} steps", NetworkWarning, stacklevel=2)
            warnings.warn("something else", FutureWarning, stacklevel=2)
            return super().fit(X, y)

    model = Forecaster(Ridge(), 2, periods=5, length=2).fit(FRAME[["s"]])
    model.set_params(model=Shrunk())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.backtest(1)
    assert sum(one.category is FutureWarning for one in caught) == 5
    told = [str(one.message) for one in caught if one.category is NetworkWarning]
    assert told == ["shrunk with 27 steps (the first of 5 such warnings in the backtest)"]
