"""How a unit of the sparse tournament is computed, whether it compares methods or tunes them."""

from collections.abc import Callable, Sequence
from itertools import islice, product
from typing import NamedTuple

import numpy as np
import torch

from evidence.kit.records import Outcome, finite
from evidence.pages.sl1_front import choice
from evidence.pages.sl1_front.config import (
    DUAL,
    DUAL_ADAPTIVE,
    GRADUAL,
    L1,
    L1_ADAM,
    METHODS,
    ONE_SHOT,
    PROX,
    PROX_ADAM,
    REFITTED,
    SL1,
    SL1_ADAM,
    Front,
    is_classification,
)
from evidence.protocols.sl1 import Part
from evidence.protocols.sl1_networks import DEAD, groups
from evidence.rivals.predictors.of_tables import constant, scalings
from evidence.rivals.sparse import RAMDA, RMDA, Kept, Pruned, Staged
from lib import datasets, penalties
from lib.datasets import Split
from lib.models import GRU, Parameters
from lib.penalties import UNREGULARISED, Penalty, ProxL1, Regulariser, SmoothL1
from lib.randomness import generator
from lib.training import (
    SGD,
    Adam,
    MeanSquaredError,
    MiniBatches,
    Optimiser,
    Problem,
    SigmoidSquaredError,
    descend,
    outputs,
)
from lib.validation import one_of

TOGETHER = 2**20
"""Weights of a batched program, about: more would not fit into the cache."""

PRUNINGS = 50
"""How often gradual pruning prunes."""

DTYPE = torch.float32


class Runs(NamedTuple):
    """What differs between the runs of a batched program, one entry a run, and what they share.

    Attributes:
        rates, strengths: of each run.
        alpha: half-width of the smoothed interval.
        epochs: of the whole training.
        steps: mini-batches of an epoch.
        counted: which entries of the weight matrices can act.
    """

    rates: Sequence[float]
    strengths: Sequence[float]
    alpha: float
    epochs: int
    steps: int
    counted: torch.Tensor

    def after(self, share: float) -> int:
        """Return the steps of a share of the training, one at least."""
        return max(1, int(share * self.epochs * self.steps))

    def terms(self, penalty: Penalty) -> list[Regulariser]:
        """Return the penalty on all weight matrices, as strong as it is in each run."""
        return [Regulariser(penalty, strength, "all") for strength in self.strengths]


class Phase(NamedTuple):
    """A part of a training, in which E stays the same.

    Attributes:
        epochs: how many.
        optimiser: what moves the weights.
        terms: penalties that are a part of E.
        cut: whether weights below alpha are set to zero when it ends.
    """

    epochs: int
    optimiser: Optimiser
    terms: Regulariser | list[Regulariser] = UNREGULARISED
    cut: bool = False


Make = Callable[[Runs], list[Phase]]

STAGE = 0.75
"""Share of the steps after which the rate falls."""


def _smoothed(kind: type[Optimiser]) -> Make:
    return lambda runs: [_penalised(runs, kind, SmoothL1(runs.alpha))]


def _penalised(runs: Runs, kind: type[Optimiser], penalty: Penalty) -> Phase:
    staged = Staged(runs.rates, kind, runs.after(STAGE))
    return Phase(runs.epochs, staged, runs.terms(penalty), cut=True)


