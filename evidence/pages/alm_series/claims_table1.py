"""Paper B, Table 1 and section 5.1: the datasets, and what their errors can and cannot tell."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.frames import column, one_by
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Universal, Value, Values
from evidence.papers import tables as papers
from evidence.papers.alm_zero import PRINTED, outputs, zero_cells
from evidence.rivals.predictors.of_series import LEAST_SQUARES, PARTS, PREDICTORS, ZERO
from evidence.statistics import Outcome, prediction_interval
from lib.datasets import SYNTHETIC

FEWEST = 3
"""Draws without which there is no interval."""

NORMAL_IQR = 1.349
"""The interquartile range of a normal distribution over its standard deviation."""

CLEAR = 2
"""A lead counts as told apart when it is this many spreads of such a difference between data."""


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return how the synthetic targets were made, and what one series can tell about methods."""
    found = one_by(records, "dataset")
    return judge(
        {
            "B-T1-spread": spread_of_weights(found["synthetic-t500"]),
            "O-T1-scale": scaled_as_a_whole(),
            **{f"O-T1-apart-{name.split('-')[1]}": told_apart(found[name]) for name in SYNTHETIC},
        }
    )


def spread_of_weights(record: Record) -> Values:
    """Return the printed error of the answer zero at T = 500 beside that of our draws."""
    cells = zero_cells()
    printed = float(cells.loc[cells["dataset"] == record.config["dataset"], "test"].median())
    ours, variance = (column(record, f"{ZERO} test{also}") for also in ("", ", variance"))
    expected = prediction_interval(ours) if ours.size >= FEWEST else None
    return Values(
        {
            "error": Value(
                printed,
                float(np.median(ours)),
                (expected.low, expected.high) if expected else None,
                rounding=PRINTED,
            )
        },
        f"Test error of the answer zero at T = 500 over {ours.size} draws, s the deviation as in "
        f"section 5.4; with s the variance the median is {np.median(variance):.3g}. At T = 10 the "
        "two can hardly be told apart",
    )


def scaled_as_a_whole() -> Universal:
    """Return how many printed cells of the answer zero have the training error m itself.

    With the training part alone as the scale all of them would.
    """
    cells = zero_cells()
    m = cells["dataset"].map(outputs)
    return Universal(
        cases=len(cells),
        violated=int((np.abs(cells["train"] - m) <= PRINTED).sum()),
        drawn="Cells of Tables 3a and 3c whose errors, weighted by the parts' lengths, have the "
        "mean m to the last printed digit, as the answer zero must; scaled by the training part "
        "alone, the training error would be m itself",
        worst=f"the nearest is {np.abs(cells['train'] - m).min():.2g} off",
    )


def told_apart(record: Record) -> Comparisons:
    """Return for each start whether the printed lead exceeds what another draw would change."""
    part = papers.ALM_TABLE_OF[record.config["dataset"]]
    (first, second), spread = smallest_spread(record)
    zero = column(record, f"{ZERO} test")
    return Comparisons(
        {
            start: Case(Outcome.BETTER if gap > CLEAR * spread else Outcome.TIE)
            for start, gap in lead(part).items()
        },
        f"The ALM's lead over the next method in Table {part}, {lead(part).min():.2g} to "
        f"{lead(part).max():.3g}, against {CLEAR} spreads of the difference between {first} and "
        f"{second} over {zero.size} data sets, {spread:.2g} each, the least of any two predictors",
    )


def zero_table() -> pd.DataFrame:
    """Return the cells of :func:`zero_cells` for display: a row per table and method."""
    cells = zero_cells()
    cells["table"] = "Table " + cells["dataset"].map(papers.ALM_TABLE_OF)
    rows = cells.groupby(["table", "method", "train", "test", "mean"], sort=False)["start"]
    shown = rows.agg(lambda starts: f"all {len(starts)}" if len(starts) == 5 else ", ".join(starts))
    shown = shown.reset_index().rename(columns={"mean": "weighted mean", "start": "starts"})
    for name in ("train", "test"):
        shown[name] = shown[name].map("{:.3f}".format)
    shown["weighted mean"] = shown["weighted mean"].map("{:.4f}".format)
    return shown.set_index("table").rename_axis(None)


def lead(table: str) -> pd.Series:
    """Return how far the ALM's test error is below the next method's, for each start."""
    cells = papers.alm_errors(table).pivot(index="start", columns="method", values="test")
    return cells.drop(columns="ALM").min(axis=1) - cells["ALM"]


def smallest_spread(record: Record) -> tuple[tuple[str, str], float]:
    """Return the pair of predictors whose difference in test error varies least over data seeds.

    The spread is the interquartile range over that of a standard normal: a few wild data sets, of
    which short series have some, do not count.
    """
    spreads = {}
    for pair in combinations(PREDICTORS, 2):
        a, b = (column(record, f"{name} test") for name in pair)
        low, high = np.quantile(a - b, (0.25, 0.75))
        spreads[pair] = float(high - low) / NORMAL_IQR
    pair = min(spreads, key=spreads.get)
    return pair, spreads[pair]


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    found, cells = one_by(records, "dataset"), zero_cells()
    numbers: dict[str, float] = {"zero_cells": len(cells)}
    for name in SYNTHETIC:
        record = found[name]
        zero = column(record, f"{ZERO} test")
        paper = cells.loc[cells["dataset"] == name, "test"].median()
        lowest = papers.alm_errors(papers.ALM_TABLE_OF[name])["test"].min()
        shares = column(record, f"{LEAST_SQUARES} test") / zero
        numbers |= {
            f"{name}.seeds": len(zero),
            f"{name}.zero_low": zero.min(),
            f"{name}.zero_high": zero.max(),
            f"{name}.zero_ratio": zero.max() / zero.min(),
            f"{name}.below_paper": np.sum(zero < paper),
            f"{name}.paper_zero": paper,
            f"{name}.paper_lowest_share": lowest / paper,
            f"{name}.least_squares_share": np.median(shares),
            f"{name}.spread": smallest_spread(record)[1],
            f"{name}.lead": lead(papers.ALM_TABLE_OF[name]).max(),
            f"{name}.variance_test": np.median(column(record, f"{ZERO} test, variance")),
        }
        for predictor in PREDICTORS:
            for part in PARTS:
                numbers[f"{name}.{predictor} {part}"] = np.median(
                    column(record, f"{predictor} {part}")
                )
    return {name: float(value) for name, value in numbers.items()}
