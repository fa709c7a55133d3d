"""Times of steps: what is timed is what is said."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.records import Record
from evidence.kit.timing import in_turns
from evidence.pages.sl1_speed import claims
from evidence.pages.sl1_speed import runs as experiment
from evidence.pages.sl1_speed.runs import (
    FORMATS,
    GRADIENT,
    PRODUCT,
    PROFILES,
    SPARSITIES,
    STEP,
    printed,
)
from evidence.protocols.sl1 import MODELS

TURNS = 25


def record(dataset: str = "iris", turns: int = TURNS, **factors: float) -> Record:
    """Return a record in which all works take as long, but those named by their arm."""
    wobble = 1e-5 * (1 + 0.01 * np.arange(turns))
    arms = [(STEP, model) for model in MODELS]
    arms += [(GRADIENT, name) for name in ("dense", "printed", "0.99")]
    arms += [(PRODUCT, f"{form} {share:g}") for share in SPARSITIES for form in FORMATS]
    traces = {f"{part}, {arm}": (wobble * factors.get(arm, 1.0)).tolist() for part, arm in arms}
    rows = [{"part": part, "arm": arm, "weights": 10, "zeros": 0} for part, arm in arms]
    return Record("sl1_speed", {"dataset": dataset, "trials": 10}, {}, rows, traces, {})


def test_compressed_rows_pay_where_they_are_faster_than_dense_ones_of_their_library():
    slow = {f"{form} {share:g}": 2.0 for form in FORMATS[1:] for share in SPARSITIES}
    races = {
        "iris": {"SciPy CSR 0.9": 0.1},
        "wine": {"torch CSR 0.9": 0.5, "torch CSR 0.99": 0.5},
        "kdd": {"torch CSR 0.05": 0.5},
    }
    found = claims.times([record(of, **slow | wins) for of, wins in races.items()])
    assert (found["worth"], found["worth.half"]) == (2, 1)


def test_the_paper_s_own_times_do_not_follow_its_sparsities():
    rows = {row["dataset"]: row for row in claims.printed_rows()}
    assert len(rows) == 10
    assert rows["Iris"]["ratio"] == pytest.approx(13.24 / 16.58)
    assert rows["Wine quality"]["sparsity"] == 0.4784
    assert claims.printed_ratios("GRU")["Iris"] == rows["Iris"]["ratio"]


def test_what_is_timed_has_the_zeros_that_are_said():
    (config,) = (c for c in PROFILES["paper"] if c.dataset == "iris")
    outcome = experiment.run(replace(config, trials=2, turns=2, steps=1, products=1))
    rows = {(row["part"], row["arm"]): row for row in outcome.rows}
    assert rows[GRADIENT, "printed"]["zeros"] == round(printed("iris") * 3552)
    assert rows[PRODUCT, "SciPy CSR 0.9"]["zeros"] == round(0.9 * 2 * 32 * 4)
    assert {arm for part, arm in rows if part == STEP} == set(MODELS)
    assert all(len(turns) == 2 for turns in outcome.traces.values())


def test_works_take_turns():
    calls = []
    taken = in_turns(lambda: calls.append("a"), lambda: calls.append("b"), repeats=3)
    assert "".join(calls) == "ab" * 4
    assert taken.shape == (2, 3)
    assert (taken >= 0).all()
