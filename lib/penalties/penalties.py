"""The functions phi that a training error adds, times lambda, over the weights it penalises.

Each acts elementwise on a tensor whose first axis counts runs. A new penalty is one new class.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import torch

from lib.validation import positive


@dataclass(frozen=True)
class Penalty(ABC):
    """A function phi of one weight, extended to tensors by summing over all axes but the first."""

    proximal: ClassVar[bool] = False
    """Whether training applies `prox` after the gradient step instead of adding `gradient`."""

    @abstractmethod
    def elementwise(self, w: torch.Tensor) -> torch.Tensor:
        """Return phi of each entry, shaped like `w`."""

    @abstractmethod
    def gradient(self, w: torch.Tensor, out: torch.Tensor | None = None) -> torch.Tensor:
        """Return phi' of each entry, shaped like `w`, in `out` when it is given."""

    def value(self, w: torch.Tensor) -> torch.Tensor:
        """Return the sum of phi over every run's entries: (R, ...) to (R,)."""
        return self.elementwise(w).flatten(1).sum(1)


@dataclass(frozen=True)
class NoPenalty(Penalty):
    """phi = 0."""

    def elementwise(self, w: torch.Tensor) -> torch.Tensor:
        """Return zeros like `w`."""
        return torch.zeros_like(w)

    def gradient(self, w: torch.Tensor, out: torch.Tensor | None = None) -> torch.Tensor:
        """Return zeros like `w`."""
        return torch.zeros_like(w) if out is None else out.zero_()


@dataclass(frozen=True)
class L1(Penalty):
    """phi(w) = abs(w), the penalty of (12), trained with its subgradient."""

    def elementwise(self, w: torch.Tensor) -> torch.Tensor:
        """Return abs(w)."""
        return w.abs()

    def gradient(self, w: torch.Tensor, out: torch.Tensor | None = None) -> torch.Tensor:
        """Return the subgradient sign(w), with sign(0) = 0."""
        return torch.sign(w, out=out)


@dataclass(frozen=True)
class L2(Penalty):
    """phi(w) = w^2 / 2, so that lambda is the weight decay (the paper prints no formula)."""

    def elementwise(self, w: torch.Tensor) -> torch.Tensor:
        """Return w^2 / 2."""
        return w.square().mul_(0.5)

    def gradient(self, w: torch.Tensor, out: torch.Tensor | None = None) -> torch.Tensor:
        """Return w."""
        return w.clone() if out is None else out.copy_(w)


@dataclass(frozen=True)
class SmoothL1(Penalty):
    r"""The paper's smoothed absolute value, equations (14) and (16).

    .. math::

        \varphi(w) = |w| \text{ for } |w| \ge \alpha, \qquad
        \varphi(w) = \frac{w^2}{2\alpha} + \frac{\alpha}{2} \text{ for } |w| < \alpha.

    It is at least abs(w), and its derivative is continuous with Lipschitz constant 1/alpha.

    Attributes:
        alpha: half-width of the smoothed interval, > 0; the paper's experiments take 0.01.
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


@dataclass(frozen=True)
class ProxL1(L1):
    """phi(w) = abs(w), trained with a soft threshold after the gradient step.

    N. Parikh, S. Boyd, Proximal algorithms, Foundations and Trends in Optimization 1 (2014).
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
        """Overwrite `w` with `prox`, for steps known to be >= 0; `scratch` is like `w`."""
        w.sub_(torch.clamp(w, -step, step, out=scratch))
