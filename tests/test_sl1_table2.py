"""Dead weights under a penalty, and what Table 2 means for them."""

import numpy as np
import pytest
import torch

from lib.claims import sl1_table2, sl1_table2_tables
from lib.claims.sl1_search import TEXT, search
from lib.claims.sl1_table2 import Reading, reading, readings
from lib.experiments import units
from lib.experiments.runner import PAPER_RECORDS
from lib.experiments.sl1_protocol import TABLE2
from lib.models import GRU
from lib.penalties import L1, SmoothL1
from lib.records import Store
from lib.theory import dead_weights
from lib.training.epochs import NEAR_ZERO
from lib.verdicts import Verdict

HOLDS, IN_PART, FAILS, _ = Verdict
STEP = 5e-6
POINTS = 20_001


def simulated(penalty, steps):
    """Return the share of evenly spread starts that is below 1e-5 after so many steps."""
    w = torch.linspace(-0.5, 0.5, POINTS, dtype=torch.float64)
    for _ in range(steps):
        w -= STEP * penalty.gradient(w)
    return float((w.abs() < NEAR_ZERO).double().mean())


@pytest.mark.parametrize("steps", [0, 1000, 4000])
def test_the_shares_are_those_of_the_iteration(steps):
    found = dead_weights.l1_share(steps, STEP)
    assert found == pytest.approx(simulated(L1(), steps), abs=2 / POINTS)
    for alpha in (1e-2, 1e-4):  # inside the parabola, and beyond it
        found = dead_weights.sl1_share(steps, STEP, alpha)
        assert found == pytest.approx(simulated(SmoothL1(alpha), steps), abs=3 / POINTS)


@pytest.mark.parametrize("share", [1e-4, 0.01, 0.3, 1.0])
def test_shares_and_steps_are_each_other_s_inverse(share):
    assert dead_weights.l1_share(dead_weights.l1_steps(share, STEP), STEP) == pytest.approx(share)
    steps = dead_weights.sl1_steps(share, STEP, 1e-2)
    assert dead_weights.sl1_share(steps, STEP, 1e-2) == pytest.approx(share)
    assert steps >= dead_weights.l1_steps(share, STEP)


def test_a_share_below_the_start_s_own_takes_no_step():
    assert dead_weights.l1_steps(1e-6, STEP) == dead_weights.sl1_steps(1e-6, STEP, 1e-2) == 0


def test_single_precision_keeps_what_a_step_is_too_small_for():
    # Below 1/2 neighbours are 2^-25 apart: half of that moves nothing above 1/4.
    assert dead_weights.stalled_share(0.9 * 2.0**-26) == pytest.approx(0.5, abs=1e-3)
    assert dead_weights.stalled_share(1.1 * 2.0**-26) == 0
    assert dead_weights.stalled_share(0.9 * 2.0**-27) == pytest.approx(0.75, abs=1e-3)


def test_dead_weights_are_those_without_a_gradient():
    r = reading("iris")
    model = GRU(4, 32, 3, bias=True)
    assert (r.weights, r.dead) == (model.layout.weight_count, 3 * 32 * 32 + 32 * 4)
    assert r.per_epoch == 4
    assert r.step == pytest.approx(2.5e-6)
    assert r.l1_steps == pytest.approx((0.0676 * 3552 / 3200 / 2 - 1e-5) / 2.5e-6)
    assert r.decay * 4 == pytest.approx(np.log(1000) / 2.5e-4, rel=1e-3)
    assert r.l1_after(r.l1_steps / r.per_epoch) == pytest.approx(0.0676)


@pytest.fixture(scope="module")
def found():
    return search([Store(PAPER_RECORDS).load(unit) for unit in units("sl1_grid", "paper")])


def test_the_rows_follow_from_the_tables(found, monkeypatch):
    claims = sl1_table2.claims(found)
    assert [claim.verdict for claim in claims] == [IN_PART] * 3 + [FAILS, HOLDS, IN_PART]
    assert "1 of 3" in claims[0].why
    monkeypatch.setattr(sl1_table2, "TABLE2", {**TABLE2, "wine": TEXT})
    changed = sl1_table2.claims(found)
    assert changed[0].verdict is HOLDS
    assert changed[5].verdict is HOLDS
    assert len(changed) == 6


def test_a_reading_fits_when_steps_take_the_same_time(found, monkeypatch):
    same = Reading(TABLE2["iris"], 4, 3552, 3200, (0.0676, 14.0), (0.0004, 14.0))
    monkeypatch.setattr(sl1_table2, "readings", lambda: dict.fromkeys(sl1_table2.ROWS, same))
    claims = sl1_table2.claims(found)
    assert [claims[2].verdict, claims[3].verdict] == [HOLDS, HOLDS]


def test_every_table_has_a_row_for_every_set():
    tables = sl1_table2_tables
    with_text = [tables.parameters_table(), tables.sparsity_table(), tables.smooth_table()]
    assert [len(table) for table in with_text] == [6, 6, 6]
    assert list(tables.ours_table().index) == list(readings())
    assert tables.parameters_table().loc["Wine", "not moved"] == "75%"
