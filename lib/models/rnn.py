"""The Elman network with tanh, the paper's first comparison model.

J. L. Elman, Finding structure in time, Cognitive Science 14 (1990).
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn

from lib.models.activations import tanh_, tanh_slope
from lib.models.cell import Cell, Twin, sum_products
from lib.models.parameters import Parameters


@dataclass(frozen=True)
class RNN(Cell, name="rnn"):
    r"""Elman network :math:`h_t = \tanh(W_{hx} x_t + W_{hh} h_{t-1} + b_h)`.

    Weights: ``W_hx`` (H, n), ``W_hh`` (H, H), ``w_out`` (C, H); biases ``b_h``, ``b_out``.

    Example:
        >>> from lib.models import RNN
        >>> RNN(input_size=3, hidden_size=4, output_size=1).layout.weight_count
        32
    """

    gates: ClassVar[tuple[str, ...]] = ("h",)
    twin: ClassVar[Twin] = Twin(nn.RNN, ("h",))

    def _unroll(self, params: Parameters, pre: torch.Tensor) -> tuple[list, list]:
        steps = [tanh_(pre[0])]
        for a in pre[1:]:
            steps.append(tanh_(a.baddbmm_(params["W_hh"], steps[-1])))
        return steps, steps

    def _unwind(
        self, params: Parameters, steps: list, direct: tuple, gradient: Parameters
    ) -> list[torch.Tensor]:
        dh, T = direct[-1], len(steps)
        deltas = [torch.empty_like(h) for h in steps]
        for t in reversed(range(T)):
            delta = tanh_slope(dh, steps[t], deltas[t])
            if t > 0:
                dh = torch.bmm(params["W_hh"].transpose(1, 2), delta)
                if self.every_step:
                    dh += direct[t - 1]
        if T > 1:
            sum_products(gradient["W_hh"], deltas[1:], [h.mT for h in steps[:-1]])
        return deltas
