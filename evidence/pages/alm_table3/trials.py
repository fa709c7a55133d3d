"""Paper B, section 5.4: every network that any method trained, read from the records of four runs.

The methods stand in four groups: the ALM; descent methods *as in the paper*; a *fair* group that
minimises the ALM's own objective; and predictors that train no network. All start a trial from the
same weights on the same series, so that they can be compared trial by trial.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from evidence.kit.frames import column, one_by
from evidence.kit.records import Record
from evidence.protocols.alm import ERRORS, RESTARTED, TABLE2, TEST, TRAIN
from evidence.protocols.alm_training import FINISHED
from evidence.rivals.predictors.of_series import PREDICTORS
from lib import alm

GROUP_OF = {
    "alm_table3": "ALM",
    "alm_descent_printed": "as in the paper",
    "alm_descent_fair": "fair",
    "alm_references": "no network",
}
"""Which experiment's records hold which group."""

OWN, PRINTED, FAIR, SIMPLE = tuple(GROUP_OF.values())
RIVALS = (PRINTED, FAIR, SIMPLE)

OBJECTIVE = "rollout_objective"
MEASURES = (*ERRORS, OBJECTIVE)

MEASURE_TITLES = {
    TRAIN: "training error",
    TEST: "test error",
    RESTARTED: "test error, restarted",
    OBJECTIVE: "objective R",
}

STARTS = tuple(alm.INITIALISATIONS)
VARIANT = "he-lecun-w"

Method = tuple[str, str]
"""A group and a name in it; GD and Adam stand in two groups."""


@dataclass(frozen=True, eq=False)
class Trials:
    """The final errors of all trials.

    Attributes:
        frame: a row per trained network: ``dataset, group, method, start, trial, standardise,
            status, level, seconds`` and the ``MEASURES``, infinite where a run did not finish.
        simple: per dataset the record of the predictors that train no network.
    """

    frame: pd.DataFrame
    simple: dict[str, Record]

    @cached_property
    def datasets(self) -> tuple[str, ...]:
        """Datasets on which the ALM was trained, in Table 1's order."""
        present = set(self.frame["dataset"])
        return tuple(name for name in TABLE2 if name in present)

    @cached_property
    def _cells(self) -> dict[tuple[str, Method, str], pd.DataFrame]:
        main = self.frame[self.frame["standardise"] == "all"]
        return {
            (dataset, (group, method), start): cell.set_index("trial").sort_index()
            for (dataset, group, method, start), cell in main.groupby(
                ["dataset", "group", "method", "start"], sort=False
            )
        }

    @cached_property
    def _numbers(self) -> dict[str, list[int]]:
        found: dict[str, list[set[int]]] = {}
        for (name, _, _), cell in self._cells.items():
            found.setdefault(name, []).append(set(cell.index))
        return {name: sorted(set.intersection(*trials)) for name, trials in found.items()}

    @cached_property
    def _errors(self) -> dict[tuple[str, Method, str], dict[str, np.ndarray]]:
        return {
            key: {
                name: cell[name].to_numpy()[cell.index.isin(self._numbers[key[0]])]
                for name in MEASURES
            }
            for key, cell in self._cells.items()
        }

    def methods(self, dataset: str, group: str) -> list[Method]:
        """Return the methods of a group that were run on a dataset, in the records' order."""
        if group == SIMPLE:
            return [(SIMPLE, name) for name in PREDICTORS]
        found = (method for name, method, _ in self._cells if name == dataset)
        return [method for method in dict.fromkeys(found) if method[0] == group]

    def starts(self, dataset: str) -> list[str]:
        """Return the initialisations of Table 3 that the ALM was run with."""
        return [start for start in STARTS if (dataset, ALM, start) in self._cells]

    def numbers(self, dataset: str) -> list[int]:
        """Return the trials of a dataset that every method has run, from every initialisation."""
        return self._numbers[dataset]

    def errors(self, dataset: str, method: Method, start: str, measure: str) -> np.ndarray:
        """Return one measure over the trials of `numbers`, infinite where a run did not finish.

        A predictor that trains no network has the same error for every start, on the series of the
        trial, and no hidden state to restart.
        """
        trials = self.numbers(dataset)
        if method[0] == SIMPLE:
            part = TEST if measure == RESTARTED else measure
            values = column(self.simple[dataset], f"{method[1]} {part}")
            # The S&P series is one, and so is its row.
            return values[trials] if len(values) > 1 else np.full(len(trials), values[0])
        return self._errors[dataset, method, start][measure]

    def runs(self, dataset: str, method: Method, start: str) -> pd.DataFrame:
        """Return all rows of one method from one start, a row per trial."""
        return self._cells[dataset, method, start]


ALM = (OWN, "ALM")


def gather(records: Sequence[Record]) -> Trials:
    """Return the trials that records of the experiments in ``GROUP_OF`` hold."""
    rows = [
        {
            "dataset": record.config["dataset"],
            "group": GROUP_OF[record.experiment],
            "method": "ALM",
            "start": record.config["initialisation"],
            "standardise": record.config.get("standardise", "all"),
            **row,
        }
        for record in records
        if record.experiment != "alm_references"
        for row in record.rows
    ]
    frame = pd.DataFrame(rows)
    measured = frame[list(MEASURES)].astype(float)
    finished = frame["status"] == FINISHED
    frame[list(MEASURES)] = measured.where(finished, np.inf).fillna(np.inf)
    return Trials(
        frame, one_by([r for r in records if r.experiment == "alm_references"], "dataset")
    )


def trials_of(trials: Trials, dataset: str) -> str:
    """Return how many trials a dataset has, as a claim's detail says it."""
    return f"{len(trials.numbers(dataset))} trials"


def span(ratios: Sequence[float]) -> str:
    """Return the smallest and the largest of some factors, as a claim's detail says them."""
    ends = dict.fromkeys(f"{ratio:.2g}" for ratio in (min(ratios), max(ratios)))
    return " to ".join(ends)
