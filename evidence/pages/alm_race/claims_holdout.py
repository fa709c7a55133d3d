"""Early stopping: what a lower R is worth on the test part, and whether the network is any good.

Decided before the runs: the errors on the test part are compared trial by trial with exact
signed-rank tests, early stopping against no stopping, ridge and zero, Holm over the three. That a
low R says little *holds* when R is lower without stopping in every trial and stopping early is
nevertheless better; it holds *in part* when one of these is so and stopping early is not worse.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.records import Record
from evidence.kit.timing import spread
from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.alm_race.runs_holdout import FULL, RIVALS, STOPPED, column
from evidence.rivals.predictors.of_series import RIDGE, ZERO
from evidence.statistics import Comparison, Outcome, compare
from evidence.statistics.comparison import can_decide
from evidence.statistics.summary import number

SIMPLE = (RIDGE, ZERO)
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


def claims(records: Sequence[Record]) -> list[Claim]:
    """Judge what a lower R is worth, and the networks beside what costs no training."""
    found = comparisons(records)
    lower, ended = _lower(records), found[FULL].outcome
    better = [found[rival].outcome is Outcome.BETTER for rival in SIMPLE]
    return [
        Claim(
            "Asked here: does a low R say little about the test part, so that the accelerated ALM "
            "predicts better when a holdout stops it early?",
            "no holdout",
            f"median R {_middle(records, STOPPED, 'rollout_objective')} with early stopping, "
            f"{_middle(records, FULL, 'rollout_objective')} without; median test error "
            f"{_middle(records, STOPPED)} and {_middle(records, FULL)}",
            _judged(records, _says_little(ended, lower == len(records))),
            f"Stopping early is {_words(found[FULL])}. R is lower without stopping in {lower} of "
            f"{len(records)} trials.",
        ),
        Claim(
            "Asked here: do the networks that stopped early predict better than ridge regression "
            "with a lag and than zero?",
            "no such comparison",
            f"median test error {_middle(records, STOPPED)}; "
            + ", ".join(f"{rival} {_middle(records, rival)}" for rival in SIMPLE),
            _judged(records, decide(*better)),
            "Against " + "; against ".join(f"{r}: {_words(found[r])}" for r in SIMPLE) + ".",
        ),
    ]


def _says_little(ended: Outcome, lower: bool) -> Verdict:
    if ended is Outcome.WORSE:
        return Verdict.FAILS
    return decide(ended is Outcome.BETTER, lower)


def _judged(records: Sequence[Record], verdict: Verdict) -> Verdict:
    return verdict if can_decide(len(records), len(RIVALS)) else Verdict.UNTESTABLE


def _words(found: Comparison) -> str:
    return f"{found.outcome.value}, p = {found.p:.2g} after Holm"


def _lower(records: Sequence[Record]) -> int:
    """Return in how many trials R is lower without stopping."""
    name = "rollout_objective"
    return int(np.sum(values(records, FULL, name) < values(records, STOPPED, name)))


def _middle(records: Sequence[Record], method: str, name: str = "test") -> str:
    return number(float(np.median(values(records, method, name))), 3)


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
