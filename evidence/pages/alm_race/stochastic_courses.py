"""The runs of the stochastic ALM's contest: how each method is followed until its time is up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from evidence.kit.records import finite
from evidence.pages.alm_race.harness import Watch, alm_course, batch_of
from evidence.pages.alm_race.stochastic_config import ADAM, EXACT, FAST, FORGET, FULL, Contest
from evidence.protocols.alm import TEST, TRAIN, Trial, network_errors
from evidence.rivals.elman import NEVER, Adam, Clip, descend, windows
from lib import alm

EXPLOSION = 2.0
"""A network counts as exploded when its R is more than this many times the lowest before."""


class Course(Watch):
    """Follows one run: R of the roll-out, and the network with the lowest one."""

    def __init__(self, on: Trial, limit: float) -> None:
        super().__init__(limit)
        self.on, self.problem = on, alm.Problem(on.X, on.Y, on.penalties)
        self.least, self.weights = np.inf, on.start
        self.explosions, self.ended = 0, "limit"

    def look(self, seconds: float, passes: int, weights: alm.Weights) -> bool:
        """Take note of a network and tell whether the time is used up."""
        value = alm.rollout_objective(self.problem, weights)
        if not value <= EXPLOSION * self.least:
            self.explosions += 1
        if value < self.least:
            self.least, self.weights = value, weights
        return self.see(seconds, value, passes)

    def row(self, targets: Sequence[float] = ()) -> dict[str, object]:
        """Return where the run came, and the errors of its best network."""
        errors = network_errors(self.on.series, self.weights, alm.ReLU())
        return super().row(targets) | {
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

    def see(snapshot: alm.Snapshot, sweeps: int) -> bool:
        return course.look(snapshot.row["seconds"], sweeps, snapshot.weights)

    trace = alm_course(on, chosen, see).trace
    drift = trace["rollout_objective"].iloc[-1] / trace["objective"].iloc[-1]
    return {"restarts": int(trace["restarted"].sum()), "drift": finite(drift)}


def _full(on, config, value, length, course):
    return _alm(on, config, value, length, course, momentum=0.0)


def _fast(on, config, value, length, course):
    return _alm(on, config, value, length, course, alm.Acceleration().momentum)


def _forget(on, config, value, length, course):
    chosen = alm.Forgetting.scaled(on.Y, length, value)
    try:
        for done in alm.forget(on.X, on.Y, on.start, on.penalties, chosen):
            if course.look(done.seconds, done.number, done.weights):
                break
            if done.number == config.rounds:
                course.ended = "rounds"
                break
    except alm.BreakdownError:
        course.ended = "exploded"
    return {}


def _adam(on, config, value, length, course):
    epochs = config.epochs[config.lengths.index(length)]
    batch = batch_of(on)
    parts = windows(batch.steps, length)
    rule = Adam(value, Clip(config.clip), horizon=epochs * len(parts))
    for state in descend(batch, [rule], parts, carried=True):
        if state.diverged[0] != NEVER:
            course.ended = "exploded"
            break
        if course.look(state.seconds, state.epoch, state.networks.run(0)):
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
