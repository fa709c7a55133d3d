"""Adam in NumPy, for who has no compiler: over the whole series, or on one window after another."""

import math
from functools import partial
from itertools import cycle

import numpy as np

from evidence.rivals.contestants import Clock, Run
from evidence.rivals.elman import Adam, Batch, Networks, Objective, windows
from lib import alm

NORM = 1.0
"""The gradient is clipped to this norm."""


class _Falling:
    """A rule whose rate falls with a clock instead of the steps."""

    def __init__(self, rate: float, clock: Clock) -> None:
        self.rate, self.clock = rate, clock

    def rate_at(self, step: int) -> float:
        """Return the rate now."""
        return 0.5 * self.rate * (1.0 + math.cos(math.pi * self.clock.share))


def numpy_adam(problem: alm.Problem, start: alm.Weights, rate: float, length: int | None) -> Run:
    """Return what trains by Adam with a rate that falls as a cosine with the budget, in float64.

    The hidden state is carried from a window to the next as a constant, and begins at zero where
    the series does or where it is not finite any more. A gradient that is not finite counts as
    zero.

    Args:
        problem: whose R is minimised.
        start: the first network.
        rate: the first one.
        length: steps in a window, of which the last may be shorter; None for the whole series.
    """
    networks = Networks.stack([start])
    objective = Objective(problem.penalties)
    batch = Batch(networks, problem.X[None], problem.Y[None], objective)
    parts = windows(batch.steps, length)
    gradient = batch.gradient.flat

    def run(clock: Clock) -> None:
        step = Adam.stepper([_Falling(rate, clock)], networks.flat, gradient)
        before = None
        for part in cycle(parts):
            clock.see(partial(networks.run, 0))
            if part.start == 0 or not np.isfinite(before).all():
                before = None
            batch.differentiate(part, before)
            before = batch.last(part)
            with np.errstate(over="ignore", invalid="ignore"):
                norm = math.sqrt(np.vdot(gradient, gradient))
                gradient[:] = gradient / max(norm, NORM) if math.isfinite(norm) else 0.0
            step()

    return run
