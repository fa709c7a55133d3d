"""Synthetic series of other lengths than Table 1's, otherwise drawn as its rows say."""

from dataclasses import replace

import numpy as np

from lib import datasets
from lib.datasets import Series, standardise, synthetic
from lib.validation import count, one_of


def series(
    row: str,
    steps: int,
    draw: np.random.Generator,
    train: int | None = None,
    standardised: str = "all",
) -> Series:
    """Return a series with the sizes and deviations of a row of Table 1.

    Args:
        row: a key of ``synthetic.RECIPES``.
        steps: T, at least 3.
        draw: where weights, inputs and noise are drawn from.
        train: steps of the training part; nine tenths unless given.
        standardised: how the targets are, see `lib.datasets.standardise`; over the whole series
            unless given, as in the paper.

    Raises:
        ValueError: no row has this name, or there are too few steps.
    """
    recipe = synthetic.RECIPES[one_of("synthetic dataset", row, synthetic.RECIPES)]
    steps = count("steps", steps, least=3)
    recipe = replace(recipe, steps=steps, train=steps * 9 // 10 if train is None else train)
    X, Y = synthetic.simulate(recipe, draw)
    return Series(
        name=f"{row}-{steps}",
        X=X,
        Y=standardise(Y, recipe.train, standardised),
        inputs=tuple(f"x{i + 1}" for i in range(recipe.inputs)),
        targets=tuple(f"y{j + 1}" for j in range(recipe.outputs)),
        train=recipe.train,
        checksum=datasets.checksum(row),
        note=synthetic.NOTES[standardised],
    )
