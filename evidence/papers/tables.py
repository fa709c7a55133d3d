"""The papers' own tables as they print them: what our numbers stand beside."""

from functools import cache
from io import BytesIO
from typing import Any

import pandas as pd

from evidence.kit import manifest
from evidence.kit.paths import DATA
from lib.validation import one_of

ALM_TABLES = {
    "3a": "Synthetic (T=10)",
    "3b": "Volatility of S&P index",
    "3c": "Synthetic (T=500)",
}
"""Which dataset each part of paper B's Table 3 is about, by the paper's name."""

ALM_TABLE_OF = {
    "synthetic-t10": "3a",
    "synthetic-t500": "3c",
    **dict.fromkeys(("sp500-released", "sp500-written", "sp500-intended"), "3b"),
}
"""Which part of paper B's Table 3 stands beside which of our datasets."""

ALM_ERRORS = {"TrainErr": "train", "TestErr": "test"}
ALM_RATES = {"learning_rate": "rate", "clip_norm": "clip"}

SL1_TITLE_OF = {
    "iris": "Iris",
    "wine": "Wine",
    **dict.fromkeys(("breast-cancer-ljubljana", "breast-cancer-wisconsin"), "Breast cancer"),
    **dict.fromkeys(("kdd", "kdd-distinct"), "KDD Cup 1999 Data (10%)"),
    **dict.fromkeys(("mnist", "mnist-5000"), "MNIST"),
    "boston": "Boston housing",
    "diabetes": "Diabetes",
    "wine-quality": "Wine quality",
    "energy": "Energy efficiency",
    "student": "Student performance",
}
"""What paper A's Tables 1 and 3 to 5 call each of our tables."""

SL1_METRICS = {
    "train_accuracy": "train",
    "train_mse": "train",
    "test_accuracy": "test",
    "test_mse": "test",
    "sparsity": "sparsity",
    "train_time_s": "seconds",
}


def printed(name: str, **options: Any) -> pd.DataFrame:
    """Return one of the files in ``data/papers``, read with options of `pandas.read_csv`.

    Raises:
        ValueError: the file was altered.
    """
    content = manifest.read(DATA / "papers" / f"{name}.csv")
    return pd.read_csv(BytesIO(content), **options)


def alm_errors(table: str) -> pd.DataFrame:
    """Return one part of paper B's Table 3: a row per method and start, in the paper's order.

    Args:
        table: ``3a``, ``3b`` or ``3c``.

    Returns:
        Columns ``method``, ``start``, ``train``, ``train_sd``, ``test``, ``test_sd``: means and
        standard deviations over ten repetitions of the errors of section 5.2.

    Raises:
        ValueError: the table is unknown.
    """
    return _cells(table, tuple(ALM_ERRORS.items()), spread=True).copy()


def alm_rates(table: str) -> pd.DataFrame:
    """Return the rows of paper B's Table 4 for the dataset of one part of Table 3.

    Args:
        table: ``3a``, ``3b`` or ``3c``.

    Returns:
        Columns ``method``, ``start``, ``rate`` and ``clip`` (NaN where nothing is clipped).

    Raises:
        ValueError: the table is unknown.
    """
    return _cells(table, tuple(ALM_RATES.items()), spread=False).copy()


@cache
def _cells(table: str, metrics: tuple[tuple[str, str], ...], spread: bool) -> pd.DataFrame:
    dataset = ALM_TABLES[one_of("part of Table 3", table, ALM_TABLES)]
    cells = _alm_tables()
    cells = cells[(cells["dataset"] == dataset) & cells["metric"].isin(dict(metrics))]
    wanted = cells[["method", "start"]].drop_duplicates()
    for metric, name in metrics:
        columns = {"value": name} | ({"sd": f"{name}_sd"} if spread else {})
        part = cells.loc[cells["metric"] == metric, ["method", "start", *columns]]
        wanted = wanted.merge(part.rename(columns=columns), on=["method", "start"], how="left")
    return wanted


@cache
def _alm_tables() -> pd.DataFrame:
    frame = printed("alm_rnn_tables3_4")
    return frame.rename(columns={"model": "method", "init": "start"})


@cache
def sl1_sizes() -> pd.DataFrame:
    """Return paper A's Tables 1 and 4: a row per dataset, under the paper's name.

    Returns:
        Columns ``table``, ``instances``, ``features``, ``classes`` (NaN in Table 4), ``train`` and
        ``test``.
    """
    return printed("sl1_gru_tables1_4", index_col="dataset")


@cache
def sl1_results(table: int) -> pd.DataFrame:
    """Return paper A's Table 3 or Table 5: a row per dataset and model, in the paper's order.

    Args:
        table: 3 (accuracies) or 5 (mean squared errors).

    Returns:
        Columns ``dataset``, ``model``, ``train``, ``test``, ``sparsity`` and ``seconds``.

    Raises:
        ValueError: the table is unknown.
    """
    return _sl1_wide(table, "value")


@cache
def sl1_bold(table: int) -> pd.DataFrame:
    """Return which cells of paper A's Table 3 or Table 5 are bold, shaped like `sl1_results`.

    Raises:
        ValueError: the table is unknown.
    """
    return _sl1_wide(table, "bold")


@cache
def sl1_digits(table: int) -> pd.DataFrame:
    """Return the cells of paper A's Table 3 or Table 5 as text, with the digits it prints.

    Raises:
        ValueError: the table is unknown.
    """
    return _sl1_wide(table, "value", str)


def _sl1_wide(table: int, column: str, kind: type | None = None) -> pd.DataFrame:
    one_of("table of results", table, (3, 5))
    cells = printed(f"sl1_gru_table{table}", dtype={column: kind} if kind else None)
    cells["metric"] = cells["metric"].map(SL1_METRICS)
    keys = ["dataset", "model"]
    wide = cells.pivot(index=keys, columns="metric", values=column)
    wide = wide[list(dict.fromkeys(SL1_METRICS.values()))].rename_axis(columns=None)
    return wide.loc[pd.MultiIndex.from_frame(cells[keys].drop_duplicates())].reset_index()
