"""The trained networks of paper A's Tables 3 and 5, asked for by dataset, model and epoch.

The functions take the records of `sl1_table3` or `sl1_table5`.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from evidence.kit.records import Record
from evidence.papers import tables as papers
from evidence.protocols.sl1 import SL1, TABLE2
from evidence.protocols.sl1_networks import GROUPS, TEST, TRAIN
from evidence.protocols.titles import title
from lib.datasets.breast_cancer import LJUBLJANA
from lib.datasets.kdd import DISTINCT

SPARSITY = "sparsity"
"""The share of the weight matrices' entries that are below 1e-5 in size, (42)."""

MEASURES = (TRAIN, TEST, SPARSITY)

MOMENTS: Mapping[str, float] = MappingProxyType({"a tenth": 0.1, "half": 0.5, "all": 1.0})
"""Shares of the epochs after which every claim is asked, for the paper does not say how many."""

ALL = "all"

ROWS = "mnist-rows"
"""MNIST read row by row."""

BESIDE = (LJUBLJANA, DISTINCT, ROWS)
"""Readings of a set that the paper's claims are not asked of. The Wisconsin set stands for breast
cancer, for only there are accuracies what Table 3 prints; KDD has all its rows; an image is one
step, for section 4.2 gives every feature a node of its own."""


def names(records: Sequence[Record]) -> list[str]:
    """Return the datasets of the records in their order; MNIST read by rows is ``ROWS``."""
    return list(dict.fromkeys(_name(record.config) for record in records))


def _name(config: Mapping) -> str:
    return config["dataset"] if config["width"] is None else ROWS


def shown(name: str) -> str:
    """Return a dataset's name as the reader sees it."""
    return "MNIST (28 rows)" if name == ROWS else title(name)


def is_classification(name: str) -> bool:
    """Return whether the scores are accuracies, more being better, rather than squared errors."""
    return name == ROWS or name in TABLE2


def printed(name: str) -> pd.DataFrame:
    """Return the paper's results on a dataset: a row per model, columns as `papers.sl1_results`."""
    table = papers.sl1_results(3 if is_classification(name) else 5)
    title_of = papers.SL1_TITLE_OF["mnist" if name == ROWS else name]
    return table[table["dataset"] == title_of].set_index("model")


class Results:
    """What the records say, as arrays over trials.

    Args:
        records: of either experiment, all models on every dataset.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        self.names = names(records)
        self._records = {(_name(r.config), r.config["model"]): r for r in records}

    @property
    def sets(self) -> list[str]:
        """The datasets that the paper's claims are asked of, each in one reading."""
        return [name for name in self.names if name not in BESIDE]

    def record(self, name: str, model: str) -> Record:
        """Return the record of one model on one dataset."""
        return self._records[name, model]

    def epochs(self, name: str, moment: str = ALL) -> int:
        """Return how many epochs a moment of the training stands for."""
        trace = self.record(name, SL1).traces["epoch"]
        return trace[at_moment(trace, moment)]

    def scores(self, name: str, model: str, measure: str, moment: str = ALL) -> np.ndarray:
        """Return accuracies, errors or sparsities of all trials, NaN where a run diverged."""
        record = self.record(name, model)
        at = at_moment(record.traces["epoch"], moment)
        return self.course(name, model, measure)[:, at]

    def course(self, name: str, model: str, measure: str) -> np.ndarray:
        """Return the same along the epochs recorded, shape (trials, epochs)."""
        record = self.record(name, model)
        if measure == SPARSITY:
            weights = sum(record.rows[0][f"{group} weights"] for group in GROUPS)
            return np.array(record.traces["near_zeros"], dtype=float) / weights
        return np.array(record.traces[measure], dtype=float)

    def losses(self, name: str, model: str, measure: str, moment: str = ALL) -> np.ndarray:
        """Return the same so that less is better: 1 - accuracy, 1 - sparsity, or the error.

        A run that diverged has lost against every other: infinity.
        """
        scores = self.scores(name, model, measure, moment)
        found = 1 - scores if measure == SPARSITY or is_classification(name) else scores
        return np.where(np.isfinite(found), np.maximum(found, 0.0), np.inf)

    def column(self, name: str, model: str, column: str) -> np.ndarray:
        """Return one column of the final rows as an array over trials, None becoming NaN."""
        return np.array([row[column] for row in self.record(name, model).rows], dtype=float)


def printed_losses(name: str, measure: str) -> pd.Series:
    """Return the paper's results on a dataset so that less is better, by model."""
    cells = printed(name)[measure]
    return 1 - cells if measure == SPARSITY or is_classification(name) else cells


def at_moment(epochs: Sequence[int], moment: str) -> int:
    """Return the position of the first recorded epoch at or after a moment."""
    return int(np.searchsorted(epochs, MOMENTS[moment] * epochs[-1]))


def words(results: Results) -> tuple[str, str, str]:
    """Return table, score and the adjective of the best score for the page of these results."""
    if is_classification(results.names[0]):
        return "Table 3", "accuracy", "highest"
    return "Table 5", "error", "smallest"
