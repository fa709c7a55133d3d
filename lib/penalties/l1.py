"""The L1 penalty with its subgradient."""

from dataclasses import dataclass

import torch

from lib.penalties.base import Penalty


@dataclass(frozen=True)
class L1(Penalty, name="l1"):
    """phi(w) = abs(w), the penalty of (12), trained with its subgradient."""

    def elementwise(self, w: torch.Tensor) -> torch.Tensor:
        """Return abs(w)."""
        return w.abs()

    def gradient(self, w: torch.Tensor, out: torch.Tensor | None = None) -> torch.Tensor:
        """Return the subgradient sign(w), with sign(0) = 0."""
        return torch.sign(w, out=out)
