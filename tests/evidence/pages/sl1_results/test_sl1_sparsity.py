"""Sparsity: what is printed and cannot be, and which zeros two methods share."""

import numpy as np
import pytest
import torch

from evidence.pages.sl1_results.runs_patterns import overlap
from evidence.protocols import sl1_sparsity as printed
from evidence.protocols.sl1 import SL1


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
