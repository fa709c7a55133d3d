"""Which penalty, how strong, on which weights; and many of them along one batch's run axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import torch

from lib.models.parameters import MODES, Parameters
from lib.penalties.base import Penalty
from lib.penalties.none import NoPenalty
from lib.validation import one_of, positive


@dataclass(frozen=True)
class Regulariser:
    r"""The term :math:`\lambda \sum \varphi(w)` that (15) adds to the data error.

    Attributes:
        penalty: phi.
        strength: lambda >= 0, finite.
        mode: ``"out"`` penalises the output weights, as in (15) and the theory; ``"all"`` every
            weight matrix. Biases are never penalised.

    Raises:
        ValueError: `strength` or `mode` is not one of these.

    Example:
        >>> from lib.penalties import Regulariser, SmoothL1
        >>> Regulariser(SmoothL1(alpha=0.01), strength=5e-4).mode
        'out'
    """

    penalty: Penalty
    strength: float
    mode: str = "out"

    def __post_init__(self) -> None:
        Penalty.check("penalty", self.penalty)
        positive("lambda (strength)", self.strength, zero=True)
        one_of("penalty mode", self.mode, MODES)


UNREGULARISED = Regulariser(NoPenalty(), 0.0)


class Term(NamedTuple):
    """One penalty on a block of runs of one `Parameters`, as views into it.

    Attributes:
        rows: the runs.
        columns: the weights.
        penalty: phi.
        strength: lambda of each run, (rows, 1).
        weights: (rows, columns) view of the penalised weights.
        gradient: view of the same entries of the gradient.
        scratch: memory of the same shape, so that no step has to allocate it.
    """

    rows: slice
    columns: slice
    penalty: Penalty
    strength: torch.Tensor
    weights: torch.Tensor
    gradient: torch.Tensor
    scratch: torch.Tensor

    def value(self) -> torch.Tensor:
        """Return lambda times the sum of phi, (rows,)."""
        return self.strength[:, 0] * self.penalty.value(self.weights)

    def add_gradient(self) -> None:
        """Add lambda phi' to the gradient in place."""
        slope = self.penalty.gradient(self.weights, out=self.scratch)
        self.gradient.addcmul_(slope, self.strength)

    def shrink(self, lengths: torch.Tensor) -> None:
        """Apply the proximal map to the weights in place, threshold lambda times `lengths`."""
        self.penalty.shrink(self.weights, lengths * self.strength, self.scratch)


def bind(
    regularisers: Regulariser | Sequence[Regulariser], params: Parameters, gradient: Parameters
) -> list[Term]:
    """Return the terms of one regulariser for all runs or of one regulariser a run.

    Neighbouring runs that differ in strength alone share a term; runs without penalty have none.

    Args:
        regularisers: one, or a sequence of R.
        params: weights of R runs.
        gradient: like `params`.

    Raises:
        ValueError: a sequence whose length is not R.

    Example:
        >>> import torch
        >>> from lib.models import Layout, Parameters
        >>> from lib.penalties import L1, Regulariser, bind
        >>> params = Parameters(torch.tensor([[2.0, -3.0]]), Layout((("w_out", (2,)),)))
        >>> gradient = params.zeros_like()
        >>> (term,) = bind(Regulariser(L1(), 0.5), params, gradient)
        >>> term.add_gradient()
        >>> term.value().tolist(), gradient.flat.tolist()
        ([2.5], [[0.5, -0.5]])
    """
    if isinstance(regularisers, Regulariser):
        regularisers = [regularisers] * params.runs
    if len(regularisers) != params.runs:
        raise ValueError(
            f"regularisers must be one or one a run ({params.runs}), got {len(regularisers)}"
        )
    terms, start = [], 0
    for (penalty, mode), group in groupby(regularisers, key=lambda r: (r.penalty, r.mode)):
        strengths = [r.strength for r in group]
        rows = slice(start, start + len(strengths))
        start = rows.stop
        if isinstance(penalty, NoPenalty):
            continue
        columns = params.layout.penalised(mode)
        strength = torch.tensor(strengths, dtype=params.flat.dtype).unsqueeze(1)
        views = params.flat[rows, columns], gradient.flat[rows, columns]
        scratch = torch.empty_like(views[0])
        terms.append(Term(rows, columns, penalty, strength, *views, scratch))
    return terms
