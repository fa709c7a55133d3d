"""The synthetic series of paper B, Table 1: what an Elman network with random weights puts out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from lib.datasets.base import dataset
from lib.datasets.containers import Series
from lib.datasets.scaling import standardise
from lib.randomness import generator
from lib.validation import count, one_of

VERSION = 1
"""To be raised with every change that alters a drawn number, because records are keyed by it."""


@dataclass(frozen=True)
class Recipe:
    """One row of Table 1, with the 9 : 1 split of section 5.1.

    Args:
        steps: T.
        inputs: n.
        outputs: m.
        hidden: r.
        weights: Standard deviation of the weights and biases; the table's N(0, s).
        noise: Standard deviation of the noise.
        train: Number of training steps.
    """

    steps: int
    inputs: int
    outputs: int
    hidden: int
    weights: float
    noise: float
    train: int


RECIPES: Mapping[str, Recipe] = {
    "synthetic-t10": Recipe(10, 5, 3, 4, weights=0.8, noise=1e-3, train=9),
    "synthetic-t500": Recipe(500, 80, 30, 100, weights=0.05, noise=1e-5, train=450),
}
SYNTHETIC = tuple(RECIPES)


def checksum(name: str) -> str:
    """Return the SHA-256 of everything that fixes the series of this name but its seed.

    Raises:
        ValueError: The name is unknown.
    """
    recipe = RECIPES[one_of("synthetic dataset", name, RECIPES)]
    specification = {
        "version": VERSION,
        "name": name,
        "draws": "A, W, V, b, c ~ N(0, weights); X ~ U(-1, 1); E ~ N(0, noise); in this order",
        **asdict(recipe),
    }
    return hashlib.sha256(json.dumps(specification, sort_keys=True).encode()).hexdigest()


def stream(name: str, seed: int) -> np.random.Generator:
    """Return the generator of one trial's series.

    Raises:
        ValueError: The seed is not a whole number >= 0.
    """
    return generator("alm_rnn", "table1", name, count("seed", seed, least=0))


def simulate(recipe: Recipe, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the inputs (T, n) and the targets (T, m) of a recipe as drawn, not standardised.

    A recurrence that explodes gives large or infinite targets, never an error.
    """
    T, n, m, r = recipe.steps, recipe.inputs, recipe.outputs, recipe.hidden
    A = draw.normal(0, recipe.weights, (m, r))
    W = draw.normal(0, recipe.weights, (r, r))
    V = draw.normal(0, recipe.weights, (r, n))
    b = draw.normal(0, recipe.weights, r)
    c = draw.normal(0, recipe.weights, m)
    X = draw.uniform(-1, 1, (T, n))
    noise = draw.normal(0, recipe.noise, (T, m))
    H = np.zeros((T, r))
    h = np.zeros(r)
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(T):
            h = H[t] = np.maximum(W @ h + V @ X[t] + b, 0)
        return X, H @ A.T + c + noise


@dataset(*RECIPES, checksum=checksum)
def generate(name: str, seed: int, mode: str = "all") -> Series:
    r"""Draw one series of Table 1 from a network with ReLU hidden units (section 5.1).

    .. math:: h_t = (\hat W h_{t-1} + \hat V x_t + \hat b)_+, \quad h_0 = 0, \qquad
              y_t = \hat A h_t + \hat c + \tilde e_t

    The paper writes N(0, s) without saying whether s is a variance; here it is the standard
    deviation, as in section 5.4. How the biases are drawn it does not say; here as the weights.

    Args:
        name: A key of ``RECIPES``.
        seed: The trial; the draw is shared by all methods compared on it.
        mode: How the targets are standardised, see :func:`lib.datasets.standardise`; the inputs
            stay as drawn.

    Raises:
        ValueError: The name or mode is unknown, or the seed is not a whole number >= 0.
    """
    recipe = RECIPES[one_of("synthetic dataset", name, RECIPES)]
    X, Y = simulate(recipe, stream(name, seed))
    return Series(
        name=name,
        X=X,
        Y=standardise(Y, recipe.train, mode),
        inputs=tuple(f"x{i + 1}" for i in range(recipe.inputs)),
        targets=tuple(f"y{j + 1}" for j in range(recipe.outputs)),
        train=recipe.train,
        checksum=checksum(name),
        note=NOTES[mode],
    )


NOTES: Mapping[str, str] = {
    "all": "Targets standardised over the whole series, as in the paper: a leak of the test part.",
    "train": "Targets standardised with the training part's mean and standard deviation.",
    "none": "Targets as drawn.",
}
