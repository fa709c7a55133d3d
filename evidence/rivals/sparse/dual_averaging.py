r"""Regularised dual averaging with momentum: RMDA, and RAMDA, which scales it weight by weight.

Z.-S. Huang, C.-p. Lee, Training structured neural networks through manifold identification and
variance reduction, ICLR 2022, arXiv 2112.02612 (RMDA); Regularized adaptive momentum dual averaging
with an efficient inexact subproblem solver for training structured neural networks, NeurIPS 2024,
arXiv 2403.14398 (RAMDA).

With :math:`s_i=\eta\sqrt i`, :math:`A_k=\sum_{i\le k}s_i`, :math:`V_k=\sum_{i\le k}s_ig_i` and
:math:`U_k=\sum_{i\le k}s_ig_i^2` both take

.. math::

    \tilde W^k = \arg\min_W \langle V_k,W\rangle + A_k\lambda\lVert W\rVert_1
                 + \tfrac12\lVert W-W^0\rVert_{D_k}^2, \qquad
    W^k = (1-c_k)W^{k-1}+c_k\tilde W^k,

RMDA with :math:`D_k=\sqrt k`, RAMDA with :math:`D_k=U_k^{1/3}+\varepsilon`. For L1 the minimiser is
the soft threshold :math:`A_k\lambda/D_k` of :math:`W^0-V_k/D_k`, for a diagonal :math:`D_k` too.
As their authors do, both begin anew from where they are, with a smaller rate, and let c grow in the
last stage: :math:`c_k=\min(c\sqrt k,1)`. Only with c = 1 are the zeros of :math:`\tilde W` those
of W.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from lib.models import Parameters
from lib.penalties import ProxL1
from lib.training import Optimiser, Stepper
from lib.validation import count, positive


@dataclass(frozen=True)
class RMDA(Optimiser):
    """Regularised modernised dual averaging with the L1 penalty on all weight matrices.

    The penalty is the optimiser's, so that the problem has none.

    Attributes:
        rate: eta > 0 of the first stage, one for all runs or one a run.
        strengths: lambda >= 0, one a run.
        after: steps of the first stage, >= 1.
        share: of the rate, that of the last stage, > 0.
        momentum: c of the first stage, in (0, 1].

    Raises:
        ValueError: a number out of range, or not one strength a run.
    """

    strengths: Sequence[float] = ()
    after: int = 1
    share: float = 0.1
    momentum: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        for strength in self.strengths:
            positive("lambda (strength)", strength, zero=True)
        count("steps of the first stage", self.after)
        positive("share of the rate", self.share)
        if not positive("momentum", self.momentum) <= 1:
            raise ValueError(f"momentum must be > 0 and <= 1, got {self.momentum!r}")

    def begin(self, params: Parameters) -> Stepper:
        """Return what moves `params`, its sums empty."""
        if len(self.strengths) != params.runs:
            raise ValueError(
                f"strengths must be one a run ({params.runs}), got {len(self.strengths)}"
            )
        return _Averaging(params, self)


@dataclass(frozen=True)
class RAMDA(RMDA):
    r"""Regularised adaptive momentum dual averaging, otherwise as `RMDA`.

    Attributes:
        epsilon: :math:`\varepsilon` > 0 of the first stage; it falls with the rate.
    """

    epsilon: float = 1e-6

    def __post_init__(self) -> None:
        super().__post_init__()
        positive("epsilon", self.epsilon)

    def begin(self, params: Parameters) -> Stepper:
        """Return what moves `params`, its sums empty."""
        super().begin(params)
        return _Adaptive(params, self)


class _Averaging(Stepper):
    def __init__(self, params: Parameters, options: RMDA) -> None:
        super().__init__(params.flat, options.rates(params))
        self.options, self.steps = options, 0
        self.columns = params.layout.penalised("all")
        strengths = torch.tensor(options.strengths, dtype=params.flat.dtype)
        self.strengths = strengths.unsqueeze(1)
        self.anchor, self.V = params.flat.clone(), torch.zeros_like(params.flat)
        self.moved, self.scratch = torch.empty_like(self.V), torch.empty_like(self.V)
        self.A = torch.zeros_like(self.eta)

    def step(self, gradient: torch.Tensor) -> None:
        if self.steps == self.options.after:
            self._restart()
        self.steps += 1
        k = self.steps - self.options.after * (self.steps > self.options.after)
        s = self.eta * math.sqrt(k)
        self.A += s
        self.V.addcmul_(gradient, s)
        threshold = self._minimise(gradient, s, k)
        penalised = self.moved[:, self.columns]
        ProxL1().shrink(penalised, threshold, self.scratch[:, self.columns])
        c = self.options.momentum
        if self.steps > self.options.after:
            c = min(c * math.sqrt(k), 1.0)
        if c == 1.0:
            self.flat.copy_(self.moved)
        else:
            self.flat.lerp_(self.moved, c)

    def _restart(self) -> None:
        self.eta.mul_(self.options.share)
        self.anchor.copy_(self.flat)
        self.V.zero_()
        self.A.zero_()

    def _minimise(self, gradient: torch.Tensor, s: torch.Tensor, k: int) -> torch.Tensor:
        """Leave W^0 - V / D in `moved`; return the thresholds of the penalised weights."""
        torch.add(self.anchor, self.V, alpha=-1 / math.sqrt(k), out=self.moved)
        return self.A * self.strengths / math.sqrt(k)

    def lengths(self, rows: slice, columns: slice) -> torch.Tensor:
        return self.eta[rows]


class _Adaptive(_Averaging):
    def __init__(self, params: Parameters, options: RAMDA) -> None:
        super().__init__(params, options)
        self.U, self.D = torch.zeros_like(self.V), torch.empty_like(self.V)
        self.epsilon = options.epsilon

    def _restart(self) -> None:
        super()._restart()
        self.U.zero_()
        self.epsilon *= self.options.share

    def _minimise(self, gradient: torch.Tensor, s: torch.Tensor, k: int) -> torch.Tensor:
        torch.mul(gradient, s, out=self.D)
        self.U.addcmul_(self.D, gradient)
        torch.pow(self.U, 1 / 3, out=self.D).add_(self.epsilon)
        torch.addcdiv(self.anchor, self.V, self.D, value=-1, out=self.moved)
        return torch.div(self.A * self.strengths, self.D[:, self.columns])
