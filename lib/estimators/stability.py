"""Networks that explode: found before they are returned, and shrunk until they do not.

A roll-out over the training series says little about other inputs of the same range: with
recurrent weights that are too large the hidden state may grow by a factor with each step. So a
network is also rolled out over inputs drawn from the range of the training's.
"""

import numpy as np
from scipy.linalg import block_diag

from lib import alm

SEQUENCES, STEPS = 8, 400
"""How many sequences of each of four kinds a network is tried on, and how long they are."""

GROWTH = 10.0
"""A hidden state has left its range when it exceeds what drives it, or what was met in training,
by more than this factor."""

SHRINKING = 0.9


class NetworkWarning(UserWarning):
    """A start or a trained network was not used as it was; the message says what was done."""


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


def explodes(
    weights: alm.Weights, activation: alm.Activation, H: np.ndarray, inputs: np.ndarray
) -> bool:
    """Return whether the hidden state leaves its range on any of the sequences.

    Args:
        weights: the network.
        activation: of its hidden units.
        H: hidden states of the training, shape (T, r).
        inputs: what `probes` returned.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        drives = inputs @ weights.V.T + weights.b
        bound = GROWTH * max(np.abs(H).max(), np.abs(drives).max())
        # Written so that NaN counts as exploded.
        if not np.isfinite(bound):
            return True
        state = np.broadcast_to(H[-1], drives[:, 0].shape)
        for drive in drives.swapaxes(0, 1):
            state = activation.value(drive + state @ weights.W.T)
            if not np.abs(state).max() <= bound:
                return True
    return False


def tamed(
    weights: alm.Weights, problem: alm.Problem, inputs: np.ndarray
) -> tuple[alm.Weights, float]:
    """Return the network with W shrunk until it does not explode, and the factor, 1 if it was fine.

    Where W was shrunk the output layer is fitted anew, by the penalised least squares of (2.6).
    """
    factor, X, activation = 1.0, problem.X, problem.activation
    tried = weights
    H, _ = alm.rollout(tried, X, activation, starts=problem.starts)
    while explodes(tried, activation, H, inputs):
        factor *= SHRINKING
        tried = alm.Weights(factor * weights.W, weights.V, weights.b, weights.A, weights.c)
        H, _ = alm.rollout(tried, X, activation, starts=problem.starts)
    if factor == 1.0:
        return weights, factor
    A, c = _output_layer(H, problem)
    return alm.Weights(tried.W, tried.V, tried.b, A, c), factor


def _output_layer(H: np.ndarray, problem: alm.Problem) -> tuple[np.ndarray, np.ndarray]:
    steps, r = H.shape
    design = np.column_stack([H, np.ones(steps)])
    p = problem.penalties
    ridge = np.diag([p.lambda1] * r + [p.lambda5])
    found = np.linalg.solve(design.T @ design / steps + ridge, design.T @ problem.Y / steps)
    return found[:-1].T, found[-1]


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
