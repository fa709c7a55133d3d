"""Paper A, the claim behind SL1: L1 makes weights near zero oscillate, its smoothing does not.

A setting where the effect can be seen: a small GRU on Iris, full batch, with the 1/N of (11). The
data error alone falls at every step from every seed, so whatever rises is the penalty's doing, and
one subgradient step eta lambda is half of alpha.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome
from evidence.protocols.sl1_methods import iris_training, regulariser, starts, swinging, tail
from lib.models import GRU
from lib.training import Problem, SigmoidSquaredError, train

ARMS: Mapping[str, tuple[str, float]] = {
    "L1": ("L1-GRU", 1e-2),
    "SL1": ("SL1-GRU", 1e-2),
    "SL1, small alpha": ("SL1-GRU", 2e-3),
    "prox-L1": ("prox-L1-GRU", 1e-2),
    "L2": ("L2-GRU", 1e-2),
    "no penalty": ("GRU", 1e-2),
}
"""Method and alpha. Gradient descent on the smoothed penalty is stable where its step eta lambda
times the curvature 1/alpha is below 2: it is 0.5 in the second arm and 2.5 in the third."""

SHOWN = 25
"""Steps after the training over which the smallest weight is kept for the figure."""


@dataclass(frozen=True)
class Oscillation(Config):
    """One penalty mode: every arm from every seed, in one batch."""

    mode: str
    steps: int = 12_000
    seeds: int = 10
    hidden_size: int = 8
    rate: float = 1.0
    strength: float = 5e-3

    labelled = "{mode}"
    reads = ("iris",)
    deviations = ("Not a setting of the paper: chosen so that the mechanism can be seen.",)
    rows = (
        columns(str, "arm")
        | columns(bool, "diverged")
        | columns(int, "seed")
        | columns(int, "exact_zeros | increases | penalised | swinging", within=0.01)
        | columns(float, "error", within=0.01)
    )
    traces = columns(int, "step") | columns(
        float, "L1 | SL1 | SL1, small alpha | prox-L1 | L2 | no penalty", within=0.01
    )


PROFILES: Mapping[str, tuple[Oscillation, ...]] = {
    "quick": tuple(Oscillation(mode, steps=2_000, seeds=3) for mode in ("out", "all")),
    "paper": tuple(Oscillation(mode) for mode in ("out", "all")),
}


def run(config: Oscillation) -> Outcome:
    """Train every arm from every seed, then follow the smallest penalised weight further."""
    seeds = config.seeds
    X, targets = iris_training("oscillation", seeds, len(ARMS))
    model = GRU(X.shape[3], config.hidden_size, targets.shape[2])
    terms = [
        regulariser(method, config.strength, alpha, config.mode)
        for method, alpha in ARMS.values()
        for _ in range(seeds)
    ]
    problem = Problem(model, SigmoidSquaredError(average=True), X, targets, terms)
    start = starts(model, "oscillation", "iris", seeds, len(ARMS))
    result = train(problem, start, config.rate, config.steps, every=config.steps)
    path = tail(problem, result.params, config.rate, config.mode)
    swings = swinging(path)
    smallest = np.abs(path[0]).argmin(axis=1)
    nearest = path[:SHOWN, np.arange(len(smallest)), smallest]
    rows = []
    for k in range(len(ARMS) * seeds):
        rows.append(
            {
                "arm": list(ARMS)[k // seeds],
                "seed": k % seeds,
                "increases": int(result.trace.increases[k]),
                "error": result.trace.error[k, -1],
                "diverged": bool(result.diverged[k]),
                "swinging": int(swings[k]),
                "exact_zeros": int((path[0, k] == 0).sum()),
                "penalised": path.shape[2],
            }
        )
    first = range(0, len(ARMS) * seeds, seeds)
    traces = {arm: nearest[:, k].tolist() for arm, k in zip(ARMS, first, strict=True)}
    return Outcome(rows, {"step": list(range(SHOWN)), **traces})
