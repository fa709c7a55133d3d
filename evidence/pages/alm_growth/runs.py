"""What a sweep of the ALM costs as series, networks, trials and workers grow.

Sweeps of Algorithm 3.2 are timed on random series with the inputs and outputs of Table 1's longest,
and beside them the product of two matrices, all in turns in one process on one thread; then so
many independent trials with one worker and more. A sweep's time does not depend on the numbers.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

from evidence.kit.backends import DASK, LOKY, each
from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, rounded
from evidence.kit.timing import in_turns
from evidence.pages.alm_growth.model import sweep_flops
from lib import alm
from lib.alm.bcd import sweep
from lib.alm.workspace import Workspace
from lib.randomness import generator

PEAK, SWEEP, TRIALS, START = PARTS = ("peak", "sweep", "trials", "start")
SIZE, PRODUCTS = 1000, 4
"""Of the matrices whose products show the machine's peak, and how many there are in a turn."""


@dataclass(frozen=True)
class Growth(Config):
    """All timings.

    Attributes:
        lengths, hidden_sizes: T and r, timed at every pair.
        inputs, outputs: n and m.
        flops: floating point operations of a turn, about; at least one sweep and at most `most`.
        turns: how often everything is timed.
        workers: numbers of processes.
        trials: numbers of trials that they share.
        steps, hidden_size, sweeps: of each of these trials.
        repeats: how often these are timed.
        backend: what starts the processes.
    """

    lengths: tuple[int, ...] = (100, 300, 1000, 3000, 10_000, 30_000, 100_000)
    hidden_sizes: tuple[int, ...] = (5, 20, 100)
    inputs: int = 80
    outputs: int = 30
    flops: float = 3e9
    most: int = 1000
    turns: int = 7
    workers: tuple[int, ...] = (1, 2, 4)
    trials: tuple[int, ...] = (4, 16)
    steps: int = 450
    hidden_size: int = 100
    sweeps: int = 400
    repeats: int = 3
    backend: str = DASK

    labelled = "{backend}"
    alone = True
    reads = ()
    deviations = ("The paper measures no growth.",)
    rows = (
        columns(str, "part")
        | columns(int, "steps | hidden_size | count | trials | workers", part=True)
        | columns(int, "cores", within=None)
        | columns(float, "seconds", within=None)
    )
    """Times belong to the machine; what was timed is the same everywhere. Seconds are those of one
    turn each, CPU time of sweeps and products, wall time of trials and of the start."""

    def look_for_data(self) -> None:
        """Look for Dask where it starts the processes."""
        if self.backend == DASK and not find_spec("distributed"):
            raise ImportError("the package distributed, of the extra 'dask', is missing")


PROFILES: Mapping[str, tuple[Growth, ...]] = {
    "quick": (
        Growth(
            lengths=(50, 100, 200, 400),
            hidden_sizes=(5, 20),
            flops=2e7,
            turns=3,
            workers=(1, 2),
            trials=(2,),
            steps=50,
            hidden_size=5,
            sweeps=20,
            repeats=1,
            backend=LOKY,
        ),
    ),
    "paper": (Growth(),),
}


def run(config: Growth) -> Outcome:
    """Time sweeps and products in turns, then trials; a row each."""
    cells = [(T, r) for r in config.hidden_sizes for T in config.lengths]
    counts = [sweeps_in_a_turn(config, *cell) for cell in cells]
    works = [sweeps(config, *cell, count, 0) for cell, count in zip(cells, counts, strict=True)]
    peak, *taken = in_turns(_products(), *works, repeats=config.turns)
    del works
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    rows = [{"part": PEAK, "count": PRODUCTS, "seconds": rounded(peak, 4)}]
    for (T, r), count, seconds in zip(cells, counts, taken, strict=True):
        size = {"steps": T, "hidden_size": r, "count": count}
        rows.append({"part": SWEEP, **size, "seconds": rounded(seconds, 4)})
    for workers in config.workers:
        for trials in (0, *config.trials):
            # Without trials, what starting the workers takes: each is given nothing to do.
            work = partial(_trial, config) if trials else _nothing
            tasks = range(trials or workers)
            seconds = [_wall(work, tasks, workers, config.backend) for _ in range(config.repeats)]
            shared = {"trials": trials, "workers": workers, "seconds": rounded(seconds, 4)}
            rows.append({"part": TRIALS if trials else START, **shared})
    return Outcome([row | {"cores": cores} for row in rows])


def sweeps_in_a_turn(config: Growth, T: int, r: int) -> int:
    """Return how many sweeps of a size are timed at once."""
    fitting = round(config.flops / sweep_flops(T, r, config.inputs, config.outputs))
    return min(max(fitting, 1), config.most)


def sweeps(config: Growth, T: int, r: int, count: int, seed: int) -> Callable[[], None]:
    """Return what sweeps so often over a random series; each call goes on where the last ended."""
    draw, n, m = generator("alm_rnn", "growth", f"t{T}-r{r}", seed), config.inputs, config.outputs
    X, Y = draw.uniform(-1, 1, (T, n)), draw.normal(size=(T, m))
    weights = alm.Weights.normal(draw, r, n, m, 0.05)
    problem = alm.Problem(X, Y, alm.Penalties.from_tau(5.0 * r, r, n, m))
    H, U = alm.rollout(weights, X, problem.activation)
    workspace, zero = Workspace(problem, r), np.zeros_like(U)
    workspace.load(alm.State(weights, H, U), zero, zero, 1.0, 1e-5)

    def work() -> None:
        for _ in range(count):
            sweep(workspace)

    return work


def _products() -> Callable[[], None]:
    left, right = generator("alm_rnn", "growth", "peak", 0).normal(size=(2, SIZE, SIZE))
    out = np.empty((SIZE, SIZE))

    def work() -> None:
        for _ in range(PRODUCTS):
            np.matmul(left, right, out=out)

    return work


def _trial(config: Growth, seed: int) -> None:
    with threadpool_limits(1):
        sweeps(config, config.steps, config.hidden_size, config.sweeps, seed)()


def _nothing(_: int) -> None:
    pass


def _wall(work: Callable[[int], None], tasks: range, workers: int, backend: str) -> float:
    begun = perf_counter()
    for _ in each(work, tasks, workers, backend):
        pass
    return perf_counter() - begun
