"""What all races share: the trial, how a method is followed, what is kept, and who was tuned where.

All methods of a trial run one after another in one process, on one thread, from the same start, and
minimise R of (2.6). The clocks stand still while R is looked at.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from evidence.kit.config import Config
from evidence.kit.records import Outcome, Record, finite, rounded
from evidence.protocols import alm_lengths
from evidence.protocols.alm import T500, TABLE2, Setting, Trial, penalties, trial
from evidence.rivals import elman
from evidence.rivals.elman import Adam, Batch, Clip, Networks, Objective, descend, lbfgs, windows
from lib import alm
from lib.datasets import Series, synthetic
from lib.randomness import generator

TUNING = 10
"""The first trial on which something was chosen; those compared come before it."""

EXPLODED = 1e3
"""A start with a larger hidden state than this is drawn again; no method could begin there."""


LONG = T500
"""The recipe with whose sizes series of other lengths are drawn, too."""


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
    return begun(config, series, draw, initialisation)


def begun(
    config: Task, series: Series, draw: np.random.Generator, initialisation: str = "glorot"
) -> Trial:
    """Return a trial on a series whose start does not explode on it."""
    n, m = len(series.inputs), len(series.targets)
    start = unexploded(initialisation, draw, series.X, config.hidden_size, m)
    return Trial(series, start, penalties(config.setting, n, m))


def unexploded(
    initialisation: str, draw: np.random.Generator, X: np.ndarray, hidden_size: int, outputs: int
) -> alm.Weights:
    """Return the first start drawn whose hidden states stay below `EXPLODED` on the inputs."""
    while True:
        start = alm.initial_weights(initialisation, draw, hidden_size, X.shape[1], outputs)
        if np.abs(alm.rollout(start, X, alm.ReLU())[0]).max() <= EXPLODED:
            return start


class Watch:
    """Follows R of one run until its time is used up.

    Args:
        limit: the most CPU seconds.
    """

    def __init__(self, limit: float = np.inf) -> None:
        self.limit = limit
        self.seconds: list[float] = []
        self.values: list[float] = []
        self.passes: list[int] = []

    def see(self, seconds: float, value: float, passes: int | None = None) -> bool:
        """Take note of R after so many CPU seconds, and passes where a method has any.

        Returns whether the time is used up.
        """
        self.seconds.append(seconds)
        self.values.append(value)
        if passes is not None:
            self.passes.append(passes)
        return seconds >= self.limit

    def row(self, targets: Sequence[float] = ()) -> dict[str, object]:
        """Return the smallest R, the last one, and the seconds to each target (None: never)."""
        values = np.array(self.values)
        found = {"best": finite(np.nanmin(values)), "last": finite(values[-1])}
        found["seconds"] = self.seconds[-1]
        for target in targets:
            reached = np.flatnonzero(values <= target)
            found[f"to {target:g}"] = self.seconds[reached[0]] if reached.size else None
        return found

    @property
    def lowest(self) -> np.ndarray:
        """R so far the smallest at every moment."""
        return np.fmin.accumulate(np.asarray(self.values, dtype=float))


def alm_course(
    on: Trial, options: alm.Options, see: Callable[[alm.Snapshot, int], bool]
) -> alm.Result:
    """Run the ALM until its iterations are used up or `see` has seen enough.

    Args:
        on: the trial.
        options: the algorithm's parameters.
        see: is told the snapshot after every outer iteration, and how many sweeps it took so far.
    """
    sweeps = 0

    def watch(snapshot: alm.Snapshot) -> bool:
        nonlocal sweeps
        sweeps += snapshot.row["sweeps"]
        return see(snapshot, sweeps)

    return alm.solve(on.X, on.Y, on.start, on.penalties, options, watch)


def watched_alm(on: Trial, options: alm.Options, limit: float) -> Watch:
    """Follow the ALM until its iterations or the CPU seconds are used up."""
    watch = Watch(limit)

    def see(snapshot: alm.Snapshot, sweeps: int) -> bool:
        return watch.see(snapshot.row["seconds"], snapshot.row["rollout_objective"], sweeps)

    alm_course(on, options, see)
    return watch


def batch_of(on: Trial) -> Batch:
    """Return the start of a trial as a batch of one network with R as its objective."""
    return Batch(Networks.stack([on.start]), on.X[None], on.Y[None], Objective(on.penalties))


def lbfgs_course(on: Trial, iterations: int, limit: float) -> Watch:
    """Follow L-BFGS until its iterations or the CPU seconds are used up."""
    watch, batch = Watch(limit), batch_of(on)

    class OutOfTime(Exception):
        """Ends SciPy's loop."""

    def see(_: int, current: Networks, seconds: float) -> None:
        batch.networks.flat[:] = current.flat
        if watch.see(seconds, float(batch.value()[0])):
            raise OutOfTime

    with suppress(OutOfTime):
        lbfgs(on.start, on.X, on.Y, Objective(on.penalties), iterations, see)
    return watch


