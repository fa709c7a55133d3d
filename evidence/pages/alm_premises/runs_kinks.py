r"""Paper B, section 1: do gradient methods meet points at which the chain rule does not hold?

ReLU has no derivative at 0, so the chain rule fails where some entry of :math:`u_t` is exactly 0.
Gradient descent and Adam minimise R of (2.6) on the trials of section 5.4, and every network on the
way is looked at: how many entries of its roll-out are exactly zero, how near the nearest one is,
and how many change their sign from one epoch to the next, which is how a step over a kink shows
itself. Beside them stands the ALM, whose u block puts entries at zero in closed form (4.30).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evidence.kit.columns import ROUGH, columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, finite
from evidence.protocols.alm import SP500, T10, T500, trial
from evidence.rivals.elman import (
    NEVER,
    Adam,
    Batch,
    Clip,
    GradientDescent,
    Networks,
    Objective,
    descend,
    windows,
)
from evidence.rivals.elman.unrolled import Unrolled
from lib import alm

GD, ADAM = DESCENTS = ("GD", "Adam")
ALM = "accelerated ALM"


@dataclass(frozen=True)
class Kinks(Config):
    """All methods on some trials of one dataset.

    Attributes:
        dataset: a key of ``alm_protocol.TABLE2``.
        trials: how many, from seed 0 on.
        epochs: of either gradient method.
        rate: of either.
        clip: the norm to which Adam clips the gradient.
        outer_iterations: of the ALM.
        initialisation: of every start.
    """

    dataset: str
    trials: int
    epochs: int
    rate: float = 0.01
    clip: float = 1.0
    outer_iterations: int = 100
    initialisation: str = "glorot"

    deviations = (
        "The paper states this without a measurement.",
        "Gradient methods take the whole training part with full backpropagation through time "
        "and a rate of 0.01, Adam's falling as a cosine.",
        "The start and every network after an epoch is looked at; the ALM's last iterate, "
        "whose u is a variable of its own.",
    )
    rows = (
        columns(str, "method")
        | columns(bool, "diverged")
        | columns(int, "entries | networks | seed")
        | columns(int, "zeros", within=0.05)
        | columns(float, "nearest", within=ROUGH)
        | columns(float, "changing", within=0.05, none=True)
    )
    """Thousands of steps amplify the last digit's rounding."""


PROFILES: Mapping[str, tuple[Kinks, ...]] = {
    "quick": (
        Kinks(T10, 3, 60, outer_iterations=20),
        Kinks(SP500, 1, 30, outer_iterations=5),
    ),
    "paper": (Kinks(T10, 30, 1000), Kinks(SP500, 5, 1000), Kinks(T500, 3, 1000)),
}


def run(config: Kinks) -> Outcome:
    """Return a row per trial and method.

    ``networks`` counts those looked at, ``entries`` those of u in one of them; ``zeros`` the
    entries that are exactly zero in all of them together, ``nearest`` is the smallest
    :math:`|u_{t,i}|` that is not. ``changing`` is the share of entries that change their sign in an
    epoch, on average over the last tenth of the epochs.
    """
    given = [trial(config.dataset, config.initialisation, k) for k in range(config.trials)]
    rules = {
        GD: GradientDescent(config.rate),
        ADAM: Adam(config.rate, Clip(config.clip), horizon=config.epochs),
    }
    networks = Networks.stack([on.start for _ in DESCENTS for on in given])
    X, Y = (np.array([getattr(on, name) for on in given] * len(DESCENTS)) for name in "XY")
    batch = Batch(networks, X, Y, Objective(given[0].penalties))
    roll = Unrolled(networks, batch.steps, alm.ReLU())
    runs, last = networks.runs, config.epochs - max(1, config.epochs // 10)
    zeros, nearest, changing = np.zeros(runs, int), np.full(runs, np.inf), []
    signs = None
    for state in descend(batch, [rules[m] for m in DESCENTS for _ in given], windows(batch.steps)):
        with np.errstate(over="ignore", invalid="ignore"):
            U = roll.forward(X)[1]
        zeros += np.count_nonzero(U == 0.0, axis=(1, 2))
        nearest = np.fmin(nearest, _nearest(U, axis=(1, 2)))
        before, signs = signs, U > 0.0
        if state.epoch > last:
            changing.append((signs != before).mean(axis=(1, 2)))
        if state.epoch == config.epochs:
            break
    rows = [
        {
            "method": DESCENTS[k // config.trials],
            "seed": k % config.trials,
            "networks": config.epochs + 1,
            "entries": int(signs[k].size),
            "zeros": int(zeros[k]),
            "nearest": finite(nearest[k]),
            "changing": float(np.mean(changing, axis=0)[k]),
            "diverged": bool(state.diverged[k] != NEVER),
        }
        for k in range(runs)
    ]
    for seed, on in enumerate(given):
        chosen = alm.accelerated(on.Y, outer_iterations=config.outer_iterations)
        U = alm.solve(on.X, on.Y, on.start, on.penalties, chosen).U
        rows.append(
            {
                "method": ALM,
                "seed": seed,
                "networks": 1,
                "entries": U.size,
                "zeros": int(np.count_nonzero(U == 0.0)),
                "nearest": finite(_nearest(U)),
                "changing": None,
                "diverged": False,
            }
        )
    return Outcome(rows)


def _nearest(U: np.ndarray, axis: tuple[int, ...] | None = None) -> np.ndarray:
    """Return the smallest size of the entries that are not 0, infinite where all are."""
    return np.abs(np.where(U == 0.0, np.inf, U)).min(axis=axis)
