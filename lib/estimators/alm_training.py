"""One network of `ALMRegressor`: a start that does not explode, the solver, and what it returns."""

import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from lib import alm
from lib.estimators.stability import NetworkWarning, probes, tamed

DRAWS = 5
"""How often a start is drawn before the network is given up."""


class Trained(NamedTuple):
    """A network and how it came about.

    Attributes:
        weights: the network, which does not explode.
        measures: what is certified of it on the data it was trained on.
        trace: one row per outer iteration.
        status, reason: why the solver stopped.
    """

    weights: alm.Weights
    measures: alm.Measures
    trace: pd.DataFrame
    status: alm.Status
    reason: str


def train(
    problem: alm.Problem,
    options: alm.Options,
    draw: Callable[[], alm.Weights],
    stopping: alm.EarlyStopping | None,
    callback: Callable[[alm.Snapshot], object],
) -> Trained:
    """Return the best network of a run of the solver: by the holdout's error, else by R.

    A start whose roll-out explodes is shrunk in W, one with which the solver breaks down at once is
    drawn anew, and a trained network that explodes on inputs of the training's range is shrunk.

    Args:
        problem: what to train on, without units.
        options: of the solver.
        draw: returns one start after the other.
        stopping: looks at the holdout, or None.
        callback: called with every snapshot.

    Raises:
        BreakdownError: the solver broke down at once from all of `DRAWS` starts.

    Warns:
        NetworkWarning: something was drawn anew or shrunk.
    """
    inputs = probes(problem.X)
    for number in range(1, DRAWS + 1):
        start, factor = tamed(draw(), problem, inputs)
        _say_shrunk("a start", factor)
        try:
            result = _solved(problem, options, start, stopping, callback)
        except alm.BreakdownError as error:
            if number == DRAWS:
                raise
            _warn(f"the solver broke down from start {number} ({error}): another one was drawn")
            continue
        break
    best = result.best if stopping is None else stopping.best
    weights, factor = tamed(best.weights, problem, inputs)
    _say_shrunk("the trained network", factor)
    measures = alm.certify(problem, weights).rollout.measures
    trace = result.trace
    if stopping is not None:
        trace["holdout_error"] = stopping.errors
    return Trained(weights, measures, trace, result.status, result.reason)


def _solved(
    problem: alm.Problem,
    options: alm.Options,
    start: alm.Weights,
    stopping: alm.EarlyStopping | None,
    callback: Callable[[alm.Snapshot], object],
) -> alm.Result:
    if stopping is not None:
        stopping.best, stopping.errors = None, []

    def stops(snapshot: alm.Snapshot) -> bool:
        callback(snapshot)
        return stopping is not None and stopping(snapshot)

    return alm.solve(
        problem.X, problem.Y, start, problem.penalties, options, stops, problem.starts
    )


def _say_shrunk(what: str, factor: float) -> None:
    if factor < 1.0:
        _warn(
            f"the hidden state of {what} grew without bound on inputs of the training's range: its "
            f"recurrent weights were multiplied by {factor:.3g} and its output layer fitted anew"
        )


def _warn(message: str) -> None:
    warnings.warn(message, NetworkWarning, stacklevel=2)


def reliance(given: np.ndarray, wanted: np.ndarray, doubt: float) -> np.ndarray:
    r"""Return the share in [0, 1] of each output of a network that its errors on a holdout justify.

    It is :math:`s\,(1-d/t^2)_+`, where s is the least squares coefficient of the wanted values on
    the given ones, t its ratio to its standard error, and d the doubt: a positive-part Stein
    estimate, which is zero for :math:`|t|\le\sqrt d`.

    Args:
        given: the network's outputs on the holdout, shape (T, m).
        wanted: what they should be, shape (T, m).
        doubt: d >= 0.

    Source: W. James, C. Stein, Proc. Fourth Berkeley Symposium (1961); A. J. Baranchik, Stanford
    Technical Report 51 (1964), for the positive part.
    """
    size = np.sum(given**2, axis=0)
    safe = np.where(size > 0, size, 1.0)
    share = np.sum(given * wanted, axis=0) / safe
    noise = np.mean((wanted - share * given) ** 2, axis=0)
    # d / t^2 = d noise / (share^2 size); multiplied out, for any of them may be zero.
    kept = share**2 * safe - doubt * noise
    found = np.where((share > 0) & (kept > 0), kept / np.where(share > 0, share * safe, 1.0), 0.0)
    return np.where(size > 0, np.minimum(found, 1.0), 0.0)
