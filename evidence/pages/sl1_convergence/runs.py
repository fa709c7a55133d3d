"""Paper A, Theorems 1-3: error, gradient and weights along full-batch gradient descent on Iris.

The theorems speak of the full-batch iteration (17) on E of (15): sigmoid outputs, a sum over the
samples, no biases. Step size and penalty are Table 2's for Iris; the number of iterations is not in
the paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, rounded
from evidence.protocols.sl1_methods import (
    METHODS,
    iris_training,
    regulariser,
    starts,
    swinging,
    tail,
)
from lib.models import GRU
from lib.training import Problem, SigmoidSquaredError, train

MEASURES = ("error", "gradient_norm", "weight_norm")
COURSES = tuple(f"{method}.{name}" for method in METHODS for name in MEASURES)


@dataclass(frozen=True)
class Convergence(Config):
    """One penalty mode: every method from every seed, in one batch."""

    mode: str
    steps: int = 50_000
    every: int = 1_000
    seeds: int = 10
    hidden_size: int = 32
    rate: float = 5e-3
    strength: float = 5e-4
    alpha: float = 1e-2

    labelled = "{mode}"
    reads = ("iris",)
    deviations = (
        "Full batch, as in the theorems; the paper's experiments take batches of 32.",
        "The paper gives no number of iterations.",
    )
    rows = (
        columns(str, "method")
        | columns(bool, "diverged")
        | columns(int, "seed")
        | columns(int, "increases | swinging", within=1e-3)
        | columns(float, *MEASURES, "first_gradient_norm | moved", within=1e-3)
    )
    traces = columns(int, "iteration") | columns(float, *COURSES, within=1e-3)


PROFILES: Mapping[str, tuple[Convergence, ...]] = {
    "quick": tuple(Convergence(mode, steps=2_000, every=40, seeds=3) for mode in ("out", "all")),
    "paper": tuple(Convergence(mode) for mode in ("out", "all")),
}


def run(config: Convergence) -> Outcome:
    """Train every method from every seed; a row per run, traces of shape (seeds, iterations)."""
    methods, seeds = list(METHODS), config.seeds
    X, targets = iris_training("convergence", seeds, len(methods))
    model = GRU(X.shape[3], config.hidden_size, targets.shape[2])
    terms = [
        regulariser(method, config.strength, config.alpha, config.mode)
        for method in methods
        for _ in range(seeds)
    ]
    problem = Problem(model, SigmoidSquaredError(), X, targets, terms)
    start = starts(model, "convergence", "iris", seeds, len(methods))
    # In two halves, so that the weights half-way can be compared with those at the end.
    first = train(problem, start, config.rate, config.steps // 2, config.every)
    second = train(
        problem, first.params, config.rate, config.steps - config.steps // 2, config.every
    )
    moved = torch.linalg.vector_norm(second.params.flat - first.params.flat, dim=1)
    moved = (moved / torch.linalg.vector_norm(second.params.flat, dim=1)).numpy()
    swings = swinging(tail(problem, second.params, config.rate, config.mode))
    rows = []
    for k in range(len(methods) * seeds):
        rows.append(
            {
                "method": methods[k // seeds],
                "seed": k % seeds,
                "increases": int(first.trace.increases[k] + second.trace.increases[k]),
                "diverged": bool(second.diverged[k]),
                "first_gradient_norm": first.trace.gradient_norm[k, 0],
                "moved": moved[k],
                "swinging": int(swings[k]),
                **{name: getattr(second.trace, name)[k, -1] for name in MEASURES},
            }
        )
    iteration = [first.trace.iteration, second.trace.iteration[1:] + config.steps // 2]
    traces: dict[str, list] = {"iteration": np.concatenate(iteration).tolist()}
    for number, method in enumerate(methods):
        block = slice(number * seeds, (number + 1) * seeds)
        for name in MEASURES:
            halves = getattr(first.trace, name)[block], getattr(second.trace, name)[block, 1:]
            traces[f"{method}.{name}"] = rounded(np.concatenate(halves, axis=1), 7)
    return Outcome(rows, traces)
