"""Early stopping as an experiment: what is kept, on what it was trained, and how it is judged."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.records import Record
from evidence.kit.registry import units
from evidence.pages.alm_race import claims_holdout as claims
from evidence.pages.alm_race.runs_holdout import FULL, RIVALS, STOPPED, column, run
from evidence.protocols.alm import trial
from evidence.rivals.predictors import of_series
from lib import alm

TRIALS = 10


def records(stopped, full, ridge=1.0, zero=9.0, lower=True, trials=TRIALS):
    """Return records whose test errors lie around the values given."""
    found = []
    for seed in range(trials):
        factor = 1.0 + 0.01 * seed
        trained = {"train": 1.0, "iteration": 2, "sweeps": 40}
        R = {STOPPED: 12.0, FULL: 10.0 if lower else 13.0}
        rows = [
            {"method": method, "test": factor * test, "rollout_objective": R[method], **trained}
            for method, test in ((STOPPED, stopped), (FULL, full))
        ]
        rows += [
            {"method": name, "test": test}
            for name, test in zip(RIVALS[1:], (ridge, zero), strict=True)
        ]
        found.append(Record("alm_holdout", {"seed": seed}, {}, rows, {}, {}))
    return found


def test_table_and_numbers_are_those_of_the_records():
    given = records(2.0, 3.0)
    given[0].rows[1]["test"] = None
    assert column(given, FULL)[0] is None
    assert np.isinf(claims.values(given, FULL)[0])
    shown = claims.table(given)
    assert shown.loc["early stopping is", of_series.RIDGE] == "worse"
    assert shown.loc["p after Holm", of_series.RIDGE].startswith("0.00")
    assert shown.loc["sweeps until then", STOPPED] == "40 [40, 40]"
    assert shown.loc["R", of_series.ZERO] == "–"
    numbers = claims.key_numbers(given)
    assert numbers["holdout.stopped"] == pytest.approx(2.09)
    assert numbers["holdout.R_full"] == 10.0


def test_the_kept_networks_are_those_that_the_rules_name():
    config = replace(units("alm_holdout", "quick")[0].config, outer_iterations=2)
    found = run(config)
    on = trial(config.dataset, config.initialisation, config.seed)
    stopped, full, ridge, zero = found.rows
    assert [row["method"] for row in found.rows] == [STOPPED, *RIVALS]
    assert np.argmin(found.traces["holdout"][0]) == stopped["iteration"]
    assert np.argmin(found.traces["rollout_objective"][1]) == full["iteration"] == 2
    # Where nothing stops, R is the objective of the training itself.
    options = alm.accelerated(on.Y, outer_iterations=2)
    result = alm.solve(on.X, on.Y, on.start, on.penalties, options)
    assert full["rollout_objective"] == pytest.approx(result.trace["rollout_objective"][2])
    assert full["sweeps"] == result.trace["sweeps"].sum()
    assert zero["test"] == of_series.errors(on.series, of_series.zero(on.series))[1]
    assert 0 < ridge["test"] < zero["test"]
