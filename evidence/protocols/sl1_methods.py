"""What all experiments on the GRU share: the methods compared, their starts and Iris as tensors."""

from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType

import numpy as np
import torch

from lib import datasets
from lib.models import Cell, Parameters
from lib.penalties import L1, L2, NoPenalty, Penalty, ProxL1, Regulariser, SmoothL1
from lib.randomness import generator
from lib.training import Problem, descend
from lib.validation import one_of

METHODS: Mapping[str, str] = MappingProxyType(
    {
        "GRU": "no penalty",
        "L2-GRU": "weight decay",
        "L1-GRU": "L1, subgradient step",
        "SL1-GRU": "smoothed L1",
        "prox-L1-GRU": "L1, soft threshold",
    }
)
"""The paper's four GRU variants, and the proximal one that it lacks."""

IRIS_TRAINING = 105
"""Training samples of Iris, Table 1."""


def regulariser(method: str, strength: float, alpha: float, mode: str) -> Regulariser:
    """Return what a method adds to the data error.

    Raises:
        ValueError: unknown method, or values that the penalty refuses.
    """
    penalties: dict[str, Penalty] = {
        "GRU": NoPenalty(),
        "L2-GRU": L2(),
        "L1-GRU": L1(),
        "SL1-GRU": SmoothL1(alpha),
        "prox-L1-GRU": ProxL1(),
    }
    return Regulariser(penalties[one_of("method", method, METHODS)], strength, mode)


def starts(
    model: Cell,
    table: str,
    dataset: str,
    seeds: int,
    methods: int,
    dtype: torch.dtype = torch.float64,
) -> Parameters:
    """Return weights from U[-0.5, 0.5) for methods x seeds runs, a method's seeds together.

    Seed k starts every method from the same weights, so that methods are paired.
    """
    trials = list(range(seeds)) * methods
    draws = [generator("sl1_gru", table, dataset, k) for k in trials]
    return model.initialise(draws, dtype=dtype)


def iris_training(table: str, seeds: int, methods: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return Iris' training parts, one split per seed, repeated for every method.

    Returns:
        X of shape (methods * seeds, 105, 1, 4), a row of the table as one time step, and one-hot
        targets of shape (methods * seeds, 105, 3).
    """
    return iris_parts(table, seeds, methods)[0]


def iris_parts(
    table: str, seeds: int, methods: int
) -> tuple[tuple[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]:
    """Return Iris' training parts as `iris_training` does, and the test parts, 45 samples each."""
    iris = datasets.load("iris")
    splits = [
        datasets.split(iris, IRIS_TRAINING, generator("sl1_gru", f"{table}-split", "iris", k))
        for k in range(seeds)
    ]

    def part(X: list[np.ndarray], classes: list[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
        inputs = torch.from_numpy(np.stack(X)).unsqueeze(2)
        targets = torch.from_numpy(np.eye(len(iris.classes))[np.stack(classes)])
        return inputs.repeat(methods, 1, 1, 1), targets.repeat(methods, 1, 1)

    return (
        part([s.X_train for s in splits], [s.y_train for s in splits]),
        part([s.X_test for s in splits], [s.y_test for s in splits]),
    )


TAIL = 100
SWINGS = 20


def tail(problem: Problem, params: Parameters, rate: float, mode: str) -> np.ndarray:
    """Return the penalised weights over 100 further steps, shape (101, runs, weights)."""
    penalised = params.layout.penalised(mode)
    states = islice(descend(problem, params, rate), TAIL + 1)
    return np.array([state.params.flat[:, penalised].numpy().copy() for state in states])


def swinging(path: np.ndarray) -> np.ndarray:
    """Return how many weights of each run change their sign in at least 20 of 100 steps.

    Args:
        path: weights over steps, shape (steps + 1, runs, weights), as `tail` returns them.
    """
    changes = np.count_nonzero(path[1:] * path[:-1] < 0, axis=0)
    return np.count_nonzero(changes >= SWINGS, axis=1)
