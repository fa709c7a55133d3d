"""Compares recomputed records with the committed ones, column by column."""

import math
from collections.abc import Iterator, Mapping, Sequence
from numbers import Real
from typing import Any

from evidence.kit.records import Record, Store, Unit


def differences(
    name: str, wanted: Sequence[Unit], committed: Store, repeated: Store
) -> Iterator[tuple[str, bool]]:
    """Yield one line per unit and whether it differs by more than the tolerance of a column.

    Args:
        name: the experiment.
        wanted: its units of work.
        committed: the store that holds the published records.
        repeated: the store that holds the recomputed ones.
    """
    for unit in wanted:
        label = f"{name}/{unit.config.label}"
        old, new = committed.load(unit), repeated.load(unit)
        if old is None or new is None:
            yield f"{label}: no {'committed' if old is None else 'repeated'} record", True
            continue
        found, beyond = compare(old, new, unit.config.compared)
        yield f"{label}: {found}", beyond


def compare(old: Record, new: Record, compared: Mapping[str, float]) -> tuple[str, bool]:
    """Return in words how much two records differ, and whether by more than a column's tolerance.

    Args:
        old: the published record.
        new: the recomputed one.
        compared: the columns of rows, each with its tolerance.
    """
    column, gap = largest_gap(old, new, compared)
    beyond = gap > compared.get(column, 0.0)
    verdict = "DIFFERS" if beyond else "agrees"
    return f"{verdict}, largest relative difference {gap:.1e} in {column}", beyond


def largest_gap(old: Record, new: Record, compared: Mapping[str, float]) -> tuple[str, float]:
    """Return which column differs most between two records' rows, and by how much.

    A column that differs by more than its tolerance, its value in `compared`, goes before all that
    do not.

    Numbers differ by their distance over the larger of them, or over 1e-9 so that what is zero but
    for rounding counts as equal; words, and columns that only one has, differ by infinity.
    """
    if len(old.rows) != len(new.rows):
        return "the number of rows", math.inf
    worst = ("any column", 0.0)
    for a, b in zip(old.rows, new.rows, strict=True):
        for column, tolerance in compared.items():
            gap = _gap(a.get(column), b.get(column))
            if (gap > tolerance, gap) > (worst[1] > compared.get(worst[0], 0.0), worst[1]):
                worst = (column, gap)
    return worst


def _gap(a: Any, b: Any) -> float:
    if not (isinstance(a, Real) and isinstance(b, Real)):
        return 0.0 if a == b else math.inf
    if math.isnan(a) and math.isnan(b):
        return 0.0
    gap = abs(a - b) / max(abs(a), abs(b), 1e-9) if a != b else 0.0
    return math.inf if math.isnan(gap) else gap
