"""Paper B's multiverse: the best rival, the factor to it, and verdicts that follow the records."""

import numpy as np
import pytest
from table3_records import records

from evidence.pages.alm_table3.claims_multiverse import best_rival, factor, multiverses
from evidence.pages.alm_table3.trials import FAIR, PRINTED, gather
from evidence.protocols.alm import TEST
from evidence.statistics import Outcome
from lib import alm

ADAM = ("alm_descent_fair", "Adam")


def of(factors=None, trials=10, names=("synthetic-t500", "sp500-released"), **more):
    return gather([r for name in names for r in records(name, trials, 1.0, factors, **more)])


def test_every_choice_is_crossed_with_every_other():
    test, train = multiverses(of())
    for multiverse, measures in ((test, ["runs on", "restarts"]), (train, None)):
        assert len(multiverse.specifications) == 2 * 2 * 2 * len(alm.INITIALISATIONS)
        assert multiverse.choices["S&P target"] == ["as released"]
        assert measures is None or multiverse.choices["hidden state"] == measures
    assert train.choices["measured by"] == ["training error", "objective R"]


def test_the_best_rival_has_the_smallest_mean_and_finished_every_run():
    trials = of({ADAM: 0.5}, diverged={ADAM: 1})
    assert best_rival(trials, "synthetic-t500", FAIR, "he", TEST) != (FAIR, "Adam")
    trials = of({ADAM: 0.5})
    assert best_rival(trials, "synthetic-t500", FAIR, "he", TEST) == (FAIR, "Adam")
    assert best_rival(trials, "synthetic-t500", PRINTED, "he", TEST)[0] == PRINTED


def test_the_effect_is_the_geometric_mean_of_the_factors_in_the_alm_s_favour():
    test, _ = multiverses(of({ADAM: 0.5}))
    for specification in test.specifications:
        fair = specification.choices["rivals"] == FAIR
        assert specification.effect == pytest.approx(0.5 if fair else 2.0, rel=0.05)
        low, high = specification.interval
        assert low < specification.effect < high
        assert specification.outcome is (Outcome.WORSE if fair else Outcome.BETTER)


def test_runs_that_did_not_finish_leave_the_median_and_no_interval():
    assert factor(np.array([1.0, 1, 1]), np.array([2.0, 8, 4]))[0] == pytest.approx(4)
    lost = np.full(3, np.inf)
    assert factor(lost, np.ones(3)) == (0.0, None)
    assert factor(np.array([1.0, 1, np.inf]), np.ones(3)) == (1.0, None)
    assert factor(np.ones(2), np.array([2.0, 8.0])) == (pytest.approx(4), None)
