"""Paper B, Table 1 and section 5.1: the datasets, and what their errors can and cannot tell."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from evidence.kit.frames import column, one_by
from evidence.kit.records import Record
from evidence.kit.verdicts import Claim, decide
from evidence.papers import tables as papers
from evidence.papers.alm_zero import PRINTED, outputs, zero_cells
from evidence.protocols.titles import SERIES
from evidence.rivals.predictors.of_series import LEAST_SQUARES, PARTS, PREDICTORS, ZERO
from lib.datasets import SYNTHETIC

ROUNDING = 1e-9
"""Our own identities hold to this."""

NORMAL_IQR = 1.349
"""The interquartile range of a normal distribution over its standard deviation."""

CLEAR = 2
"""A lead counts as told apart when it is this many spreads of such a difference between data."""


def claims(records: Sequence[Record]) -> list[Claim]:
    """Judge how the synthetic targets were made, and what one series can tell about methods."""
    found = one_by(records, "dataset")
    cells = zero_cells()
    by_table = {name: cells[cells["dataset"] == name] for name in SYNTHETIC}
    identity = max(
        float(np.abs(weighted(found[name]) / outputs(name) - 1).max()) for name in SYNTHETIC
    )
    # A training error that is not m: the training part alone was not what they were scaled with.
    apart = {
        name: bool((np.abs(group["train"] - outputs(name)) > PRINTED).all())
        for name, group in by_table.items()
    }
    long = found["synthetic-t500"]
    paper_long = by_table["synthetic-t500"]["test"].median()
    deviation, variance = (
        float(np.median(column(long, name))) for name in (f"{ZERO} test", f"{ZERO} test, variance")
    )
    return [
        Claim(
            "The targets of the synthetic series were standardised over the whole series, the test "
            "part included (not stated for them; what Tables 3a and 3c imply).",
            "; ".join(
                f"{SERIES[name]}: {_pair(group)}, weighted mean {_mean(group)}"
                for name, group in by_table.items()
            ),
            f"zero predictor, weighted mean over m: 1 to within {identity:.0e}, every data set",
            decide(
                identity < ROUNDING,
                *(len(group) > 0 and apart[name] for name, group in by_table.items()),
            ),
            f"{len(cells)} cells of the two tables have errors whose mean, weighted by the parts' "
            f"lengths, is m to the last printed digit, as a network that answers zero must have; "
            f"their standard deviations are {cells[['train_sd', 'test_sd']].max(axis=None):g} or "
            "less. Scaled by the training part alone, its training error would be m itself.",
        ),
        Claim(
            "N(0, s) in Table 1 names the standard deviation s (as section 5.4 does for the "
            "starts; Table 1 does not say).",
            f"test error of the zero predictor at T = 500: {paper_long:g}",
            f"median {deviation:.3g} with s the deviation, {variance:.3g} with s the variance",
            decide(_near(paper_long, deviation), not _near(paper_long, variance)),
            "With the variance s the hidden state grows from step to step, and the last steps hold "
            "nearly all of the series' variation. Near: within a factor of two. At T = 10 the two "
            "readings can hardly be told apart.",
        ),
        *(_told_apart(found[name]) for name in SYNTHETIC),
    ]


def _told_apart(record: Record) -> Claim:
    """Judge whether a lead on one drawn series exceeds what another draw would change."""
    name = record.config["dataset"]
    ahead = lead(papers.ALM_TABLE_OF[name])
    (first, second), spread = smallest_spread(record)
    zero, steps = column(record, f"{ZERO} test"), record.rows[0]["T"] - record.rows[0]["train"]
    return Claim(
        f"One drawn series with T = {record.rows[0]['T']} tells the methods' test errors apart "
        f"(what the reading of Table {papers.ALM_TABLE_OF[name]} in section 5.4 rests on).",
        f"the ALM leads the next method by {ahead.min():.2g} to {ahead.max():.3g}",
        f"answering zero costs {zero.min():.2g} to {zero.max():.3g}, median {np.median(zero):.3g}, "
        f"on {len(zero)} data sets; the difference of two predictors on the same data spreads by "
        f"{spread:.2g} or more",
        decide(*(bool(gap > CLEAR * spread) for gap in ahead)),
        f"Test steps in a series: {steps}. Judged for each start by whether the lead exceeds "
        f"{CLEAR} spreads (interquartile range over {NORMAL_IQR}) of the pair that spreads least, "
        f"{first} and {second}. Trained networks may differ in another way than these; the paper's "
        "own deviations are over starts, on one data set. Training errors are not judged.",
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


def weighted(record: Record) -> np.ndarray:
    """Return the zero predictor's two errors averaged over all steps, per data seed."""
    share = column(record, "train") / column(record, "T")
    train, test = (column(record, f"{ZERO} {part}") for part in PARTS)
    return share * train + (1 - share) * test


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


def _near(a: float, b: float) -> bool:
    return bool(0.5 < a / b < 2)


def _pair(cells: pd.DataFrame) -> str:
    return " / ".join(f"{cells[part].median():.3f}" for part in PARTS)


def _mean(cells: pd.DataFrame) -> str:
    return f"{cells['mean'].median():.4f}"
