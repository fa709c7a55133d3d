"""Data errors of the outputs o = w_out h_T, with the output function they belong to."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import torch


@dataclass(frozen=True)
class Loss(ABC):
    """A data error of outputs (R, N, C) against targets (R or 1, N, C).

    Attributes:
        average: whether it is a mean over the samples rather than a sum.
    """

    average: bool

    @abstractmethod
    def predict(self, outputs: torch.Tensor) -> torch.Tensor:
        """Return the output function of `outputs`, shaped like them."""

    @abstractmethod
    def value(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the error of each run, (R,)."""

    @abstractmethod
    def derivative(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the derivative of the error by `outputs`, (R, N, C)."""


@dataclass(frozen=True)
class SigmoidSquaredError(Loss):
    r"""The error of (13) and (15), a sum over samples and outputs, or that of (11), divided by N.

    .. math:: \tilde E = \sum_n \tfrac12 \lVert \sigma(o_n) - t_n \rVert^2

    With `average`, a rate eta and a strength lambda do what eta / N and N lambda do without.

    Attributes:
        average: whether to divide by N as (11) and (12) do and (13) and (15) do not.

    Example:
        >>> outputs, targets = torch.zeros(1, 4, 3), torch.zeros(1, 4, 3)
        >>> SigmoidSquaredError().value(outputs, targets).tolist()  # 12 times (1/2)^2 / 2
        [1.5]
    """

    average: bool = False

    def predict(self, outputs: torch.Tensor) -> torch.Tensor:
        """Return the sigmoid of `outputs`."""
        return outputs.sigmoid()

    def value(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the error of each run, (R,)."""
        difference = outputs.sigmoid() - targets
        return difference.square_().sum((1, 2)).mul_(0.5 * self._scale(outputs))

    def derivative(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the derivative of the error by `outputs`, (R, N, C)."""
        y = outputs.sigmoid()
        slope = torch.ops.aten.sigmoid_backward(y - targets, y)
        return slope.mul_(self._scale(outputs)) if self.average else slope

    def _scale(self, outputs: torch.Tensor) -> float:
        return 1 / outputs.shape[1] if self.average else 1.0


@dataclass(frozen=True)
class SquaredError(Loss):
    r"""The error of (15) for linear outputs, as Algorithm 1 has them: a sum over all of them.

    .. math:: \tilde E = \sum_n \tfrac12 \lVert o_n - t_n \rVert^2

    Example:
        >>> SquaredError().value(torch.ones(1, 4, 3), torch.zeros(1, 4, 3)).tolist()
        [6.0]
    """

    average: bool = field(default=False, init=False)

    def predict(self, outputs: torch.Tensor) -> torch.Tensor:
        """Return `outputs`."""
        return outputs

    def value(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the error of each run, (R,)."""
        return (outputs - targets).square_().sum((1, 2)).mul_(0.5)

    def derivative(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the derivative of the error by `outputs`, (R, N, C)."""
        return outputs - targets


@dataclass(frozen=True)
class MeanSquaredError(Loss):
    r"""The error of the regression experiments, (43): linear outputs and a mean.

    .. math:: \tilde E = \frac{1}{NC} \sum_n \lVert o_n - t_n \rVert^2

    Example:
        >>> MeanSquaredError().value(torch.ones(1, 4, 3), torch.zeros(1, 4, 3)).tolist()
        [1.0]
    """

    average: bool = field(default=True, init=False)

    def predict(self, outputs: torch.Tensor) -> torch.Tensor:
        """Return `outputs`."""
        return outputs

    def value(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the error of each run, (R,)."""
        return (outputs - targets).square_().mean((1, 2))

    def derivative(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the derivative of the error by `outputs`, (R, N, C)."""
        return (outputs - targets).mul_(2 / (outputs.shape[1] * outputs.shape[2]))
