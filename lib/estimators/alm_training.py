"""One network of `ALMRegressor`: a start that does not explode, the solver, and what it returns."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from lib import alm
from lib.estimators.linear import Linear
from lib.estimators.scaling import Scale
from lib.estimators.stability import NetworkWarning, explodes, tamed
from lib.validation import flag

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
    starts: Iterator[alm.Weights],
    stopping: alm.EarlyStopping | None,
    callback: Callable[[alm.Snapshot], object],
    alone: bool,
) -> Trained:
    """Return the best network of a run of the solver: by the holdout's error, else by R.

    A start that explodes on inputs of the training's range is shrunk in W, and one with which the
    solver breaks down at once is drawn anew. Networks that explode are passed over. Where only the
    untrained start is left, it is returned on a linear model, where it adds nothing, and without
    one the mean of the targets is predicted.

    Args:
        problem: what to train on, without units.
        options: of the solver.
        starts: one start after the other.
        stopping: looks at the holdout, or None.
        callback: called with every snapshot.
        alone: whether the network stands on no linear model, so that its outputs are the answer.

    Raises:
        BreakdownError: the solver broke down at once from all of `DRAWS` starts.

    Warns:
        NetworkWarning: a start was shrunk or drawn anew, or no network but the start was left.
    """
    for number in range(1, DRAWS + 1):
        start, factor = tamed(next(starts), problem)
        if factor < 1.0:
            _warn(
                f"the hidden state of start {number} grew without bound on inputs of the "
                f"training's range: its recurrent weights were multiplied by {factor:.3g}"
            )
        passed: list[alm.Weights] = []
        try:
            result = _solved(problem, options, start, stopping, callback, passed)
        except alm.BreakdownError as error:
            if number == DRAWS:
                raise
            _warn(f"the solver broke down from start {number} ({error}): another one was drawn")
            continue
        break
    trace = result.trace
    if stopping is not None:
        trace["holdout_error"] = stopping.errors
    values = trace["rollout_objective" if stopping is None else "holdout_error"].to_numpy()
    best = next(k for k in np.argsort(values, kind="stable") if not explodes(passed[k], problem))
    if best == 0 and len(passed) > 1 and values.min() < values[0]:
        told = "the start is returned"
        if alone:
            # An untrained network is of no use; without units the mean is zero.
            none = {key: np.zeros_like(getattr(passed[0], key)) for key in ("A", "c")}
            passed[0], told = replace(passed[0], **none), "the training's mean is predicted instead"
        _warn(
            "every network that the solver reached and that was better than the start grew without "
            f"bound on inputs of the training's range: {told}"
        )
    measures = alm.certify(problem, passed[best]).rollout.measures
    reason = result.reason
    if result.status is alm.Status.STOPPED:
        reason = f"the holdout's error did not fall in {stopping.patience} outer iterations"
    return Trained(passed[best], measures, trace, result.status, reason)


def _solved(
    problem: alm.Problem,
    options: alm.Options,
    start: alm.Weights,
    stopping: alm.EarlyStopping | None,
    callback: Callable[[alm.Snapshot], object],
    passed: list[alm.Weights],
) -> alm.Result:
    if stopping is not None:
        stopping.best, stopping.errors = None, []

    def stops(snapshot: alm.Snapshot) -> bool:
        passed.append(snapshot.weights)
        callback(snapshot)
        return stopping is not None and stopping(snapshot)

    return alm.solve(problem.X, problem.Y, start, problem.penalties, options, stops, problem.starts)


def _warn(message: str) -> None:
    warnings.warn(message, NetworkWarning, stacklevel=2)


def options_of(model: BaseEstimator, problem: alm.Problem) -> alm.Options:
    """Return the solver's options from the parameters of an `ALMRegressor`."""
    chosen = {
        "outer_iterations": model.outer_iterations,
        "inner_iterations": model.inner_iterations,
        "activation": problem.activation,
        "tolerance": model.tolerance,
    }
    if model.gamma is not None:
        chosen["gamma"] = model.gamma
    if flag("acceleration", model.acceleration):
        return alm.accelerated(problem.Y, **chosen)
    return alm.Options(**chosen)


def in_units(
    network: alm.Weights, linear: Linear, share: np.ndarray, inputs: Scale, targets: Scale
) -> tuple[alm.Weights, np.ndarray]:
    """Return network and D (m, n) of standardised data, moved into the data's units.

    Args:
        network: the networks as one.
        linear: what they stand on.
        share: what their outputs are multiplied by, shape (m,).
        inputs, targets: the scales that were taken away.
    """
    V = network.V / inputs.spread
    D = targets.spread[:, None] * linear.D / inputs.spread
    c = targets.mean + targets.spread * (linear.d + share * network.c)
    weights = alm.Weights(
        W=network.W,
        V=V,
        b=network.b - V @ inputs.mean,
        A=(targets.spread * share)[:, None] * network.A,
        c=c - D @ inputs.mean,
    )
    return weights, D
