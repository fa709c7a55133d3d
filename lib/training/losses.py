"""Data errors of the outputs o = w_out h_T, with the output function they belong to."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

import torch


@dataclass(frozen=True)
class Loss(ABC):
    """A data error of outputs (R, N, C) against targets (R or 1, N, C).

    Attributes:
        average: whether it is a mean over the samples rather than a sum.
        extra: how many columns the targets have beside those of the outputs.
    """

    average: bool
    extra: ClassVar[int] = 0

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


@dataclass(frozen=True)
class Weighted(Loss):
    r"""Another data error, in which every sample counts by its weight.

    .. math:: \tilde E = \sum_n w_n \tilde E_n \quad\text{or}\quad \frac1N \sum_n w_n \tilde E_n

    for a sum over the samples or a mean. The targets' last column holds the weights.

    Attributes:
        loss: the error of a sample, :math:`\tilde E_n`.

    Example:
        >>> targets = torch.tensor([[[0.0, 1.0], [0.0, 3.0]]])
        >>> Weighted(MeanSquaredError()).value(torch.ones(1, 2, 1), targets).tolist()
        [2.0]
    """

    average: bool = field(init=False)
    loss: Loss
    extra: ClassVar[int] = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "average", self.loss.average)

    def predict(self, outputs: torch.Tensor) -> torch.Tensor:
        """Return the output function of `outputs`."""
        return self.loss.predict(outputs)

    def value(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the error of each run, (R,)."""
        # With each sample as a run of its own.
        wanted, weights = targets.expand(len(outputs), -1, -1).split([outputs.shape[2], 1], 2)
        given = self.loss.value(_alone(outputs), _alone(wanted))
        of_runs = given.view(outputs.shape[:2]) * weights[:, :, 0]
        return of_runs.mean(1) if self.average else of_runs.sum(1)

    def derivative(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Return the derivative of the error by `outputs`, (R, N, C)."""
        wanted, weights = targets.split([outputs.shape[2], 1], 2)
        return self.loss.derivative(outputs, wanted) * weights


def _alone(values: torch.Tensor) -> torch.Tensor:
    return values.reshape(-1, 1, values.shape[2])
