"""Training by epochs until the error no longer falls."""

from typing import NamedTuple

import numpy as np
from tqdm.auto import tqdm

from lib.models import Parameters
from lib.training import MiniBatches, Optimiser, Problem, descend


class Ended(NamedTuple):
    """Where a training ended.

    Attributes:
        params: the weights after the last epoch with a finite error.
        errors: E of each epoch, the mean over its mini-batches as they were met.
        reason: why it ended, a sentence.
        warn: whether that is short of convergence.
    """

    params: Parameters
    errors: np.ndarray
    reason: str
    warn: bool


def train_to_plateau(
    problem: Problem,
    initial: Parameters,
    optimiser: Optimiser,
    batches: MiniBatches,
    epochs: int,
    tolerance: float | None,
    patience: int,
    bar: tqdm,
) -> Ended:
    """Train one run until E did not fall by more than `tolerance` in `patience` epochs in a row.

    Args:
        problem: E on a mini-batch.
        initial: the start, left unchanged.
        optimiser: which step.
        batches: which samples each step sees.
        epochs: the most there may be.
        tolerance: None makes all epochs, and is no reason to warn.
        patience: see above.
        bar: moved on by one an epoch.
    """
    steps, samples = batches.steps(problem.X.shape[1]), problem.X.shape[1]
    kept, errors, total, lowest, idle = initial, [], 0.0, np.inf, 0
    for state in descend(problem, initial, optimiser, batches):
        if state.iteration and state.iteration % steps == 0:
            errors.append(total / samples)
            bar.update()
            bar.set_postfix(error=errors[-1], refresh=False)
            if not np.isfinite(errors[-1]):
                reason = f"the error is not finite in epoch {len(errors)}: lower the learning rate"
                return Ended(kept, np.array(errors), reason, True)
            kept, total = state.params.clone(), 0.0
            idle = 0 if tolerance is None or errors[-1] < lowest - tolerance else idle + 1
            lowest = min(lowest, errors[-1])
            if idle >= patience:
                reason = f"the error fell by no more than {tolerance:g} in {patience} epochs"
                return Ended(kept, np.array(errors), reason, False)
            if len(errors) == epochs:
                break
        total += state.error.item() * state.outputs.shape[1]
    reason = f"all {epochs} epochs were used while the error still fell"
    return Ended(kept, np.array(errors), reason, tolerance is not None)
