"""Training by epochs until the error, or that on a holdout, no longer falls."""

from typing import NamedTuple

import numpy as np
import torch
from tqdm.auto import tqdm

from lib.models import Parameters
from lib.training import MiniBatches, Optimiser, Problem, descend, outputs


class Ended(NamedTuple):
    """Where a training of R runs ended.

    Attributes:
        params: the weights after the last epoch with a finite error; with a holdout, of each run
            those with the smallest error there, the start's included.
        errors: E of each epoch, the mean over runs and over its mini-batches as they were met.
        held_errors: with a holdout, the data error on it before the first epoch and after each, a
            mean over runs; else empty.
        reason: why it ended, a sentence.
        warn: whether that is short of convergence.
    """

    params: Parameters
    errors: np.ndarray
    held_errors: np.ndarray
    reason: str
    warn: bool


class Holdout:
    """The samples that are not trained on, and the best weights of each run there."""

    def __init__(self, problem: Problem, initial: Parameters) -> None:
        self.problem, self.best = problem, initial.clone()
        self.lowest = self._error(initial)
        self.errors = [self.lowest.mean().item()]

    def _error(self, params: Parameters) -> torch.Tensor:
        given = outputs(self.problem.model, params, self.problem.X)
        return self.problem.loss.value(given, self.problem.targets)

    def improved(self, params: Parameters) -> bool:
        """Take note of weights and tell whether any run is better than before."""
        error = self._error(params)
        self.errors.append(error.mean().item())
        better = error < self.lowest
        self.best.flat[better] = params.flat[better]
        self.lowest = torch.where(better, error, self.lowest)
        return bool(better.any())


def train_to_plateau(
    problem: Problem,
    initial: Parameters,
    optimiser: Optimiser,
    batches: MiniBatches,
    epochs: int,
    tolerance: float | None,
    patience: int,
    bar: tqdm,
    held: Problem | None = None,
) -> Ended:
    """Train until E did not fall by more than `tolerance` in `patience` epochs in a row.

    Args:
        problem: E on a mini-batch.
        initial: the starts of R runs, left unchanged.
        optimiser: which step.
        batches: which samples each step sees.
        epochs: the most there may be.
        tolerance: None makes all epochs, and is no reason to warn.
        patience: see above.
        bar: moved on by one an epoch.
        held: the holdout; where there is one, its error decides instead of E, and must fall for
            one run at least.
    """
    steps, samples = batches.steps(problem.X.shape[1]), problem.X.shape[1]
    holdout = None if held is None else Holdout(held, initial)
    kept, errors, total, lowest, idle = initial, [], 0.0, np.inf, 0

    def ended(reason: str, warn: bool) -> Ended:
        if holdout is None:
            return Ended(kept, np.array(errors), np.array([]), reason, warn)
        return Ended(holdout.best, np.array(errors), np.array(holdout.errors), reason, False)

    for state in descend(problem, initial, optimiser, batches):
        if state.iteration and state.iteration % steps == 0:
            errors.append(total / samples)
            bar.update()
            bar.set_postfix(error=errors[-1], refresh=False)
            if not np.isfinite(errors[-1]):
                reason = f"the error is not finite in epoch {len(errors)}: lower the learning rate"
                return ended(reason, True)
            kept, total = state.params.clone(), 0.0
            if holdout is not None:
                fell = holdout.improved(state.params)
            else:
                fell = tolerance is None or errors[-1] < lowest - tolerance
                lowest = min(lowest, errors[-1])
            idle = 0 if fell else idle + 1
            if idle >= patience:
                if holdout is not None:
                    return ended(f"the holdout's error did not fall in {patience} epochs", False)
                reason = f"the error fell by no more than {tolerance:g} in {patience} epochs"
                return ended(reason, False)
            if len(errors) == epochs:
                break
        total += state.error.mean().item() * state.outputs.shape[1]
    reason = f"all {epochs} epochs were used while the error still fell"
    return ended(reason, tolerance is not None)
