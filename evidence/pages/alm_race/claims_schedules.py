"""The accelerated ALM beside Adam with the best of several schedules, on whole series or windows.

The question was decided before these runs, when the tournament's were known; two shorter lengths
were added when the shortest of four had been the best, and windows when the others were known. A
problem is a case. Its rival is Adam with the budget, the precision and the series, whole or in
windows, that bring it to the target first in the median: the tournament's own budget or a share of
it. That favours Adam, for it is found on the trials that are compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.pages.alm_race.claims_accelerated import until
from evidence.pages.alm_race.claims_tournament import (
    SHARE,
    key,
    middle,
    rank,
    signed_ranks,
    told_apart,
)
from evidence.pages.alm_race.tables_tournament import (
    Cell,
    problem_of,
    problems,
    row_of,
    times,
    title,
    values,
)
from evidence.pages.alm_race.tournament_config import (
    ADAM,
    ADAM32,
    FAST,
    METHODS,
    SHARES,
    WINDOWS,
)
from evidence.rivals.predictors.of_series import RIDGE, ZERO
from evidence.statistics.profiles import tally
from evidence.statistics.summary import number

PREDICTORS = (ZERO, RIDGE)

AS_TOLD = {ADAM32: "", ADAM: " in float64", WINDOWS: " on windows"}
"""How a share of the budget is told, by the method that has it."""

ADAMS = tuple(AS_TOLD)


class Pair(NamedTuple):
    """Seconds to one target on the trials of one problem.

    Attributes:
        ours: of the accelerated ALM.
        theirs: of Adam with its best budget.
        budget: that one, for the reader.
        whole: of Adam with the tournament's budget, in what has the least median of the three.
        on: that one, for the reader.
    """

    ours: np.ndarray
    theirs: np.ndarray
    budget: str
    whole: np.ndarray
    on: str


def pairs(
    records: Sequence[Record], beside: Sequence[Record], share: float
) -> Iterator[tuple[Cell, Pair]]:
    """Yield the problems with what is compared there.

    Args:
        records: of the tournament, Adam on windows among the methods.
        beside: of Adam's schedules on the whole series and on windows.
        share: the target's.
    """
    groups = problems(records)
    for problem, rows in _schedules(beside).items():
        group = groups[problem]
        found = dict(zip(METHODS, times(group, share).T, strict=True))
        on = min(ADAMS, key=lambda method: rank(found[method]))
        seeds = [each.config["seed"] for each in group]
        budgets = {(on, Fraction(1)): found[on]} | _shorter(rows, seeds, share)
        best = min(budgets, key=lambda budget: rank(budgets[budget]))
        reached = np.isfinite(np.median(budgets[best]))
        shown = _told(best, list(budgets)) if reached else "–"
        yield problem, Pair(found[FAST], budgets[best], shown, found[on], AS_TOLD[on])


def _schedules(beside: Sequence[Record]) -> dict[Cell, list[dict]]:
    """Return the rows of Adam with shares of the budget, by problem."""
    found: dict[Cell, list[dict]] = {}
    for record in beside:
        rows = [row for row in record.rows if row["method"] in ADAMS and row["share"] < 1]
        found.setdefault(problem_of(record), []).extend(rows)
    return found


Budget = tuple[str, Fraction]
"""Adam's precision, as the method is called, and its share of the tournament's budget."""


def _told(budget: Budget, tried: Sequence[Budget]) -> str:
    method, share = budget
    if share == 1:
        return f"all of it{AS_TOLD[method]}"
    told = f"{share}{AS_TOLD[method]}"
    least = min(each for name, each in tried if name == method)
    return f"{told}, the shortest" if share == least else told


def _shorter(
    rows: Sequence[dict], seeds: Sequence[int], share: float
) -> Mapping[Budget, np.ndarray]:
    """Return the seconds of Adam with every share of the budget, on the trials."""
    found: dict[Budget, dict[int, float]] = {}
    for row in rows:
        seconds = row[f"to {share:g}"]
        of = found.setdefault((row["method"], Fraction(row["share"])), {})
        of[row["trial"]] = np.inf if seconds is None else seconds
    return {budget: np.array([of[seed] for seed in seeds]) for budget, of in found.items()}


def claims(records: Sequence[Record], beside: Sequence[Record]) -> list[Judged]:
    """Return the accelerated ALM against Adam with its best schedule."""
    found = dict(pairs(records, beside, SHARE))
    return judge(
        {
            "O-tour-shorter": signed_ranks(
                {p: (pair.ours, pair.theirs) for p, pair in found.items()},
                lambda p: f", {found[p].budget}",
                f"Median seconds to τ = {SHARE:g}, and Adam's share of the budget",
                " s",
                digits=3,
            )
        }
    )


def _seconds(values: np.ndarray, on: str = "") -> str:
    return middle(values, f" s{on}", 3)


def schedules_table(records: Sequence[Record], beside: Sequence[Record]) -> pd.DataFrame:
    """Return per problem and target the median seconds of both, and how often the ALM leads."""
    rows = {}
    found = {share: dict(pairs(records, beside, share)) for share in SHARES}
    for problem, share in product(found[SHARE], SHARES):
        pair = found[share][problem]
        rows[title(problem), f"{share:g}"] = {
            "accelerated ALM": _seconds(pair.ours),
            "Adam, whole budget": _seconds(pair.whole, pair.on),
            "best share": pair.budget,
            "Adam with it": _seconds(pair.theirs),
            "accelerated ALM sooner on": f"{_sooner(pair)} of {pair.ours.size}",
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["problem", "τ"])


def first_table(records: Sequence[Record], beside: Sequence[Record]) -> pd.DataFrame:
    """Return on how many trials of each problem the accelerated ALM is first, a row per series.

    In brackets stands on how many it is sooner than Adam with its best schedule.
    """
    groups, table = problems(records), {}
    for problem, pair in pairs(records, beside, SHARE):
        series, units = title(problem).split(", r = ")
        first = tally(times(groups[problem], SHARE)).first[METHODS.index(FAST)]
        table.setdefault(f"r = {units}", {})[series] = f"{first} ({_sooner(pair)})"
    found = pd.DataFrame(table).fillna("–").rename_axis("series")
    return found[sorted(found, key=lambda head: int(head.split()[-1]))]


def _sooner(pair: Pair) -> int:
    return int((pair.ours < pair.theirs).sum())


def windows_table(windows: Sequence[Record]) -> pd.DataFrame:
    """Return steps in a window and rate for each share of the budget, a column per problem.

    Args:
        windows: of Adam on windows.
    """
    table = {
        title(problem_of(record)): {
            str(Fraction(row["share"])): _choice(record, row) for row in record.rows
        }
        for record in windows
    }
    return pd.DataFrame(table).rename_axis("share")


def _choice(record: Record, row: dict) -> str:
    tried = ((row["length"], record.config["lengths"]), (row["value"], record.config["rates"]))
    an_end = any(chosen in (min(of), max(of)) for chosen, of in tried)
    return f"{row['length']}, {row['value']:g}{' (an end)' if an_end else ''}"


def predictors(beside: Sequence[Record]) -> pd.DataFrame:
    """Return the median test errors of what predicts without a network, a column per problem."""
    table = {}
    for record in _predicted(beside):
        errors = [number(_error(record, name), 3) for name in PREDICTORS]
        table[title(problem_of(record))] = errors
    return pd.DataFrame(table, index=PREDICTORS).rename_axis("method")


def _predicted(beside: Sequence[Record]) -> list[Record]:
    """Return the records in which there are predictors."""
    return [each for each in beside if any(row["method"] == RIDGE for row in each.rows)]


def _error(record: Record, method: str) -> float:
    return float(np.median([row["test"] for row in record.rows if row["method"] == method]))


def numbers(records: Sequence[Record], beside: Sequence[Record]) -> dict[str, float]:
    """Return what the page quotes; times belong to a machine."""
    found = {"shorter.sooner": 0.0, "shorter.trials": 0.0}
    counted = told_apart(claims(records, beside)[0].measured)
    found |= {f"shorter.{word}": count for word, count in counted.items()}
    for problem, pair in pairs(records, beside, SHARE):
        found[f"shorter.{key(problem)}"] = _sooner(pair)
        found["shorter.sooner"] += _sooner(pair)
        found["shorter.trials"] += pair.ours.size
    groups, found["sixteenth.lower"] = problems(records), 0
    for problem, ends in ends_of(beside).items():
        ours = np.median(values(groups[problem], FAST, "best"))
        found["sixteenth.lower"] += bool(sixteenth(ends) < ours)
    for problem in groups:
        for share, (end, ratio) in leads(records, beside, problem).items():
            found[f"end.{key(problem)}.{share.denominator}"] = end
            found[f"lead.{key(problem)}.{share.denominator}"] = ratio
    for record in _predicted(beside):
        found[f"test.{key(problem_of(record))}.{RIDGE}"] = _error(record, RIDGE)
    return found


def leads(
    records: Sequence[Record], beside: Sequence[Record], problem: Cell
) -> dict[Fraction, tuple[float, float]]:
    """Return R at Adam's end, and how many times as long as the ALM Adam takes to it.

    For each share of the budget that is Adam with the least median R, in one of the precisions or
    on windows; the numbers are medians over the trials, 0 where the ALM mostly comes less low.
    Adam's time is its whole run, for its rate falls until the end.

    Args:
        records: of the tournament, Adam on windows among the methods.
        beside: of Adam's schedules on the whole series and on windows.
        problem: one of them.
    """
    group = {record.config["seed"]: record for record in problems(records)[problem]}
    runs: dict[Budget, dict[int, dict]] = {}
    for seed, record in group.items():
        for method in ADAMS:
            runs.setdefault((method, Fraction(1)), {})[seed] = row_of(record, method)
    for row in _schedules(beside)[problem]:
        runs.setdefault((row["method"], Fraction(row["share"])), {})[row["trial"]] = row
    found: dict[Fraction, list[tuple[float, float]]] = {}
    for (_, share), rows in runs.items():
        ran = {seed: row for seed, row in rows.items() if row["best"] is not None}
        theirs = np.array([row["seconds"] for row in ran.values()])
        ours = [until(group[k], METHODS.index(FAST), row["best"]) for k, row in ran.items()]
        if ran:
            # The ALM's start can be as low as Adam's end: it takes no time then.
            with np.errstate(divide="ignore"):
                ratio = float(np.median(theirs / np.array(ours)))
            end = float(np.median([row["best"] for row in ran.values()]))
            found.setdefault(share, []).append((end, ratio))
    return {share: min(several) for share, several in found.items()}


def ends_of(beside: Sequence[Record]) -> dict[Cell, dict[Budget, float]]:
    """Return the lowest R of Adam with every share of the budget, medians over the trials."""
    found: dict[Cell, dict[Budget, list[float]]] = {}
    for problem, rows in _schedules(beside).items():
        of = found.setdefault(problem, {})
        for row in rows:
            end = np.inf if row["best"] is None else row["best"]
            of.setdefault((row["method"], Fraction(row["share"])), []).append(end)
    return {
        problem: {budget: float(np.median(ends)) for budget, ends in of.items()}
        for problem, of in found.items()
    }


def sixteenth(ends: Mapping[Budget, float]) -> float:
    """Return the lowest R with a sixteenth of the budget, of `ends_of` a problem."""
    return min(
        (end for (_, share), end in ends.items() if share == Fraction(1, 16)), default=np.inf
    )


def ends_table(records: Sequence[Record], beside: Sequence[Record]) -> pd.DataFrame:
    """Return the lowest R of both, a column per problem, medians over the trials."""
    groups, table = problems(records), {}
    for problem, ends in ends_of(beside).items():
        own = {each: values(groups[problem], each, "best") for each in (FAST, *ADAMS)}
        told = {each: float(np.median(found)) for each, found in own.items()}
        told |= {f"{method}, {share}": end for (method, share), end in ends.items()}
        table[title(problem)] = {
            name: number(end, 4) for name, end in told.items() if np.isfinite(end)
        }
    return pd.DataFrame(table).fillna("–").rename_axis("method")
