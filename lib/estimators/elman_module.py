"""An Elman network as a torch module, for those who train on, export or combine it."""

import numpy as np
import torch
from torch import nn

from lib import alm


class ElmanNetwork(nn.Module):
    r"""The network :math:`h_t=\sigma(W h_{t-1}+Vx_t+b)`, :math:`\hat y_t=Ah_t+c` (2.2).

    Its parameters ``W`` (r, r), ``V`` (r, n), ``b`` (r,), ``A`` (m, r) and ``c`` (m,) are float64
    and take gradients; ``module.float()`` makes them float32.

    Args:
        weights: where the parameters come from.
        activation: of the hidden units.
    """

    def __init__(self, weights: alm.Weights, activation: alm.Activation) -> None:
        super().__init__()
        for name in ("W", "V", "b", "A", "c"):
            value = torch.from_numpy(np.array(getattr(weights, name)))
            self.register_parameter(name, nn.Parameter(value))
        self.activation = activation.to_torch()

    def forward(self, X: torch.Tensor, h0: torch.Tensor | None = None) -> torch.Tensor:
        """Return the outputs of every step, (..., T, m).

        Args:
            X: inputs, shape (T, n) or (N, T, n), of the parameters' type.
            h0: hidden state before the first step, shape (r,) or (N, r); zero unless given.
        """
        pre = X @ self.V.T + self.b
        h = torch.zeros_like(pre[..., 0, :]) if h0 is None else h0
        states = []
        for u in pre.unbind(-2):
            h = self.activation(u + h @ self.W.T)
            states.append(h)
        return torch.stack(states, -2) @ self.A.T + self.c