def _refitted(runs: Runs) -> list[Phase]:
    first = runs._replace(epochs=runs.epochs // 2)
    second = runs._replace(epochs=runs.epochs - first.epochs)
    kept = Kept(runs.rates, Adam, second.after(STAGE))
    # The rate falls before the cut, too, or what it moves a weight by is about alpha.
    return [
        _penalised(first, Adam, SmoothL1(runs.alpha)),
        Phase(second.epochs, kept),
    ]


def _averaged(kind: type[RMDA]) -> Make:
    def make(runs: Runs) -> list[Phase]:
        return [Phase(runs.epochs, kind(runs.rates, runs.strengths, runs.after(STAGE)), cut=True)]

    return make


def _pruned(begin: float, end: float) -> Make:
    def make(runs: Runs) -> list[Phase]:
        first, last = runs.after(begin), runs.after(end)
        pruned = Pruned(
            runs.rates,
            Adam,
            runs.after(STAGE),
            targets=runs.strengths,
            counted=runs.counted,
            first=first,
            last=last,
            every=max(1, (last - first) // PRUNINGS),
        )
        return [Phase(runs.epochs, pruned)]

    return make


MAKE: dict[str, Make] = {
    SL1: _smoothed(SGD),
    SL1_ADAM: _smoothed(Adam),
    REFITTED: _refitted,
    L1: lambda runs: [_penalised(runs, SGD, penalties.L1())],
    L1_ADAM: lambda runs: [_penalised(runs, Adam, penalties.L1())],
    PROX: lambda runs: [_penalised(runs, SGD, ProxL1())],
    PROX_ADAM: lambda runs: [_penalised(runs, Adam, ProxL1())],
    DUAL: _averaged(RMDA),
    DUAL_ADAPTIVE: _averaged(RAMDA),
    GRADUAL: _pruned(0.25, 0.75),
    ONE_SHOT: _pruned(0.5, 0.5),
}
"""The phases of each method's training."""


class Parts(NamedTuple):
    """The samples of S trials, or of one that all share.

    Attributes:
        train, holdout, test: inputs and wanted outputs.
        constant: errors of the constant answer on holdout and test, (S, 2).
    """

    train: Part
    holdout: Part
    test: Part
    constant: np.ndarray


def given(config: Front) -> Parts:
    """Return the parts of a unit's trials; no draw depends on a method.

    Raises:
        ValueError: holdout and training samples are more than there are.
    """
    table = datasets.load(config.dataset)
    alike = datasets.SIZES[config.dataset].published
    seeds = [0] if alike else range(config.first, config.first + config.trials)
    found, errors = ([], [], []), []
    for seed in seeds:
        split = datasets.trial(table, seed)
        order = generator("sl1_gru", "front-holdout", config.problem, seed)
        held, kept = divided(len(split.X_train), config, order)
        wanted, test = answers(split, len(table.classes))
        X = split.X_train
        for part, inputs, targets in zip(
            found, (X[kept], X[held], split.X_test), (wanted[kept], wanted[held], test), strict=True
        ):
            part.append((_sequences(inputs, config.width), torch.from_numpy(targets).to(DTYPE)))
        errors.append(_of_constant(split, len(table.classes), held))
    parts = (Part(*map(torch.stack, zip(*part, strict=True))) for part in found)
    return Parts(*parts, np.array(errors))


def divided(
    samples: int, config: Front, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the held out samples, and of those trained on.

    Raises:
        ValueError: there are too few samples.
    """
    train = samples - config.holdout if config.train is None else config.train
    if not 1 <= train <= samples - config.holdout:
        raise ValueError(
            f"{config.dataset} has {samples} training samples: with {config.holdout} held out "
            f"train must be 1 to {samples - config.holdout}, got {train}"
        )
    order = draw.permutation(samples)
    return order[: config.holdout], order[config.holdout : config.holdout + train]


def answers(split: Split, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what the outputs shall be on both parts: one-hot classes, or standardised targets."""
    if classes:
        return np.eye(classes)[split.y_train], np.eye(classes)[split.y_test]
    shift, divisor = scalings(split)["standardised"]
    return (split.y_train - shift) / divisor, (split.y_test - shift) / divisor


def _of_constant(split: Split, classes: int, held: np.ndarray) -> list[float]:
    wanted, test = (w.argmax(1) if classes else w for w in answers(split, classes))
    train, other = constant(split, classes)
    if not classes:
        return [float(np.sqrt((w**2).mean())) for w in (wanted[held], test)]
    return [float((train[held] != wanted[held]).mean()), float((other != test).mean())]


def _sequences(X: np.ndarray, width: int | None) -> torch.Tensor:
    reading = "step" if width is None else "rows"
    return torch.from_numpy(datasets.sequences(X, reading, width)).to(DTYPE)


def acting(model: GRU, X: torch.Tensor) -> torch.Tensor:
    """Return which entries of the weight matrices can act on any of the inputs X."""
    counted = torch.from_numpy(~groups(model, X.shape[2])[DEAD])
    seen = (X != 0).flatten(0, 2).any(0)
    for name, (*_, width) in model.layout.shapes.items():
        if name.endswith("x"):
            counted[model.layout.columns[name]].view(-1, width).logical_and_(seen)
    return counted


def start(config: Front, model: GRU, counted: torch.Tensor, copies: int) -> Parameters:
    """Return the starts of all trials, so many times, with zeros where a weight cannot act."""
    draws = [_draw("front", config, k) for k in range(config.trials)]
    width = config.hidden_size**-0.5
    flat = model.initialise(draws, -width, width, DTYPE).flat.repeat(copies, 1)
    flat[:, : model.layout.weight_count].masked_fill_(~counted, 0)
    return Parameters(flat, model.layout)


def _draw(what: str, config: Front, trial: int) -> np.random.Generator:
    return generator("sl1_gru", what, config.problem, config.first + trial)


def wrong(model: GRU, params: Parameters, part: Part, classes: bool) -> torch.Tensor:
    """Return each run's share of wrong answers, or root mean squared error, (R,)."""
    found, copies = outputs(model, params, part.X), params.runs // len(part.targets)
    wanted = part.targets.repeat(copies, 1, 1)
    if classes:
        return (found.argmax(2) != wanted.argmax(2)).double().mean(1)
    return (found - wanted).double().square().mean((1, 2)).sqrt()


def run(config: Front) -> Outcome:
    """Train the method with every rate and strength on every trial, and return a row each."""
    one_of("method", config.method, METHODS)
    parts = given(config)
    n = parts.train.X.shape[-1]
    model = GRU(n, config.hidden_size, parts.train.targets.shape[2], bias=True)
    counted = acting(model, parts.train.X)
    rates = config.rates or (choice.tuned(config),)
    cells, rows = list(product(rates, config.strengths)), []
    together = max(1, TOGETHER // (model.layout.size * config.trials))
    for begin in range(0, len(cells), together):
        few = [cell for cell in cells[begin : begin + together] for _ in range(config.trials)]
        rows += _rows(config, parts, model, counted, few)
    return Outcome(rows)


Cell = tuple[float, float]
"""A rate and a strength."""


def _rows(
    config: Front, parts: Parts, model: GRU, counted: torch.Tensor, cells: Sequence[Cell]
) -> list[dict]:
    """Train one network a cell, the trials in turn; return their rows."""
    classes = is_classification(config.dataset)
    begun = start(config, model, counted, len(cells) // config.trials)
    params = train(config, parts.train, model, begun, counted, cells)
    weights = params.flat[:, : model.layout.weight_count]
    well = torch.isfinite(params.flat).all(1).tolist()
    held, test = (wrong(model, params, p, classes) for p in (parts.holdout, parts.test))
    measured = {"zeros": zeros(weights, counted), "holdout": held, "test": test}
    found = {name: values.tolist() for name, values in measured.items()}
    rows = []
    for k, (rate, strength) in enumerate(cells):
        trial = k % config.trials
        without = parts.constant[trial % len(parts.constant)].tolist()
        row = {"trial": config.first + trial, "rate": rate, "strength": strength}
        row |= {"diverged": not well[k]}
        row |= {name: finite(values[k]) if well[k] else None for name, values in found.items()}
        rows.append(row | dict(zip(("holdout, constant", "test, constant"), without, strict=True)))
    return rows


def train(
    config: Front,
    part: Part,
    model: GRU,
    params: Parameters,
    counted: torch.Tensor,
    cells: Sequence[Cell],
) -> Parameters:
    """Return the weights at the end of the method's training.

    Args:
        config: the unit.
        part: of S trials, or one for all.
        model: of all networks.
        params: the starts, one a cell.
        counted: which entries of the weight matrices can act.
        cells: rate and strength of each network.
    """
    classes, done = is_classification(config.dataset), 0
    loss = SigmoidSquaredError(average=True) if classes else MeanSquaredError()
    samples = part.X.shape[1]
    rates, strengths = zip(*cells, strict=True)
    steps = -(-samples // config.batch_size)
    runs = Runs(rates, strengths, config.alpha, config.epochs, steps, counted)
    for phase in MAKE[config.method](runs):
        lost = ~torch.isfinite(params.flat).all(1, keepdim=True)
        params.flat.masked_fill_(lost, 0)  # no start of a phase may be infinite
        problem = Problem(model, loss, part.X, part.targets, phase.terms)
        states = descend(problem, params, phase.optimiser, mini_batches(config, samples, done))
        for state in islice(states, phase.epochs * steps + 1):
            params = state.params
        params.flat.masked_fill_(lost, torch.nan)
        done += phase.epochs
        if phase.cut:
            weights = params.flat[:, : model.layout.weight_count]
            weights[weights.abs() < config.alpha] = 0
    return params


def mini_batches(config: Front, samples: int, done: int) -> MiniBatches:
    """Return the mini-batches after so many epochs, the same for every method."""
    draws = [_draw("front-batches", config, k) for k in range(config.trials)]
    for draw in draws:
        for _ in range(done):
            draw.permutation(samples)
    return MiniBatches(config.batch_size, draws)


def zeros(weights: torch.Tensor, counted: torch.Tensor) -> torch.Tensor:
    """Return the share of exact zeros among the weights that can act, (R,)."""
    return (weights[:, counted] == 0).double().mean(1)
