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
    X, Y = (jax().numpy.asarray(D, dtype) for D in (problem.X, problem.Y))
    on_window = of_window(problem, flat, dtype)

    def function(z):
        return on_window(z, X, Y)[:2]

    return function


def of_window(problem: alm.Problem, flat: Flat, dtype: str) -> Callable:
    """Return the function of a vector and a window: R on it, its gradient, the last hidden state.

    The window is consecutive rows of inputs and targets; the hidden state before them, which the
    gradient takes as a constant, is zero unless given, and all rows count unless ones and zeros say
    which. The mean over equal windows that make up the series, each begun at the state in which the
    one before it ended, is R.
    """
    jnp, lax = jax().numpy, jax().lax
    strengths = jnp.asarray(flat.strengths, dtype)
    zero = jnp.zeros(flat.sizes[0], dtype)

    def function(z, X, Y, before=None, counted=None):
        W, V, b, A, c = flat.split(z)
        T = len(X) if counted is None else counted.sum()
        of_u = problem.penalties.lambda6 * (len(problem.X) / T)

        def forward(h, driven):
            u = driven + W @ h
            h = jnp.maximum(u, 0)
            return h, (u, h)

        def backward(later, at):
            of_h, slope, u = at
            delta = (of_h + later @ W) * slope + (2.0 * of_u) * u
            return delta, delta

        last, (U, H) = lax.scan(
            forward, zero if before is None else before, X @ V.T + b, unroll=UNROLLED
        )
        error = H @ A.T + c - Y
        slopes = (U > 0).astype(U.dtype)
        if counted is not None:
            error, U = error * counted[:, None], U * counted[:, None]
        shrunk = strengths * z
        value = jnp.vdot(error, error) / T + jnp.vdot(shrunk, z) + of_u * jnp.vdot(U, U)
        error = error * (2.0 / T)
        along = (error @ A, slopes, U)
        _, delta = lax.scan(backward, zero, along, reverse=True, unroll=UNROLLED)
        of_W = delta[1:].T @ H[:-1]
        if before is not None:
            of_W = of_W + jnp.outer(delta[0], before)
        blocks = (
            of_W,
            delta.T @ X,
            delta.sum(axis=0),
            error.T @ H,
            error.sum(axis=0),
        )
        gradient = jnp.concatenate([block.ravel() for block in blocks]) + 2.0 * shrunk
        return value, gradient, last

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
    differentiate = value_and_gradient(problem, flat, dtype)

    def step(state, rate):
        return _step(state, differentiate(state[0])[1], rate)

    return _falling(flat, rate, _start(flat, dtype), step, max(1, TOGETHER // len(problem.X)))


def adam_on_windows(
    problem: alm.Problem,
    start: alm.Weights,
    rate: float,
    length: int,
    dtype: str = "float64",
) -> Run:
    """Return what trains by Adam on one window of the series after another, again and again.

    The hidden state is carried from a window to the next, and begins at zero where the series does
    or where it is not finite any more. The last window may be shorter. The rate falls as a cosine
    with the budget.
    """
    flat = Flat(problem, start)
    jnp, lax = jax().numpy, jax().lax
    T = math.ceil(len(problem.X) / length) * length
    counted = np.ones((len(problem.X), 1))
    series = tuple(
        jnp.asarray(np.pad(D, ((0, T - len(D)), (0, 0))), dtype)
        for D in (problem.X, problem.Y, counted)
    )
    differentiate = of_window(problem, flat, dtype)

    def step(state, rate):
        *state, at, before = state
        goes_on = (at > 0) & jnp.isfinite(before).all()
        X, Y, counted = (lax.dynamic_slice_in_dim(D, at, length) for D in series)
        before = jnp.where(goes_on, before, 0.0)
        _, gradient, last = differentiate(state[0], X, Y, before, counted[:, 0])
        return *_step(state, gradient, rate), (at + length) % T, last

    begin = *_start(flat, dtype), jnp.asarray(0), jnp.zeros(flat.sizes[0], dtype)
    return _falling(flat, rate, begin, step, max(1, TOGETHER // length))


def _start(flat: Flat, dtype: str) -> tuple[object, ...]:
    """Return Adam's state before the first step: the vector, both moments, the steps so far."""
    z = jax().numpy.asarray(flat.start, dtype)
    return z, 0 * z, 0 * z, jax().numpy.asarray(0.0)


def _step(state: tuple[object, ...], g: object, rate: object) -> tuple[object, ...]:
    """Return Adam's state after a step along a gradient."""
    jnp = jax().numpy
    z, first, second, k = state
    # The squares of a large gradient overflow in float32 before the gradient does; one that is
    # not finite counts as zero, so that the momentum carries the weights on.
    largest = jnp.maximum(jnp.abs(g).max(), NORM)
    norm = largest * jnp.sqrt(jnp.vdot(g / largest, g / largest))
    g = jnp.where(jnp.isfinite(norm), g / jnp.maximum(norm / NORM, 1.0), 0.0)
    k = k + 1
    first = first + (1.0 - BETA1) * (g - first)
    second = second + (1.0 - BETA2) * (g * g - second)
    scaled = rate * jnp.sqrt(1.0 - BETA2**k) / (1.0 - BETA1**k)
    z = z - scaled.astype(z.dtype) * first / (jnp.sqrt(second) + EPSILON)
    return z, first, second, k


def _falling(
    flat: Flat, rate: float, begin: tuple[object, ...], step: Callable, together: int
) -> Run:
    """Return what makes compiled steps, so many between two looks, at a rate that falls."""

    def several(*state):
        *state, rate = state
        return jax().lax.fori_loop(0, together, lambda _, now: step(now, rate), tuple(state))

    move = jax().jit(several, donate_argnums=(1, 2)).lower(*begin, 0.0).compile()

    def run(clock: Clock) -> None:
        now = begin
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
