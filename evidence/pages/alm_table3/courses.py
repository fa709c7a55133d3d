"""Paper B, Figure 2: the runs along their training, every method from its best start."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evidence.kit.records import Record
from evidence.pages.alm_table3.trials import (
    ALM,
    FAIR,
    GROUP_OF,
    OWN,
    PRINTED,
    Method,
    Trials,
    gather,
)
from evidence.protocols.alm import TEST, TRAIN

DATASETS = ("sp500-released", "sp500-written", "sp500-intended", "synthetic-t500")
"""The targets that Figure 2a may be about, and the series of Figure 2b; the short series has no
panel."""

PAIR = (TRAIN, TEST)


@dataclass(frozen=True, eq=False)
class Run:
    """One trained network along its training.

    Attributes:
        seconds: CPU seconds since the start, one for each look at the network.
        errors: training and test error at each look, infinite once the run has diverged.
    """

    seconds: np.ndarray
    errors: Mapping[str, np.ndarray]

    def at(self, seconds: np.ndarray, measure: str) -> np.ndarray:
        """Return an error at given times: that of the last look before, held after the last one."""
        if not self.seconds.size:
            return np.full(len(seconds), np.inf)
        look = np.searchsorted(self.seconds, seconds, side="right") - 1
        return self.errors[measure][np.maximum(look, 0)]

    def ended(self, end: float) -> bool:
        """Return whether the run finished, with its final error, and was looked at."""
        return bool(self.seconds.size) and np.isfinite(end)

    def reaches(self, measure: str, level: float) -> float:
        """Return the first time at which an error is at most `level`, infinite if it never is."""
        there = np.flatnonzero(self.errors[measure] <= level)
        return float(self.seconds[there[0]]) if there.size else np.inf


@dataclass(frozen=True, eq=False)
class Race:
    """All methods on one dataset, each from the start with the lowest mean final test error.

    Attributes:
        dataset: its name.
        trials: the final errors.
        start: the chosen start of each method.
        runs: per method its runs from that start, in the order of the trials.
        sweeps: of every run of the ALM.
        epochs: of every run as in the paper.
    """

    dataset: str
    trials: Trials
    start: dict[Method, str]
    runs: dict[Method, list[Run]]
    sweeps: int
    epochs: int

    def methods(self, group: str) -> list[Method]:
        """Return the methods of a group."""
        return [method for method in self.runs if method[0] == group]

    def final(self, method: Method, measure: str) -> np.ndarray:
        """Return the final errors of a method over the trials."""
        return self.trials.errors(self.dataset, method, self.start[method], measure)

    def chosen_by(self, chooser: str, method: Method, measure: str) -> np.ndarray:
        """Return the final errors from the start with the lowest mean of another error."""
        start = _best_start(self.trials, self.dataset, method, chooser)
        return self.trials.errors(self.dataset, method, start, measure)

    def abreast(self, method: Method, measure: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the errors of the ALM and of a method, trial by trial, after equal CPU time.

        It is the time at which the first of the two ended, so that neither was cut off before.
        """
        pairs = list(zip(self.runs[ALM], self.runs[method], strict=True))
        ends = [
            min((run.seconds[-1] for run in pair if run.seconds.size), default=0.0)
            for pair in pairs
        ]
        found = [
            [run.at(np.array([end]), measure)[0] for run in pair]
            for pair, end in zip(pairs, ends, strict=True)
        ]
        ours, theirs = np.transpose(found)
        return ours, theirs

    def reaching(self, method: Method, measure: str) -> np.ndarray:
        """Return when each run of a method was as low as the ALM ended on the same trial.

        Infinite where the run never was, or where the ALM's own run did not finish.
        """
        pairs = zip(self.runs[method], self.runs[ALM], self.final(ALM, measure), strict=True)
        return np.array(
            [
                run.reaches(measure, own.errors[measure][-1]) if own.ended(end) else np.inf
                for run, own, end in pairs
            ]
        )


def races(records: Sequence[Record]) -> list[Race]:
    """Return the race on every dataset of Figure 2 that the records hold."""
    trials = gather(records)
    return [_race(records, trials, name) for name in DATASETS if name in trials.datasets]


def _race(records: Sequence[Record], trials: Trials, dataset: str) -> Race:
    methods = [ALM, *(m for group in (PRINTED, FAIR) for m in trials.methods(dataset, group))]
    start = {m: _best_start(trials, dataset, m) for m in methods}
    found: dict[tuple[Method, int], Run] = {}
    trained = [
        r for r in records if r.config["dataset"] == dataset and "initialisation" in r.config
    ]
    for record in trained:
        for (method, trial), run in _runs(record):
            if start[method] == record.config["initialisation"]:
                found[method, trial] = run
    numbers = trials.numbers(dataset)
    runs = {m: [found[m, k] for k in numbers] for m in methods}
    return Race(dataset, trials, start, runs, **_budgets(trained))


def _budgets(records: Sequence[Record]) -> dict[str, int]:
    configs = {GROUP_OF[record.experiment]: record.config for record in records}
    own = configs[OWN]
    return {
        "sweeps": own["outer_iterations"] * own["inner_iterations"],
        "epochs": configs[PRINTED]["epochs"],
    }


def _best_start(trials: Trials, dataset: str, method: Method, measure: str = TEST) -> str:
    means = {s: trials.errors(dataset, method, s, measure).mean() for s in trials.starts(dataset)}
    return min(means, key=means.get)


def _runs(record: Record) -> Iterable[tuple[tuple[Method, int], Run]]:
    group = GROUP_OF[record.experiment]
    for k, row in enumerate(record.rows):
        seconds = np.array(record.traces["seconds"][k], dtype=float)
        errors = {measure: np.array(record.traces[measure][k], dtype=float) for measure in PAIR}
        # None, where a number was not finite, has become NaN.
        known = {measure: np.nan_to_num(e, nan=np.inf) for measure, e in errors.items()}
        yield ((group, row.get("method", ALM[1])), row["trial"]), Run(seconds, known)
