"""From a series to inputs and targets of a forecast one step ahead."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from lib.validation import array, count, instance, one_of


class OneStepAhead(NamedTuple):
    """What is known before each step, and what is asked for.

    Attributes:
        X: inputs, (T, n): the last changes of the target, the latest one last, before them the
            other columns one step back.
        y: the target's change from the step before, (T,).
        before: the target at the step before, (T,): `before + y` is the target.
    """

    X: pd.DataFrame
    y: pd.Series
    before: pd.Series


def one_step_ahead(
    frame: pd.DataFrame, lags: int, least: int = 2, known: Sequence[str] = ()
) -> OneStepAhead:
    """Return inputs and targets for predicting the last column from all rows before.

    Changes, not levels, because a network that has been trained on one range of values does not
    know what to do outside of it, and most series move on.

    Args:
        frame: what `read_series` returned.
        lags: how many changes of the target the inputs hold, >= 1.
        least: how many steps there must be.
        known: columns whose value at a step is known before it; they are inputs at the step itself
            too.

    Raises:
        ValueError: the frame is no table of finite numbers, `lags` is below 1, a known column is
            not there, or fewer than `least` steps would remain.

    Example:
        >>> frame = pd.DataFrame({"sales": [1.0, 2.0, 4.0, 7.0]})
        >>> ahead = one_step_ahead(frame, lags=1)
        >>> ahead.X.to_numpy().tolist(), ahead.y.tolist(), ahead.before.tolist()
        ([[1.0], [2.0]], [2.0, 3.0], [2.0, 4.0])
    """
    lags, least = count("lags", lags), count("least", least)
    frame = series_frame(frame)
    target = frame.iloc[:, -1]
    change = target.diff()
    for name in instance("known", known, list | tuple, "a list of names of columns"):
        one_of("known column", name, frame.columns[:-1])
    columns = {name: frame[name] for name in known}
    columns |= {f"{name}, 1 back": frame[name].shift(1) for name in frame.columns[:-1]}
    columns |= {f"change {k} back": change.shift(k) for k in range(lags, 0, -1)}
    steps = slice(lags + 1, None)
    left = max(0, len(frame) - lags - 1)
    if left < least:
        raise ValueError(
            f"the series is too short: {len(frame)} rows give {left} steps with {lags} lags, and "
            f"{least} are needed: give more rows, or fewer lags or held-out steps"
        )
    return OneStepAhead(
        pd.DataFrame(columns)[steps], change[steps].rename("change"), target.shift(1)[steps]
    )


def series_frame(frame: pd.DataFrame, what: str = "frame") -> pd.DataFrame:
    """Return a series as float64: a table of finite numbers with a column at least.

    If its rows have dates, they ascend.

    Raises:
        ValueError: it is not.

    Example:
        >>> series_frame(pd.DataFrame({"sales": [1, 2]})).dtypes.tolist()
        [dtype('float64')]
    """
    instance(what, frame, pd.DataFrame, "a DataFrame, such as read_series returns")
    values = array(what, frame, ("T", "n"))
    if not values.shape[1]:
        raise ValueError(f"{what} must have a column, the target, got {values.shape}")
    if not frame.columns.is_unique:
        raise ValueError(f"{what} must have columns of different names, got {[*frame.columns]}")
    index = frame.index
    dated = isinstance(index, pd.DatetimeIndex | pd.PeriodIndex)
    if dated and not (index.is_monotonic_increasing and index.is_unique):
        raise ValueError(f"the dates of {what} must ascend, without any twice: sort its rows")
    return pd.DataFrame(values, index=index, columns=frame.columns)
