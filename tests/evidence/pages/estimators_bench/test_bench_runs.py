"""The bench's forecasts are those of models that saw only what came before; the grid counts."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from evidence.kit.records import Record
from evidence.kit.runner import collect
from evidence.pages.estimators_bench import runs_grid
from evidence.pages.estimators_bench.predictors import (
    ALM,
    GRU,
    MLP,
    RIDGE,
    changes,
    error,
    naive,
    periods,
)
from evidence.pages.estimators_bench.series import PERIODS, Given
from evidence.pages.estimators_bench.tables import (
    cost,
    counts,
    errors,
    grid_numbers,
    key_numbers,
    ratios,
    seconds,
    told_apart,
    verdicts,
)
from lib.estimators.forecasting import one_step_ahead


def short(seed=0):
    values = np.cumsum(np.random.default_rng(seed).normal(size=60))
    return Given(pd.DataFrame({"value": values}), season=1, length=3)


def test_forecasts_are_made_period_by_period_from_what_came_before():
    series = short()
    found = changes(series, LinearRegression, 2).values
    data = one_step_ahead(series.frame, 2)
    assert list(periods(series)) == [(-12, -9), (-9, -6), (-6, -3), (-3, None)]
    line = LinearRegression().fit(data.X[:-6], data.y[:-6])
    wanted = data.before[-6:-3] + line.predict(data.X[-6:-3])
    np.testing.assert_allclose(found[6:9], wanted)
    assert len(found) == PERIODS * series.length
    np.testing.assert_allclose(naive(series, 1).values, series.frame["value"][-13:-1])
    given = naive(series, 1).values
    truth = series.frame["value"].to_numpy()[-12:]
    scale = np.sqrt(np.mean(np.diff(series.frame["value"].to_numpy()[:-12]) ** 2))
    assert error(series, given) == pytest.approx(np.sqrt(np.mean((given - truth) ** 2)) / scale)


def test_sequences_hold_the_same_changes_one_after_the_other():
    seen = []

    class Spy(LinearRegression):
        def fit(self, X, y):
            seen.append(X.shape)
            return super().fit(X[..., 0], y)

        def predict(self, X):
            return super().predict(X[..., 0])

    series = short()
    by_sequence = changes(series, Spy, 4, sequences=True).values
    np.testing.assert_allclose(by_sequence, changes(series, LinearRegression, 4).values)
    assert seen[0] == (60 - 5 - 12, 4, 1)


class Trusting(LinearRegression):
    def fit(self, X, y):
        self.reliance_ = np.array([len(y) / 100])
        return super().fit(X.reshape(len(X), -1), y)

    def predict(self, X):
        return super().predict(X.reshape(len(X), -1))


@pytest.mark.parametrize("sequences", [False, True])
def test_how_far_the_networks_are_trusted_is_told_for_each_period(sequences):
    series = short()
    assert changes(series, Trusting, 2, sequences).reliance == (0.45, 0.48, 0.51, 0.54)
    assert changes(series, LinearRegression, 2).reliance == ()


def test_the_grid_counts_crashes_and_explosions(monkeypatch):
    small = runs_grid.Grid("memory", 40, seeds=2, hidden_sizes=(2,), outer_iterations=2)
    (row,) = runs_grid.run(small).rows
    assert (row["crashes"], row["exploded"]) == (0, 0)
    assert 0.0 < row["reach"] < 3.0

    def fake(*args, **kwargs):
        return SimpleNamespace(
            fit=lambda X, y: True, predict=lambda X: np.full(len(X), np.nan if kwargs else 0)
        )

    monkeypatch.setattr(runs_grid, "ALMRegressor", fake)
    (row,) = runs_grid.run(small).rows
    assert (row["exploded"], row["unwarned"]) == (2, 2)
    monkeypatch.setattr(
        runs_grid, "ALMRegressor", lambda *a, **k: SimpleNamespace(fit=int, predict=int)
    )
    assert runs_grid.run(small).rows[0]["crashes"] == 2


def record(series, ridge, mlp, alm, gru):
    rows = [{"model": RIDGE, "seed": None, "error": ridge, "seconds": 0.5}]
    rows += [{"model": MLP, "seed": k, "error": mlp + k - 1, "seconds": 1.0} for k in range(3)]
    rows += [{"model": ALM, "seed": 0, "error": alm, "seconds": 2.0, "reliance": [0.0, 0.5]}]
    rows += [{"model": GRU, "seed": 0, "error": gru, "seconds": 3.0, "reliance": [0.0, 0.0]}]
    draw = np.random.default_rng(0)
    traces = {"truth": [0.0] * 40, RIDGE: draw.normal(size=40).tolist()}
    traces |= {f"{ALM} 0": traces[RIDGE], f"{GRU} 0": (np.array(traces[RIDGE]) / 2).tolist()}
    return Record("estimators_bench", {"series": series}, {}, rows, traces, {})


def test_the_verdict_compares_with_ridge_and_with_the_better_of_two():
    records = [record("a", 2.0, 4.0, 2.0, 1.0), record("b", 4.0, 2.0, 4.0, 2.1)]
    found = errors(records)
    assert found.loc["a"].tolist() == [2.0, 4.0, 2.0, 1.0]
    assert seconds(records)[GRU] == 3.0
    assert cost(records) == {"alm.cost": 4.0, "gru.cost": 6.0}
    numbers = key_numbers(records)
    assert numbers["alm.median"] == 1.0
    assert (numbers["alm.within"], numbers["alm.worst"]) == (1, 2.0)
    assert (numbers["gru.within"], numbers["gru.worst"]) == (2, 1.05)
    assert (numbers["alm.alone"], numbers["alm.fits"], numbers["gru.alone"]) == (2, 4, 4)
    assert (numbers["alm.missed.alone"], numbers["alm.missed.fits"]) == (1, 2)
    assert (numbers["alm.lowest"], numbers["gru.lowest"], numbers["mlp.highest"]) == (0, 1, 1)
    assert (numbers["alm.moved"], numbers["gru.moved"], numbers["gru.moved.beaten"]) == (0, 2, 0)
    told = verdicts(records)
    assert told[ALM].tolist() == [
        *("1.000", "0 / 2 / 0", "0 / 0", "1", "2.00, b", "2 of 4"),
    ]
    assert told.loc["beyond chance below / above", GRU] == "2 / 0"
    worse = record("c", 1.0, 1.0, 1.0, 1.0)
    worse.traces[f"{GRU} 0"] = [3.0] * 40
    assert told_apart(worse, GRU) == -1
    assert ratios(found)["over ridge"].loc["b", GRU] == 2.1 / 4.0


def test_the_grid_is_summed_for_each_kind_and_length():
    rows = [{"hidden_size": r, "crashes": 1, "exploded": r, "reach": r / 10} for r in (2, 5)]
    rows = [row | {"unwarned": 1, "shrunk": 3, "redrawn": 0, "start": 0} for row in rows]
    config = {"kind": "memory", "steps": 60, "seeds": 40}
    records = [Record("estimators_grid", config, {}, rows, {}, {})]
    assert counts(records).loc[("memory", 60)].tolist() == [80, 2, 7, 2, 6, 0, 0, 0.5]
    found = {"crashes": 2, "exploded": 7, "unwarned": 2, "fits": 80}
    assert grid_numbers(records) == {f"grid.{key}": value for key, value in found.items()}


def test_falling_back_is_no_more_frequent_on_the_missed_series():
    """The page says so, of full-scale records."""
    numbers = key_numbers(collect("estimators_bench", "paper"))
    for key in ("alm", "gru"):
        alone, fits, missed, of = (
            numbers[f"{key}.{name}"] for name in ("alone", "fits", "missed.alone", "missed.fits")
        )
        assert missed / of < (alone - missed) / (fits - of)
