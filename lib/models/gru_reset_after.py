"""The GRU as torch.nn.GRU has it: the reset gate acts after the product, r o (W h)."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import nn

from lib.models.activations import sigmoid_slope, tanh_, tanh_slope
from lib.models.cell import Cell, Twin, add_product
from lib.models.parameters import Parameters


class Step(NamedTuple):
    """Activations of one time step, each (R, H, N), where `s` is W_hr h_{t-1} + b_hr.

    `r` and `s` lack at t = 1 without biases, `h_before` at t = 1.
    """

    z: torch.Tensor
    g: torch.Tensor
    r: torch.Tensor | None
    s: torch.Tensor | None
    h_before: torch.Tensor | None


@dataclass(frozen=True)
class GRUResetAfter(Cell, name="gru_reset_after"):
    r"""GRU with the reset gate after the product, as in torch.nn.GRU.

    As `GRU` except for the candidate, :math:`\tilde h_t = \tanh(r_t \circ (W_{hr} h_{t-1} + b_{hr})
    + W_{hx} x_t + b_h)`. Weights have the same names and shapes; ``b_hr`` (H,) is one bias more.

    Example:
        >>> from lib.models import GRUResetAfter
        >>> GRUResetAfter(input_size=3, hidden_size=4, output_size=1).layout.weight_count
        88
    """

    gates: ClassVar[tuple[str, ...]] = ("r", "z", "h")
    twin: ClassVar[Twin] = Twin(nn.GRU, ("r", "z", "h"), negated=("z",))

    @property
    def idle_gates(self) -> int:
        """Return 1 without biases, where the reset gate multiplies zero in the first step."""
        return 0 if self.bias else 1

    @property
    def recurrent_names(self) -> tuple[str, ...]:
        """Return the names of the recurrent weights, those of `GRU`."""
        return ("W_rh", "W_zh", "W_hr")

    @property
    def inner_bias_names(self) -> tuple[str, ...]:
        """Return the candidate's second bias, which the reset gate multiplies."""
        return ("b_hr",)

    def _unroll(self, params: Parameters, pre: torch.Tensor) -> tuple[list, list]:
        H, (_, R, _, N) = self.hidden_size, pre.shape
        W_h = params.stack("W_rh", "W_hr")
        z = pre[0, :, -2 * H : -H].sigmoid_()
        candidate, r, s = pre[0, :, -H:], None, None
        if self.bias:
            r, s = pre[0, :, :H].sigmoid_(), params["b_hr"].unsqueeze(2).expand(R, H, N)
            candidate += r * s
        g = tanh_(candidate)
        states, steps = [z * g], [Step(z, g, r, s, None)]
        for a in pre[1:]:
            h = states[-1]
            product = torch.bmm(W_h, h)
            gates = a[:, : 2 * H].add_(product[:, : 2 * H]).sigmoid_()
            r, z, s = gates[:, :H], gates[:, H:], product[:, 2 * H :]
            if self.bias:
                s += params["b_hr"].unsqueeze(2)
            g = tanh_(a[:, 2 * H :].addcmul_(r, s))
            steps.append(Step(z, g, r, s, h))
            states.append(torch.lerp(h, g, z))
        return states, steps

    def _unwind(
        self, params: Parameters, steps: list, direct: tuple, gradient: Parameters
    ) -> list[torch.Tensor]:
        dh, T = direct[-1], len(steps)
        H, (R, _, N) = self.hidden_size, dh.shape
        W_h = params.stack("W_rh", "W_hr").transpose(1, 2)
        deltas = dh.new_empty(T, R, 3 * H if T > 1 or self.bias else 2 * H, N)
        b_hr = 0
        for t in reversed(range(T)):
            s, delta = steps[t], deltas[t]
            d_z, d_h = delta[:, -2 * H : -H], delta[:, -H:]
            through_z = dh * s.z
            tanh_slope(through_z, s.g, d_h)
            sigmoid_slope((s.g if t == 0 else s.g - s.h_before) * dh, s.z, d_z)
            if s.r is None:
                if T > 1:
                    delta[:, :H] = 0
                break
            sigmoid_slope(d_h * s.s, s.r, delta[:, :H])
            product = torch.cat([delta[:, : 2 * H], d_h * s.r], 1)
            if self.bias:
                b_hr = b_hr + product[:, 2 * H :].sum(2)
            if t > 0:
                add_product(gradient.stack("W_rh", "W_hr"), product, s.h_before.mT, int(t < T - 1))
                dh = (dh - through_z).baddbmm_(W_h, product)
                if self.every_step:
                    dh += direct[t - 1]
        if self.bias:
            gradient["b_hr"].copy_(b_hr)
        return list(deltas)
