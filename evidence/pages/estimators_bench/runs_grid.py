"""Starts and networks that explode: none is returned, and none ends a fit.

`ALMRegressor` with one start from each of 40 seeds, for four sizes, three lengths and two kinds of
series, and without a linear model that could hide what a network does; the fitted network then
predicts the next 200 steps of its series. A fit that raises is a crash. A network whose predictions
leave the middle of the training's targets by more than three times half their range has exploded.
There are as many outer iterations as by default, on the longest series, where each costs most, a
quarter of them.

Fixed before the runs: all of this. What came of a first run on five of the six units: no crash, and
12 explosions, some of them starts that were returned untrained; since then the mean of the targets
is predicted in their place, and it is counted whether `predict` warned.
"""

import itertools
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome
from lib.estimators import ALMRegressor, NetworkWarning

NEXT = 200
"""Steps after the training part that a network predicts."""


def memory(steps: int, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and standardised targets of h = tanh(.7 h + x1 - .5 x2)."""
    X, h = draw.normal(size=(steps, 2)), 0.0
    y = np.array([h := np.tanh(0.7 * h + x[0] - 0.5 * x[1]) for x in X])
    return X, (y - y.mean()) / y.std()


def threshold(steps: int, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return four lags and the next value of y = .8 y above zero, -.5 y below, with noise."""
    y, last = [], 0.0
    for shock in draw.normal(size=steps + 4):
        last = (0.8 if last > 0 else -0.5) * last + 0.5 * shock
        y.append(last)
    windows = np.lib.stride_tricks.sliding_window_view(np.array(y), 5)
    return windows[:, :4], windows[:, 4]


Kind = Callable[[int, np.random.Generator], tuple[np.ndarray, np.ndarray]]
KINDS: Mapping[str, Kind] = {"memory": memory, "threshold": threshold}


@dataclass(frozen=True)
class Grid(Config):
    """One kind of series at one length.

    Attributes:
        kind: a key of `KINDS`.
        steps: of the training part.
        seeds: how many, for the series and for the start.
        hidden_sizes: of the network.
        outer_iterations: most of them.
    """

    kind: str
    steps: int
    seeds: int = 40
    hidden_sizes: tuple[int, ...] = (2, 5, 10, 20)
    outer_iterations: int = 40

    labelled = "{kind}-t{steps}"
    reads = ()
    deviations = ("The paper trains none of these series.",)
    rows = (
        columns(int, "hidden_size | crashes | exploded | unwarned", within=0.0)
        | columns(int, "shrunk | redrawn | start", within=None)
        | columns(float, "reach", within=None)
    )


PROFILES: Mapping[str, tuple[Grid, ...]] = {
    "quick": tuple(Grid(kind, 60, 3, (2, 10), 4) for kind in KINDS),
    "paper": tuple(
        Grid(kind, steps, outer_iterations=most)
        for kind in KINDS
        for steps, most in ((60, 40), (200, 40), (3000, 10))
    ),
}


def run(config: Grid) -> Outcome:
    """Fit all networks of a unit: a row for each size."""
    rows = {r: _row(r) for r in config.hidden_sizes}
    for seed, r in itertools.product(range(config.seeds), config.hidden_sizes):
        row = rows[r]
        X, y = KINDS[config.kind](config.steps + NEXT, np.random.default_rng(seed))
        most = config.outer_iterations
        model = ALMRegressor(r, linear=False, starts=1, outer_iterations=most, random_state=seed)
        fit = partial(model.fit, X[: config.steps], y[: config.steps])
        fitted, messages = _listened(fit)
        for key, words in WARNED.items():
            row[key] += any(words in message for message in messages)
        predict = partial(model.predict, X[config.steps :])
        given, warned = (None, []) if fitted is None else _listened(predict)
        if given is None:
            row["crashes"] += 1
            continue
        seen = y[: config.steps]
        middle, half = (seen.max() + seen.min()) / 2, (seen.max() - seen.min()) / 2
        reach = float(np.max(np.abs(given - middle)) / half)
        row["exploded"] += not reach <= 3.0
        row["unwarned"] += not reach <= 3.0 and not warned
        row["reach"] = max(row["reach"], reach)
    return Outcome(list(rows.values()))


def _listened(action: Callable[[], Any]) -> tuple[Any, list[str]]:
    """Return what comes back, None where nothing does, and what `NetworkWarning` says."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            found = action()
        except Exception:  # whatever it is, it is what is counted here
            found = None
    return found, [str(w.message) for w in said if issubclass(w.category, NetworkWarning)]


WARNED: Mapping[str, str] = {
    "shrunk": "were multiplied by",
    "redrawn": "another one was drawn",
    "start": "better than the start grew without bound",
}
"""What a warning says, by what is counted."""


def _row(r: int) -> dict[str, float]:
    counted = dict.fromkeys(("crashes", "exploded", "unwarned", *WARNED), 0)
    return {"hidden_size": r, **counted, "reach": 0.0}
