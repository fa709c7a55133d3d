"""Paper A, Tables 1 and 4: what is found in the tables of the ten datasets."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome
from evidence.papers.tables import SL1_TITLE_OF
from lib import datasets
from lib.datasets import Table


@dataclass(frozen=True)
class Inventory(Config):
    """One dataset; it has one row, because nothing is drawn."""

    dataset: str

    deviations = (
        "Three tables are not the paper's, or not certainly: the Wisconsin breast cancer set, "
        "KDD without duplicate rows, and, at the quick profile, 5000 digits of MNIST.",
        "The split is drawn class by class for a classification and at random for a "
        "regression; the paper says neither. MNIST's is the published one.",
        "Inputs are standardised with the training part, but for MNIST's grey values, which "
        "are divided by 255; the paper does not say how it scales.",
    )
    rows = (
        columns(str, "leaks")
        | columns(int, "inputs | outputs | samples")
        | columns(int, "categorical | conflicting | constant | missing | repeated", within=1e-09)
        | columns(int, "largest | smallest", within=1e-09, part=True)
        | columns(float, "deviation | high | low", within=1e-09, part=True)
    )


BUNDLED = ("iris", "wine", "mnist-5000", "boston", "diabetes")
"""The tables of the quick profile, for which no file is needed."""

WHOLE = tuple(name for name in SL1_TITLE_OF if name != "mnist-5000")
"""The tables of the paper profile."""

PROFILES: Mapping[str, tuple[Inventory, ...]] = {
    "quick": tuple(map(Inventory, BUNDLED)),
    "paper": tuple(map(Inventory, WHOLE)),
}


def run(config: Inventory) -> Outcome:
    """Return the single row of a dataset."""
    return Outcome([describe(datasets.load(config.dataset))])


def describe(table: Table) -> dict[str, int | float | str]:
    """Return what a table holds.

    ``outputs`` are the classes or the targets; ``smallest`` and ``largest`` the sizes of the
    smallest and the largest class; ``repeated`` the rows equal to an earlier one in inputs and
    target; ``conflicting`` the rows whose inputs occur with another target too. ``low``, ``high``
    and ``deviation`` are a regression's targets' extremes and root mean square spread.
    """
    y = table.y.reshape(len(table.y), -1)
    rows, inputs = datasets.keys(np.column_stack([table.X, y])), datasets.keys(table.X)
    distinct, first = np.unique(rows, return_index=True)
    _, group, targets = np.unique(inputs[first], return_inverse=True, return_counts=True)
    in_conflict = distinct[targets[group] > 1]
    row = {
        "samples": len(table.X),
        "inputs": len(table.inputs),
        "outputs": len(table.classes or table.targets),
        "categorical": len(table.categories),
        "missing": table.missing,
        "constant": int(np.sum(np.ptp(table.X, axis=0) == 0)),
        "leaks": ", ".join(name for names in datasets.leaks(table).values() for name in names),
        "repeated": len(rows) - len(distinct),
        "conflicting": int(np.isin(rows, in_conflict).sum()),
    }
    if table.classes:
        sizes = np.bincount(table.y, minlength=len(table.classes))
        return row | {"smallest": int(sizes.min()), "largest": int(sizes.max())}
    spread = float(np.sqrt(y.var(axis=0).mean()))
    return row | {"low": float(y.min()), "high": float(y.max()), "deviation": spread}
