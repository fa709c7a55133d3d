"""What training asks of a penalty phi, and the table of those that have a name.

Each acts elementwise on a tensor whose first axis counts runs.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import torch

from lib.named import Named

PENALTIES: dict[str, type["Penalty"]] = {}
"""The penalties by the name that estimators know them by."""


@dataclass(frozen=True)
class Penalty(Named, ABC):
    """A function phi of one weight, extended to tensors by summing over all axes but the first.

    A subclass enters `PENALTIES` when it is defined with a name, as in
    ``class L1(Penalty, name="l1")``. It is a frozen dataclass of its numbers, if it has any.
    """

    table: ClassVar = PENALTIES

    proximal: ClassVar[bool] = False
    """Whether training applies `prox` after the gradient step instead of adding `gradient`.

    `prox` then gets weights and step lengths times lambda, and returns the new weights.
    """

    @abstractmethod
    def elementwise(self, w: torch.Tensor) -> torch.Tensor:
        """Return phi of each entry, shaped like `w`."""

    @abstractmethod
    def gradient(self, w: torch.Tensor, out: torch.Tensor | None = None) -> torch.Tensor:
        """Return phi' of each entry, shaped like `w`, in `out` when it is given."""

    def value(self, w: torch.Tensor) -> torch.Tensor:
        """Return the sum of phi over every run's entries: (R, ...) to (R,)."""
        return self.elementwise(w).flatten(1).sum(1)

    def shrink(self, w: torch.Tensor, step: torch.Tensor, scratch: torch.Tensor) -> None:
        """Overwrite `w` with `prox`, for steps known to be >= 0; `scratch` is like `w`."""
        w.copy_(self.prox(w, step))
