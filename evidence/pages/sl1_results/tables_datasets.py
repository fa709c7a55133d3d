"""Paper A's datasets in tables: sizes, splits, content, and what the simplest predictors reach."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.frames import column, one_by
from evidence.kit.records import Record
from evidence.pages.sl1_results.references import CLASSIFICATION, REGRESSION, nearest_scale, results
from evidence.papers import tables as papers
from evidence.protocols.titles import title
from evidence.rivals.predictors.of_tables import CONSTANT, LINEAR, LOOK_UP, ONE_HOT, SCALES
from lib.datasets import SIZES

HEADS = {
    CONSTANT: ("largest class", "mean"),
    LOOK_UP: ("look-up", "look-up"),
    LINEAR: ("logistic", "ridge"),
    ONE_HOT: ("one-hot", "one-hot"),
}
"""What the predictors are called for a classification and for a regression."""


def sizes_table(inventory: Sequence[Record], *, classification: bool) -> pd.DataFrame:
    """Return samples, inputs and classes; where the paper's figure is another it stands first."""
    rows = {}
    for name, row in _rows(inventory, classification):
        stated = papers.sl1_sizes().loc[papers.SL1_TITLE_OF[name]]
        shown = {
            "samples": _changed(stated["instances"], row["samples"]),
            "inputs": _changed(stated["features"], row["inputs"]),
        }
        if classification:
            shown["classes"] = _changed(stated["classes"], row["outputs"])
        else:
            shown["targets"] = f"{row['outputs']}"
        sizes = SIZES[name]
        rows[title(name)] = shown | {"train / test": f"{sizes.train:,} / {sizes.test:,}"}
    return _frame(rows)


def splits_table() -> pd.DataFrame:
    """Return the printed split sizes beside those of two ways to round a share of the samples."""
    rows = {}
    for name in (*CLASSIFICATION, *REGRESSION):
        stated = papers.sl1_sizes().loc[papers.SL1_TITLE_OF[name]]
        samples, train = int(stated["instances"]), int(stated["train"])
        shown = {"printed": f"{train:,} / {stated['test']:,.0f}"}
        if not SIZES[name].published:
            tenths = round(10 * train / samples)
            left = math.ceil(samples * (10 - tenths) / 10)
            shown["share"] = f"{tenths} : {10 - tenths}"
            for head, part in (
                ("rounded", round(samples * tenths / 10)),
                ("train_test_split", samples - left),
            ):
                same = part == train
                shown[head] = "the same" if same else f"{part:,} / {samples - part:,}"
        else:
            shown |= {"share": "published", "rounded": "", "train_test_split": ""}
        rows[title(name)] = shown
    return _frame(rows)


def content_table(
    inventory: Sequence[Record], references: Sequence[Record], *, classification: bool
) -> pd.DataFrame:
    """Return what makes a set easy or hard: repetitions, contradictions, balance, gaps."""
    found, rows = one_by(references, "dataset"), {}
    for name, row in _rows(inventory, classification):
        shown = {
            "not recorded": f"{row['missing']:,}",
            "categorical inputs": f"{row['categorical']}",
            "constant inputs": f"{row['constant']}",
            "repeated rows": f"{row['repeated']:,}",
            "contradicting rows": f"{row['conflicting']:,}",
            "test inputs seen": f"{column(found[name], 'seen', predictor=LOOK_UP).mean():.1%}",
        }
        if classification:
            shown["largest class"] = f"{row['largest'] / row['samples']:.1%}"
            shown["smallest class"] = f"{row['smallest']:,}"
        else:
            shown["targets from, to"] = f"{row['low']:g}, {row['high']:g}"
            shown["deviation"] = f"{row['deviation']:.3g}"
        rows[title(name)] = shown
    return _frame(rows).T


def accuracy_table(references: Sequence[Record]) -> pd.DataFrame:
    """Return test accuracies, mean and standard deviation over the splits, beside Table 3's."""
    rows = {}
    for name, record in one_by(references, "dataset").items():
        if name in REGRESSION:
            continue
        cells = results(name)
        rows[title(name)] = {
            **{
                head: _with_spread(column(record, "test", predictor=key), "{:.3f}", "{:.3f}")
                for key, (head, _) in HEADS.items()
            },
            "Table 3": f"{cells['test'].min():.4f}–{cells['test'].max():.4f}",
        }
    return _frame(rows)


def ceiling_table(references: Sequence[Record]) -> pd.DataFrame:
    """Return the highest training accuracy that any function of the inputs can have."""
    rows = {}
    for name, record in one_by(references, "dataset").items():
        if name in REGRESSION:
            continue
        best = column(record, "train", predictor=LOOK_UP)
        rows[title(name)] = {
            "highest possible": f"{best.mean():.4f} ({best.min():.4f}–{best.max():.4f})",
            "Table 3, highest": f"{results(name)['train'].max():.4f}",
        }
    return _frame(rows)


def error_table(references: Sequence[Record]) -> pd.DataFrame:
    """Return test errors on the nearest scale, mean and deviation over splits, beside Table 5's."""
    rows = {}
    for name, record in one_by(references, "dataset").items():
        if name not in REGRESSION:
            continue
        cells, scale = results(name), nearest_scale(record)
        rows[title(name)] = {
            **{
                head: _with_spread(
                    column(record, f"test, {scale}", predictor=key), "{:.3g}", "{:.1g}"
                )
                for key, (_, head) in HEADS.items()
            },
            "Table 5": f"{cells['test'].min():g}–{cells['test'].max():g}",
        }
    return _frame(rows)


def scale_table(references: Sequence[Record]) -> pd.DataFrame:
    """Return ridge regression's test errors on three scales of the target, beside Table 5's."""
    rows = {}
    for name, record in one_by(references, "dataset").items():
        if name not in REGRESSION:
            continue
        rows[title(name)] = {
            **{s: _number(column(record, f"test, {s}", predictor=LINEAR).mean()) for s in SCALES},
            "Table 5 (median)": _number(results(name)["test"].median()),
            "nearest": nearest_scale(record),
        }
    return _frame(rows)


def _rows(inventory: Sequence[Record], classification: bool) -> list[tuple[str, dict]]:
    return [
        (name, record.rows[0])
        for name, record in one_by(inventory, "dataset").items()
        if (name not in REGRESSION) == classification
    ]


def _changed(printed: float, found: int) -> str:
    return f"{found:,}" if printed == found else f"{printed:,.0f} → {found:,}"


def _with_spread(values: np.ndarray, mean: str, deviation: str) -> str:
    if not len(values):
        return ""
    shown = mean.format(values.mean())
    spread = values.std(ddof=1) if len(values) > 1 else 0.0
    # A spread below this is the rounding of a mean of equal numbers.
    return f"{shown} ± {deviation.format(spread)}" if spread > 1e-12 else shown


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _frame(rows: dict[str, dict[str, str]]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index")
