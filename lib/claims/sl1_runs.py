"""Records of Tables 3 and 5 of paper A by dataset and model, and their values along a training."""

from collections.abc import Sequence

import numpy as np

from lib.claims import sl1_datasets
from lib.experiments.sl1_networks import GROUPS
from lib.records import Record

MOMENTS = {"a tenth": 0.1, "half": 0.5, "all": 1.0}
"""Shares of the epochs after which every claim is asked, for the paper names no number of them."""

PAPER = ("RNN", "LSTM", "GRU", "L2-GRU", "L1-GRU", "SL1-GRU")
"""The models of the paper's tables."""

SL1 = "SL1-GRU"

Models = dict[str, Record]


def by_dataset(records: Sequence[Record]) -> dict[str, Models]:
    """Return the records by title of the dataset and by model, in the order of the experiments."""
    found: dict[str, Models] = {}
    for record in records:
        found.setdefault(title(record), {})[record.config["model"]] = record
    return found


def title(record: Record) -> str:
    """Return what a record's dataset is called, and how it is read if not in one step."""
    rows = "" if record.config["width"] is None else ", rows"
    return sl1_datasets.title(record.config["dataset"]) + rows


def along(record: Record, column: str) -> np.ndarray:
    """Return a column along the epochs, shape (trials, moments)."""
    return np.array(record.traces[column], dtype=np.float64)


def at(record: Record, column: str, share: float) -> np.ndarray:
    """Return a column of every trial at the recorded epoch nearest to this share of all epochs."""
    epoch = np.array(record.traces["epoch"])
    return along(record, column)[:, np.abs(epoch - share * epoch[-1]).argmin()]


def last(record: Record, column: str) -> np.ndarray:
    """Return a column of the rows, NaN where a trial has none."""
    values = (row[column] for row in record.rows)
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def weights(record: Record) -> int:
    """Return how many entries the weight matrices have."""
    return sum(record.rows[0][f"{group} weights"] for group in GROUPS)


def sparsity(record: Record, share: float = 1.0) -> np.ndarray:
    """Return (42) for every trial, after this share of the epochs."""
    return at(record, "near_zeros", share) / weights(record)


def trials(models: Models) -> int:
    """Return how many trials there are of each model."""
    return len(next(iter(models.values())).rows)
