"""The ALM rows of Table 3: errors by an independent roll-out, trials shared, failures as rows."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.registry import units
from evidence.protocols import alm as alm_protocol
from evidence.protocols.alm import network_errors, options, trial
from evidence.protocols.alm_training import BROKE_DOWN, EXPLODED, FINISHED, train
from evidence.rivals.predictors import of_series
from lib import alm

CONFIG = replace(units("alm_table3", "quick")[0].config, trials=(3,))
OPTIONS = options(CONFIG.setting, CONFIG.outer_iterations, CONFIG.inner_iterations)


def scaled(given, factor: float):
    return replace(given, start=replace(given.start, W=factor * given.start.W))


def test_errors_are_those_of_the_network_rolled_out_step_by_step():
    given = trial("synthetic-t10", "lecun", 5)
    series, z = given.series, given.start
    running, restarted, h = [], [], np.zeros(z.hidden_size)
    for t, (x, y) in enumerate(zip(series.X, series.Y, strict=True)):
        h = np.maximum(z.W @ h + z.V @ x + z.b, 0)
        running.append(np.sum((y - z.A @ h - z.c) ** 2))
        if t >= series.train:
            alone = np.maximum(z.V @ x + z.b, 0)
            restarted.append(np.sum((y - z.A @ alone - z.c) ** 2))
    found = network_errors(series, z, alm.ReLU())
    assert found["train"] == pytest.approx(np.mean(running[: series.train]), rel=1e-12)
    assert found["test"] == pytest.approx(np.mean(running[series.train :]), rel=1e-12)
    assert found["test_restarted"] == pytest.approx(np.mean(restarted), rel=1e-12)
    assert found["test"] != found["test_restarted"]


def test_a_row_is_the_end_of_its_trace_and_never_worse_than_the_zero_predictor_in_training():
    given = trial(CONFIG.dataset, CONFIG.initialisation, 3)
    row, trace = train(given, OPTIONS)
    assert row["status"] == FINISHED
    for name in ("seconds", "train", "test", "rollout_objective"):
        assert len(trace[name]) == CONFIG.outer_iterations + 1
        assert trace[name][-1] == row[name]
    assert np.all(np.diff(trace["seconds"]) > 0)
    zero, _ = of_series.errors(given.series, of_series.zero(given.series))
    assert row["train"] < zero


def test_the_initialisations_of_a_trial_share_their_series_and_trials_do_not():
    he, lecun, other = (
        trial("synthetic-t500", name, seed) for name, seed in (("he", 1), ("lecun", 1), ("he", 2))
    )
    assert np.array_equal(he.series.Y, lecun.series.Y)
    assert not np.array_equal(he.series.Y, other.series.Y)
    assert not np.array_equal(he.start.W, other.start.W)


def test_targets_scaled_by_their_training_part_have_its_mean_and_spread():
    given = trial("synthetic-t10", "lecun", 0, standardise="train")
    np.testing.assert_allclose(given.Y.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(given.Y.std(axis=0), 1, rtol=1e-12)


def test_a_start_that_explodes_and_a_run_that_breaks_down_are_rows(monkeypatch):
    given = trial(CONFIG.dataset, CONFIG.initialisation, 0)
    row, trace = train(scaled(given, 1e60), OPTIONS)
    assert (row["status"], row["test"], trace) == (EXPLODED, None, {})

    def broken(*_):
        raise alm.BreakdownError("the w block is singular")

    monkeypatch.setattr(alm, "solve", broken)
    row, trace = train(given, OPTIONS)
    assert (row["status"], row["train"], trace) == (BROKE_DOWN, None, {})
    assert row["reason"] == "the w block is singular"


def test_errors_of_the_callers_are_not_taken_for_failed_runs(monkeypatch):
    def wrong(*_):
        raise ValueError("shapes do not fit")

    monkeypatch.setattr(alm, "solve", wrong)
    with pytest.raises(ValueError, match="shapes do not fit"):
        train(trial(CONFIG.dataset, CONFIG.initialisation, 0), OPTIONS)


@pytest.mark.parametrize(
    ("dataset", "start", "scaling", "message"),
    [
        ("nile", "he", "all", "unknown dataset 'nile'"),
        ("synthetic-t10", "zeros", "all", "unknown initialisation 'zeros'"),
        ("synthetic-t10", "he", "test", "unknown standardisation 'test'"),
    ],
)
def test_unknown_names_are_refused(dataset, start, scaling, message):
    with pytest.raises(ValueError, match=message):
        alm_protocol.trial(dataset, start, 0, scaling)
