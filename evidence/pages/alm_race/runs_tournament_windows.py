"""Beside the tournament: Adam on windows of the long series, where nobody takes one step a pass.

The tournament's own trials, clock and targets hold here, and its budgets and shares of them. One
unit is one problem with at least two thousand steps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

from evidence.kit.columns import ROUGH, columns
from evidence.kit.records import Outcome, finite
from evidence.pages.alm_race import runs_tournament_beside as beside
from evidence.pages.alm_race import tournament
from evidence.pages.alm_race.harness import TUNING
from evidence.pages.alm_race.race_columns import TOLERANCE
from evidence.pages.alm_race.runs_tournament_beside import BOTH, TIMES, Beside
from evidence.pages.alm_race.runs_tournament_tuning import CELLS, seconds
from evidence.pages.alm_race.tournament_config import FAST
from evidence.rivals.contestants import compiled

PRECISIONS = ("float32", "float64")

Variant = tuple[str, int, float]
"""Precision, steps in a window, rate."""


@dataclass(frozen=True)
class Windows(Beside):
    """A long problem of the tournament.

    Attributes:
        shares: of the budget, those of Adam here.
        lengths: steps in a window, one of which is chosen for each share.
    """

    shares: tuple[float, ...] = (1.0, 1 / 4, 1 / 16, 1 / 64)
    lengths: tuple[int, ...] = (50, 250)

    deviations = (
        "Adam on windows was put beside the race when the race and the shorter schedules of Adam "
        "on whole series were known for 2,000 steps, and before any run of it there. The page on "
        "the stochastic version had found it lowest on 5,000 steps.",
        "A step goes over one window, in the order of time; the hidden state is carried from one "
        "to the next and is a constant there. The budget is the tournament's, a quarter, a "
        "sixteenth or a sixty-fourth of it, over which the rate falls as a cosine. Precision, "
        "windows of 50 or 250 steps and one of the five rates are chosen together for each budget "
        "by the least R on the tuning series. Clipping, clock, looks and targets are those of the "
        "tournament, whose smallest R counts even where Adam on windows ends below it.",
    )
    rows = (
        columns(int, "trial | length")
        | columns(str, "precision")
        | columns(str, "ended", within=None)
        | columns(float, "share | value", within=None)
        | columns(float, "best", within=TOLERANCE)
        | columns(float, "seconds | compiled", within=None, none=True)
        | columns(float, *TIMES, within=None, none=True)
        | columns(float, "test", within=ROUGH, none=True)
    )


_QUICK = Windows(
    "synthetic-t500",
    60,
    4,
    0,
    seconds=0.4,
    shares=(0.5,),
    rates=(1e-2,),
    lengths=(20,),
    trials=2,
    packages=False,
)

PROFILES: Mapping[str, tuple[Windows, ...]] = {
    "quick": (_QUICK, replace(_QUICK, hidden_size=6)),
    "paper": tuple(
        Windows(*cell, 0, seconds=seconds(*cell[1:])) for cell in CELLS if (cell[1] or 0) >= BOTH
    ),
}


def run(config: Windows) -> Outcome:
    """Return a row for every budget on every trial, or none without JAX."""
    rows = []
    seeds = range(config.seed, config.seed + config.trials)
    targets = dict(zip(seeds, beside.targets_of(config, seeds), strict=False))
    chosen = _chosen(config) if targets and beside.ready() else {}
    for seed in seeds if chosen else ():
        on = config.trial(seed)
        for share, variant in chosen.items():
            course, told = _adam(config, on, share, variant)
            reached = list(course.row(targets[seed]).values())
            row = {"trial": seed, "share": share, **told}
            row |= dict(zip(("precision", "length", "value"), variant, strict=True))
            row |= {"best": reached[0], "seconds": reached[2], "test": finite(course.test)}
            rows.append(row | dict(zip(TIMES, reached[3:], strict=True)))
    return Outcome(rows)


def _chosen(config: Windows) -> dict[float, Variant]:
    """Return what does best on the tuning series with each budget."""
    tournament.load()
    on, found = config.trial(TUNING), {}
    tournament.follow(partial(tournament.MAKE[FAST], config, on, 1.0), on, tournament.WARM)
    for share in config.shares:
        variants = product(PRECISIONS, config.lengths, config.rates)
        ends = {variant: _adam(config, on, share, variant)[0].best for variant in variants}
        found[share] = min(ends, key=ends.__getitem__)
    return found


def _adam(
    config: Windows, on: tournament.Split, share: float, variant: Variant
) -> tuple[tournament.Course, dict[str, object]]:
    precision, length, rate = variant
    make = partial(compiled.adam_on_windows, on.problem, on.start, rate, length, precision)
    course, told = tournament.follow(make, on, share * config.seconds)
    tournament.forget()
    return course, told
