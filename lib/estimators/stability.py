"""Networks that explode: found before they are returned, and shrunk until they do not.

A roll-out over the training series says little about other inputs of the same range: with
recurrent weights that are too large the hidden state may grow by a factor with each step. So a
network is also rolled out over inputs drawn from the range of the training's.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from scipy.linalg import block_diag

from lib import alm

SEQUENCES, STEPS = 8, 400
"""How many sequences of each of four kinds a network is tried on, and how long they are."""

GROWTH = 100.0
"""A hidden state has left its range when it exceeds what drives it by more than this factor."""

SHRINKING = 0.8

OUTSIDE = 3.0
"""From the middle of the targets' range, in halves of it: predictions beyond are warned of."""


class NetworkWarning(UserWarning):
    """A start or a trained network was not used as it was; the message says what was done."""


@contextmanager
def told_once(where: str) -> Iterator[None]:
    """Gather the `NetworkWarning`s of many trainings, and tell the first with their number.

    Example:
        >>> with warnings.catch_warnings(record=True) as caught:
        ...     warnings.simplefilter("always")
        ...     with told_once("the backtest"):
        ...         for number in range(3):
        ...             warnings.warn(f"shrunk {number}", NetworkWarning)
        >>> str(caught[0].message), len(caught)
        ('shrunk 0 (the first of 3 such warnings in the backtest)', 1)
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", NetworkWarning)
        yield
    own = [one for one in caught if issubclass(one.category, NetworkWarning)]
    for one in caught:
        if one not in own:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    if own:
        many = f" (the first of {len(own)} such warnings in {where})" if len(own) > 1 else ""
        warnings.warn(f"{own[0].message}{many}", NetworkWarning, stacklevel=4)


def probes(X: np.ndarray) -> np.ndarray:
    """Return inputs in the range of X, shape (T, n), as sequences (B, L, n), always the same.

    They are drawn evenly between the least and the largest value of each column, or from the rows
    of X in any order, or stay at one row of X, or at one corner of the range.
    """
    draw, n = np.random.default_rng(0), X.shape[1]
    low, high = X.min(axis=0), X.max(axis=0)
    shape = SEQUENCES, STEPS
    corners = np.where(draw.random((SEQUENCES, 1, n)) < 0.5, low, high)
    return np.concatenate(
        [
            draw.uniform(low, high, (*shape, n)),
            X[draw.integers(len(X), size=shape)],
            np.broadcast_to(X[draw.integers(len(X), size=(SEQUENCES, 1))], (*shape, n)),
            np.broadcast_to(corners, (*shape, n)),
        ]
    )


def explodes(weights: alm.Weights, problem: alm.Problem) -> bool:
    """Return whether the hidden state leaves its range on the training series or on `probes`.

    Example:
        >>> X = np.ones((50, 1))
        >>> problem = alm.Problem(X, X, alm.Penalties.from_tau(1.0, 1, 1, 1))
        >>> weights = alm.Weights(W=[[2.0]], V=[[1.0]], b=[0.0], A=[[1.0]], c=[0.0])
        >>> explodes(weights, problem), explodes(tamed(weights, problem)[0], problem)
        (True, False)
    """
    activation, inputs = problem.activation, probes(problem.X)
    H, _ = alm.rollout(weights, problem.X, activation, starts=problem.starts)
    with np.errstate(over="ignore", invalid="ignore"):
        drives = inputs @ weights.V.T + weights.b
        driven = max(np.abs(problem.X @ weights.V.T + weights.b).max(), np.abs(drives).max())
        bound = GROWTH * driven
        state = np.broadcast_to(H[-1], drives[:, 0].shape)
        largest = np.abs(H).max()
        for drive in drives.swapaxes(0, 1):
            # Written so that NaN counts as exploded.
            if not largest <= bound:
                return True
            state = activation.value(drive + state @ weights.W.T)
            largest = np.abs(state).max()
    return not largest <= bound


def tamed(weights: alm.Weights, problem: alm.Problem) -> tuple[alm.Weights, float]:
    """Return the network with W shrunk until it does not explode, and the factor, 1 if it was fine.

    That ends, for with W = 0 the hidden state is at most what drives it.
    """
    factor = 1.0
    while explodes(tried := replace(weights, W=factor * weights.W), problem):
        factor *= SHRINKING
    return tried, factor


def tell_outside(given: np.ndarray, targets: np.ndarray) -> None:
    """Warn of outputs, (T, m), that are far outside the range of the training's targets.

    Args:
        given: the outputs.
        targets: least and largest target of each output, shape (2, m).
    """
    middle, half = targets.mean(axis=0), np.ptp(targets, axis=0) / 2
    # Written so that NaN counts as outside; a range of no width says nothing.
    outside = (half > 0) & ~(np.abs(given - middle) <= OUTSIDE * half)
    if outside.any():
        warnings.warn(
            f"{outside.any(axis=1).sum()} of {len(given)} predictions leave the middle of the "
            f"training's targets by more than {OUTSIDE:g} times half their range: the network was "
            f"not trained for such inputs",
            NetworkWarning,
            stacklevel=3,
        )


def merged(networks: list[alm.Weights]) -> alm.Weights:
    """Return one network whose outputs are the mean of those of all: their units side by side."""
    share = 1.0 / len(networks)
    return alm.Weights(
        W=block_diag(*(w.W for w in networks)),
        V=np.concatenate([w.V for w in networks]),
        b=np.concatenate([w.b for w in networks]),
        A=share * np.concatenate([w.A for w in networks], axis=1),
        c=share * np.sum([w.c for w in networks], axis=0),
    )
