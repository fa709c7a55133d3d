"""The two groups of gradient-trained rows: what a unit runs, chooses and leaves behind."""

import json
from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.records import Store
from evidence.kit.registry import units
from evidence.kit.reproduce import compare
from evidence.kit.runner import PAPER_RECORDS, compute
from evidence.pages.alm_table3 import runs_descent_fair as alm_descent_fair
from evidence.pages.alm_table3 import runs_descent_printed as alm_descent_printed
from evidence.pages.alm_table3.descent import (
    DIVERGED,
    FINISHED,
    MEASURED,
    Look,
    milestones,
    minimise,
    row,
    traces,
)
from evidence.pages.alm_table3.descent_choice import Choice, head, pick, tail_course
from evidence.pages.alm_table3.runs_descent_fair import Fair
from evidence.pages.alm_table3.runs_descent_printed import EPOCHS, METHODS, Method, Printed, table4
from evidence.papers import tables as papers
from evidence.protocols.alm import TABLE2, network_errors, trial
from evidence.rivals import elman
from evidence.rivals.elman import NEVER, GradientDescent, Networks, Objective
from lib import alm

EXPERIMENTS = (alm_descent_printed, alm_descent_fair)


def rows_of(outcome, method):
    return [r for r in outcome.rows if r["method"] == method]


# -- the group as in the paper --------------------------------------------------------------------


def printed(**fields) -> Printed:
    methods = table4("3a", fields.get("initialisation", "glorot"))
    return Printed(
        **{
            "dataset": "synthetic-t10",
            "initialisation": "glorot",
            "trials": (0, 1),
            "methods": methods,
            "epochs": 20,
            "batch_size": 2,
            **fields,
        }
    )


def test_full_batch_methods_follow_the_closed_form_on_all_thirty_series():
    """From N(0, 1e-3) the hidden part stays negligible, so the errors follow from one number."""
    config = printed(initialisation="normal-1e-3", trials=tuple(range(30)), epochs=500)
    full = tuple(method for method in config.methods if method.name not in ("SGD", "Adam"))
    outcome = alm_descent_printed.run(replace(config, methods=full))
    assert len(outcome.rows) == 90
    for found in outcome.rows:
        assert found["train"] == pytest.approx(found["formula_train"], rel=1e-4)
        assert found["test"] == pytest.approx(found["formula_test"], rel=1e-4)


def test_the_closed_form_stands_only_where_it_applies():
    assert "formula_test" not in alm_descent_printed.run(printed(epochs=2)).rows[0]
    outcome = alm_descent_printed.run(printed(initialisation="normal-1e-3", epochs=2))
    assert ["formula_test" in found for found in outcome.rows] == [True] * 6 + [False] * 4


def test_table_4_gives_rates_and_norms():
    assert table4("3c", "lecun") == (
        Method("GD", 1e-3),
        Method("GDC", 0.1, 0.5),
        Method("GDNM", 0.01),
        Method("SGD", 0.01),
        Method("Adam", 0.01),
    )
    assert table4("3a", "he")[1] == Method("GDC", 1.0, 6.0)
    assert table4("3b", "normal-1e-1")[1] == Method("GDC", 0.1, 1.0)


def test_an_outcome_has_a_row_and_a_trace_per_method_and_trial():
    config = printed()
    outcome = alm_descent_printed.run(config)
    assert [(r["method"], r["trial"]) for r in outcome.rows] == [
        (method, seed) for method in METHODS for seed in config.trials
    ]
    assert outcome.traces["epoch"] == list(milestones(20))
    for name in (*MEASURED, "seconds"):
        assert len(outcome.traces[name]) == 10
        assert all(len(run) == len(milestones(20)) for run in outcome.traces[name])
    for found, course in zip(outcome.rows, outcome.traces["test"], strict=True):
        assert found["status"] == FINISHED
        assert course[-1] == pytest.approx(found["test"], rel=1e-5)
    json.dumps(outcome.traces, allow_nan=False)


def test_methods_with_one_rule_share_their_runs_and_others_do_not():
    same = (Method("GD", 0.05), Method("GDC", 0.05, 0.2), Method("GDNM", 0.05))
    outcome = alm_descent_printed.run(printed(methods=same))
    test = [found["test"] for found in outcome.rows]
    assert test[:2] == test[4:]
    assert test[:2] != test[2:4]
    moved = (same[0], replace(same[2], momentum=0.9))
    outcome = alm_descent_printed.run(printed(methods=moved))
    assert outcome.rows[0]["test"] == test[0] != outcome.rows[2]["test"]


def test_every_method_starts_where_the_trial_does():
    outcome = alm_descent_printed.run(printed())
    for found, course in zip(outcome.rows, outcome.traces["train"], strict=True):
        given = trial("synthetic-t10", "glorot", found["trial"])
        expected = network_errors(given.series, given.start, alm.ReLU())["train"]
        assert course[0] == pytest.approx(expected, rel=1e-5)


