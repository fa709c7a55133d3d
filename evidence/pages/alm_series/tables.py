"""Paper B's datasets in tables: sizes, character, and what the simplest predictors make of them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from evidence.kit.frames import column, one_by
from evidence.kit.records import Record
from evidence.papers import tables as papers
from evidence.protocols.alm import TABLE2
from evidence.protocols.titles import HEADS
from evidence.rivals.predictors.of_series import PARTS, PREDICTORS
from lib.datasets.synthetic import RECIPES

STATED: Mapping[str, tuple[str, ...]] = {
    "T = 10": ("10", "5", "3", "4", "≈ 9 : 1", "N(0, 0.8)", "N(0, 1e-3)"),
    "T = 500": ("500", "80", "30", "100", "≈ 9 : 1", "N(0, 0.05)", "N(0, 1e-5)"),
    "S&P": ("437", "11", "1", "20", "393 / 44", "", ""),
}
"""Table 1 and section 5.1 of the paper, in the columns of :func:`sizes_table`."""


def sizes_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return what the paper states and what is found, a row each."""
    rows = {}
    for name, record in one_by(records, "dataset").items():
        row = record.rows[0]
        found = HEADS[name] if HEADS[name] in STATED else f"S&P {HEADS[name]}"
        title = found if found in STATED else "S&P"
        rows.setdefault(f"{title}: paper", STATED[title])
        sizes = [f"{row[key]}" for key in ("T", "n", "m")]
        split = f"{row['train']} / {row['T'] - row['train']}"
        recipe = RECIPES.get(name)
        drawn = (f"sd {recipe.weights:g}", f"sd {recipe.noise:g}") if recipe else ("", "")
        hidden = str(TABLE2[name].hidden_size)
        rows[f"{found}: here"] = (*sizes, hidden, split, *drawn)
    heads = ["T", "n", "m", "r", "train / test", "weights", "noise"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=heads)


def errors_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the predictors' errors beside the lowest of the paper's Table 3.

    Where a dataset is drawn several times: the median, and the range from the 5th to the 95th
    percentile.
    """
    table = {}
    for name, record in one_by(records, "dataset").items():
        cells = papers.alm_errors(papers.ALM_TABLE_OF[name])
        table[HEADS[name]] = [
            shown
            for part in PARTS
            for shown in (
                *(_quantiles(column(record, f"{predictor} {part}")) for predictor in PREDICTORS),
                f"{cells[part].min():g}",
            )
        ]
    heads = (*PREDICTORS, "Table 3, lowest")
    index = [f"{part}: {head}" for part in ("training", "test") for head in heads]
    return pd.DataFrame(table, index=index)


def character_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return persistence, trend, moments and leaks of the targets, means over data seeds."""
    shown = {
        "autocorrelation": "autocorrelation, lag 1",
        "time_correlation": "correlation with time",
        "train_mean": "mean, training",
        "test_mean": "mean, test",
        "train_sd": "deviation, training",
        "test_sd": "deviation, test",
    }
    table = {
        HEADS[name]: [
            *(f"{column(record, key).mean():z.2f}" for key in shown),
            record.rows[0]["leaks"] or "no",
        ]
        for name, record in one_by(records, "dataset").items()
    }
    return pd.DataFrame(table, index=[*shown.values(), "target among the inputs"])


def _quantiles(values: np.ndarray) -> str:
    if len(values) == 1:
        return _shown(float(values[0]))
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    return f"{_shown(middle)} ({_shown(low)}–{_shown(high)})"


def _shown(value: float) -> str:
    return f"{value:.0e}" if value < 1e-3 else f"{value:.3g}"
