"""The LSTM with a forget gate, the paper's second comparison model.

S. Hochreiter, J. Schmidhuber, Long short-term memory, Neural Computation 9 (1997); forget gate:
F. A. Gers, J. Schmidhuber, F. Cummins, Learning to forget, Neural Computation 12 (2000).
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import nn

from lib.models.activations import sigmoid_slope, tanh_, tanh_slope
from lib.models.cell import Cell, Twin, sum_products
from lib.models.parameters import Parameters


class Step(NamedTuple):
    """Activations of one time step, each (R, H, N); `f` and the previous states lack at t = 1."""

    f: torch.Tensor | None
    i: torch.Tensor
    o: torch.Tensor
    g: torch.Tensor
    squashed: torch.Tensor
    c_before: torch.Tensor | None
    h_before: torch.Tensor | None


@dataclass(frozen=True)
class LSTM(Cell, name="lstm"):
    r"""LSTM :math:`c_t = f_t \circ c_{t-1} + i_t \circ g_t,\ h_t = o_t \circ \tanh c_t`.

    Each of f, i, o is a sigmoid, g a tanh, of :math:`W_{\cdot x} x_t + W_{\cdot h} h_{t-1} + b`.
    Weights: ``W_fx``, ``W_ix``, ``W_ox``, ``W_gx`` (H, n), ``W_fh``, ``W_ih``, ``W_oh``, ``W_gh``
    (H, H), ``w_out`` (C, H); biases ``b_f``, ``b_i``, ``b_o``, ``b_g``, ``b_out``.

    Example:
        >>> from lib.models import LSTM
        >>> LSTM(input_size=3, hidden_size=4, output_size=1).layout.weight_count
        116
    """

    gates: ClassVar[tuple[str, ...]] = ("f", "i", "o", "g")
    twin: ClassVar[Twin] = Twin(nn.LSTM, ("i", "f", "g", "o"))

    @property
    def idle_gates(self) -> int:
        """Return 1, for the forget gate multiplies c_0 = 0."""
        return 1

    def _unroll(self, params: Parameters, pre: torch.Tensor) -> tuple[list, list]:
        H = self.hidden_size
        W_h = params.stack("W_fh", "W_gh")
        io, g = pre[0, :, -3 * H : -H].sigmoid_(), tanh_(pre[0, :, -H:])
        i, o = io[:, :H], io[:, H:]
        c = i * g
        squashed = tanh_(c.clone())
        states, steps = [o * squashed], [Step(None, i, o, g, squashed, None, None)]
        for a in pre[1:]:
            h_before, c_before = states[-1], c
            a.baddbmm_(W_h, h_before)
            fio, g = a[:, : 3 * H].sigmoid_(), tanh_(a[:, 3 * H :])
            f, i, o = fio[:, :H], fio[:, H : 2 * H], fio[:, 2 * H :]
            c = (f * c_before).addcmul_(i, g)
            squashed = tanh_(c.clone())
            states.append(o * squashed)
            steps.append(Step(f, i, o, g, squashed, c_before, h_before))
        return states, steps

    def _unwind(
        self, params: Parameters, steps: list, direct: tuple, gradient: Parameters
    ) -> list[torch.Tensor]:
        dh, T = direct[-1], len(steps)
        H, (R, _, N) = self.hidden_size, dh.shape
        W_h = params.stack("W_fh", "W_gh").transpose(1, 2)
        deltas = dh.new_empty(T, R, 4 * H if T > 1 else 3 * H, N)
        dc = torch.zeros_like(dh)
        for t in reversed(range(T)):
            s, delta = steps[t], deltas[t]
            d_i, d_o, d_g = delta[:, -3 * H : -2 * H], delta[:, -2 * H : -H], delta[:, -H:]
            sigmoid_slope(dh * s.squashed, s.o, d_o)
            through_h = dh * s.o
            dc = tanh_slope(through_h, s.squashed, through_h).add_(dc)
            sigmoid_slope(dc * s.g, s.i, d_i)
            tanh_slope(dc * s.i, s.g, d_g)
            if t == 0:
                if T > 1:
                    delta[:, :H] = 0
                break
            sigmoid_slope(dc * s.c_before, s.f, delta[:, :H])
            dc = dc * s.f
            dh = torch.bmm(W_h, delta)
            if self.every_step:
                dh += direct[t - 1]
        if T > 1:
            before = [s.h_before.mT for s in steps[1:]]
            sum_products(gradient.stack("W_fh", "W_gh"), deltas[1:], before)
        return list(deltas)
