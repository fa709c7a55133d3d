"""How the fair group chooses rate and epochs: by the error on the tail of the training part."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from evidence.kit.records import finite
from evidence.pages.alm_table3 import descent as alm_descent
from evidence.protocols.alm import Trial
from evidence.rivals import elman
from evidence.rivals.elman import Networks, Objective
from lib.validation import positive


@dataclass(frozen=True)
class Choice:
    """What one method was given.

    Attributes:
        method: of ``METHODS``.
        rate: None for L-BFGS.
        epochs: or iterations.
        tail_error: the mean error on the tail, infinite where no candidate was finite.
        rate_at_edge: whether the rate is the smallest or largest of its grid.
        epochs_at_edge: whether the epochs are the first or last candidate.
    """

    method: str
    rate: float | None
    epochs: int
    tail_error: float
    rate_at_edge: bool
    epochs_at_edge: bool


def head(steps: int, holdout: float) -> int:
    """Return how many steps of the training part come before its tail, which has at least one.

    Args:
        steps: of the training part.
        holdout: the tail's share.

    Raises:
        ValueError: fewer than two steps would be left.
    """
    left = steps - max(1, round(positive("holdout", holdout) * steps))
    if left < 2:
        raise ValueError(
            f"a holdout of {holdout:g} of the {steps} training steps leaves {left} to "
            f"train on, at least 2 are needed"
        )
    return left


def tail_errors(networks: Networks, trials: Sequence[Trial], left: int) -> np.ndarray:
    """Return the mean squared error over the tail of the training part, (R,)."""
    X, Y = alm_descent.training_part(trials)
    predicted = elman.predictions(networks, X, alm_descent.RELU)
    with np.errstate(over="ignore", invalid="ignore"):
        return ((predicted[:, left:] - Y[:, left:]) ** 2).sum(axis=2).mean(axis=1)


def mean_error(errors: np.ndarray) -> np.ndarray:
    """Return means over the last axis, infinite where one of the errors is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        means = errors.mean(axis=-1)
    return np.where(np.isfinite(means), means, np.inf)


def pick(
    method: str, rates: Sequence[float | None], at: Sequence[int], table: np.ndarray
) -> Choice:
    """Return the best of a table (rates, milestones) of mean errors; training takes an epoch."""
    trained = table[:, 1:]
    if not np.isfinite(trained).any():
        return Choice(method, rates[0], at[-1], np.inf, len(rates) > 1, True)
    i, j = np.unravel_index(np.argmin(trained), trained.shape)
    return Choice(
        method,
        rates[i],
        at[j + 1],
        float(trained[i, j]),
        rate_at_edge=len(rates) > 1 and i in (0, len(rates) - 1),
        epochs_at_edge=j in (0, trained.shape[1] - 1),
    )


def shown(choice: Choice) -> dict:
    """Return a choice as a record lists the best of every rate."""
    return {
        "method": choice.method,
        "rate": choice.rate,
        "epochs": choice.epochs,
        "tail_error": finite(choice.tail_error),
    }


def tail_course(given: Trial, left: int, at: Sequence[int]) -> np.ndarray:
    """Return the tail errors of L-BFGS at the milestones; where it ended it stays."""
    errors = np.full(len(at), np.inf)

    def watch(iteration: int, networks: Networks, seconds: float) -> None:
        if iteration in at:
            errors[at.index(iteration) :] = tail_errors(networks, [given], left)[0]

    X, Y = (values[0] for values in alm_descent.training_part([given], left))
    with suppress(elman.ExplodedError):
        elman.lbfgs(given.start, X, Y, Objective(given.penalties), at[-1], watch)
    return errors
