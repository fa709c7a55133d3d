"""Ten trials of a GRU on mini-batches: as one program against ten loops over torch's own module.

Both see the same mini-batches from the same weights. The module is torch.nn.GRU with autograd and
torch.optim; its equal here is `GRUResetAfter`, with one time step the paper's GRU. The data are
random numbers of the datasets' sizes, for the time of a step does not depend on what the numbers
are. Arguments name the settings to measure; without any, all are.
"""

import one_thread  # noqa: F401  # isort: skip

import sys
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

import numpy as np
import torch

from evidence.kit.timing import in_turns, spread
from lib.models import GRU, LSTM, RNN, Cell, GRUResetAfter, to_torch
from lib.penalties import L1, L2, UNREGULARISED, ProxL1, Regulariser, SmoothL1
from lib.randomness import generator
from lib.training import (
    SGD,
    Adam,
    Loss,
    MeanSquaredError,
    MiniBatches,
    Optimiser,
    Problem,
    SigmoidSquaredError,
    descend,
)

TRIALS, HIDDEN, RATE, REPEATS = 10, 32, 1e-3, 7


class Setting(NamedTuple):
    """Sizes of a dataset: its features at a time, steps of time, outputs and mini-batch."""

    features: int
    steps: int
    outputs: int
    batch: int
    loss: Loss = SigmoidSquaredError()
    optimiser: Optimiser = SGD(RATE)
    samples: int = 2048


SETTINGS = {
    "Iris": Setting(4, 1, 3, 32, samples=105),
    "Wine": Setting(13, 1, 3, 32, samples=125),
    "KDD": Setting(22, 1, 23, 128),
    "MNIST": Setting(784, 1, 10, 32),
    "MNIST, 28 rows": Setting(28, 28, 10, 32),
    "Boston, Adam": Setting(13, 1, 1, 32, MeanSquaredError(), Adam(RATE), samples=354),
}

PENALTIES = [Regulariser(p, 5e-4, "all") for p in (L2(), L1(), SmoothL1(), ProxL1())]


def problem(setting: Setting, model: Cell, dtype: torch.dtype, regularisers) -> Problem:
    """Return random data of the setting's size, shared by all trials."""
    rng = generator("bench", "gru", "data", 0)
    X = rng.normal(size=(1, setting.samples, setting.steps, setting.features))
    targets = rng.integers(0, 2, size=(1, setting.samples, setting.outputs))
    tensors = torch.from_numpy(X).to(dtype), torch.from_numpy(targets).to(dtype)
    return Problem(model, setting.loss, *tensors, regularisers)


def generators(what: str, runs: int = TRIALS) -> list[np.random.Generator]:
    """Return a generator a run, those of a trial the same for every method."""
    return [generator("bench", "gru", what, k % TRIALS) for k in range(runs)]


def batched(
    setting: Setting, cls: type[Cell], dtype: torch.dtype, count: int, methods=(UNREGULARISED,)
) -> Callable[[], object]:
    """Return a function that takes `count` steps of all trials of all methods as one program."""
    model = cls(setting.features, HIDDEN, setting.outputs)
    runs = [method for method in methods for _ in range(TRIALS)]
    task = problem(setting, model, dtype, runs)
    start = model.initialise(generators("start", len(runs)), dtype=dtype)
    batches = MiniBatches(setting.batch, generators("batches"))
    states = descend(task, start, setting.optimiser, batches)
    return lambda: [None for _ in islice(states, count)]


def looped(setting: Setting, dtype: torch.dtype, count: int) -> Callable[[], object]:
    """Return a function that takes `count` steps of each trial with torch's module."""
    model = GRUResetAfter(setting.features, HIDDEN, setting.outputs)
    task = problem(setting, model, dtype, UNREGULARISED)
    start = model.initialise(generators("start"), dtype=dtype)
    X, targets = task.X[0], task.targets[0]
    kind = {SGD: torch.optim.SGD, Adam: torch.optim.Adam}[type(setting.optimiser)]
    trials = []
    for k, rng in enumerate(generators("batches")):
        gru, output = to_torch(model, start, k)
        trials.append((gru, output, kind([*gru.parameters(), *output.parameters()], RATE), rng))

    def one(gru, output, optimiser, rng):
        rows = torch.empty(0, dtype=torch.int64)
        for _ in range(count):
            if len(rows) == 0:
                rows = torch.from_numpy(rng.permutation(len(X)))
            batch, rows = rows[: setting.batch], rows[setting.batch :]
            optimiser.zero_grad()
            hidden, _ = gru(X[batch])
            o, t = output(hidden[:, -1]), targets[batch]
            if isinstance(setting.loss, MeanSquaredError):
                error = torch.nn.functional.mse_loss(o, t)
            else:
                error = 0.5 * (torch.sigmoid(o) - t).square().sum()
            error.backward()
            optimiser.step()

    return lambda: [one(*trial) for trial in trials]


def main(names: list[str]) -> None:
    """Print the ratios of both precisions, and what a step of every model costs."""
    print(f"GRU, {HIDDEN} hidden, {TRIALS} trials, one thread, CPU time, median [quartiles]:")
    for name in names or SETTINGS:
        setting = SETTINGS[name]
        for dtype in (torch.float32, torch.float64):
            count = 8 if setting.steps > 1 else 40
            fast, slow = in_turns(
                batched(setting, GRUResetAfter, dtype, count),
                looped(setting, dtype, count),
                repeats=REPEATS,
            )
            print(
                f"  {name:15s} {str(dtype).removeprefix('torch.')}: "
                f"batched {spread(1e6 * fast / count, '{:.0f}')} us a step, "
                f"in a loop {spread(1e6 * slow / count, '{:.0f}')} us, "
                f"ratio {spread(slow / fast, '{:.1f}')}",
                flush=True,
            )
    print(
        f"A step of {TRIALS} trials in us; of five GRUs: with no and with each of four penalties:"
    )
    for name in names or SETTINGS:
        setting = SETTINGS[name]
        for dtype in (torch.float32, torch.float64):
            count = 8 if setting.steps > 1 else 40
            works = [batched(setting, cls, dtype, count) for cls in (RNN, LSTM, GRU)]
            works.append(batched(setting, GRU, dtype, count, (UNREGULARISED, *PENALTIES)))
            times = 1e6 * in_turns(*works, repeats=REPEATS) / count
            found = zip(("RNN", "LSTM", "GRU", "five GRUs"), times, strict=True)
            print(
                f"  {name:15s} {str(dtype).removeprefix('torch.')}: "
                + ", ".join(f"{label} {spread(t, '{:.0f}')}" for label, t in found),
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
