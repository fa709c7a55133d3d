"""jax-sysid's own class of recurrent networks, called as in its documentation.

A. Bemporad, Linear and nonlinear system identification under L1- and group-Lasso regularization via
L-BFGS-B, IEEE Transactions on Automatic Control 70 (2025).

Its state is the one before the input, ``y(k) = fy(x(k), u(k))``. So the inputs are fed one step
early, and its first output, that of the zero state, has no part in the loss. What then still
differs from R of (2.6): the term of lambda_6 is left out, for u is no output, and states are cut
off at 1,000 as the package does. R's other penalties are one per block of weights, and go in
through its hook for such terms, which also shows the weights to the clock.
"""

import io
import logging
from collections.abc import Sequence
from contextlib import contextmanager, redirect_stdout

import numpy as np

from evidence.rivals.contestants import Clock, OutOfTime, Run
from evidence.rivals.contestants.compiled import jax
from lib import alm

ADAM_EPOCHS = 1000
"""Before L-BFGS, as in the package's examples."""

TOGETHER = 10**6
"""Time steps in all epochs of Adam at most, so that L-BFGS has its turn on long series."""

WITHOUT_END = 10**9
"""Evaluations of L-BFGS; the clock ends the run."""

QUIET = -1


def jax_sysid(problem: alm.Problem, start: alm.Weights, rate: float) -> Run:
    """Return what fits the network by Adam with this rate, then by L-BFGS.

    The package compiles inside its own call: before the first evaluation of Adam, and before that
    of L-BFGS. The clock leaves out what passes until then.
    """
    jnp = jax().numpy
    from flax import linen
    from jax_sysid.models import RNN

    r, n, m = start.hidden_size, start.input_size, start.output_size
    T, p = len(problem.X), problem.penalties
    epochs = min(ADAM_EPOCHS, TOGETHER // T)

    class State(linen.Module):
        """The constraint (2.2) on [h, x]."""

        @linen.compact
        def __call__(self, at):
            """Return the next h."""
            return linen.relu(linen.Dense(r)(at))

    class Output(linen.Module):
        """The output of h alone."""

        @linen.compact
        def __call__(self, at):
            """Return y."""
            return linen.Dense(m)(at[:r])

    model = RNN(r, m, n, FX=State, FY=Output)
    model.init(params=_parameters(start))
    model.optimization(adam_eta=rate, adam_epochs=epochs, lbfgs_epochs=WITHOUT_END, iprint=QUIET)
    X = np.vstack([problem.X, np.zeros(n)])
    Y = np.vstack([np.zeros(m), problem.Y])

    def error(found, wanted):
        return jnp.sum((found[1:] - wanted[1:]) ** 2) / T

    def run(clock: Clock) -> None:
        def seen(*parameters: np.ndarray) -> None:
            nonlocal evaluations, before
            if ended:
                return
            evaluations += 1
            if evaluations in (1, epochs + 1):
                clock.compiling(clock.seconds - before)
            try:
                clock.see(lambda: _weights(parameters, r))
            except (OutOfTime, ValueError) as reason:
                ended.append(reason)
                raise
            before = clock.seconds

        def penalty(z, _):
            jax().debug.callback(seen, *z)
            b, kernel, c, of_output = z
            return (
                p.lambda1 * jnp.sum(of_output**2)
                + p.lambda2 * jnp.sum(kernel[:r] ** 2)
                + p.lambda3 * jnp.sum(kernel[r:] ** 2)
                + p.lambda4 * jnp.sum(b**2)
                + p.lambda5 * jnp.sum(c**2)
            )

        evaluations, before = 0, 0.0
        ended: list[Exception] = []
        model.loss(output_loss=error, rho_th=0.0, train_x0=False, custom_regularization=penalty)
        with _quiet():
            try:
                model.fit(Y, X)
            except Exception:
                # JAX gives its own exception for the one that ended the run.
                if not ended:
                    raise
        if ended:
            raise ended[0]
        clock.see(lambda: _weights(model.params, r), last=True)

    return run


def _parameters(weights: alm.Weights) -> list[np.ndarray]:
    """Return the weights in the order and shape of the two layers' parameters."""
    kernel = np.vstack([weights.W.T, weights.V.T])
    return [np.array(z) for z in (weights.b, kernel, weights.c, weights.A.T)]


def _weights(parameters: Sequence[np.ndarray], r: int) -> alm.Weights:
    b, kernel, c, of_output = (np.asarray(z) for z in parameters)
    return alm.Weights(W=kernel[:r].T, V=kernel[r:].T, b=b, A=of_output.T, c=c)


@contextmanager
def _quiet():
    """Swallow what the package prints, and what JAX says of the exception that ends a run."""
    log = logging.getLogger("jax._src.debugging")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        log.setLevel(before)
