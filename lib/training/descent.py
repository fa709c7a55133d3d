"""The iteration every training is: gradients of E, a step, a proximal step where asked.

Proximal steps: N. Parikh, S. Boyd, Proximal algorithms, Foundations and Trends in Optimization 1
(2014), section 4.2.
"""

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

import torch

from lib.models import Parameters
from lib.penalties import Term, bind
from lib.training.batches import MiniBatches
from lib.training.losses import Loss
from lib.training.optimiser import Optimiser
from lib.training.problem import Problem, repeated
from lib.training.sgd import SGD


class State(NamedTuple):
    """One iterate W^k; read it before the next one, whose numbers take the place of these.

    With mini-batches, E is that of the mini-batch of step k. What costs time is computed when asked
    for.

    Attributes:
        iteration: k, from 0.
        params: weights W^k of R runs.
        loss: data error.
        outputs: (R, N, C), before the output function.
        targets: (R or 1, N, C).
        slope: gradient of E at W^k, of the data error alone where the penalty is proximal.
        terms: penalties, as views into `params` and `slope`.
        eta: (R, 1).
    """

    iteration: int
    params: Parameters
    loss: Loss
    outputs: torch.Tensor
    targets: torch.Tensor
    slope: Parameters
    terms: Sequence[Term]
    eta: torch.Tensor

    @property
    def data_error(self) -> torch.Tensor:
        """Return the data error, (R,)."""
        return self.loss.value(self.outputs, self.targets)

    @property
    def error(self) -> torch.Tensor:
        """Return E, the data error plus penalties, (R,)."""
        return add_penalties(self.data_error, self.terms)

    @property
    def gradient(self) -> Parameters:
        """Return the gradient of E at W^k.

        For L1 it is the subgradient with sign(0) = 0; weights with a proximal penalty hold the
        gradient mapping (W^k - prox(W^k - eta g)) / eta, where g is the gradient of the data error:
        it vanishes exactly at the stationary points of E.
        """
        return gradient_mapping(self.slope, self.terms, self.eta)


def descend(
    problem: Problem,
    initial: Parameters,
    optimiser: Optimiser | float | Sequence[float],
    batches: MiniBatches | None = None,
) -> Iterator[State]:
    r"""Yield W^0, W^1, ... as the optimiser moves them along the gradients of E.

    With `SGD` and no mini-batches that is (17), :math:`W^{k+1} = W^k - \eta \nabla E(W^k)`. Where
    the penalty is proximal the step follows the data error's gradient g alone and
    :math:`W^{k+1} = \operatorname{prox}_{s\lambda \varphi}(W^k - s \circ g)`, with s = eta for
    `SGD` and one s a weight for `Adam`.

    Args:
        problem: E.
        initial: W^0 of R runs, left unchanged.
        optimiser: which step; a number, or one a run, stands for `SGD` of this rate.
        batches: which samples each step sees; all of them if None.

    Raises:
        ValueError: shapes or types that do not fit `problem`, weights that are not finite, or a
            rate that is not a positive number.

    Example:
        >>> from itertools import islice
        >>> from lib.training import descend
        >>> errors = [float(state.error[0]) for state in islice(descend(problem, start, 0.05), 5)]
        >>> errors == sorted(errors, reverse=True)
        True
    """
    problem.check_start(initial)
    R = initial.runs
    if batches is None:
        samples = repeat((problem.X, repeated(problem.targets, R)))
    else:
        batches.check(problem, R)
        samples = batches.draw(problem, R)
    if not isinstance(optimiser, Optimiser):
        optimiser = SGD(optimiser)
    optimiser.rates(initial)
    return _iterate(problem, initial.clone(), optimiser, samples)


def _iterate(
    problem: Problem,
    params: Parameters,
    optimiser: Optimiser,
    samples: Iterator[tuple[torch.Tensor, torch.Tensor]],
) -> Iterator[State]:
    model, loss = problem.model, problem.loss
    slope = params.zeros_like()
    terms = bind(problem.regularisers, params, slope)
    proximal = [term for term in terms if term.penalty.proximal]
    smooth = [term for term in terms if not term.penalty.proximal]
    stepper = optimiser.begin(params)
    for k, (X, targets) in enumerate(samples):
        outputs, cache = model.forward(params, X)
        model.backward(params, cache, loss.derivative(outputs, targets), slope)
        for term in smooth:
            term.add_gradient()
        yield State(k, params, loss, outputs, targets, slope, terms, stepper.eta)
        stepper.step(slope.flat)
        for term in proximal:
            term.shrink(stepper.lengths(term.rows, term.columns))


def add_penalties(data_error: torch.Tensor, terms: Sequence[Term]) -> torch.Tensor:
    """Return E, (R,): the data error, which is overwritten, plus penalties."""
    for term in terms:
        data_error[term.rows] += term.value()
    return data_error


def gradient_mapping(slope: Parameters, terms: Sequence[Term], eta: torch.Tensor) -> Parameters:
    """Return `slope` with (W - prox(W - eta g)) / eta for g where the penalty is proximal."""
    proximal = [term for term in terms if term.penalty.proximal]
    mapped = slope.clone() if proximal else slope
    for term in proximal:
        step = eta[term.rows]
        moved = torch.addcmul(term.weights, term.gradient, step, value=-1)
        target = term.penalty.prox(moved, step * term.strength)
        mapped.flat[term.rows, term.columns] = (term.weights - target).div_(step)
    return mapped
