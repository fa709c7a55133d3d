"""Early stopping: what a lower R is worth on the test part, and whether the network is any good.

Decided before the runs: the errors on the test part are compared trial by trial with exact
signed-rank tests, early stopping against no stopping, ridge and zero, Holm over the three.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons
from evidence.kit.timing import spread
from evidence.pages.alm_race.runs_holdout import FULL, RIVALS, STOPPED, column
from evidence.rivals.predictors.of_series import RIDGE, ZERO
from evidence.statistics import Comparison, compare
from evidence.statistics.summary import number

TRAINED = {
    "train": ("training error", "{:.1f}"),
    "rollout_objective": ("R", "{:.1f}"),
    "iteration": ("outer iteration", "{:.0f}"),
    "sweeps": ("sweeps until then", "{:.0f}"),
}


def values(records: Sequence[Record], method: str, name: str = "test") -> np.ndarray:
    """Return one value per trial, infinite where a network exploded."""
    return np.array([np.inf if v is None else v for v in column(records, method, name)])


def comparisons(records: Sequence[Record]) -> dict[str, Comparison]:
    """Return early stopping against each rival on the test part, one family after Holm."""
    ours = values(records, STOPPED)
    return compare({rival: (ours, values(records, rival)) for rival in RIVALS})


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return what a lower R is worth, and the networks beside what costs no training."""
    found = comparisons(records)
    middles = ", ".join(f"{m} {_middle(records, m)}" for m in (STOPPED, *RIVALS))
    return judge(
        {
            "O-holdout": Comparisons(
                {FULL: Case(found[FULL].outcome)},
                detail=f"Median test errors: {middles}; R is lower without stopping in "
                f"{_lower(records)} of {len(records)} trials",
            ),
            **{
                name: Comparisons(
                    {rival: Case(found[rival].outcome)},
                    detail=f"Signed-rank test, Holm over three; p {found[rival].p:.2g}",
                )
                for name, rival in (("O-holdout-zero", ZERO), ("O-holdout-ridge", RIDGE))
            },
        }
    )


def _lower(records: Sequence[Record]) -> int:
    """Return in how many trials R is lower without stopping."""
    name = "rollout_objective"
    return int(np.sum(values(records, FULL, name) < values(records, STOPPED, name)))


def _middle(records: Sequence[Record], method: str) -> str:
    return number(float(np.median(values(records, method))), 3)


def table(records: Sequence[Record]) -> pd.DataFrame:
    """Return medians and quartiles over the trials, a column per method."""
    found, columns = comparisons(records), {}
    for method in (STOPPED, *RIVALS):
        test = spread(values(records, method), "{:.1f}")
        column = {"test error": test, "early stopping is": "–", "p after Holm": "–"}
        if method in found:
            column["early stopping is"] = found[method].outcome.value
            column["p after Holm"] = f"{found[method].p:.2g}"
        for name, (title, form) in TRAINED.items():
            trained = method in (STOPPED, FULL)
            column[title] = spread(values(records, method, name), form) if trained else "–"
        columns[method] = column
    return pd.DataFrame(columns)


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return the medians that the page's text quotes and its check compares."""
    quoted = {
        "stopped": (STOPPED, "test"),
        "full": (FULL, "test"),
        "ridge": (RIDGE, "test"),
        "zero": (ZERO, "test"),
        "iteration": (STOPPED, "iteration"),
        "sweeps": (STOPPED, "sweeps"),
        "R_stopped": (STOPPED, "rollout_objective"),
        "R_full": (FULL, "rollout_objective"),
    }
    return {f"holdout.{key}": float(np.median(values(records, *of))) for key, of in quoted.items()}
