"""Adam: D. P. Kingma, J. L. Ba, Adam: a method for stochastic optimization, ICLR 2015.

With a proximal penalty: J. Yun, A. C. Lozano, E. Yang, Adaptive proximal gradient methods for
structured neural networks, NeurIPS 2021.
"""

import math
from dataclasses import dataclass

import torch

from lib.models import Parameters
from lib.training.optimiser import Optimiser, Stepper
from lib.validation import positive


@dataclass(frozen=True)
class Adam(Optimiser, name="adam"):
    r"""Adam: :math:`W^{k+1} = W^k - s \circ \hat m,\ s = \eta / (\sqrt{\hat v} + \varepsilon)`.

    Here m and v are the decaying averages of the gradient and of its square, the hat divides them
    by one minus the power of their decay. A proximal penalty is not part of the gradient; its
    threshold after the step is :math:`s \lambda`, weight by weight, the proximal map in the metric
    1/s. A common threshold :math:`\eta\lambda` would not do: where the iteration rests it would
    balance lambda against a rescaled gradient, at a point that is not stationary for E. A weight
    whose data gradient has always been zero has :math:`s = \eta / \varepsilon`, so that the first
    step sets it to zero, its minimiser.

    Attributes:
        rate: eta > 0, one for all runs or one a run.
        decay: of m, in [0, 1).
        decay_square: of v, in [0, 1).
        epsilon: > 0.

    Raises:
        ValueError: a decay or epsilon out of range.

    Example:
        >>> from lib.training import Adam, train
        >>> errors = train(problem, start, Adam(rate=0.01), 50).trace.error
        >>> bool(errors[0, -1] < errors[0, 0])
        True
    """

    decay: float = 0.9
    decay_square: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        super().__post_init__()
        for what in ("decay", "decay_square"):
            if positive(what, getattr(self, what), zero=True) >= 1:
                raise ValueError(f"{what} must be >= 0 and < 1, got {getattr(self, what)!r}")
        positive("epsilon", self.epsilon)

    def begin(self, params: Parameters) -> Stepper:
        """Return what moves `params`, with m = v = 0."""
        return _Averages(params.flat, self.rates(params), self)


class _Averages(Stepper):
    def __init__(self, flat: torch.Tensor, eta: torch.Tensor, options: Adam) -> None:
        super().__init__(flat, eta)
        self.options = options
        self.steps = 0
        self.m, self.v = torch.zeros_like(flat), torch.zeros_like(flat)
        self.s = torch.empty_like(flat)

    def step(self, gradient: torch.Tensor) -> None:
        a, b = self.options.decay, self.options.decay_square
        self.steps += 1
        self.m.lerp_(gradient, 1 - a)
        self.v.mul_(b).addcmul_(gradient, gradient, value=1 - b)
        # Numerator and denominator of s times sqrt(1 - b^k): one pass less over memory.
        scale = math.sqrt(1 - b**self.steps)
        torch.sqrt(self.v, out=self.s).add_(scale * self.options.epsilon)
        torch.div(scale * self.eta, self.s, out=self.s)
        self.flat.addcmul_(self.s, self.m, value=-1 / (1 - a**self.steps))

    def lengths(self, rows: slice, columns: slice) -> torch.Tensor:
        return self.s[rows, columns]
