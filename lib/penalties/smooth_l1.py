"""The smoothed L1 penalty, paper A's."""

from dataclasses import dataclass

import torch

from lib.penalties.base import Penalty
from lib.validation import positive


@dataclass(frozen=True)
class SmoothL1(Penalty, name="smooth_l1"):
    r"""The paper's smoothed absolute value, equations (14) and (16).

    .. math::

        \varphi(w) = |w| \text{ for } |w| \ge \alpha, \qquad
        \varphi(w) = \frac{w^2}{2\alpha} + \frac{\alpha}{2} \text{ for } |w| < \alpha.

    It is at least abs(w), and its derivative is continuous with Lipschitz constant 1/alpha.

    Attributes:
        alpha: half-width of the smoothed interval, > 0; the paper's experiments take 0.01.

    Example:
        >>> import torch
        >>> from lib.penalties import SmoothL1
        >>> penalty = SmoothL1(alpha=0.1)
        >>> w = torch.tensor([-1.0, 0.0, 0.05, 1.0], dtype=torch.float64)
        >>> penalty.elementwise(w).tolist()
        [1.0, 0.05, 0.0625, 1.0]
        >>> penalty.gradient(w).tolist()
        [-1.0, 0.0, 0.5, 1.0]
    """

    alpha: float = 0.01

    def __post_init__(self) -> None:
        positive("alpha", self.alpha)

    def elementwise(self, w: torch.Tensor) -> torch.Tensor:
        """Return phi(w)."""
        size = w.abs()
        inside = w.square().mul_(0.5 / self.alpha).add_(0.5 * self.alpha)
        return torch.where(size < self.alpha, inside, size)

    def gradient(self, w: torch.Tensor, out: torch.Tensor | None = None) -> torch.Tensor:
        """Return w / alpha cut off at -1 and 1."""
        return torch.div(w, self.alpha, out=out).clamp_(-1, 1)
