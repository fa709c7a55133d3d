"""Sigmoid and tanh with their derivatives, each in as few passes over memory as torch allows."""

import torch


def tanh_(a: torch.Tensor) -> torch.Tensor:
    """Return tanh(a) = 1 - 2 sigmoid(-2 a), several times faster than torch's; spoils `a`.

    The absolute error is a few units of the last place of 1, also near zero.
    """
    return torch.rsub(a.mul_(-2).sigmoid_(), 1, alpha=2)


def sigmoid_slope(delta: torch.Tensor, s: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
    """Write delta * s * (1 - s), the chain rule through s = sigmoid(a), into `out`."""
    return torch.ops.aten.sigmoid_backward.grad_input(delta, s, grad_input=out)


def tanh_slope(delta: torch.Tensor, g: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
    """Write delta * (1 - g^2), the chain rule through g = tanh(a), into `out`."""
    return torch.ops.aten.tanh_backward.grad_input(delta, g, grad_input=out)