def test_gd_and_sgd_take_their_steps_on_the_loss_of_keras():
    """One epoch by hand: one step on the whole training part, or one per window."""
    config = printed(trials=(3,), methods=(Method("GD", 0.1), Method("SGD", 0.1)), epochs=1)
    given = trial("synthetic-t10", "glorot", 3)
    p, errors = given.penalties, {}
    for name, parts in (("GD", [slice(0, 9)]), ("SGD", elman.windows(9, 2))):
        z = Networks.stack([given.start])
        for part in parts:
            batch = elman.Batch(z, given.X[None], given.Y[None], elman.KerasObjective(p))
            batch.differentiate(part)
            z = Networks(z.flat - 0.1 * batch.gradient.flat, *z.sizes)
        errors[name] = network_errors(given.series, z.run(0), alm.ReLU())
    for found in alm_descent_printed.run(config).rows:
        assert {name: found[name] for name in errors["GD"]} == pytest.approx(
            errors[found["method"]], rel=1e-11
        )


def test_a_diverged_run_is_a_row_without_errors():
    config = printed(methods=(Method("GD", 1e4), Method("GDC", 1e-3, 1.0)), epochs=60)
    outcome = alm_descent_printed.run(config)
    gone, fine = rows_of(outcome, "GD"), rows_of(outcome, "GDC")
    assert [r["status"] for r in (*gone, *fine)] == [DIVERGED] * 2 + [FINISHED] * 2
    for found in gone:
        assert all(found[name] is None for name in MEASURED)
        assert "not finite in epoch" in found["reason"]
    assert outcome.traces["train"][0][0] is not None
    assert outcome.traces["train"][0][-1] is None
    assert None not in outcome.traces["train"][2]
    json.dumps([outcome.rows, outcome.traces], allow_nan=False)


