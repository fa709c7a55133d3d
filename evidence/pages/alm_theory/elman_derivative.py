"""Section 1 of paper B: how a derivative grows or shrinks on its way through an Elman network."""

import numpy as np

from lib import alm
from lib.randomness import generator

HIDDEN, INPUTS = 100, 5
"""Those of the series with five hundred steps."""


def growth(start: str, networks: int, steps: int) -> np.ndarray:
    """Return the factor a step by which the derivative of u_t by u_1 has grown after so many.

    Inputs are uniform on [-1, 1]. The derivative is a product of the matrices W diag(1_{u_t > 0});
    its spectral norm is taken to the power of one over the number of factors.

    Args:
        start: an initialisation of Table 3.
        networks: how many are drawn.
        steps: how many matrices are multiplied.

    Returns:
        One factor a network.
    """
    found = []
    for number in range(networks):
        rng = generator("alm_rnn", "elman_derivative", start, number)
        weights = alm.initial_weights(start, rng, HIDDEN, INPUTS, 1)
        X = rng.uniform(-1, 1, (steps, INPUTS))
        _, U = alm.rollout(weights, X, alm.ReLU())
        product, logarithm = np.eye(HIDDEN), 0.0
        for u in U:
            product = weights.W @ ((u > 0)[:, None] * product)
            norm = np.linalg.norm(product, 2)
            product, logarithm = product / norm, logarithm + np.log(norm)
        found.append(np.exp(logarithm / steps))
    return np.array(found)
