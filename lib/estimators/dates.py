"""The dates of a series: read without a guess, with their frequency and their gaps."""

import re
import warnings

import numpy as np
import pandas as pd

_ISO = re.compile(r"\d{4}([-/])\d{1,2}(\1\d{1,2}([T ]\d.*)?)?|\d{4}|\d{8}")
_QUARTER = re.compile(r"(\d{4})[ -]?[Qq]([1-4])|[Qq]?([1-4])[ /-]?[Qq]?[ /-]?(\d{4})")
_WEEK = re.compile(r"\d{4}-W\d{2}")
_THREE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})( .*)?")
_OFFSET = re.compile(r"\d(Z|z| ?[+-]\d{2}:?\d{2})$")
WEEK = "%G-W%V-%u"
"""A week of ISO 8601, with its first day."""

_WORDS = ("%b %Y", "%B %Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d, %Y", "%B %d, %Y", "%b-%Y")


class GapWarning(UserWarning):
    """Steps of a series are missing; the rows beside the gap are treated as consecutive."""


def dated(
    cells: pd.Series,
    lines: np.ndarray,
    file: str,
    date_format: str | None = None,
    day_first: bool | None = None,
    time_zone: str | None = None,
) -> pd.DatetimeIndex:
    """Return dates that ascend, with their frequency if there is one.

    Args:
        cells: dates as text.
        lines: the line of each in its file.
        file: name for messages.
        date_format, day_first, time_zone: as in `lib.estimators.tables.read_series`.

    Raises:
        ValueError: a cell is no date of the form of the others, or could be two dates; the dates
            do not ascend.

    Warns:
        GapWarning: steps are missing.
    """
    where = _Place(cells, lines, file)
    form = date_format or _form(where, day_first)
    text = cells.str.replace(_QUARTER, _first_month, regex=True) if form == _QUARTER else cells
    if form == WEEK:
        text = cells + "-1"
    offsets = cells.str.extract(_OFFSET)[0]
    aware = offsets.notna()
    if aware.any() and not aware.all():
        raise where.refusal(~aware if aware[0] else aware, "has a time zone or lacks it, unlike")
    options = {} if form is _QUARTER else {"format": form}
    if aware.any() and (time_zone or offsets.nunique() > 1):
        if time_zone is None:
            raise ValueError(
                f"the dates of {file} have several offsets: give time_zone, such as 'UTC' or "
                f"'Europe/Berlin'"
            )
        options["utc"] = True
    try:
        dates = pd.to_datetime(text, errors="coerce", **options)
    except ValueError as error:
        raise ValueError(f"date_format {form!r} cannot be used: {error}") from error
    if dates.isna().any():
        raise where.refusal(dates.isna(), f"is no date of the form {form!r} of")
    index = pd.DatetimeIndex(dates, name=cells.name)
    if time_zone is not None:
        try:
            # An hour that is there twice, when the clocks go back, is there twice in the file.
            local = {} if index.tz else {"ambiguous": "infer"}
            index = (index.tz_convert if index.tz else index.tz_localize)(time_zone, **local)
        except (KeyError, ValueError, TypeError) as error:
            said = str(error).split(", try using")[0]
            raise ValueError(f"the dates of {file} cannot be in {time_zone!r}: {said}") from error
    steps = np.diff(index.asi8)
    if (steps <= 0).any():
        line = lines[int(np.argmax(steps <= 0)) + 1]
        raise ValueError(
            f"the dates of {file} must ascend, but line {line} is not after the last: sort the "
            f"rows, and leave one for each date"
        )
    return _regular(index, lines, file)


class _Place:
    """Where the dates stand, for messages."""

    def __init__(self, cells: pd.Series, lines: np.ndarray, file: str) -> None:
        self.cells, self.lines, self.file = cells, lines, file

    def refusal(self, wrong: pd.Series, what: str) -> ValueError:
        at = int(np.argmax(wrong))
        return ValueError(
            f"column {self.cells.name!r} of {self.file} must hold dates of one form: line "
            f"{self.lines[at]} holds {self.cells.iloc[at]!r}, which {what} the others; give "
            f"date_format, such as '%d/%m/%Y'"
        )


def _first_month(found: re.Match) -> str:
    year, quarter = found[1] or found[4], found[2] or found[3]
    return f"{year}-{3 * int(quarter) - 2:02d}"


def _form(where: _Place, day_first: bool | None) -> str | re.Pattern:
    """Return the format of all dates, from the first one and from what the others allow."""
    cells, first = where.cells, where.cells.iloc[0]
    if "q" in first.lower() and _QUARTER.fullmatch(first):
        return _QUARTER
    if _WEEK.fullmatch(first):
        return WEEK
    if _THREE.fullmatch(first):
        return _day_or_month(where, day_first)
    if found := _ISO.fullmatch(first):
        if first.isdigit():
            return "%Y" if len(first) == 4 else "%Y%m%d"
        if found[3]:
            return "ISO8601"
        return found[1].join(["%Y", "%m", "%d"][: first.count(found[1]) + 1])
    for form in _WORDS:
        if pd.to_datetime(cells, format=form, errors="coerce").notna().all():
            return form
    raise ValueError(
        f"column {cells.name!r} of {where.file} must hold dates that can be read in one way only, "
        f"such as 2020-02-01: line {where.lines[0]} holds {first!r}; give date_format, such as "
        f"'%d/%m/%y'"
    )


