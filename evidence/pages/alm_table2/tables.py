"""Paper B, Table 2: its parameters beside the code's, and what the starts look like, as tables."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from evidence.kit.frames import one_by
from evidence.kit.records import Record
from evidence.pages.alm_table2.claims import COLUMNS, SYMBOLS, above, power
from evidence.pages.alm_table2.runs_starts import problem, starts
from evidence.papers import alm_printed
from evidence.papers.alm_printed import number, shown
from evidence.protocols.alm import TABLE2, penalties
from evidence.protocols.titles import SHORT
from lib import alm
from lib.alm.algorithm import TABLE_2_LEVEL

NAMES = (*alm.INITIALISATIONS, *alm.VARIANTS)


def table2() -> pd.DataFrame:
    """Return Table 2 as printed, a column per dataset, beside what the code uses."""
    rows = {
        SYMBOLS[name]: [*[shown(value)] * len(COLUMNS), _used(name, [value] * len(COLUMNS))]
        for name, value in alm_printed.COMMON.items()
    }
    for name in ("tau", "eta1", "eta2", "eta3", "eta4"):
        values = [getattr(alm_printed.TABLE2[column], name) for column in COLUMNS]
        rows[SYMBOLS[name]] = [*values, _used(name, values)]
    hidden = [alm_printed.HIDDEN[column] for column in COLUMNS]
    rows[SYMBOLS["hidden_size"]] = [*hidden, _used("hidden_size", hidden)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*COLUMNS.values(), "the code"])


def _used(name: str, given: Sequence[str]) -> str:
    """Return how the code's value of a parameter compares with the printed ones."""
    if name == "level":
        return f"the larger of {TABLE_2_LEVEL:g} and L(s⁰)"
    wanted = dict(zip(COLUMNS, map(number, given), strict=True))
    found = {dataset: _value(name, dataset) for dataset in TABLE2}
    if all(math.isclose(wanted[alm_printed.row(d)], value) for d, value in found.items()):
        return "as printed"
    return ", ".join(f"{SHORT[dataset]}: {value:g}" for dataset, value in found.items())


def _value(name: str, dataset: str) -> float:
    setting = TABLE2[dataset]
    holder = setting if hasattr(setting, name) else penalties(setting, 1, 1)
    return float(getattr(holder, name))


def lambda_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the six penalty weights that Table 2's formulas give, a column per dataset."""
    rows = {"inputs n": "inputs", "outputs m": "outputs"}
    rows |= {SYMBOLS[f"lambda{i}"]: f"lambda{i}" for i in range(1, 7)}
    return pd.DataFrame(
        {
            SHORT[name]: [f"{problem(unit)[key]:.4g}" for key in rows.values()]
            for name, unit in one_by(records, "dataset").items()
        },
        index=list(rows),
    )


def starts_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return how many starts lie above the level, and the largest L(s0) of each kind."""

    def cell(unit: Record, name: str) -> str:
        many, of = above(unit, name)
        return f"{many} of {of}; {power(starts(unit, name, 'objective').max())}"

    return _by_initialisation(records, cell)


def recurrence_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return spectral radius and largest singular value of W: medians over the seeds."""

    def cell(unit: Record, name: str) -> str:
        columns = ("spectral_radius", "singular_value")
        return " / ".join(f"{np.median(starts(unit, name, column)):.2g}" for column in columns)

    return _by_initialisation(records, cell)


def _by_initialisation(
    records: Sequence[Record], cell: Callable[[Record, str], str]
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            SHORT[dataset]: [cell(unit, name) for name in NAMES]
            for dataset, unit in one_by(records, "dataset").items()
        },
        index=[alm.initialisation(name).title for name in NAMES],
    )
