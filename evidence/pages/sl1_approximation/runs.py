"""Paper A, section 4.1: two functions from 100 noisy points each, in two readings of the input.

The paper does not say how a point enters the network. In the reading ``step`` every point is a
sequence of one step, in the reading ``series`` the points are the steps of one sequence, in the
order of the grid, and each step answers. Two rules of training are run: the paper's own, gradient
descent (17) on the sum over all points (15) with linear outputs, and Adam on their mean (43), with
which its regression tables are reproduced here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np
import torch

from evidence.kit import frames
from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, Record, finite, rounded
from evidence.protocols.sl1 import MODELS as CELLS
from evidence.protocols.sl1_methods import regulariser, starts
from evidence.rivals.predictors import of_tables
from lib import datasets
from lib.datasets import Split, functions
from lib.datasets.scaling import moments
from lib.models import GRU
from lib.penalties import UNREGULARISED
from lib.training import (
    SGD,
    Adam,
    Loss,
    MeanSquaredError,
    Optimiser,
    Problem,
    SquaredError,
    fit,
    outputs,
)
from lib.training.problem import repeated
from lib.validation import one_of

MODELS = ("RNN", "LSTM", "GRU", "L1-GRU", "L2-GRU", "SL1-GRU", "prox-L1-GRU")
"""The six models of the paper in the order of its figures, and the proximal one."""

CONSTANT, LINEAR = REFERENCES = ("mean target", "ridge regression")
RIDGE = (1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0)

OSCILLATING = 2.0
"""Up to here the oscillation of (40), 2 exp(1 - x^2), is at least ten times the noise."""

ERRORS = ("train", "grid", "oscillating", "between")


class Rule(NamedTuple):
    """An optimiser with the error that it minimises."""

    optimiser: type[Optimiser]
    loss: type[Loss]


RULES: Mapping[str, Rule] = {
    "gradient descent": Rule(SGD, SquaredError),
    "Adam": Rule(Adam, MeanSquaredError),
}


@dataclass(frozen=True)
class Approximation(Config):
    """One function in one reading with one rule: its models from every seed."""

    function: str
    reading: str
    rule: str = "gradient descent"
    models: tuple[str, ...] = MODELS
    steps: int = 4_000
    every: int = 50
    seeds: int = 10
    hidden_size: int = 32
    rate: float = 1e-3
    strength: float = 5e-4
    alpha: float = 1e-2
    mode: str = "all"

    deviations = (
        "The paper gives neither the number of hidden units, here those of its section 4.2, "
        "nor the number of iterations; one iteration is one step on all points.",
        "All weight matrices are penalised, not the output weights alone as in (15).",
        "Gates have biases as in (2)-(4), which start at zero; the output has none, as in "
        "Algorithm 1.",
        "Inputs and targets stay as they are; the paper speaks of no scaling.",
        "The grid as one sequence is trained by gradient descent only, and for the "
        "two-dimensional function only GRU and SL1-GRU, for the cost of it.",
        "The proximal model is not in the paper.",
    )
    rows = (
        columns(str, "model")
        | columns(bool, "diverged", part=True)
        | columns(int, "seed")
        | columns(int, "weights", part=True)
        | columns(float, "train | grid", within=0.02, none=True)
        | columns(float, "oscillating | between", within=0.02, none=True, part=True)
        | columns(float, "sparsity | zeros", within=0.02, part=True)
    )
    traces = (
        columns(int, "iteration")
        | columns(float, "target", within=0.02)
        | columns(float, *(f"{m}.sparsity" for m in MODELS), within=0.02, part=True)
        | columns(
            float,
            *(f"{model}.{name}" for model in MODELS for name in ("error", "answers")),
            within=0.02,
            none=True,
            part=True,
        )
    )

    @property
    def label(self) -> str:
        """The name of the run's record."""
        return f"{self.function}-{self.reading}-{self.rule.replace(' ', '-')}"

    @property
    def reads(self) -> tuple[str, ...]:
        """The function whose samples are drawn."""
        return (self.function,)


FIG3, FIG4 = "function-1d", "function-2d"

_SERIES = {FIG3: MODELS, FIG4: ("GRU", "SL1-GRU")}


def _configs(seeds: int, steps: int, unrolled: int, every: int) -> tuple[Approximation, ...]:
    found = []
    for function, models in _SERIES.items():
        for rule in RULES:
            found.append(
                Approximation(function, "step", rule, steps=steps, every=every, seeds=seeds)
            )
        found.append(
            Approximation(
                function, "series", models=models, steps=unrolled, every=every, seeds=seeds
            )
        )
    return tuple(found)


PROFILES: Mapping[str, tuple[Approximation, ...]] = {
    "quick": _configs(seeds=3, steps=400, unrolled=40, every=10),
    "paper": _configs(seeds=10, steps=4_000, unrolled=2_000, every=50),
}


