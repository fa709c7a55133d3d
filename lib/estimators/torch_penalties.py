"""The smoothed L1 penalty and the proximal step of L1 for any torch training loop."""

from collections.abc import Iterable

import torch

from lib.penalties import ProxL1, SmoothL1
from lib.validation import instance, positive

Tensors = torch.Tensor | Iterable[torch.Tensor]


def smooth_l1_penalty(parameters: Tensors, alpha: float = 0.01) -> torch.Tensor:
    r"""Return the sum of :math:`\varphi(w)` over all entries, to be added to a loss; (14).

    .. math::

        \varphi(w) = |w| \text{ for } |w| \ge \alpha, \qquad
        \varphi(w) = \frac{w^2}{2\alpha} + \frac{\alpha}{2} \text{ for } |w| < \alpha

    ``loss + strength * smooth_l1_penalty(module.parameters())`` is (15); biases, which the paper
    leaves out, have to be left out by the caller.

    Args:
        parameters: one tensor, or an iterable of tensors.
        alpha: half-width of the smoothed interval, > 0.

    Returns:
        A scalar that can be differentiated.

    Raises:
        ValueError: there is no tensor, or alpha is not positive.

    Example:
        >>> float(smooth_l1_penalty(torch.tensor([-2.0, 0.0]), alpha=0.5))
        2.25
    """
    penalty = SmoothL1(alpha)
    return sum(penalty.elementwise(weights).sum() for weights in _tensors(parameters))


@torch.no_grad()
def prox_l1_(parameters: Tensors, step: float) -> None:
    r"""Overwrite every entry by :math:`\operatorname{sign}(w)\max(|w|-s,0)`, the proximal step.

    Called after ``optimizer.step()`` with s = learning rate times strength it makes gradient
    descent the proximal gradient method for an L1 penalty; entries become exactly zero.

    Args:
        parameters: one tensor, or an iterable of tensors; changed in place.
        step: s >= 0.

    Raises:
        ValueError: there is no tensor, or the step is negative.

    Example:
        >>> w = torch.tensor([-2.0, 0.25])
        >>> prox_l1_(w, 0.5)
        >>> w.tolist()
        [-1.5, 0.0]
    """
    positive("step", step, zero=True)
    for weights in _tensors(parameters):
        weights.copy_(ProxL1().prox(weights, step))


def _tensors(parameters: Tensors) -> list[torch.Tensor]:
    if isinstance(parameters, torch.nn.Module):
        raise ValueError("parameters must be tensors, got a module: give module.parameters()")
    instance("parameters", parameters, Iterable, "a tensor or an iterable of tensors")
    tensors = [parameters] if isinstance(parameters, torch.Tensor) else list(parameters)
    wrong = [type(t).__name__ for t in tensors if not isinstance(t, torch.Tensor)]
    if wrong or not tensors:
        given = wrong[0] if wrong else "none"
        raise ValueError(f"parameters must be a tensor or an iterable of tensors, got {given}")
    whole = [t.dtype for t in tensors if not t.is_floating_point()]
    if whole:
        raise ValueError(f"parameters must be floating-point tensors, got {whole[0]}")
    return tensors
