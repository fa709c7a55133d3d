"""Time and sweeps to a given objective: the accelerated ALM beside plain ALM, Adam and L-BFGS.

All run one after another in one process, on one thread, on the same series from the same start, and
minimise R of (2.6); the clocks stand still while R is looked at. Adam's rate and the first gamma of
the accelerated ALM were chosen likewise: of three values each, on a series of their own, the trial
``TUNING``, by the smallest R at the end.

The ten compared trials are those of Table 3c. Beyond them stand other lengths of the series, a
smaller network, and the S&P index, with what was chosen there and nothing chosen anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evidence.kit.config import Config, within
from evidence.kit.records import Outcome, Record, rounded
from evidence.pages.alm_race.runs_time import TUNING, Watch, descent_course, lbfgs_course
from evidence.protocols import alm_lengths
from evidence.protocols.alm import TABLE2, Setting, Trial, options, penalties, trial
from evidence.rivals.elman import Adam, Clip
from lib import alm
from lib.datasets import synthetic
from lib.randomness import generator

FAST, PLAIN, ADAM, LBFGS = METHODS = ("accelerated ALM", "ALM", "Adam", "L-BFGS")
TARGETS = (13.0, 12.0, 11.7, 11.5, 11.3, 11.0, 10.8)
"""Values of R whose first crossing is timed on the series of five hundred steps."""

EXPLODED = 1e3
"""A start with a larger hidden state than this is drawn again; no method could begin there."""

SP500 = "sp500-intended"
LONG = "synthetic-t500"


@dataclass(frozen=True)
class Limits:
    """The most CPU seconds of each method in a trial."""

    fast: float
    plain: float
    adam: float
    lbfgs: float


@dataclass(frozen=True)
class Task(Config):
    """A series and a network to be trained on it.

    Attributes:
        dataset: ``synthetic-t500`` or ``sp500-intended``.
        steps: length of a synthetic series, drawn with Table 1's sizes for 500; None for the other.
        hidden_size: of the trained network.
    """

    dataset: str
    steps: int | None
    hidden_size: int
    seed: int

    @property
    def label(self) -> str:
        """The name of the unit's record."""
        length = "" if self.steps is None else f"-{self.steps}"
        return f"{self.dataset}{length}-r{self.hidden_size}-trial{self.seed}"

    @property
    def setting(self) -> Setting:
        """The row of Table 2; for another size tau is scaled, which keeps lambda_1 and lambda_3."""
        own = TABLE2[self.dataset]
        tau = own.tau * self.hidden_size / own.hidden_size
        return replace(own, hidden_size=self.hidden_size, tau=tau)


@dataclass(frozen=True)
class Race(Task):
    """All methods on one trial.

    Attributes:
        gammas: the first gamma of the accelerated ALM over its default, one run each.
        adam_rates: one run each.
    """

    limits: Limits
    gammas: tuple[float, ...]
    adam_rates: tuple[float, ...]
    adam_epochs: int = 3000
    iterations: int = 5000
    outer_iterations: int = 2000
    plain_outer_iterations: int = 100
    plain_inner_iterations: int = 500
    clip: float = 1.0
    every: int = 5
    initialisation: str = "glorot"

    deviations = (
        "The acceleration, the guard and their settings are not in the paper.",
        "Gradient methods minimise the ALM's objective R on the whole training part.",
        "CPU seconds are limited method by method, in the ten trials to 8 for the accelerated "
        "ALM, 25 for the plain one, for Adam (its 3,000 epochs end sooner or later) and for "
        "L-BFGS, and to less in the smaller races. A method that reaches a value later than "
        "its limit counts as never reaching it.",
        "The plain ALM has Table 2's parameters. Its 50,000 sweeps take longer than the limit; "
        "where they end on the same trials is taken from the records of Table 3c.",
        "R is seen after every outer iteration, which is 20 sweeps of the accelerated ALM and "
        "500 of the plain one, every 5 epochs of Adam, every iteration of L-BFGS. The roll-out "
        "that the accelerated ALM's guard makes counts as its own time.",
        "Tuning: three values of Adam's rate and three of the accelerated ALM's first γ, on "
        "one further series, by the smallest R at the end; nothing else was chosen there. The "
        "other settings of the acceleration come from a trial implementation on other series.",
        "Series of 200 and 2,000 steps are drawn with Table 1's sizes for 500. τ is 500 for "
        "100 hidden units and 100 for 20, at which 500 leaves hardly anything to learn. Two "
        "trials each, with limits of 20 seconds and less; Adam's schedule on 2,000 steps has "
        "750 epochs, or it would not end within its limit. One start of 20 hidden units "
        "exploded on its 500 steps and was drawn again.",
    )
    compared = within(0.05, "best")
    """Times belong to the machine. So does, a little, how low R comes, for the limit is a time."""


_BEYOND = tuple((LONG, T, r) for r in (100, 20) for T in (200, 500, 2000) if (T, r) != (500, 100))
_CHOSEN = {"gammas": (1.0,), "adam_rates": (0.01,)}

PROFILES: Mapping[str, tuple[Race, ...]] = {
    "quick": tuple(
        Race(
            LONG,
            500,
            100,
            seed,
            Limits(60.0, 60.0, 60.0, 60.0),
            **_CHOSEN,
            adam_epochs=60,
            iterations=40,
            outer_iterations=8,
            plain_outer_iterations=4,
            plain_inner_iterations=40,
        )
        for seed in range(2)
    ),
    "paper": (
        Race(
            LONG,
            500,
            100,
            TUNING,
            Limits(8.0, 25.0, 25.0, 25.0),
            gammas=(1 / 3, 1.0, 3.0),
            adam_rates=(3e-3, 1e-2, 2e-2),
        ),
        *(
            Race(LONG, 500, 100, seed, Limits(8.0, 25.0, 25.0, 25.0), **_CHOSEN)
            for seed in range(TUNING)
        ),
        *(
            Race(
                *problem,
                seed,
                Limits(10.0, 10.0, 20.0, 20.0),
                **_CHOSEN,
                adam_epochs=750 if problem[1] == 2000 else 3000,
            )
            for problem in (*_BEYOND, (SP500, None, 20))
            for seed in range(2)
        ),
    ),
}


