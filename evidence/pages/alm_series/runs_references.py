"""Paper B, Table 1 and beside Table 3: what the datasets look like, and what costs no training.

Errors of the simplest predictors, the targets' mean, spread and persistence, and whether a target
is among the inputs. For the synthetic series also the zero predictor's errors when Table 1's
N(0, s) is read as a variance. For the S&P series how its columns agree with the rebuilt ones; of
the authors' file only such derived quantities are kept, because it may not be passed on.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome
from evidence.rivals.predictors import of_series
from evidence.rivals.predictors.of_series import PARTS
from lib import datasets
from lib.datasets import Series, sp500, synthetic
from lib.datasets.scaling import standardise

CLOSE = 1e-3
"""Standardised columns agree in a month when they differ by less than this."""


ERRORS = tuple(f"{name} {part}" for name in of_series.PREDICTORS for part in PARTS)
"""The columns of the predictors' errors."""


@dataclass(frozen=True)
class References(Config):
    """One dataset, all its trials, and how the strength of the ridge is chosen."""

    dataset: str
    seeds: int = 1
    strengths: tuple[float, ...] = of_series.STRENGTHS
    holdout: float = of_series.HOLDOUT

    deviations = (
        "None of these predictors is in the paper.",
        "Each synthetic series is drawn many times; the paper draws one of either length.",
    )
    rows = (
        columns(str, "leaks")
        | columns(str, "target", part=True)
        | columns(int, "T | m | n | seed")
        | columns(int, "train", within=1e-06)
        | columns(int, "months_off", within=1e-06, part=True)
        | columns(float, "strength")
        | columns(
            float,
            "autocorrelation | least squares test | least squares train | persistence test | "
            "persistence train | ridge with a lag test | ridge with a lag train | test_mean | "
            "test_sd | time_correlation | train_mean | train_sd | zero test | zero train",
            within=1e-06,
        )
        | columns(
            float,
            "zero test, variance | zero train, variance | DEF rebuilt | DEF time | DP rebuilt | "
            "DP time | EP rebuilt | EP time | HML rebuilt | HML time | INF rebuilt | INF time | "
            "IP rebuilt | IP time | MKT rebuilt | MKT time | SMB rebuilt | SMB time | "
            "TB rebuilt | TB time | TS rebuilt | TS time | prices_correlation | "
            "volatility_correlation | STR time",
            within=1e-06,
            part=True,
        )
    )

    @property
    def reads(self) -> tuple[str, ...]:
        """The dataset and, for an S&P series, the rebuilt one."""
        rebuilt = ("sp500-intended",) if self.dataset in sp500.NAMES else ()
        return tuple(dict.fromkeys((self.dataset, *rebuilt)))


PROFILES: Mapping[str, tuple[References, ...]] = {
    "quick": (
        References("synthetic-t10", seeds=10),
        References("synthetic-t500", seeds=2),
        References("sp500-intended"),
    ),
    "paper": (
        References("synthetic-t10", seeds=30),
        References("synthetic-t500", seeds=10),
        References("sp500-released"),
        References("sp500-written"),
        References("sp500-intended"),
    ),
}


def run(config: References) -> Outcome:
    """Return one row per trial; the S&P series, which are not drawn, have one."""
    rows = []
    for seed in range(config.seeds):
        series = datasets.load(config.dataset, seed=seed)
        row = {
            "seed": seed,
            **describe(series),
            **of_series.all_errors(series, config.strengths, config.holdout),
        }
        if config.dataset in datasets.SYNTHETIC:
            row |= as_variance(config.dataset, seed)
        else:
            row |= against_rebuilt(series)
        rows.append(row)
    return Outcome(rows)


def describe(series: Series) -> dict[str, int | float | str]:
    """Return sizes, moments, persistence and leaks of a series, averaged over its m targets.

    ``leaks`` names the inputs that give a target away, and is empty when none does. The spread is
    a root mean square over the targets, so that squared mean and squared spread are on the scale
    of the errors.
    """
    Y, time = series.Y, np.arange(len(series.Y))
    parts = dict(zip(PARTS, (Y[: series.train], Y[series.train :]), strict=True))
    return {
        "T": len(Y),
        "n": series.X.shape[1],
        "m": Y.shape[1],
        "train": series.train,
        "autocorrelation": np.mean([correlation(y[1:], y[:-1]) for y in Y.T]),
        "time_correlation": np.mean([correlation(y, time) for y in Y.T]),
        "leaks": ", ".join(name for names in datasets.leaks(series).values() for name in names),
        **{f"{part}_mean": values.mean() for part, values in parts.items()},
        **{f"{part}_sd": np.sqrt(values.var(axis=0).mean()) for part, values in parts.items()},
    }


def as_variance(name: str, seed: int) -> dict[str, float]:
    """Return the zero predictor's errors when N(0, s) of Table 1 has the variance s."""
    recipe = synthetic.RECIPES[name]
    other = replace(recipe, weights=math.sqrt(recipe.weights), noise=math.sqrt(recipe.noise))
    _, Y = synthetic.simulate(other, synthetic.stream(name, seed))
    # The series may have grown so far that its squares overflow; the scale is about to go anyway.
    Y = Y / np.abs(Y).max(axis=0)
    squares = (standardise(Y, recipe.train, "all") ** 2).sum(axis=1)
    return {
        "zero train, variance": squares[: recipe.train].mean(),
        "zero test, variance": squares[recipe.train :].mean(),
    }


def against_rebuilt(series: Series) -> dict[str, float | int]:
    """Return how the columns of an S&P series agree with the rebuilt file's.

    For the target: its correlation with the volatility of returns and with the same formula of
    prices, and in how many months it is off the latter. For every input: its correlation with the
    rebuilt column of its name, when there is one, and with time.
    """
    frame = sp500.rebuilt()
    target, time = series.Y[:, 0], np.arange(len(series.Y))
    prices = frame[sp500.OF_PRICES].to_numpy()
    gap = np.abs((prices - prices.mean()) / prices.std() - target)
    row = {
        "target": series.targets[0],
        "volatility_correlation": correlation(target, frame[sp500.TARGET].to_numpy()),
        "prices_correlation": correlation(target, prices),
        "months_off": int(np.sum(gap >= CLOSE)),
    }
    for name, x in zip(series.inputs, series.X.T, strict=True):
        if name in frame:
            row[f"{name} rebuilt"] = correlation(x, frame[name].to_numpy())
        row[f"{name} time"] = correlation(x, time)
    return row


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Return the correlation coefficient of two columns."""
    return float(np.corrcoef(a, b)[0, 1])
