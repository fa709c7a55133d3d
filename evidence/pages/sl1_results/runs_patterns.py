"""Paper A, sparsity on Iris along many epochs, and which weights a threshold on SL1 finds.

Long enough for weights that the penalty alone moves to come to rest below 1e-5 under SL1 too, which
takes 27,628 steps more than to come below alpha. Number of epochs set before the run: 60,000 steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from evidence.kit.columns import ROUGH, columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, rounded
from evidence.protocols.sl1 import (
    HIDDEN_SIZE,
    TABLE2,
    Part,
    Setting,
    loss,
    mini_batches,
    optimiser,
    parts,
)
from evidence.protocols.sl1_methods import regulariser, starts
from evidence.protocols.sl1_networks import DEAD, groups, scores
from lib.models import GRU, Parameters
from lib.training import Problem, fit
from lib.training.epochs import NEAR_ZERO

METHODS = L1, SL1, PROX = ("L1-GRU", "SL1-GRU", "prox-L1-GRU")


@dataclass(frozen=True)
class Patterns(Config):
    """Three penalties on Iris, each from the same starts and on the same mini-batches."""

    epochs: int = 15_000
    every: int = 250
    trials: int = 10
    setting: Setting = TABLE2["iris"]
    hidden_size: int = HIDDEN_SIZE

    labelled = "iris"
    reads = ("iris",)
    deviations = (
        "Iris along many epochs: all as for Table 3, but fifteen times as long, so that it can "
        "be seen when SL1 overtakes, or does not.",
    )
    rows = (
        columns(str, "method")
        | columns(int, "trial | weights")
        | columns(int, "dead weights", within=ROUGH)
        | columns(
            float,
            "agreement | agreement, live | below alpha | below alpha, live | near zero | "
            "near zero, dead | near zero, live | test | test, thresholded",
            within=0.05,
        )
    )
    traces = columns(int, "epoch") | columns(
        float,
        "near zero | near zero, dead | near zero, live | below alpha | below alpha, live | "
        "agreement | agreement, live",
        within=0.05,
    )
    """Tens of thousands of steps amplify the last digit's rounding."""


PROFILES: Mapping[str, tuple[Patterns, ...]] = {
    "quick": (Patterns(epochs=1000, every=50, trials=3),),
    "paper": (Patterns(),),
}


def run(config: Patterns) -> Outcome:
    """Train all penalties from every seed; shares and agreements along the epochs."""
    setting, trials, dtype = config.setting, config.trials, torch.float64
    train, test = parts("iris", trials, dtype)
    model = GRU(train.X.shape[3], config.hidden_size, train.targets.shape[2], bias=True)
    terms = [
        regulariser(method, setting.strength, setting.alpha, "all")
        for method in METHODS
        for _ in range(trials)
    ]
    problem = Problem(model, loss("iris"), train.X, train.targets, terms)
    dead = torch.from_numpy(groups(model, train.X.shape[2])[DEAD])

    def measure(params: Parameters, _: torch.Tensor) -> dict[str, torch.Tensor]:
        return shares(params, dead, setting.alpha)

    trained = fit(
        problem,
        starts(model, "networks", "iris", trials, len(METHODS), dtype),
        optimiser("iris", setting.rate),
        mini_batches("iris", trials, setting.batch_size),
        config.epochs,
        every=config.every,
        measure=measure,
    )
    history, cut = trained.history, trained.params.clone()
    weights = cut.flat[:, : cut.layout.weight_count]
    weights[weights.abs() < setting.alpha] = 0
    both = [Part(p.X, p.targets.repeat(len(METHODS), 1, 1)) for p in (train, test)]
    plain = scores(problem.loss, model, trained.params, *both)["test"].tolist()
    thresholded = scores(problem.loss, model, cut, *both)["test"].tolist()
    rows = [
        {
            "method": METHODS[k // trials],
            "trial": k % trials,
            "weights": cut.layout.weight_count,
            "dead weights": int(dead.sum()),
            "test": plain[k],
            "test, thresholded": thresholded[k],
            **{name: float(values[k, -1]) for name, values in history.measures.items()},
        }
        for k in range(len(METHODS) * trials)
    ]
    along = {name: [rounded(row, 5) for row in v] for name, v in history.measures.items()}
    return Outcome(rows, {"epoch": history.epoch.tolist(), **along})


def shares(params: Parameters, dead: torch.Tensor, alpha: float) -> dict[str, torch.Tensor]:
    """Return shares of small weights, and how far the small weights are those that prox-L1 zeroes.

    Args:
        params: weights of all trials of the first of ``METHODS``, then of the next.
        dead: which entries of the weight matrices cannot act.
        alpha: weights smaller than it are small; of prox-L1 those that are exactly zero.

    Returns:
        Each of shape (R,); agreements as shared over united, 1 where neither has any.
    """
    size = params.flat[:, : params.layout.weight_count].abs()
    trials = size.shape[0] // len(METHODS)
    zero = size[-trials:] == 0
    small = torch.cat([size[:-trials] < alpha, zero])
    exact = zero.repeat(len(METHODS), 1)

    def mean(members: torch.Tensor) -> torch.Tensor:
        return members.double().mean(1)

    return {
        "near zero": mean(size < NEAR_ZERO),
        "near zero, dead": mean(size[:, dead] < NEAR_ZERO),
        "near zero, live": mean(size[:, ~dead] < NEAR_ZERO),
        "below alpha": mean(size < alpha),
        "below alpha, live": mean(size[:, ~dead] < alpha),
        "agreement": overlap(small, exact),
        "agreement, live": overlap(small[:, ~dead], exact[:, ~dead]),
    }


def overlap(first: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Return the entries in both sets over those in either, row by row; 1 where both are empty."""
    either = (first | other).sum(1)
    shared = (first & other).sum(1).double()
    return torch.where(either > 0, shared / either.clamp(min=1), 1.0)
