"""The networks of paper A's Tables 3 and 5: their protocol, their trials, and what claims say."""

import dataclasses

import numpy as np
import pytest
import torch

from evidence.kit.records import Record, Store
from evidence.kit.registry import units
from evidence.kit.rule import agreement
from evidence.kit.runner import PAPER_RECORDS
from evidence.kit.verdicts import Verdict
from evidence.pages.sl1_results import runs_table3 as sl1_table3
from evidence.pages.sl1_results import runs_table5 as sl1_table5
from evidence.pages.sl1_results.cells import cell, gain, gain_value, printed_gain, rounding
from evidence.pages.sl1_results.claims import key_numbers
from evidence.pages.sl1_results.claims_gru import grains
from evidence.pages.sl1_results.contest import cases, family, leader, orders, proximal, tally
from evidence.pages.sl1_results.results import ALL, MOMENTS, ROWS, SPARSITY, Results, printed
from evidence.pages.sl1_results.tables import details_table, orders_table, scores_table
from evidence.protocols import sl1 as sl1_protocol
from evidence.protocols.sl1 import MODELS, PRINTED, PROX, REGRESSION, SL1, TABLE2, TARGETS
from evidence.protocols.sl1_networks import (
    DEAD,
    GROUPS,
    LIVE,
    OUTPUT,
    TEST,
    TRAIN,
    Network,
    groups,
    run,
)
from evidence.rivals.predictors import of_tables
from evidence.statistics import Outcome
from lib import datasets
from lib.models import GRU, LSTM, RNN

REPRODUCED, CONTRADICTED = Verdict.REPRODUCED, Verdict.CONTRADICTED
TRIALS, EPOCHS = 10, (0, 10, 50, 100)

# -- protocol and training ------------------------------------------------------------------------


def small(dataset="iris", model=SL1, **fields):
    given = {"setting": TABLE2.get(dataset, REGRESSION), "epochs": 4, "trials": 2} | fields
    return Network(dataset, model, **given)


@pytest.mark.parametrize("module", [sl1_table3, sl1_table5])
def test_every_dataset_has_all_models_in_both_profiles(module):
    for profile in ("quick", "paper"):
        seen = {}
        for config in module.PROFILES[profile]:
            seen.setdefault((config.dataset, config.width), []).append(config.model)
        assert all(models == list(MODELS) for models in seen.values())
    of_paper = {config.dataset for config in module.PROFILES["paper"]}
    assert of_paper == set(TABLE2 if module is sl1_table3 else TARGETS) - {"mnist-5000"}
    assert all(not datasets.files(c.dataset) for c in module.PROFILES["quick"])


@pytest.mark.parametrize("model", ["RNN", "LSTM", "GRU", PROX])
def test_a_trial_is_the_same_alone_and_in_a_batch(model):
    both = run(small(model=model, trials=2))
    alone = run(small(model=model, trials=1))
    for name in (TRAIN, TEST, "error", "weight_norm", "near_zeros"):
        np.testing.assert_allclose(both.traces[name][0], alone.traces[name][0], rtol=1e-4)


def test_models_share_splits_starts_and_mini_batches():
    # Without a penalty to speak of, the five GRUs take the same steps.
    tiny = dataclasses.replace(TABLE2["iris"], strength=1e-300)
    found = [
        run(small(model=model, setting=tiny)).rows[1]
        for model in ("GRU", "L1-GRU", SL1, PROX, "L2-GRU")
    ]
    assert len({row["weight_norm"] for row in found}) == 1


def test_the_penalty_acts_where_the_mode_says():
    everywhere, output_only = (run(small(model="L1-GRU", mode=m)).rows[0] for m in ("all", "out"))
    without = run(small(model="GRU")).rows[0]
    assert everywhere["weight_norm"] < output_only["weight_norm"] < without["weight_norm"]


@pytest.mark.parametrize("kind", [RNN, LSTM, GRU])
@pytest.mark.parametrize("steps", [1, 3])
def test_the_groups_are_what_acts_and_what_cannot(kind, steps):
    model = kind(3, 4, 2, bias=True)
    of_group = groups(model, steps)
    assert (sum(of_group[name].astype(int) for name in GROUPS) == 1).all()
    assert of_group[OUTPUT].sum() == 4 * 2
    X = torch.randn(1, 6, steps, 3, dtype=torch.float64)
    params = model.initialise(np.random.default_rng(0))
    given, cache = model.forward(params, X)
    gradient = model.backward(params, cache, torch.ones_like(given)).flat[0]
    assert (gradient[: model.layout.weight_count][of_group[DEAD]] == 0).all()
    assert (gradient[: model.layout.weight_count][of_group[LIVE]] != 0).all()
    assert of_group[DEAD].any() == (steps == 1)


