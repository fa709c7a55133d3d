"""Paper A, Theorem 1 on Iris: does a step size that (A2) admits make the error rise?

The protocol of the search, fixed before it was run. The theorem's own setting: one output, the
target 1 for one class of Iris and 0 for the others, all three classes in turn; one time step, full
batch, no biases, the sum over the samples, Table 2's lambda and alpha on the output weights, 105
training samples, 32 hidden units, weights from U[-0.5, 0.5). From every start all step sizes of one
grid are tried, from just below the limit of (A2) down by factors of the square root of two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch

from evidence.kit.columns import ROUGH, columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, finite
from evidence.pages.sl1_theorems.curvature import level_set_bound, norms, safe_step
from evidence.papers.step_condition import admitted
from evidence.protocols.sl1_methods import iris_training, starts
from lib.models import GRU, Parameters
from lib.penalties import Regulariser, SmoothL1
from lib.training import Problem, SigmoidSquaredError, descend
from lib.training.trace import RISE_TOLERANCE

CLASSES = ("setosa", "versicolor", "virginica")
TOP = 0.98
"""The largest step tried, as a share of what (A2) admits."""


@dataclass(frozen=True)
class StepSearch(Config):
    """One class of Iris against the others, from every seed."""

    flower: str
    seeds: int = 10
    rates: int = 16
    steps: int = 300
    hidden_size: int = 32
    strength: float = 5e-4
    alpha: float = 1e-2

    labelled = "{flower}"
    reads = ("iris",)
    deviations = (
        "One output instead of three, as in the theorems; full batch.",
        "The step sizes and the number of steps are ours: the theorems are about all of them.",
    )
    rows = (
        columns(int, "seed")
        | columns(int, "rises", within=ROUGH)
        | columns(int, "first_rise", within=ROUGH, none=True)
        | columns(float, "after | before", within=ROUGH, none=True)
        | columns(float, "bound | largest_monotone | level_step | rates | safe_step", within=1e-06)
    )


PROFILES: Mapping[str, tuple[StepSearch, ...]] = {
    "quick": tuple(StepSearch(flower, seeds=2, steps=60) for flower in CLASSES),
    "paper": tuple(StepSearch(flower) for flower in CLASSES),
}


def problem(config: StepSearch, seed: int, runs: int = 1) -> tuple[Problem, Parameters]:
    """Return one start of the search: its problem, and its weights `runs` times."""
    X, targets = iris_training("step_search", seed + 1, 1)
    model = GRU(X.shape[3], config.hidden_size, 1)
    start = starts(model, "step_search", "iris", seed + 1, 1).run(seed)
    column = CLASSES.index(config.flower)
    terms = Regulariser(SmoothL1(config.alpha), config.strength, "out")
    task = Problem(
        model,
        SigmoidSquaredError(),
        X[seed : seed + 1],
        targets[seed : seed + 1, :, [column]],
        terms,
    )
    return task, Parameters(start.flat.repeat(runs, 1), model.layout)


def run(config: StepSearch) -> Outcome:
    """Descend from every start with every step size; a row per start, rates from large to small."""
    return Outcome([_search(config, seed) for seed in range(config.seeds)])


def _search(config: StepSearch, seed: int) -> dict:
    task, start = problem(config, seed, config.rates)
    lengths = torch.linalg.vector_norm(task.X[0], dim=2).numpy()
    within = norms(start)
    N, longest = lengths.shape[0], float(lengths.max())
    bound = admitted(N, longest, within.out, config.strength, config.alpha)
    rates = TOP * bound / np.sqrt(2) ** np.arange(config.rates)
    errors = []
    for state in islice(descend(task, start, list(rates)), config.steps + 1):
        errors.append(state.error.numpy().copy())
        if state.iteration == 0:
            gradient_norm = torch.linalg.vector_norm(state.gradient.flat[0]).item()
    E = np.array(errors)
    up = ~(E[1:] <= E[:-1] * (1 + RISE_TOLERANCE))
    first = [int(column.argmax()) if column.any() else None for column in up.T]
    calm = ~up.any(axis=0)[::-1]
    run_of_calm = int(np.cumprod(calm).sum())
    problem_constants = (lengths, config.hidden_size)
    level = level_set_bound(*problem_constants, float(E[0, 0]), config.strength, config.alpha)
    stiffness = config.strength / config.alpha
    return {
        "seed": seed,
        "bound": bound,
        "rates": rates.tolist(),
        "first_rise": first,
        "before": [None if k is None else finite(E[k, j]) for j, k in enumerate(first)],
        "after": [None if k is None else finite(E[k + 1, j]) for j, k in enumerate(first)],
        "rises": np.count_nonzero(up, axis=0).tolist(),
        "largest_monotone": float(rates[-run_of_calm]) if run_of_calm else None,
        "level_step": 2 / level,
        "safe_step": safe_step(*problem_constants, within, gradient_norm, stiffness, 2.0),
    }
