"""Training by epochs, as the experiments of the paper do it, and what is recorded on the way."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch

from lib.models import Parameters
from lib.training.batches import MiniBatches
from lib.training.descent import State, descend
from lib.training.evaluation import assess
from lib.training.optimiser import Optimiser
from lib.training.problem import Problem
from lib.validation import count

NEAR_ZERO = 1e-5
"""Below this size a weight counts as zero in the paper's sparsity, (42)."""

OWN = ("error", "data_error", "gradient_norm", "weight_norm", "zeros", "near_zeros")

Measure = Callable[[Parameters, torch.Tensor], Mapping[str, torch.Tensor]]


@dataclass(frozen=True, eq=False)
class History:
    """Records of R runs after K epochs, each on all training samples, see `assess`.

    Attributes:
        epoch: (K,), the epochs recorded: 0, every, 2 every, ..., and the last.
        error: (R, K), E with penalties.
        data_error: (R, K).
        gradient_norm: (R, K), Euclidean; gradient as in `State`.
        weight_norm: (R, K), Euclidean, biases included if the model has any.
        zeros: (R, K), how many entries of the weight matrices are exactly 0.
        near_zeros: (R, K), how many are less than 1e-5 in size, the numerator of (42).
        measures: what the caller measures, each (R, K).
        seconds: (K,), CPU seconds of the steps so far, all runs together, records left out.
    """

    epoch: np.ndarray
    error: np.ndarray
    data_error: np.ndarray
    gradient_norm: np.ndarray
    weight_norm: np.ndarray
    zeros: np.ndarray
    near_zeros: np.ndarray
    measures: Mapping[str, np.ndarray]
    seconds: np.ndarray


@dataclass(frozen=True, eq=False)
class Fit:
    """Trained weights and how they came about.

    Attributes:
        params: weights after the last epoch.
        history: what was recorded.
        diverged: (R,), True where E or a weight ceased to be a finite number.
    """

    params: Parameters
    history: History
    diverged: np.ndarray


def fit(
    problem: Problem,
    initial: Parameters,
    optimiser: Optimiser | float | Sequence[float],
    batches: MiniBatches | None,
    epochs: int,
    every: int = 1,
    measure: Measure | None = None,
) -> Fit:
    """Return the weights after so many epochs of `descend`, with the history of the way there.

    Args:
        problem: E on a mini-batch.
        initial: W^0 of R runs, left unchanged.
        optimiser: as for `descend`.
        batches: as for `descend`; None for the full batch, where an epoch is one step.
        epochs: number of epochs, >= 0.
        every: record every so many epochs, >= 1.
        measure: called with the weights whenever they are recorded, and the outputs (R, N, C) on
            all training samples, neither of which it must change; returns any number of named
            tensors (R,), such as accuracies.

    Raises:
        ValueError: as `descend`, or a count out of range.

    Example:
        >>> from lib.training import MiniBatches, fit
        >>> batches = MiniBatches(4, [np.random.default_rng(0)])
        >>> fit(problem, start, 0.05, batches, epochs=20, every=10).history.epoch.tolist()
        [0, 10, 20]
    """
    epochs, every = count("epochs", epochs, least=0), count("every", every)
    steps = 1 if batches is None else batches.steps(problem.X.shape[1])
    epoch = np.unique(np.append(np.arange(0, epochs + 1, every), epochs))
    wanted, rows, seconds = set((epoch * steps).tolist()), [], []
    states = descend(problem, initial, optimiser, batches)
    spent, start = 0.0, time.process_time()
    for state in islice(states, epochs * steps + 1):
        if state.iteration in wanted:
            seconds.append(spent + time.process_time() - start)
            rows.append(_record(problem, state, steps, measure))
            spent, start = seconds[-1], time.process_time()
    values = {name: torch.stack([row[name] for row in rows], 1).numpy() for name in rows[0]}
    own = {name: values.pop(name) for name in OWN}
    finite = np.isfinite(own["error"][:, -1]) & torch.isfinite(state.params.flat).all(1).numpy()
    history = History(epoch, **own, measures=values, seconds=np.array(seconds))
    return Fit(state.params, history, ~finite)


def _record(
    problem: Problem, state: State, steps: int, measure: Measure | None
) -> dict[str, torch.Tensor]:
    params = state.params
    data_error, error, gradient, answers = assess(problem, params, state.eta, steps)
    size = params.flat[:, : params.layout.weight_count].abs()
    row = {
        "error": error,
        "data_error": data_error,
        "gradient_norm": torch.linalg.vector_norm(gradient.flat, dim=1),
        "weight_norm": torch.linalg.vector_norm(params.flat, dim=1),
        "zeros": (size == 0).sum(1),
        "near_zeros": (size < NEAR_ZERO).sum(1),
    }
    for name, values in (measure(params, answers) if measure else {}).items():
        if name in OWN or values.shape != (params.runs,):
            raise ValueError(
                f"measure must return new names with tensors of shape ({params.runs},), got "
                f"{name!r} of shape {tuple(values.shape)}"
            )
        row[name] = values
    return row
