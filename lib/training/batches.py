"""Mini-batches: every trial's samples in an order of its own, drawn anew for each epoch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from lib.training.problem import Problem, repeated
from lib.validation import count

GATHERED = 2**18
"""Numbers copied at once, about: several small mini-batches, or one large one, in the cache."""


@dataclass(frozen=True, eq=False)
class MiniBatches:
    """Samples in random order, `size` at a time; the last mini-batch of an epoch may be short.

    Trial j draws its order from its own generator, a permutation an epoch, and run k of R follows
    the trial k mod S. So methods compared on a trial see the same mini-batches, and a run sees the
    same ones alone or in a batch. Iterating advances the generators.

    Attributes:
        size: samples in a mini-batch.
        generators: one numpy generator a trial, S of them.

    Raises:
        ValueError: `size` is below 1, or no generator is given.

    Example:
        >>> MiniBatches(size=4, generators=[np.random.default_rng(0)]).steps(samples=6)
        2
    """

    size: int
    generators: Sequence[np.random.Generator]

    def __post_init__(self) -> None:
        count("batch size", self.size)
        if isinstance(self.generators, np.random.Generator):
            raise ValueError("generators must be a sequence of one a trial, got a single one")
        count("generators of mini-batches", len(self.generators))

    def steps(self, samples: int) -> int:
        """Return the number of mini-batches in an epoch of so many samples."""
        return -(-samples // self.size)

    def check(self, problem: Problem, runs: int) -> None:
        """Raise ValueError unless the trials fit the runs and the problem's samples."""
        S, given = len(self.generators), (problem.X.shape[0], problem.targets.shape[0])
        if runs % S:
            raise ValueError(f"mini-batches need generators for {runs} runs or a divisor, got {S}")
        if not set(given) <= {1, S}:
            raise ValueError(
                f"with {S} generators X and targets must be for {S} trials or 1, got "
                f"{given[0]} and {given[1]}"
            )

    def draw(self, problem: Problem, runs: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield inputs (S, B, T, n) and targets (runs, B, C) of one mini-batch after the other."""
        X, targets = problem.X, problem.targets
        N = X.shape[1]
        sample = X[0, 0].numel() * len(self.generators)
        rows = self.size * max(1, GATHERED // (sample * self.size))
        while True:
            order = torch.from_numpy(np.stack([g.permutation(N) for g in self.generators]))
            for chunk in order.split(rows, dim=1):
                x = _gather(X, chunk)
                # Samples last in memory, as the outputs that they are compared with.
                t = repeated(_gather(targets, chunk), runs).transpose(1, 2).contiguous()
                for start in range(0, chunk.shape[1], self.size):
                    batch = slice(start, start + self.size)
                    yield x[:, batch], t[:, :, batch].transpose(1, 2)


def _gather(values: torch.Tensor, order: torch.Tensor) -> torch.Tensor:
    """Return values[j, order[j]] for every trial j; (1, N, ...) values are every trial's."""
    S, N = order.shape[0], values.shape[1]
    if values.shape[0] > 1:
        order = order + torch.arange(0, S * N, N).unsqueeze(1)
    picked = values.reshape(-1, *values.shape[2:]).index_select(0, order.flatten())
    return picked.view(*order.shape, *values.shape[2:])
