"""The accelerated ALM beside Adam with the best of several lengths of its schedule.

The question was decided before these runs, when the tournament's were known; two shorter lengths
were added when the shortest of four had been the best. A problem is a case. Its rival is Adam with
the budget and the precision that bring it to the target first in the median: the tournament's own
budget or a share of it. That favours Adam, for it is found on the trials that are compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons
from evidence.pages.alm_race.claims_tournament import SHARE, key
from evidence.pages.alm_race.tables_tournament import (
    Cell,
    problem_of,
    problems,
    times,
    title,
    values,
)
from evidence.pages.alm_race.tournament_config import ADAM, ADAM32, FAST, METHODS, SHARES
from evidence.rivals.predictors.of_series import RIDGE, ZERO
from evidence.statistics import compare
from evidence.statistics.summary import number

PREDICTORS = (ZERO, RIDGE)


class Pair(NamedTuple):
    """Seconds to one target on the trials of one problem.

    Attributes:
        ours: of the accelerated ALM.
        theirs: of Adam with its best budget.
        budget: that one, for the reader.
        whole: of Adam with the tournament's budget, in the precision with the lesser median.
    """

    ours: np.ndarray
    theirs: np.ndarray
    budget: str
    whole: np.ndarray


def pairs(
    records: Sequence[Record], beside: Sequence[Record], share: float
) -> Iterator[tuple[Cell, Pair]]:
    """Yield the problems of which shorter schedules are recorded, with what is compared there."""
    groups = problems(records)
    for record in beside:
        problem = problem_of(record)
        group = groups[problem]
        found = dict(zip(METHODS, times(group, share).T, strict=True))
        whole = min(found[ADAM], found[ADAM32], key=np.median)
        seeds = [each.config["seed"] for each in group]
        budgets = {(ADAM32, Fraction(1)): whole} | _shorter(record, seeds, share)
        best = min(budgets, key=lambda budget: np.median(budgets[budget]))
        reached = np.isfinite(np.median(budgets[best]))
        shown = _told(best, list(budgets)) if reached else "–"
        yield problem, Pair(found[FAST], budgets[best], shown, whole)


Budget = tuple[str, Fraction]
"""Adam's precision, as the method is called, and its share of the tournament's budget."""


def _told(budget: Budget, tried: Sequence[Budget]) -> str:
    method, share = budget
    if share == 1:
        return "all of it"
    told = str(share) if method == ADAM32 else f"{share} in float64"
    return f"{told}, the shortest" if share == min(tried, key=itemgetter(1))[1] else told


def _shorter(record: Record, seeds: Sequence[int], share: float) -> Mapping[Budget, np.ndarray]:
    """Return the seconds of Adam with every share of the budget, on the trials."""
    found: dict[Budget, dict[int, float]] = {}
    for row in _adam(record):
        seconds = row[f"to {share:g}"]
        of = found.setdefault((row["method"], Fraction(row["share"])), {})
        of[row["trial"]] = np.inf if seconds is None else seconds
    return {budget: np.array([of[seed] for seed in seeds]) for budget, of in found.items()}


def _adam(record: Record) -> list[dict]:
    return [row for row in record.rows if row["method"] in (ADAM32, ADAM)]


def claims(records: Sequence[Record], beside: Sequence[Record]) -> list[Judged]:
    """Return the accelerated ALM against Adam with its best schedule."""
    found = dict(pairs(records, beside, SHARE))
    told = "; ".join(
        f"{title(p)}: {_seconds(pair.ours)} against {_seconds(pair.theirs)}, {pair.budget}"
        for p, pair in found.items()
    )
    compared = compare({p: (pair.ours, pair.theirs) for p, pair in found.items()})
    return judge(
        {
            "O-tour-shorter": Comparisons(
                {title(p): Case(each.outcome) for p, each in compared.items()},
                detail=f"Median seconds to τ = {SHARE:g}, and Adam's share of the budget: {told}; "
                "signed-rank tests on the trials, Holm over the problems",
            )
        }
    )


def _seconds(values: np.ndarray) -> str:
    middle = float(np.median(values))
    return f"{number(middle, 3)} s" if np.isfinite(middle) else "never"


def schedules_table(records: Sequence[Record], beside: Sequence[Record]) -> pd.DataFrame:
    """Return per problem and target the median seconds of both, and how often the ALM leads."""
    rows = {}
    for record, share in product(beside, SHARES):
        for problem, pair in pairs(records, [record], share):
            rows[title(problem), f"{share:g}"] = {
                "accelerated ALM": _seconds(pair.ours),
                "Adam, whole budget": _seconds(pair.whole),
                "best share": pair.budget,
                "Adam with it": _seconds(pair.theirs),
                "ALM sooner on": f"{_sooner(pair)} of {pair.ours.size}",
            }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["problem", "τ"])


def _sooner(pair: Pair) -> int:
    return int((pair.ours < pair.theirs).sum())


def predictors(beside: Sequence[Record]) -> pd.DataFrame:
    """Return the median test errors of what predicts without a network, a column per problem."""
    table = {}
    for record in beside:
        problem = problem_of(record)
        table[title(problem)] = [number(_error(record, name), 3) for name in PREDICTORS]
    return pd.DataFrame(table, index=PREDICTORS).rename_axis("method")


def _error(record: Record, method: str) -> float:
    return float(np.median([row["test"] for row in record.rows if row["method"] == method]))


def numbers(records: Sequence[Record], beside: Sequence[Record]) -> dict[str, float]:
    """Return what the page quotes; times belong to a machine."""
    found = {"shorter.sooner": 0.0, "shorter.trials": 0.0}
    for problem, pair in pairs(records, beside, SHARE):
        found[f"shorter.{key(problem)}"] = _sooner(pair)
        found["shorter.sooner"] += _sooner(pair)
        found["shorter.trials"] += pair.ours.size
    found["sixteenth.lower"] = 0
    for record in beside:
        name = key(problem_of(record))
        ours = np.median(values(problems(records)[problem_of(record)], FAST, "best"))
        found["sixteenth.lower"] += bool(sixteenth(record) < ours)
        found[f"test.{name}.{RIDGE}"] = _error(record, RIDGE)
    return found


def ends_of(record: Record) -> dict[Budget, float]:
    """Return the lowest R of Adam with every share of the budget, medians over the trials."""
    found: dict[Budget, list[float]] = {}
    for row in _adam(record):
        found.setdefault((row["method"], Fraction(row["share"])), []).append(row["best"])
    return {budget: float(np.median(ends)) for budget, ends in found.items()}


def sixteenth(record: Record) -> float:
    """Return the lowest R with a sixteenth of the budget, in the precision that ends lower."""
    ends = ends_of(record).items()
    return min((end for (_, share), end in ends if share == Fraction(1, 16)), default=np.inf)


def ends_table(records: Sequence[Record], beside: Sequence[Record]) -> pd.DataFrame:
    """Return the lowest R of both, a column per problem, medians over the trials."""
    table = {}
    for record in beside:
        group = problems(records)[problem_of(record)]
        whole = [float(np.median(values(group, m, "best"))) for m in (FAST, ADAM, ADAM32)]
        told = dict(zip((FAST, ADAM, ADAM32), whole, strict=True))
        told |= {f"{method}, {share}": end for (method, share), end in ends_of(record).items()}
        table[title(problem_of(record))] = {name: number(end, 4) for name, end in told.items()}
    return pd.DataFrame(table).fillna("–").rename_axis("method")
