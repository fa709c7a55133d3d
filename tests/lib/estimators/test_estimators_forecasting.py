"""The tutorial's parts: reading a CSV file, inputs without the future, and honest comparisons."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from evidence.pages.own_series.tables import NETWORKS, error_table, errors, in_words, key_numbers
from lib.estimators.backtest import (
    LONGER,
    OLDEST,
    PERSISTENCE,
    RIDGE,
    TRUTH,
    Standardised,
    backtest,
    root_mean_squares,
)
from lib.estimators.forecasting import one_step_ahead


def frame(steps=40, seed=0):
    rng = np.random.default_rng(seed)
    columns = {"help": rng.normal(size=steps), "sales": np.cumsum(rng.normal(size=steps))}
    return pd.DataFrame(columns)


def test_inputs_hold_nothing_of_the_step_they_predict():
    given = frame()
    X, y, before = one_step_ahead(given, lags=3)
    assert X.columns.tolist() == ["help, 1 back", *(f"change {k} back" for k in (3, 2, 1))]
    sales = given["sales"]
    pd.testing.assert_series_equal(before + y, sales[4:], check_names=False)
    assert X["change 1 back"].iloc[0] == pytest.approx(sales[3] - sales[2])
    assert X["change 3 back"].iloc[0] == pytest.approx(sales[1] - sales[0])
    for t in range(4, 40):
        later = given.copy()
        later.loc[t:] += 1e6 * (1 + np.arange(40 - t))[:, None]
        moved = one_step_ahead(later, lags=3)
        pd.testing.assert_frame_equal(moved.X[: t - 3], X[: t - 3])
    with pytest.raises(ValueError, match="too short: 4 rows give 0 steps with 3 lags, and 2 are"):
        one_step_ahead(given[:4], lags=3)


def test_a_backtest_trains_on_what_came_before_and_nothing_else():
    given = frame(60)
    found = backtest(given, 2, {"line": LinearRegression()}, periods=3, length=5)
    assert len(found) == 15
    np.testing.assert_allclose(found[TRUTH], given["sales"][-15:])
    np.testing.assert_allclose(found[PERSISTENCE], given["sales"][-16:-1])
    wanted = given["sales"].shift(1) + given["sales"].diff().shift(2)
    np.testing.assert_allclose(found[OLDEST], wanted[-15:])
    data = one_step_ahead(given, 2)
    line = LinearRegression().fit(data.X[:-10], data.y[:-10])
    second = data.before[-10:-5] + line.predict(data.X[-10:-5])
    np.testing.assert_allclose(found["line"][5:10], second)
    # What happens later has no influence on an earlier forecast.
    changed = given.copy()
    changed.iloc[-5:] = 1e3
    again = backtest(changed, 2, {"line": LinearRegression()}, periods=3, length=5)
    pd.testing.assert_frame_equal(again[:10], found[:10])
    with pytest.raises(ValueError, match="the series is too short: 60 rows give 55 steps with 4"):
        backtest(given, 2, {}, periods=10, length=5)


def test_table_and_numbers_are_those_of_the_forecasts():
    networks = {f"start {k}": Standardised(LinearRegression()) for k in range(2)}
    found = backtest(frame(60), 2, networks, periods=3, length=5)
    found["start 1"] += 1.0
    by_hand = root_mean_squares(found)
    table = errors(found)
    assert table.columns.tolist() == [PERSISTENCE, OLDEST, RIDGE, LONGER, NETWORKS]
    np.testing.assert_allclose(table[NETWORKS], by_hand[["start 0", "start 1"]].mean(axis=1))
    first = np.sqrt(np.mean((found[TRUTH] - found[RIDGE])[:5] ** 2))
    assert table[RIDGE].iloc[0] == pytest.approx(first)
    numbers = key_numbers(found)
    assert numbers["last.networks"] == pytest.approx(table[NETWORKS].iloc[-1])
    assert numbers["lowest"] == pytest.approx(by_hand["start 0"].mean())
    assert numbers["better_than.ridge"] == (table[NETWORKS] < table[RIDGE]).sum()
    shown = error_table(found)
    assert shown.loc[NETWORKS, "last period"].startswith(f"{table[NETWORKS].iloc[-1]:.3f} [")
    assert shown["best in"].astype(int).sum() == 3
    mean = table.mean()
    words = in_words(found).data
    assert words.startswith(
        "**The smallest error, on average over the held-out periods, is that of "
    )
    assert f"*{mean.idxmin()}*.**" in words
    assert f"{mean[NETWORKS] / mean[RIDGE] - 1:.0%} above that of *{RIDGE}*" in words
