"""The estimators beside classical forecasters, on the series of the bench.

The protocol, written before any outcome, is in `evidence.pages.estimators_bench.series`. One unit
is one judging series; what starts at random starts from several seeds. They are run once, with the
defaults of both estimators, chosen on choosing series alone. There the course of the
ALM's networks on the residuals of ridge regression was kept at every outer iteration, for 10 hidden
units and tau = 1 on all 14 series and for tau = 0.1 on 3 of them, that of the GRU's for 16 hidden
units on 7. From these courses were chosen: the holdout, the mean over three starts, the mean's
share by the holdout, and the doubt of 12 in it; by the time of a fit, the sizes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import RidgeCV
from sklearn.neural_network import MLPRegressor

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, rounded
from evidence.pages.estimators_bench import predictors
from evidence.pages.estimators_bench.predictors import (
    ALM,
    DRAWN,
    GRU,
    LONGER,
    MLP,
    PERSISTENCE,
    RIDGE,
    SEASONAL,
    SKFORECAST,
    SMOOTHING,
    Forecast,
    error,
)
from evidence.pages.estimators_bench.series import (
    JUDGING,
    QUICK,
    SERIES,
    SIDE,
    Given,
    checksum,
    given,
)
from lib.estimators import ALMRegressor, GRURegressor
from lib.estimators.linear import STRENGTHS

ALONE = (PERSISTENCE, SEASONAL, RIDGE, LONGER, SKFORECAST, SMOOTHING)
"""Those that do not begin at random."""


@dataclass(frozen=True)
class Bench(Config):
    """One series.

    Attributes:
        series: a key of `series.SERIES`, or the one that is part of this repository.
        seeds: from how many seeds each model is run that starts at random.
        packages: whether the forecasters of other packages take part.
    """

    series: str
    seeds: int = 3
    packages: bool = True

    labelled = "{series}"
    deviations = (
        "Neither paper forecasts these series. Settings of both estimators are their defaults.",
    )
    rows = (
        columns(str, "model")
        | columns(int, "seed", none=True)
        | columns(float, "error", within=0.1)
        | columns(float, "seconds", within=None)
        | columns(float, "reliance", within=None, part=True)
    )
    """A training that stops early may stop one look later elsewhere. Our estimators alone have a
    reliance, a value for each held-out period."""
    traces = (
        columns(float, "truth")
        | columns(float, *ALONE, within=None, part=True)
        | columns(
            float,
            *(f"{name} {seed}" for name in DRAWN for seed in range(3)),
            within=None,
            part=True,
        )
    )

    @property
    def checksums(self) -> dict[str, str]:
        """The SHA-256 of the unit's series."""
        return {self.series: checksum(self.series)}

    def look_for_data(self) -> None:
        """Load the series and, where they take part, the other packages."""
        given(self.series)
        if self.packages and not (find_spec("skforecast") and find_spec("statsmodels")):
            raise ImportError(
                "the bench needs skforecast and statsmodels; make an environment of its own as "
                "requirements-bench.txt says"
            )


PROFILES: Mapping[str, tuple[Bench, ...]] = {
    "quick": (Bench(QUICK, seeds=1, packages=False),),
    "paper": tuple(Bench(name) for name in SERIES if SIDE[name] == JUDGING),
}


def run(config: Bench) -> Outcome:
    """Forecast the series by all models: a row for each model and seed, and the forecasts."""
    series = given(config.series)
    truth = series.frame.to_numpy()[-series.held :, 0]
    rows, traces = [], {"truth": rounded(truth, 7)}
    for name, seed, forecast in _all(config, series):
        found = forecast()
        label = name if seed is None else f"{name} {seed}"
        row = {"model": name, "seed": seed, "error": error(series, found.values)}
        row["seconds"] = round(found.seconds, 4)
        if found.reliance:
            row["reliance"] = rounded(np.array(found.reliance), 4)
        rows.append(row)
        traces[label] = rounded(found.values, 7)
    return Outcome(rows, traces)


def _all(config: Bench, series: Given) -> list[tuple[str, int | None, Callable[[], Forecast]]]:
    lags, changes = series.lags, predictors.changes
    ridge = partial(RidgeCV, STRENGTHS)
    found = [
        (PERSISTENCE, None, lambda: predictors.naive(series, 1)),
        (SEASONAL, None, lambda: predictors.naive(series, series.season)),
        (RIDGE, None, lambda: changes(series, ridge, lags)),
        (LONGER, None, lambda: changes(series, ridge, 2 * lags)),
    ]
    if config.packages:
        found.append((SKFORECAST, None, lambda: predictors.skforecast(series)))
        found.append((SMOOTHING, None, lambda: predictors.smoothing(series)))
    drawn: dict[str, type[BaseEstimator]] = {
        MLP: MLPRegressor,
        ALM: ALMRegressor,
        GRU: GRURegressor,
    }
    for name, kind in drawn.items():
        for seed in range(config.seeds):
            model = partial(kind, random_state=seed)
            found.append((name, seed, partial(changes, series, model, lags, name == GRU)))
    return found
