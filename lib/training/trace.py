"""What a training leaves behind: errors, gradient and weight norms, and how often E rose."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch

from lib.models import Parameters
from lib.training.descent import descend
from lib.training.optimiser import Optimiser
from lib.training.problem import Problem
from lib.validation import count

RISE_TOLERANCE = 1e-13
"""The relative amount by which E must exceed its last value to have risen: above rounding."""


@dataclass(frozen=True, eq=False)
class Trace:
    """Records of R runs at K iterations; gradient as in `State`, norms over all trained entries.

    Attributes:
        iteration: (K,), the iterations recorded: 0, every, 2 every, ..., and the last.
        error: (R, K), E with penalties.
        data_error: (R, K).
        gradient_norm: (R, K), Euclidean.
        weight_norm: (R, K), Euclidean, biases included if the model has any.
        increases: (R,), how often E rose from one iteration to the next, counted at every one.
    """

    iteration: np.ndarray
    error: np.ndarray
    data_error: np.ndarray
    gradient_norm: np.ndarray
    weight_norm: np.ndarray
    increases: np.ndarray


@dataclass(frozen=True, eq=False)
class Result:
    """Trained weights and how they came about.

    Attributes:
        params: weights after the last step.
        trace: what was recorded.
        diverged: (R,), True where E or a weight ceased to be a finite number.
    """

    params: Parameters
    trace: Trace
    diverged: np.ndarray


def train(
    problem: Problem,
    initial: Parameters,
    optimiser: Optimiser | float | Sequence[float],
    steps: int,
    every: int = 1,
) -> Result:
    """Return the weights after `steps` full-batch steps, with the trace of the way there.

    Args:
        problem: E.
        initial: W^0 of R runs, left unchanged.
        optimiser: as for `descend`, e.g. a rate.
        steps: number of steps, >= 0.
        every: record every so many iterations, >= 1; rises of E are counted at all.

    Raises:
        ValueError: as `descend`, or a count out of range.

    Example:
        >>> from lib.training import train
        >>> trace = train(problem, start, 0.05, 50, every=50).trace
        >>> bool(trace.error[0, -1] < trace.error[0, 0])
        True
    """
    steps, every = count("steps", steps, least=0), count("every", every)
    iteration = np.unique(np.append(np.arange(0, steps + 1, every), steps))
    errors = initial.flat.new_empty(steps + 1, initial.runs)
    data_error, gradient_norm, weight_norm = initial.flat.new_empty(3, len(iteration), initial.runs)
    row = 0
    for state in islice(descend(problem, initial, optimiser), steps + 1):
        errors[state.iteration] = state.error
        if state.iteration % every == 0 or state.iteration == steps:
            data_error[row] = state.data_error
            torch.linalg.vector_norm(state.gradient.flat, dim=1, out=gradient_norm[row])
            torch.linalg.vector_norm(state.params.flat, dim=1, out=weight_norm[row])
            row += 1
    E = errors.numpy().T
    trace = Trace(
        iteration=iteration,
        error=E[:, iteration],
        data_error=data_error.numpy().T,
        gradient_norm=gradient_norm.numpy().T,
        weight_norm=weight_norm.numpy().T,
        increases=rises(E),
    )
    finite = np.isfinite(E[:, -1]) & torch.isfinite(state.params.flat).all(1).numpy()
    return Result(state.params, trace, ~finite)


def rises(errors: np.ndarray) -> np.ndarray:
    """Return how often each row of `errors` (R, K), non-negative, rises by more than rounding.

    A step that ends in NaN counts as a rise.
    """
    before, after = errors[:, :-1], errors[:, 1:]
    return np.count_nonzero(~(after <= before * (1 + RISE_TOLERANCE)), axis=1)
