"""The ALM as published and accelerated, seen after every sweep instead of every multiplier step."""

from dataclasses import replace

import numpy as np

from evidence.rivals.contestants import Clock, Run
from lib import alm
from lib.alm.bcd import PLAIN
from lib.alm.workspace import Workspace

WITHOUT_END = 10**9
"""Outer iterations; the clock ends the run."""


class Seen(alm.Extension):
    """An extension, or the paper's way, whose sweeps a clock sees.

    Attributes:
        clock: to be set before the first sweep.
    """

    clock: Clock

    def __init__(self, told: alm.Extension | None) -> None:
        self.told = told

    def strategy(self, ws: Workspace, start: alm.State) -> alm.Strategy:
        """Return the extension's strategy, seen."""
        inner = PLAIN if self.told is None else self.told.strategy(ws, start)
        return _SeenStrategy(inner, self)


class _SeenStrategy(alm.Strategy):
    def __init__(self, inner: alm.Strategy, told: Seen) -> None:
        self.inner, self.told = inner, told

    def reset(self) -> None:
        self.inner.reset()

    def begin(self, ws: Workspace) -> None:
        self.inner.begin(ws)

    def sweep(self, ws: Workspace) -> int:
        taken = self.inner.sweep(ws)
        self.told.clock.see(lambda: ws.state().weights)
        return taken

    def refuge(self, state: alm.State, xi: np.ndarray, zeta: np.ndarray) -> alm.Refuge | None:
        return self.inner.refuge(state, xi, zeta)

    def raises_gamma(self, state: alm.State, slow: bool) -> bool:
        return self.inner.raises_gamma(state, slow)


def augmented_lagrangian(problem: alm.Problem, start: alm.Weights, options: alm.Options) -> Run:
    """Return what runs Algorithm 3.1 with these options until the clock ends it.

    Its measurements of every outer iteration are no part of the method, and do not count.
    """
    seen = Seen(options.extension)
    options = replace(options, extension=seen, outer_iterations=WITHOUT_END)
    snapshots = alm.iterate(problem.X, problem.Y, start, problem.penalties, options)

    def run(clock: Clock) -> None:
        seen.clock = clock
        for snapshot in snapshots:
            # The looks of `see` fall into the seconds that the algorithm itself measures.
            clock.put(snapshot.row["seconds"] - clock.away)

    return run
