"""The two functions that paper A approximates (section 4.1), sampled with noise."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from lib.datasets.base import dataset
from lib.datasets.containers import Table
from lib.randomness import generator
from lib.validation import count, one_of

VERSION = 1
"""To be raised with every change that alters a drawn number, because records are keyed by it."""

NOISE = 0.01
"""The standard deviation of the noise; N(0, 0.01) in the paper, read like a program's call."""


def oscillation(X: np.ndarray) -> np.ndarray:
    r"""Return (40), :math:`f(x)=8+2e^{1-x^2}\cos(2\pi x)`, for X of shape (N, 1)."""
    x = X[:, 0]
    return 8 + 2 * np.exp(1 - x**2) * np.cos(2 * np.pi * x)


def peaks(X: np.ndarray) -> np.ndarray:
    """Return (41), the peaks function q(x, y), for X of shape (N, 2)."""
    x, y = X.T
    return (
        3 * (1 - x) ** 2 * np.exp(-(x**2) - (y + 1) ** 2)
        - 10 * (x / 5 - x**3 - y**5) * np.exp(-(x**2) - y**2)
        - np.exp(-((x + 1) ** 2) - y**2) / 3
    )


@dataclass(frozen=True)
class Recipe:
    """A function and the grid it is sampled on: `points` evenly spaced values of each input."""

    function: Callable[[np.ndarray], np.ndarray]
    inputs: tuple[str, ...]
    low: float
    high: float
    points: int


RECIPES: Mapping[str, Recipe] = {
    "function-1d": Recipe(oscillation, ("x",), -0.5, 3.5, points=100),
    "function-2d": Recipe(peaks, ("x", "y"), -2.5, 2.5, points=10),
}
NAMES = tuple(RECIPES)


def checksum(name: str) -> str:
    """Return the SHA-256 of everything that fixes the samples of this name but their seed.

    Raises:
        ValueError: The name is unknown.
    """
    recipe = RECIPES[one_of("function", name, RECIPES)]
    specification = {
        "version": VERSION,
        "name": name,
        "grid": [recipe.low, recipe.high, recipe.points],
        "noise": NOISE,
    }
    return hashlib.sha256(json.dumps(specification, sort_keys=True).encode()).hexdigest()


def grid(name: str) -> np.ndarray:
    """Return the 100 points of a function's grid, shape (100, n), the last input fastest."""
    recipe = RECIPES[one_of("function", name, RECIPES)]
    axis = np.linspace(recipe.low, recipe.high, recipe.points)
    return _product(axis, len(recipe.inputs))


def _product(axis: np.ndarray, inputs: int) -> np.ndarray:
    axes = np.meshgrid(*[axis] * inputs, indexing="ij")
    return np.stack(axes, axis=-1).reshape(-1, inputs)


def between(name: str) -> np.ndarray:
    """Return the centres of the grid's cells, shape (99, 1) or (81, 2)."""
    recipe = RECIPES[one_of("function", name, RECIPES)]
    axis = np.linspace(recipe.low, recipe.high, recipe.points)
    return _product((axis[1:] + axis[:-1]) / 2, len(recipe.inputs))


@dataset(*RECIPES, checksum=checksum)
def load(name: str, seed: int) -> Table:
    """Return 100 samples of (40) or of (41) with normal noise; the seed draws the noise.

    Raises:
        ValueError: The name is unknown, or the seed is not a whole number >= 0.
    """
    X = grid(name)
    recipe = RECIPES[name]
    draw = generator("sl1_gru", "section4.1", name, count("seed", seed, least=0))
    return Table(
        name=name,
        X=X,
        y=(recipe.function(X) + draw.normal(0, NOISE, len(X)))[:, None],
        inputs=recipe.inputs,
        targets=("value",),
        classes=(),
        checksum=checksum(name),
        note=(
            "All samples are for training; the paper has no test part. How the points enter the "
            "network, one sequence of 100 steps or 100 samples of one step, it does not say."
        ),
    )
