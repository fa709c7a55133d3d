"""Kinks on the way of gradient methods, and what the penalties do: counts and verdicts."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.records import Record
from evidence.kit.registry import units
from evidence.kit.rule import word
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_premises import claims
from evidence.pages.alm_premises import runs_kinks as alm_kinks
from evidence.pages.alm_premises import runs_penalties as alm_penalties
from evidence.pages.alm_premises.claims import RATIO
from evidence.pages.alm_premises.figure import overfitting
from evidence.pages.alm_premises.runs_kinks import ADAM, ALM, GD
from evidence.pages.alm_premises.runs_penalties import FULL, WEAK
from evidence.protocols.alm import TABLE2, TEST, TRAIN, network_errors, penalties, trial
from lib import alm

T10, SP500 = "synthetic-t10", "sp500-intended"


def kinks(gd: int, adam: int) -> list[Record]:
    row = {"networks": 5, "entries": 36, "nearest": 1e-3, "changing": 0.1}
    rows = [
        {"method": GD, "zeros": gd} | row,
        {"method": ADAM, "zeros": adam} | row,
        {"method": ALM, "zeros": 9} | row | {"networks": 1, "changing": None},
    ]
    return [Record("alm_kinks", {"dataset": T10}, {}, rows, {}, {})]


def test_networks_on_a_kink_have_two_slopes_there():
    found = claims.at_kinks(networks=20)
    assert (found.cases, found.violated) == (20, 0)


def test_the_kinks_that_gradient_methods_meet_are_counted():
    found = claims.met(kinks(3, 1))
    assert (found.cases, found.violated) == (360, 4)
    assert "9 of 36" in found.drawn


def test_a_network_that_stands_on_kinks_is_counted(monkeypatch):
    """A start with V = 0 and b = 0 has u = 0 at every step, which no step of b leaves at once."""
    given = alm_kinks.trial(T10, "glorot", 0)
    w = given.start
    still = alm.Weights(w.W, np.zeros_like(w.V), np.zeros_like(w.b), 0 * w.A, w.c)
    trial = type(given)(given.series, still, given.penalties)
    monkeypatch.setattr(alm_kinks, "trial", lambda *_: trial)
    config = alm_kinks.Kinks(T10, 1, 4, outer_iterations=1)
    rows = {row["method"]: row for row in alm_kinks.run(config).rows}
    # With A = 0 nothing reaches V and b in the first epoch; then the gradient of max(0, 0) is 0.
    assert rows[GD]["zeros"] == rows[ADAM]["zeros"] == 5 * 36
    assert rows[GD]["nearest"] is None
    assert rows[GD]["changing"] == 0.0


def penalised(full: float, weak: float, train: float, trials: int = 12) -> list[Record]:
    rows = [
        {"seed": k, "strength": strength, TEST: test * (1 + 0.01 * k), TRAIN: part}
        for k in range(trials)
        for strength, test, part in ((FULL, full, 1.0), (WEAK, weak, train))
    ]
    return [Record("alm_penalties", {"dataset": T10}, {}, rows, {}, {})]


@pytest.mark.parametrize(
    ("full", "weak", "train", "expected"),
    [
        (1.0, 2.0, 0.5, Verdict.REPRODUCED),
        (1.0, 0.9, 0.5, Verdict.UNDECIDED),  # a smaller ratio alone is not enough
        (1.0, 0.5, 1.0, Verdict.CONTRADICTED),
    ],
)
def test_penalties_must_lower_the_ratio_and_the_test_error(full, weak, train, expected):
    assert word(claims.reduced(penalised(full, weak, train))) is expected


def test_few_trials_decide_nothing_about_the_penalties():
    assert word(claims.reduced(penalised(1.0, 2.0, 0.5, trials=3))) is Verdict.UNDECIDED


def test_an_explosion_is_an_infinite_error_and_is_not_drawn():
    records = penalised(1.0, 2.0, 0.5)
    records[0].rows[1][TEST] = None
    assert np.isinf(claims.errors(records[0], WEAK, TEST)[0])
    assert np.isinf(claims.errors(records[0], WEAK, RATIO)[0])
    (ax,) = overfitting(records).axes
    assert len(ax.get_lines()[0].get_xdata()) == 11
    assert list(claims.penalties_table(records).columns) == [claims.SERIES[T10]]


def test_both_strengths_minimise_their_own_objective_from_one_start():
    config = replace(units("alm_penalties", "quick")[0].config, trials=1, outer_iterations=2)
    rows = alm_penalties.run(config).rows
    assert [row["strength"] for row in rows] == [FULL, WEAK]
    on, own = trial(config.dataset, "glorot", 0), TABLE2[config.dataset]
    options = alm.accelerated(on.Y, outer_iterations=2)
    for row in rows:
        weaker = replace(own, tau=row["strength"] * own.tau)
        strengths = penalties(weaker, on.X.shape[1], on.Y.shape[1])
        best = alm.solve(on.X, on.Y, on.start, strengths, options).best.weights
        assert row[TEST] == network_errors(on.series, best, alm.ReLU())[TEST]


def test_tables_name_every_dataset_and_method():
    table = claims.kinks_table(kinks(0, 2))
    assert list(table["exactly 0"]) == ["0", "2", "9"]
    assert list(table["sign changes"]) == ["10.00%", "10.00%", "–"]
    numbers = claims.key_numbers(kinks(0, 2), penalised(1.0, 2.0, 0.5))
    assert numbers["zeros.GD"] == 0.0
    assert numbers["alm_zeros"] == 0.25
    assert numbers[f"{T10}.test"] == pytest.approx(np.log(2.0))
