"""The tournament: both ALMs beside the best methods of the field for R of (2.6), on equal budgets.

The protocol was written before the first compared run. It stands in the deviations of
`evidence.pages.alm_race.tournament_config`: series and their parts, budgets, clock, tuning, what
reaching a target means. The two questions of one run are how low R comes along CPU time, and
what the network with the least error on the holdout, among those looked at, does on the test part.
The rivals are those of `evidence.rivals.contestants`.

Judged are: for each of three targets the performance profiles over all problems, and on how many
problems each method is first, within a factor of two of the first, and fails; medians and
quartiles of the times of each problem; both without and with the time of compilation. The network
with the smallest R of every method is checked by the independent verifier.
"""

from collections.abc import Mapping
from dataclasses import replace

from evidence.pages.alm_race import tournament
from evidence.pages.alm_race.harness import TUNING
from evidence.pages.alm_race.runs_tournament_tuning import CELLS, seconds
from evidence.pages.alm_race.runs_tournament_tuning import PROFILES as TUNED
from evidence.pages.alm_race.tournament_config import Tournament

PROFILES: Mapping[str, tuple[Tournament, ...]] = {
    "quick": tuple(
        replace(config, seed=seed, fast=(1.0,)) for config in TUNED["quick"] for seed in range(2)
    ),
    "paper": tuple(
        Tournament(*cell, seed, seconds=seconds(*cell[1:]))
        for cell in CELLS
        for seed in range(TUNING)
    ),
}

run = tournament.run
