"""`Forecaster`, `Standardised`, saving and loading: beyond the end of a series, and back again."""

import warnings

import joblib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from sklearn.exceptions import InconsistentVersionWarning, NotFittedError
from sklearn.linear_model import LinearRegression

from lib.estimators import ALMRegressor, Forecaster, load, save
from lib.estimators.forecasting import one_step_ahead
from lib.estimators.standardised import Standardised

pytestmark = pytest.mark.filterwarnings("ignore::lib.estimators.NetworkWarning")


def seasonal(steps=60, noise=0.0, seed=0):
    """Return monthly numbers that a linear model of 12 lags forecasts, and what drives them."""
    draw, t = np.random.default_rng(seed), np.arange(steps)
    price = draw.normal(size=steps)
    sales = 0.5 * t + 3.0 * np.sin(2 * np.pi * t / 12) + noise * draw.normal(size=steps)
    index = pd.date_range("2020-01", periods=steps, freq="MS", name="month")
    return pd.DataFrame({"price": price, "sales": sales}, index=index)


def test_forecasts_go_on_beyond_the_end_in_the_frequency_of_the_dates():
    whole = seasonal(72)[["sales"]]
    found = Forecaster(LinearRegression(), 12).fit(whole[:60]).forecast(12)
    assert found.index.equals(whole.index[60:])
    np.testing.assert_allclose(found["forecast"], whole["sales"][60:], atol=1e-8)
    plain = whole.reset_index(drop=True)[:60]
    assert Forecaster(LinearRegression(), 12).fit(plain).forecast(2).index.tolist() == [60, 61]


def test_known_inputs_act_at_their_own_step_and_others_one_step_back():
    whole = seasonal(72)
    for known, back in ((("price",), 0), ((), 1)):
        frame = whole.copy()
        frame["sales"] = frame["price"].shift(back, fill_value=0.0).cumsum()
        forecaster = Forecaster(LinearRegression(), 2, known=known).fit(frame[:60])
        future = frame[["price"]][60:64]
        found = forecaster.forecast(4, future)["forecast"]
        np.testing.assert_allclose(found, frame["sales"][60:64], atol=1e-7)
        if not known:
            np.testing.assert_allclose(forecaster.forecast(4, future[:3])["forecast"], found)
            assert len(forecaster.forecast(1)) == 1
            continue
        with pytest.raises(ValueError, match="needs future values of 'price': give future"):
            forecaster.forecast(1)
        with pytest.raises(ValueError, match="must hold 4 finite values of 'price' for 4 steps"):
            forecaster.forecast(4, future[:3])
        with pytest.raises(ValueError, match="unknown column of the series in future: 'price'"):
            forecaster.forecast(1, future.rename(columns={"price": "prize"}))
    with pytest.raises(ValueError, match="unknown known column 'prize'; accepted: price"):
        Forecaster(LinearRegression(), 3, known=["prize"]).fit(whole)


def test_a_recurrent_model_continues_from_the_state_in_which_the_series_ended():
    frame = seasonal(60, noise=0.3)[["sales"]]
    model = ALMRegressor(4, outer_iterations=4, starts=1, random_state=0, doubt=0.0)
    forecaster = Forecaster(model, 3).fit(frame)
    found, fitted = forecaster.forecast(3)["forecast"], forecaster.model_
    changes, level, state = frame["sales"].diff().tolist(), frame["sales"].iloc[-1], "end"
    for forecast in found:
        row = pd.DataFrame([changes[-3:]], columns=fitted.feature_names_in_)
        change, state = fitted.predict(row, start=state, return_state=True)
        changes.append(change[0])
        level += change[0]
        assert forecast == pytest.approx(level, rel=1e-9)


def test_intervals_hold_the_share_that_was_asked_for():
    covered = []
    for seed in range(15):
        whole = seasonal(110, noise=1.0, seed=seed)[["sales"]]
        forecaster = Forecaster(LinearRegression(), 12, periods=3, length=8).fit(whole[:107])
        found = forecaster.forecast(3, coverage=0.8)
        assert (np.diff(found["upper"] - found["lower"]) >= -1e-9).all()
        inside = found["lower"].le(whole["sales"][107:]) & found["upper"].ge(whole["sales"][107:])
        covered.append(inside.mean())
    assert 0.65 < np.mean(covered) < 0.95


def test_the_backtest_s_errors_are_those_of_models_that_saw_only_what_came_before():
    frame = seasonal(80, noise=1.0)[["sales"]]
    forecaster = Forecaster(LinearRegression(), 3, periods=2, length=5).fit(frame)
    errors = forecaster.backtest(2)
    assert errors["origin"].tolist() == [k for k in range(69, 78) for _ in (1, 2)] + [78]
    data = one_step_ahead(frame, 3)
    line = LinearRegression().fit(data.X[:-5], data.y[:-5])  # for the last five steps
    wanted = data.y[-5:] - line.predict(data.X[-5:])
    one = errors[(errors["horizon"] == 1) & (errors["origin"] >= 74)]["error"]
    np.testing.assert_allclose(one, wanted, rtol=1e-9)
    changed = frame.copy()
    changed.iloc[-3:] += 100.0
    again = Forecaster(LinearRegression(), 3, periods=2, length=5).fit(changed).backtest(2)
    before = errors["origin"] + errors["horizon"] < 77
    pd.testing.assert_frame_equal(again[before], errors[before])
    with pytest.raises(ValueError, match=r"0\.99 need 99 errors of the backtest, and 10 are 1"):
        forecaster.forecast(1, coverage=0.99)


