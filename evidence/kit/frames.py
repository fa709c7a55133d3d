"""Rows and traces of records as tidy frames and arrays."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from evidence.kit.records import Record


def frame(records: Iterable[Record]) -> pd.DataFrame:
    """Return all rows of some records as one table, a line per row.

    The fields of a record's configuration stand in front, nested ones as ``setting.tau``; where a
    row has a column of a field's name, the row's value stays.
    """
    tables = [
        pd.DataFrame([{**flat(record.config), **row} for row in record.rows]) for record in records
    ]
    return pd.concat(tables, ignore_index=True)


def flat(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the fields of a configuration with nested ones as ``a.b``."""
    found: dict[str, Any] = {}
    for key, value in config.items():
        name = f"{prefix}{key}"
        found |= flat(value, f"{name}.") if isinstance(value, Mapping) else {name: value}
    return found


def by(records: Iterable[Record], *fields: str) -> dict[Any, list[Record]]:
    """Return the records by the values of configuration fields, in the order in which they come.

    The keys are values for one field and tuples for several; a nested field is ``a.b``.
    """
    groups: dict[Any, list[Record]] = {}
    for record in records:
        config = flat(record.config)
        key = tuple(config[field] for field in fields)
        groups.setdefault(key if len(fields) > 1 else key[0], []).append(record)
    return groups


def one_by(records: Iterable[Record], *fields: str) -> dict[Any, Record]:
    """Return the first record of each group of `by`."""
    return {key: group[0] for key, group in by(records, *fields).items()}


def rows(records: Record | Iterable[Record], **where: Any) -> list[dict[str, Any]]:
    """Return the rows of one or several records whose columns have the values of `where`."""
    several = [records] if isinstance(records, Record) else records
    return [row for record in several for row in record.rows if where.items() <= row.items()]


def column(
    records: Record | Iterable[Record], name: str, missing: float = np.inf, **where: Any
) -> np.ndarray:
    """Return one column of the rows of one or several records as an array.

    Args:
        records: one record or several.
        name: the column; rows without it are left out.
        missing: what None becomes; a record writes None for what left the range of numbers.
        where: values of other columns, which the rows must have.
    """
    found = [row[name] for row in rows(records, **where) if name in row]
    return np.array([missing if value is None else value for value in found])


def padded(traces: Sequence[Sequence[float]]) -> np.ndarray:
    """Return traces of several lengths as the rows of a matrix, with NaN behind their ends."""
    matrix = np.full((len(traces), max(map(len, traces))), np.nan)
    for line, trace in zip(matrix, traces, strict=True):
        line[: len(trace)] = trace
    return matrix


def span(values: np.ndarray, format_spec: str = ".3g") -> str:
    """Return the smallest and the largest of some numbers in words; one if they are equal."""
    low, high = f"{values.min():{format_spec}}", f"{values.max():{format_spec}}"
    return low if low == high else f"{low} to {high}"
