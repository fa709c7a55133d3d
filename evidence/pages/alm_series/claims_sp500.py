"""Paper B, section 5.1 and Table 3b: which series of the S&P index is predicted, and from what."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.frames import one_by
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Identity, Universal, Value, Values
from evidence.pages.alm_series.runs_references import ERRORS
from evidence.papers import tables as papers
from evidence.protocols.titles import HEADS
from evidence.rivals.predictors.of_series import LEAST_SQUARES, PARTS, PREDICTORS, ZERO
from evidence.statistics import Outcome
from lib import alm, datasets
from lib.datasets import Series, sp500
from lib.randomness import generator

RELEASED, WRITTEN, INTENDED = sp500.NAMES
ROUNDING = 1e-9
"""Means of standardised series agree to this."""

COLUMNS = ("DP", "EP", "MKT", "HML", "SMB", "STR", "TB", "TS", "DEF", "INF", "IP")
"""The inputs of the released file, in its order."""

MONTHS, SPAN, SHARE = 437, ("1973-02", "2009-06"), 0.9
"""Section 5.1."""

ALIKE = 0.01
"""Two series are one when one less their correlation is smaller."""


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return what section 5.1 says of the series, asked of the material its authors released.

    Without the records of the released file, as in the quick profile, most is left out.
    """
    rows = _rows(records)
    asked = dict.fromkeys(ASKED)
    if {RELEASED, WRITTEN} <= rows.keys():
        released, written = rows[RELEASED], rows[WRITTEN]
        asked = {
            "B-5.1-output": output(released),
            "B-5.1-inputs": replace(
                exogenous(written, "the released file beside its volatility"), reaches=False
            ),
            "O-5.1-inputs": exogenous(released, "the released loader beside its target"),
            "B-5.1-sizes": sizes(released),
            "B-5.1-collected": collected(written),
            "B-5.1-missing": complete(released),
            "B-5.1-standardised": standardised({RELEASED: released, WRITTEN: written}),
            "O-5.1-column": column_of_prices(written),
            "O-5.1-simple": against_simple({RELEASED: released, WRITTEN: written}),
        }
    return judge(asked | {"O-5.1-nowcast": nowcast(datasets.load(INTENDED))})


ASKED = (
    *(f"B-5.1-{of}" for of in ("output", "inputs", "sizes", "collected", "missing")),
    *("B-5.1-standardised", "O-5.1-inputs", "O-5.1-column", "O-5.1-simple"),
)


def output(row: Mapping) -> Identity:
    """Return how far the released loader's target is from the volatility of the index."""
    return Identity(
        gap=1 - row["volatility_correlation"],
        tolerance=ALIKE,
        cases=row["T"],
        detail="One less the correlation of the target with the volatility of daily returns, over "
        f"all months; the released loader takes the column {row['target']} as target",
    )


def column_of_prices(row: Mapping) -> Identity:
    """Return how far the released volatility column is from the formula applied to prices."""
    return Identity(
        gap=1 - row["prices_correlation"],
        tolerance=ALIKE,
        cases=row["T"],
        detail=f"One less the correlation of the column {row['target']} with the formula of "
        f"volatility applied to closing prices; {row['months_off']} months are off by more than "
        f"rounding; with that of returns it correlates {row['volatility_correlation']:.2f}",
    )


def exogenous(row: Mapping, which: str) -> Universal:
    """Return how many inputs of a variant are its target."""
    leaks = [name for name in row["leaks"].split(", ") if name]
    return Universal(
        cases=row["n"],
        violated=len(leaks),
        drawn=f"Inputs of {which}; violated by one that equals it. Least squares on the inputs has "
        f"a test error of {_short(row[f'{LEAST_SQUARES} test'])}",
        worst=f"the target {row['target']} is {' and '.join(leaks) or 'no input'}",
    )


def sizes(row: Mapping) -> Values:
    """Return the stated sizes beside those of the released file and of the calendar."""
    calendar = len(pd.period_range(*SPAN, freq="M"))
    train = math.floor(SHARE * row["T"])
    stated = {
        "months": (MONTHS, calendar),
        "T": (MONTHS, row["T"]),
        "n": (11, row["n"]),
        "m": (1, row["m"]),
        "training": (393, train),
        "test": (44, row["T"] - train),
    }
    return Values(
        {name: Value.exact(*pair) for name, pair in stated.items()},
        f"Months from {SPAN[0]} to {SPAN[1]}, T, n and m of the released file, and "
        f"{SHARE:.0%} of T rounded down for training",
    )


def collected(row: Mapping) -> Universal:
    """Return how many released columns are not the series that they are named after.

    That it must be nearer to the rebuilt series than to time was set with both known.
    """
    rebuilt = [column for column in COLUMNS if f"{column} rebuilt" in row]
    off = [c for c in rebuilt if abs(row[f"{c} rebuilt"]) <= abs(row[f"{c} time"])]
    return Universal(
        cases=len(rebuilt),
        violated=len(off),
        drawn="Released columns that could be rebuilt from their sources; violated by one that "
        "correlates no more with the series of its name than with time itself",
        worst=", ".join(off),
    )


