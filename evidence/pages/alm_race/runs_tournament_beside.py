"""Beside the tournament: Adam with shorter schedules, and what predicts without a network.

In the tournament Adam's rate falls as a cosine over the whole budget, so that Adam can be late at a
target before its end. Here it runs on the tournament's own trials, to the tournament's own targets,
with budgets that are shares of it, the rate chosen for each share on the tuning trial: in single
precision, and on long series, on which that ends far above double, in both. The zero
answer and ridge regression, which sees the inputs of this step and the one before, have the errors
on the same test parts. One unit is one problem.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from itertools import product

from evidence.kit.columns import ROUGH, columns
from evidence.kit.records import Outcome, finite
from evidence.pages.alm_race import tournament
from evidence.pages.alm_race.harness import TUNING, Task
from evidence.pages.alm_race.race_columns import TOLERANCE
from evidence.pages.alm_race.runs_tournament_tuning import CELLS, RATES, seconds
from evidence.pages.alm_race.tournament_config import (
    ADAM,
    ADAM32,
    FAST,
    NEEDS,
    SHARES,
    Tournament,
)
from evidence.rivals.predictors import of_series
from evidence.rivals.predictors.of_series import RIDGE, STRENGTHS, ZERO

RACE = "alm_tournament"
TIMES = tuple(f"to {share:g}" for share in SHARES)

BOTH = 2000
"""From so many time steps on Adam runs in both precisions."""


@dataclass(frozen=True)
class Beside(Task):
    """A problem of the tournament.

    Attributes:
        seed: number of the first trial.
        seconds: of CPU time, the budget in the tournament.
        shares: of it, the budgets of Adam here.
        rates: of Adam, one of which is chosen for each share.
        trials: how many.
        packages: whether it is an error when JAX or the tournament's records are missing; otherwise
            Adam is left out.
    """

    seconds: float
    shares: tuple[float, ...] = (1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64)
    rates: tuple[float, ...] = RATES
    trials: int = 10
    packages: bool = True

    deviations = (
        "The short schedules are those of the compiled Adam in float32, which of both precisions "
        "is sooner at most targets on up to 500 steps and the index. On 2,000 steps the hidden "
        "state can grow beyond what float32 holds, and most of its runs with 20 units end far "
        "above float64; when that was seen, before these runs, both were put in, there and on "
        "10,000. Its rate falls "
        "as a cosine over a half of the budget, a quarter and so on to a sixty-fourth, and for "
        "each of these it is one of the same five, by the least R on the tuning series. Targets "
        "are those of the tournament, whose smallest R counts even where a short schedule ends "
        "below it. The other methods' times are the tournament's; they were not run again.",
        "Ridge regression is fitted to the training part, its strength chosen by the holdout.",
    )
    rows = (
        columns(int, "trial")
        | columns(str, "method")
        | columns(str, "ended", within=None)
        | columns(float, "share | value", within=None, none=True)
        | columns(float, "best", within=TOLERANCE, none=True)
        | columns(float, "seconds | compiled", within=None, none=True)
        | columns(float, *TIMES, within=None, none=True)
        | columns(float, "test", within=ROUGH, none=True)
    )

    @property
    def label(self) -> str:
        """The name of the unit's record."""
        return super().label.removesuffix(f"-trial{self.seed}")

    @property
    def methods(self) -> tuple[str, ...]:
        """Adam in the precisions that run here."""
        return (ADAM32, ADAM) if (self.steps or 0) >= BOTH else (ADAM32,)

    def look_for_data(self) -> None:
        """Load the series, and look for JAX if it must be there."""
        super().look_for_data()
        if self.packages and not ready():
            raise ImportError(
                "Adam's shorter schedules need jax; make an environment of its own as "
                "requirements-tournament.txt says"
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
    """Return a row for every schedule and every predictor on every trial."""
    rows = []
    seeds = range(config.seed, config.seed + config.trials)
    targets = dict(zip(seeds, targets_of(config, seeds), strict=False)) if ready() else {}
    rates = _chosen(config) if targets else {}
    for seed in seeds:
        on = config.trial(seed)
        for (method, share), rate in rates.items():
            course, told = _adam(config, on, method, share, rate)
            reached = list(course.row(targets[seed]).values())
            row = {"trial": seed, "method": method, "share": share, "value": rate, **told}
            row |= {"best": reached[0], "seconds": reached[2], "test": finite(course.test)}
            rows.append(row | dict(zip(TIMES, reached[3:], strict=True)))
        for method, error in _predicted(on).items():
            row = {"trial": seed, "method": method, "ended": tournament.END, "test": error}
            none = ("share", "value", "best", "seconds", "compiled", *TIMES)
            rows.append(row | dict.fromkeys(none))
    return Outcome(rows)


def ready() -> bool:
    """Return whether JAX is there."""
    return all(map(find_spec, NEEDS[ADAM32]))


def targets_of(config: Beside, seeds: range) -> list[list[float]]:
    """Return R at the targets of each trial, or nothing where it may be left out.

    Raises:
        FileNotFoundError: the tournament has not been computed there.
    """
    found = {}
    for record in tournament.recorded(RACE, config):
        if record.config["seed"] in seeds:
            least = min(row["best"] for row in record.rows if row["best"] is not None)
            found[record.config["seed"]] = tournament.targets(least, record.rows[0]["start"])
    if config.packages and set(found) != set(seeds):
        raise FileNotFoundError(
            f"the targets of {config.label} are read from records that are missing; compute them "
            f"first with: python -m evidence run {RACE}"
        )
    return [found[seed] for seed in seeds] if set(found) == set(seeds) else []


def _chosen(config: Beside) -> dict[tuple[str, float], float]:
    """Return the rate of every precision and schedule, by the least R on the tuning series."""
    tournament.load()
    on, found = config.trial(TUNING), {}
    tournament.follow(partial(tournament.MAKE[FAST], config, on, 1.0), on, tournament.WARM)
    for method, share in product(config.methods, config.shares):
        ends = {rate: _adam(config, on, method, share, rate)[0].best for rate in config.rates}
        found[method, share] = min(ends, key=ends.__getitem__)
    return found


def _adam(
    config: Beside, on: tournament.Split, method: str, share: float, rate: float
) -> tuple[tournament.Course, dict[str, object]]:
    make = partial(tournament.MAKE[method], config, on, rate)
    course, told = tournament.follow(make, on, share * config.seconds)
    tournament.forget()
    return course, told


def _predicted(on: tournament.Split) -> dict[str, float]:
    """Return the errors on the test part of the zero answer and of ridge regression."""
    seen = on.series.train + on.holdout
    series = replace(on.series, train=seen)
    _, strength = of_series.ridge(series, STRENGTHS, on.holdout / seen)
    outputs, _ = of_series.ridge(on.series, [strength], on.holdout / seen)
    found = {ZERO: of_series.zero(series), RIDGE: outputs}
    return {name: of_series.errors(series, values)[1] for name, values in found.items()}
