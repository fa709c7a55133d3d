"""Ten trials of a GRU on mini-batches: as one program against what a user of torch would write.

Rivals are ten loops over torch.nn.GRU with autograd and torch.optim; ten loops with the same step
written out and compiled by torch.compile, which takes no torch.nn.GRU; and all trials at once by
torch.func.vmap over that step, as it stands and compiled. All see the same mini-batches from the
same weights; their equal here is `GRUResetAfter`, with one time step the paper's GRU. Compilation
is not counted. The data are random numbers of the datasets' sizes, for the time of a step does not
depend on what the numbers are. Arguments name the settings to measure; without any, all are.
"""

import one_thread  # noqa: F401  # isort: skip

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
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
    return lambda: [state.params for state in islice(states, count)][-1]


def rows_of(samples: int, batch: int, draw: np.random.Generator) -> Iterator[torch.Tensor]:
    """Yield the rows of one mini-batch after the other, epoch by epoch."""
    while True:
        yield from torch.from_numpy(draw.permutation(samples)).split(batch)


def error(setting: Setting, found: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Return the loss of a mini-batch."""
    if isinstance(setting.loss, MeanSquaredError):
        return torch.nn.functional.mse_loss(found, wanted)
    return 0.5 * (torch.sigmoid(found) - wanted).square().sum()


def begun(
    setting: Setting, dtype: torch.dtype
) -> tuple[torch.Tensor, torch.Tensor, list[torch.nn.ModuleList]]:
    """Return inputs, targets, and torch's two modules of every trial with its start."""
    model = GRUResetAfter(setting.features, HIDDEN, setting.outputs)
    task = problem(setting, model, dtype, UNREGULARISED)
    start = model.initialise(generators("start"), dtype=dtype)
    pairs = [torch.nn.ModuleList(to_torch(model, start, k)) for k in range(TRIALS)]
    return task.X[0], task.targets[0], pairs


def looped(
    setting: Setting, dtype: torch.dtype, count: int, compiled: bool = False
) -> Callable[[], object]:
    """Return a function that takes `count` steps of each trial with torch's module."""
    X, targets, pairs = begun(setting, dtype)
    trials = []
    written = partial(written_out, setting)
    written = torch.compile(written, dynamic=False) if compiled else written
    for pair, draw in zip(pairs, generators("batches"), strict=True):
        loss = partial(written, dict(pair.named_parameters()))
        loss = loss if compiled else partial(_of_modules, setting, *pair)
        optimiser = optimised(list(pair.parameters()), setting)
        trials.append((loss, optimiser, rows_of(len(X), setting.batch, draw)))

    def one(loss, optimiser, batches):
        for rows in islice(batches, count):
            optimiser.zero_grad()
            loss(X[rows], targets[rows]).backward()
            optimiser.step()
        return [tensor for group in optimiser.param_groups for tensor in group["params"]]

    return lambda: [one(*trial) for trial in trials]


def _of_modules(setting, gru, output, x, wanted):
    hidden, _ = gru(x)
    return error(setting, output(hidden[:, -1]), wanted)


def optimised(tensors: list[torch.Tensor], setting: Setting) -> torch.optim.Optimizer:
    """Return torch's own optimiser of the setting."""
    kind = {SGD: torch.optim.SGD, Adam: torch.optim.Adam}[type(setting.optimiser)]
    return kind(tensors, RATE)


def mapped(
    setting: Setting, dtype: torch.dtype, count: int, compiled: bool = False
) -> Callable[[], object]:
    """Return a function that takes `count` steps of all trials by `torch.func.vmap`."""
    X, targets, pairs = begun(setting, dtype)
    params, _ = torch.func.stack_module_state(pairs)
    optimiser = optimised(list(params.values()), setting)
    step = torch.func.vmap(torch.func.grad(partial(written_out, setting)))
    step = torch.compile(step, dynamic=False) if compiled else step
    draws = (rows_of(len(X), setting.batch, draw) for draw in generators("batches"))
    batches = zip(*draws, strict=True)

    def work():
        for several in islice(batches, count):
            rows = torch.stack(several)
            found = step(params, X[rows], targets[rows])
            for name, tensor in params.items():
                tensor.grad = found[name]
            optimiser.step()
        return [[tensor[k] for tensor in params.values()] for k in range(TRIALS)]

    return work


def written_out(
    setting: Setting, params: Mapping[str, torch.Tensor], x: torch.Tensor, wanted: torch.Tensor
) -> torch.Tensor:
    """Return the loss of one trial; `torch.nn.GRU` itself is neither compiled nor mapped."""
    inputs, recurrent, output = params.values()
    h = torch.zeros(len(x), HIDDEN, dtype=x.dtype)
    for x_t in x.unbind(1):
        (r, z, n), (s, u, m) = (x_t @ inputs.T).chunk(3, 1), (h @ recurrent.T).chunk(3, 1)
        z = torch.sigmoid(z + u)
        h = (1 - z) * torch.tanh(n + torch.sigmoid(r + s) * m) + z * h
    return error(setting, h @ output.T, wanted)


RIVALS = {
    "in a loop": looped,
    "in a loop, compiled": partial(looped, compiled=True),
    "vmap": mapped,
    "vmap, compiled": partial(mapped, compiled=True),
}


def main(names: list[str]) -> None:
    """Print the ratios of both precisions, and what a step of every model costs."""
    print(f"GRU, {HIDDEN} hidden, {TRIALS} trials, one thread, CPU time, median [quartiles]:")
    for name in names or SETTINGS:
        setting = SETTINGS[name]
        for dtype in (torch.float32, torch.float64):
            count = 8 if setting.steps > 1 else 40
            torch.compiler.reset()  # it stops compiling a function after eight kinds of arguments
            works = [rival(setting, dtype, count) for rival in RIVALS.values()]
            fast, *slow = in_turns(
                batched(setting, GRUResetAfter, dtype, count), *works, repeats=REPEATS
            )
            print(
                f"  {name:15s} {str(dtype).removeprefix('torch.')}: "
                f"batched {spread(1e6 * fast / count, '{:.0f}')} us a step; times as long: "
                + ", ".join(
                    f"{label} {spread(taken / fast, '{:.1f}')}"
                    for label, taken in zip(RIVALS, slow, strict=True)
                ),
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
