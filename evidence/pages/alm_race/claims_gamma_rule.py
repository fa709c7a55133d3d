"""The rule for gamma: which one the tuning problems prefer, and what it is worth on others.

Decided before the runs: a case is a problem and a level, as in the race, and is won when the
accelerated ALM is the first in every trial.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons
from evidence.kit.timing import spread
from evidence.pages.alm_race.claims_accelerated import LEVELS, first_of, until
from evidence.pages.alm_race.claims_time import cell
from evidence.pages.alm_race.harness import compared
from evidence.pages.alm_race.runs_accelerated import ADAM, FAST, LBFGS
from evidence.pages.alm_race.runs_gamma_rule import PRINTED, chosen, excess, title
from evidence.statistics import Outcome
from evidence.statistics.summary import number

RULES = {"(3.8)": True, "gap": False}
"""The compared rules by their names in tables; whether it is the printed one."""

VALUES = (11.5, 11.0, 10.8, 10.0)
"""Values of R on the race's trials whose first crossing is compared."""


def own(record: Record, printed: bool) -> int:
    """Return the row of the rule printed in the paper, or of the other one."""
    return next(
        k
        for k, row in enumerate(record.rows)
        if row["method"] == FAST and (row["rule"] == PRINTED.title) == printed
    )


def advantage(record: Record, share: float, printed: bool) -> float:
    """Return the first rival's seconds to a level over those of the ALM, 0 if it never gets there.

    The level is `share` times the lowest R of the better rival.
    """
    rivals = [k for k, row in enumerate(record.rows) if row["method"] in (ADAM, LBFGS)]
    level = share * min(record.rows[k]["best"] for k in rivals)
    return min(until(record, k, level) for k in rivals) / until(record, own(record, printed), level)


def cases(records: Sequence[Record], printed: bool) -> dict[tuple[str, float], Case]:
    """Return by problem and level whether the ALM is the first in every trial."""
    found: dict[tuple[str, float], list[float]] = {}
    for record in _with_rivals(records):
        for share in LEVELS:
            ahead = found.setdefault((title(record), share), [])
            ahead.append(advantage(record, share, printed))
    return {key: Case(first_of(np.array(ahead))) for key, ahead in found.items()}


def _with_rivals(records: Sequence[Record]) -> list[Record]:
    return [r for r in compared(records) if any(row["method"] == ADAM for row in r.rows)]


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return the chosen rule on the problems where the race was lost."""
    now, before = (cases(records, printed) for printed in (False, True))
    won = sum(case.outcome is Outcome.BETTER for case in before.values())
    detail = f"Problems at 1.2 and 1.05 times the lowest R of Adam and L-BFGS; with (3.8) {won} won"
    return judge({"O-gamma-rule": Comparisons(now, detail) if now else None})


def tuning_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return how far each rule ends above the best, in per cent, by tuning problem."""
    table = excess(records)
    best = chosen(records)
    rows = {
        rule.replace(", first γ for ", ", "): {
            _short(name): f"{100 * np.expm1(value):.1f}" for name, value in means.items()
        }
        | {"": "chosen" if rule == best else ""}
        for rule, means in table.items()
    }
    return pd.DataFrame(rows).T.rename_axis("rule, factor, first γ for")


def lost_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return trial by trial the lowest R with both rules and the advantages over the rivals."""
    rows = {}
    for record in _with_rivals(records):
        row = {
            f"R, {name}": number(record.rows[own(record, printed)]["best"], 4)
            for name, printed in RULES.items()
        }
        for method in (ADAM, LBFGS):
            [best] = [r["best"] for r in record.rows if r["method"] == method]
            row[f"R, {method}"] = number(best, 4)
        for share in LEVELS:
            for name, printed in RULES.items():
                row[f"ahead to {share:g}, {name}"] = _ratio(advantage(record, share, printed))
        rows[f"{_short(title(record))}, #{record.config['seed']}"] = row
    return pd.DataFrame(rows)


def race_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return for the other trials the lowest R with both rules, and the seconds to some values."""
    rivals = _with_rivals(records)
    others = [record for record in compared(records) if record not in rivals]
    if not others:
        return pd.DataFrame()
    ends = {
        name: np.array([record.rows[own(record, printed)]["best"] for record in others])
        for name, printed in RULES.items()
    }
    columns = {}
    for name, printed in RULES.items():
        column = {"trials": f"{len(others)}", "lowest R": spread(ends[name])}
        rival = next(end for other, end in ends.items() if other != name)
        column["lower than with the other"] = f"{np.count_nonzero(ends[name] < rival)}"
        for value in VALUES:
            times = [until(record, own(record, printed), value) for record in others]
            column[f"CPU seconds to {value:g}"] = cell(np.array(times))
        columns[name] = column
    return pd.DataFrame(columns)


def _short(problem: str) -> str:
    """Return a problem's name without the size of its network, which tells none apart here."""
    return problem.partition(", r =")[0]


def _ratio(value: float) -> str:
    return "–" if value == 0.0 else number(value, 2)


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return what the check compares: no times, which belong to a machine."""
    return {
        f"rule.{name}": float(np.median([r.rows[own(r, printed)]["best"] for r in group]))
        for name, printed in {"printed": True, "gap": False}.items()
        if (group := compared(records))
    }
