"""L-BFGS on R of (2.6) at the roll-out, one network at a time.

D. C. Liu, J. Nocedal, On the limited memory BFGS method for large scale optimization, Mathematical
Programming 45 (1989); the program is SciPy's L-BFGS-B.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from evidence.rivals.elman.batch import Batch
from evidence.rivals.elman.networks import Networks
from evidence.rivals.elman.objective import Objective
from lib.alm import Activation, Weights
from lib.validation import count

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult

MEMORY = 10
TRIES = 20
"""Most evaluations an iteration, on average."""


class ExplodedError(ValueError):
    """A start from which nothing can be minimised: its objective or gradient is not finite."""


@dataclass(frozen=True, eq=False)
class Minimised:
    """Where L-BFGS ended.

    Attributes:
        weights: the last iterate.
        iterations: how many it took.
        seconds: CPU time, not counting `watch`.
        reason: why it stopped, in SciPy's words.
    """

    weights: Weights
    iterations: int
    seconds: float
    reason: str


def minimise(
    differentiate: Callable[[np.ndarray], tuple[float, np.ndarray]],
    first: np.ndarray,
    iterations: int,
    seen: Callable[[np.ndarray], object],
    memory: int = MEMORY,
) -> "OptimizeResult":
    """Minimise a function of a vector by SciPy's L-BFGS-B, whose result is returned.

    Args:
        differentiate: returns the function and its gradient at a vector.
        first: where to begin; not changed.
        iterations: the most iterations taken; no other rule stops the method while it descends.
        seen: called with every iterate.
        memory: pairs kept.

    Raises:
        ExplodedError: the function or its gradient at the start is not finite.
    """
    from scipy.optimize import minimize  # here, for pages that only name the method

    def explodes(value: float, gradient: np.ndarray) -> bool:
        with np.errstate(over="ignore", invalid="ignore"):
            return not np.isfinite(value + np.vdot(gradient, gradient))

    at_start, gradient = differentiate(first)
    if explodes(at_start, gradient):
        raise ExplodedError("the roll-out of the start or its gradient explodes")

    def evaluate(z: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = differentiate(z)
        if explodes(value, gradient):
            # Above every iterate's value, so that the line search turns back.
            return 10.0 * at_start + 1.0, np.zeros_like(z)
        return value, gradient

    limits = {"maxiter": iterations, "maxfun": TRIES * iterations, "maxcor": memory}
    return minimize(
        evaluate,
        first,
        jac=True,
        method="L-BFGS-B",
        callback=seen,
        options=limits | {"ftol": 0.0, "gtol": 0.0},
    )


def lbfgs(
    start: Weights,
    X: ArrayLike,
    Y: ArrayLike,
    objective: Objective,
    iterations: int,
    watch: Callable[[int, Networks, float], object] | None = None,
    activation: Activation | None = None,
) -> Minimised:
    """Minimise the objective of one network from its start, with the last 10 pairs in memory.

    Args:
        start: the network; not changed.
        X: inputs, shape (T, n).
        Y: targets, shape (T, m).
        objective: what is minimised.
        iterations: the most iterations taken; no other rule stops the method while it descends.
        watch: called at the start and after every iteration with its number, the network as a
            batch of one, and the CPU seconds so far.
        activation: of the hidden units, ReLU unless given.

    Raises:
        ValueError: shapes that do not fit, or entries that are not finite.
        ExplodedError: the roll-out of the start or its gradient explodes.
    """
    iterations = count("iterations", iterations)
    networks = Networks.stack([start])
    batch = Batch(networks, np.asarray(X)[None], np.asarray(Y)[None], objective, activation)
    whole = slice(0, batch.steps)
    taken, watching = 0, 0.0
    began = time.process_time()

    def differentiate(z: np.ndarray) -> tuple[float, np.ndarray]:
        networks.flat[0] = z
        return batch.differentiate(whole)[0], batch.gradient.flat[0].copy()

    def seen(z: np.ndarray) -> None:
        nonlocal watching
        if watch is not None:
            entered = time.process_time()
            networks.flat[0] = z
            watch(taken, networks, entered - began - watching)
            watching += time.process_time() - entered

    def callback(z: np.ndarray) -> None:
        nonlocal taken
        taken += 1
        seen(z)

    first = networks.flat[0].copy()
    seen(first)
    found = minimise(differentiate, first, iterations, callback)
    networks.flat[0] = found.x
    seconds = time.process_time() - began - watching
    return Minimised(networks.run(0), taken, seconds, str(found.message))
