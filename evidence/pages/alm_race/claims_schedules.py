"""The accelerated ALM beside Adam with the length of its schedule that suits Adam best.

The question was decided before these runs, when the tournament's were known. A problem is a case.
Its rival is Adam with the budget that brings it to the target first in the median: the tournament's
own, in either precision, or one of its shares. That favours Adam, for it is found on the trials
that are compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons
from evidence.pages.alm_race.claims_accelerated import until
from evidence.pages.alm_race.claims_tournament import SHARE, key
from evidence.pages.alm_race.tables_tournament import Cell, problems, times, title
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
        problem = cell(record)
        group = groups[problem]
        found = dict(zip(METHODS, times(group, share).T, strict=True))
        whole = min(found[ADAM], found[ADAM32], key=np.median)
        budgets = {"all of it": whole} | _shorter(record, group, share)
        budget = min(budgets, key=lambda name: np.median(budgets[name]))
        yield problem, Pair(found[FAST], budgets[budget], budget, whole)


def cell(record: Record) -> Cell:
    """Return the problem of a record."""
    return tuple(record.config[name] for name in ("dataset", "steps", "hidden_size"))


def _shorter(record: Record, group: Sequence[Record], share: float) -> Mapping[str, np.ndarray]:
    """Return the seconds of Adam with every share of the budget, on the trials of the group."""
    targets = {each.config["seed"]: _target(each, share) for each in group}
    found: dict[str, dict[int, float]] = {}
    for k, row in enumerate(record.rows):
        if row["method"] == ADAM32 and row["trial"] in targets:
            of = found.setdefault(str(Fraction(row["share"])), {})
            of[row["trial"]] = until(record, k, targets[row["trial"]])
    return {name: np.array([of[seed] for seed in targets]) for name, of in found.items()}


def _target(record: Record, share: float) -> float:
    """Return R at a target of the tournament's trial."""
    least = min(row["best"] for row in record.rows if row["best"] is not None)
    return least + share * (record.rows[0]["start"] - least)


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
        problem = cell(record)
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
    for record in beside:
        problem = cell(record)
        least = min(record.config["shares"])
        ends = [row["best"] for row in record.rows if row["share"] == least]
        if ends:
            found[f"shortest.{key(problem)}"] = float(np.median(ends))
            found[f"shortest.{key(problem)}.seconds"] = least * record.config["seconds"]
        for name in PREDICTORS:
            found[f"test.{key(problem)}.{name}"] = _error(record, name)
    return found
