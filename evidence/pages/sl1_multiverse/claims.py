"""Paper A, abstract: SL1-GRU's test score against the GRU's, over what the paper left open.

The rules, written before any of it was computed. A specification names a dataset, where several
tables or forms of one could be meant which of them, the weights that are penalised, for a
regression the scale of its targets, and the share of our epochs after which it is asked. Readings
of the tables have their records, the others those of `sl1_modes`; a GRU without penalty is the
same in both modes.

The effect is what SL1-GRU gains on the GRU in the mean over the trials, in points of accuracy or as
a percentage of the GRU's error, with its bootstrap interval; a trial that diverged has none. The
outcome is that of the signed-rank test, Holm over the six pairs of the four GRUs: RNN and LSTM, of
which the tables' pages have nine pairs more, have no penalty and were not trained in every reading.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from evidence.kit.multiverse import Multiverse, Specification
from evidence.kit.records import Record
from evidence.pages.sl1_multiverse.runs_modes import PENALISED, UNPENALISED
from evidence.pages.sl1_results.cells import FEWEST, gain
from evidence.pages.sl1_results.contest import Family, compared, family
from evidence.pages.sl1_results.results import (
    MOMENTS,
    ROWS,
    Results,
    is_classification,
    names,
    shown,
)
from evidence.protocols.sl1 import SL1, TARGETS
from evidence.protocols.sl1_networks import TEST
from evidence.statistics import mean_interval
from lib.datasets.breast_cancer import LJUBLJANA, WISCONSIN
from lib.datasets.kdd import DISTINCT, WHOLE

DATASET, READING, WEIGHTS, SCALE, EPOCHS = "dataset", "read as", "penalty on", "scale", "epochs"

GRUS = (UNPENALISED, *PENALISED)

MODE_TITLES = {"all": "all weights", "out": "output weights"}

FORMS = {
    LJUBLJANA: ("Breast cancer", "Ljubljana"),
    WISCONSIN: ("Breast cancer", "Wisconsin"),
    WHOLE: ("KDD", "all rows"),
    DISTINCT: ("KDD", "distinct rows"),
    "mnist": ("MNIST", "one step"),
    ROWS: ("MNIST", "28 steps"),
}
"""Dataset and reading of the tables that are one of several readings."""


@dataclass(frozen=True, eq=False)
class World:
    """The four GRUs on one dataset in one reading.

    Attributes:
        name: the dataset, as `sl1_results.names` has it.
        mode: which weights are penalised.
        scale: of a regression's targets, None for a classification.
        results: of this dataset alone.
    """

    name: str
    mode: str
    scale: str | None
    results: Results

    @property
    def choices(self) -> dict[str, str]:
        """Dataset, reading, penalised weights and scale, as far as they arise."""
        dataset, form = FORMS.get(self.name, (shown(self.name), None))
        found = {DATASET: dataset, READING: form, WEIGHTS: MODE_TITLES[self.mode]}
        found |= {SCALE: self.scale}
        return {choice: level for choice, level in found.items() if level is not None}


def worlds(tables: Sequence[Record], modes: Sequence[Record]) -> list[World]:
    """Return every reading for which the four GRUs have records.

    Args:
        tables: records of `sl1_table3`, `sl1_table5` or both.
        modes: records of `sl1_modes`; datasets that the tables lack are left out.
    """
    found: dict[tuple, Record] = {}
    for record in (*tables, *modes):
        (name,), config = names([record]), record.config
        scale = config.get("scale") or TARGETS.get(name)
        mode = "all" if config["model"] == UNPENALISED else config["mode"]
        found[name, scale, mode, config["model"]] = record
    present = set(names(tables))
    return [
        World(name, mode, scale, _results(found, name, scale, mode))
        for name, scale, mode, model in found
        if model == SL1 and name in present
    ]


def _results(found: dict[tuple, Record], name: str, scale: str | None, mode: str) -> Results:
    own = [found[name, scale, mode, model] for model in PENALISED]
    return Results([found[name, scale, "all", UNPENALISED], *own])


def accuracy(readings: Sequence[World]) -> Multiverse:
    """Return the multiverse of the test accuracy."""
    return Multiverse(
        "accuracy",
        "SL1-GRU's gain\n(points of accuracy)",
        tuple(s for w in readings if is_classification(w.name) for s in _gains(w)),
        (DATASET,),
    )


def error(readings: Sequence[World]) -> Multiverse:
    """Return the multiverse of the test error."""
    return Multiverse(
        "error",
        "SL1-GRU's gain\n(% of the GRU's error)",
        tuple(s for w in readings if not is_classification(w.name) for s in _gains(w)),
        (DATASET,),
    )


def _gains(world: World) -> Iterator[Specification]:
    for moment in MOMENTS:
        tests = _siblings(world, moment)
        found = 100 * gain(world.results, world.name, moment)
        yield Specification(
            world.choices | {EPOCHS: moment},
            *mean(found[np.isfinite(found)]),
            tests.outcome(SL1, UNPENALISED),
            tests.decidable,
        )


def mean(values: np.ndarray) -> tuple[float, tuple[float, float] | None]:
    """Return the mean of finite values, minus infinity without any, and its interval."""
    if not values.size:
        return -np.inf, None
    return float(values.mean()), mean_interval(values) if values.size >= FEWEST else None


def otherwise(readings: Sequence[World], tables: Sequence[Results]) -> int:
    """Return in how many specifications of the tables the pages' families decide otherwise.

    Args:
        readings: all of them.
        tables: all models of both tables, whose families are fifteen pairs.
    """
    whole = {name: results for results in tables for name in results.names}
    own = [w for w in readings if w.mode == "all" and w.scale == TARGETS.get(w.name)]
    return sum(
        family(whole[world.name], world.name, TEST, moment).outcome(SL1, UNPENALISED)
        is not _siblings(world, moment).outcome(SL1, UNPENALISED)
        for world in own
        for moment in MOMENTS
    )


def _siblings(world: World, moment: str) -> Family:
    losses = {m: world.results.losses(world.name, m, TEST, moment) for m in GRUS}
    return compared(losses, combinations(GRUS, 2))
