"""Beside the tournament: Adam with shorter schedules, and what predicts without a network.

In the tournament Adam's rate falls as a cosine over the whole budget, so that Adam is late at every
target before its end. Here it runs on the tournament's own trials with budgets that are shares of
it, the rate chosen for each share on the tuning trial. The zero answer and ridge regression, which
sees the inputs of this step and the one before, have the errors on the same test parts. One unit is
one problem.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec

import numpy as np

from evidence.kit.columns import ROUGH, columns
from evidence.kit.records import Outcome, finite, rounded
from evidence.pages.alm_race import tournament
from evidence.pages.alm_race.harness import TUNING, Task, falls
from evidence.pages.alm_race.race_columns import ALONG, TOLERANCE
from evidence.pages.alm_race.runs_tournament_tuning import CELLS, RATES, seconds
from evidence.pages.alm_race.tournament_config import ADAM32, FAST, NEEDS, Tournament
from evidence.rivals.predictors import of_series
from evidence.rivals.predictors.of_series import RIDGE, STRENGTHS, ZERO

NOTHING = dict.fromkeys(("share", "value", "best", "seconds", "compiled"))
"""What a predictor without a network has none of."""

FINE = 5e-4
"""Falls of R that are kept, relative to it; targets are read from them."""


@dataclass(frozen=True)
class Beside(Task):
    """A problem of the tournament.

    Attributes:
        seed: number of the first trial.
        seconds: of CPU time, the budget in the tournament.
        shares: of it, the budgets of Adam here.
        rates: of Adam, one of which is chosen for each share.
        trials: how many.
        packages: whether it is an error when JAX is missing; otherwise Adam is left out.
    """

    seconds: float
    shares: tuple[float, ...] = (1 / 2, 1 / 4, 1 / 8, 1 / 16)
    rates: tuple[float, ...] = RATES
    trials: int = 10
    packages: bool = True

    deviations = (
        "Adam of the page's short schedules is the compiled one in float32, which of both "
        "precisions is sooner at most targets. Its rate falls as a cosine over a half, a quarter, "
        "an eighth or a sixteenth of the budget, and for each of these it is one of the same "
        "five, by the least R on the tuning series. All is as in the tournament but for the order: "
        "nothing else runs in between.",
        "Ridge regression has its strength by the holdout and is then fitted to training part and "
        "holdout, which no network is.",
    )
    rows = (
        columns(int, "trial")
        | columns(str, "method")
        | columns(str, "ended", within=None)
        | columns(float, "share | value", within=None, none=True)
        | columns(float, "best", within=TOLERANCE, none=True)
        | columns(float, "seconds | compiled", within=None, none=True)
        | columns(float, "test", within=ROUGH, none=True)
    )
    traces = ALONG | columns(float, "lowest", within=ROUGH, cut=True)

    @property
    def label(self) -> str:
        """The name of the unit's record."""
        return super().label.removesuffix(f"-trial{self.seed}")

    def look_for_data(self) -> None:
        """Load the series, and look for JAX if it must be there."""
        super().look_for_data()
        if self.packages and not _ready():
            raise ImportError(
                "Adam's shorter schedules need jax: in an environment of its own, "
                "python -m pip install -r requirements-tournament.txt"
            )

    def trial(self, seed: int) -> tournament.Split:
        """Return a trial of the tournament."""
        task = Tournament(self.dataset, self.steps, self.hidden_size, seed, self.seconds)
        return tournament.given(task)


_QUICK = Beside(
    "synthetic-t500", 60, 4, 0, seconds=0.4, shares=(0.5,), rates=(1e-2,), trials=2, packages=False
)

PROFILES: Mapping[str, tuple[Beside, ...]] = {
    "quick": (_QUICK, replace(_QUICK, dataset="sp500-intended", steps=None)),
    "paper": tuple(Beside(*cell, 0, seconds=seconds(*cell[1:])) for cell in CELLS),
}


def run(config: Beside) -> Outcome:
    """Return a row for every schedule and predictor on every trial, and R along Adam's time."""
    rows, traces = [], {"seconds": [], "lowest": []}
    ready = _ready()
    rates = _chosen(config) if ready else {}
    for seed in range(config.seed, config.seed + config.trials):
        on = config.trial(seed)
        for share, rate in rates.items():
            course, row = _adam(config, on, share, rate)
            rows.append({"trial": seed, **row})
            at = falls(course.lowest, FINE)
            traces["seconds"].append(rounded(np.array(course.seconds)[at], 5))
            traces["lowest"].append(rounded(course.lowest[at], 7))
        for method, error in _predicted(on).items():
            rows.append({"trial": seed, "method": method, "ended": tournament.END} | NOTHING)
            rows[-1]["test"] = error
            traces["seconds"].append([])
            traces["lowest"].append([])
    return Outcome(rows, traces)


def _ready() -> bool:
    return all(map(find_spec, NEEDS[ADAM32]))


def _chosen(config: Beside) -> dict[float, float]:
    """Return the rate of every schedule, by the least R on the tuning series."""
    tournament.load()
    on, found = config.trial(TUNING), {}
    tournament.follow(partial(tournament.MAKE[FAST], config, on, 1.0), on, tournament.WARM)
    for share in config.shares:
        ends = {rate: _adam(config, on, share, rate)[0].best for rate in config.rates}
        found[share] = min(ends, key=ends.__getitem__)
    return found


def _adam(
    config: Beside, on: tournament.Split, share: float, rate: float
) -> tuple[tournament.Course, dict[str, object]]:
    make = partial(tournament.MAKE[ADAM32], config, on, rate)
    course, told = tournament.follow(make, on, share * config.seconds)
    tournament.forget()
    row = {"method": ADAM32, "share": share, "value": rate, **told, "test": finite(course.test)}
    reached = course.row()
    return course, row | {name: reached[name] for name in ("best", "seconds")}


def _predicted(on: tournament.Split) -> dict[str, float]:
    """Return the errors on the test part of the zero answer and of ridge regression."""
    seen = on.series.train + on.holdout
    series = replace(on.series, train=seen)
    found = {
        ZERO: of_series.zero(series),
        RIDGE: of_series.ridge(series, STRENGTHS, on.holdout / seen)[0],
    }
    return {name: of_series.errors(series, outputs)[1] for name, outputs in found.items()}
