"""The L1 penalty with its subgradient."""

from dataclasses import dataclass

import torch

from lib.penalties.base import Penalty


@dataclass(frozen=True)
class L1(Penalty, name="l1"):
    """phi(w) = abs(w), the penalty of (12), trained with its subgradient.

    Example:
        >>> import torch
        >>> from lib.penalties import L1
        >>> w = torch.tensor([-2.0, 0.0, 0.5])
        >>> L1().elementwise(w).tolist(), L1().gradient(w).tolist()
        ([2.0, 0.0, 0.5], [-1.0, 0.0, 1.0])
    """

    def elementwise(self, w: torch.Tensor) -> torch.Tensor:
        """Return abs(w)."""
        return w.abs()

    def gradient(self, w: torch.Tensor, out: torch.Tensor | None = None) -> torch.Tensor:
        """Return the subgradient sign(w), with sign(0) = 0."""
        return torch.sign(w, out=out)