def run(config: Approximation) -> Outcome:
    """Train every model from every seed; a row per run and per predictor that needs no network.

    The traces hold sparsities of shape (seeds, iterations), the median over the seeds of the mean
    squared error on the training points, and the first seed's answers on the grid.
    """
    y = np.stack([datasets.load(config.function, seed=k).y[:, 0] for k in range(config.seeds)])
    rows, traces = _references(config, y), {"target": rounded(y[0], 6)}
    for _, group in groupby(config.models, key=CELLS.get):
        found, more = _train(config, list(group), y)
        rows, traces = rows + found, traces | more
    return Outcome(rows, traces)


def _train(
    config: Approximation, models: Sequence[str], y: np.ndarray
) -> tuple[list[dict], dict[str, list]]:
    """Return rows and traces of the models of one cell, trained as one program."""
    seeds, series = config.seeds, config.reading == "series"
    X, between = (
        torch.from_numpy(datasets.sequences(points, config.reading)).unsqueeze(0)
        for points in (functions.grid(config.function), functions.between(config.function))
    )
    targets = torch.from_numpy(y).unsqueeze(1 if series else 2)
    cell = CELLS[models[0]](X.shape[3], config.hidden_size, 1, bias=True, every_step=series)
    start = starts(cell, "section4.1-start", config.function, seeds, len(models))
    terms = [UNREGULARISED] * start.runs
    if isinstance(cell, GRU):
        terms = [
            regulariser(model, config.strength, config.alpha, config.mode)
            for model in models
            for _ in range(seeds)
        ]
    rule, mean = RULES[one_of("rule", config.rule, RULES)], MeanSquaredError()
    aims = repeated(targets, start.runs)
    result = fit(
        Problem(cell, rule.loss(), X, targets, terms),
        start,
        rule.optimiser(config.rate),
        None,
        config.steps,
        config.every,
        lambda _, answers: {"mean": mean.value(answers, aims)},
    )
    history, weights = result.history, cell.layout.weight_count
    answers = outputs(cell, result.params, X).flatten(1).numpy()
    # A sequence with other points in it is another sequence: only single steps have points between.
    unseen = None if series else outputs(cell, result.params, between).flatten(1).numpy()
    rows, traces = [], {"iteration": history.epoch.tolist()}
    for number, model in enumerate(models):
        first = number * seeds
        block = slice(first, first + seeds)
        traces[f"{model}.sparsity"] = rounded(history.near_zeros[block] / weights, 5)
        means = history.measures["mean"][block]
        median = np.median(np.where(np.isfinite(means), means, np.inf), axis=0)
        traces[f"{model}.error"] = [finite(float(f"{value:.6g}")) for value in median]
        traces[f"{model}.answers"] = [finite(float(f"{value:.6g}")) for value in answers[first]]
        for seed in range(seeds):
            k = first + seed
            row = {
                "model": model,
                "seed": seed,
                "diverged": bool(result.diverged[k]),
                "sparsity": history.near_zeros[k, -1] / weights,
                "zeros": history.zeros[k, -1] / weights,
                "weights": weights,
            }
            asked = None if unseen is None else unseen[k]
            rows.append(row | scores(config.function, y[seed], answers[k], asked))
    return rows, traces


def scores(
    function: str, y: np.ndarray, answers: np.ndarray, unseen: np.ndarray | None = None
) -> dict[str, float | None]:
    """Return mean squared errors, None where they are not finite.

    ``train`` is against the noisy targets, the others are against the function: ``grid`` on the
    training points, ``oscillating`` on those of them with x < 2 (for one input), ``between`` on the
    centres of the grid's cells.

    Args:
        function: Its name.
        y: Noisy targets, shape (100,).
        answers: On the training points, shape (100,).
        unseen: On the centres, if they were asked for.
    """
    points, exact = functions.grid(function), functions.RECIPES[function].function
    # A run that diverged can be so far off that its square is no number any more.
    with np.errstate(over="ignore", invalid="ignore"):
        squares = (answers - exact(points)) ** 2
        found = {"train": ((answers - y) ** 2).mean(), "grid": squares.mean()}
        if points.shape[1] == 1:
            found["oscillating"] = squares[points[:, 0] < OSCILLATING].mean()
        if unseen is not None:
            found["between"] = ((unseen - exact(functions.between(function))) ** 2).mean()
    return {name: finite(value) for name, value in found.items()}


def _references(config: Approximation, y: np.ndarray) -> list[dict]:
    """Return the rows of the predictors that need no network."""
    points, centres = functions.grid(config.function), functions.between(config.function)
    mean, deviation = moments(points)
    X, asked = ((part - mean) / deviation for part in (points, centres))
    exact = functions.RECIPES[config.function].function(centres)[:, None]
    rows = []
    for seed in range(config.seeds):
        split = Split(X, y[seed][:, None], asked, exact, mean, deviation)
        found = {
            CONSTANT: of_tables.constant(split, 0),
            LINEAR: of_tables.ridge(split, RIDGE)[0],
        }
        for name, (answers, unseen) in found.items():
            scored = scores(config.function, y[seed], answers[:, 0], unseen[:, 0])
            rows.append({"model": name, "seed": seed} | scored)
    return rows


def column(record: Record, model: str, name: str) -> np.ndarray:
    """Return one column of a model's rows as an array over seeds, infinite where it diverged."""
    return frames.column(record, name, model=model)