def test_regression_targets_have_the_scale_of_their_set():
    table = datasets.load("diabetes")
    split = datasets.trial(table, 0)
    train, test = sl1_protocol.targets(table, split)
    assert train.min() == 0
    assert train.max() == 1
    low, span = split.y_train.min(), np.ptp(split.y_train)
    np.testing.assert_allclose(test * span + low, split.y_test)
    assert set(TARGETS.values()) <= set(of_tables.SCALES)


def test_rows_hold_what_thresholding_leaves():
    row = run(small(model="L1-GRU", setting=dataclasses.replace(TABLE2["iris"], alpha=10.0))).rows[
        0
    ]
    weights = sum(row[f"{name} weights"] for name in GROUPS)
    assert sum(row[f"{name}, below alpha"] for name in GROUPS) == weights
    # With every weight cut off all outputs are equal, and one class is answered.
    assert row["test, thresholded"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("model", "GRU2", "unknown model .GRU2."),
        ("dataset", "irises", "unknown dataset .irises."),
        ("precision", "half", "unknown precision .half."),
        ("mode", "some", "unknown penalty mode .some."),
    ],
)
def test_a_wrong_name_is_refused(field, value, sentence):
    with pytest.raises(ValueError, match=sentence):
        run(dataclasses.replace(small(), **{field: value}))


def test_a_width_must_divide_the_inputs():
    with pytest.raises(ValueError, match="must divide the 4 inputs"):
        run(small(width=3))


# -- claims ---------------------------------------------------------------------------------------


def record(dataset, model, test, train=0.9, near_zeros=10, width=None):
    """Return a record with the same scores at every epoch after the start."""
    test = np.broadcast_to(test, TRIALS)

    def course(values):
        return [[0.5, *[v] * (len(EPOCHS) - 1)] for v in np.broadcast_to(values, TRIALS)]

    row = {f"{name} weights": 100 for name in GROUPS} | {"seconds per step": 1e-5}
    traces = {"epoch": list(EPOCHS), TEST: course(test), TRAIN: course(train)}
    traces["near_zeros"] = course(near_zeros)
    config = {"dataset": dataset, "model": model, "width": width}
    return Record("sl1_table3", config, {}, [row] * TRIALS, traces, {})


def iris(scores=None, **fields):
    """Return records on Iris, each model's accuracies around the printed mean but for `scores`."""
    noise = np.linspace(-0.01, 0.01, TRIALS)
    cells = printed("iris")[TEST].to_dict() | {PROX: 0.95}
    given = {model: cells[model] + noise for model in MODELS} | (scores or {})
    return Results([record("iris", model, given[model], **fields) for model in MODELS])


def test_trials_like_the_papers_confirm_every_order_and_cell():
    results = iris()
    assert leader(results, "iris", TEST) == SL1
    assert tally(orders(results, "iris", TEST)) == {
        Outcome.BETTER: 15,
        Outcome.TIE: 0,
        Outcome.WORSE: 0,
    }
    cells = [cell(results, "iris", model, TEST) for model in PRINTED]
    assert {agreement(value) for value in cells} == {REPRODUCED}
    np.testing.assert_allclose(gain(results, "iris"), printed_gain("iris"))


def test_equal_models_are_ties_and_nobody_is_best():
    results = iris(dict.fromkeys(MODELS, np.linspace(0.9, 0.95, TRIALS)))
    assert tally(orders(results, "iris", TEST))[Outcome.TIE] == 15
    (made,) = cases(results, TEST, [(SL1, "GRU")]).values()
    assert made.outcome is Outcome.TIE
    assert made.visible, "trials without any spread would show every lead"


def test_a_turned_order_counts_as_reversed():
    cells = printed("iris")[TEST]
    turned = {model: 1.9 - cells[model] + np.linspace(-0.01, 0.01, TRIALS) for model in PRINTED}
    results = iris(turned)
    assert tally(orders(results, "iris", TEST))[Outcome.WORSE] == 15


def test_the_outcome_turns_with_the_pair():
    tests = family(iris(), "iris", TEST)
    assert tests.decidable
    assert tests.outcome(SL1, "RNN") is Outcome.BETTER
    assert tests.outcome("RNN", SL1) is Outcome.WORSE
    assert proximal(iris(), "iris", TEST).outcome(SL1, PROX) is Outcome.BETTER


