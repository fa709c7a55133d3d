"""The GRU written down line by line as the paper prints it, for checking everything else against.

Slow on purpose: one network, one time step after the other, differentiable by autograd.
"""

from collections.abc import Mapping
from typing import NamedTuple

import torch

from lib.models import Layout


class Step(NamedTuple):
    """One time step, each (H, N): update gate, reset gate, candidate, hidden state."""

    z: torch.Tensor
    r: torch.Tensor
    candidate: torch.Tensor
    h: torch.Tensor


def named(layout: Layout, flat: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return the weights of one network by name, as differentiable views of a vector (P,)."""
    return {name: flat[layout.columns[name]].view(s) for name, s in layout.shapes.items()}


def unroll(w: Mapping[str, torch.Tensor], x: torch.Tensor) -> list[Step]:
    r"""Return every step of one network on N sequences, equations (2)-(5).

    .. math::

        z_t = \sigma(W_z [h_{t-1}, x_t] + b_z), \quad r_t = \sigma(W_r [h_{t-1}, x_t] + b_r), \\
        \tilde h_t = \tanh(W_{\tilde h} [r_t \circ h_{t-1}, x_t] + b_{\tilde h}), \quad
        h_t = z_t \circ \tilde h_t + (1 - z_t) \circ h_{t-1}, \quad h_0 = 0.

    Args:
        w: weights under the names of `lib.models.GRU`; biases are zero where they lack.
        x: (T, n, N) inputs.
    """
    W_z = torch.cat([w["W_zh"], w["W_zx"]], 1)
    W_r = torch.cat([w["W_rh"], w["W_rx"]], 1)
    W_h = torch.cat([w["W_hr"], w["W_hx"]], 1)
    zero = x.new_zeros(W_z.shape[0])
    b_z, b_r, b_h = (w.get(name, zero).unsqueeze(1) for name in ("b_z", "b_r", "b_h"))
    h = x.new_zeros(W_z.shape[0], x.shape[2])
    steps = []
    for x_t in x:
        z = torch.sigmoid(W_z @ torch.cat([h, x_t]) + b_z)  # (2)
        r = torch.sigmoid(W_r @ torch.cat([h, x_t]) + b_r)  # (3)
        candidate = torch.tanh(W_h @ torch.cat([r * h, x_t]) + b_h)  # (4)
        h = z * candidate + (1 - z) * h  # (5)
        steps.append(Step(z, r, candidate, h))
    return steps


def data_error(
    w: Mapping[str, torch.Tensor], x: torch.Tensor, targets: torch.Tensor
) -> torch.Tensor:
    r"""Return :math:`\sum_n \tfrac12 (\sigma(w_{out} \cdot h_T^n) - t_n)^2`, the sum in (13).

    Args:
        w: weights of one network with one output.
        x: (T, n, N) inputs.
        targets: (N,).
    """
    y = torch.sigmoid(w["w_out"] @ unroll(w, x)[-1].h)[0]
    return (y - targets).square().sum() / 2
