"""What the gradient-trained rows of Tables 3 and 4 share: batches of trials, errors on the way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from evidence.kit.records import finite
from evidence.protocols.alm import ERRORS, Trial
from evidence.rivals import elman
from evidence.rivals.elman import Networks, State
from evidence.rivals.predictors import of_series
from lib import alm

RELU = alm.ReLU()
FINISHED, DIVERGED = ("finished", "diverged")
OBJECTIVE = "rollout_objective"
MEASURED = (*ERRORS, OBJECTIVE)
DIGITS = 6
"""Significant digits of a trace."""


def milestones(epochs: int, number: int = 50) -> tuple[int, ...]:
    """Return the epochs at which a run is looked at: 0, and at most so many up to the last.

    They lie evenly on a logarithmic scale.
    """
    wanted = np.rint(np.geomspace(1, epochs, number)).astype(int)
    return (0, *np.unique(wanted).tolist())


def starts(trials: Sequence[Trial]) -> Networks:
    """Return the initial weights of trials as one batch."""
    return Networks.stack([trial.start for trial in trials])


def training_part(trials: Sequence[Trial], steps: int | None = None) -> tuple[np.ndarray, ...]:
    """Return the inputs (R, T1, n) and targets (R, T1, m) of the training parts, or their heads."""
    return np.stack([t.X[:steps] for t in trials]), np.stack([t.Y[:steps] for t in trials])


class Measurement:
    """Errors and objective of a batch of networks, one a trial."""

    def __init__(self, networks: Networks, trials: Sequence[Trial]) -> None:
        self._networks, self._trials = networks, trials
        self._X = np.stack([trial.series.X for trial in trials])
        objective = elman.Objective(trials[0].penalties)
        self._R = elman.Batch(networks, *training_part(trials), objective)

    def take(self) -> list[dict[str, float]]:
        """Return for every run the numbers of ``MEASURED``, as `alm_protocol.network_errors`."""
        train = self._trials[0].series.train
        running = elman.predictions(self._networks, self._X, RELU)
        restarted = elman.predictions(self._networks, self._X[:, train:], RELU)
        found = []
        with np.errstate(over="ignore", invalid="ignore"):
            for k, (trial, R) in enumerate(zip(self._trials, self._R.value(), strict=True)):
                outputs = running[k].copy()
                errors = of_series.errors(trial.series, outputs)
                outputs[train:] = restarted[k]
                _, again = of_series.errors(trial.series, outputs)
                found.append(dict(zip(MEASURED, (*errors, again, float(R)), strict=True)))
        return found


@dataclass(frozen=True)
class Look:
    """One run at one milestone.

    Attributes:
        epoch: or iteration.
        measured: the numbers of ``MEASURED``.
        seconds: CPU seconds of the program so far divided by its runs.
        diverged: the epoch in which the run diverged, or `elman.NEVER`.
    """

    epoch: int
    measured: dict[str, float]
    seconds: float
    diverged: int


def follow(states: Iterable[State], trials: Sequence[Trial], at: Sequence[int]) -> list[list[Look]]:
    """Train until the last milestone and return every run's looks at the milestones.

    Args:
        states: from `elman.descend`.
        trials: of each run.
        at: the milestones in rising order.
    """
    looks: list[list[Look]] = [[] for _ in trials]
    measurement, wanted = None, set(at)
    for state in states:
        if state.epoch in wanted:
            measurement = measurement or Measurement(state.networks, trials)
            seconds = state.seconds / len(trials)
            for run, measured, when in zip(
                looks, measurement.take(), state.diverged.tolist(), strict=True
            ):
                run.append(Look(state.epoch, measured, seconds, when))
        if state.epoch == at[-1]:
            return looks
    raise ValueError(f"the training ended before epoch {at[-1]}")


def minimise(given: Trial, iterations: int) -> list[Look]:
    """Return the looks of L-BFGS on one trial, the last one where it ended."""
    looks: list[Look] = []
    at = milestones(iterations)

    def watch(iteration: int, networks: Networks, seconds: float) -> None:
        if iteration in at:
            looks.append(_look(iteration, networks, given, seconds))

    objective = elman.Objective(given.penalties)
    try:
        found = elman.lbfgs(given.start, given.X, given.Y, objective, iterations, watch)
    except elman.ExplodedError:
        return [_look(0, starts([given]), given, 0.0, diverged=1)]
    if looks[-1].epoch != found.iterations:
        end = Networks.stack([found.weights])
        looks.append(_look(found.iterations, end, given, found.seconds))
    return looks


def _look(
    iteration: int, networks: Networks, given: Trial, seconds: float, diverged: int = elman.NEVER
) -> Look:
    return Look(iteration, Measurement(networks, [given]).take()[0], seconds, diverged)


def row(look: Look) -> dict:
    """Return the columns of a run's last look; what diverged has no errors."""
    reason = ""
    if look.diverged != elman.NEVER:
        reason = f"objective or gradient not finite in epoch {look.diverged}"
    elif not np.isfinite(list(look.measured.values())).all():
        reason = f"errors not finite after epoch {look.epoch}"
    values = dict.fromkeys(MEASURED) if reason else look.measured
    return {
        "status": DIVERGED if reason else FINISHED,
        "reason": reason,
        **values,
        "epochs": look.epoch,
        "seconds": look.seconds,
    }


def traces(runs: Sequence[Sequence[Look]]) -> dict[str, list]:
    """Return the looks of all runs as columns, a list per run; None where a number is not finite.

    From the epoch on in which a run diverged it has no numbers.
    """
    found: dict[str, list] = {name: [] for name in (*MEASURED, "seconds")}
    for looks in runs:
        for name in MEASURED:
            found[name].append([_shown(look, look.measured[name]) for look in looks])
        found["seconds"].append([_rounded(look.seconds) for look in looks])
    return found


def _shown(look: Look, value: float) -> float | None:
    return None if look.diverged != elman.NEVER else _rounded(value)


def _rounded(value: float) -> float | None:
    return finite(float(f"{value:.{DIGITS}g}"))
