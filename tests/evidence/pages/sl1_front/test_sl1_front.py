"""The sparse tournament: parts, starts, curves, tallies and tables are as the protocol says."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from evidence.kit.columns import check
from evidence.kit.records import Record, Store
from evidence.kit.registry import units
from evidence.kit.runner import PAPER_RECORDS
from evidence.pages.sl1_front import choice, front, tables, training
from evidence.pages.sl1_front import runs as compared
from evidence.pages.sl1_front import runs_front_time as timed
from evidence.pages.sl1_front import runs_front_tuning as tuning
from evidence.pages.sl1_front.claims import claims
from evidence.pages.sl1_front.config import (
    COMPARED,
    DUAL,
    GRADUAL,
    METHODS,
    ONE_SHOT,
    PROX,
    PROX_ADAM,
    PRUNING,
    REFITTED,
    SL1,
    SL1_ADAM,
    TUNING,
    Front,
    is_classification,
    shown,
)
from evidence.statistics import Outcome
from evidence.statistics.comparison import can_decide
from lib import datasets
from lib.models import GRU

QUICK = {(c.problem, c.method): c for c in compared.PROFILES["quick"]}


def quick(problem: str, method: str, **changes: object) -> Front:
    return replace(QUICK[problem, method], **changes)


# -- the protocol ---------------------------------------------------------------------------------


def test_there_are_seven_sets_all_methods_and_ten_trials():
    found = compared.PROFILES["paper"]
    tuned = dict.fromkeys(config.problem for config in tuning.PROFILES["paper"])
    assert list(tuned) == [
        *("mnist", "mnist-rows", "kdd-distinct", "digits-rows"),
        *("wine-quality", "energy", "student"),
    ]
    assert [(c.problem, c.method) for c in found] == [(p, m) for p in tuned for m in METHODS]
    assert {(c.trials, c.first, c.rates, c.hidden_size) for c in found} == {(10, 0, (), 32)}
    for problem in tuned:
        own = [c for c in found if c.problem == problem]
        budgets = {(c.epochs, c.batch_size, c.holdout, c.train, c.width) for c in own}
        assert len(budgets) == 1
        assert len({c.strengths for c in own if c.method not in PRUNING}) == 1
    assert can_decide(TUNING, len(front.PAIRS)), "all tests of a problem can decide"


def test_every_method_has_five_rates_on_a_trial_that_is_not_compared():
    found = tuning.PROFILES["paper"]
    assert len(found) == 2 * 7 * len(METHODS) == 154
    for config in found:
        assert (config.first, config.trials) == (TUNING, 1)
        assert len(set(config.strengths)) == 8
    assert len({config.label for config in found}) == 154
    for few, more in zip(found[:77], found[77:], strict=True):
        assert replace(few, rates=()) == replace(more, rates=())
        assert len(set(few.rates)) == 4
        assert few.rates[-1] < more.rates[0]
    for half in (found[:77], found[77:]):
        same = [replace(c, rates=(), first=0, trials=10) for c in half]
        assert same == list(compared.PROFILES["paper"])


def test_pruning_aims_at_the_shares_and_beyond():
    assert set(COMPARED) <= set(tuning.SHARES)
    assert (min(tuning.SHARES), max(tuning.SHARES)) == (0.0, 0.99)


@pytest.mark.parametrize("problem", ["digits-rows", "diabetes"])
def test_no_sample_is_in_two_parts(problem):
    config = quick(problem, SL1)
    parts = training.given(config)
    sizes = [part.X.shape[:2] for part in (parts.train, parts.holdout, parts.test)]
    whole = datasets.SIZES[config.dataset]
    train = config.train or whole.train - config.holdout
    assert sizes == [(3, train), (3, config.holdout), (3, whole.test)]
    for trial in range(3):
        several = [p.X[trial].flatten(1).numpy() for p in (parts.train, parts.holdout, parts.test)]
        rows = [{row.tobytes() for row in part} for part in several]
        if problem == "diabetes":  # all patients differ
            assert [len(r) for r in rows] == [train, config.holdout, whole.test]
            assert not rows[0] & rows[1]
            assert not (rows[0] | rows[1]) & rows[2]
    held, kept = training.divided(whole.train, config, np.random.default_rng(0))
    assert not set(held) & set(kept)
    assert set(held) | set(kept) <= set(range(whole.train))


def test_the_parts_depend_on_the_trial_and_on_no_method():
    one, other = (training.given(quick("diabetes", m)) for m in (SL1, GRADUAL))
    for a, b in zip(one[:3], other[:3], strict=True):
        assert torch.equal(a.X, b.X)
        assert torch.equal(a.targets, b.targets)
    assert not torch.equal(one.holdout.X[0], one.holdout.X[1])
    later = training.given(quick("diabetes", SL1, first=1, trials=1))
    assert torch.equal(later.train.X[0], one.train.X[1])
    np.testing.assert_array_equal(later.constant[0], one.constant[1])


def test_too_large_a_holdout_is_refused():
    with pytest.raises(ValueError, match="with 309 held out train must be 1 to 0, got 0"):
        training.given(quick("diabetes", SL1, holdout=309))


def test_the_constant_answer_s_errors_are_those_of_the_largest_class_and_the_mean():
    parts = training.given(quick("digits-rows", SL1, trials=1))
    split = datasets.trial(datasets.load("digits"), 0)
    largest = np.bincount(split.y_train).argmax()
    assert parts.constant[0, 1] == pytest.approx(np.mean(split.y_test != largest))
    parts = training.given(quick("diabetes", SL1, trials=1))
    assert parts.constant[0, 1] == pytest.approx(parts.test.targets.square().mean() ** 0.5)
    # Standardised over training part and holdout together.
    both = torch.cat([parts.train.targets, parts.holdout.targets], 1)
    assert (float(both.mean()), float(both.std(correction=0))) == pytest.approx((0, 1), abs=1e-5)


def test_all_methods_and_strengths_begin_alike_and_see_the_same_mini_batches():
    config = quick("diabetes", SL1)
    model = GRU(10, config.hidden_size, 1, bias=True)
    counted = training.acting(model, training.given(config).train.X)
    begun = training.start(config, model, counted, 2).flat
    other = training.start(replace(config, method=GRADUAL), model, counted, 1).flat
    assert torch.equal(begun[:3], begun[3:])
    assert torch.equal(begun[:3], other)
    assert not torch.equal(begun[0], begun[1])
    assert float(begun.abs().max()) <= config.hidden_size**-0.5
    assert (begun[:, : model.layout.weight_count][:, ~counted] == 0).all()
    # The second half of a training in two phases goes on where the first one ends.
    part = training.given(config).train
    problem = training.Problem(model, training.MeanSquaredError(), part.X, part.targets)
    whole = training.mini_batches(config, part.X.shape[1], 0)
    steps = whole.steps(part.X.shape[1])
    first = [x.clone() for x, _ in islice(whole.draw(problem, 3), 2 * steps)]
    later = training.mini_batches(config, part.X.shape[1], 1).draw(problem, 3)
    for a, (b, _) in zip(first[steps:], islice(later, steps), strict=True):
        assert torch.equal(a, b)


# -- a unit ---------------------------------------------------------------------------------------


def networks(config: Front) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the weight matrices at the end, a row a cell, and which of them count."""
    part = training.given(config).train
    model = GRU(part.X.shape[-1], config.hidden_size, part.targets.shape[2], bias=True)
    counted = training.acting(model, part.X)
    cells = [(r, s) for r in config.rates for s in config.strengths for _ in range(config.trials)]
    start = training.start(config, model, counted, len(cells) // config.trials)
    params = training.train(config, part, model, start, counted, cells)
    return params.flat[:, : model.layout.weight_count], counted


@pytest.mark.parametrize("method", METHODS)
def test_every_method_ends_with_exact_zeros(method):
    config = quick("diabetes", method, trials=1)
    found, counted = networks(config)
    live = found[:, counted]
    assert torch.isfinite(found).all()
    assert (found[:, ~counted] == 0).all(), "what cannot act stays at zero"
    shares = (live == 0).double().mean(1)
    assert shares[-1] > 0.5
    assert (shares.diff() >= 0).all()
    if method in PRUNING:
        wanted = [np.ceil(s * live.shape[1]) / live.shape[1] for s in config.strengths]
        assert shares.tolist() == pytest.approx(wanted, abs=1e-12)
    elif method != REFITTED:
        assert live[live != 0].abs().min() >= config.alpha
    else:
        assert live[live != 0].abs().min() < config.alpha, "nothing is cut off at the end"


def test_the_refitted_network_has_the_zeros_of_the_first_half():
    config = quick("diabetes", REFITTED, trials=1)
    half = replace(config, method=SL1_ADAM, epochs=config.epochs // 2)
    whole, _ = networks(config)
    parts = training.given(config)
    model = GRU(10, config.hidden_size, 1, bias=True)
    counted = training.acting(model, parts.train.X)
    cells = [(config.rates[0], s) for s in config.strengths]
    runs = training.Runs(
        *map(list, zip(*cells, strict=True)), config.alpha, config.epochs, 8, counted
    )
    first, second = training.MAKE[REFITTED](runs)
    assert (first.epochs, second.epochs, first.cut, second.cut) == (30, 30, True, False)
    assert first.optimiser.after == second.optimiser.after == 180, "the rate falls in each half"
    begun = training.start(half, model, counted, len(cells))
    problem = training.Problem(
        model, training.MeanSquaredError(), parts.train.X, parts.train.targets, first.terms
    )
    batches = training.mini_batches(config, parts.train.X.shape[1], 0)
    states = training.descend(problem, begun, first.optimiser, batches)
    for state in islice(states, 30 * 8 + 1):
        weights = state.params.flat[:, : model.layout.weight_count]
    np.testing.assert_array_equal(whole == 0, weights.abs() < config.alpha)


@pytest.mark.parametrize(
    ("problem", "method"),
    [
        ("digits-rows", PROX),
        *(("diabetes", m) for m in (SL1, PROX_ADAM, "RMDA", "RAMDA", GRADUAL, REFITTED)),
    ],
)
def test_trials_together_are_the_trials_alone(problem, method):
    config = quick(problem, method, epochs=4)
    together = training.run(config).rows
    for trial in range(config.trials):
        alone = training.run(replace(config, first=trial, trials=1)).rows
        own = [row for row in together if row["trial"] == trial]
        for a, b in zip(own, alone, strict=True):
            assert a == pytest.approx(b, rel=2e-2, abs=2e-2)
    assert len({row["test"] for row in together}) > 3


def test_networks_in_several_batches_are_those_in_one(monkeypatch):
    config = quick("diabetes", PROX, epochs=4)
    whole = training.run(config).rows
    monkeypatch.setattr(training, "TOGETHER", 1)
    for a, b in zip(whole, training.run(config).rows, strict=True):
        assert a == pytest.approx(b, rel=1e-3, abs=1e-3)


def test_a_training_that_diverges_has_no_numbers():
    config = quick("diabetes", SL1, rates=(1e8,), epochs=4)
    outcome = training.run(config)
    check("a unit", config, outcome)
    assert {row["diverged"] for row in outcome.rows} == {True}
    assert {row["test"] for row in outcome.rows} == {None}


def test_a_run_that_diverges_in_the_first_phase_leaves_the_others_alone():
    config = quick("diabetes", REFITTED, trials=1)
    parts, model = training.given(config), GRU(10, config.hidden_size, 1, bias=True)
    counted = training.acting(model, parts.train.X)
    start = training.start(config, model, counted, 3)
    cells = [(config.rates[0], s) for s in config.strengths]
    alone = training.train(config, parts.train, model, start.clone(), counted, cells)
    start.flat[0, 0] = torch.nan
    found = training.train(config, parts.train, model, start, counted, cells)
    assert torch.isnan(found.flat[0]).all()
    assert torch.equal(found.flat[1:], alone.flat[1:])


def test_weights_of_an_input_that_is_always_zero_cannot_act():
    model = GRU(3, 4, 2, bias=True)
    X = torch.ones(2, 5, 1, 3)
    X[..., 1] = 0
    ones = {name: int(training.acting(model, X)[k].sum()) for name, k in columns(model)}
    assert ones == {"W_zx": 8, "W_hx": 8, "w_out": 8} | dict.fromkeys(
        ("W_rx", "W_rh", "W_zh", "W_hr"), 0
    )
    X = torch.zeros(2, 5, 3, 3)
    X[1, 4, 2, 1] = 1
    ones = {name: int(training.acting(model, X)[k].sum()) for name, k in columns(model)}
    assert [ones[name] for name in ("W_rx", "W_zx", "W_hx", "W_rh")] == [4, 4, 4, 16]


def columns(model: GRU) -> list[tuple[str, slice]]:
    return [(name, model.layout.columns[name]) for name, _ in model.layout.weights]


# -- curves ---------------------------------------------------------------------------------------


def row(zeros, test, trial=0, rate=0.1, **others):
    found = {"trial": trial, "rate": rate, "zeros": zeros, "test": test, "holdout": test}
    found["strength"] = zeros  # as that of pruning is
    return found | {"holdout, constant": 0.9, "test, constant": 0.9, "diverged": False} | others


def test_an_error_is_read_from_the_front():
    rows = [row(0.9, 0.5), row(0.2, 0.1), row(0.6, 0.3), row(0.6, 0.2), row(None, None)]
    rows += [row(0.5, 0.05, holdout=0.25), row(0.3, 0.7), row(0.85, 0.95)]
    found = choice.at(rows, [0.0, 0.2, 0.4, 0.75, 0.9, 0.95])
    np.testing.assert_allclose(found, [0.1, 0.1, 0.15, 0.35, 0.5, np.inf])
    assert np.isinf(choice.at([row(None, None)], [0.0])).all()


def test_a_rate_is_chosen_by_the_holdout_at_the_shares_compared():
    good = [row(0.5, 0.2), row(0.9, 0.4), row(0.93, 0.5), row(0.91, 0.6)]
    wanted = np.mean([0.2, 0.35, 0.4, 0.9])  # 95 % are not reached
    assert choice.mean_error(good) == pytest.approx(wanted)
    other = [row(z, 0.0, rate=0.3, holdout=e) for z, e in ((0.5, 0.95), (0.99, 2.0))]
    assert choice.mean_error(other) == pytest.approx(0.9)
    record = Record("sl1_front_tuning", {}, {}, good + other, {}, {})
    assert choice.tried(record) == pytest.approx({0.1: wanted, 0.3: 0.9})
    assert choice.chosen(choice.tried(record)) == 0.1


def test_the_chosen_rate_is_that_of_its_set_and_method(monkeypatch):
    wanted = next(c for c in compared.PROFILES["paper"] if c.label == "energy-rmda")

    def load(_, unit):
        best = unit.config.rates[-1] if unit.config.label == "energy-rmda" else unit.config.rates[0]
        rows = [row(0.99, 0.1 if r == best else 0.2, rate=r) for r in unit.config.rates]
        if len(unit.config.rates) == 1:
            rows = [row(0.99, 0.05 if unit.config.method == PROX_ADAM else 0.3, rate=best)]
        return Record("", {}, {}, rows, {}, {})

    monkeypatch.setattr(choice.Store, "load", load)
    assert choice.tuned(wanted) == 1.5
    assert choice.tuned(replace(wanted, method=PROX)) == 0.05
    assert choice.tuned(replace(wanted, method=PROX_ADAM)) == 0.1
    fifth = choice.Store.load
    monkeypatch.setattr(
        choice.Store, "load", lambda _, u: fifth(_, u) if len(u.config.rates) > 1 else None
    )
    with pytest.raises(FileNotFoundError, match="energy-rmda is chosen by a record that is miss"):
        choice.tuned(wanted)


def test_a_rate_that_was_not_chosen_yet_is_asked_for(monkeypatch):
    monkeypatch.setattr(choice.Store, "load", lambda *_: None)
    wanted = compared.PROFILES["paper"][0]
    with pytest.raises(FileNotFoundError, match="compute it first with: python -m evidence run sl"):
        choice.tuned(wanted)


# -- who is first ---------------------------------------------------------------------------------


def record(problem, method, errors, zeros=0.99, trials=10):
    """Return a record whose curve is level, with a number or one error a trial."""
    levels = np.broadcast_to(errors, trials).tolist()
    rows = [row(z, e, trial=k) for k, e in enumerate(levels) for z in (0.0, zeros)]
    name = problem.removesuffix("-rows")
    config = {"dataset": name, "width": 8 if name != problem else None, "method": method}
    return Record("sl1_front", config, {}, rows, {}, {})


def made(**errors):
    """Return fronts on two sets; methods that are not named have an error of 0.6."""
    return front.fronts(
        record(problem, method, errors.get(method.replace(" ", "_"), 0.6))
        for method in reversed(METHODS)
        for problem in ("digits-rows", "energy")
    )


def test_records_are_put_in_order():
    found = made()
    assert list(found) == ["digits-rows", "energy"]
    assert all(tuple(group) == METHODS for group in found.values())
    assert [shown(name) for name in found] == ["Digits, row by row", "Energy"]
    assert [is_classification(n) for n in ("digits", "kdd-distinct", "energy")] == [True] * 2 + [
        False
    ]


def test_a_method_fails_without_a_network_so_sparse_or_a_better_one_than_the_constant():
    found = front.errors(record("energy", PROX, [0.5, 0.9, 0.89], zeros=0.85, trials=3))
    np.testing.assert_array_equal(
        found, [[0.5, 0.5, np.inf, np.inf], [np.inf] * 4, [0.89, 0.89, np.inf, np.inf]]
    )


def test_first_near_and_failed_are_counted_by_problem():
    found = made(gradual_pruning=0.4, ProxAdam=0.419, RMDA=0.421, RAMDA=2.0)
    place = {method: k for k, method in enumerate(METHODS)}
    first, near, fails = front.tallied(found)
    assert [first[place[m]] for m in (GRADUAL, PROX_ADAM, "RMDA", "RAMDA")] == [8, 0, 0, 0]
    assert [near[place[m]] for m in (GRADUAL, PROX_ADAM, "RMDA", "RAMDA")] == [8, 8, 0, 0]
    assert [fails[place[m]] for m in (GRADUAL, PROX_ADAM, "RMDA", "RAMDA")] == [0, 0, 0, 8]
    assert front.tallied(found, 0.9).first[place[GRADUAL]] == 2
    faultless = made(gradual_pruning=0.0, ProxAdam=0.0)
    assert front.tallied(faultless).first[place[PROX_ADAM]] == 8


def test_paper_a_s_method_is_tested_against_every_other_one():
    wobble = 0.01 * np.arange(10)
    found = made(**{SL1.replace(" ", "_"): 0.3 + wobble}, ProxAdam=0.2 + wobble)
    ended = front.outcomes(found)
    assert len(ended) == 25
    assert ended[REFITTED, SL1_ADAM] == [Outcome.TIE] * 8
    assert ended[SL1, GRADUAL] == [Outcome.BETTER] * 8
    assert ended[SL1, PROX_ADAM] == [Outcome.WORSE] * 8
    assert ended[SL1_ADAM, ONE_SHOT] == [Outcome.TIE] * 8
    numbers = tables.key_numbers(found)
    assert (numbers["alike.L1"], numbers["alike.L1.better"], numbers["alike.L1.tie"]) == (16, 8, 8)
    assert numbers["problems"] == 8
    assert numbers[f"{PROX_ADAM}.first"] == 8


def asked(found):
    """Return the measurements of claims by their names."""
    return {claim.id.removeprefix("O-front-"): claim.measured for claim in claims(found, [times()])}


def times():
    """Return times in which zeros save nothing with one sample, with many just that share."""
    turns = 1 + 0.01 * np.arange(25)
    traces = {f"{arm}, {batch}": turns for arm in ("dense", *COMPARED) for batch in (1, 128)}
    traces |= {f"{share:g}, 128": (1.1 - share) * turns for share in COMPARED}
    return Record("sl1_front_time", {"dataset": "energy", "width": None}, {}, [], traces, {})


def test_every_claim_has_its_pairs_of_methods_on_every_problem():
    wobble = 0.01 * np.arange(10)
    found = made(**{SL1.replace(" ", "_"): 0.3 + wobble, REFITTED.replace(" ", "_"): 0.2 + wobble})
    measured = asked(found)
    assert [len(measured[name].cases) for name in ("l1", "prox", "refit", "pruning")] == [
        *(16, 16, 8, 8)
    ]
    outcomes = [case.outcome for case in measured["l1"].cases.values()]
    assert outcomes == [Outcome.BETTER, Outcome.TIE] * 8
    assert {case.outcome for case in measured["refit"].cases.values()} == {Outcome.BETTER}
    assert "smoothed L1, refitted to gradual pruning: 0.408" in measured["pruning"].detail
    assert "Energy, 95 %, smoothed L1, Adam to ProxAdam" in measured["prox"].cases
    failed = made(**{REFITTED.replace(" ", "_"): 2.0})
    assert "smoothed L1, refitted to gradual pruning: never" in asked(failed)["pruning"].detail


def test_zeros_save_time_where_a_step_in_compressed_rows_is_faster_turn_by_turn():
    measured = asked(made())["time"]
    assert tables.time_numbers([times()])["time.0.9"] == pytest.approx(0.2)
    outcomes = [case.outcome for case in measured.cases.values()]
    assert outcomes == [Outcome.TIE] * 4 + [Outcome.BETTER] * 4
    assert "at 90 % zeros 0.200 to 1.00 times the dense one" in measured.detail


def test_the_distance_of_the_nearest_network_on_the_front():
    rows = [row(z, z) for z in (0.6, 0.7, 0.9)] + [row(0.65, 0.8)]
    found = front.gaps(Record("", {}, {}, rows, {}, {}), [0.5, 0.65, 0.8, 0.9, 0.95])
    np.testing.assert_allclose(found, [[0.1, 0.05, 0.1, 0.0, np.inf]])


def test_the_tables_say_what_fails_and_between_what_a_median_lies():
    steps = np.r_[0.30:0.40:10j]
    found = made(gradual_pruning=steps, RAMDA=np.r_[steps[:8], 2.0, 2.0], RMDA=2.0)
    shown_rows = {r[0]: r[1] for r in tables.errors_table(found).sections[0].rows}
    low, high = front.interval(steps)
    assert low < np.median(steps) < high
    assert shown_rows[GRADUAL].startswith("0.350 [0.3")
    assert shown_rows["RAMDA"] == f"{np.median(np.r_[steps[:8], 2, 2]):.3f} (2 of 10 fail)"
    assert shown_rows["RMDA"] == "fails"
    assert tables.tally_table(found).loc[GRADUAL, ["all", "80 %"]].tolist() == [
        "8, 8, 0",
        "2, 2, 0",
    ]
    assert tables.diverged_table(found).to_numpy().sum() == 0
    assert len(tables.gaps_table(found)) == len(METHODS)
    assert [section.title for section in tables.errors_table(found).sections] == [
        "Digits, row by row (with all weights, by Adam: 0.350)",
        "Energy (with all weights, by Adam: 0.350)",
    ]


def test_the_network_with_all_its_weights_is_the_one_pruned_least():
    rows = [row(0.5, 0.4), row(0.0, 0.3), row(0.0, 0.1, trial=1), row(0.0, 0.2, trial=2)]
    assert front.dense({GRADUAL: Record("", {}, {}, rows, {}, {})}) == 0.2


def test_what_one_rate_for_all_shares_costs_at_half_zeros():
    rows = [row(z, 0.3, rate=0.1) for z in (0.0, 0.99)] + [row(0.5, 0.2, rate=0.2)]
    record = Record("", {"dataset": "mnist", "width": 28, "method": SL1_ADAM}, {}, rows, {}, {})
    assert tables.tuning_numbers([record]) == {"rows.half": 0.3, "rows.half.best": 0.2}
    assert tables.tuning_numbers([replace(record, config=record.config | {"method": SL1})]) == {}


def test_the_best_rate_at_an_end_is_marked():
    rows = [row(0.99, e, rate=r) for e, r in ((0.3, 0.1), (0.2, 0.2), (0.4, 0.3))]
    config = {"dataset": "energy", "width": None, "method": PROX}
    shown_table = tables.tuning_table([Record("", config, {}, rows, {}, {})])
    assert shown_table["Energy"].tolist() == ["0.300", "0.200 (chosen)", "0.400"]
    shown_table = tables.tuning_table([Record("", config, {}, rows[1:], {}, {})])
    assert shown_table["Energy"].tolist() == ["0.200 (chosen, an end)", "0.400"]


# -- times ----------------------------------------------------------------------------------------


def test_the_step_that_is_timed_is_the_network_s_dense_and_in_compressed_rows():
    config = timed.Step("digits", 8, hidden_size=5)
    draw = np.random.default_rng(0)
    for width, T in ((8, 2), (None, 1)):
        config = replace(config, width=width)
        matrices = timed.drawn(config, 8, 0.5)
        sizes, zeros = zip(*((M.size, (M == 0).sum()) for M in matrices.values()), strict=True)
        assert sum(zeros) == round(0.5 * sum(sizes))
        model = GRU(8, 5, 5)
        params = model.zeros(dtype=torch.float32)
        params["w_out"].copy_(torch.eye(5))
        first = 3 if width else 2
        params.stack(model.input_names[3 - first], "W_hx").copy_(
            torch.from_numpy(matrices["inputs"])
        )
        if width:
            params.stack("W_rh", "W_zh").copy_(torch.from_numpy(matrices["gates"]))
            params["W_hr"].copy_(torch.from_numpy(matrices["candidate"]))
        X = draw.normal(size=(T, 8, 7)).astype(np.float32)
        wanted, _ = model.forward(params, torch.from_numpy(X.transpose(2, 0, 1).copy())[None])
        packed = {name: timed.csr_array(M) for name, M in matrices.items()}
        for form in (matrices, packed):
            h = np.zeros((5, 7), dtype=np.float32)
            for x in X:
                h = timed.step(form, x, h)
            np.testing.assert_allclose(h.T, wanted[0].numpy(), atol=1e-5)


def test_a_unit_of_times_is_whole():
    config = timed.PROFILES["quick"][0]
    outcome = timed.run(replace(config, turns=2, steps=1))
    check("a unit", config, outcome)
    assert {c.label for c in timed.PROFILES["paper"]} == {
        c.problem for c in tuning.PROFILES["paper"]
    }


def test_where_the_page_says_that_methods_are_first_they_are():
    """Its words on where a method is first or worse; the counts are published."""
    found = front.fronts(map(Store(PAPER_RECORDS).load, units("sl1_front", "paper")))
    first = [
        (METHODS[k], name)
        for name, group in found.items()
        for k in front.medians(group).argmin(axis=1)
    ]
    where = {m: [name for method, name in first if method == m] for m in METHODS}
    assert 2 * where[DUAL].count("mnist") == len(where[DUAL])
    assert set(where[PROX_ADAM]) == {"student"}
    assert 2 * where[GRADUAL].count("mnist-rows") > len(where[GRADUAL])
    ended = front.outcomes(found)[SL1_ADAM, GRADUAL]
    names = [name for name in found for _ in COMPARED]
    by = {e: {n for n, o in zip(names, ended, strict=True) if o is e} for e in Outcome}
    assert by[Outcome.WORSE] == {"mnist-rows"}
    better = [o is Outcome.BETTER for o, name in zip(ended, names, strict=True) if "digits" in name]
    assert better == [False, True, True, False], "the digits at 80 and 90 % zeros"
    easy = {name for name, group in found.items() if front.easy(group).any()}
    assert easy == {"wine-quality", "student"}
    assert all(front.easy(found[name]).all() for name in easy)
    medians = np.concatenate([front.medians(group) for group in found.values()])
    within = (medians <= 2 * medians.min(axis=1, keepdims=True)).mean()
    assert within == pytest.approx(5 / 6, abs=0.02), "a factor of two"