def test_a_plot_shows_series_forecast_and_interval():
    forecaster = Forecaster(LinearRegression(), 3, periods=3, length=8).fit(seasonal()[["sales"]])
    forecast = forecaster.forecast(4, coverage=0.8)
    ax = forecaster.plot(forecast, Figure().subplots())
    seen, line = ax.get_lines()
    assert len(seen.get_xdata()) == 16
    np.testing.assert_allclose(line.get_ydata()[1:], forecast["forecast"])
    assert len(ax.collections) == 1
    assert not forecaster.plot(forecast[["forecast"]], Figure().subplots()).collections


def test_a_fitted_estimator_comes_back_from_its_file(tmp_path):
    path = tmp_path / "ü b" / "model.bin"
    model = ALMRegressor(3, outer_iterations=3, starts=2, random_state=0)
    forecaster = Forecaster(model, 3).fit(seasonal(noise=0.2)[["sales"]])
    save(path, forecaster)
    pd.testing.assert_frame_equal(load(path).forecast(4), forecaster.forecast(4))
    content = joblib.load(path)
    joblib.dump(content | {"versions": {"numpy": "0.1"}}, path)
    with pytest.warns(InconsistentVersionWarning):
        load(path)
    with pytest.raises(NotFittedError):
        save(path, Forecaster(model, 3))
    for damaged in (b"", path.read_bytes()[:200], b"sales,day\n"):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"model\.bin is no estimator written by save"):
            load(path)
    joblib.dump({"format": "other 7"}, path)
    with pytest.raises(ValueError, match=r"model\.bin has the format 'other 7'"):
        load(path)
    with pytest.raises(FileNotFoundError, match=r"there is no file .*none\.bin"):
        load(tmp_path / "none.bin")


def test_several_series_are_standardised_together():
    rng = np.random.default_rng(0)
    X = [rng.normal(5.0, 3.0, (steps, 2)) for steps in (30, 40)]
    y = [x[:, 0] * 1e4 + 7.0 for x in X]
    options = {"hidden_size": 3, "outer_iterations": 4, "starts": 1, "random_state": 0}
    model = Standardised(ALMRegressor(**options)).fit(X, y)
    assert [part.shape for part in model.predict(X)] == [(30,), (40,)]
    assert model.score(X, y) > 0.99
    _, states = model.model_.predict(X, return_state=True)
    assert states.shape == (2, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one = Standardised(LinearRegression()).fit(X[0], y[0])
        weights = np.arange(30) < 20
        bent = np.where(weights, y[0], 0.0)
        some = Standardised(LinearRegression()).fit(X[0], bent, sample_weight=weights)
    np.testing.assert_allclose(one.predict(X[0]), y[0])
    np.testing.assert_allclose(some.predict(X[0]), y[0])


@pytest.mark.parametrize(
    ("index", "after"),
    [
        (pd.date_range("2024-01-31", periods=20, freq="ME"), ["2025-09-30", "2025-10-31"]),
        (pd.date_range("2024-01-01", periods=20, freq="QS"), ["2029-01-01", "2029-04-01"]),
        (pd.date_range("2024-01-03", periods=20, freq="W-WED"), ["2024-05-22", "2024-05-29"]),
        (pd.date_range("2024-02-09", periods=20), ["2024-02-29", "2024-03-01"]),
        (pd.bdate_range("2024-01-01", periods=20), ["2024-01-29", "2024-01-30"]),
        (
            pd.date_range("2024-03-12", periods=20, tz="Europe/Berlin"),
            ["2024-04-01 00:00+02:00", "2024-04-02 00:00+02:00"],
        ),
    ],
)
def test_a_forecast_goes_on_in_the_calendar(index, after):
    """Whoever read the file with pandas has dates without their frequency."""
    index = pd.DatetimeIndex(index, freq=None)
    frame = pd.DataFrame({"sales": np.arange(20.0) ** 2}, index=index)
    found = Forecaster(LinearRegression(), lags=1).fit(frame).forecast(2)
    assert found.index.tolist() == [pd.Timestamp(date) for date in after]
    np.testing.assert_allclose(found["forecast"], [400.0, 441.0])


def test_periods_are_dates_too():
    index = pd.period_range("2023Q1", periods=20, freq="Q")
    frame = pd.DataFrame({"sales": np.arange(20.0) ** 2}, index=index)
    found = Forecaster(LinearRegression(), lags=1).fit(frame).forecast(2)
    assert found.index.astype(str).tolist() == ["2028Q1", "2028Q2"]
