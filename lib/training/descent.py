"""Full-batch gradient descent, (17), as an iteration over states; with a proximal step where asked.

Proximal steps: N. Parikh, S. Boyd, Proximal algorithms, Foundations and Trends in Optimization 1
(2014), section 4.2.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

import numpy as np
import torch

from lib.models import Cell, Parameters
from lib.penalties import UNREGULARISED, Regulariser, bind
from lib.training.losses import Loss
from lib.validation import positive


@dataclass(frozen=True, eq=False)
class Problem:
    """The error E of (15) as a function of the weights: model, data error, data and penalties.

    Attributes:
        model: a recurrent network.
        loss: data error.
        X: (R, N, T, n) inputs, or (1, N, T, n) shared by all runs; finite.
        targets: (R, N, C) or (1, N, C), of the same type; finite.
        regularisers: one for all runs, or a sequence of one a run.

    Raises:
        ValueError: shapes, types or values that do not fit.
    """

    model: Cell
    loss: Loss
    X: torch.Tensor
    targets: torch.Tensor
    regularisers: Regulariser | Sequence[Regulariser] = UNREGULARISED

    def __post_init__(self) -> None:
        n, C = self.model.input_size, self.model.output_size
        X, targets = self.X, self.targets
        if X.ndim != 4 or X.shape[3] != n or 0 in X.shape:
            raise ValueError(f"X must have shape (runs or 1, N, T, {n}), got {tuple(X.shape)}")
        if targets.ndim != 3 or targets.shape[1:] != (X.shape[1], C):
            raise ValueError(
                f"targets must have shape (runs or 1, {X.shape[1]}, {C}), "
                f"got {tuple(targets.shape)}"
            )
        if X.dtype != targets.dtype:
            raise ValueError(f"X and targets must have one type, got {X.dtype}, {targets.dtype}")
        for what, given in (("X", X), ("targets", targets)):
            bad = int((~torch.isfinite(given)).sum())
            if bad:
                raise ValueError(
                    f"{what} must be finite, got {bad} NaN or infinite entries out of "
                    f"{given.numel()}"
                )


class State(NamedTuple):
    """One iterate; its tensors are the iteration's own and change with the next one.

    Attributes:
        iteration: k, from 0.
        params: weights W^k of R runs.
        gradient: of E at W^k. For L1 it is the subgradient with sign(0) = 0; weights with a
            proximal penalty hold the gradient mapping (W^k - prox(W^k - eta g)) / eta, where g is
            the gradient of the data error: it vanishes exactly at the stationary points of E.
        data_error: (R,).
        error: (R,), E, the data error plus penalties.
    """

    iteration: int
    params: Parameters
    gradient: Parameters
    data_error: torch.Tensor
    error: torch.Tensor


def descend(
    problem: Problem, initial: Parameters, rate: float | Sequence[float]
) -> Iterator[State]:
    r"""Yield W^0, W^1, ... of gradient descent :math:`W^{k+1} = W^k - \eta \nabla E(W^k)`, (17).

    Where the penalty is proximal,
    :math:`W^{k+1} = \operatorname{prox}_{\eta\lambda \varphi}(W^k - \eta g)`, g as in `State`.

    Args:
        problem: E.
        initial: W^0 of R runs, left unchanged.
        rate: eta > 0, one for all runs or one a run.

    Raises:
        ValueError: shapes or types that do not fit `problem`, weights that are not finite, or a
            rate that is not a positive number.
    """
    R, dtype = initial.runs, initial.flat.dtype
    rates = [rate] * R if np.ndim(rate) == 0 else list(rate)
    if len(rates) != R:
        raise ValueError(f"rate must be one number or one a run ({R}), got {len(rates)}")
    if initial.layout != problem.model.layout:
        raise ValueError(f"initial weights are not those of {problem.model}")
    if problem.targets.shape[0] not in (1, R):
        raise ValueError(f"targets must be for {R} runs or 1, got {problem.targets.shape[0]}")
    if not torch.isfinite(initial.flat).all():
        raise ValueError("initial weights must be finite, got NaN or infinite entries")
    eta = torch.tensor([positive("rate", r) for r in rates], dtype=dtype).unsqueeze(1)
    return _iterate(problem, initial.clone(), eta)


def _iterate(problem: Problem, params: Parameters, eta: torch.Tensor) -> Iterator[State]:
    model, loss = problem.model, problem.loss
    # Samples last in memory, which is how the products want them; shapes stay as they are.
    X = problem.X.permute(0, 3, 2, 1).contiguous().permute(0, 3, 2, 1)
    targets = problem.targets.transpose(1, 2).contiguous().transpose(1, 2)
    gradient = params.zeros_like()
    terms = bind(problem.regularisers, params, gradient)
    for k in count():
        outputs, cache = model.forward(params, X)
        data_error, d_outputs = loss.evaluate(outputs, targets)
        model.backward(params, cache, d_outputs, gradient)
        error = data_error.clone() if terms else data_error
        shrunk = []
        for term in terms:
            error[term.rows] += term.value()
            if term.penalty.proximal:
                step = eta[term.rows]
                moved = torch.addcmul(term.weights, term.gradient, step, value=-1)
                target = term.penalty.prox(moved, step * term.strength)
                torch.sub(term.weights, target, out=term.gradient).div_(step)
                shrunk.append((term.weights, target))
            else:
                term.add_gradient()
        yield State(k, params, gradient, data_error, error)
        params.flat.addcmul_(gradient.flat, eta, value=-1)
        # Written rather than stepped to: rounding would leave no weight exactly at zero.
        for weights, target in shrunk:
            weights.copy_(target)