def complete(row: Mapping) -> Universal:
    """Return how many months or columns of the released file lack a value."""
    empty = [c for c in COLUMNS if math.isnan(row.get(f"{c} time", math.nan))]
    return Universal(
        cases=MONTHS,
        violated=max(MONTHS - row["T"], len(empty)),
        drawn=f"Months from {SPAN[0]} to {SPAN[1]}; violated by a month without a row, or a column "
        "without a value somewhere",
    )


def standardised(rows: Mapping[str, Mapping]) -> Identity:
    """Return how far mean and mean square of the released targets are from 0 and 1."""
    moments = [
        gap
        for row in rows.values()
        for gap in (
            abs(_all_steps(row, [row[f"{part}_mean"] for part in PARTS])),
            abs(_all_steps(row, [row[f"{ZERO} {part}"] for part in PARTS]) - 1),
        )
    ]
    return Identity(
        gap=max(moments),
        tolerance=ROUNDING,
        cases=len(moments),
        detail="Mean from 0 and mean square from 1 of either target of the released file over all "
        "months, the test part included; the file is read as it is",
    )


def against_simple(rows: Mapping[str, Mapping]) -> Comparisons:
    """Return the lowest test error of Table 3b against those of predictors without a network."""
    lowest = papers.alm_errors("3b")["test"].min()
    return Comparisons(
        {
            f"{name}, {predictor}": Case(
                Outcome.BETTER if lowest < row[f"{predictor} test"] else Outcome.WORSE
            )
            for name, row in rows.items()
            for predictor in PREDICTORS
        },
        f"The lowest test error of Table 3b, {lowest:g}, on either target of the released file; no "
        "chance is counted, the predictors have none",
    )


def nowcast(series: Series) -> Universal:
    """Return in how many test months a network's answer hangs on the inputs of that same month.

    The inputs of each month are replaced by those of the month before, one month at a time.
    """
    weights = alm.Weights.normal(
        generator("pages", "alm_sp500", "nowcast", 0), 20, series.X.shape[1], series.Y.shape[1], 0.1
    )
    months = range(series.train, len(series.X))
    answers = alm.predict(weights, series.X, alm.ReLU())
    hangs = 0
    for month in months:
        X = series.X.copy()
        X[month] = X[month - 1]
        hangs += not np.array_equal(alm.predict(weights, X, alm.ReLU())[month], answers[month])
    return Universal(
        cases=len(months),
        violated=hangs,
        drawn="Test months; violated where the network of (1.1), with random weights, answers "
        "otherwise when the inputs of that month are those of the month before",
    )


def variants_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return what tells the targets apart, a column per variant."""
    shown = {
        "target": ("target", "{}"),
        "leaks": ("equal to the input", "{}"),
        "autocorrelation": ("autocorrelation, lag 1", "{:.3f}"),
        "time_correlation": ("correlation with time", "{:z.2f}"),
        "volatility_correlation": ("with volatility of returns", "{:.3f}"),
        "prices_correlation": ("with formula of prices", "{:.3f}"),
        "train_mean": ("mean, training", "{:z.2f}"),
        "test_mean": ("mean, test", "{:z.2f}"),
        "train_sd": ("deviation, training", "{:z.2f}"),
        "test_sd": ("deviation, test", "{:z.2f}"),
    }
    table = {
        HEADS[name]: [form.format(row[key] or "none") for key, (_, form) in shown.items()]
        for name, row in _rows(records).items()
    }
    return pd.DataFrame(table, index=[head for head, _ in shown.values()])


def columns_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return how each released column agrees with the rebuilt one, and both trends."""
    rows = _rows(records)
    shown = {
        "released with rebuilt": (RELEASED, "rebuilt"),
        "released with time": (RELEASED, "time"),
        "rebuilt with time": (INTENDED, "time"),
    }
    table = {
        head: [rows[name].get(f"{column} {other}", np.nan) for column in COLUMNS]
        for head, (name, other) in shown.items()
        if name in rows
    }
    return pd.DataFrame(table, index=COLUMNS).map(lambda v: "" if np.isnan(v) else f"{v:.3f}")


def beaten_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return how many cells of Table 3b have a larger test error than each simple predictor."""
    printed = papers.alm_errors("3b")["test"].to_numpy()
    table = {
        HEADS[name]: [
            f"{np.sum(printed > row[f'{predictor} test'])} of {len(printed)}"
            for predictor in PREDICTORS
        ]
        for name, row in _rows(records).items()
    }
    return pd.DataFrame(table, index=list(PREDICTORS))


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    measures = ("autocorrelation", "time_correlation", "volatility_correlation")
    numbers = {
        f"{name}.{key}": float(row[key])
        for name, row in _rows(records).items()
        for key in (*measures, "prices_correlation", "months_off", *ERRORS)
    }
    printed = papers.alm_errors("3b")["test"]
    return numbers | {"paper_lowest": float(printed.min()), "paper_highest": float(printed.max())}


def _rows(records: Sequence[Record]) -> dict[str, dict]:
    found = one_by(records, "dataset")
    return {name: found[name].rows[0] for name in sp500.NAMES if name in found}


def _all_steps(row: Mapping, parts: Sequence[float]) -> float:
    """Return the mean over all steps of what has these means on the two parts."""
    share = row["train"] / row["T"]
    return share * parts[0] + (1 - share) * parts[1]


def _short(value: float) -> str:
    return f"{value:.0e}" if value < 1e-3 else f"{value:.2g}"
