"""Paper B, efficiency: how long four methods take to a given value of the same objective.

Decided before the runs: a run that never reaches a target takes infinitely long; a target counts
when all runs of the ALM reach it within the limit; times are compared trial by trial with exact
signed-rank tests, Holm over all such targets and methods.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from IPython.display import Markdown

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons
from evidence.pages.alm_race.harness import chosen, compared, tuning
from evidence.pages.alm_race.runs_time import ADAM, ALM, GD, LBFGS, METHODS, TARGETS
from evidence.statistics import compare
from evidence.statistics.summary import number

RIVALS = (GD, ADAM, LBFGS)


def times(records: Sequence[Record], method: str, target: float) -> np.ndarray:
    """Return the CPU seconds of each trial to a value of R, infinite where it is not reached."""
    found = _column(compared(records), method, f"to {target:g}")
    return np.array([np.inf if value is None else value for value in found])


def lowest(records: Sequence[Record], method: str) -> np.ndarray:
    """Return the smallest R of each trial, infinite where there is none."""
    found = _column(compared(records), method, "best")
    return np.array([np.inf if value is None else value for value in found])


def _column(records: Sequence[Record], method: str, name: str) -> list:
    return [row[name] for r in records for row in r.rows if row["method"] == method]


def reached(records: Sequence[Record]) -> list[float]:
    """Return the targets that every run of the ALM reaches."""
    return [t for t in TARGETS if np.isfinite(times(records, ALM, t)).all()]


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return the ALM against every other method, in time and in depth."""
    targets = reached(records)
    pairs = {
        (rival, t): (times(records, ALM, t), times(records, rival, t))
        for rival in RIVALS
        for t in targets
    }
    depth = compare({r: (lowest(records, ALM), lowest(records, r)) for r in RIVALS})
    where = f"{len(compared(records))} trials, signed-rank tests, Holm over all"
    return judge(
        {
            "O-time-first": Comparisons(
                {key: Case(found.outcome) for key, found in compare(pairs).items()}
                if pairs
                else {},
                detail=f"GD, Adam and L-BFGS at {len(targets)} values of R; {where}",
            ),
            "O-time-lower": Comparisons(
                {rival: Case(found.outcome) for rival, found in depth.items()},
                detail="Median lowest R: "
                + ", ".join(f"{m} {_level(records, m)}" for m in METHODS)
                + f"; {where}",
            ),
        }
    )


def _level(records: Sequence[Record], method: str) -> str:
    return number(float(np.median(lowest(records, method))), 4)


def times_table(
    records: Sequence[Record],
    methods: Sequence[str] = METHODS,
    targets: Sequence[float] = TARGETS,
) -> pd.DataFrame:
    """Return median and quartiles of the CPU seconds, a row per target and a column per method."""
    return pd.DataFrame(
        {method: [cell(times(records, method, t)) for t in targets] for method in methods},
        index=[f"R ≤ {t:g}" for t in targets],
    )


def ratios_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return how many times longer the ALM takes than each rival: median and quartiles."""
    table = {}
    for rival in RIVALS:
        column = []
        for t in TARGETS:
            own, other = times(records, ALM, t), times(records, rival, t)
            both = np.isfinite(own) & np.isfinite(other)
            column.append(cell(own[both] / other[both], of=len(own)))
        table[f"ALM / {rival}"] = column
    return pd.DataFrame(table, index=[f"R ≤ {t:g}" for t in TARGETS])


def cell(values: np.ndarray, of: int | None = None, digits: int = 2) -> str:
    """Return median and quartiles of the finite values, and how many they are where some are not.

    Args:
        values: one a trial.
        of: number of trials, where the values are a selection already.
        digits: of each number.
    """
    known, trials = values[np.isfinite(values)], of or values.size
    if not known.size:
        return "–" if of else "not within its limit"
    low, middle, high = (number(q, digits) for q in np.quantile(known, (0.25, 0.5, 0.75)))
    share = "" if known.size == trials else f" ({known.size})"
    return f"{middle} [{low}, {high}]{share}"


def tuning_table(records: Sequence[Record]) -> pd.DataFrame | Markdown:
    """Return R at the end of the tuning trial for every rate, and which rate is chosen."""
    tuned = tuning(records)
    if not tuned:
        return Markdown("*This profile leaves the choice out.*")
    rows = [
        {
            "method": row["method"],
            "rate": f"{row['rate']:g}",
            "R": "diverged" if row["last"] is None else number(row["last"], 5),
            "": _mark(tuned[0], row),
        }
        for row in tuned[0].rows
        if row["rate"] is not None
    ]
    return pd.DataFrame(rows).set_index("method")


def _mark(tuning: Record, row: dict) -> str:
    """Return whether a row of the tuning trial has the chosen rate, and where in its grid."""
    rates = [r["rate"] for r in tuning.rows if r["method"] == row["method"]]
    if row["rate"] != chosen(tuning, row["method"], "rate"):
        return ""
    return "chosen, end of the grid" if row["rate"] in (min(rates), max(rates)) else "chosen"


SETTINGS = (
    "dataset",
    "initialisation",
    "seconds",
    "descent_rates",
    "adam_rates",
    "adam_epochs",
    "descent_epochs",
    "clip",
    "outer_iterations",
    "inner_iterations",
    "iterations",
)


def settings(records: Sequence[Record]) -> pd.DataFrame:
    """Return the settings of the compared trials and of the tuning trial side by side."""
    parts = {"compared": compared(records), "choice of the rates": tuning(records)}
    return pd.DataFrame(
        {
            name: {field.replace("_", " "): _setting(part[0].config[field]) for field in SETTINGS}
            for name, part in parts.items()
            if part
        }
    )


def _setting(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_setting, value))
    return value if isinstance(value, str) else f"{value:,g}"


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return what the prose quotes and the check compares: no times, which belong to a machine."""
    return {f"lowest.{m}": float(np.median(lowest(records, m))) for m in METHODS} | {
        "trials": float(len(compared(records)))
    }
