"""Beside the tournament: Adam on windows of the series, many steps in a pass over it.

The tournament's own trials, clock and targets hold here, and its budgets and shares of them. One
unit is one problem.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

from evidence.kit.columns import columns
from evidence.kit.records import Outcome
from evidence.pages.alm_race import runs_tournament_beside as beside
from evidence.pages.alm_race import tournament
from evidence.pages.alm_race.harness import TUNING
from evidence.pages.alm_race.runs_tournament_beside import Beside
from evidence.pages.alm_race.runs_tournament_tuning import CELLS, seconds
from evidence.pages.alm_race.tournament_config import FAST, WINDOWS, Tournament
from evidence.rivals.contestants import compiled

Variant = tuple[int, float]
"""Steps in a window, rate."""


@dataclass(frozen=True)
class Windows(Beside):
    """A problem of the tournament.

    Attributes:
        shares: of the budget, those of Adam here; the first one is all of it.
        lengths: steps in a window, one of which is chosen for each share.
    """

    shares: tuple[float, ...] = (1.0, 1 / 4, 1 / 16, 1 / 64)
    lengths: tuple[int, ...] = (20, 50, 200)

    deviations = (
        "Adam on windows was put beside the race when the race and the shorter schedules of Adam "
        "on whole series were known, up to 2,000 steps, and one run of a few seconds with 20 "
        "units on 2,000 steps had ended lowest of all. The page on the stochastic version had "
        "found it lowest on 5,000 steps, in NumPy.",
        "A step goes over one window, in the order of time; the hidden state is carried from one "
        "to the next and is a constant there. It is compiled by JAX in float32. The budget is the "
        "tournament's, a quarter, a sixteenth or a sixty-fourth of it, over which the rate falls "
        "as a cosine. Windows of 20, 50 or 200 steps and one of the five rates are chosen together "
        "for each budget by the least R on the tuning series: fifteen pairs, where the other "
        "methods have five values. Clipping, clock and looks are those of the tournament. So are "
        "the targets: their R_best is the smallest of the nine methods that were entered, also "
        "where Adam on windows ends below it.",
    )
    rows = (
        {name: column for name, column in Tournament.rows.items() if name != "turn"}
        | columns(int, "trial")
        | columns(int, "length", none=True)
        | columns(float, "share")
    )
    traces = Tournament.traces
    """Of the runs with the whole budget, trial by trial."""


_QUICK = Windows(
    "synthetic-t500",
    60,
    4,
    0,
    seconds=0.2,
    shares=(1.0, 0.5),
    rates=(1e-2,),
    lengths=(20,),
    trials=2,
    packages=False,
)

PROFILES: Mapping[str, tuple[Windows, ...]] = {
    "quick": (_QUICK, replace(_QUICK, dataset="sp500-intended", steps=None)),
    "paper": tuple(Windows(*cell, 0, seconds=seconds(*cell[1:])) for cell in CELLS),
}


def run(config: Windows) -> Outcome:
    """Return a row for every budget on every trial."""
    rows, whole = [], []
    seeds = range(config.seed, config.seed + config.trials)
    targets = dict(zip(seeds, beside.targets_of(config, seeds), strict=False))
    chosen = _chosen(config)
    for seed in seeds:
        on = config.trial(seed)
        runs = {share: _adam(config, on, share, one) for share, one in chosen.items()}
        start = next(iter(runs.values()))[0].values[0]
        # A quick trial is in no record, so that its targets are those of these runs.
        least = min(course.best for course, _ in runs.values())
        at = targets.get(seed) or tournament.targets(least, start)
        for share, (course, told) in runs.items():
            length, rate = chosen[share]
            row = {"trial": seed, "method": WINDOWS, "share": share}
            row |= {"length": length, "value": rate} | told
            rows.append(tournament.row_of(row, course, at))
        whole.append(runs[config.shares[0]][0])
    return Outcome(rows, tournament.traces(whole))


def _chosen(config: Windows) -> dict[float, Variant]:
    """Return what does best on the tuning series with each budget."""
    variants = list(product(config.lengths, config.rates))
    if not beside.ready():
        return dict.fromkeys(config.shares, variants[0])
    tournament.load()
    on, found = config.trial(TUNING), {}
    tournament.follow(partial(tournament.MAKE[FAST], config, on, 1.0), on, tournament.WARM)
    for share in config.shares:
        ends = {variant: _adam(config, on, share, variant)[0].best for variant in variants}
        found[share] = min(ends, key=ends.__getitem__)
    return found


def _adam(
    config: Windows, on: tournament.Split, share: float, variant: Variant
) -> tuple[tournament.Course, dict[str, object]]:
    if not beside.ready():
        return tournament.not_run(on)
    length, rate = variant
    make = partial(compiled.adam_on_windows, on.problem, on.start, rate, length, "float32")
    found = tournament.follow(make, on, share * config.seconds)
    tournament.forget()
    return found
