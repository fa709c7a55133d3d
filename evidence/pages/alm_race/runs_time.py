"""Time to a given objective: the ALM, gradient descent, Adam and L-BFGS on R of (2.6), one thread.

All four run one after another in one process on the same series from the same start, each with the
same limit of CPU time. The clocks stand still while R is looked at. Rates of gradient descent and
Adam were chosen on a series of their own, the trial ``TUNING``, by the smallest R at the end.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome
from evidence.pages.alm_race.harness import (
    TUNING,
    adam_course,
    descent_course,
    lbfgs_course,
    outcome,
    spaced,
    watched_alm,
)
from evidence.pages.alm_race.race_columns import ALONG, ROWS, reached
from evidence.protocols.alm import TABLE2, Setting, trial
from evidence.protocols.alm import options as alm_options
from evidence.rivals.elman import GradientDescent

ALM, GD, ADAM, LBFGS = METHODS = ("ALM", "GD", "Adam", "L-BFGS")
TARGETS = (20.0, 16.0, 14.0, 13.0, 12.0, 11.7, 11.5, 11.0)
"""Values of R whose first crossing is timed; eight, so that ten trials decide three rivals."""


@dataclass(frozen=True)
class Race(Config):
    """All methods on one trial."""

    dataset: str
    initialisation: str
    seed: int
    setting: Setting
    descent_rates: tuple[float, ...]
    adam_rates: tuple[float, ...]
    adam_epochs: int
    descent_epochs: int
    clip: float
    seconds: float
    outer_iterations: int = 100
    inner_iterations: int = 500
    iterations: int = 2000
    every: int = 5

    labelled = "{dataset}-{initialisation}-trial{seed}"
    deviations = (
        "The paper shows errors against CPU time (its Figure 2), not the objective.",
        "Gradient methods minimise the ALM's objective R on the whole training part; in the "
        "paper they minimise another loss.",
        "The ALM has Table 2's parameters, untuned; R is seen after every outer iteration.",
        "Rates chosen on one further series: gradient descent's and Adam's, of three each.",
    )
    rows = ROWS | reached(TARGETS) | columns(float, "rate", none=True)
    traces = ALONG
    """Times belong to the machine. So does, a little, how low R comes, for the limit is a time."""


def _races(seeds: range, dataset: str, **fields: object) -> tuple[Race, ...]:
    return tuple(
        Race(dataset=dataset, initialisation="glorot", seed=k, setting=TABLE2[dataset], **fields)
        for k in seeds
    )


_SERIES = {"dataset": "synthetic-t500", "clip": 1.0}

PROFILES: Mapping[str, tuple[Race, ...]] = {
    "quick": _races(
        range(2),
        descent_rates=(0.01,),
        adam_rates=(0.01,),
        adam_epochs=60,
        descent_epochs=100,
        seconds=60.0,
        outer_iterations=4,
        inner_iterations=40,
        iterations=40,
        **_SERIES,
    ),
    "paper": (
        *_races(
            range(TUNING, TUNING + 1),
            descent_rates=(3e-3, 1e-2, 3e-2),
            adam_rates=(3e-3, 1e-2, 2e-2),
            adam_epochs=3000,
            descent_epochs=100_000,
            seconds=20.0,
            **_SERIES,
        ),
        *_races(
            range(TUNING),
            descent_rates=(0.01,),
            adam_rates=(0.01,),
            adam_epochs=3000,
            descent_epochs=100_000,
            seconds=60.0,
            **_SERIES,
        ),
    ),
}


def run(config: Race) -> Outcome:
    """Run every method on the trial: a row each, and the lowest R so far along its time."""
    on = trial(config.dataset, config.initialisation, config.seed, setting=config.setting)
    options = alm_options(config.setting, config.outer_iterations, config.inner_iterations)
    runs = [
        ({"method": ALM, "rate": None}, watched_alm(on, options, config.seconds)),
        ({"method": LBFGS, "rate": None}, lbfgs_course(on, config.iterations, config.seconds)),
    ]
    for rate in config.descent_rates:
        rule = GradientDescent(rate)
        watch = descent_course(on, rule, config.descent_epochs, config.every, config.seconds)
        runs.append(({"method": GD, "rate": rate}, watch))
    for rate in config.adam_rates:
        watch = adam_course(on, rate, config.adam_epochs, config.seconds, config.clip, config.every)
        runs.append(({"method": ADAM, "rate": rate}, watch))
    return outcome(runs, TARGETS, spaced)
