"""Section 4.3: the search finds what it must, the printed formula fails where it should."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.records import Record, settings
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_activations import claims as training
from evidence.pages.alm_activations import runs as alm_activations
from evidence.pages.alm_activations import runs_u_block as alm_u_block
from evidence.pages.alm_activations.runs_u_block import (
    Cases,
    PrintedLeakyReLU,
    activation,
    draw,
    search,
    solve,
)
from lib import alm
from lib.alm.activations.elu import lower_bound

CASES = {"relu": 200, "leaky": 2000, "elu": 500}
SMALL = [replace(c, cases=CASES[c.name]) for c in alm_u_block.PROFILES["quick"]]


def record(config: Cases, **changed: object) -> Record:
    row = alm_u_block.run(config).rows[0]
    return Record("alm_u_block", settings(config), {}, [row | changed], {}, {})


@pytest.fixture(scope="module")
def cases():
    return [record(config) for config in SMALL]


def verdicts(claims):
    return [claim.verdict for claim in claims]


def test_the_search_finds_a_minimum_that_is_known():
    # theta1 = theta3 and theta2 = sigma(theta1) make the minimum lambda6 theta1^2 but for rounding.
    config = Cases("elu", 4.0, 300)
    theta1 = np.random.default_rng(0).uniform(-4, 4, 300)
    theta = np.stack([theta1, alm.ELU().value(theta1), theta1])
    best, _ = search(config, alm.ELU(), theta)
    np.testing.assert_allclose(best, config.lambda6 * theta1**2, rtol=1e-3, atol=1e-15)


def test_the_search_sees_both_valleys_of_the_elu():
    theta = np.array([[-3.6, -1.0], [5.0, -0.5], [0.0, 0.0]])
    _, minima = search(Cases("elu", 12.0, 2), alm.ELU(), theta)
    assert minima.tolist() == [2, 1]


@pytest.mark.parametrize("slope", [0.01, 0.5])
def test_the_printed_formula_fails_exactly_in_the_wedge(slope):
    config = Cases("leaky", 1.0, 4000, slope, mu=1e-300, lambda6=1e-300)
    theta = draw(config)
    right, printed = (
        solve(config, rule(slope), theta) for rule in (alm.LeakyReLU, PrintedLeakyReLU)
    )
    wedge = (theta[0] >= 0.0) & (theta[0] + slope * theta[1] < 0.0)
    assert wedge.any()
    np.testing.assert_array_equal(np.abs(right - printed) > 1e-12, wedge)
    row = alm_u_block.run(config).rows[0]
    assert row["printed_wrong"] <= np.sum(wedge)
    assert 0.0 < row["printed_gap"] <= row["printed_gap_bound"]


def test_nothing_is_left_of_the_lower_bound_and_it_is_needed():
    a, theta2 = np.random.default_rng(1).uniform(-8, 8, (2, 2000))
    u = np.empty(2000)
    alm.ELU().minimise(a.copy(), theta2.copy(), 1.0, u)
    gap = np.minimum(u, 0.0) - lower_bound(a, theta2, 1.0)
    assert gap.min() >= 0.0
    assert gap[(u < -5.0)].min() < 0.05


def test_elu_at_the_border_of_the_convex_cases():
    """Where the fast path hands over to the pieces, and where the two roots meet."""
    for q in (1.0, 1.3):
        borders = np.sqrt(np.array([7.0, 8.0]) * q) - 1.0
        theta2 = (borders[:, None] + np.linspace(-1e-9, 1e-9, 11)).ravel()
        theta1, theta2 = (v.ravel() for v in np.meshgrid(np.linspace(-6.0, 3.0, 19), theta2))
        theta = np.stack([theta1, theta2, np.zeros_like(theta1)])
        config = Cases("elu", 6.0, theta1.size, mu=1e-300, lambda6=(q - 1.0) / 2.0 or 1e-300)
        found = solve(config, alm.ELU(), theta)
        best, _ = search(config, alm.ELU(), theta)
        assert np.all(alm_u_block.phi(config, alm.ELU(), found, theta) <= best + 1e-13)


def trained(dataset: str, inner: int, **by_activation: tuple[float, float, int]) -> Record:
    """A record with one trial; each activation has its last violation, residual and rises."""
    rows, traces = [], {name: [] for name in alm_activations.ALONG}
    for name, (violation, residual, rises) in by_activation.items():
        rows.append(
            {"trial": 0, "activation": name, "status": "finished", "feasibility": violation}
            | {"kkt_residual": residual, "updates": 10, "entries": 10, "differing": 1}
            | {"rises_z": 0, "rises_h": 0, "rises_u": rises, "seconds": 1.0, "sweeps": 10}
            | {"train": 1.0, "test": 1.0, "rollout_objective": 1.0, "gamma": 1.0}
        )
        for along in traces.values():
            along.append([0.0, 1.0, violation])
    config = {"dataset": dataset, "outer_iterations": 2, "inner_iterations": inner}
    return Record("alm_activations", config, {}, rows, traces, {})


GOOD, FAR, RISING = (1e-6, 1e-8, 0), (0.5, 1e-3, 0), (1e-6, 1e-8, 3)


def test_the_kkt_points_are_asked_of_the_run_with_most_sweeps():
    short = trained("synthetic-t10", 10, relu=FAR, leaky=FAR, elu=FAR)
    long = trained("synthetic-t10", 500, relu=GOOD, leaky=GOOD, elu=GOOD)
    (theory,) = (c for c in training.claims([short, long]) if c.id == "B-2-extends-theory")
    assert theory.measured.reached == theory.measured.runs == 2


def test_a_run_that_broke_down_counts_as_not_fallen():
    broken = trained("synthetic-t10", 10, relu=GOOD, leaky=GOOD, elu=GOOD)
    broken.rows[2].update(status="start explodes", feasibility=None, kkt_residual=None)
    for along in broken.traces.values():
        along[2] = []
    found = training.claims([broken])
    assert verdicts(found)[1] is Verdict.CONTRADICTED
    assert np.isinf(training.key_numbers([broken])["synthetic-t10.elu.kkt_residual"])


def test_one_trial_is_trained_with_all_three_and_every_block_descends():
    config = replace(
        alm_activations.PROFILES["quick"][0], trials=(0,), outer_iterations=3, checked_sweeps=5
    )
    outcome = alm_activations.run(config)
    assert [row["activation"] for row in outcome.rows] == ["relu", "leaky", "elu"]
    assert all(row[f"rises_{block}"] == 0 for row in outcome.rows for block in "zhu")
    assert [row["updates"] for row in outcome.rows] == [20] * 3
    assert [len(trace) for trace in outcome.traces["feasibility"]] == [4] * 3
    assert outcome.rows[1]["entries"] == 20 * 9 * 4


def test_an_update_that_raises_L_is_counted(monkeypatch):
    config = replace(alm_activations.PROFILES["quick"][0], checked_sweeps=3)
    given = alm_activations.trial(config.dataset, config.initialisation, 0)
    update = alm_activations.UPDATES["u"]

    def too_far(ws):
        update(ws)
        ws.U += 5.0

    monkeypatch.setitem(alm_activations.UPDATES, "u", too_far)
    found = alm_activations.descent(given, config, alm.ReLU())
    assert found["rises_u"] > 0
    assert found["rises_z"] == found["rises_h"] == 0


def test_unknown_activations_are_named():
    with pytest.raises(ValueError, match="unknown activation 'tanh'; accepted: relu, leaky, elu"):
        activation("tanh", 0.1)
