"""The L1 penalty with its proximal step."""

from dataclasses import dataclass
from typing import ClassVar

import torch

from lib.penalties.l1 import L1


@dataclass(frozen=True)
class ProxL1(L1, name="prox_l1"):
    """phi(w) = abs(w), trained with a soft threshold after the gradient step.

    N. Parikh, S. Boyd, Proximal algorithms, Foundations and Trends in Optimization 1 (2014).

    Example:
        >>> import torch
        >>> from lib.penalties import ProxL1
        >>> w = torch.tensor([-2.0, 0.25, 0.75])
        >>> ProxL1().elementwise(w).tolist()
        [2.0, 0.25, 0.75]
    """

    proximal: ClassVar[bool] = True

    def prox(self, w: torch.Tensor, step: float | torch.Tensor) -> torch.Tensor:
        r"""Return the soft threshold :math:`\operatorname{sign}(w) \max(|w| - s, 0)`.

        It minimises :math:`s |v| + (v - w)^2 / 2` over v, entry by entry.

        Args:
            w: any shape.
            step: s >= 0, the step length times lambda, a number or a tensor that broadcasts.

        Raises:
            ValueError: a step is negative or NaN.
        """
        step = torch.as_tensor(step, dtype=w.dtype)
        if not (step >= 0).all():
            raise ValueError(f"the threshold must be >= 0, got {step.min().item()}")
        return w - torch.clamp(w, -step, step)

    def shrink(self, w: torch.Tensor, step: torch.Tensor, scratch: torch.Tensor) -> None:
        """Overwrite `w` with `prox`, without memory of its own."""
        w.sub_(torch.clamp(w, -step, step, out=scratch))
