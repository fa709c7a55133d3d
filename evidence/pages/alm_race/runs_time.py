"""Time to a given objective: the ALM, gradient descent, Adam and L-BFGS on R of (2.6), one thread.

All four run one after another in one process on the same series from the same start, each with the
same limit of CPU time. The clocks stand still while R is looked at. Rates of gradient descent and
Adam were chosen on a series of their own, the trial ``TUNING``, by the smallest R at the end.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from evidence.kit.config import Config, within
from evidence.kit.records import Outcome, Record, finite, rounded
from evidence.protocols.alm import TABLE2, Setting, Trial, options, trial
from evidence.rivals import elman
from evidence.rivals.elman import (
    Adam,
    Batch,
    Clip,
    GradientDescent,
    Networks,
    Objective,
    descend,
    lbfgs,
    windows,
)
from lib import alm

ALM, GD, ADAM, LBFGS = METHODS = ("ALM", "GD", "Adam", "L-BFGS")
TARGETS = (20.0, 16.0, 14.0, 13.0, 12.0, 11.7, 11.5, 11.0)
"""Values of R whose first crossing is timed; eight, so that ten trials decide three rivals."""

TUNING = 10
"""The trial on which the rates were chosen; it is not among those that are compared."""


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
    compared = within(0.05, "best")
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


class Watch:
    """Follows R of one run: its smallest value, and when each target was first reached."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.values: list[float] = []

    def see(self, seconds: float, value: float) -> None:
        """Take note of R after so many CPU seconds."""
        self.seconds.append(seconds)
        self.values.append(value)

    def row(self, targets: Sequence[float] = TARGETS) -> dict[str, float | None]:
        """Return the smallest R, the last one, and the seconds to each target (None: never)."""
        values = np.array(self.values)
        found = {"best": finite(np.nanmin(values)), "last": finite(values[-1])}
        found["seconds"] = self.seconds[-1]
        for target in targets:
            reached = np.flatnonzero(values <= target)
            found[f"to {target:g}"] = self.seconds[reached[0]] if reached.size else None
        return found

    def trace(self, points: int = 80) -> tuple[list, list]:
        """Return seconds and R so far the smallest, at no more than so many moments."""
        lowest = np.fmin.accumulate(self.values)
        last = len(lowest) - 1
        at = np.unique(np.rint(np.geomspace(1, last + 1, points)).astype(int) - 1)
        return rounded(np.array(self.seconds)[at], 5), rounded(lowest[at], 6)


def run(config: Race) -> Outcome:
    """Run every method on the trial: a row each, and the lowest R so far along its time."""
    given = trial(config.dataset, config.initialisation, config.seed)
    watch = lbfgs_course(given, config.iterations, config.seconds)
    runs = [(ALM, None, _alm(given, config)), (LBFGS, None, watch)]
    for rate in config.descent_rates:
        rule = GradientDescent(rate)
        watch = descent_course(given, rule, config.descent_epochs, config.every, config.seconds)
        runs.append((GD, rate, watch))
    for rate in config.adam_rates:
        rule = Adam(rate, Clip(config.clip), horizon=config.adam_epochs)
        watch = descent_course(given, rule, config.adam_epochs, config.every, config.seconds)
        runs.append((ADAM, rate, watch))

    rows, traces = [], {"seconds": [], "lowest": []}
    for method, rate, watch in runs:
        rows.append({"method": method, "rate": rate, **watch.row()})
        for column, values in zip(traces.values(), watch.trace(), strict=True):
            column.append(values)
    return Outcome(rows, traces)


def _alm(given: Trial, config: Race) -> Watch:
    watch = Watch()

    def see(snapshot: alm.Snapshot) -> bool:
        watch.see(snapshot.row["seconds"], snapshot.row["rollout_objective"])
        return watch.seconds[-1] >= config.seconds

    chosen = options(config.setting, config.outer_iterations, config.inner_iterations)
    alm.solve(given.X, given.Y, given.start, given.penalties, chosen, see)
    return watch


def lbfgs_course(given: Trial, iterations: int, limit: float) -> Watch:
    """Follow L-BFGS until its iterations or the CPU seconds are used up."""
    watch = Watch()
    networks = Networks.stack([given.start])
    batch = Batch(networks, given.X[None], given.Y[None], Objective(given.penalties))

    class OutOfTime(Exception):
        """Ends SciPy's loop."""

    def see(_: int, current: Networks, seconds: float) -> None:
        networks.flat[:] = current.flat
        watch.see(seconds, float(batch.value()[0]))
        if seconds >= limit:
            raise OutOfTime

    with suppress(OutOfTime):
        lbfgs(given.start, given.X, given.Y, Objective(given.penalties), iterations, see)
    return watch


def descent_course(given: Trial, rule: elman.Rule, epochs: int, every: int, limit: float) -> Watch:
    """Follow one rule until the epochs or the CPU seconds are used up, or it has diverged."""
    watch = Watch()
    networks = Networks.stack([given.start])
    batch = Batch(networks, given.X[None], given.Y[None], Objective(given.penalties))
    for state in descend(batch, [rule], windows(batch.steps)):
        last = state.epoch == epochs or state.seconds >= limit or state.diverged[0] != elman.NEVER
        if last or state.epoch % every == 0:
            watch.see(state.seconds, float(batch.value()[0]))
        if last:
            break
    return watch


def split(records: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """Return the records of the compared trials, and the one of the tuning trial if it is there."""
    tuning = [record for record in records if record.config["seed"] == TUNING]
    return [record for record in records if record not in tuning], tuning


def chosen(tuning: Record, method: str) -> float:
    """Return the rate of a method with the smallest R at the end of the tuning trial."""
    runs = [row for row in tuning.rows if row["method"] == method and row["last"] is not None]
    return min(runs, key=lambda row: row["last"])["rate"]
