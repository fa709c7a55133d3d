"""Paper B, Table 2 against (3.10): where the starts of sections 5.3 and 5.4 lie, untrained.

For every initialisation and seed the roll-out of the start: its objective, which is L(s0), its
largest hidden state, and the size of the recurrent matrix. Beside them two other readings of the
"standard Gaussian N(0, 0.1)" of section 5.3, and the series that Table 1 describes when its N(0, s)
is read with s as a variance.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.frames import column
from evidence.kit.records import Outcome, Record, finite
from evidence.papers.alm_printed import SECTION_53_SPREAD, number
from evidence.protocols.alm import SP500, T10, T500, TABLE2, Setting, penalties, start_generator
from lib import alm, datasets
from lib.datasets import synthetic

READINGS: Mapping[str, float] = {
    "variance": math.sqrt(number(SECTION_53_SPREAD)),
    "standard": 1.0,
}
"""Standard deviations of the initial weights: 0.1 as a variance, and a standard Gaussian."""


@dataclass(frozen=True)
class Starts(Config):
    """All starts on one dataset."""

    dataset: str
    setting: Setting
    seeds: int = 30

    deviations = (
        "30 seeds per dataset and initialisation; the paper repeats each start 10 times.",
        "He, Glorot and LeCun are normal distributions, as in the authors' released program. "
        "Glorot's uniform distribution stands beside them.",
        "He with W at LeCun scale is not in the paper.",
        "The training part of each series.",
    )
    rows = (
        columns(str, "about")
        | columns(str, "initialisation | reading", part=True)
        | columns(int, "inputs | outputs | seed", part=True)
        | columns(
            float,
            "lambda1 | lambda2 | lambda3 | lambda4 | lambda5 | lambda6 | singular_value | "
            "spectral_radius | largest_target",
            within=1e-06,
            part=True,
        )
        | columns(float, "largest_state | objective", within=1e-06, none=True, part=True)
    )
    """A recurrence that explodes carries rounding along with it."""


QUICK = (T10, T500, SP500)

PROFILES: Mapping[str, tuple[Starts, ...]] = {
    "quick": tuple(Starts(name, TABLE2[name], seeds=6) for name in QUICK),
    "paper": tuple(Starts(name, setting) for name, setting in TABLE2.items()),
}


def run(config: Starts) -> Outcome:
    """Roll out every start, and draw the synthetic series in both readings of N(0, s)."""
    rows = [_penalties(config)]
    rows += [row for seed in range(config.seeds) for row in _starts(config, seed)]
    if config.dataset in synthetic.RECIPES:
        rows += [row for seed in range(config.seeds) for row in _series(config.dataset, seed)]
    return Outcome(rows)


def _penalties(config: Starts) -> dict:
    series = datasets.load(config.dataset, seed=0)
    inputs, outputs = len(series.inputs), len(series.targets)
    return {
        "about": "problem",
        "inputs": inputs,
        "outputs": outputs,
        **asdict(penalties(config.setting, inputs, outputs)),
    }


def _starts(config: Starts, seed: int) -> list[dict]:
    series = datasets.load(config.dataset, seed=seed)
    X, Y = series.X[: series.train], series.Y[: series.train]
    n, m = X.shape[1], Y.shape[1]
    problem = alm.Problem(X, Y, penalties(config.setting, n, m))
    sizes = (config.setting.hidden_size, n, m)

    named = {
        name: alm.initial_weights(name, start_generator(config.dataset, seed), *sizes)
        for name in (*alm.INITIALISATIONS, *alm.VARIANTS)
    }
    named |= {
        name: alm.Weights.normal(start_generator(config.dataset, seed), *sizes, deviation)
        for name, deviation in READINGS.items()
    }
    return [
        {"about": "start", "seed": seed, "initialisation": name, **_measured(problem, weights)}
        for name, weights in named.items()
    ]


def _measured(problem: alm.Problem, weights: alm.Weights) -> dict[str, float | None]:
    H, U = alm.rollout(weights, problem.X, problem.activation)
    return {
        "objective": finite(alm.objective(problem, alm.State(weights, H, U))),
        "largest_state": finite(H.max()),
        "singular_value": float(np.linalg.norm(weights.W, 2)),
        "spectral_radius": float(np.abs(np.linalg.eigvals(weights.W)).max()),
    }


def _series(name: str, seed: int) -> list[dict]:
    """Return what becomes of a synthetic series when N(0, s) means a deviation or a variance."""
    printed = synthetic.RECIPES[name]
    readings = {
        "deviation": printed,
        "variance": replace(
            printed, weights=math.sqrt(printed.weights), noise=math.sqrt(printed.noise)
        ),
    }
    return [
        {
            "about": "series",
            "seed": seed,
            "reading": reading,
            "largest_target": finite(
                np.abs(synthetic.simulate(recipe, synthetic.stream(name, seed))[1]).max()
            ),
        }
        for reading, recipe in readings.items()
    ]


def problem(record: Record) -> dict:
    """Return the sizes of a dataset and its six penalty weights."""
    return next(row for row in record.rows if row["about"] == "problem")


def starts(record: Record, initialisation: str, name: str) -> np.ndarray:
    """Return one column over the seeds of an initialisation, infinite where it overflowed."""
    return column(record, name, about="start", initialisation=initialisation)


def largest_targets(record: Record, reading: str) -> np.ndarray:
    """Return the largest target of each seed's series, infinite where it overflowed."""
    return column(record, "largest_target", about="series", reading=reading)
