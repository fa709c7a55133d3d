"""The runs of the stochastic ALM's contest: how each method is followed until its time is up."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from evidence.kit.records import finite
from evidence.pages.alm_race.stochastic_config import ADAM, EXACT, FAST, FORGET, FULL, Contest
from evidence.protocols.alm import TEST, TRAIN, Trial, network_errors
from evidence.rivals.elman import NEVER, Adam, Batch, Clip, Networks, Objective, descend, windows
from lib import alm

EXPLOSION = 2.0
"""A network counts as exploded when its R is more than this many times the lowest before."""


class Course:
    """Follows one run: R of the roll-out, and the network with the lowest one."""

    def __init__(self, on: Trial, limit: float) -> None:
        self.on, self.limit = on, limit
        self.problem = alm.Problem(on.X, on.Y, on.penalties)
        self.seconds: list[float] = []
        self.passes: list[int] = []
        self.values: list[float] = []
        self.lowest, self.weights = np.inf, on.start
        self.explosions, self.ended = 0, "limit"

    def see(self, seconds: float, passes: int, weights: alm.Weights) -> bool:
        """Take note of a network and tell whether the time is used up."""
        value = alm.rollout_objective(self.problem, weights)
        if not value <= EXPLOSION * self.lowest:
            self.explosions += 1
        if value < self.lowest:
            self.lowest, self.weights = value, weights
        for known, new in zip(
            (self.seconds, self.passes, self.values), (seconds, passes, value), strict=True
        ):
            known.append(new)
        return seconds >= self.limit

    def row(self) -> dict[str, object]:
        """Return where the run came, and the errors of its best network."""
        errors = network_errors(self.on.series, self.weights, alm.ReLU())
        return {
            "best": finite(self.lowest),
            "last": finite(self.values[-1]),
            "seconds": self.seconds[-1],
            "passes": self.passes[-1],
            "explosions": self.explosions,
            "ended": self.ended,
            TRAIN: finite(errors[TRAIN]),
            TEST: finite(errors[TEST]),
        }


Run = Callable[[Trial, Contest, float, int | None, Course], dict[str, object]]


def _alm(
    on: Trial, config: Contest, scale: float, length: int | None, course: Course, momentum: float
) -> dict[str, object]:
    """Follow Algorithm 3.1; also return how often the guard acted, and how far h and u drifted."""
    if length is None:
        chosen = alm.accelerated(
            on.Y,
            inner_iterations=config.sweeps,
            extension=alm.Acceleration(momentum=momentum),
        )
    else:
        chosen = alm.windowed(on.Y, length, inner_iterations=config.passes)
    chosen = replace(chosen, gamma=scale * chosen.gamma, outer_iterations=config.outer_iterations)
    passes = restarts = 0
    last: Mapping[str, object] = {}

    def see(snapshot: alm.Snapshot) -> bool:
        nonlocal passes, restarts, last
        last = snapshot.row
        passes += last["sweeps"]
        restarts += last["restarted"]
        return course.see(last["seconds"], passes, snapshot.weights)

    alm.solve(on.X, on.Y, on.start, on.penalties, chosen, see)
    return {"restarts": restarts, "drift": finite(last["rollout_objective"] / last["objective"])}


def _full(on, config, value, length, course):
    return _alm(on, config, value, length, course, momentum=0.0)


def _fast(on, config, value, length, course):
    return _alm(on, config, value, length, course, alm.Acceleration().momentum)


def _forget(on, config, value, length, course):
    chosen = alm.Forgetting.scaled(on.Y, length, value)
    try:
        for done in alm.forget(on.X, on.Y, on.start, on.penalties, chosen):
            if course.see(done.seconds, done.number, done.weights):
                break
            if done.number == config.rounds:
                course.ended = "rounds"
                break
    except alm.BreakdownError:
        course.ended = "exploded"
    return {}


def _adam(on, config, value, length, course):
    epochs = config.epochs[config.lengths.index(length)]
    batch = Batch(Networks.stack([on.start]), on.X[None], on.Y[None], Objective(on.penalties))
    parts = windows(batch.steps, length)
    rule = Adam(value, Clip(config.clip), horizon=epochs * len(parts))
    for state in descend(batch, [rule], parts, carried=True):
        if state.diverged[0] != NEVER:
            course.ended = "exploded"
            break
        if course.see(state.seconds, state.epoch, state.networks.run(0)):
            break
        if state.epoch == epochs:
            course.ended = "epochs"
            break
    return {}


FOLLOW: Mapping[str, Run] = {
    FULL: _full,
    FAST: _fast,
    EXACT: _full,
    FORGET: _forget,
    ADAM: _adam,
}
"""What runs each method; it returns what only that method has to tell."""
