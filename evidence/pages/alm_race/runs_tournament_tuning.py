"""The choice of each method's one number for the tournament, on a series that is not compared.

One unit is one problem of `evidence.pages.alm_race.runs_tournament`, whose protocol holds here,
too. Every value is run with the budget of a compared run, and the least R decides.
"""

from collections.abc import Mapping
from dataclasses import replace

from evidence.pages.alm_race import tournament
from evidence.pages.alm_race.harness import LONG, TUNING
from evidence.pages.alm_race.tournament_config import Tournament
from evidence.protocols.alm import SP500

RATES = (1e-3, 3e-3, 1e-2, 2e-2, 5e-2)
TRIED: Mapping[str, tuple[float | int, ...]] = {
    "fast": (0.1, 1 / 3, 1.0, 3.0, 10.0),
    "plain": (0.01, 0.03, 0.1, 0.3, 1.0),
    "adam": RATES,
    "adam32": RATES,
    "lbfgs": (5, 10, 20, 50, 100),
    "sysid": RATES,
    "torch": RATES,
    "kalman": (1e-7, 1e-6, 1e-5, 3e-5, 1e-4),
}
"""The values of every method on every problem."""

LENGTHS = (200, 500, 2000, 10_000)
"""Training steps of the synthetic series."""

CELLS = (
    *((LONG, steps, r) for steps in LENGTHS for r in (5, 20, 100)),
    *((SP500, None, r) for r in (20, 100)),
)
"""Series, training steps and hidden units of the problems."""


def seconds(steps: int | None, hidden_size: int) -> float:
    """Return the budget of a run on a problem."""
    return (5.0 if hidden_size == 5 else 20.0) * (2.0 if steps == 10_000 else 1.0)


_QUICK = Tournament(
    LONG,
    60,
    4,
    TUNING,
    seconds=0.2,
    fast=(1.0, 3.0),
    plain=(1.0,),
    adam=(1e-2,),
    adam32=(1e-2,),
    lbfgs=(10,),
    sysid=(1e-2,),
    torch=(1e-2,),
    kalman=(1e-5,),
    packages=False,
)

PROFILES: Mapping[str, tuple[Tournament, ...]] = {
    "quick": (_QUICK, replace(_QUICK, dataset=SP500, steps=None)),
    "paper": tuple(
        Tournament(*cell, TUNING, seconds=seconds(*cell[1:]), **TRIED) for cell in CELLS
    ),
}

run = tournament.run
