"""Paper A, Figure 5: the grid search over eta, lambda and alpha for SL1-GRU on Wine.

The protocol, fixed before the search was run. The paper prints neither the ranges nor k. The grid
has a step for every power of ten, beside them the lambda of Table 2, so that both the optimum named
in section 4.2 and Table 2's row for Wine are on it, and it reaches a power of ten or more beyond
either in every direction but that of Table 2's lambda, its smallest. The training part of each
trial of Table 3 is divided into five folds; cross-validation trains on four of them, standardised
by their own moments, and tests on the fifth. Beside that the network is trained on the whole
training part and tested on the test part, which no choice is made by, but to see what choosing by
it would do. The number of epochs is that of Table 3's small sets; a tenth and a half of it are
looked at too, judged is at the end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import torch

from evidence.kit.columns import ROUGH, columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, finite
from evidence.protocols.sl1 import EPOCHS, HIDDEN_SIZE, TABLE2, Part, loss, mini_batches, parts
from evidence.protocols.sl1_methods import regulariser, starts
from evidence.protocols.sl1_networks import TEST, TRAIN, scores
from lib import datasets
from lib.datasets.scaling import moments
from lib.models import GRU, Parameters
from lib.randomness import generator
from lib.training import SGD, MiniBatches, Problem, fit, outputs

DATASET = "wine"

LOOKS = (1, 5, 10)
"""Tenths of the epochs after which the accuracies are kept."""

AT_ONCE = 50
"""Runs of a batched program, about: more would not fit into the cache."""


@dataclass(frozen=True)
class Grid(Config):
    """All rates and strengths for one alpha.

    Attributes:
        alpha: the smoothing coefficient.
        rates: values of eta.
        strengths: values of lambda.
        epochs: how many, a multiple of ten.
        trials: splits, as in Table 3; each is cross-validated.
        folds: k, a divisor of the 125 training samples.
        batch_size: samples in a mini-batch.
        hidden_size: H.
    """

    alpha: float
    rates: tuple[float, ...] = (5e-5, 5e-4, 5e-3, 5e-2)
    strengths: tuple[float, ...] = (1e-5, 5e-5, 5e-4, 5e-3, 5e-2)
    epochs: int = EPOCHS[DATASET]
    trials: int = 10
    folds: int = 5
    batch_size: int = TABLE2[DATASET].batch_size
    hidden_size: int = HIDDEN_SIZE

    labelled = "alpha-{alpha:g}"
    reads = (DATASET,)
    deviations = (
        "The grid, k = 5 and the number of epochs are ours; the paper names none of them.",
        "Cross-validation divides the training part alone. The paper chooses by “test "
        "accuracy”; what that does is shown beside it.",
        "In single precision, where Table 3 is in double: accuracies are all that is kept.",
    )
    rows = (
        columns(int, "epoch | trial")
        | columns(int, "right | test | train", within=ROUGH)
        | columns(float, "rate | strength")
        | columns(float, "loss | test loss", within=0.05)
    )


ALPHAS = (1e-3, 1e-2, 1e-1)

PROFILES: Mapping[str, tuple[Grid, ...]] = {
    "quick": tuple(Grid(alpha, epochs=50, trials=3) for alpha in ALPHAS),
    "paper": tuple(Grid(alpha) for alpha in ALPHAS),
}


def run(config: Grid) -> Outcome:
    """Train every candidate on all folds and on all training parts; a row a trial and look.

    ``right`` counts the right answers on each held-out fold; ``train`` and ``test`` count those of
    the network that is trained on the whole training part.
    """
    cells = list(product(config.rates, config.strengths))
    whole, test = parts(DATASET, config.trials, torch.float32)
    draws = [
        generator("sl1_gru", "grid-batches", DATASET, k)
        for k in range(config.trials * config.folds)
    ]
    validated = _train(config, cells, *divide(whole, config.folds), "grid", draws)
    draws = mini_batches(DATASET, config.trials, config.batch_size).generators
    tested = _train(config, cells, whole, test, "networks", draws)
    rows = []
    for number, (rate, strength) in enumerate(cells):
        for trial in range(config.trials):
            own = slice(trial * config.folds, (trial + 1) * config.folds)
            for look, tenths in enumerate(LOOKS):
                right = validated["right"][number, own, look]
                rows.append(
                    {
                        "rate": rate,
                        "strength": strength,
                        "trial": trial,
                        "epoch": config.epochs * tenths // 10,
                        "right": right.astype(int).tolist(),
                        "loss": finite(validated["loss"][number, own, look].mean()),
                        TRAIN: int(tested[TRAIN][number, trial, look]),
                        "test": int(tested["right"][number, trial, look]),
                        "test loss": finite(tested["loss"][number, trial, look]),
                    }
                )
    return Outcome(rows)


def divide(whole: Part, number: int) -> tuple[Part, Part]:
    """Return what is trained on and what is held out, fold by fold of one trial after the other.

    Inputs are standardised anew with the moments of what is trained on.

    Raises:
        ValueError: the samples cannot be divided into so many folds of one size.
    """
    S, N = whole.X.shape[:2]
    if N % number:
        raise ValueError(f"folds must divide the {N} training samples, got {number}")
    kept, held = [], []
    for trial in range(S):
        X, targets = whole.X[trial].double().numpy(), whole.targets[trial].numpy()
        draw = generator("sl1_gru", "grid-folds", DATASET, trial)
        for rows in datasets.folds(targets.argmax(1), number, draw):
            rest = np.setdiff1d(np.arange(N), rows)
            mean, deviation = moments(X[rest, 0])
            scaled = (X - mean) / deviation
            kept.append((scaled[rest], targets[rest]))
            held.append((scaled[rows], targets[rows]))
    return _stacked(kept), _stacked(held)


def _stacked(samples: Sequence[tuple[np.ndarray, np.ndarray]]) -> Part:
    X, targets = (
        torch.from_numpy(np.stack(arrays)).to(torch.float32)
        for arrays in zip(*samples, strict=True)
    )
    return Part(X, targets)


def _train(
    config: Grid,
    cells: Sequence[tuple[float, float]],
    train: Part,
    test: Part,
    table: str,
    draws: Sequence[np.random.Generator],
) -> dict[str, np.ndarray]:
    """Return measures of all cells on S training and test parts, each (cells, S, looks).

    Every cell begins with the same weights and sees the same mini-batches.
    """
    S = len(train.X)
    states = [draw.bit_generator.state for draw in draws]
    together, found = max(1, AT_ONCE // S), []
    for first in range(0, len(cells), together):
        for draw, state in zip(draws, states, strict=True):
            draw.bit_generator.state = state
        few = cells[first : first + together]
        measures = _fit(config, few, train, test, table, MiniBatches(config.batch_size, draws))
        found.append({key: values.reshape(len(few), S, -1) for key, values in measures.items()})
    return {key: np.concatenate([part[key] for part in found]) for key in found[0]}


def _fit(
    config: Grid,
    cells: Sequence[tuple[float, float]],
    train: Part,
    test: Part,
    table: str,
    batches: MiniBatches,
) -> dict[str, np.ndarray]:
    """Return measures of some cells, trained as one program, each (cells * S, looks)."""
    S, N, held = len(train.X), train.X.shape[1], test.X.shape[1]
    model = GRU(train.X.shape[3], config.hidden_size, train.targets.shape[2], bias=True)
    terms = [
        regulariser("SL1-GRU", strength, config.alpha, "all")
        for _, strength in cells
        for _ in range(S)
    ]
    problem = Problem(model, loss(DATASET), train.X, train.targets, terms)
    copies = [Part(part.X, part.targets.repeat(len(cells), 1, 1)) for part in (train, test)]

    def measure(params: Parameters, answers: torch.Tensor) -> dict[str, torch.Tensor]:
        found = scores(problem.loss, model, params, *copies, answers)
        error = problem.loss.value(outputs(model, params, test.X), copies[1].targets) / held
        right = (found[TEST] * held).round()
        return {TRAIN: (found[TRAIN] * N).round(), "right": right, "loss": error}

    trained = fit(
        problem,
        starts(model, table, DATASET, S, len(cells), torch.float32),
        SGD([rate for rate, _ in cells for _ in range(S)]),
        batches,
        config.epochs,
        every=config.epochs // 10,
        measure=measure,
    )
    return {key: values[:, LOOKS] for key, values in trained.history.measures.items()}
