"""A CSV file as a checked series: nothing is guessed that could be meant otherwise."""

import csv
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from lib.estimators.dates import dated
from lib.validation import flag, one_of
from lib.validation import path as place
from lib.validation import text as text_of

SEPARATORS = ",;\t|"
EMPTY = frozenset(("", "na", "n/a", "#n/a", "nan", "null", "none", "-", "?", "."))
"""What stands in a cell without a value, in lower case."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_DOTTED = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_COMMA = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?")


class Table(NamedTuple):
    """The cells of a file as text, each row with the line on which it ends.

    Attributes:
        file: name for messages.
        cells: one column per name, without surrounding spaces.
        lines: line of each row, the file's first being 1.
    """

    file: str
    cells: pd.DataFrame
    lines: np.ndarray


def read_series(
    csv_path: Path | str,
    target: str,
    time: str | None = None,
    *,
    separator: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    encoding: str | None = None,
    date_format: str | None = None,
    day_first: bool | None = None,
    time_zone: str | None = None,
) -> pd.DataFrame:
    """Return a CSV file with one row per step, checked, the target as the last column.

    What is not told is taken from the file where only one reading is possible, and asked for
    where there are two. With dates that have a frequency, ``frame.index.freq`` is it.

    Args:
        csv_path: the file, its first line names the columns; a relative path begins in the current
            folder.
        target: the column to predict. All others but `time` are inputs.
        time: the column that dates the rows, if there is one; it becomes the index.
        separator: between the cells.
        decimal: ``.`` or ``,``.
        thousands: between groups of three digits, such as ``.`` in 1.234,5; none unless given.
        encoding: of the text, UTF-8 unless the file says otherwise by its first bytes.
        date_format: as in `datetime.strptime`, such as ``%d/%m/%Y``.
        day_first: whether 01/02/2020 is in February.
        time_zone: a name such as ``Europe/Berlin`` to which the dates are brought; those without
            a zone are taken as local times there.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file cannot be read, a column is missing, has no name, is not numeric or
            holds an empty cell, the dates do not ascend, or something has two readings; the
            sentence names file, line and column, and what to do.

    Warns:
        GapWarning: steps are missing between the dates.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder) / "sales.csv"
        ...     _ = file.write_text("day,sales,price\\n2024-01-01,3,1.5\\n2024-01-02,4,1.5\\n")
        ...     read_series(file, target="sales", time="day").columns.tolist()
        ['price', 'sales']
    """
    path = place("csv_path", csv_path).expanduser()
    given = {
        **{"separator": separator, "decimal": decimal, "encoding": encoding},
        **{"thousands": thousands},
        **{"date_format": date_format, "time": time, "time_zone": time_zone},
    }
    for name, value in given.items():
        if value is not None:
            text_of(name, value)
    text_of("target", target)
    for name in ("separator", "thousands"):
        if given[name] is not None and len(given[name]) != 1:
            raise ValueError(f"{name} must be a single character, got {given[name]!r}")
    if day_first is not None:
        flag("day_first", day_first)
        if date_format is not None:
            raise ValueError("date_format says what comes first: give it or day_first, not both")
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no file {path.resolve()}: csv_path must name a CSV file, and a relative "
            f"path begins in the current folder"
        )
    text = _decoded(path, encoding)
    if separator is None:
        separator = _separator(text, path.name)
    table = _table(text, separator, path.name)
    columns = table.cells.columns
    if target == time:
        raise ValueError(f"column {target!r} of {path.name} cannot be both target and time")
    one_of(f"target column in {path.name}:", target, [c for c in columns if c != time])
    if time is not None:
        one_of(f"time column in {path.name}:", time, columns)
    inputs = [name for name in columns if name not in (target, time)]
    values = table.cells[[*inputs, target]]
    if thousands is not None:
        groups = rf"(?<=\d){re.escape(thousands)}(?=\d{{3}}(?!\d))"
        values = values.apply(lambda cells: cells.str.replace(groups, "", regex=True))
        table.cells[values.columns] = values
        decimal = decimal or {".": ",", ",": "."}.get(thousands)
    if decimal is None:
        decimal = _decimal(values, table, separator)
    one_of("decimal", decimal, (".", ","))
    frame = pd.DataFrame({name: _numbers(table, name, decimal) for name in values})
    if time is not None:
        frame.index = dated(
            table.cells[time], table.lines, path.name, date_format, day_first, time_zone
        )
    return frame


def _decoded(path: Path, encoding: str | None) -> str:
    raw = path.read_bytes()
    if encoding is None:
        encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except LookupError:
        raise ValueError(f"unknown encoding {encoding!r}: cp1252 and utf-8 are two") from None
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        line = raw[:at].count(b"\n") + 1
        raise ValueError(
            f"{path.name} is not text in {encoding.removesuffix('-sig')}, line {line} holds the "
            f"byte 0x{raw[at]:02x}: give its encoding, such as encoding='cp1252'"
        ) from None
    if "\0" in text:
        raise ValueError(f"{path.name} is no text: save it as CSV, or give its encoding")
    return text


def _separator(text: str, file: str) -> str:
    """Return the only mark that separates the first line into as many cells as all others."""
    found = {}
    for mark in SEPARATORS:
        widths = {len(row) for row in csv.reader(text.splitlines(), delimiter=mark) if any(row)}
        if len(widths) == 1 and widths != {1}:
            found[mark] = widths
    first = next((line for line in text.splitlines() if line.strip()), "")
    if len(found) == 1:
        return next(iter(found))
    named = [mark for mark in SEPARATORS if mark in first]
    if len(named) > 1 or len(found) > 1:
        marks = " or ".join(map(repr, found or named))
        raise ValueError(f"the columns of {file} may be separated by {marks}: give separator")
    return named[0] if named else ","


def _table(text: str, separator: str, file: str) -> Table:
    rows, lines = [], []
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, skipinitialspace=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append([cell.strip() for cell in row])
                lines.append(reader.line_num)
    except csv.Error as error:
        raise ValueError(f"{file} cannot be read, line {reader.line_num}: {error}") from error
    if not rows:
        raise ValueError(f"{file} is empty: its first line must name the columns")
    # What a spreadsheet leaves at the end of its lines is no column.
    while not rows[0][-1] and not any(row[len(rows[0]) - 1 :][:1] != [""] for row in rows):
        rows[0].pop()
    names = rows[0]
    for row in rows:
        while len(row) > len(names) and not row[-1]:
            row.pop()
    for number, name in enumerate(names, start=1):
        if not name:
            raise ValueError(
                f"column {number} of {file} has no name in line {lines[0]}: give it one, or leave "
                f"the column out"
            )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{file} has several columns called {twice[0]!r}: give each its own name")
    if len(rows) == 1:
        raise ValueError(f"{file} has no rows below its first line")
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(names):
            raise ValueError(
                f"line {line} of {file} has {len(row)} cells and its first line {len(names)}: the "
                f"cells are separated by {separator!r}; put those that contain it in quotes, or "
                f"give another separator"
            )
    return Table(file, pd.DataFrame(rows[1:], columns=names, dtype=object), np.array(lines[1:]))


def _decimal(values: pd.DataFrame, table: Table, separator: str) -> str:
    """Return the decimal mark that the cells themselves prove, a point where none has a comma."""
    cells = values.to_numpy().ravel()
    commas = [cell for cell in cells if _COMMA.fullmatch(cell)]
    if not commas:
        dots = [cell for cell in cells if "." in cell]
        if separator == ";" and dots and all(_DOTTED.fullmatch(cell) for cell in dots):
            raise _doubtful(values, table, dots[0], "dot", "decimal='.' or thousands='.'")
        return "."
    doubtful = all(_GROUPED.fullmatch(cell) for cell in commas)
    pointed = any("." in cell and _NUMBER.fullmatch(cell) for cell in cells)
    if not doubtful and not pointed:
        return ","
    raise _doubtful(values, table, commas[0], "comma", "decimal=',' or thousands=','")


def _doubtful(values: pd.DataFrame, table: Table, cell: str, mark: str, remedy: str) -> ValueError:
    row, column = np.argwhere(values.to_numpy() == cell)[0]
    return ValueError(
        f"column {values.columns[column]!r} of {table.file} holds {cell!r} in line "
        f"{table.lines[row]}, whose {mark} may be a decimal or separate thousands: give {remedy}"
    )


def _numbers(table: Table, name: str, decimal: str) -> np.ndarray:
    """Return a column's numbers; raise ValueError unless every cell is a finite one."""
    cells = table.cells[name]
    empty = cells.str.lower().isin(EMPTY).to_numpy()
    if empty.any():
        raise ValueError(
            f"column {name!r} of {table.file} has an empty cell in line "
            f"{table.lines[empty.argmax()]}, {empty.sum()} in all: fill them or leave those rows "
            f"out"
        )
    form = _NUMBER if decimal == "." else _COMMA
    plain = [cell if decimal == "." else cell.replace(",", ".") for cell in cells]
    for cell, number, line in zip(cells, plain, table.lines, strict=True):
        fits = form.fullmatch(cell) or ("." not in cell and _NUMBER.fullmatch(cell))
        if not fits or not np.isfinite(float(number)):
            raise ValueError(
                f"column {name!r} of {table.file} must be numeric with the decimal {decimal!r}, "
                f"line {line} holds {cell!r}; name it as the time column, leave it out of the "
                f"file, or give decimal or thousands"
            )
    return np.array(plain, dtype=np.float64)
