"""The GRU as the paper writes it, (2)-(10): the reset gate acts before the product, W (r o h).

K. Cho et al., Learning phrase representations using RNN encoder-decoder for statistical machine
translation, EMNLP 2014.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch

from lib.models.activations import sigmoid_slope, tanh_, tanh_slope
from lib.models.cell import Cell, sum_products
from lib.models.parameters import Parameters


class Step(NamedTuple):
    """Activations of one time step, each (R, H, N); the last three lack at t = 1, where h_0 = 0.

    `g` is the candidate and `q` is r o h_{t-1}.
    """

    z: torch.Tensor
    g: torch.Tensor
    r: torch.Tensor | None = None
    h_before: torch.Tensor | None = None
    q: torch.Tensor | None = None


@dataclass(frozen=True)
class GRU(Cell, name="gru"):
    r"""GRU with the reset gate before the product, equations (2)-(10).

    .. math::

        r_t &= \sigma(W_{rh} h_{t-1} + W_{rx} x_t + b_r), \quad
        z_t = \sigma(W_{zh} h_{t-1} + W_{zx} x_t + b_z), \\
        \tilde h_t &= \tanh(W_{hr} (r_t \circ h_{t-1}) + W_{hx} x_t + b_h), \quad
        h_t = (1 - z_t) \circ h_{t-1} + z_t \circ \tilde h_t.

    Weights: ``W_rx``, ``W_zx``, ``W_hx`` (H, n), ``W_rh``, ``W_zh``, ``W_hr`` (H, H), ``w_out``
    (C, H); biases ``b_r``, ``b_z``, ``b_h``, ``b_out``. torch.nn.GRU resets after the product:
    see `GRUResetAfter`; the two agree for T = 1.

    Example:
        >>> import numpy as np
        >>> import torch
        >>> from lib.models import GRU
        >>> model = GRU(input_size=3, hidden_size=4, output_size=1)
        >>> params = model.initialise(np.random.default_rng(0))
        >>> outputs, _ = model.forward(params, torch.zeros(1, 5, 2, 3, dtype=torch.float64))
        >>> outputs.shape  # runs, samples, outputs
        torch.Size([1, 5, 1])
    """

    gates: ClassVar[tuple[str, ...]] = ("r", "z", "h")

    @property
    def idle_gates(self) -> int:
        """Return 1, for the reset gate multiplies h_0 = 0."""
        return 1

    @property
    def recurrent_names(self) -> tuple[str, ...]:
        """Return the names of the recurrent weights; ``W_hr`` acts on r o h, as in (33)."""
        return ("W_rh", "W_zh", "W_hr")

    def _unroll(self, params: Parameters, pre: torch.Tensor) -> tuple[list, list]:
        H = self.hidden_size
        W_gates, W_hr = params.stack("W_rh", "W_zh"), params["W_hr"]
        z, g = pre[0, :, -2 * H : -H].sigmoid_(), tanh_(pre[0, :, -H:])
        states, steps = [z * g], [Step(z, g)]
        for a in pre[1:]:
            h = states[-1]
            gates = a[:, : 2 * H].baddbmm_(W_gates, h).sigmoid_()  # (7), (8)
            r, z = gates[:, :H], gates[:, H:]
            q = r * h
            g = tanh_(a[:, 2 * H :].baddbmm_(W_hr, q))  # (9)
            steps.append(Step(z, g, r, h, q))
            states.append(torch.lerp(h, g, z))  # (10)
        return states, steps

    def _unwind(
        self, params: Parameters, steps: list, direct: tuple, gradient: Parameters
    ) -> list[torch.Tensor]:
        dh, T = direct[-1], len(steps)
        H, (R, _, N) = self.hidden_size, dh.shape
        W_gates = params.stack("W_rh", "W_zh").transpose(1, 2)
        W_hr = params["W_hr"].transpose(1, 2)
        deltas = dh.new_empty(T, R, 3 * H if T > 1 else 2 * H, N)
        for t in reversed(range(T)):
            s, delta = steps[t], deltas[t]
            d_z, d_h = delta[:, -2 * H : -H], delta[:, -H:]
            through_z = dh * s.z
            tanh_slope(through_z, s.g, d_h)  # (21)
            if t == 0:
                sigmoid_slope(dh * s.g, s.z, d_z)
                if T > 1:
                    delta[:, :H] = 0
                break
            sigmoid_slope((s.g - s.h_before).mul_(dh), s.z, d_z)  # (19)
            d_q = torch.bmm(W_hr, d_h)
            sigmoid_slope(d_q * s.h_before, s.r, delta[:, :H])  # (20)
            d_gates = delta[:, : 2 * H]
            # delta_{h,t-1}: h_{t-1} acts on h_t directly, through r o h_{t-1}, and in both gates.
            dh = (dh - through_z).addcmul_(d_q, s.r).baddbmm_(W_gates, d_gates)
            if self.every_step:
                dh += direct[t - 1]
        if T > 1:
            before, reset = [s.h_before.mT for s in steps[1:]], [s.q.mT for s in steps[1:]]
            later = deltas[1:]
            sum_products(gradient.stack("W_rh", "W_zh"), later[:, :, : 2 * H], before)  # (22), (24)
            sum_products(gradient["W_hr"], later[:, :, 2 * H :], reset)  # (26)
        return list(deltas)
