"""The page on paper A's datasets: its records, and what is read off them."""

import copy

import pytest

from evidence.kit.frames import one_by
from evidence.kit.records import Store
from evidence.kit.registry import units
from evidence.kit.reproduce import compare
from evidence.kit.runner import PAPER_RECORDS, compute
from evidence.pages.sl1_results import claims_datasets as sl1_datasets
from evidence.pages.sl1_results import references as sl1_references
from evidence.pages.sl1_results import tables_datasets as sl1_datasets_tables
from evidence.papers import tables as papers
from evidence.rivals.predictors.of_tables import LINEAR
from lib import datasets

COMMITTED = Store(PAPER_RECORDS)
EXPERIMENTS = ("sl1_datasets", "sl1_references")
LJUBLJANA, WISCONSIN = "breast-cancer-ljubljana", "breast-cancer-wisconsin"


@pytest.fixture
def records():
    """The committed records of both experiments, which a test may change."""
    return [
        [copy.deepcopy(COMMITTED.load(unit)) for unit in units(name, "paper")]
        for name in EXPERIMENTS
    ]


def change(records, name, predictor=None, **values):
    for row in one_by(records, "dataset")[name].rows:
        if predictor is None or row["predictor"] == predictor:
            row |= values


@pytest.mark.parametrize("name", EXPERIMENTS)
@pytest.mark.parametrize("dataset", ["iris", "wine", LJUBLJANA, "boston", "energy", "student"])
def test_a_dataset_gives_its_record_again(name, dataset, tmp_path):
    if not datasets.available(dataset):
        pytest.skip(f"{dataset} needs a file that is not on this machine")
    unit = next(u for u in units(name, "paper") if u.config.dataset == dataset)
    repeated = Store(tmp_path)
    repeated.save(*compute(unit))
    found, beyond = compare(COMMITTED.load(unit), repeated.load(unit), unit.config)
    assert not beyond, found


def test_what_a_profile_leaves_out_is_not_measured():
    assert {claim.measured for claim in sl1_datasets.claims([], [])} == {None}


def test_the_nearer_breast_cancer_set_follows_the_level(records):
    found = one_by(records[1], "dataset")
    assert sl1_references.nearer(found) == WISCONSIN
    change(records[1], LJUBLJANA, LINEAR, test=0.95)
    change(records[1], WISCONSIN, LINEAR, test=0.6)
    assert sl1_references.nearer(found) == LJUBLJANA


def test_a_lead_within_chance_is_no_lead(records):
    record = one_by(records[1], "dataset")["iris"]
    printed = papers.sl1_results(3).set_index(["dataset", "model"]).loc[("Iris", "SL1-GRU"), "test"]
    rows = [row for row in record.rows if row["predictor"] == LINEAR]
    for k, row in enumerate(rows):
        row["test"] = printed - 0.01 + (0.02 if k % 2 else -0.02)
    ours, gain, margin = sl1_references.lead(record, LINEAR, "test")
    assert (ours, gain) == pytest.approx((printed - 0.01, 0.01))
    # t with 18 degrees of freedom, deviation 0.02 * sqrt(10 / 9), two means of ten trials.
    assert margin == pytest.approx(2.1009 * 0.02 * (10 / 9) ** 0.5 * 0.2**0.5, rel=1e-4)
    for k, row in enumerate(rows):
        row["test"] = printed - 0.01 + (0.002 if k % 2 else -0.002)
    assert sl1_references.lead(record, LINEAR, "test")[2] < 0.01


def test_a_published_split_leaves_nothing_to_chance(records):
    assert sl1_references.lead(one_by(records[1], "dataset")["mnist"], LINEAR, "test")[2] == 0


def test_the_scale_is_the_one_nearest_as_a_ratio(records):
    record = one_by(records[1], "dataset")["boston"]  # median of the printed errors: 0.168
    change(records[1], "boston", LINEAR, **{"test, as measured": 0.2})
    assert sl1_references.nearest_scale(record) == "as measured"
    change(records[1], "boston", LINEAR, **{"test, standardised": 0.15})
    assert sl1_references.nearest_scale(record) == "standardised"


def test_every_table_has_a_row_for_every_set(records):
    inventory, references = records
    tables = sl1_datasets_tables
    assert len(tables.sizes_table(inventory, classification=True)) == 7
    assert len(tables.sizes_table(inventory, classification=False)) == 5
    assert tables.content_table(inventory, references, classification=True).shape[1] == 7
    assert len(tables.accuracy_table(references)) == len(tables.ceiling_table(references)) == 7
    assert len(tables.error_table(references)) == len(tables.scale_table(references)) == 5
    splits = tables.splits_table()
    assert (splits["rounded"] == "the same").sum() == 9
    assert splits.loc["Wine", "train_test_split"] == "124 / 54"
    sizes = tables.sizes_table(inventory, classification=True)
    assert sizes.loc["KDD", "samples"] == "494,019 → 494,021"
    assert sizes.loc["Iris", "samples"] == "150"
