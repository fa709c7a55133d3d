"""Section 4.1 of paper A: the experiment against sums written out, and verdicts that follow it."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.records import Record, Store
from evidence.kit.registry import units
from evidence.kit.runner import PAPER_RECORDS
from evidence.pages.sl1_approximation import claims
from evidence.pages.sl1_approximation.runs import (
    CONSTANT,
    FIG3,
    FIG4,
    LINEAR,
    MODELS,
    PROFILES,
    REFERENCES,
    column,
    run,
    scores,
)
from evidence.pages.sl1_approximation.tables import results
from evidence.protocols.sl1_methods import METHODS
from evidence.statistics import Outcome
from lib.datasets import functions

SEEDS = 10
SETTINGS = {"hidden_size": 32, "rate": 1e-3, "strength": 5e-4}


@pytest.fixture(scope="module", params=PROFILES["quick"], ids=lambda config: config.label)
def small(request):
    config = replace(request.param, steps=3, every=2, seeds=2)
    return config, run(config)


def test_every_model_and_predictor_has_its_rows_and_traces(small):
    config, outcome = small
    assert [row["model"] for row in outcome.rows] == [
        *REFERENCES * 2,
        *(model for model in config.models for _ in range(2)),
    ]
    assert outcome.traces["iteration"] == [0, 2, 3]
    for model in config.models:
        assert np.shape(outcome.traces[f"{model}.sparsity"]) == (2, 3)
        assert len(outcome.traces[f"{model}.answers"]) == 100
    trained = [row for row in outcome.rows if row["model"] in MODELS]
    assert all(("between" in row) == (config.reading == "step") for row in trained)
    assert all(("oscillating" in row) == (config.function == FIG3) for row in outcome.rows)


def test_models_of_a_trial_share_start_and_noise(small):
    config, outcome = small
    first = [outcome.traces[f"{m}.error"][0] for m in config.models if m in METHODS]
    assert len(set(first)) == 1
    record = Record("", {}, {}, outcome.rows, {}, {})
    assert len(set(column(record, "GRU", "grid"))) == 2
    assert (column(record, CONSTANT, "grid") >= column(record, LINEAR, "grid") - 1e-3).all()


def test_a_solo_run_is_the_run_of_the_batch():
    config = replace(PROFILES["quick"][2], steps=4, every=2, seeds=2)
    together = run(config)
    alone = run(replace(config, models=("SL1-GRU",)))
    name = "SL1-GRU.answers"
    np.testing.assert_allclose(alone.traces[name], together.traces[name], rtol=1e-5)


@pytest.mark.parametrize("number", [0, 1, 5])
def test_the_first_iterations_of_a_run_are_those_of_its_record(number):
    unit = units("sl1_approximation", "paper")[number]
    every, recorded = unit.config.every, Store(PAPER_RECORDS).load(unit).traces
    repeated = run(replace(unit.config, steps=every)).traces
    assert recorded["iteration"][:2] == repeated["iteration"] == [0, every]
    for model in unit.config.models:
        for name in ("error", "sparsity"):
            first = np.array(recorded[f"{model}.{name}"])[..., :2]
            np.testing.assert_allclose(repeated[f"{model}.{name}"], first, rtol=2e-2)


def test_scores_are_the_sums_that_they_are_said_to_be():
    x = functions.grid(FIG3)[:, 0]
    exact = 8 + 2 * np.exp(1 - x**2) * np.cos(2 * np.pi * x)
    y, centres = exact + 0.5, functions.between(FIG3)
    assert len(centres) == 99
    np.testing.assert_allclose(centres[:, 0], (x[1:] + x[:-1]) / 2)
    found = scores(FIG3, y, exact + (x < 2), np.zeros(99))
    assert found["train"] == pytest.approx(0.25)
    assert found["grid"] == pytest.approx((x < 2).mean())
    assert found["oscillating"] == pytest.approx(1)
    assert found["between"] == pytest.approx((functions.oscillation(centres) ** 2).mean())
    lost = scores(FIG4, np.zeros(100), np.full(100, 1e300))
    assert lost == {"train": None, "grid": None}
    assert functions.between(FIG4).shape == (81, 2)


def record(function, reading="step", rule="gradient descent", sparsity=None, **errors):
    """Return a record whose models' errors are about the numbers given, else about 1."""
    rows, sparsity = [], sparsity or {}
    for model in (*REFERENCES, *MODELS):
        for seed in range(SEEDS):
            error = errors.get(model.replace("-", "_").replace(" ", "_"), 1.0) * (1 + seed / 100)
            near = sparsity.get(model, 0.01)
            row = {"model": model, "seed": seed, "train": error, "grid": error, "between": error}
            row |= {"oscillating": error} if function == FIG3 else {}
            row |= {"sparsity": near, "zeros": 0.0} if model in MODELS else {}
            rows.append(row)
    traces = {"iteration": [0, 1000, 2000, 3000]}
    for model in MODELS:
        near = sparsity.get(model, 0.01)
        traces[f"{model}.sparsity"] = [[0.0, 0.0, near, near]] * SEEDS
    config = {"function": function, "reading": reading, "rule": rule, **SETTINGS}
    return Record("sl1_approximation", config, {}, rows, traces, {})


def test_a_run_that_diverged_loses():
    lost = record(FIG4)
    for row in lost.rows:
        if row["model"] == "GRU":
            row["grid"] = None
    assert claims.rivals(lost)["GRU"].outcome is Outcome.BETTER
    assert "none of 10 finished" in repr(results([lost], FIG4))


def test_the_bound_on_the_sparsity_of_gradient_descent():
    rng = np.random.default_rng(0)
    share = 1 - claims.most(SETTINGS, 0)
    # One input, 32 hidden units: three gates, w_out; the update gate and the candidate are live.
    assert share == pytest.approx((3 * 32**2 + 32) / (3 * 32**2 + 4 * 32), rel=1e-4)
    iterations = 400_000
    size = np.abs(rng.uniform(-0.5, 0.5, 200_000))
    reached = (size - 5e-7 * iterations < 1e-5).mean()
    assert claims.most(SETTINGS, iterations) == pytest.approx(1 - share + share * reached, abs=5e-3)
    needed = claims.least_iterations(SETTINGS)
    assert claims.most(SETTINGS, needed) == pytest.approx(0.8)
    assert claims.most(SETTINGS, 10**9) == 1


def test_key_numbers_and_tables_show_every_model():
    records = [record(FIG3, L1_GRU=0.5), record(FIG3, rule="Adam")]
    numbers = claims.key_numbers(records, FIG3)
    assert numbers["step.gradient descent.L1-GRU.grid"] == pytest.approx(0.5225)
    assert numbers["step.Adam.GRU.sparsity"] == pytest.approx(0.01)
    shown = repr(results(records, FIG3))
    assert all(model in shown for model in (*MODELS, *REFERENCES))
    assert "worse" in shown