def given(config: Task, initialisation: str = "glorot") -> Trial:
    """Return the trial of a unit; those with Table 2's sizes are the protocol's own."""
    own = config.setting == TABLE2[config.dataset]
    if own and config.steps in (None, 500):
        return trial(config.dataset, initialisation, config.seed)
    draw = synthetic.stream(config.dataset, config.seed)
    if config.steps != synthetic.RECIPES[config.dataset].steps:
        draw = generator("alm_rnn", "accelerated", f"synthetic-t{config.steps}", config.seed)
    series = alm_lengths.series(config.dataset, config.steps, draw)
    name = f"synthetic-t{config.steps}-r{config.hidden_size}"
    draw = generator("alm_rnn", "accelerated", name, config.seed)
    n, m = len(series.inputs), len(series.targets)

    def begin() -> alm.Weights:
        return alm.initial_weights(initialisation, draw, config.hidden_size, n, m)

    start = begin()
    while not np.abs(alm.rollout(start, series.X, alm.ReLU())[0]).max() <= EXPLODED:
        start = begin()
    return Trial(series, start, penalties(config.setting, n, m))


def run(config: Race) -> Outcome:
    """Run every method on the trial: a row each, and the lowest R so far along its time."""
    on = given(config, config.initialisation)
    runs = []
    for scale in config.gammas:
        chosen = alm.accelerated(on.Y, outer_iterations=config.outer_iterations)
        chosen = replace(chosen, gamma=scale * chosen.gamma)
        runs.append((FAST, scale, *alm_course(on, chosen, config.limits.fast)))
    paper = options(config.setting, config.plain_outer_iterations, config.plain_inner_iterations)
    runs.append((PLAIN, None, *alm_course(on, paper, config.limits.plain)))
    for rate in config.adam_rates:
        rule = Adam(rate, Clip(config.clip), horizon=config.adam_epochs)
        limit = config.limits.adam
        watch = descent_course(on, rule, config.adam_epochs, config.every, limit)
        runs.append((ADAM, rate, watch, None))
    runs.append((LBFGS, None, lbfgs_course(on, config.iterations, config.limits.lbfgs), None))

    rows, traces = [], {"seconds": [], "lowest": [], "sweeps": []}
    for method, value, watch, sweeps in runs:
        rows.append({"method": method, "value": value, **watch.row(TARGETS)})
        at, lowest = falls(watch.values)
        traces["seconds"].append(rounded(np.array(watch.seconds)[at], 5))
        traces["lowest"].append(rounded(lowest, 7))
        traces["sweeps"].append(None if sweeps is None else np.array(sweeps)[at].tolist())
    return Outcome(rows, traces)


def alm_course(on: Trial, chosen: alm.Options, limit: float) -> tuple[Watch, list[int]]:
    """Follow the ALM until its iterations or the CPU seconds are used up; also count sweeps."""
    watch, sweeps = Watch(), []

    def see(snapshot: alm.Snapshot) -> bool:
        watch.see(snapshot.row["seconds"], snapshot.row["rollout_objective"])
        sweeps.append(snapshot.row["sweeps"] + (sweeps[-1] if sweeps else 0))
        return watch.seconds[-1] >= limit

    alm.solve(on.X, on.Y, on.start, on.penalties, chosen, see)
    return watch, sweeps


def falls(values: Sequence[float], share: float = 2e-3) -> tuple[np.ndarray, np.ndarray]:
    """Return where the lowest value so far fell by this share since last kept, and the values.

    The first and the last moment are always among them.
    """
    lowest = np.fmin.accumulate(np.asarray(values, dtype=float))
    kept = [0]
    for k in range(1, len(lowest)):
        if lowest[k] <= (1.0 - share) * lowest[kept[-1]]:
            kept.append(k)
    if kept[-1] != len(lowest) - 1:
        kept.append(len(lowest) - 1)
    return np.array(kept), lowest[kept]


def main_race(records: Sequence[Record]) -> list[Record]:
    """Return the records of the ten compared trials."""
    return [r for r in records if _size(r) == (LONG, 500, 100) and r.config["seed"] != TUNING]


def tuning(records: Sequence[Record]) -> list[Record]:
    """Return the tuning trial's record, if it is there."""
    return [r for r in records if r.config["seed"] == TUNING]


def beyond(records: Sequence[Record]) -> dict[tuple[str, int | None, int], list[Record]]:
    """Return the records of the other problems by dataset, length and hidden size."""
    groups: dict[tuple[str, int | None, int], list[Record]] = {}
    for record in records:
        if _size(record) != (LONG, 500, 100):
            groups.setdefault(_size(record), []).append(record)
    return groups


def _size(record: Record) -> tuple[str, int | None, int]:
    return tuple(record.config[name] for name in ("dataset", "steps", "hidden_size"))


def chosen(record: Record, method: str) -> float:
    """Return the value of a method's parameter with the smallest R at the tuning trial's end."""
    runs = [row for row in record.rows if row["method"] == method and row["last"] is not None]
    return min(runs, key=lambda row: row["last"])["value"]
