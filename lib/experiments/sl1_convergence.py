"""Paper A, Theorems 1-3: error, gradient and weights along full-batch gradient descent on Iris.

The theorems speak of the full-batch iteration (17) on E of (15): sigmoid outputs, a sum over the
samples, no biases. Step size and penalty are Table 2's for Iris; the number of iterations is not in
the paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lib import datasets
from lib.experiments.sl1_methods import METHODS, iris_training, regulariser, starts
from lib.models import GRU
from lib.records import Outcome, Record, remark
from lib.training import Problem, SigmoidSquaredError, train

TOLERANCE = 1e-3

MEASURES = ("error", "gradient_norm", "weight_norm")


@dataclass(frozen=True)
class Convergence:
    """One penalty mode: every method from every seed, in one batch."""

    mode: str
    steps: int = 50_000
    every: int = 1_000
    seeds: int = 10
    hidden_size: int = 32
    rate: float = 5e-3
    strength: float = 5e-4
    alpha: float = 1e-2
    deviations: tuple[str, ...] = remark(
        default=(
            "Full batch, as in the theorems; the paper's experiments take batches of 32.",
            "The paper gives no number of iterations.",
        )
    )

    @property
    def label(self) -> str:
        """The name of the run's record."""
        return self.mode


PROFILES: Mapping[str, tuple[Convergence, ...]] = {
    "quick": tuple(Convergence(mode, steps=2_000, every=40, seeds=3) for mode in ("out", "all")),
    "paper": tuple(Convergence(mode) for mode in ("out", "all")),
}


def data(config: Convergence) -> dict[str, str]:
    """Return the checksum of Iris."""
    return {"iris": datasets.checksum("iris")}


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
    result = train(
        Problem(model, SigmoidSquaredError(), X, targets, terms),
        starts(model, "convergence", "iris", seeds, len(methods)),
        config.rate,
        config.steps,
        config.every,
    )
    trace = result.trace
    half = len(trace.iteration) // 2
    rows = []
    for number, method in enumerate(methods):
        for seed in range(seeds):
            k = number * seeds + seed
            rows.append(
                {
                    "method": method,
                    "seed": seed,
                    "increases": int(trace.increases[k]),
                    "diverged": bool(result.diverged[k]),
                    "first_gradient_norm": trace.gradient_norm[k, 0],
                    "weight_drift": trace.weight_norm[k, -1] / trace.weight_norm[k, half] - 1,
                    **{name: getattr(trace, name)[k, -1] for name in MEASURES},
                }
            )
    traces: dict[str, list] = {"iteration": trace.iteration.tolist()}
    for number, method in enumerate(methods):
        block = slice(number * seeds, (number + 1) * seeds)
        for name in MEASURES:
            traces[f"{method}.{name}"] = _digits(getattr(trace, name)[block])
    return Outcome(rows, traces)


def _digits(values: np.ndarray) -> list[list[float]]:
    """Round a trace to seven significant digits: more than a figure shows, half the file."""
    return [[float(f"{v:.7g}") for v in row] for row in values]


def rows(record: Record, method: str, column: str) -> np.ndarray:
    """Return one column of a method's rows as an array over seeds."""
    return np.array([row[column] for row in record.rows if row["method"] == method])
