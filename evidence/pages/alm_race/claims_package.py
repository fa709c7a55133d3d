"""The ALM beside what needs no compiler either, and with `gap` beside the best of the field.

The questions were decided before these runs, when the tournament's were known, but for those that
compare `gap` with (3.8), decided when the first of these were. A problem is a case.
Adam in NumPy has the share of the budget with which it is best in the median: soonest at the target
where time is compared, lowest where depth is, with the least error on the holdout where the error
on the test part is. That favours it, for it is found on the trials that are compared.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.pages.alm_race.claims_time import cell
from evidence.pages.alm_race.claims_tournament import (
    SHARE,
    best_rival,
    ends_by,
    key,
    rank,
    signed_ranks,
    times_by,
    told_apart,
)
from evidence.pages.alm_race.runs_tournament_package import GAP, NUMPY
from evidence.pages.alm_race.tables_tournament import Cell, problem_of, problems, title, values
from evidence.pages.alm_race.tournament_config import FAST

TIME = f"to {SHARE:g}"


class Beside(NamedTuple):
    """One number on the trials of a problem.

    Attributes:
        ours: of the accelerated ALM.
        gap: of the one with `gap`.
        numpy: of Adam in NumPy with its best share of the budget.
        share: that one.
    """

    ours: np.ndarray
    gap: np.ndarray
    numpy: np.ndarray
    share: Fraction


def beside(
    records: Sequence[Record], package: Sequence[Record], name: str, by: str | None = None
) -> dict[Cell, Beside]:
    """Return a number of the three by problem, infinite where there is none.

    Args:
        records: of the tournament.
        package: of what needs no compiler.
        name: of the column.
        by: the column whose least median chooses Adam's share; `name` unless given.
    """
    rows = {problem_of(record): record.rows for record in package}
    found = {}
    for problem, group in problems(records).items():
        seeds = [record.config["seed"] for record in group]
        shares = {Fraction(row["share"]) for row in rows[problem] if row["method"] == NUMPY}

        def column(method, share, name, rows=rows[problem], seeds=seeds):
            own = {
                row["trial"]: row[name]
                for row in rows
                if (row["method"], row["share"]) == (method, share)
            }
            return np.array([np.inf if own[seed] is None else own[seed] for seed in seeds])

        best = min(sorted(shares), key=lambda s: rank(column(NUMPY, s, by or name)))
        ours = values(group, FAST, name)
        found[problem] = Beside(ours, column(GAP, 1, name), column(NUMPY, best, name), best)
    return found


def claims(records: Sequence[Record], package: Sequence[Record]) -> list[Judged]:
    """Return the accelerated ALM against Adam in NumPy, and `gap` against the field and (3.8)."""
    seconds = beside(records, package, TIME)
    ends, errors = (beside(records, package, *of) for of in (("best",), ("test", "holdout")))
    rivals = {p: _rival(group) for p, group in problems(records).items()}
    gap = {p: (each.gap, rivals[p][1]) for p, each in seconds.items()}
    return judge(
        {
            "O-tour-numpy": signed_ranks(
                {p: (each.ours, each.numpy) for p, each in seconds.items()},
                lambda p: _of_budget(seconds[p].share),
                "Median seconds",
                digits=3,
            ),
            "O-tour-numpy-test": signed_ranks(
                {p: (each.ours, each.numpy) for p, each in errors.items()},
                lambda p: _of_budget(errors[p].share),
                "Median test errors",
                digits=3,
            ),
            "O-tour-gap": signed_ranks(
                gap, lambda p: f" of {rivals[p][0]}", "Median seconds", digits=3
            ),
            "O-tour-gap-rule": signed_ranks(
                {p: (each.gap, each.ours) for p, each in seconds.items()},
                lambda _: "",
                "Median seconds, with gap and with (3.8)",
                digits=3,
            ),
            "O-tour-gap-lower": signed_ranks(
                {p: (each.gap, each.ours) for p, each in ends.items()},
                lambda _: "",
                "Median lowest R, with gap and with (3.8)",
                digits=3,
            ),
        }
    )


def package_table(
    records: Sequence[Record],
    package: Sequence[Record],
    name: str = TIME,
    by: str | None = None,
    digits: int = 2,
) -> pd.DataFrame:
    """Return medians and quartiles of a number of the three, a row per problem; see `beside`."""
    rows = {
        title(problem): {
            method: cell(each, digits=digits)
            for method, each in zip((FAST, GAP, NUMPY), found, strict=False)
        }
        | {"its budget": str(found.share) if np.isfinite(np.median(found.numpy)) else "–"}
        for problem, found in beside(records, package, name, by).items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("problem")


def numbers(records: Sequence[Record], package: Sequence[Record]) -> dict[str, float]:
    """Return what the page quotes; times belong to a machine."""
    found: dict[str, float] = {}
    for claim in claims(records, package):
        name = claim.id.removeprefix("O-tour-")
        found |= {f"{name}.{word}": n for word, n in told_apart(claim.measured).items()}
    ends = beside(records, package, "best")
    groups = problems(records)
    found["gap-lowest"] = sum(
        bool(np.median(each.gap) < min(map(np.median, ends_by(groups[problem]).values())))
        for problem, each in ends.items()
    )
    for problem, each in ends.items():
        found[f"lowest.{key(problem)}.{GAP}"] = float(np.median(each.gap))
    return found


def _rival(group: Sequence[Record]) -> tuple[str, np.ndarray]:
    found = times_by(group)
    name = best_rival(found)
    return name, found[name]


def _of_budget(share: Fraction) -> str:
    return " with the whole budget" if share == 1 else f" with {share} of the budget"
