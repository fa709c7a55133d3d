"""Outputs, E and its gradient on many samples, a part of them at a time to bound the memory."""

from collections.abc import Iterator

import torch

from lib.models import Cell, Parameters
from lib.penalties import bind
from lib.training.descent import add_penalties, gradient_mapping
from lib.training.problem import Problem, repeated

CHUNK = 1024
"""Samples of one run that are in work at once."""


def outputs(model: Cell, params: Parameters, X: torch.Tensor) -> torch.Tensor:
    """Return the outputs of `Cell.forward`, (R, N, C), for inputs (S, N, T, n).

    Raises:
        ValueError: as `Cell.forward`.

    Example:
        >>> outputs(problem.model, start, problem.X).shape
        torch.Size([1, 6, 1])
    """
    return torch.cat([model.forward(params, x)[0] for x in X.split(CHUNK, dim=1)], 1)


def assess(
    problem: Problem, params: Parameters, eta: torch.Tensor, steps: int = 1
) -> tuple[torch.Tensor, torch.Tensor, Parameters, torch.Tensor]:
    r"""Return data error, E, both (R,), gradient of E at W, and outputs (R, N, C), on all samples.

    A step of the iteration descends on one of the `steps` mini-batches of an epoch. A data error
    that is a sum over samples therefore counts :math:`1 / \text{steps}` against the penalty here,
    the mean over the mini-batches; one that is a mean is the mean over all samples.

    Args:
        problem: E.
        params: W of R runs.
        eta: (R, 1), the rate in the gradient mapping of a proximal penalty, see `State.gradient`.
        steps: mini-batches in an epoch; 1 for the full batch.
    """
    loss, R, N = problem.loss, params.runs, problem.X.shape[1]
    data_error = params.flat.new_zeros(R)
    gradient, part, answers = params.zeros_like(), params.zeros_like(), []
    for X, targets in _chunks(problem, R):
        weight = X.shape[1] / N if loss.average else 1 / steps
        given, cache = problem.model.forward(params, X)
        answers.append(given)
        data_error += weight * loss.value(given, targets)
        problem.model.backward(params, cache, loss.derivative(given, targets), part)
        gradient.flat.add_(part.flat, alpha=weight)
    terms = bind(problem.regularisers, params, gradient)
    for term in terms:
        if not term.penalty.proximal:
            term.add_gradient()
    error = add_penalties(data_error.clone(), terms)
    return data_error, error, gradient_mapping(gradient, terms, eta), torch.cat(answers, 1)


def _chunks(problem: Problem, runs: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    inputs, targets = problem.X.split(CHUNK, dim=1), problem.targets.split(CHUNK, dim=1)
    for X, t in zip(inputs, targets, strict=True):
        yield X, repeated(t, runs)
