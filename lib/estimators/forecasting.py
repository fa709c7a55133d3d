"""From a CSV file to inputs and targets of a forecast one step ahead."""

import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from lib.paths import ROOT
from lib.validation import count, one_of


def read_series(csv_path: Path | str, target: str, time: str | None = None) -> pd.DataFrame:
    """Return a CSV file with one row per step, checked, the target as the last column.

    Args:
        csv_path: the file, its first line names the columns; a relative path begins at the
            project's folder.
        target: the column to predict. All others but `time` are inputs.
        time: the column that dates the rows, if there is one; it becomes the index.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a column is missing, has no name, is not numeric or holds an empty cell, the
            dates do not ascend, or the file is no table with commas; the sentence names column and
            line.
    """
    path = ROOT / csv_path
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}: csv_path must name a CSV file")
    try:
        frame = pd.read_csv(path, skipinitialspace=True)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} cannot be read as a CSV table: {error}") from error
    if frame.empty:
        raise ValueError(f"{path.name} has no rows below its first line")
    _check_names(frame.columns, path.name)
    one_of(f"target column in {path.name}:", target, [c for c in frame.columns if c != time])
    if time is not None:
        one_of(f"time column in {path.name}:", time, frame.columns)
        frame = _dated(frame, time, path.name)
    for column in frame.columns:
        _check_numbers(frame[column], path.name)
    frame = frame.astype(np.float64)
    frame.insert(len(frame.columns) - 1, target, frame.pop(target))
    return frame


def _check_names(columns: pd.Index, file: str) -> None:
    """Raise ValueError where commas separate nothing, or a column has no name."""
    if len(columns) == 1 and (marks := set(columns[0]) & set(";\t|")):
        raise ValueError(f"the columns of {file} must be separated by commas, not {marks.pop()!r}")
    for number, name in enumerate(columns, start=1):
        if name.startswith("Unnamed: "):
            raise ValueError(
                f"column {number} of {file} has no name in the first line: give it one, or leave "
                f"the column out"
            )


def _dated(frame: pd.DataFrame, time: str, file: str) -> pd.DataFrame:
    text = frame[time].astype(str)
    with warnings.catch_warnings():
        # Of a form that cannot be guessed; what then is no date is named below.
        warnings.simplefilter("ignore", UserWarning)
        dates = pd.to_datetime(text, errors="coerce")
    if dates.isna().any():
        at = int(np.argmax(dates.isna()))
        raise ValueError(
            f"column {time!r} of {file} must hold dates of one form, line {at + 2} holds "
            f"{text.iloc[at]!r}"
        )
    steps = np.diff(dates.to_numpy())
    if not (steps > np.timedelta64(0)).all():
        line = int(np.argmin(steps > np.timedelta64(0))) + 3
        raise ValueError(f"the dates of {file} must ascend, but line {line} is not after the last")
    return frame.drop(columns=time).set_index(dates.rename(time))


def _check_numbers(values: pd.Series, file: str) -> None:
    """Raise ValueError unless every cell is a finite number; lines count from the header's 1."""
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(np.float64)
    empty, wrong = values.isna().to_numpy(), ~np.isfinite(numbers)
    if empty.any():
        line = int(np.argmax(empty)) + 2
        raise ValueError(
            f"column {values.name!r} of {file} has an empty cell in line {line}, {empty.sum()} in "
            f"all: fill them or leave those rows out"
        )
    if wrong.any():
        at = int(np.argmax(wrong))
        raise ValueError(
            f"column {values.name!r} of {file} must be numeric, line {at + 2} holds "
            f"{str(values.iloc[at])!r}; name it as the time column or leave it out of the file"
        )


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


def one_step_ahead(frame: pd.DataFrame, lags: int, least: int = 2) -> OneStepAhead:
    """Return inputs and targets for predicting the last column from all rows before.

    Changes, not levels, because a network that has been trained on one range of values does not
    know what to do outside of it, and most series move on.

    Args:
        frame: what `read_series` returned.
        lags: how many changes of the target the inputs hold, >= 1.
        least: how many steps there must be.

    Raises:
        ValueError: `lags` is below 1, or fewer than `least` steps would remain.
    """
    lags, target = count("lags", lags), frame.iloc[:, -1]
    change = target.diff()
    columns = {f"{name}, 1 back": frame[name].shift(1) for name in frame.columns[:-1]}
    columns |= {f"change {k} back": change.shift(k) for k in range(lags, 0, -1)}
    steps = slice(lags + 1, None)
    left = max(0, len(frame) - lags - 1)
    if left < least:
        raise ValueError(
            f"the series is too short: {len(frame)} rows give {left} steps with {lags} lags, and "
            f"{least} are needed"
        )
    return OneStepAhead(
        pd.DataFrame(columns)[steps], change[steps].rename("change"), target.shift(1)[steps]
    )
