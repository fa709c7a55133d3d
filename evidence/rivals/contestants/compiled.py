r"""R of (2.6) and its gradient compiled by JAX, and Adam and L-BFGS on them.

The gradient is backpropagation through time written out, one scan forward and one backward with the
matrix products outside; automatic differentiation of the same scan takes half as long again.
"""

import math
import os
from collections.abc import Callable
from functools import partial
from types import ModuleType

import numpy as np

from evidence.rivals.contestants import Clock, Run
from evidence.rivals.elman import Networks, Objective
from evidence.rivals.elman.adam import BETA1, BETA2, EPSILON
from evidence.rivals.elman.lbfgs import minimise
from lib import alm

TOGETHER = 2000
"""Time steps that Adam goes through between two looks at the clock, in one compiled loop."""

NORM = 1.0
"""The gradient's norm is clipped to this."""

UNROLLED = 4
"""Time steps in one round of a compiled scan."""


def jax() -> ModuleType:
    """Return JAX on one thread of the CPU, with float64.

    Raises:
        ImportError: it is not installed; the sentence says how to get it.
    """
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    one = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    if one not in os.environ.get("XLA_FLAGS", ""):
        os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {one}".strip()
    try:
        import jax
    except ModuleNotFoundError as error:
        raise ImportError(
            "the compiled rivals need JAX; get it in an environment of its own with: "
            "python -m pip install -r requirements-tournament.txt"
        ) from error
    jax.config.update("jax_enable_x64", True)
    return jax


class Flat:
    """One vector for the weights of a network, in the order of `Networks`."""

    def __init__(self, problem: alm.Problem, start: alm.Weights) -> None:
        self._networks = Networks.stack([start])
        self.start = self._networks.flat[0].copy()
        self.start.setflags(write=False)
        self.sizes, self.columns = self._networks.sizes, self._networks.columns
        self.strengths = Objective(problem.penalties).of_weights(self._networks)

    def weights(self, z: object) -> alm.Weights:
        """Return the network of a vector.

        Raises:
            ValueError: an entry is not finite.
        """
        self._networks.flat[0] = np.asarray(z, dtype=np.float64)
        return self._networks.run(0)

    def split(self, z: object) -> tuple[object, ...]:
        """Return W, V, b, A and c of a vector of any library."""
        r, n, m = self.sizes
        shapes = ((r, r), (r, n), (r,), (m, r), (m,))
        parts = zip(self.columns.values(), shapes, strict=True)
        return tuple(z[columns].reshape(shape) for columns, shape in parts)


def value_and_gradient(problem: alm.Problem, flat: Flat, dtype: str = "float64") -> Callable:
    """Return the function of a vector that JAX can compile: R and its gradient in the vector."""
    jnp, lax = jax().numpy, jax().lax
    X, Y, strengths = (jnp.asarray(D, dtype) for D in (problem.X, problem.Y, flat.strengths))
    T, of_u = len(problem.X), problem.penalties.lambda6
    zero = jnp.zeros(flat.sizes[0], dtype)

    def function(z):
        W, V, b, A, c = flat.split(z)

        def forward(h, driven):
            u = driven + W @ h
            h = jnp.maximum(u, 0)
            return h, (u, h)

        def backward(later, at):
            of_h, slope, u = at
            delta = (of_h + later @ W) * slope + (2.0 * of_u) * u
            return delta, delta

        _, (U, H) = lax.scan(forward, zero, X @ V.T + b, unroll=UNROLLED)
        error = H @ A.T + c - Y
        shrunk = strengths * z
        value = jnp.vdot(error, error) / T + jnp.vdot(shrunk, z) + of_u * jnp.vdot(U, U)
        error = error * (2.0 / T)
        slopes = (U > 0).astype(U.dtype)
        along = (error @ A, slopes, U)
        _, delta = lax.scan(backward, zero, along, reverse=True, unroll=UNROLLED)
        blocks = (
            delta[1:].T @ H[:-1],
            delta.T @ X,
            delta.sum(axis=0),
            error.T @ H,
            error.sum(axis=0),
        )
        return value, jnp.concatenate([block.ravel() for block in blocks]) + 2.0 * shrunk

    return function


def compiled_gradient(problem: alm.Problem, flat: Flat) -> Callable:
    """Return R and its gradient as a compiled function of a NumPy vector, in float64."""
    function = jax().jit(value_and_gradient(problem, flat)).lower(flat.start).compile()

    def evaluate(z: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = function(z)
        return float(value), np.array(gradient)

    return evaluate


def adam(problem: alm.Problem, start: alm.Weights, rate: float, dtype: str = "float64") -> Run:
    """Return what trains by Adam, whose rate falls as a cosine with the budget."""
    flat = Flat(problem, start)
    jnp, lax = jax().numpy, jax().lax
    differentiate = value_and_gradient(problem, flat, dtype)

    def step(_, state):
        z, first, second, k, rate = state
        _, g = differentiate(z)
        # The squares of a large gradient overflow in float32 before the gradient does; one that is
        # not finite counts as zero, so that the momentum carries the weights on.
        largest = jnp.maximum(jnp.abs(g).max(), NORM)
        norm = largest * jnp.sqrt(jnp.vdot(g / largest, g / largest))
        g = jnp.where(jnp.isfinite(norm), g / jnp.maximum(norm / NORM, 1.0), 0.0)
        k = k + 1
        first = first + (1.0 - BETA1) * (g - first)
        second = second + (1.0 - BETA2) * (g * g - second)
        scaled = rate * jnp.sqrt(1.0 - BETA2**k) / (1.0 - BETA1**k)
        z = z - scaled.astype(dtype) * first / (jnp.sqrt(second) + EPSILON)
        return z, first, second, k, rate

    steps = max(1, TOGETHER // len(problem.X))

    def several(z, first, second, k, rate):
        return lax.fori_loop(0, steps, step, (z, first, second, k, rate))[:-1]

    z = jnp.asarray(flat.start, dtype)
    state = z, jnp.zeros_like(z), jnp.zeros_like(z), jnp.asarray(0.0)
    move = jax().jit(several, donate_argnums=(1, 2)).lower(*state, 0.0).compile()

    def run(clock: Clock) -> None:
        now = state
        while True:
            clock.see(partial(flat.weights, now[0]))
            falling = 0.5 * rate * (1.0 + math.cos(math.pi * clock.share))
            # The loop is over when the vector is there, not when it was asked for.
            now = move(*now, falling)
            now[0].block_until_ready()

    return run


def lbfgs(problem: alm.Problem, start: alm.Weights, memory: int) -> Run:
    """Return what minimises by SciPy's L-BFGS, begun anew where its line search gives up."""
    flat = Flat(problem, start)
    evaluate = compiled_gradient(problem, flat)

    def run(clock: Clock) -> None:
        z, value = flat.start, np.inf
        while (found := evaluate(z)[0]) < value:
            value = found
            z = minimise(
                evaluate,
                z,
                iterations=10**9,
                memory=memory,
                seen=lambda z: clock.see(partial(flat.weights, z)),
            ).x
        clock.see(partial(flat.weights, z), last=True)

    return run
