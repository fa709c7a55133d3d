"""Beside the tournament: what needs no compiler, another rule for gamma, and Adam in NumPy.

The tournament's own trials, clock and targets hold here, and its budgets and shares of them. One
unit is one problem.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from evidence.kit.columns import ROUGH, columns
from evidence.kit.records import Outcome, finite
from evidence.pages.alm_race import tournament
from evidence.pages.alm_race.harness import TUNING, Task
from evidence.pages.alm_race.runs_tournament_beside import RACE, TIMES, Beside, targets_of
from evidence.pages.alm_race.runs_tournament_tuning import CELLS, TRIED, seconds
from evidence.pages.alm_race.tournament_config import ADAM, ADAM32, FAST, WINDOWS
from evidence.rivals.contestants import Run
from evidence.rivals.contestants.augmented_lagrangian import augmented_lagrangian
from evidence.rivals.contestants.numpy_adam import numpy_adam
from lib import alm

GAP, NUMPY = "accelerated ALM with gap", "Adam in NumPy"

FIRST_GAMMA = 0.03
"""gamma_0 with `gap` over the mean variance of the targets, as its page recommends."""

Variant = tuple[int | None, float]
"""Steps in a window, None for the whole series, and the rate."""


@dataclass(frozen=True)
class Package(Beside):
    """A problem of the tournament.

    Attributes:
        shares: of the budget, those of Adam here; the first one is all of it.
        scales: multiples of gamma_0, one of which is chosen for the ALM with `gap`.
        packages: whether it is an error when the records of the tournament are missing; otherwise
            Adam takes the whole series and a rate of 0.01, and the targets are found here.
    """

    shares: tuple[float, ...] = (1.0, 1 / 4, 1 / 16, 1 / 64)
    scales: tuple[float, ...] = TRIED["fast"]

    deviations = (
        "What needs no compiler was put beside the race when all the rest was known: the "
        "accelerated ALM with `gap` in the parameters that its page recommends, γ₀ chosen among "
        "the same five multiples on the same series by the least R; and Adam in NumPy, in "
        "float64, with the tournament's budget, a quarter, a sixteenth and a sixty-fourth of it. "
        "Adam is not tuned again. For each share of the budget it takes the rate, and the whole "
        "series or windows of so many steps, of that compiled Adam whose runs with this share end "
        "lowest in the median of the compared trials; that favours it, but for the steps that the "
        "compiled one makes more. L-BFGS is left out: compiled, it was in the race, and its NumPy "
        "costs more. Clipping, clock, looks and targets are those of the tournament.",
    )
    rows = Beside.rows | columns(int, "length", none=True)
    rows |= columns(float, "holdout", within=ROUGH, none=True)

    look_for_data = Task.look_for_data


_QUICK = Package(
    "synthetic-t500",
    60,
    4,
    0,
    seconds=0.2,
    shares=(1.0, 0.5),
    scales=(1.0,),
    trials=2,
    packages=False,
)

PROFILES: Mapping[str, tuple[Package, ...]] = {
    "quick": (_QUICK, replace(_QUICK, dataset="sp500-intended", steps=None)),
    "paper": tuple(Package(*cell, 0, seconds=seconds(*cell[1:])) for cell in CELLS),
}


def run(config: Package) -> Outcome:
    """Return a row for the ALM and one for every budget of Adam on every trial."""
    seeds = range(config.seed, config.seed + config.trials)
    targets = dict(zip(seeds, targets_of(config, seeds), strict=False))
    copied = _copied(config) if targets else dict.fromkeys(config.shares, (None, 1e-2))
    on = config.trial(TUNING)
    tournament.follow(partial(tournament.MAKE[FAST], config, on, 1.0), on, tournament.WARM)
    scale = _chosen(config, on)
    rows = []
    for seed in seeds:
        on = config.trial(seed)
        runs = [({"method": GAP, "share": 1.0, "length": None, "value": scale}, _gap(on, scale))]
        for share, (length, rate) in copied.items():
            told = {"method": NUMPY, "share": share, "length": length, "value": rate}
            runs.append((told, partial(numpy_adam, on.problem, on.start, rate, length)))
        ran = [
            (told, *tournament.follow(make, on, told["share"] * config.seconds))
            for told, make in runs
        ]
        # A quick trial is in no record, so that its targets are those of these runs.
        least = min(course.best for _, course, _ in ran)
        at = targets.get(seed) or tournament.targets(least, ran[0][1].values[0])
        for told, course, ended in ran:
            best, _, spent, *reached = course.row(at).values()
            row = {"trial": seed, "best": best, "seconds": spent} | told | ended
            row |= {"holdout": finite(course.held), "test": finite(course.test)}
            rows.append(row | dict(zip(TIMES, reached, strict=True)))
    return Outcome(rows)


def _gap(on: tournament.Split, scale: float) -> Callable[[], Run]:
    options = alm.accelerated(
        on.Y,
        gamma=scale * FIRST_GAMMA * on.Y.var(axis=0).mean(),
        eta2=1 / 1.5,
        extension=alm.Acceleration(gap=0.2),
    )
    return partial(augmented_lagrangian, on.problem, on.start, options)


def _chosen(config: Package, on: tournament.Split) -> float:
    """Return the multiple of gamma_0 that comes lowest on the tuning series."""
    ends = {x: tournament.follow(_gap(on, x), on, config.seconds)[0].best for x in config.scales}
    return min(ends, key=ends.__getitem__)


def _copied(config: Package) -> dict[float, Variant]:
    """Return for each share of the budget what the compiled Adam that ends lowest has."""
    records = [
        record
        for name in (RACE, "alm_tournament_beside", "alm_tournament_windows")
        for record in tournament.recorded(name, config)
    ]
    rows = [
        {"share": 1.0, "length": None} | row
        for record in records
        for row in record.rows
        if row["method"] in (ADAM, ADAM32, WINDOWS)
    ]
    found = {}
    for share in config.shares:
        ends: list[tuple[float, Variant]] = []
        for method in (ADAM, ADAM32, WINDOWS):
            own = [row for row in rows if (row["method"], row["share"]) == (method, share)]
            if own:
                end = np.median([np.inf if row["best"] is None else row["best"] for row in own])
                ends.append((float(end), (own[0]["length"], own[0]["value"])))
        found[share] = min(ends, key=lambda each: each[0])[1]
    return found
