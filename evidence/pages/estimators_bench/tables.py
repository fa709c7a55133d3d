"""The bench's page: errors of all models on each judged series, and what they amount to."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.records import Record
from evidence.pages.estimators_bench.predictors import ALM, GRU, MLP, RIDGE

OURS = (ALM, GRU)
MOST = 1.05
"""The largest ratio to the better of ridge and MLP that is wanted on each series."""


def errors(records: Sequence[Record]) -> pd.DataFrame:
    """Return the scaled error of each series, a row, and model; a mean over its seeds."""
    return _means(records, "error")


def seconds(records: Sequence[Record]) -> pd.Series:
    """Return the median over the series of the CPU seconds of a fit, by model."""
    return _means(records, "seconds").median()


def _means(records: Sequence[Record], column: str) -> pd.DataFrame:
    rows = [{"series": r.config["series"], **row} for r in records for row in r.rows]
    frame = pd.DataFrame(rows)
    order = list(dict.fromkeys(frame["model"]))
    return frame.pivot_table(index="series", columns="model", values=column)[order]


def verdicts(found: pd.DataFrame) -> pd.DataFrame:
    """Return what was wanted of each of our estimators, and what came of it."""
    best = found[[RIDGE, MLP]].min(axis=1)
    rows = {}
    for name in OURS:
        ratio, behind = found[name] / found[RIDGE], found[name] / best
        rows[name] = {
            "median ratio to ridge": ratio.median(),
            "series at most 5 % above the better of ridge and MLP": (behind <= MOST).sum(),
            "largest ratio to it": behind.max(),
            "below ridge on": (ratio < 1 - 1e-9).sum(),
        }
    return pd.DataFrame(rows).T


def key_numbers(found: pd.DataFrame) -> dict[str, float]:
    """Return the numbers that the page's text quotes."""
    best, numbers = found[[RIDGE, MLP]].min(axis=1), {"series": len(found)}
    for key, name in (("alm", ALM), ("gru", GRU)):
        ratio, behind = found[name] / found[RIDGE], found[name] / best
        numbers |= {
            f"{key}.median": float(ratio.median()),
            f"{key}.within": int(np.sum(behind <= MOST)),
            f"{key}.worst": float(behind.max()),
        }
    return numbers