def test_errors_that_overflow_are_a_divergence_as_well():
    found = row(Look(7, dict.fromkeys(MEASURED, np.inf), 0.1, NEVER))
    assert (found["status"], found["reason"]) == (DIVERGED, "errors not finite after epoch 7")
    assert found["train"] is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"dataset": "mnist"}, "unknown dataset 'mnist'"),
        ({"batch_size": 10}, "batch size must be at most the 9 steps of the series, got 10"),
        ({"epochs": 0}, "epochs must be a whole number >= 1, got 0"),
    ],
)
def test_bad_configurations_are_named(fields, sentence):
    with pytest.raises(ValueError, match=sentence):
        alm_descent_printed.run(printed(**fields))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: Method("RMSprop", 0.1), "unknown method 'RMSprop'; accepted: GD, GDC, GDNM, SGD"),
        (lambda: Method("GD", 0.0), "learning rate must be a finite number > 0, got 0.0"),
        (lambda: Method("GDC", 0.1, -1.0), "clipping norm must be a finite number > 0, got -1.0"),
        (lambda: Method("GDNM", 0.1, momentum=1.0), "momentum must be"),
        (lambda: table4("3a", "orthogonal"), "unknown initialisation 'orthogonal'"),
    ],
)
def test_bad_methods_are_named(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


# -- the fair group -------------------------------------------------------------------------------


def fair(**fields) -> Fair:
    return Fair(
        **{
            "dataset": "synthetic-t10",
            "initialisation": "lecun",
            "trials": (0, 1, 2, 3),
            "epochs": 40,
            "iterations": 30,
            **fields,
        }
    )


def test_the_choice_does_not_see_the_tail_in_training_nor_the_test_part(monkeypatch):
    """Other targets in the test part leave the choice as it is; other ones in the tail do not."""
    trials = [trial("synthetic-t10", "lecun", seed) for seed in range(3)]

    def chosen(steps: slice) -> list[Choice]:
        changed = []
        for given in trials:
            Y = given.series.Y.copy()
            Y[steps] += 3.0
            changed.append(replace(given, series=replace(given.series, Y=Y)))
        return alm_descent_fair.choose(fair(), changed)[0]

    assert head(9, 0.2) == 7
    unchanged = chosen(slice(0, 0))
    assert chosen(slice(9, 10)) == unchanged
    assert chosen(slice(7, 9)) != unchanged


def test_the_chosen_tail_error_is_that_of_a_training_on_the_head():
    config = fair()
    trials = [trial("synthetic-t10", "lecun", seed) for seed in range(3)]
    found, best = alm_descent_fair.choose(config, trials)
    assert [choice.method for choice in found] == list(alm_descent_fair.METHODS)
    choice = found[0]
    errors = []
    for given in trials:
        z = Networks.stack([given.start])
        batch = elman.Batch(z, given.X[None, :7], given.Y[None, :7], Objective(given.penalties))
        for _ in range(choice.epochs):
            batch.differentiate(slice(0, 7))
            z.flat[:] -= choice.rate * batch.gradient.flat
        outputs = alm.predict(z.run(0), given.X, alm.ReLU())
        errors.append(((given.Y - outputs)[7:] ** 2).sum(axis=1).mean())
    assert choice.tail_error == pytest.approx(np.mean(errors), rel=1e-9)
    of_rates = [b for b in best if b["method"] == "GD"]
    assert [b["rate"] for b in of_rates] == list(config.rates)
    assert min(b["tail_error"] for b in of_rates) == choice.tail_error


def test_what_diverges_is_not_chosen_and_edges_are_flagged():
    table = np.array([[5.0, 3.0, 2.0, 4.0], [5.0, np.inf, 1.0, 3.0], [5.0, 0.5, np.inf, np.inf]])
    rates, at = (0.1, 1.0, 10.0), (0, 1, 2, 4)
    assert pick("GD", rates, at, table) == Choice("GD", 10.0, 1, 0.5, True, True)
    assert pick("GD", rates[:2], at, table[:2]) == Choice("GD", 1.0, 2, 1.0, True, False)
    table[2, 1] = np.inf
    assert pick("GD", rates, at, table) == Choice("GD", 1.0, 2, 1.0, False, False)
    nothing = np.full((3, 4), np.inf)
    assert pick("GD", rates, at, nothing) == Choice("GD", 0.1, 4, np.inf, True, True)
    # An untrained network is no candidate.
    table[:, 0] = 0.0
    assert pick("GD", rates, at, table).epochs == 2


def test_every_method_trains_to_its_choice_on_r():
    config = fair()
    outcome = alm_descent_fair.run(config)
    trials = [trial("synthetic-t10", "lecun", seed) for seed in config.trials]
    choices = {c.method: c for c in alm_descent_fair.choose(config, trials[:3])[0]}
    assert len(outcome.rows) == 16
    for k, found in enumerate(outcome.rows):
        choice = choices[found["method"]]
        assert (found["rate"], found["chosen_epochs"]) == (choice.rate, choice.epochs)
        assert found["epochs"] == outcome.traces["epoch"][k][-1] <= choice.epochs
        assert outcome.traces["rollout_objective"][k][-1] == pytest.approx(
            found["rollout_objective"], rel=1e-5
        )
        R = outcome.traces["rollout_objective"][k]
        assert R[-1] < R[0]
    json.dumps([outcome.rows, outcome.traces], allow_nan=False)
    given = trials[1]
    found = elman.lbfgs(
        given.start, given.X, given.Y, Objective(given.penalties), choices["L-BFGS"].epochs
    )
    expected = network_errors(given.series, found.weights, alm.ReLU())
    last = rows_of(outcome, "L-BFGS")[1]
    assert {name: last[name] for name in expected} == pytest.approx(expected, rel=1e-12)


def test_a_start_that_explodes_leaves_lbfgs_without_errors():
    given = trial("synthetic-t10", "he", 0)
    wild = replace(given, start=replace(given.start, W=1e60 * np.ones((4, 4))))
    looks = minimise(wild, 5)
    assert [look.epoch for look in looks] == [0]
    assert row(looks[0])["status"] == DIVERGED
    assert traces([looks])["train"] == [[None]]
    assert not np.isfinite(tail_course(wild, 7, (0, 1, 5))).any()


def test_the_rules_are_those_of_the_configuration():
    config = fair()
    assert config.rule("GD", 0.1) == GradientDescent(0.1)
    assert config.rule("Nesterov", 0.1) == GradientDescent(0.1, momentum=0.9)
    assert config.rule("Adam", 0.1) == elman.Adam(0.1, elman.Clip(1.0), horizon=40)
    with pytest.raises(ValueError, match="unknown method 'L-BFGS'"):
        config.rule("L-BFGS", 0.1)


def test_a_holdout_that_leaves_nothing_to_train_on_is_named():
    with pytest.raises(ValueError, match=r"holdout of 0\.9 of the 9 training steps leaves 1"):
        alm_descent_fair.run(fair(holdout=0.9))


# -- both -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("experiment", EXPERIMENTS[:2])
def test_the_profiles_cover_what_they_must(experiment):
    name = "alm_" + experiment.__name__.rsplit("runs_", 1)[-1]
    for profile, datasets in (
        ("quick", {"synthetic-t10", "synthetic-t500", "sp500-intended"}),
        ("paper", set(TABLE2)),
    ):
        configs = [unit.config for unit in units(name, profile)]
        assert {(c.dataset, c.initialisation) for c in configs} == {
            (d, s) for d in datasets for s in alm.INITIALISATIONS
        }
    for config in configs:
        assert len(config.trials) == (30 if config.dataset == "synthetic-t10" else 10)
        assert config.epochs == EPOCHS[papers.ALM_TABLE_OF[config.dataset]]


def test_milestones_rise_from_the_start_to_the_end():
    assert milestones(1) == (0, 1)
    found = milestones(5000)
    assert found[:4] == (0, 1, 2, 3)
    assert found[-1] == 5000
    assert 40 <= len(found) <= 51
    assert list(found) == sorted(set(found))


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_a_unit_of_the_shortest_series_gives_its_record_again(experiment, tmp_path):
    name = "alm_" + experiment.__name__.rsplit("runs_", 1)[-1]
    unit = next(u for u in units(name, "paper") if u.config.label == "synthetic-t10-glorot")
    repeated = Store(tmp_path)
    repeated.save(*compute(unit))
    committed = Store(PAPER_RECORDS).load(unit)
    found, beyond = compare(committed, repeated.load(unit), unit.config)
    assert not beyond, found
