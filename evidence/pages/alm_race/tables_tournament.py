"""Tables of the tournament: who is first where, where every method ends, its errors, the tuning."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from evidence.kit.frames import by
from evidence.kit.records import Record
from evidence.pages.alm_race.claims_time import cell
from evidence.pages.alm_race.harness import chosen, compared
from evidence.pages.alm_race.tournament_config import METHODS, SHARES
from evidence.protocols.alm import SP500
from evidence.statistics.profiles import tally
from evidence.statistics.summary import number

OFF = 1e-9
"""How far the verifier's R may be from ours, relative to it."""

Cell = tuple[str, int | None, int]


def problems(records: Sequence[Record]) -> dict[Cell, list[Record]]:
    """Return the compared trials by series, training steps and hidden units."""
    return by(compared(records), "dataset", "steps", "hidden_size")


def problem_of(record: Record) -> Cell:
    """Return the problem that a record is of."""
    return tuple(record.config[name] for name in ("dataset", "steps", "hidden_size"))


def joined(records: Sequence[Record], windows: Sequence[Record]) -> list[Record]:
    """Return the trials with Adam on windows as one more method.

    Args:
        records: of the tournament.
        windows: of Adam on windows with the whole budget and with shares of it, of every problem.
    """
    found = {}
    for record in windows:
        whole = [row for row in record.rows if row["share"] == 1]
        for k, row in enumerate(whole):
            course = {name: traces[k] for name, traces in record.traces.items()}
            found[problem_of(record), row["trial"]] = row, course
    together = []
    for record in records:
        row, course = found[problem_of(record), record.config["seed"]]
        traces = {name: [*given, course[name]] for name, given in record.traces.items()}
        together.append(replace(record, rows=[*record.rows, row], traces=traces))
    return together


def title(problem: Cell) -> str:
    """Return a problem's name in a table."""
    dataset, steps, r = problem
    series = "S&P" if dataset == SP500 else f"T = {steps:,}"
    return f"{series}, r = {r}"


def times(records: Sequence[Record], share: float, compiled: bool = False) -> np.ndarray:
    """Return the CPU seconds of every method down to a target, (trials, methods).

    Args:
        records: of compared trials.
        share: the target's, of ``SHARES``.
        compiled: whether the time of compilation counts.

    Returns:
        Infinite where a method does not get there.
    """

    def seconds(row: dict) -> float:
        reached = row[f"to {share:g}"]
        if reached is None:
            return np.inf
        return reached + (row["compiled"] if compiled else 0.0)

    return np.array([[seconds(row_of(record, m)) for m in METHODS] for record in records])


def row_of(record: Record, method: str) -> dict:
    """Return what a method came to on a trial."""
    return next(row for row in record.rows if row["method"] == method)


def values(records: Sequence[Record], method: str, name: str) -> np.ndarray:
    """Return a number of a method on every trial, infinite where there is none."""
    found = [row_of(record, method)[name] for record in records]
    return np.array([np.inf if value is None else value for value in found], dtype=float)


def winners_table(records: Sequence[Record], compiled: bool = False) -> pd.DataFrame:
    """Return per problem and target who has the least median time, and how far the next is behind.

    Args:
        records: of the tournament.
        compiled: whether the time of compilation counts.
    """
    rows = {}
    for problem, group in problems(records).items():
        for share in SHARES:
            middle = np.median(times(group, share, compiled), axis=0)
            first, second = np.argsort(middle, kind="stable")[:2]
            won, followed = np.isfinite(middle[[first, second]])
            rows[title(problem), f"{share:g}"] = {
                "first": METHODS[first] if won else "nobody in half of the trials",
                "seconds": number(float(middle[first]), 2) if won else "–",
                "next": METHODS[second] if followed else "–",
                "times as long": number(float(middle[second] / middle[first]), 2)
                if followed
                else "–",
            }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["problem", "τ"])


