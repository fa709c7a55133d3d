"""The road to a KKT point: blocks add up, a network of zeros is one, the verifier decides."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.records import Record
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_race import claims_kkt_road as claims
from evidence.pages.alm_race import runs_kkt_road as alm_kkt_road
from evidence.pages.alm_race import runs_polish as alm_polish
from evidence.pages.alm_race.runs_kkt_road import BLOCKS, PROFILES, is_faithful, zero_network
from evidence.pages.alm_race.runs_polish import verified
from lib import alm

QUICK = replace(PROFILES["quick"][0], outer_iterations=6, seen=(2, 6), sweeps=20)


@pytest.fixture(scope="module")
def outcome():
    return alm_kkt_road.run(QUICK)


def test_the_blocks_add_up_to_the_residual_that_the_solver_reports(outcome):
    traces = outcome.traces
    assert traces["iteration"] == [2.0, 6.0]
    assert traces["sweeps"][1] >= 120
    squares = np.sum([np.square(traces[f"block_{name}"]) for name in BLOCKS], axis=0)
    np.testing.assert_allclose(np.sqrt(squares), traces["kkt_residual"])
    assert outcome.rows[0]["blocks_W_share"] == pytest.approx(
        traces["block_W"][1] ** 2 / squares[1]
    )


def test_gamma_is_held_to_what_matters(outcome):
    assert outcome.traces["gamma"][1] == pytest.approx(outcome.traces["gamma"][0], rel=1e-6)


def test_the_nearest_point_is_verified_and_the_zero_network_stands_beside_it(outcome):
    nearest, zero = outcome.rows[0], outcome.rows[-1]
    off = np.max(
        [outcome.traces["settled_feasibility"], outcome.traces["settled_kkt_residual"]], axis=0
    )
    assert nearest["holds"]
    assert claims.verified(nearest) == pytest.approx(off.min())
    assert zero["point"] == "zero network"
    assert claims.verified(zero) < 1e-12
    assert zero["converged"] == 1
    assert zero["verified_objective"] > 2 * nearest["objective"]


def test_no_constant_is_better_than_that_of_the_zero_network():
    on, _ = alm_polish.problem(QUICK.polishing)
    zero = zero_network(on, 20)
    best = alm.rollout_objective(on, zero)
    for shift in (-1e-3, 1e-3):
        other = alm.Weights(zero.W, zero.V, zero.b, zero.A, zero.c + shift)
        assert alm.rollout_objective(on, other) > best
    assert verified(on, zero, 0.0, "rollout")["verified_kinks"] == on.steps * 20


def test_a_network_whose_roll_out_is_another_is_not_faithful():
    assert is_faithful({"objective": 10.0, "rollout_objective": 10.05})
    assert not is_faithful({"objective": 10.0, "rollout_objective": 11.0})
    assert not is_faithful({"objective": 10.0, "rollout_objective": np.nan})


@pytest.mark.parametrize(
    ("error", "verdict"), [(1e-7, Verdict.REPRODUCED), (1e-2, Verdict.UNDECIDED)]
)
def test_the_verdict_follows_the_verifier(error, verdict):
    row = {"point": "nearest", "sweeps": 400, "rollout_objective": 1.5, "blocks_W_share": 0.9}
    row |= {"verified_feasibility": error / 2, "verified_kkt_residual": error}
    row |= {"verified_objective": 1.0, "verified_kinks": 3.0, "converged": int(error < 1e-6)}
    traces = {"feasibility": [0.2, 0.01], "kkt_residual": [0.1, 0.05]}
    record = Record("alm_kkt_road", {"steps": 500}, {}, [row], traces, {})
    [claim] = claims.claims([record])
    assert claim.verdict is verdict
    assert claims.road_numbers([record])["road.own"] == 0.05
    assert claims.key_numbers([record]) == {"road.W_share": 0.9}
    assert claims.points_table(record).loc["R of the roll-out", "nearest"] == "1.500"
