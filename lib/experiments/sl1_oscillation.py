"""Paper A, the claim behind SL1: L1 makes weights near zero oscillate, its smoothing does not.

A setting where the effect can be seen: a small GRU on Iris, full batch, with the 1/N of (11). The
data error alone falls at every step from every seed, so whatever rises is the penalty's doing, and
one subgradient step eta lambda is half the width alpha that the paper smooths over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch

from lib import datasets
from lib.experiments.sl1_methods import iris_training, regulariser, starts
from lib.models import GRU
from lib.records import Outcome, remark
from lib.training import Problem, SigmoidSquaredError, descend, train

TOLERANCE = 1e-2

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


@dataclass(frozen=True)
class Oscillation:
    """One penalty mode: every arm from every seed, in one batch."""

    mode: str
    steps: int = 12_000
    tail: int = 24
    seeds: int = 10
    hidden_size: int = 8
    rate: float = 1.0
    strength: float = 5e-3
    deviations: tuple[str, ...] = remark(
        default=("Not a setting of the paper: chosen so that the mechanism can be seen.",)
    )

    @property
    def label(self) -> str:
        """The name of the run's record."""
        return self.mode


PROFILES: Mapping[str, tuple[Oscillation, ...]] = {
    "quick": tuple(Oscillation(mode, steps=2_000, seeds=3) for mode in ("out", "all")),
    "paper": tuple(Oscillation(mode) for mode in ("out", "all")),
}


def data(config: Oscillation) -> dict[str, str]:
    """Return the checksum of Iris."""
    return {"iris": datasets.checksum("iris")}


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
    penalised = model.layout.penalised(config.mode)
    weights = result.params.flat[:, penalised].abs()
    smallest = torch.argmin(weights, dim=1)
    path = np.array(
        [
            state.params.flat[:, penalised].gather(1, smallest[:, None])[:, 0].numpy().copy()
            for state in islice(descend(problem, result.params, config.rate), config.tail + 1)
        ]
    )
    rows = []
    for number, arm in enumerate(ARMS):
        for seed in range(seeds):
            k = number * seeds + seed
            rows.append(
                {
                    "arm": arm,
                    "seed": seed,
                    "increases": int(result.trace.increases[k]),
                    "error": result.trace.error[k, -1],
                    "diverged": bool(result.diverged[k]),
                    "exact_zeros": int((weights[k] == 0).sum()),
                    "penalised": int(weights.shape[1]),
                    "swing": float(np.abs(np.diff(path[:, k])).max()),
                }
            )
    first = range(0, len(ARMS) * seeds, seeds)
    traces = {arm: path[:, k].tolist() for arm, k in zip(ARMS, first, strict=True)}
    return Outcome(rows, {"step": list(range(config.tail + 1)), **traces})