def _day_or_month(where: _Place, day_first: bool | None) -> str:
    """Return the form of d/m/Y or m/d/Y; a number above 12 proves which."""
    parts = where.cells.str.extract(_THREE)
    if parts[0].isna().any():
        raise where.refusal(parts[0].isna(), "is of another form than")
    if parts[1].nunique() > 1:
        raise where.refusal(parts[1] != parts[1][0], "has other marks than")
    left, right = (parts[k].astype(int) > 12 for k in (0, 2))
    if day_first is None:
        if left.any() and right.any():
            wrong = right if left.argmax() < right.argmax() else left
            raise where.refusal(wrong, "has day and month unlike")
        if not (left.any() or right.any()):
            raise ValueError(
                f"column {where.cells.name!r} of {where.file} may have day or month first: line "
                f"{where.lines[0]} holds {where.cells.iloc[0]!r}; give day_first=True or False"
            )
        day_first = bool(left.any())
    mark = parts[1][0]
    clock = "" if parts[4].isna().all() else " %H:%M" + ":%S" * (parts[4][0].count(":") == 2)
    return mark.join(("%d", "%m", "%Y") if day_first else ("%m", "%d", "%Y")) + clock


def frequency_of(index: pd.DatetimeIndex) -> str | None:
    """Return the frequency of dates that have one and are three at least, else None.

    Example:
        >>> frequency_of(pd.to_datetime(["2024-01-31", "2024-02-29", "2024-03-31"]))
        'ME'
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of what infer_freq will return some day
        warnings.simplefilter("ignore", DeprecationWarning)
        return pd.infer_freq(index) if len(index) > 2 else None


def _regular(index: pd.DatetimeIndex, lines: np.ndarray, file: str) -> pd.DatetimeIndex:
    """Return the index with its frequency; warn of the steps that are missing."""
    if len(index) < 3:
        return index
    frequency = frequency_of(index)
    if frequency is not None:
        index.freq = frequency
        return index
    name, numbers = _numbered(index)
    steps = np.diff(numbers)
    if (steps == 1).mean() < 0.5:
        apart = sorted(np.diff(index))
        warnings.warn(
            f"the dates of {file} have no frequency, they are {_in_words(apart[0])} to "
            f"{_in_words(apart[-1])} apart: all rows are treated as one step apart",
            GapWarning,
            stacklevel=4,
        )
        return index
    gaps = np.flatnonzero(steps != 1)
    if not len(gaps):
        return index
    line, before = lines[gaps[0] + 1], str(index[gaps[0]]).removesuffix(" 00:00:00")
    missing = np.sum(steps[gaps]) - len(gaps)
    if float(missing).is_integer() and (steps > 0.5).all():
        what = f"{missing:.0f} {'is' if missing == 1 else 'are'} missing"
    else:
        what = f"not all: {len(gaps)} of {len(steps)} steps differ"
    warnings.warn(
        f"the dates of {file} are {name}, but {what}, first between {before} and line {line}: "
        f"these rows are treated as one step apart; put rows in between if they are not",
        GapWarning,
        stacklevel=4,
    )
    return index


def _numbered(index: pd.DatetimeIndex) -> tuple[str, np.ndarray]:
    """Return the most likely frequency in words, and the number of each step in it."""
    local = index.tz_localize(None)
    usual = pd.Series(np.diff(local)).mode()[0]
    days = usual / pd.Timedelta(days=1)
    months = {28 <= days <= 31: 1, 89 <= days <= 92: 3, 365 <= days <= 366: 12}.get(True)
    if months and (local.day == local.day[0]).mean() + local.is_month_end.mean() >= 1:
        names = {1: "a month apart", 3: "a quarter apart", 12: "a year apart"}
        return names[months], (local.year * 12 + local.month - 1).to_numpy() / months
    if days == 1 and (local.day_of_week < 5).all() and (local[-1] - local[0]).days >= 5:
        numbers = np.busday_count(local[0].date(), local.to_numpy().astype("datetime64[D]"))
        return "working days", numbers.astype(float)
    return f"{_in_words(usual)} apart", ((local - local[0]) / usual).to_numpy()


def _in_words(span: pd.Timedelta | np.timedelta64) -> str:
    """Return a time span in its largest unit, such as 7 days."""
    units = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
    seconds = pd.Timedelta(span).total_seconds()
    unit = next((name for name, size in units.items() if seconds >= size), "seconds")
    number = seconds / units[unit]
    return f"a {unit[:-1]}".replace("a h", "an h") if number == 1 else f"{number:g} {unit}"
