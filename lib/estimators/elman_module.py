"""An Elman network as a torch module, for those who train on, export or combine it."""

import numpy as np
import torch
from torch import nn

from lib import alm
from lib.validation import array, instance


class ElmanNetwork(nn.Module):
    r"""The network :math:`h_t=\sigma(W h_{t-1}+Vx_t+b)`, :math:`\hat y_t=Dx_t+Ah_t+c`; (2.2).

    Its parameters ``W`` (r, r), ``V`` (r, n), ``b`` (r,), ``A`` (m, r), ``c`` (m,) and ``D`` (m, n)
    are float64 and take gradients; ``module.float()`` makes them float32.

    Args:
        weights: where the parameters come from.
        activation: of the hidden units.
        linear: D; zero unless given.
        start: hidden state before the first step, shape (r,), the buffer ``start``; zero unless
            given.

    Example:
        >>> from lib import alm
        >>> weights = alm.initial_weights("glorot", np.random.default_rng(0), r=3, n=2, m=1)
        >>> network = ElmanNetwork(weights, alm.ReLU())
        >>> sorted(name for name, _ in network.named_parameters())
        ['A', 'D', 'V', 'W', 'b', 'c']
    """

    def __init__(
        self,
        weights: alm.Weights,
        activation: alm.Activation,
        linear: np.ndarray | None = None,
        start: np.ndarray | None = None,
    ) -> None:
        super().__init__()
        instance("weights", weights, alm.Weights, "lib.alm.Weights")
        instance("activation", activation, alm.Activation, "an activation of lib.alm")
        shape = len(weights.c), weights.input_size
        values = {name: getattr(weights, name) for name in ("W", "V", "b", "A", "c")}
        values["D"] = np.zeros(shape) if linear is None else array("linear", linear, shape)
        for name, value in values.items():
            self.register_parameter(name, nn.Parameter(torch.from_numpy(np.array(value))))
        r = weights.hidden_size
        start = np.zeros(r) if start is None else array("start", start, (r,))
        self.register_buffer("start", torch.from_numpy(start))
        self.activation = activation.to_torch()

    def forward(self, X: torch.Tensor, h0: torch.Tensor | None = None) -> torch.Tensor:
        """Return the outputs of every step, (..., T, m).

        Args:
            X: inputs, shape (T, n) or (N, T, n), of the parameters' type.
            h0: hidden state before the first step, shape (r,) or (N, r); ``start`` unless given.

        Raises:
            ValueError: X or h0 has another shape or type.
        """
        self._check("X", X, self.V.shape[1], (2, 3))
        if h0 is not None:
            self._check("h0", h0, self.W.shape[0], (1, 2))
        pre = X @ self.V.T + self.b
        h = self.start if h0 is None else h0
        states = []
        for u in pre.unbind(-2):
            h = self.activation(u + h @ self.W.T)
            states.append(h)
        return torch.stack(states, -2) @ self.A.T + self.c + X @ self.D.T

    def _check(self, what: str, given: torch.Tensor, last: int, axes: tuple[int, ...]) -> None:
        instance(what, given, torch.Tensor, f"a tensor, such as torch.from_numpy({what})")
        if given.ndim not in axes or given.shape[-1] != last or given.dtype != self.W.dtype:
            raise ValueError(
                f"{what} must have {' or '.join(map(str, axes))} axes, the last of {last}, and "
                f"type {self.W.dtype}, got {tuple(given.shape)} of {given.dtype}"
            )
