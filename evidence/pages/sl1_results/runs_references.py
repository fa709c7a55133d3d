"""Beside paper A's Tables 3 and 5: what predictors reach that need no network.

One row per trial and predictor, on the splits that the networks are trained on: accuracies for a
classification, mean squared errors (43) on three scales of the target for a regression.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome
from evidence.pages.sl1_results.runs_datasets import BUNDLED, WHOLE
from evidence.rivals.predictors import of_tables
from evidence.rivals.predictors.of_tables import CONSTANT, LINEAR, LOOK_UP, ONE_HOT
from lib import datasets
from lib.datasets import SIZES, Split

PARTS = ("train", "test")


@dataclass(frozen=True)
class References(Config):
    """One dataset, all its trials, and how the two linear predictors are fitted."""

    dataset: str
    seeds: int = 10
    logistic_strength: float = 1.0
    iterations: int = 2000
    ridge_strengths: tuple[float, ...] = (1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4)

    deviations = ("None of these predictors is in the paper.",)
    rows = (
        columns(str, "predictor")
        | columns(int, "seed")
        | columns(int, "iterations", within=1e-3, part=True)
        | columns(float, "strength", part=True)
        | columns(
            float,
            "test | train | extreme | seen | test, as measured | test, min-max | "
            "test, standardised | train, as measured | train, min-max | train, standardised",
            within=1e-3,
            part=True,
        )
    )
    """Where L-BFGS stops, a few of 50,000 samples can fall on either side."""


def _configs(names: Sequence[str], seeds: int) -> tuple[References, ...]:
    # Nothing is drawn where the split is published.
    return tuple(References(name, 1 if SIZES[name].published else seeds) for name in names)


PROFILES: Mapping[str, tuple[References, ...]] = {
    "quick": _configs(BUNDLED, 3),
    "paper": _configs(WHOLE, 10),
}


def run(config: References) -> Outcome:
    """Return a row for every trial and predictor.

    The look-up's rows also hold ``seen``, the share of test samples whose inputs occur in the
    training part, and ``extreme``, the largest standardised input of the test part.
    """
    table = datasets.load(config.dataset)
    variants = {LINEAR: table}
    if table.categories:
        variants[ONE_HOT] = of_tables.one_hot(table)
    classes, rows = len(table.classes), []
    for seed in range(config.seeds):
        split = datasets.trial(table, seed)
        looked_up, seen = of_tables.look_up(split, classes)
        rows += [
            {"seed": seed, "predictor": CONSTANT}
            | scores(split, of_tables.constant(split, classes)),
            {"seed": seed, "predictor": LOOK_UP}
            | scores(split, looked_up)
            | {"seen": seen.mean(), "extreme": np.abs(split.X_test).max()},
        ]
        for predictor, variant in variants.items():
            split = datasets.trial(variant, seed)
            if classes:
                found, taken = of_tables.logistic(
                    split, config.logistic_strength, config.iterations
                )
                fit = {"iterations": taken}
            else:
                found, strength = of_tables.ridge(split, config.ridge_strengths)
                fit = {"strength": strength}
            rows.append({"seed": seed, "predictor": predictor} | scores(split, found) | fit)
    return Outcome(rows)


def scores(split: Split, predicted: of_tables.Pair) -> dict[str, float]:
    """Return the accuracies on both parts, or the mean squared errors on both parts and scales.

    With several targets the error is the mean over them.
    """
    answers = dict(
        zip(PARTS, zip(predicted, (split.y_train, split.y_test), strict=True), strict=True)
    )
    if split.y_train.ndim == 1:
        return {part: float(np.mean(found == y)) for part, (found, y) in answers.items()}
    return {
        f"{part}, {scale}": float(np.mean(((found - y) / scaling.divisor) ** 2))
        for part, (found, y) in answers.items()
        for scale, scaling in of_tables.scalings(split).items()
    }
