"""Magnitude pruning: the smallest weights are set to zero and stay so, at once or bit by bit.

M. Zhu, S. Gupta, To prune, or not to prune: exploring the efficacy of pruning for model
compression, arXiv 1710.01878 (2017), for the gradual schedule; S. Han, J. Pool, J. Tran, W. J.
Dally, Learning both weights and connections for efficient neural networks, NeurIPS 2015, for
pruning after training.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from evidence.rivals.sparse.stages import Falling, Staged
from lib.models import Parameters
from lib.training import Stepper
from lib.validation import count


def planned(target: float, step: int, first: int, last: int) -> float:
    r"""Return the share of zeros that the schedule asks for after a step.

    .. math:: s_t = s_f - s_f\Bigl(1-\frac{t-t_0}{t_1-t_0}\Bigr)^3

    between :math:`t_0` and :math:`t_1`; nothing before, :math:`s_f` after; all at once where the
    two are the same step.

    Args:
        target: :math:`s_f`.
        step: t.
        first: :math:`t_0`.
        last: :math:`t_1`.

    Example:
        >>> [planned(0.5, step, 10, 20) for step in (9, 10, 15, 20, 30)]
        [0.0, 0.0, 0.4375, 0.5, 0.5]
        >>> [planned(0.5, step, 10, 10) for step in (9, 10)]
        [0.0, 0.5]
    """
    if step >= last:
        return target
    left = 1.0 if step <= first else (last - step) / (last - first)
    return target * (1.0 - left**3)


@dataclass(frozen=True)
class Kept(Staged):
    """Any optimiser in two stages that leaves at zero the weights that are zero when it begins.

    Biases are trained whatever they are.
    """

    def begin(self, params: Parameters) -> Stepper:
        """Return what moves `params`."""
        keeping = _Keeping(super().begin(params), params)
        keeping.kept = (keeping.weights != 0).to(params.flat.dtype)
        return keeping


@dataclass(frozen=True)
class Pruned(Staged):
    """Any optimiser in two stages, with all but the largest weights of a run set to zero.

    One threshold holds for all weight matrices of a run; biases stay.

    Attributes:
        targets: share of zeros at the end, in [0, 1], one a run.
        counted: which entries of the weight matrices are pruned and counted, (weights,) of bool;
            None for all.
        first: the step after which pruning begins.
        last: the step after which the target is met; `first` for once and for all.
        every: steps between two prunings.

    Raises:
        ValueError: a number out of range, or not one target a run.
    """

    targets: Sequence[float] = ()
    counted: torch.Tensor | None = None
    first: int = 1
    last: int = 1
    every: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not all(0 <= target <= 1 for target in self.targets):
            raise ValueError(f"targets must be shares from 0 to 1, got {list(self.targets)}")
        count("step of the first pruning", self.first)
        count("step of the last pruning", self.last, least=self.first)
        count("steps between two prunings", self.every)

    def begin(self, params: Parameters) -> Stepper:
        """Return what moves `params`; nothing is pruned yet."""
        if len(self.targets) != params.runs:
            raise ValueError(f"targets must be one a run ({params.runs}), got {len(self.targets)}")
        return _Pruning(super().begin(params), params, self)


class _Keeping(Falling):
    def __init__(self, staged: Falling, params: Parameters) -> None:
        super().__init__(staged.inner, staged.after, staged.share)
        self.weights = params.flat[:, params.layout.penalised("all")]
        self.kept: torch.Tensor | None = None

    def step(self, gradient: torch.Tensor) -> None:
        super().step(gradient)
        if self.kept is not None:
            self.weights.mul_(self.kept)


class _Pruning(_Keeping):
    def __init__(self, staged: Falling, params: Parameters, options: Pruned) -> None:
        super().__init__(staged, params)
        self.options = options
        every = torch.ones(self.weights.shape[1], dtype=torch.bool)
        self.counted = (every if options.counted is None else options.counted).nonzero()[:, 0]

    def step(self, gradient: torch.Tensor) -> None:
        super().step(gradient)
        first, last = self.options.first, self.options.last
        due = (self.steps - first) % self.options.every == 0
        if self.steps == last or (first <= self.steps < last and due):
            self._prune()

    def _prune(self) -> None:
        """Choose anew which weights are kept; those at zero are the smallest, and stay."""
        size = self.weights[:, self.counted].abs()
        self.kept = torch.ones_like(self.weights)
        for run, target in enumerate(self.options.targets):
            share = planned(target, self.steps, self.options.first, self.options.last)
            zeros = math.ceil(
                share * len(self.counted) - 1e-9
            )  # the target is met, not just missed
            smallest = size[run].topk(zeros, largest=False, sorted=False).indices
            self.kept[run, self.counted[smallest]] = 0.0
        self.weights.mul_(self.kept)