def test_a_diverged_run_loses_and_is_counted():
    results = iris({"GRU": np.full(TRIALS, np.nan)})
    assert np.isinf(results.losses("iris", "GRU", TEST)).all()
    assert family(results, "iris", TEST).outcome(SL1, "GRU") is Outcome.BETTER
    assert agreement(cell(results, "iris", "GRU", TEST)) is CONTRADICTED
    assert key_numbers(results, [])["iris.diverged"] == TRIALS


@pytest.mark.parametrize(("shift", "verdict"), [(0.0, REPRODUCED), (0.009, CONTRADICTED)])
def test_a_cell_is_judged_by_the_interval(shift, verdict):
    value = printed("iris")[TEST][SL1] - shift
    results = iris({SL1: value + np.linspace(-1e-4, 1e-4, TRIALS)})
    assert agreement(cell(results, "iris", SL1, TEST)) is verdict


def test_a_gain_allows_for_trials_of_theirs_that_are_no_pairs():
    cells, noise = printed("iris")[TEST], np.linspace(-0.01, 0.01, TRIALS)
    found = gain_value(iris({SL1: cells[SL1] + noise, "GRU": cells["GRU"] + noise}), "iris", (1, 2))
    assert found.own == pytest.approx((found.ours, found.ours))
    assert found.ours == pytest.approx(100 * printed_gain("iris"))
    # Welch's interval of the other side alone, its spread that of differences of two such trials.
    spread = 100 * noise.std() * 2**0.5
    assert found.chance[1] - found.ours == pytest.approx(2.262 * spread / 10**0.5, rel=1e-3)


def test_where_the_digits_tell_counts_apart_they_are_asked():
    assert len(grains()) == 36
    assert {name for name, _ in grains()} == {"Iris", "Wine", "Breast cancer"}


def test_a_printed_mean_is_rounded_at_its_own_last_digit():
    assert rounding(0.1446) == rounding(3.2653) == 5e-5
    assert rounding(2.6969e-5) == pytest.approx(5e-10)


def test_moments_are_recorded_epochs():
    results = iris()
    assert [results.epochs("iris", moment) for moment in MOMENTS] == [10, 50, 100]
    assert results.scores("iris", SL1, SPARSITY, ALL) == pytest.approx(10 / 300)


def test_mnist_by_rows_is_a_set_of_its_own():
    both = [record("mnist", m, 0.9) for m in MODELS] + [
        record("mnist", m, 0.8, width=28) for m in MODELS
    ]
    results = Results(both)
    assert results.names == ["mnist", ROWS]
    assert results.sets == ["mnist"]
    assert (printed("mnist")[TEST] == printed(ROWS)[TEST]).all()
    assert results.scores(ROWS, SL1, TEST) == pytest.approx(0.8)


def test_the_tables_show_every_model_and_set():
    results = iris()
    for table in (scores_table(results, []), details_table(results), orders_table(results)):
        assert "Iris" in repr(table)
        assert "<table" in table._repr_html_()
    assert all(model in repr(scores_table(results, [])) for model in MODELS)


def test_the_printed_orders_of_table5_are_by_smaller_errors():
    found = Results([record("boston", m, 0.2) for m in MODELS])
    pairs = {(order.better, order.worse) for order in orders(found, "boston", TEST)}
    assert ("LSTM", "RNN") in pairs
    # L1-GRU and SL1-GRU have the same printed error.
    assert len(pairs) == 14


def test_records_of_the_quick_profile_have_unique_names():
    for name in ("sl1_table3", "sl1_table5"):
        for profile in ("quick", "paper"):
            labels = [unit.config.label for unit in units(name, profile)]
            assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("name", "label"), [("sl1_table3", "iris-sl1-gru"), ("sl1_table5", "diabetes-prox-l1-gru")]
)
def test_the_first_epochs_of_a_run_are_those_of_its_record(name, label):
    unit = next(u for u in units(name, "paper") if u.config.label == label)
    recorded = Store(PAPER_RECORDS).load(unit).traces
    epochs = recorded["epoch"][1]
    repeated = run(dataclasses.replace(unit.config, epochs=epochs)).traces
    assert repeated["epoch"][-1] == epochs
    for column in (TRAIN, TEST, "error", "weight_norm", "near_zeros"):
        first, again = ([run[k] for run in t[column]] for t, k in ((recorded, 1), (repeated, -1)))
        np.testing.assert_allclose(again, first, rtol=1e-3, atol=1e-9, err_msg=column)
