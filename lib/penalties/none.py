"""No penalty."""

from dataclasses import dataclass

import torch

from lib.penalties.base import Penalty


@dataclass(frozen=True)
class NoPenalty(Penalty, name="none"):
    """phi = 0.

    Example:
        >>> import torch
        >>> from lib.penalties import NoPenalty
        >>> NoPenalty().value(torch.ones(2, 3)).tolist()  # a number for each run
        [0.0, 0.0]
    """

    def elementwise(self, w: torch.Tensor) -> torch.Tensor:
        """Return zeros like `w`."""
        return torch.zeros_like(w)

    def gradient(self, w: torch.Tensor, out: torch.Tensor | None = None) -> torch.Tensor:
        """Return zeros like `w`."""
        return torch.zeros_like(w) if out is None else out.zero_()
