"""Paper A's multiverses: which records make a reading, and what is counted in each."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.multiverse import compared, turned
from evidence.kit.records import Record
from evidence.pages.sl1_multiverse.claims import GRUS, accuracy, error, otherwise, worlds
from evidence.pages.sl1_multiverse.claims_rises import rises
from evidence.pages.sl1_multiverse.claims_sparsity import ALPHA, COUNTED, EXACT, NEAR, sparsity
from evidence.pages.sl1_results.results import Results
from evidence.protocols.sl1 import PRINTED, SL1
from evidence.statistics import Outcome

BETTER, TIE, WORSE = Outcome
TRIALS = 10
L1 = "L1-GRU"


def record(dataset, model, levels, mode="all", near=0, trials=TRIALS, **more) -> Record:
    """Return a model's trials: scores around a level, and so many of 100 weights near zero."""
    config = {"dataset": dataset, "model": model, "width": None, "mode": mode} | more
    level = levels.get(model, 0.5)
    scores = [level * (1 + 0.01 * k / TRIALS) for k in range(trials)]
    counted = {"live": 100, "dead": 0, "output": 0}
    row = {f"{group} weights": n for group, n in counted.items()}
    for group in counted:
        share = near if group == "live" else 0
        row |= {f"{group}, near zero": share, f"{group}, zero": 0, f"{group}, below alpha": share}
    traces = {"epoch": [0, 10, 50, 100], "near_zeros": [[near] * 4] * trials}
    traces |= {name: [[s] * 4 for s in scores] for name in ("train", "test")}
    return Record("sl1_table3", config, {}, [row] * trials, traces, {})


def tables(levels, sets=("iris", "boston"), **more) -> list[Record]:
    return [record(name, model, levels, **more) for name in sets for model in PRINTED]


def modes(levels, sets=("iris", "boston"), **more) -> list[Record]:
    return [
        record(name, model, levels, mode="out", scale=None, **more)
        for name in sets
        for model in GRUS[1:]
    ]


def test_a_reading_takes_the_unpenalised_network_of_its_own_scale():
    own, other = tables({}), modes({})
    scaled = [
        record("boston", m, {"GRU": 0.25}, mode=mode, scale="min-max")
        for mode in ("all", "out")
        for m in (GRUS if mode == "all" else GRUS[1:])
    ]
    found = {(w.name, w.mode, w.scale): w.results for w in worlds(own, [*other, *scaled])}
    assert set(found) == {
        ("iris", "all", None),
        ("iris", "out", None),
        *(("boston", m, s) for m in ("all", "out") for s in ("standardised", "min-max")),
    }
    for (name, _, scale), results in found.items():
        level = 0.25 if scale == "min-max" else 0.5
        assert results.scores(name, "GRU", "test")[0] == pytest.approx(level)


def test_datasets_that_the_tables_lack_are_left_out():
    assert {w.name for w in worlds(tables({}, ["iris"]), modes({}))} == {"iris"}


@pytest.mark.parametrize(
    ("table", "mode", "expected"),
    [
        ({SL1: 0.9}, {SL1: 0.9}, {BETTER: 6}),
        ({SL1: 0.9}, {}, {BETTER: 3, TIE: 3}),
        ({SL1: 0.9}, {SL1: 0.4}, {BETTER: 3, WORSE: 3}),
        ({}, {SL1: 0.4}, {TIE: 3, WORSE: 3}),
    ],
)
def test_the_accuracy_s_outcomes_follow_the_trials(table, mode, expected):
    found = accuracy(worlds(tables(table, ["iris"]), modes(mode, ["iris"])))
    outcomes = Counter(case.outcome for case in compared(found).cases.values())
    assert outcomes == expected
    assert turned(found).violated == (3 if BETTER in expected and WORSE in expected else 0)


def test_a_gain_is_points_of_accuracy_or_a_share_of_the_error():
    both = worlds(tables({SL1: 0.6}), [])
    assert accuracy(both).specifications[0].effect == pytest.approx(10, rel=0.02)
    assert error(both).specifications[0].effect == pytest.approx(-20, rel=0.02)
    assert error(both).specifications[0].outcome is Outcome.WORSE


def test_three_trials_decide_nothing():
    few = worlds(tables({SL1: 0.9}, trials=3), [])
    assert not compared(accuracy(few)).cases


