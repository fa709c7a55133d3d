"""A stochastic ALM over windows: what was asked before the runs, and what came out.

Decided before the runs. A method on windows is taken with the window length that comes lowest in R,
trial by trial, and the same for its rivals. Each question is asked of every trial: does the method
come within ``NEAR`` of the lowest R of the extrapolated full sweeps; is it at ``LEVEL`` times that
value before them; is its lowest R below that of Adam on windows; do its lowest R differ by at most
``SPREAD`` over the window lengths; is its test error at most ``WORSE`` times theirs; does no run
explode, an R of more than twice the lowest before.
"""

from collections.abc import Callable, Sequence

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Universal
from evidence.pages.alm_race.claims_accelerated import until
from evidence.pages.alm_race.runs_stochastic import contests
from evidence.pages.alm_race.stochastic_config import ADAM, EXACT, FAST, FORGET, FULL, METHODS
from evidence.protocols.alm import TEST
from evidence.statistics import Outcome
from evidence.statistics.summary import number

NEAR = 1.01
LEVEL = 1.05
SPREAD = 1.05
WORSE = 1.05

LONGEST = 50_000
"""Steps of the series that stands for a very long one."""


def runs(record: Record, method: str) -> list[int]:
    """Return the places of a method's runs in a record, one a window length."""
    return [k for k, row in enumerate(record.rows) if row["method"] == method]


def value(row: dict[str, object], name: str = "best") -> float:
    """Return a number of a run, infinite where there is none."""
    return np.inf if row[name] is None else float(row[name])


def best_run(record: Record, method: str) -> int:
    """Return the run of a method with the lowest R."""
    return min(runs(record, method), key=lambda k: value(record.rows[k]))


def lowest(record: Record, method: str) -> float:
    """Return the lowest R of a method over its window lengths."""
    return value(record.rows[best_run(record, method)])


def seconds(record: Record, method: str, level: float) -> float:
    """Return the CPU seconds until a method's best run falls to a value of R, or infinity."""
    return until(record, best_run(record, method), level)


def over(method: str, rival: str) -> Callable[[Record], float]:
    """Return what gives the lowest R of a method over a rival's."""
    return lambda record: lowest(record, method) / lowest(record, rival)


def later(method: str) -> Callable[[Record], float]:
    """Return what gives a method's seconds to the level over those of the extrapolated sweeps."""

    def ratio(record: Record) -> float:
        level = LEVEL * lowest(record, FAST)
        return seconds(record, method, level) / seconds(record, FAST, level)

    return ratio


def unlike(method: str) -> Callable[[Record], float]:
    """Return what gives the largest of the lowest R over window lengths, over the smallest."""

    def ratio(record: Record) -> float:
        ends = [value(record.rows[k]) for k in runs(record, method)]
        return max(ends) / min(ends)

    return ratio


def worse(method: str) -> Callable[[Record], float]:
    """Return what gives the test error over that of the extrapolated full sweeps."""

    def ratio(record: Record) -> float:
        own, other = (record.rows[best_run(record, name)] for name in (method, FAST))
        return value(own, TEST) / value(other, TEST)

    return ratio


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return both methods by what was asked, and the wish for very long series."""
    groups = contests(records)
    long = {size: group for size, group in groups.items() if size[0] >= LONGEST}
    found = {
        "O-stoch-long": _trials(long, over(FORGET, FAST), 1.0, "lowest R over theirs")
        if long
        else None,
        "O-stoch-cutting": _trials(groups, over(EXACT, FULL), 1.0, "lowest R over theirs"),
    }
    for name, method in {"kept": EXACT, "forget": FORGET}.items():
        found |= {
            f"O-stoch-{name}-{asked}": _trials(groups, ratio, most, what)
            for asked, ratio, most, what in (
                ("reach", over(method, FAST), NEAR, "lowest R over theirs"),
                ("sooner", later(method), 1.0, f"seconds to {LEVEL:g} times that R over theirs"),
                ("adam", over(method, ADAM), 1.0, "lowest R over Adam's on windows"),
                ("length", unlike(method), SPREAD, "largest lowest R over the smallest"),
                ("test", worse(method), WORSE, "test error over theirs"),
            )
        }
        found[f"O-stoch-{name}-calm"] = _calm(records, method)
    return judge(found)


def _trials(groups: dict, ratio: Callable[[Record], float], most: float, what: str) -> Comparisons:
    """Return in which trials a ratio is as wanted, at most so large."""
    found = {size: [ratio(record) for record in group] for size, group in groups.items()}
    return Comparisons(
        {
            (title(size), k): Case(_outcome(value, most))
            for size, values in found.items()
            for k, value in enumerate(values)
        },
        detail=f"Trials with the window length of the lowest R; {what}, at most {most:g}: "
        + "; ".join(f"{title(size)}: {each(ratios)}" for size, ratios in found.items()),
    )


def _outcome(value: float, most: float) -> Outcome:
    if value == most:
        return Outcome.TIE
    return Outcome.BETTER if value < most else Outcome.WORSE


def _calm(records: Sequence[Record], method: str) -> Universal:
    calm, others = _explosions(records, method), _explosions(records, ADAM)
    return Universal(
        len(calm),
        sum(calm),
        f"Compared runs; an explosion is an R of more than twice the lowest before; {ADAM} has "
        f"{sum(others)} in {len(others)}",
    )


def _explosions(records: Sequence[Record], method: str) -> list[bool]:
    """Return for every compared run of a method whether it had an explosion."""
    compared = [record for group in contests(records).values() for record in group]
    rows = [record.rows[k] for record in compared for k in runs(record, method)]
    return [row["explosions"] > 0 or row["ended"] == "exploded" for row in rows]


def title(size: tuple[int, int]) -> str:
    """Return the name of a problem in tables."""
    return f"T = {size[0]:,}, r = {size[1]}"


def each(values: Sequence[float], digits: int = 3) -> str:
    """Return the values trial by trial; what is never reached is infinite."""
    return ", ".join(
        number(v, digits) if np.isfinite(v) else "not within its limit" for v in values
    )


def limits(records: Sequence[Record]) -> dict[str, float]:
    """Return the limit of the longest series in CPU seconds, and the most that a run took."""
    groups = contests(records)
    longest = groups[max(groups)]
    return {
        "limit": longest[0].config["seconds"],
        "overrun": max(row["seconds"] for record in longest for row in record.rows),
    }


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return what the check compares: no times, which belong to a machine."""
    return {
        f"lowest.{steps}.{hidden}.{method}": float(np.median([lowest(r, method) for r in group]))
        for (steps, hidden), group in contests(records).items()
        for method in METHODS
    } | {"trials": float(sum(map(len, contests(records).values())))}
