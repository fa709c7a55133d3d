"""The rate search: what it leaves out, what it judges, and what it chooses."""

import json
from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.registry import units
from evidence.pages.alm_table3 import runs_table4 as alm_table4
from evidence.pages.alm_table3.runs_descent_printed import BATCH_SIZES, METHODS, Method
from evidence.pages.alm_table3.runs_table4 import Search, counted, judge, run
from evidence.papers import tables as papers
from evidence.protocols.alm import TABLE2, trial
from evidence.rivals.elman import Batch, KerasObjective, Networks
from lib import alm


def search(**fields) -> Search:
    return Search(
        **{
            "dataset": "synthetic-t10",
            "initialisation": "glorot",
            "trials": (0, 1),
            "epochs": 5,
            "batch_size": 2,
            "left_out": 1,
            **fields,
        }
    )


def test_the_grid_is_that_of_the_paper():
    found = search().candidates()
    assert [sum(c.name == name for c in found) for name in METHODS] == [5, 40, 5, 5, 5]
    assert len(set(found)) == len(found)
    for table in papers.ALM_TABLES:
        printed = papers.alm_rates(table)
        pairs = {(c.name, c.rate, c.clip) for c in found}
        for row in printed.itertuples():
            clip = None if np.isnan(row.clip) else row.clip
            assert (row.method, row.rate, clip) in pairs


def test_p_steps_are_left_out_the_same_for_every_start():
    given = trial("synthetic-t10", "glorot", 0)
    kept = [counted(search(left_out=3), given, seed) for seed in range(20)]
    assert {int((k == 0).sum()) for k in kept} == {3}
    assert len({tuple(k) for k in kept}) > 10
    other = replace(search(left_out=3), initialisation="he")
    np.testing.assert_array_equal(counted(other, trial("synthetic-t10", "he", 0), 0), kept[0])
    with pytest.raises(ValueError, match="fewer than the 9 of the training part, got 9"):
        counted(search(left_out=9), given, 0)


def test_left_out_targets_are_judged_and_do_not_train():
    """Other targets there change the error as they must and leave the network as it is."""
    config, given = search(), trial("synthetic-t10", "glorot", 1)
    kept = counted(config, given, 1)
    method = Method("GD", 0.1)
    found = alm_table4.errors(config, [method], given, kept)
    networks = Networks.stack([given.start])
    batch = Batch(
        networks,
        given.X[None],
        given.Y[None],
        KerasObjective(given.penalties),
        counted=kept[None],
    )
    for _ in range(config.epochs):
        batch.differentiate(slice(0, 9))
        networks.flat[:] -= 0.1 * batch.gradient.flat
    outputs = alm.predict(networks.run(0), given.X, alm.ReLU())
    gap = (given.Y - outputs)[kept == 0]
    assert found == pytest.approx([(gap**2).sum()], rel=1e-10)
    Y = given.series.Y.copy()
    Y[:9][kept == 0] += 1.0
    moved = replace(given, series=replace(given.series, Y=Y))
    expected = [((gap + 1) ** 2).sum()]
    assert alm_table4.errors(config, [method], moved, kept) == pytest.approx(expected, rel=1e-10)


def test_a_search_has_a_row_per_candidate_and_one_choice_per_method():
    outcome = run(search())
    candidates = search().candidates()
    assert [(r["method"], r["rate"], r["clip"]) for r in outcome.rows] == [
        (c.name, c.rate, c.clip) for c in candidates
    ]
    assert len(outcome.traces["validation"]) == len(candidates)
    for name in METHODS:
        own = [r for r in outcome.rows if r["method"] == name]
        chosen = [r for r in own if r["chosen"]]
        assert len(chosen) == 1
        finite = [r["validation"] for r in own if r["validation"] is not None]
        assert chosen[0]["validation"] == min(finite)
    for row, course in zip(outcome.rows, outcome.traces["validation"], strict=True):
        assert row["diverged"] == course.count(None)
        if not row["diverged"]:
            assert row["validation"] == pytest.approx(np.mean(course), rel=1e-12)
    json.dumps([outcome.rows, outcome.traces], allow_nan=False)


def test_a_diverged_trial_rules_a_candidate_out_and_a_tie_goes_to_the_first():
    candidates = [
        Method("GD", 0.1),
        Method("GD", 1.0),
        Method("GDC", 0.1, 1.0),
        Method("GDC", 0.1, 2.0),
        Method("SGD", 0.1),
    ]
    table = np.array([[3.0, 5.0], [1.0, np.inf], [2.0, 2.0], [2.0, 2.0], [np.inf, np.inf]])
    rows = judge(candidates, table)
    assert [r["chosen"] for r in rows] == [True, False, True, False, False]
    assert [r["diverged"] for r in rows] == [0, 1, 0, 0, 2]
    assert [r["validation"] for r in rows] == [4.0, None, 2.0, 2.0, None]
    assert [r["same"] for r in rows] == [1, 0, 2, 2, 0]


def test_a_rate_that_explodes_is_a_diverged_trial():
    config = search(epochs=40)
    given = trial("synthetic-t10", "he", 0)
    kept = counted(config, given, 0)
    found = alm_table4.errors(config, [Method("GD", 1e6), Method("GD", 1e-4)], given, kept)
    assert np.isinf(found[0])
    assert np.isfinite(found[1])


def test_the_profiles_say_their_scale():
    for unit in units("alm_table4", "paper"):
        config = unit.config
        assert config.batch_size == BATCH_SIZES[papers.ALM_TABLE_OF[config.dataset]]
        if config.dataset == "synthetic-t10":
            assert (len(config.trials), config.epochs, config.left_out) == (30, 500, 1)
        else:
            assert (len(config.trials), config.left_out) == (3, 10)
            assert config.epochs == {"synthetic-t500": 100}.get(config.dataset, 500)
    assert {unit.config.dataset for unit in units("alm_table4", "paper")} == set(TABLE2)
    assert not any("released" in u.config.dataset for u in units("alm_table4", "quick"))


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="batch size must be at most the 9 steps"):
        run(search(batch_size=10))
    with pytest.raises(ValueError, match="unknown dataset 'mnist'"):
        run(search(dataset="mnist"))
    with pytest.raises(ValueError, match="learning rate must be"):
        run(search(rates=(0.1, -1.0)))
    with pytest.raises(ValueError, match="epochs must be a whole number >= 1"):
        run(search(epochs=0))
