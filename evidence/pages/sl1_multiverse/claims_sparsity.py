"""Paper A, sections 4.2 and 4.3: is SL1-GRU sparser than L1-GRU, over what the paper left open?

The rules, written before any of it was computed. Sparsity is the share of the weights that count as
zero. Equation (42) asks for less than 1e-5 in size; beside it stand exact zeros and weights below
alpha, as far as records hold them: at the end of a training, on Iris along fifteen times as many
epochs too. The other choices are the penalised weights, the share of our epochs, and whether a
sample is one step of time. The optimiser goes with the dataset but for the two functions of section
4.1, which were fitted with both. Regressions have the tables' own scales.

The effect is SL1-GRU's sparsity minus L1-GRU's, in points, in the mean over the trials with its
bootstrap interval. The outcome is that of the signed-rank test on the shares of weights that are
not zero, Holm over all pairs of the GRUs that were counted: four, or on the long way three.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from evidence.kit.multiverse import Multiverse, Specification
from evidence.kit.records import Record
from evidence.pages.sl1_multiverse.claims import (
    DATASET,
    EPOCHS,
    GRUS,
    MODE_TITLES,
    WEIGHTS,
    World,
    mean,
)
from evidence.pages.sl1_results.contest import compared
from evidence.pages.sl1_results.results import ALL, MOMENTS, ROWS, SPARSITY, at_moment, shown
from evidence.pages.sl1_results.runs_patterns import METHODS as LONG_METHODS
from evidence.protocols.sl1 import SL1, TABLE2, TARGETS
from evidence.protocols.sl1_networks import GROUPS
from evidence.protocols.sl1_sparsity import L1
from evidence.statistics import Outcome

COUNTED, OPTIMISER, STEPS = "counts as zero", "optimiser", "a sample is"

NEAR, EXACT, ALPHA = "below 10⁻⁵", "exactly 0", "below α"
COLUMNS = {NEAR: "near zero", EXACT: "zero", ALPHA: "below alpha"}

ONE, MANY = "one step", "a sequence"
SGD, ADAM = "descent", "Adam"
LONG = "all, × 15"

FUNCTION_TITLES = {"function-1d": "1-d function", "function-2d": "2-d function"}


def sparsity(
    readings: Sequence[World], functions: Sequence[Record], patterns: Sequence[Record]
) -> Multiverse:
    """Return the multiverse of the sparsity.

    Args:
        readings: of both tables.
        functions: records of `sl1_approximation`.
        patterns: those of `sl1_patterns`.
    """
    found = [s for world in readings if _own(world) for s in _networks(world)]
    found += [s for record in functions for s in _function(record)]
    found += [s for record in patterns for s in _long(record)]
    return Multiverse(
        "sparsity",
        "SL1-GRU's sparsity less L1-GRU's\n(points)",
        tuple(found),
        (DATASET,),
        words={
            Outcome.BETTER: "sparser",
            Outcome.TIE: "tie",
            Outcome.WORSE: "less sparse",
        },
    )


def _own(world: World) -> bool:
    return world.scale == TARGETS.get(world.name)


def _networks(world: World) -> Iterator[Specification]:
    results, name = world.results, world.name
    choices = {
        DATASET: shown("mnist" if name == ROWS else name),
        WEIGHTS: MODE_TITLES[world.mode],
        OPTIMISER: SGD if name == ROWS or name in TABLE2 else ADAM,
        STEPS: MANY if name == ROWS else ONE,
    }
    for moment in MOMENTS:
        shares = {m: results.scores(name, m, SPARSITY, moment) for m in GRUS}
        yield _specification(choices | {EPOCHS: moment, COUNTED: NEAR}, shares)
    for counted in (EXACT, ALPHA):
        shares = {m: _share(world, m, COLUMNS[counted]) for m in GRUS}
        yield _specification(choices | {EPOCHS: ALL, COUNTED: counted}, shares)


def _share(world: World, model: str, column: str) -> np.ndarray:
    """Return which share of all weights is counted at the end, per trial."""

    def total(what: str) -> np.ndarray:
        return sum(world.results.column(world.name, model, f"{group}{what}") for group in GROUPS)

    return total(f", {column}") / total(" weights")


def _function(record: Record) -> Iterator[Specification]:
    config = record.config
    if not set(GRUS) <= set(config["models"]):
        return
    choices = {
        DATASET: FUNCTION_TITLES[config["function"]],
        WEIGHTS: MODE_TITLES[config["mode"]],
        OPTIMISER: ADAM if config["rule"] == "Adam" else SGD,
        STEPS: ONE if config["reading"] == "step" else MANY,
    }
    for moment in MOMENTS:
        at = at_moment(record.traces["iteration"], moment)
        shares = {m: np.array(record.traces[f"{m}.sparsity"], dtype=float)[:, at] for m in GRUS}
        yield _specification(choices | {EPOCHS: moment, COUNTED: NEAR}, shares)
    shares = {m: _column(record, "model", m, "zeros") for m in GRUS}
    yield _specification(choices | {EPOCHS: ALL, COUNTED: EXACT}, shares)


def _long(record: Record) -> Iterator[Specification]:
    choices = {
        DATASET: shown("iris"),
        WEIGHTS: MODE_TITLES["all"],
        OPTIMISER: SGD,
        STEPS: ONE,
        EPOCHS: LONG,
    }
    for counted in (NEAR, ALPHA):
        shares = {m: _column(record, "method", m, COLUMNS[counted]) for m in LONG_METHODS}
        yield _specification(choices | {COUNTED: counted}, shares)


def _column(record: Record, key: str, model: str, column: str) -> np.ndarray:
    return np.array([row[column] for row in record.rows if row[key] == model], dtype=float)


def _specification(choices: dict[str, str], shares: Mapping[str, np.ndarray]) -> Specification:
    # A run that diverged has no sparsity, and has lost.
    losses = {m: np.where(np.isfinite(v), 1 - v, np.inf) for m, v in shares.items()}
    family = compared(losses, combinations(shares, 2))
    points = 100 * (shares[SL1] - shares[L1])
    return Specification(
        choices,
        *mean(points[np.isfinite(points)]),
        family.outcome(SL1, L1),
        family.decidable,
    )
