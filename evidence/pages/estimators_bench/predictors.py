"""Every competitor of the bench as one function, from a series to its forecasts."""

import time
import warnings
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import RidgeCV

from evidence.pages.estimators_bench.series import PERIODS, Given
from lib.estimators.forecasting import one_step_ahead
from lib.estimators.linear import STRENGTHS
from lib.estimators.standardised import Standardised

PERSISTENCE, SEASONAL, RIDGE, LONGER, MLP, SKFORECAST, SMOOTHING, ALM, GRU = (
    "persistence",
    "seasonal naive",
    "ridge",
    "ridge, twice the lags",
    "MLPRegressor",
    "skforecast",
    "exponential smoothing",
    "ALMRegressor",
    "GRURegressor",
)
DRAWN = (MLP, ALM, GRU)
"""Those that begin at random."""


class Forecast(NamedTuple):
    """What a model said.

    Attributes:
        values: the forecasts of all held-out steps.
        seconds: CPU seconds of a fit, a mean.
        reliance: how far the networks of each period's fit are trusted, of our estimators.
    """

    values: np.ndarray
    seconds: float
    reliance: tuple[float, ...] = ()


def periods(series: Given) -> Iterator[tuple[int, int | None]]:
    """Yield where each held-out period begins and ends, counted from the end of the series."""
    for number in range(-PERIODS, 0):
        yield number * series.length, (number + 1) * series.length or None


def naive(series: Given, back: int) -> Forecast:
    """Forecast the value so many steps ago."""
    values = series.frame.iloc[:, 0].shift(back).to_numpy()
    return Forecast(values[-series.held :], 0.0)


def changes(
    series: Given, model: Callable[[], BaseEstimator], lags: int, sequences: bool = False
) -> Forecast:
    """Forecast by the change that a regressor predicts from the last changes.

    Args:
        series: what is forecast.
        model: makes the regressor, unfitted.
        lags: how many changes it gets.
        sequences: whether it reads them one after the other instead of side by side.
    """
    data = one_step_ahead(series.frame, lags)
    X, y, before = (part.to_numpy() for part in data)
    X = X[..., None] if sequences else X
    given, spent, reliance = [], 0.0, []
    for first, last in periods(series):
        fitted = model() if sequences else Standardised(model())
        began = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the table shows the errors, converged or not
            fitted.fit(X[:first], y[:first])
        spent += time.process_time() - began
        given.append(before[first:last] + fitted.predict(X[first:last]))
        regressor = fitted if sequences else fitted.model_
        reliance += getattr(regressor, "reliance_", np.empty(0)).tolist()
    return Forecast(np.concatenate(given), spent / PERIODS, tuple(reliance))


def skforecast(series: Given) -> Forecast:
    """Forecast the level by skforecast with ridge regression on as many levels."""
    from skforecast.model_selection import TimeSeriesFold, backtesting_forecaster
    from skforecast.recursive import ForecasterRecursive

    y = series.frame.iloc[:, 0].reset_index(drop=True)
    forecaster = ForecasterRecursive(estimator=RidgeCV(STRENGTHS), lags=series.lags)
    folds = TimeSeriesFold(
        steps=1,
        initial_train_size=len(y) - series.held,
        refit=series.length,
        fixed_train_size=False,
        verbose=False,
    )
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = backtesting_forecaster(
            forecaster, y, folds, "mean_squared_error", n_jobs=1, verbose=False, show_progress=False
        )[1]
    return Forecast(found["pred"].to_numpy(), (time.process_time() - began) / PERIODS)


def smoothing(series: Given) -> Forecast:
    """Forecast by additive exponential smoothing with a damped trend and the season."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    y = series.frame.iloc[:, 0].reset_index(drop=True)
    form = {"error": "add", "trend": "add", "damped_trend": True}
    if series.season > 1:
        form |= {"seasonal": "add", "seasonal_periods": series.season}
    given, spent = [], 0.0
    for first, last in periods(series):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            began = time.process_time()
            fitted = ETSModel(y[:first], **form).fit(disp=False)
            spent += time.process_time() - began
            seen = ETSModel(y[:last], **form).smooth(fitted.params)
        given.append(seen.fittedvalues.to_numpy()[first if last is None else first - last :])
    return Forecast(np.concatenate(given), spent / PERIODS)


def error(series: Given, values: np.ndarray) -> float:
    """Return the scaled root mean squared error of the forecasts of all held-out steps."""
    truth = series.frame.to_numpy()[-series.held :, 0]
    return float(np.sqrt(np.mean((values - truth) ** 2)) / series.scale)
