"""Tables of the stochastic ALM's contest: where every run ends, at which pace, and the tuning."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from IPython.display import Markdown

from evidence.kit.records import Record
from evidence.pages.alm_race.claims_stochastic import best_run, each, title, value
from evidence.pages.alm_race.harness import chosen, tuning
from evidence.pages.alm_race.runs_stochastic import contests
from evidence.pages.alm_race.stochastic_config import ADAM, EXACT, FAST, FORGET, FULL, METHODS
from evidence.protocols.alm import TEST

Row = dict[str, object]


def _shown(table: dict[tuple[int, int], dict[str, str]], rows: str) -> pd.DataFrame:
    """Return a column per problem, with the length of the series over the hidden size."""
    found = pd.DataFrame({title(size): column for size, column in table.items()})
    found.columns = pd.MultiIndex.from_tuples([title(size).split(", ") for size in table])
    return found.fillna("").rename_axis(rows)


def _runs_table(
    records: Sequence[Record], number_of: Callable[[Record, Row], float], digits: int
) -> pd.DataFrame:
    """Return the median over the trials, a row per method and window length."""
    table: dict[tuple[int, int], dict[str, str]] = {}
    for size, group in contests(records).items():
        cells: dict[str, list[float]] = {}
        for record in group:
            for row in record.rows:
                cells.setdefault(run_name(row), []).append(number_of(record, row))
        table[size] = {
            name: each([float(np.median(values))], digits) for name, values in cells.items()
        }
    return _shown(table, "method, steps in a window")


def run_name(row: Row) -> str:
    """Return the name of a run: its method, and the length of its windows."""
    return row["method"] + (f", {row['length']}" if row["length"] else "")


def ends_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the lowest R of every method and window length, medians over the trials."""
    return _runs_table(records, lambda _, row: value(row), 4)


def pace_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the CPU milliseconds of a pass per thousand steps, medians over the trials."""

    def pace(record: Record, row: Row) -> float:
        return 1e6 * row["seconds"] / max(row["passes"], 1) / (0.9 * record.config["steps"])

    return _runs_table(records, pace, 2)


def errors_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the test error of the network with the lowest R, median over the trials."""
    return _best_table(records, METHODS, TEST)


def drift_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return R of the roll-out over R at the own h and u, at the end, median over the trials."""
    return _best_table(records, (FULL, FAST, EXACT), "drift")


def _best_table(records: Sequence[Record], methods: Sequence[str], name: str) -> pd.DataFrame:
    table = {
        size: {
            method: each(
                [float(np.median([value(r.rows[best_run(r, method)], name) for r in group]))]
            )
            for method in methods
        }
        for size, group in contests(records).items()
    }
    return _shown(table, "method")


def tuning_table(records: Sequence[Record]) -> pd.DataFrame | Markdown:
    """Return the lowest R of every value tried on the tuning trials, and which one is chosen."""
    if not tuning(records):
        return Markdown("*This profile leaves the choice out.*")
    what = {ADAM: "rate ", FORGET: "κ × "}
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for record in tuning(records):
        for row in record.rows:
            tried = f"{what.get(row['method'], 'γ × ')}{row['value']:.3g}"
            cell = each([value(row)], 4) + _mark(record, row)
            rows.setdefault((row["method"], tried), {})[f"T = {record.config['steps']:,}"] = cell
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["method", "tried"])


def _mark(record: Record, row: Row) -> str:
    """Return whether a run of a tuning trial has the chosen value, and where in its grid."""
    tried = [r["value"] for r in record.rows if r["method"] == row["method"]]
    if row["value"] != chosen(record, row["method"], by="best"):
        return ""
    return " (chosen, an end)" if row["value"] in (min(tried), max(tried)) else " (chosen)"
