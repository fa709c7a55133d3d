"""Running an Elman network forward over a series, constraints of (2.2)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lib.alm.activations import Activation
from lib.alm.problem import Weights, check_starts
from lib.validation import array, instance


def rollout(
    weights: Weights,
    X: ArrayLike,
    activation: Activation,
    h0: ArrayLike | None = None,
    starts: Sequence[int] = (0,),
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return H and U of :math:`u_t = W h_{t-1} + V x_t + b`, :math:`h_t = \sigma(u_t)` (2.2).

    A network that explodes gives infinite or NaN entries, never an error.

    Args:
        weights: the network.
        X: inputs, shape (T, n).
        activation: the hidden activation.
        h0: state before the first step, shape (r,); zero unless given. The last row of one
            roll-out's H continues it on the next part of the series.
        starts: the rows at which a series begins, see `Problem`; h0 belongs to the first.

    Returns:
        H and U, each of shape (T, r).

    Raises:
        ValueError: if X or h0 has a wrong shape or an entry that is not finite.

    Example:
        >>> H, U = alm.rollout(weights, problem.X, alm.ReLU())
        >>> H.shape, bool((H == np.maximum(U, 0)).all())
        ((3, 2), True)
    """
    instance("weights", weights, Weights, "a Weights object")
    Activation.check("activation", activation)
    X = array("X", X, ("T", weights.input_size))
    starts = check_starts(starts, len(X))
    r = weights.hidden_size
    state = np.zeros(r) if h0 is None else array("h0", h0, (r,))
    with np.errstate(over="ignore", invalid="ignore"):
        U = X @ weights.V.T + weights.b
        H = np.empty_like(U)
        restarts, carried = set(starts[1:]), np.empty(r)
        for t, (u, h) in enumerate(zip(U, H, strict=True)):
            if t not in restarts:
                u += np.dot(weights.W, state, out=carried)
            state = activation.value(u, out=h)
    return H, U


def predict(
    weights: Weights, X: ArrayLike, activation: Activation, h0: ArrayLike | None = None
) -> np.ndarray:
    """Return the outputs A h_t + c of the roll-out, shape (T, m); arguments as in `rollout`.

    Example:
        >>> alm.predict(weights, problem.X, alm.ReLU()).shape
        (3, 1)
    """
    H, _ = rollout(weights, X, activation, h0)
    with np.errstate(over="ignore", invalid="ignore"):
        return H @ weights.A.T + weights.c