def descent_course(on: Trial, rule: elman.Rule, epochs: int, every: int, limit: float) -> Watch:
    """Follow one rule until the epochs or the CPU seconds are used up, or it has diverged."""
    watch, batch = Watch(limit), batch_of(on)
    for state in descend(batch, [rule], windows(batch.steps)):
        last = state.epoch == epochs or state.seconds >= limit or state.diverged[0] != elman.NEVER
        if last or state.epoch % every == 0:
            watch.see(state.seconds, float(batch.value()[0]))
        if last:
            break
    return watch


def adam_course(
    on: Trial, rate: float, epochs: int, limit: float, clip: float = 1.0, every: int = 5
) -> Watch:
    """Follow Adam, whose rate falls as a cosine until the last epoch."""
    return descent_course(on, Adam(rate, Clip(clip), horizon=epochs), epochs, every, limit)


def outcome(
    runs: Iterable[tuple[dict[str, object], Watch]],
    targets: Sequence[float] = (),
    keep: Callable[[np.ndarray], np.ndarray] | None = None,
    passes: str | None = None,
) -> Outcome:
    """Return a row for every run, and along its way the seconds and the lowest R so far.

    Args:
        runs: what names each in its row, and what was seen of it.
        targets: values of R whose first crossing stands in the row.
        keep: which moments stand in the traces; those of `falls` if none is given.
        passes: the trace with the passes, None to leave them out.
    """
    rows, traces = [], {name: [] for name in ("seconds", "lowest", passes) if name}
    for named, watch in runs:
        rows.append(named | watch.row(targets))
        at = (keep or falls)(watch.lowest)
        traces["seconds"].append(rounded(np.array(watch.seconds)[at], 5))
        traces["lowest"].append(rounded(watch.lowest[at], 7))
        if passes:
            counted = np.array(watch.passes)[at].tolist() if watch.passes else None
            traces[passes].append(counted)
    return Outcome(rows, traces)


def falls(lowest: np.ndarray, share: float = 2e-3) -> np.ndarray:
    """Return where the lowest value so far fell by this share since last kept.

    The first and the last moment are always among them.
    """
    kept = [0]
    for k in range(1, len(lowest)):
        if lowest[k] <= (1.0 - share) * lowest[kept[-1]]:
            kept.append(k)
    return np.unique([*kept, len(lowest) - 1])


def spaced(lowest: np.ndarray, points: int = 80) -> np.ndarray:
    """Return no more than so many moments, in equal ratios."""
    return np.unique(np.rint(np.geomspace(1, len(lowest), points)).astype(int) - 1)


def compared(records: Iterable[Record]) -> list[Record]:
    """Return the records of the trials that are compared."""
    return [record for record in records if record.config["seed"] < TUNING]


def tuning(records: Iterable[Record]) -> list[Record]:
    """Return the records of the trials on which something was chosen, if they are there."""
    return [record for record in records if record.config["seed"] >= TUNING]


def chosen(record: Record, method: str, of: str = "value", by: str = "last") -> float:
    """Return the value of a method's parameter with the smallest R on a tuning trial.

    Args:
        record: of the trial.
        method: its name.
        of: the column of the parameter.
        by: the column of R: the one at the end, or ``best``.
    """
    runs = [row for row in record.rows if row["method"] == method and row[by] is not None]
    return min(runs, key=lambda row: row[by])[of]
