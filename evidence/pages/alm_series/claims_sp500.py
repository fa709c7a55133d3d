"""Paper B, section 5.1 and Table 3b: which series of the S&P index is predicted, and from what."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.frames import one_by
from evidence.kit.records import Record
from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.alm_series.runs_references import ERRORS
from evidence.papers import tables as papers
from evidence.protocols.titles import HEADS, SERIES
from evidence.rivals.predictors.of_series import LEAST_SQUARES, PARTS, PREDICTORS, ZERO
from lib.datasets import sp500

RELEASED, WRITTEN, INTENDED = sp500.NAMES
ROUNDING = 1e-9

COLUMNS = ("DP", "EP", "MKT", "HML", "SMB", "STR", "TB", "TS", "DEF", "INF", "IP")
"""The inputs of the released file, in its order."""

MONTHS = 437
"""February 1973 to June 2009 (section 5.1)."""

EXACT = 1e-12
"""A mean squared error below this, of targets with variance 1, is zero but for rounding."""


def claims(records: Sequence[Record]) -> list[Claim]:
    """Judge what section 5.1 says of the series in the light of the material its authors released.

    Without the records of the released file, as in the quick profile, nothing can be judged.
    """
    rows = _rows(records)
    lowest = papers.alm_errors("3b")["test"].min()
    if not {RELEASED, WRITTEN} <= rows.keys():
        left_out = "needs the released file, which this profile leaves out"
        return [
            Claim(claim, paper, "left out", Verdict.UNTESTABLE, left_out.capitalize() + ".")
            for claim, paper in _stated(lowest)
        ]
    released, written, intended = rows[RELEASED], rows[WRITTEN], rows[INTENDED]
    standardised = max(abs(_all_steps(row) - 1) for row in (released, written))
    rebuilt = [column for column in COLUMNS if f"{column} rebuilt" in written]
    off = [c for c in rebuilt if abs(written[f"{c} rebuilt"]) <= abs(written[f"{c} time"])]
    best = {name: min(PREDICTORS, key=lambda p, n=name: rows[n][f"{p} test"]) for name in rows}
    found = (
        (
            f"the released loader's target is {released['target']}; the column {sp500.TARGET} "
            f"correlates {written['prices_correlation']:.4f} with the formula of volatility "
            f"applied to closing prices, {written['volatility_correlation']:.2f} with the "
            "volatility of returns",
            decide(
                released["target"] == sp500.TARGET,
                written["volatility_correlation"] > written["prices_correlation"],
            ),
            "Two conditions: the loader takes the volatility column as target, and the column is "
            "nearer to the volatility of returns than to the formula of prices. From the latter "
            f"it is off by a thousandth of a standard deviation or more in {written['months_off']} "
            f"of {written['T']} months. What the paper's own runs used is not known.",
        ),
        (
            f"in the released loader the target {released['target']} equals "
            f"{_leaking(released)}; least squares on the inputs has a test error of "
            f"{_short(released[f'{LEAST_SQUARES} test'])} there, of "
            f"{_short(written[f'{LEAST_SQUARES} test'])} when {sp500.TARGET} is the target",
            decide(not released["leaks"], released[f"{LEAST_SQUARES} test"] > EXACT),
            "Judged for the released loader by a search for inputs that equal the target, and by "
            "whether a linear function of the inputs gives the target without error. Read as the "
            f"text says, with {written['target']} as target, it equals {_leaking(written)}.",
        ),
        (
            "; ".join(
                f"{SERIES[name]}: T = {row['T']}, n = {row['n']}, m = {row['m']}, "
                f"{row['train']} / {row['T'] - row['train']}"
                for name, row in rows.items()
            ),
            decide(*(_sizes(rows[name]) == (MONTHS, 11, 1, 393) for name in (RELEASED, WRITTEN))),
            "Judged on the released file. The rebuilt series lacks one input, the short-term "
            "reversal factor.",
        ),
        (
            f"{written['T']} months without a gap; {len(off)} of {len(rebuilt)} rebuilt columns "
            f"are nearer to time than to the released one{': ' if off else ''}{', '.join(off)}",
            decide(written["T"] == MONTHS, not off),
            "Two conditions: a value for each month, and every released column correlates more "
            "with the series of its name, rebuilt from its source, than with time itself. The "
            "second was set when the correlations were known.",
        ),
        (
            f"mean square of either target over all months: 1 to within {standardised:.0e}",
            decide(standardised < ROUNDING),
            "The released file comes standardised over all months, the test part included.",
        ),
        (
            "; ".join(
                f"{SERIES[name]}: {best[name]} {_short(row[f'{best[name]} test'])}"
                for name, row in rows.items()
            ),
            decide(*(bool(lowest < rows[n][f"{best[n]} test"]) for n in (RELEASED, WRITTEN))),
            "Judged on the two targets of the released file by whether the lowest test error of "
            "Table 3b is below that of every simple predictor. On the rebuilt volatility none of "
            f"them comes below {_short(intended[f'{best[INTENDED]} test'])}: how small an error is "
            "here depends on the target before it depends on the method.",
        ),
    )
    return [
        Claim(claim, paper, ours, verdict, why)
        for (claim, paper), (ours, verdict, why) in zip(_stated(lowest), found, strict=True)
    ]


def _stated(lowest: float) -> list[tuple[str, str]]:
    """Return what the paper says, and with what figure."""
    return [
        (
            "The monthly realised volatility of the index is the output (section 5.1). Asked here: "
            "in the released material?",
            "stated",
        ),
        (
            "The inputs are exogenous variables (section 5.1). Asked here: is the target none of "
            "them?",
            "11 variables beside the output",
        ),
        (
            "The series has 437 steps, 11 inputs and one output; 393 steps are for training, 44 "
            "for testing (section 5.1).",
            "T = 437, n = 11, m = 1, 393 / 44",
        ),
        (
            "The series was collected as an earlier study prescribes and has no missing values "
            "(section 5.1). Asked here: is each column the series it is named after?",
            "stated",
        ),
        ("The data are standardised first and split then (section 5.1).", "stated"),
        (
            "The errors on this series demonstrate effectiveness (conclusion). Asked here: are "
            "they below those of predictors that need no recurrent network?",
            f"lowest test error of Table 3b: {lowest:g}",
        ),
    ]


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


def _leaking(row: dict) -> str:
    return f"the input {row['leaks']}" if row["leaks"] else "no input"


def _all_steps(row: dict) -> float:
    """Return the mean square of the target over all steps."""
    share = row["train"] / row["T"]
    train, test = (row[f"{ZERO} {part}"] for part in PARTS)
    return share * train + (1 - share) * test


def _sizes(row: dict) -> tuple[int, int, int, int]:
    return row["T"], row["n"], row["m"], row["train"]


def _short(value: float) -> str:
    return f"{value:.0e}" if value < 1e-3 else f"{value:.2g}"
