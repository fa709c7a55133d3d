"""Data errors of the outputs o = w_out h_T, with the output function they belong to."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Loss(ABC):
    """A data error of outputs (R, N, C) against targets (R or 1, N, C)."""

    @abstractmethod
    def predict(self, outputs: torch.Tensor) -> torch.Tensor:
        """Return the output function of `outputs`, shaped like them."""

    @abstractmethod
    def evaluate(
        self, outputs: torch.Tensor, targets: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the error of each run, (R,), and its derivative by `outputs`, (R, N, C)."""


@dataclass(frozen=True)
class SigmoidSquaredError(Loss):
    r"""The error of (13) and (15), a sum over samples and outputs, or that of (11), divided by N.

    .. math:: \tilde E = \sum_n \tfrac12 \lVert \sigma(o_n) - t_n \rVert^2

    With `average`, a rate eta and a strength lambda do what eta / N and N lambda do without.

    Attributes:
        average: whether to divide by N as (11) and (12) do and (13) and (15) do not.
    """

    average: bool = False

    def predict(self, outputs: torch.Tensor) -> torch.Tensor:
        """Return the sigmoid of `outputs`."""
        return outputs.sigmoid()

    def evaluate(
        self, outputs: torch.Tensor, targets: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the error of each run, (R,), and its derivative by `outputs`, (R, N, C)."""
        scale = 1 / outputs.shape[1] if self.average else 1.0
        y = outputs.sigmoid()
        difference = y - targets
        error = difference.square().sum((1, 2)).mul_(0.5 * scale)
        derivative = difference.mul_(y).mul_(1 - y)
        return error, derivative.mul_(scale) if self.average else derivative


@dataclass(frozen=True)
class MeanSquaredError(Loss):
    r"""The error of the regression experiments, (43): linear outputs and a mean.

    .. math:: \tilde E = \frac{1}{NC} \sum_n \lVert o_n - t_n \rVert^2
    """

    def predict(self, outputs: torch.Tensor) -> torch.Tensor:
        """Return `outputs`."""
        return outputs

    def evaluate(
        self, outputs: torch.Tensor, targets: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the error of each run, (R,), and its derivative by `outputs`, (R, N, C)."""
        difference = outputs - targets
        error = difference.square().mean((1, 2))
        return error, difference.mul_(2 / (outputs.shape[1] * outputs.shape[2]))
