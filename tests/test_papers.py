"""The papers' tables are read as printed."""

import numpy as np
import pandas as pd
import pytest

from lib import datasets, papers
from lib.paths import DATA

METHODS = ["ALM", "GD", "GDC", "GDNM", "SGD", "Adam"]
STARTS = ["He", "N(0,1e-3)", "N(0,1e-1)", "Glorot", "LeCun"]


@pytest.mark.parametrize("table", papers.ALM_TABLES)
def test_every_part_of_table_3_has_six_methods_from_five_starts(table):
    cells = papers.alm_errors(table)
    assert list(cells) == ["method", "start", "train", "train_sd", "test", "test_sd"]
    assert cells["method"].tolist() == list(np.repeat(METHODS, 5))
    assert cells["start"].tolist() == STARTS * 6
    assert (cells[["train", "train_sd", "test", "test_sd"]] > 0).all(axis=None)


@pytest.mark.parametrize(
    ("table", "method", "start", "expected"),
    [
        ("3a", "GD", "N(0,1e-3)", [2.747, 1.5e-6, 5.311, 9.3e-6]),
        ("3b", "ALM", "N(0,1e-1)", [0.003, 1.4e-4, 0.032, 0.005]),
        ("3c", "GDC", "He", [250.471, 399.70, 119.007, 66.71]),
    ],
)
def test_cells_of_table_3(table, method, start, expected):
    cells = papers.alm_errors(table).set_index(["method", "start"])
    assert cells.loc[(method, start)].tolist() == expected


def test_table_4_has_a_rate_for_all_but_the_alm_and_a_clipping_norm_for_gdc():
    for table in papers.ALM_TABLES:
        rates = papers.alm_rates(table)
        assert rates["method"].tolist() == list(np.repeat(METHODS[1:], 5))
        assert (rates["rate"] > 0).all()
        assert (rates["clip"].notna() == (rates["method"] == "GDC")).all()
    rates = papers.alm_rates("3c").set_index(["method", "start"])
    assert rates.loc[("GDC", "LeCun")].tolist() == [0.1, 0.5]
    assert rates.loc[("GD", "Glorot"), "rate"] == 1e-3


def test_every_figure_of_the_file_belongs_to_one_of_the_tables():
    rows = pd.read_csv(DATA / "papers" / "alm_rnn_tables3_4.csv")
    assert not rows.duplicated(["dataset", "model", "init", "metric"]).any()
    found = sum(2 * len(papers.alm_errors(t)) for t in papers.ALM_TABLES)
    found += sum(
        int(papers.alm_rates(t)[["rate", "clip"]].notna().sum().sum()) for t in papers.ALM_TABLES
    )
    assert found == len(rows)


def test_every_series_has_its_table():
    assert papers.ALM_TABLE_OF.keys() == set(datasets.NAMES) - {"iris"}
    assert set(papers.ALM_TABLE_OF.values()) == papers.ALM_TABLES.keys()


def test_an_unknown_table_is_refused():
    with pytest.raises(ValueError, match="unknown part of Table 3 '4'; accepted: 3a, 3b, 3c"):
        papers.alm_rates("4")
