"""Gradient descent, (17), on all samples or on mini-batches."""

from dataclasses import dataclass

import torch

from lib.models import Parameters
from lib.training.optimiser import Optimiser, Stepper


@dataclass(frozen=True)
class SGD(Optimiser, name="sgd"):
    r"""Gradient descent :math:`W^{k+1} = W^k - \eta \nabla E(W^k)`, (17).

    Attributes:
        rate: eta > 0, one for all runs or one a run.

    Example:
        >>> from lib.training import SGD, train
        >>> train(problem, start, SGD(rate=0.05), 50).trace.increases.tolist()  # how often E rose
        [0]
    """

    def begin(self, params: Parameters) -> Stepper:
        """Return what moves `params`."""
        return _Descent(params.flat, self.rates(params))


class _Descent(Stepper):
    def step(self, gradient: torch.Tensor) -> None:
        self.flat.addcmul_(gradient, self.eta, value=-1)

    def lengths(self, rows: slice, columns: slice) -> torch.Tensor:
        return self.eta[rows]
