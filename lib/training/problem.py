"""The error E of (15): model, data error, data and penalties."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from lib.models import Cell, Parameters
from lib.penalties import UNREGULARISED, Regulariser
from lib.training.losses import Loss


@dataclass(frozen=True, eq=False)
class Problem:
    """The error E of (15) as a function of the weights: model, data error, data and penalties.

    Of R runs, run k reads the samples k mod S: with S = 1 all runs share them, with S = R each has
    its own, and S trials of several methods stand one method after the other.

    Attributes:
        model: a recurrent network.
        loss: data error.
        X: (S, N, T, n) inputs, finite.
        targets: (S, N, C), of the same type, or (1, N, C) shared by all; finite. C counts all of a
            sample's outputs, see `Cell.outputs`.
        regularisers: one for all runs, or a sequence of one a run.

    Raises:
        ValueError: shapes, types or values that do not fit.

    Example:
        >>> problem.X.shape, problem.targets.shape  # of the package's example
        (torch.Size([1, 6, 1, 1]), torch.Size([1, 6, 1]))
    """

    model: Cell
    loss: Loss
    X: torch.Tensor
    targets: torch.Tensor
    regularisers: Regulariser | Sequence[Regulariser] = UNREGULARISED

    def __post_init__(self) -> None:
        n, X, targets = self.model.input_size, self.X, self.targets
        if X.ndim != 4 or X.shape[3] != n or 0 in X.shape:
            raise ValueError(f"X must have shape (runs or 1, N, T, {n}), got {tuple(X.shape)}")
        C = self.model.outputs(X.shape[2]) + self.loss.extra
        if targets.ndim != 3 or targets.shape[1:] != (X.shape[1], C):
            raise ValueError(
                f"targets must have shape (runs or 1, {X.shape[1]}, {C}), "
                f"got {tuple(targets.shape)}"
            )
        if X.dtype != targets.dtype:
            raise ValueError(f"X and targets must have one type, got {X.dtype}, {targets.dtype}")
        for what, given in (("X", X), ("targets", targets)):
            bad = int((~torch.isfinite(given)).sum())
            if bad:
                raise ValueError(
                    f"{what} must be finite, got {bad} NaN or infinite entries out of "
                    f"{given.numel()}"
                )

    def check_start(self, initial: Parameters) -> None:
        """Raise ValueError unless `initial` are finite weights of R runs this problem can train."""
        if initial.layout != self.model.layout:
            raise ValueError(f"initial weights are not those of {self.model}")
        if initial.flat.dtype != self.X.dtype:
            raise ValueError(
                f"inputs must be {initial.flat.dtype} like the weights, got {self.X.dtype}"
            )
        for what, given in (("X", self.X), ("targets", self.targets)):
            if initial.runs % given.shape[0]:
                raise ValueError(
                    f"{what} must be for {initial.runs} runs or a divisor of it, "
                    f"got {given.shape[0]}"
                )
        if not torch.isfinite(initial.flat).all():
            raise ValueError("initial weights must be finite, got NaN or infinite entries")


def repeated(values: torch.Tensor, runs: int) -> torch.Tensor:
    """Return (S, ...) values for R runs, run k those of k mod S; (1, ...) ones broadcast as is."""
    copies = runs // values.shape[0]
    if values.shape[0] == 1 or copies == 1:
        return values
    return values.repeat(copies, *[1] * (values.ndim - 1))
