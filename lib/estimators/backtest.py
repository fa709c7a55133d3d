"""Forecasts of one period after the other, each by models that have seen only what came before."""

import warnings
from collections.abc import Mapping

import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import RidgeCV
from tqdm.auto import tqdm

from lib.estimators.forecasting import one_step_ahead
from lib.estimators.linear import STRENGTHS
from lib.estimators.stability import NetworkWarning
from lib.estimators.standardised import Standardised
from lib.validation import count, flag, instance, one_of, trainable

TRUTH, PERIOD = "truth", "period"
PERSISTENCE, OLDEST, RIDGE, LONGER = REFERENCES = (
    "persistence",
    "oldest change again",
    "ridge",
    "ridge, twice the lags",
)


def backtest(
    frame: pd.DataFrame,
    lags: int,
    models: Mapping[str, BaseEstimator],
    periods: int,
    length: int,
    verbose: bool = False,
) -> pd.DataFrame:
    """Return forecasts one step ahead for each of the last `periods` periods of `length` steps.

    Before each period every model is trained anew on all steps before it. Within the period it sees
    the truth up to the step before the one it predicts, as the inputs hold it.

    Args:
        frame: what `read_series` returned.
        lags: how many changes the inputs of `one_step_ahead` hold.
        models: regressors by name; what is returned has a column for each.
        periods: how many periods are held out, one after the other.
        length: steps of each.
        verbose: whether to show a progress bar.

    Returns:
        A frame with a row for each held-out step and the columns
        ``truth``; ``persistence``, which says that nothing changes;
        ``oldest change again``, the oldest change among the inputs once more, for a series with a
        season of so many steps; ``ridge`` on the same inputs as the models, and on those with
        twice as many lags, for a recurrent network remembers more than its inputs hold; the models;
        and ``period``, which counts from 1.

    Raises:
        ValueError: a count is below 1, the series is too short for them, a model is no estimator,
            or its name is that of a column.

    Example:
        >>> import numpy as np
        >>> from sklearn.linear_model import LinearRegression
        >>> frame = pd.DataFrame({"sales": np.arange(30.0) ** 2})
        >>> found = backtest(frame, 1, {"line": LinearRegression()}, periods=2, length=3)
        >>> root_mean_squares(found)["line"].round(6).tolist()
        [0.0, 0.0]
    """
    periods, length = count("periods", periods), count("length", length)
    instance("models", models, Mapping, "a dict of estimators by name")
    for name, model in models.items():
        trainable(f"model {name!r}", model)
    taken = {TRUTH, PERIOD, *REFERENCES} & models.keys()
    if taken:
        raise ValueError(f"models must have other names than the columns {', '.join(taken)}")
    held = periods * length
    data = one_step_ahead(frame, lags)
    try:
        longer = one_step_ahead(frame, 2 * lags, least=held + 2 * length)
    except ValueError as error:
        raise ValueError(f"for the comparison with twice the {lags} lags {error}") from error
    ridge = Standardised(RidgeCV(STRENGTHS))
    tasks = {RIDGE: (ridge, data), LONGER: (ridge, longer)}
    tasks |= {name: (model, data) for name, model in models.items()}
    rows = []
    for number in tqdm(range(periods), "backtest", disable=not flag("verbose", verbose)):
        # Counted from the end, where the two tasks have the same steps.
        first, last = (number - periods) * length, (number + 1 - periods) * length or None
        before = data.before.iloc[first:last]
        part = {TRUTH: before + data.y.iloc[first:last], PERSISTENCE: before}
        part[OLDEST] = before + data.X[f"change {lags} back"].iloc[first:last]
        for name, (model, (X, y, _)) in tasks.items():
            with warnings.catch_warnings():
                # The table shows the errors of the networks as they are, converged or not.
                warnings.simplefilter("ignore", ConvergenceWarning)
                warnings.simplefilter("ignore", NetworkWarning)
                fitted = clone(model).fit(X.iloc[:first], y.iloc[:first])
            part[name] = before + fitted.predict(X.iloc[first:last])
        rows.append(pd.DataFrame(part).assign(**{PERIOD: number + 1}))
    return pd.concat(rows)


def root_mean_squares(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return the root mean squared error of each period, a row, and forecast, a column.

    Raises:
        ValueError: it is not what `backtest` returned.
    """
    instance("forecasts", forecasts, pd.DataFrame, "what backtest returned")
    for name in (TRUTH, PERIOD):
        one_of("column of the forecasts:", name, forecasts.columns)
    wrong = forecasts.drop(columns=[TRUTH, PERIOD]).sub(forecasts[TRUTH], axis=0)
    return (wrong**2).groupby(forecasts[PERIOD]).mean() ** 0.5
