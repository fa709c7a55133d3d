"""The pages on paper B's data: their records, and verdicts that follow them."""

import copy
import dataclasses

import numpy as np
import pytest

from evidence.kit.frames import one_by
from evidence.kit.records import Record, Store
from evidence.kit.registry import units
from evidence.kit.reproduce import compare
from evidence.kit.runner import PAPER_RECORDS, compute
from evidence.pages.alm_series import claims_sp500 as alm_sp500
from evidence.pages.alm_series import claims_table1 as alm_table1
from evidence.pages.alm_series import runs_references as alm_references
from evidence.pages.alm_series import tables as alm_datasets
from evidence.papers.alm_zero import zero_cells
from evidence.rivals.predictors.of_series import PREDICTORS
from lib import datasets
from lib.datasets import sp500, synthetic

COMMITTED = Store(PAPER_RECORDS)


@pytest.fixture
def records():
    """The committed records, which a test may change."""
    return [copy.deepcopy(COMMITTED.load(unit)) for unit in units("alm_references", "paper")]


def change(records: list[Record], name: str, **values: float | str) -> None:
    for row in one_by(records, "dataset")[name].rows:
        row |= values


@pytest.mark.parametrize("name", [*datasets.SYNTHETIC, *sp500.NAMES])
def test_a_dataset_gives_its_record_again(name, tmp_path):
    if not datasets.available(name):
        pytest.skip(f"{name} needs a file that is not on this machine")
    unit = next(u for u in units("alm_references", "paper") if u.config.dataset == name)
    repeated = Store(tmp_path)
    repeated.save(*compute(unit))
    found, beyond = compare(COMMITTED.load(unit), repeated.load(unit), unit.config)
    assert not beyond, found


def test_the_records_hold_no_month_of_the_released_file(records):
    for record in records:
        assert not record.traces
        assert len(record.rows) == record.config["seeds"]
        for row in record.rows:
            assert all(isinstance(value, int | float | str) for value in row.values())


def test_moments_and_zero_predictor_belong_together(records):
    """Mean square = squared mean + squared deviation, for a series with one target."""
    for name in sp500.NAMES:
        row = one_by(records, "dataset")[name].rows[0]
        for part in ("train", "test"):
            square = row[f"{part}_mean"] ** 2 + row[f"{part}_sd"] ** 2
            assert row[f"zero {part}"] == pytest.approx(square, rel=1e-12)


def test_a_description_by_hand():
    Y = np.array([[1.0], [-1.0], [1.0], [-1.0], [3.0], [5.0]])
    X = np.column_stack([np.arange(6) ** 2.0, 2 - Y[:, 0]])
    series = datasets.Series("toy", X, Y, ("a", "b"), ("y",), 4, "", "")
    found = alm_references.describe(series)
    assert found["leaks"] == "b"
    assert (found["T"], found["n"], found["m"], found["train"]) == (6, 2, 1, 4)
    moments = [found[f"{part}_{moment}"] for part in ("train", "test") for moment in ("mean", "sd")]
    assert moments == [0, 1, 4, 1]
    assert found["autocorrelation"] == pytest.approx(np.corrcoef(Y[1:, 0], Y[:-1, 0])[0, 1])
    assert found["time_correlation"] == pytest.approx(np.corrcoef(Y[:, 0], np.arange(6))[0, 1])


def test_the_other_reading_changes_only_the_deviations(monkeypatch):
    """With a recipe of deviation 1, whose square root is 1, both readings give the same errors."""
    recipe = dataclasses.replace(synthetic.RECIPES["synthetic-t10"], weights=1.0, noise=1.0)
    monkeypatch.setitem(synthetic.RECIPES, "synthetic-t10", recipe)
    found = alm_references.as_variance("synthetic-t10", 3)
    squares = (datasets.load("synthetic-t10", seed=3).Y ** 2).sum(axis=1)
    assert found["zero train, variance"] == pytest.approx(squares[:9].mean())
    assert found["zero test, variance"] == pytest.approx(squares[9])


def test_a_rebuilt_series_agrees_with_itself():
    found = alm_references.against_rebuilt(datasets.load("sp500-intended"))
    assert found["volatility_correlation"] == pytest.approx(1)
    assert found["DP rebuilt"] == pytest.approx(1)
    assert found["months_off"] > 400
    assert "STR rebuilt" not in found


# -- Table 1 -----------------------------------------------------------------------------------


def test_the_zero_predictors_of_the_paper_s_tables():
    cells = zero_cells()
    found = cells.groupby("dataset")["method"].value_counts().to_dict()
    assert found == {
        ("synthetic-t10", "GDC"): 1,
        ("synthetic-t10", "GDNM"): 1,
        ("synthetic-t500", "Adam"): 5,
        ("synthetic-t500", "SGD"): 5,
    }
    assert cells["train_sd"].max() < 1e-4
    assert alm_table1.zero_table()["starts"].tolist().count("all 5") == 1


def test_the_smallest_spread_by_hand(records):
    record = one_by(records, "dataset")["synthetic-t10"]
    for k, row in enumerate(record.rows):
        row |= {f"{name} test": 0.1 * k * i for i, name in enumerate(PREDICTORS)}
    pair, spread = alm_table1.smallest_spread(record)
    assert pair == PREDICTORS[:2]
    assert spread == pytest.approx(0.1 * 14.5 / alm_table1.NORMAL_IQR)


def test_the_lead_of_the_alm_by_hand():
    # Table 3a: 5.376 - 4.770, 5.079 - 4.437, 5.057 - 4.660, 4.696 - 4.628, 4.844 - 4.650.
    expected = {
        "He": 0.606,
        "N(0,1e-3)": 0.642,
        "N(0,1e-1)": 0.397,
        "Glorot": 0.068,
        "LeCun": 0.194,
    }
    assert alm_table1.lead("3a").to_dict() == pytest.approx(expected)


def test_what_the_paper_states_stands_above_what_is_found(records):
    table = alm_datasets.sizes_table(records)
    assert [row.split(": ")[1] for row in table.index] == [
        *("paper", "here"),
        *("paper", "here"),
        *("paper", "here", "here", "here"),
    ]
    sizes = table[["T", "n", "m", "r"]]
    differs = [
        name
        for stated, found in ((0, [1]), (2, [3]), (4, [5, 6, 7]))
        for name in table.index[found]
        if list(sizes.loc[name]) != list(sizes.iloc[stated])
    ]
    assert differs == ["S&P intended: here"]


# -- The S&P series ----------------------------------------------------------------------------


def test_without_the_released_file_what_it_says_is_left_out(records):
    own = [r for r in records if r.config["dataset"] not in ("sp500-released", "sp500-written")]
    left = {claim.id for claim in alm_sp500.claims(own) if claim.measured is None}
    assert left == set(alm_sp500.ASKED)
    assert list(alm_sp500.columns_table(own)) == ["rebuilt with time"]


def test_what_is_asked_is_what_is_measured(records):
    assert {claim.id for claim in alm_sp500.claims(records)} == {
        *alm_sp500.ASKED,
        "O-5.1-nowcast",
    }


def test_cells_beaten_by_hand(records):
    """Of Table 3b only 1.135, GDC from He's start, lies above the error of persistence."""
    change(records, "sp500-intended", **{"persistence test": 0.7, "zero test": 2.0})
    table = alm_sp500.beaten_table(records)["intended"]
    assert table["persistence"] == "1 of 30"
    assert table["zero"] == "0 of 30"
