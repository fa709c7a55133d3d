"""What an optimiser is: rates, and a step that moves all runs' weights along their gradients."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from lib.models import Parameters
from lib.named import Named
from lib.validation import positive

OPTIMISERS: dict[str, type[Optimiser]] = {}
"""The optimisers by the name that estimators know them by."""


@dataclass(frozen=True)
class Optimiser(Named, ABC):
    """A rule by which weights follow their gradients.

    A subclass enters `OPTIMISERS` when it is defined with a name, as in
    ``class SGD(Optimiser, name="sgd")``.

    Attributes:
        rate: eta > 0, one for all runs or one a run.
    """

    table: ClassVar = OPTIMISERS

    rate: float | Sequence[float]

    def __post_init__(self) -> None:
        for rate in self._given():
            positive("rate", rate)

    def _given(self) -> list[float]:
        several = isinstance(self.rate, list | tuple | np.ndarray) and np.ndim(self.rate)
        return list(self.rate) if several else [self.rate]

    @abstractmethod
    def begin(self, params: Parameters) -> Stepper:
        """Return what moves `params`, its memory empty.

        Raises:
            ValueError: the rate is not a positive number, or not one or one a run.
        """

    def rates(self, params: Parameters) -> torch.Tensor:
        """Return eta of each run, (R, 1)."""
        R, rates = params.runs, self._given()
        rates = rates * R if rates[0] is self.rate else rates
        if len(rates) != R:
            raise ValueError(f"rate must be one number or one a run ({R}), got {len(rates)}")
        return torch.tensor(rates, dtype=params.flat.dtype).unsqueeze(1)


class Stepper(ABC):
    """An optimiser at work on the weights of R runs.

    Attributes:
        flat: (R, P), the weights, moved in place.
        eta: (R, 1).
    """

    def __init__(self, flat: torch.Tensor, eta: torch.Tensor) -> None:
        self.flat = flat
        self.eta = eta

    @abstractmethod
    def step(self, gradient: torch.Tensor) -> None:
        """Move the weights by one step along `gradient`, (R, P)."""

    @abstractmethod
    def lengths(self, rows: slice, columns: slice) -> torch.Tensor:
        """Return the step lengths s > 0 of the last step for these weights; their shape broadcasts.

        The step was w - s d for some direction d; a proximal step measures distances in the metric
        1 / s, so that it thresholds at s lambda, weight by weight.
        """
