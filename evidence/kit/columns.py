"""What the columns of an experiment's rows and traces hold, and how far a repetition may differ.

A configuration declares them as its ``rows`` and ``traces``, which `columns` makes.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from numbers import Real
from typing import Any

from evidence.kit.records import Outcome, Record

ROUGH = 0.85
"""Where steps by the thousand amplify rounding, or a comparison at rounding level decides: a
repetition on another processor comes out of the same order of magnitude."""

ONE_STEP = 0.99
"""The test part of ten steps is one step: its error goes through zero, and a rounding that
thousands of steps amplify moves it by more than an order of magnitude."""

ZERO = 1e-9
"""Numbers below it are zero but for rounding: they differ by their distance over this."""


@dataclass(frozen=True)
class Column:
    """What a column of the rows, or a trace, holds.

    Attributes:
        kind: `float` (whole numbers count), `int`, `bool`, `str`, or `dict` for a record in it. A
            list of any depth holds values of this kind.
        within: the largest relative difference of a repetition; 0 for equal, None where nothing is
            compared, for a time belongs to the machine.
        none: whether None and NaN may stand in it, for what left the range of numbers.
        part: whether some rows or records are without it.
        cut: whether a repetition's trace may end elsewhere, for a time ended it: what both have is
            compared.
    """

    kind: type
    within: float | None = 0.0
    none: bool = False
    part: bool = False
    cut: bool = False


def columns(kind: type, *names: str, **fields: Any) -> dict[str, Column]:
    """Return columns that are alike by their names.

    Args:
        kind: what they hold.
        names: one name each, or several with `` | `` between them.
        fields: the other fields of `Column`.
    """
    several = (name for some in names for name in some.split(" | "))
    return dict.fromkeys(several, Column(kind, **fields))


def check(name: str, config: Any, found: Outcome | Record) -> None:
    """Refuse rows and traces that are not what a configuration declares.

    Args:
        name: what they are called in the sentence.
        config: the unit's, an `evidence.kit.config.Config`.
        found: the rows and traces.

    Raises:
        ValueError: a column is unknown, missing or holds something else; the sentence names it.
    """
    if not found.rows:
        raise ValueError(f"{name} has no rows")
    for number, row in enumerate(found.rows):
        _check(f"row {number} of {name}", config.rows, row)
    _check(f"the traces of {name}", config.traces, found.traces)
    for trace, values in found.traces.items():
        if not isinstance(values, list) or not values:
            raise ValueError(f"{name}: the trace {trace} is no list or is empty")


def _check(where: str, declared: Mapping[str, Column], values: Mapping[str, Any]) -> None:
    missing = {key for key, what in declared.items() if not what.part} - values.keys()
    if missing or (unknown := values.keys() - declared.keys()):
        kind, names = ("lack", missing) if missing else ("have the unknown", unknown)
        raise ValueError(f"{where}: they {kind} {', '.join(map(repr, sorted(names)))}")
    for key, value in values.items():
        for leaf in _leaves(value):
            if not _fits(leaf, declared[key]):
                accepted = declared[key].kind.__name__ + " or None" * declared[key].none
                raise ValueError(f"{where}: {key!r} holds {leaf!r}, accepted: {accepted}")


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _fits(value: Any, what: Column) -> bool:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return what.none
    if isinstance(value, bool):
        return what.kind is bool
    return isinstance(value, int | float if what.kind is float else what.kind)


@dataclass(frozen=True)
class Difference:
    """A number that a repetition does not give again, or the one that differs most.

    Attributes:
        place: the column with its row, or the trace with the place in it.
        old, new: what was recorded and what came out.
        gap: the relative difference, infinite for words and for what only one has.
        within: the largest one accepted.
    """

    place: str
    old: Any
    new: Any
    gap: float
    within: float

    @property
    def beyond(self) -> bool:
        """Whether it is larger than accepted."""
        return self.gap > self.within

    def __str__(self) -> str:
        was = f"{self.place} is {self.new!r}, recorded {self.old!r}"
        return f"{was}: relative difference {self.gap:.1e}, accepted {self.within:g}"


def differences(config: Any, old: Record | Outcome, new: Record | Outcome) -> list[Difference]:
    """Return for every column and trace that is compared where it differs most, the worst first.

    Numbers differ by their distance over the larger of them, or over ``ZERO``; words, and what only
    one has, by infinity.
    """
    found = []
    for name, what in config.rows.items():
        if what.within is not None:
            pairs = zip_longest(old.rows, new.rows, fillvalue={})
            gaps = (
                (f"{name} of row {number}{place}", a, b)
                for number, (x, y) in enumerate(pairs)
                for place, a, b in _pairs(x.get(name), y.get(name), what.cut)
            )
            found.append(_worst(gaps, what.within))
    for name, what in config.traces.items():
        if what.within is not None:
            a, b = old.traces.get(name), new.traces.get(name)
            gaps = ((f"the trace {name}{p}", x, y) for p, x, y in _pairs(a, b, what.cut))
            found.append(_worst(gaps, what.within))
    # A column within an accepted zero is as bad as its gap.
    return sorted(found, key=lambda d: d.gap / d.within if d.within else d.gap / ZERO, reverse=True)


def _worst(pairs: Iterator[tuple[str, Any, Any]], within: float) -> Difference:
    made = (Difference(place, a, b, _gap(a, b), within) for place, a, b in pairs)
    return max(made, key=lambda d: d.gap)


def _pairs(a: Any, b: Any, cut: bool, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield the values that stand in the same place of two nested lists or mappings."""
    if isinstance(a, list) and isinstance(b, list) and (a or b):
        inner = any(isinstance(value, list | dict) for value in (*a, *b))
        both = zip(a, b, strict=False) if cut and not inner else zip_longest(a, b)
        for number, (x, y) in enumerate(both):
            yield from _pairs(x, y, cut, f"{place}[{number}]")
    elif isinstance(a, dict) and isinstance(b, dict) and (a or b):
        for key in sorted(a.keys() | b.keys()):
            yield from _pairs(a.get(key), b.get(key), cut, f"{place}[{key!r}]")
    else:
        yield place, a, b


def _gap(a: Any, b: Any) -> float:
    numbers = isinstance(a, Real) and isinstance(b, Real)
    if not numbers or isinstance(a, bool) or isinstance(b, bool):
        return 0.0 if a == b else math.inf
    if a == b or (math.isnan(a) and math.isnan(b)):
        return 0.0
    gap = abs(a - b) / max(abs(a), abs(b), ZERO)
    return math.inf if math.isnan(gap) else gap
