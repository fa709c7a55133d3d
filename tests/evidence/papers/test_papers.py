"""The papers' tables are read as printed."""

import numpy as np
import pandas as pd
import pytest

from evidence.kit.paths import DATA
from evidence.papers import tables as papers
from lib import datasets
from lib.datasets import sp500

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
    assert papers.ALM_TABLE_OF.keys() == {*datasets.SYNTHETIC, *sp500.NAMES}
    assert set(papers.ALM_TABLE_OF.values()) == papers.ALM_TABLES.keys()


def test_an_unknown_table_is_refused():
    with pytest.raises(ValueError, match="unknown part of Table 3 '4'; accepted: 3a, 3b, 3c"):
        papers.alm_rates("4")


MODELS = ["RNN", "LSTM", "GRU", "L1-GRU", "L2-GRU", "SL1-GRU"]


@pytest.mark.parametrize("table", [3, 5])
def test_paper_a_s_results_are_six_models_on_five_sets(table):
    cells = papers.sl1_results(table)
    assert list(cells) == ["dataset", "model", "train", "test", "sparsity", "seconds"]
    assert cells["model"].tolist() == MODELS * 5
    sizes = papers.sl1_sizes()
    names = sizes.index[sizes["table"] == {3: 1, 5: 4}[table]]
    assert cells["dataset"].tolist() == list(np.repeat(names, 6))
    assert (cells.drop(columns=["dataset", "model"]) > 0).all(axis=None)


@pytest.mark.parametrize(
    ("table", "dataset", "model", "expected"),
    [
        (3, "Iris", "RNN", [0.9609, 0.9420, 3.2e-6, 19.42]),
        (3, "Breast cancer", "L2-GRU", [0.9754, 0.9633, 0.0098e-5, 29.03]),
        (5, "Student performance", "SL1-GRU", [0.0192, 0.0331, 0.1298, 43.30]),
    ],
)
def test_cells_of_paper_a(table, dataset, model, expected):
    cells = papers.sl1_results(table).set_index(["dataset", "model"])
    assert cells.loc[(dataset, model)].tolist() == expected


def test_the_split_sizes_of_paper_a_add_up():
    sizes = papers.sl1_sizes()
    assert (sizes["train"] + sizes["test"] == sizes["instances"]).all()
    assert set(sizes.index) == set(papers.SL1_TITLE_OF.values())
    assert papers.SL1_TITLE_OF.keys() <= datasets.SIZES.keys()


def test_an_unknown_table_of_results_is_refused():
    with pytest.raises(ValueError, match="unknown table of results 4; accepted: 3, 5"):
        papers.sl1_results(4)
