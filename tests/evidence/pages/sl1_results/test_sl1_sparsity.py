"""Sparsity: what is printed and cannot be, who is sparser, and which zeros two methods share."""

import numpy as np
import pytest
import torch

from evidence.kit.records import Record
from evidence.kit.verdicts import Verdict
from evidence.pages.sl1_results import claims_sparsity as sl1_sparsity
from evidence.pages.sl1_results.results import Results
from evidence.pages.sl1_results.runs_patterns import overlap
from evidence.protocols import sl1_sparsity as printed
from evidence.protocols.sl1 import MODELS, SL1

HOLDS, IN_PART, FAILS, UNTESTABLE = list(Verdict)[-4:]
SETTING = {"rate": 5e-3, "strength": 5e-4, "alpha": 1e-2, "batch_size": 32}


def results(near: dict[str, int], trials: int = 10) -> Results:
    """Return trials of all models on Iris with so many of 3200 dead weights near zero."""
    records = []
    for model in MODELS:
        counts = [
            float(near.get(model, 0) + (k % 3 if model in near else 0)) for k in range(trials)
        ]
        rows = [
            {"live weights": 256, "dead weights": 3200, "output weights": 96, "steps": 4000}
            | {"dead, near zero": count}
            for count in counts
        ]
        traces = {"epoch": [0, 100, 500, 1000], "near_zeros": [[c] * 4 for c in counts]}
        config = {"dataset": "iris", "model": model, "width": None, "setting": SETTING}
        records.append(Record("sl1_table3", config, {}, rows, traces, {}))
    return Results(records)


def patterns(shared: float) -> list[Record]:
    rows = [{"method": SL1, "agreement": shared, "agreement, live": shared}]
    return [Record("sl1_patterns", {}, {}, rows, {"epoch": [0, 10]}, {})]


def verdicts(near: dict[str, int], shared: float = 1.0, trials: int = 10) -> list[Verdict]:
    both = results(near, trials)
    found = [claim.verdict for claim in sl1_sparsity.claims(both, both, patterns(shared))]
    return found[:1] + found[2:4] + found[7:8] + found[9:10]


@pytest.mark.parametrize(
    ("near", "shared", "expected"),
    [
        ({"L1-GRU": 63, SL1: 900}, 0.95, [HOLDS, HOLDS, HOLDS, IN_PART, HOLDS]),
        ({"L1-GRU": 63, SL1: 0}, 0.5, [IN_PART, FAILS, FAILS, IN_PART, FAILS]),
        ({"L1-GRU": 63}, 0.5, [IN_PART, FAILS, FAILS, HOLDS, FAILS]),
        ({"L1-GRU": 900, SL1: 900}, 0.5, [HOLDS, FAILS, FAILS, FAILS, FAILS]),
        ({}, 0.5, [FAILS, FAILS, FAILS, IN_PART, FAILS]),
    ],
)
def test_the_verdicts_follow_the_counts(near, shared, expected):
    assert verdicts(near, shared) == expected


def test_each_of_the_two_is_judged_alone_as_well():
    both = results({"L1-GRU": 63}, 10)
    *_, l1, l1_too, sl1, sl1_too = sl1_sparsity.claims(both, both, patterns(0.5))
    assert [c.verdict for c in (l1, l1_too, sl1, sl1_too)] == [HOLDS, HOLDS, FAILS, FAILS]
    assert l1.claim.startswith("L1-GRU is significantly sparser than the others (abstract")
    assert sl1.ours.startswith("SL1-GRU in 0 of 12 comparisons")


def test_three_trials_decide_nothing():
    assert verdicts({"L1-GRU": 63, SL1: 900}, trials=3)[:3] == [UNTESTABLE] * 3


def test_a_printed_mean_below_one_weight_in_ten_trials_is_found():
    cells = {(c.dataset, c.model): c for c in printed.cells(3, 5)}
    assert len(cells) == 60
    iris = cells["Iris", "RNN"]
    assert iris.weights == 32 * (4 + 32 + 3)
    assert iris.least == pytest.approx(1 / 12_480)
    assert not iris.possible
    assert cells["Iris", "GRU"].possible
    assert cells["Iris", SL1].dead == pytest.approx((3 * 32 * 32 + 32 * 4) / 3552)
    assert printed.highest_printed(3) == (3, 5)
    assert printed.highest_printed(5) == (5, 5)


def test_the_printed_sparsities_of_iris_take_so_many_steps():
    iris = printed.implied()[0]
    assert iris.steps_an_epoch == 4
    assert iris.l1_steps == pytest.approx(0.0676 / iris_dead() * 0.5 / 2.5e-6, rel=1e-3)
    assert iris.sl1_steps > iris.l1_steps + 20_000


def iris_dead() -> float:
    return 3200 / 3552


def test_sets_are_compared_row_by_row():
    one = torch.tensor([[True, True, False], [False, False, False]])
    other = torch.tensor([[True, False, False], [False, False, False]])
    np.testing.assert_allclose(overlap(one, other), [0.5, 1.0])
