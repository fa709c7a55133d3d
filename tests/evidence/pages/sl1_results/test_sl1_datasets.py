"""The page on paper A's datasets: its records, and verdicts that follow them."""

import copy

import pytest

from evidence.kit.frames import one_by
from evidence.kit.records import Store
from evidence.kit.registry import experiment, units
from evidence.kit.reproduce import largest_gap
from evidence.kit.runner import PAPER_RECORDS, compute
from evidence.kit.verdicts import Verdict
from evidence.pages.sl1_results import claims_datasets as sl1_datasets
from evidence.pages.sl1_results import references as sl1_references
from evidence.pages.sl1_results import tables_datasets as sl1_datasets_tables
from evidence.pages.sl1_results.references import CLASSIFICATION, REGRESSION
from evidence.papers import tables as papers
from evidence.rivals.predictors.of_tables import CONSTANT, LINEAR, LOOK_UP
from lib import datasets

HOLDS, IN_PART, FAILS, UNTESTABLE = list(Verdict)[-4:]
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


def verdicts(records):
    return [claim.verdict for claim in sl1_datasets.claims(*records)]


def only(records, names):
    return [[r for r in part if r.config["dataset"] in names] for part in records]


@pytest.mark.parametrize("name", EXPERIMENTS)
@pytest.mark.parametrize("dataset", ["iris", "wine", LJUBLJANA, "boston", "energy", "student"])
def test_a_dataset_gives_its_record_again(name, dataset, tmp_path):
    if not datasets.available(dataset):
        pytest.skip(f"{dataset} needs a file that is not on this machine")
    unit = next(u for u in units(name, "paper") if u.config.dataset == dataset)
    repeated, module = Store(tmp_path), experiment(name)
    repeated.save(*compute(unit))
    found = largest_gap(COMMITTED.load(unit), repeated.load(unit), module.COMPARED)
    assert found[1] <= module.TOLERANCE, found


def test_the_claims(records):
    assert verdicts(records) == [IN_PART, HOLDS, *[IN_PART] * 6]


def test_what_a_profile_leaves_out_is_not_judged(records):
    few = only(records, ("iris", "boston"))
    found = sl1_datasets.claims(*few)
    assert found[2].verdict is UNTESTABLE
    assert "Wine, Cancer (Ljubljana), KDD, MNIST" in found[0].why
    none = sl1_datasets.claims([], [])
    assert {claim.verdict for claim in none} == {UNTESTABLE}


@pytest.mark.parametrize(
    ("which", "name", "values", "expected"),
    [
        (0, "kdd", {"samples": 494019}, HOLDS),
        (0, "iris", {"inputs": 5}, IN_PART),
        (1, "energy", {"samples": 767}, IN_PART),
        (1, "student", {"outputs": 2}, HOLDS),
    ],
)
def test_the_sizes_follow_the_inventory(records, which, name, values, expected):
    change(records[0], name, **values)
    assert verdicts(records)[which] is expected


def test_the_breast_cancer_set_follows_ceiling_and_level(records):
    change(records[1], LJUBLJANA, LOOK_UP, train=0.97)  # below the printed 0.9896 in every split
    assert verdicts(records)[2] is FAILS
    change(records[1], LJUBLJANA, LINEAR, test=0.95)
    change(records[1], WISCONSIN, LINEAR, test=0.6)
    assert verdicts(records)[2] is IN_PART
    change(records[1], LJUBLJANA, LOOK_UP, train=1.0)
    assert verdicts(records)[2] is HOLDS
    assert sl1_references.nearer(one_by(records[1], "dataset")) == LJUBLJANA


def test_unseen_test_parts_follow_their_share(records):
    for name in CLASSIFICATION:
        change(records[1], name, LOOK_UP, seen=0.0)
    assert verdicts(records)[3] is HOLDS
    for name in CLASSIFICATION:
        change(records[1], name, LOOK_UP, seen=0.02)
    assert verdicts(records)[3] is FAILS


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


def test_errors_below_every_reference_hold(records):
    for name in REGRESSION:
        scale = sl1_references.nearest_scale(one_by(records[1], "dataset")[name])
        change(records[1], name, CONSTANT, **{f"test, {scale}": 100.0})
    assert verdicts(records)[7] is HOLDS


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