def test_the_tables_larger_families_can_decide_otherwise():
    found = tables({SL1: 0.9}, ["iris"])
    assert otherwise(worlds(found, []), [Results(found)]) == 0
    # One contrary trial of ten: enough in a family of six, too much in one of fifteen.
    (sl1,) = (r for r in found if r.config["model"] == SL1)
    sl1.traces["test"][0] = [0.4999] * 4
    assert otherwise(worlds(found, []), [Results(found)]) == 3


def near(counts, **more) -> list[Record]:
    return [record("iris", model, {}, near=counts.get(model, 0), **more) for model in PRINTED]


@pytest.mark.parametrize(
    ("counts", "outcome", "effect"),
    [({SL1: 30, L1: 10}, Outcome.BETTER, 20), ({SL1: 10, L1: 30}, Outcome.WORSE, -20)],
)
def test_sparsity_is_counted_in_every_way(counts, outcome, effect):
    found = sparsity(worlds(near(counts), []), [], [])
    by_count = {s.choices[COUNTED]: s for s in found.specifications}
    assert set(by_count) == {NEAR, EXACT, ALPHA}
    for counted in (NEAR, ALPHA):
        assert by_count[counted].outcome is outcome
        assert by_count[counted].effect == pytest.approx(effect)
    assert (by_count[EXACT].effect, by_count[EXACT].outcome) == (0.0, Outcome.TIE)


def test_functions_and_the_long_training_have_choices_of_their_own():
    config = {"function": "function-1d", "rule": "Adam", "reading": "series", "mode": "all"}
    rows = [{"model": m, "zeros": 0.1 * (m == SL1)} for m in GRUS for _ in range(TRIALS)]
    traces = {f"{m}.sparsity": [[0.1 * (m == SL1)] * 4] * TRIALS for m in GRUS}
    function = Record(
        "f", config | {"models": GRUS}, {}, rows, {"iteration": [0, 1, 5, 10], **traces}, {}
    )
    few = replace(function, config=config | {"models": ("GRU", SL1)})
    found = sparsity([], [function, few], []).specifications
    assert len(found) == 4
    assert all(s.outcome is Outcome.BETTER for s in found)
    assert found[0].choices["optimiser"] == "Adam"
    assert found[0].choices["a sample is"] == "a sequence"
    long = [
        {"method": m, "near zero": 0.1 * (m == L1), "below alpha": 0.1}
        for m in (L1, SL1, "prox-L1-GRU")
        for _ in range(TRIALS)
    ]
    below, alpha = sparsity([], [], [Record("p", {}, {}, long, {}, {})]).specifications
    assert (below.outcome, alpha.outcome) == (Outcome.WORSE, Outcome.TIE)


def reading(counts, loss="sum") -> Record:
    config = {"dataset": "iris", "mode": "out", "batch": "full", "loss": loss, "epochs": 50}
    config |= {"factors": [1.0], "setting": {"alpha": 1e-2}}
    return Record("r", config, {}, [{"factor": 1.0, "rises": n} for n in counts], {}, {})


@pytest.mark.parametrize(
    ("first", "other", "expected"),
    [
        ([0, 0], [0, 0], [BETTER, BETTER]),
        ([0, 0], [0, 5], [BETTER, TIE]),
        ([0, 0], [5, 5], [BETTER, WORSE]),
        ([5, 5], [5, 5], [WORSE, WORSE]),
    ],
)
def test_the_error_s_outcomes_follow_its_rises(first, other, expected):
    found = rises([reading(first), reading(other, "mean")], [], [], [])
    assert [s.outcome for s in found.specifications] == expected
    assert found.specifications[1].effect == pytest.approx(100 * np.mean(other) / 50)


def test_three_more_experiments_say_when_the_error_rises():
    iris = {"mode": "all", "steps": 100}
    rows = [{"method": m, "increases": 7 * (m == L1)} for m in GRUS]
    arms = [{"arm": "SL1", "increases": 0}, {"arm": "SL1, small alpha", "increases": 100}]
    config = {"flower": "setosa", "alpha": 1e-2, "steps": 100}
    search = Record("s", config, {}, [{"rises": [50, *[0] * 15]}], {}, {})
    found = rises(
        [], [Record("c", iris, {}, rows, {}, {})], [Record("o", iris, {}, arms, {}, {})], [search]
    ).specifications
    assert [s.effect for s in found] == [0, 0, 100, 50, 0, 0, 0]
    assert found[2].choices["smoothing"] == "α = 0.002"
    assert found[3].choices["step size"] == "(A2)'s limit"
