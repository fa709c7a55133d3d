"""`Forecaster`: what comes after the end of a series, with intervals that a backtest earned."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted
from tqdm.auto import tqdm

from lib.estimators.dates import frequency_of
from lib.estimators.forecasting import one_step_ahead, series_frame
from lib.estimators.stability import told_once
from lib.validation import count, flag, instance, one_of, real, share, shown, trainable

FORECAST, LOWER, UPPER = "forecast", "lower", "upper"


@dataclass(eq=False, repr=False)
class Forecaster(BaseEstimator):
    r"""Forecasts any number of steps beyond the end of a series by a regressor of the next change.

    A forecast of several steps takes its own forecasts for the steps that have not been seen. The
    intervals are conformal: at horizon h the half-width is the
    :math:`\lceil(k+1)\,\text{coverage}\rceil`-th smallest of the k absolute errors that forecasts h
    steps ahead had in a backtest.

    Args:
        model: any regressor, such as `lib.estimators.ALMRegressor`; a recurrent one continues from
            the hidden state in which the series ended.
        lags: how many past changes of the target are inputs.
        known: columns whose value at a step is known before it, such as a price one sets or the
            weekday; they are inputs at the step itself too, not only one step back.
        periods: how many periods at the end the backtest holds out, one after the other.
        length: steps of each of them.
        verbose: whether the backtest shows a progress bar.

    Attributes:
        frame_: the series it was fitted on, the target last.
        model_: the fitted regressor.

    Example:
        >>> import numpy as np, pandas as pd
        >>> from sklearn.linear_model import LinearRegression
        >>> line = pd.DataFrame({"sales": np.arange(20.0) ** 2})
        >>> forecaster = Forecaster(LinearRegression(), lags=1).fit(line)
        >>> forecaster.forecast(3)["forecast"].round(6).tolist()
        [400.0, 441.0, 484.0]
    """

    model: BaseEstimator
    lags: int
    _: KW_ONLY
    known: Sequence[str] = ()
    periods: int = 5
    length: int = 4
    verbose: bool = False

    def fit(self, frame: pd.DataFrame) -> Self:
        """Train on a whole series.

        Args:
            frame: what `lib.estimators.tables.read_series` returned, the target as the last column.

        Raises:
            ValueError: the series is too short, or a parameter is not acceptable.
        """
        trainable("model", self.model)
        count("periods", self.periods)
        count("length", self.length)
        flag("verbose", self.verbose)
        self.frame_ = series_frame(frame)
        self.model_ = self._trained(self.frame_)
        self._errors = {}
        return self

    def _trained(self, frame: pd.DataFrame) -> BaseEstimator:
        data = one_step_ahead(frame, self.lags, known=self.known)
        return clone(self.model).fit(data.X, data.y)

    def forecast(
        self, steps: int, future: pd.DataFrame | None = None, coverage: float | None = None
    ) -> pd.DataFrame:
        """Return forecasts of the steps after the end of the series.

        Args:
            steps: how many.
            future: the other columns at these steps: the known ones at all of them, the others at
                all but the last.
            coverage: share of the truth that the intervals shall hold, such as 0.9; None for no
                intervals. The backtest for them trains the model once for each of `periods`; there
                it gets the true values of the other columns.

        Returns:
            A frame with the column ``forecast`` and, with a coverage, ``lower`` and ``upper``. Its
            index goes on in the frequency of the series, or is that of `future`.

        Raises:
            ValueError: values of `future` are missing or of other dates, or the backtest has too
                few errors for the coverage; the sentence says what is needed.
        """
        check_is_fitted(self)
        steps = count("steps", steps)
        index = _after(self.frame_.index, steps, future)
        with told_once("the forecast"):
            values = self._roll(self.model_, self.frame_, 0, steps, future)
        found = pd.DataFrame({FORECAST: values})
        found.index = index
        if coverage is not None:
            half = self._half_widths(steps, share("coverage", coverage))
            found[LOWER], found[UPPER] = found[FORECAST] - half, found[FORECAST] + half
        return found

    def _roll(
        self,
        model: BaseEstimator,
        frame: pd.DataFrame,
        seen: int,
        steps: int,
        future: pd.DataFrame | None,
    ) -> np.ndarray:
        """Return forecasts after the end of `frame`, whose last `seen` steps the model has not met.

        All steps since the training's end go to the model together, so that one with a state has
        the right one.
        """
        target = frame.columns[-1]
        ahead = pd.DataFrame(np.nan, index=range(steps), columns=frame.columns)
        for name in frame.columns[:-1]:
            needed = steps if name in self.known else steps - 1
            ahead[name] = _future(future, name, steps, needed)
        ahead[target] = 0.0  # so that the step's own row is complete; it is no input of the step
        tail = frame.iloc[-(seen + self.lags + 1) :]
        whole = pd.concat([tail, ahead], ignore_index=True)
        for step in range(len(tail), len(whole)):
            X = one_step_ahead(whole[: step + 1], self.lags, least=1, known=self.known).X
            change = float(np.ravel(model.predict(X))[-1])
            whole.loc[step, target] = whole.loc[step - 1, target] + change
        return whole[target].to_numpy()[-steps:]

    def _half_widths(self, steps: int, coverage: float) -> np.ndarray:
        errors = self.backtest(steps)
        widths = []
        for horizon in range(1, steps + 1):
            sizes = np.sort(np.abs(errors.loc[errors["horizon"] == horizon, "error"]))
            rank = math.ceil((len(sizes) + 1) * coverage)
            if rank > len(sizes):
                least = math.ceil(coverage / (1 - coverage))
                raise ValueError(
                    f"intervals that hold {coverage:g} need {least} errors of the backtest, and "
                    f"{len(sizes)} are {horizon} steps ahead: raise periods or length, or lower "
                    f"coverage or steps"
                )
            widths.append(sizes[rank - 1])
        # What is uncertain now is not more certain later.
        return np.maximum.accumulate(widths)

    def backtest(self, steps: int = 1) -> pd.DataFrame:
        """Return the errors of forecasts up to `steps` ahead from every step of the held-out end.

        Before each of the `periods` the model is trained anew on all steps before it.

        Returns:
            A frame with the columns ``origin``, the last step that was seen, counted from 0,
            ``horizon``, and ``error``, truth less forecast.
        """
        check_is_fitted(self)
        steps = count("steps", steps)
        if steps in self._errors:
            return self._errors[steps]
        periods = count("periods", self.periods)
        count("length", self.length)
        silent = not flag("verbose", self.verbose)
        rows = []
        with told_once("the backtest"):
            warnings.simplefilter("ignore", ConvergenceWarning)  # as in the forecast itself
            for period in tqdm(range(periods), "backtest", disable=silent):
                rows += self._period(period, steps)
        self._errors[steps] = pd.DataFrame(rows, columns=["origin", "horizon", "error"])
        return self._errors[steps]

    def _period(self, period: int, steps: int) -> list[tuple[int, int, float]]:
        """Return the rows of the backtest for one of its periods."""
        frame, rows = self.frame_, []
        truth = frame.iloc[:, -1].to_numpy()
        first = len(frame) - (self.periods - period) * self.length
        model = self._trained(frame[: max(0, first)])
        for seen in range(self.length):
            known = first + seen
            ahead = min(steps, len(frame) - known)
            given = self._roll(model, frame[:known], seen, ahead, frame[known:])
            errors = truth[known : known + ahead] - given
            rows += [(known - 1, h, error) for h, error in enumerate(errors, start=1)]
        return rows

    def plot(self, forecast: pd.DataFrame, ax: Any | None = None, last: int | None = None) -> Any:
        """Draw the end of the series and a forecast of it, with its intervals if it has any.

        Args:
            forecast: what `forecast` returned.
            ax: where to draw; a new figure unless given.
            last: how many steps of the series are drawn, four times those of the forecast and ten
                at least unless given.
        """
        check_is_fitted(self)
        instance("forecast", forecast, pd.DataFrame, "what forecast returned")
        one_of("column of the forecast:", FORECAST, forecast.columns)
        if ax is None:
            from matplotlib import pyplot

            ax = pyplot.subplots(layout="constrained")[1]
        if not hasattr(ax, "fill_between"):
            raise ValueError(f"ax must be Axes of Matplotlib, got {shown(ax)}")
        last = max(10, 4 * len(forecast)) if last is None else count("last", last)
        seen = self.frame_.iloc[-last:, -1]
        ax.plot(seen.index, seen, color="0.2", label=seen.name)
        # The line begins at the last step seen; the forecast has none of its own there.
        joint = [seen.index[-1], *forecast.index], [seen.iloc[-1], *forecast[FORECAST]]
        (line,) = ax.plot(*joint, linestyle="--", label=FORECAST)
        if LOWER in forecast:
            shade = {"color": line.get_color(), "alpha": 0.2, "linewidth": 0}
            ax.fill_between(forecast.index, forecast[LOWER], forecast[UPPER], **shade)
        ax.legend()
        return ax


def _future(future: pd.DataFrame | None, name: str, steps: int, needed: int) -> np.ndarray:
    """Return a column's values at the steps ahead, zero where none is needed."""
    values = np.zeros(steps)
    if needed == 0:
        return values
    if future is None:
        raise ValueError(f"the forecast needs future values of {name!r}: give future, a DataFrame")
    instance("future", future, pd.DataFrame, "a DataFrame with the other columns, or None")
    one_of("column of the series in future:", name, future.columns)
    given = real(f"column {name!r} of future", future[name]).astype(np.float64)[:needed]
    if len(given) < needed or not np.isfinite(given).all():
        raise ValueError(
            f"future must hold {needed} finite values of {name!r} for {steps} steps, got "
            f"{np.isfinite(given).sum()}"
        )
    values[:needed] = given
    return values


def _after(index: pd.Index, steps: int, future: pd.DataFrame | None) -> pd.Index:
    """Return the dates of the steps after a series; refuse a future of other ones."""
    dates = pd.DatetimeIndex | pd.PeriodIndex
    if not isinstance(index, dates):
        first = index[-1] + 1 if isinstance(index, pd.RangeIndex) else 1
        name = index.name if isinstance(index, pd.RangeIndex) else "step ahead"
        return pd.RangeIndex(first, first + steps, name=name)
    frequency = index.freq or frequency_of(index)
    given = future.index[:steps] if isinstance(getattr(future, "index", None), dates) else None
    if frequency is None:
        after = pd.RangeIndex(1, steps + 1, name="step ahead") if given is None else given
        wrong = given is not None and not (given > index[-1]).all()
    else:
        span = pd.period_range if isinstance(index, pd.PeriodIndex) else pd.date_range
        after = span(index[-1], periods=steps + 1, freq=frequency, name=index.name)[1:]
        wrong = given is not None and not given.equals(after[: len(given)])
    if wrong:
        raise ValueError(
            f"future must go on after {index[-1]}, where the series ends, step by step, got rows "
            f"from {given[0]} on"
        )
    return after