def compiling_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the CPU seconds of compilation and of making ready, medians over the trials."""
    return _medians(records, "compiled", 2)


def tally_table(records: Sequence[Record], compiled: bool = False) -> pd.DataFrame:
    """Return on how many problems each method is first, within a factor of two, and fails.

    What counts there is the median over the trials.
    """
    groups = problems(records).values()
    return _tallies(
        lambda share: [np.median(times(group, share, compiled), axis=0) for group in groups]
    )


def trials_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return on how many trials each method is first, within a factor of two, and fails."""
    return _tallies(lambda share: times(compared(records), share))


def _tallies(seconds: Callable[[float], ArrayLike]) -> pd.DataFrame:
    table = {
        f"τ = {share:g}": [
            f"{first}, {near}, {fails}"
            for first, near, fails in zip(*tally(seconds(share)), strict=True)
        ]
        for share in SHARES
    }
    return pd.DataFrame(table, index=METHODS).rename_axis("method")


def times_table(records: Sequence[Record], share: float, compiled: bool = False) -> pd.DataFrame:
    """Return median and quartiles of the CPU seconds to a target, a column per problem."""
    table = {
        title(problem): [cell(column) for column in times(group, share, compiled).T]
        for problem, group in problems(records).items()
    }
    return pd.DataFrame(table, index=METHODS).rename_axis("method")


def spread_table(records: Sequence[Record], name: str, digits: int) -> pd.DataFrame:
    """Return median and quartiles of a number of every method, a column per problem."""
    return _table(
        records,
        lambda group, method: cell(values(group, method, name), of=len(group), digits=digits),
    )


def residuals_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the verifier's KKT residual of the networks with the smallest R, medians."""
    return _medians(records, "residual", 2)


def errors_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the test error of the network with the least error on the holdout, medians."""
    return _medians(records, "test", 3)


def _medians(records: Sequence[Record], name: str, digits: int) -> pd.DataFrame:
    def median(group: Sequence[Record], method: str) -> str:
        values = [row_of(record, method)[name] for record in group]
        known = [value for value in values if value is not None]
        return number(float(np.median(known)), digits) if known else "–"

    return _table(records, median)


def ended_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return how the runs of every method ended, the commonest way first."""

    def ways(group: Sequence[Record], method: str) -> str:
        found = [row_of(record, method)["ended"].split(";")[0] for record in group]
        counted = sorted({way: found.count(way) for way in found}.items(), key=lambda w: -w[1])
        return "; ".join(f"{way} ({count})" for way, count in counted)

    return _table(records, ways)


def _table(
    records: Sequence[Record], value: Callable[[Sequence[Record], str], str]
) -> pd.DataFrame:
    table = {
        title(problem): [value(group, method) for method in METHODS]
        for problem, group in problems(records).items()
    }
    return pd.DataFrame(table, index=METHODS).rename_axis("method")


def checks(records: Sequence[Record]) -> dict[str, float]:
    """Return how many ends the verifier has seen, with how many it agrees, and how far R is off."""
    rows = [row for record in compared(records) for row in record.rows if row["holds"] is not None]
    off = [abs(row["verified"] - row["best"]) / row["best"] for row in rows]
    return {
        "ends": len(rows),
        "hold": sum(row["holds"] for row in rows),
        "agree": sum(gap <= OFF for gap in off),
        "farthest": max(off, default=np.nan),
    }


def tuning_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the least R with every value of the tuning trials, the chosen ones marked.

    Args:
        records: those of the experiment that tunes.
    """
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for record in records:
        problem = problem_of(record)
        for row in record.rows:
            if row["value"] is not None:
                shown = "–" if row["best"] is None else number(row["best"], 4)
                tried = {r["value"] for r in record.rows if r["method"] == row["method"]}
                shown += _mark(record, row, tried) if row["best"] is not None else ""
                key = row["method"], f"{row['value']:.3g}"
                rows.setdefault(key, {})[title(problem)] = shown
    found = pd.DataFrame.from_dict(rows, orient="index").fillna("–")
    return found.rename_axis(["method", "tried"])


def _mark(record: Record, row: dict, tried: set[float]) -> str:
    if row["value"] != chosen(record, row["method"], by="best"):
        return ""
    return " (chosen, an end)" if row["value"] in (min(tried), max(tried)) else " (chosen)"
