"""Weight decay."""

from dataclasses import dataclass

import torch

from lib.penalties.base import Penalty


@dataclass(frozen=True)
class L2(Penalty, name="l2"):
    """phi(w) = w^2 / 2, so that lambda is the weight decay (the paper prints no formula).

    Example:
        >>> import torch
        >>> from lib.penalties import L2
        >>> w = torch.tensor([-2.0, 0.0, 0.5])
        >>> L2().elementwise(w).tolist(), L2().gradient(w).tolist()
        ([2.0, 0.0, 0.125], [-2.0, 0.0, 0.5])
    """

    def elementwise(self, w: torch.Tensor) -> torch.Tensor:
        """Return w^2 / 2."""
        return w.square().mul_(0.5)

    def gradient(self, w: torch.Tensor, out: torch.Tensor | None = None) -> torch.Tensor:
        """Return w."""
        return w.clone() if out is None else out.copy_(w)
