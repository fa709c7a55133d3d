"""Batched networks are the single ones, their gradients are exact, and each rule is its formula."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.pages.alm_table3.descent import OBJECTIVE, Measurement, starts
from evidence.protocols.alm import network_errors, trial
from evidence.rivals import elman
from evidence.rivals.elman import (
    NEVER,
    Adam,
    Batch,
    Clip,
    GradientDescent,
    KerasObjective,
    Networks,
    Objective,
    descend,
    windows,
)
from evidence.rivals.elman.clipping import clip
from lib import alm

R, r, n, m, T = 3, 4, 5, 2, 7
PENALTIES = alm.Penalties(0.3, 0.2, 0.1, 0.05, 0.4, 0.02)


def problem(seed: int = 0, runs: int = R, spread: float = 0.5):
    draw = np.random.default_rng(seed)
    weights = [alm.Weights.normal(draw, r, n, m, spread) for _ in range(runs)]
    return weights, draw.normal(size=(runs, T, n)), draw.normal(size=(runs, T, m))


def batch(weights, X, Y, objective=None, **options) -> Batch:
    return Batch(Networks.stack(weights), X, Y, objective or Objective(PENALTIES), **options)


def exploding(size: float) -> alm.Weights:
    """Return a network whose squared outputs overflow."""
    ones = np.ones
    return alm.Weights(size * ones((r, r)), ones((r, n)), ones(r), ones((m, r)), ones(m))


def last(states, epochs: int):
    return next(state for state in states if state.epoch == epochs)


# -- value and gradient ---------------------------------------------------------------------------


@pytest.mark.parametrize("activation", [alm.ReLU(), alm.LeakyReLU(0.2), alm.ELU()])
def test_value_and_gradient_are_those_of_the_single_network(activation):
    weights, X, Y = problem()
    found = batch(weights, X, Y, activation=activation)
    value = found.differentiate(slice(0, T))
    np.testing.assert_allclose(found.value(), value, rtol=1e-14)
    for k, start in enumerate(weights):
        single = alm.Problem(X[k], Y[k], PENALTIES, activation)
        expected, gradient = alm.rollout_gradient(single, start)
        assert value[k] == pytest.approx(expected, rel=1e-13)
        for name in ("W", "V", "b", "A", "c"):
            np.testing.assert_allclose(
                getattr(found.gradient, name)[k], getattr(gradient, name), rtol=1e-11, atol=1e-14
            )


def keras_loss(z: dict, X, Y, counted) -> torch.Tensor:
    """Write the second reading of the loss out in torch, one step after the other."""
    h, squares = torch.zeros(r, dtype=torch.float64), 0.0
    for x, y, counts in zip(X, Y, counted, strict=True):
        h = torch.relu(z["W"] @ h + z["V"] @ x + z["b"])
        squares = squares + counts * ((z["A"] @ h + z["c"] - y) ** 2).sum()
    p = PENALTIES
    strengths = {"A": p.lambda1, "W": p.lambda2, "V": p.lambda3, "b": p.lambda4, "c": p.lambda5}
    penalty = sum(strength * (z[name] ** 2).sum() for name, strength in strengths.items())
    return squares / (sum(counted) * m) + penalty


@pytest.mark.parametrize("window", [slice(0, T), slice(2, 5), slice(6, 7)])
@pytest.mark.parametrize("held_out", [(), (3, 6)])
def test_the_keras_loss_and_its_gradient_are_those_of_autograd(window, held_out):
    weights, X, Y = problem(1)
    counted = np.ones((R, T))
    counted[0, list(held_out)] = 0
    if held_out and window == slice(6, 7):
        counted[0, 6] = 1
    found = batch(weights, X, Y, KerasObjective(PENALTIES), counted=counted)
    value = found.differentiate(window)
    for k, start in enumerate(weights):
        z = {
            name: torch.tensor(getattr(start, name), requires_grad=True)
            for name in ("W", "V", "b", "A", "c")
        }
        data = (torch.from_numpy(values[k, window].copy()) for values in (X, Y))
        expected = keras_loss(z, *data, counted[k, window].tolist())
        expected.backward()
        assert value[k] == pytest.approx(expected.item(), rel=1e-13)
        for name, leaf in z.items():
            np.testing.assert_allclose(
                getattr(found.gradient, name)[k], leaf.grad.numpy(), rtol=1e-11, atol=1e-14
            )


def test_a_window_of_which_nothing_counts_has_the_penalties_gradient():
    weights, X, Y = problem(2, runs=1)
    counted = [[1, 1, 1, 1, 0, 0, 1]]
    found = batch(weights, X, Y, KerasObjective(PENALTIES), counted=counted)
    found.differentiate(slice(4, 6))
    np.testing.assert_array_equal(found.gradient.W[0], 2 * PENALTIES.lambda2 * weights[0].W)
    np.testing.assert_array_equal(found.gradient.c[0], 0)


def test_shared_series_are_those_of_every_run():
    weights, X, Y = problem(3)
    shared = batch(weights, X[:1], Y[:1])
    apart = batch(weights, np.repeat(X[:1], R, 0), np.repeat(Y[:1], R, 0))
    whole = slice(0, T)
    np.testing.assert_allclose(shared.differentiate(whole), apart.differentiate(whole), rtol=1e-14)
    np.testing.assert_allclose(shared.gradient.flat, apart.gradient.flat, rtol=1e-12, atol=1e-15)


def test_predictions_are_those_of_the_single_network():
    weights, X, _ = problem(4)
    found = elman.predictions(Networks.stack(weights), X, alm.ELU())
    for k, start in enumerate(weights):
        np.testing.assert_allclose(found[k], alm.predict(start, X[k], alm.ELU()), rtol=1e-12)


# -- the iteration --------------------------------------------------------------------------------

RULES = (
    GradientDescent(0.02),
    GradientDescent(0.05, clip=Clip(0.1, per_array=True)),
    GradientDescent(0.03, clip=Clip(0.7, per_array=True)),
    GradientDescent(0.01, momentum=0.9),
    GradientDescent(0.02, clip=Clip(0.3)),
    Adam(0.01),
    Adam(0.03, clip=Clip(0.2), horizon=12),
)


@pytest.mark.parametrize("size", [None, 3])
def test_a_run_of_a_batch_moves_as_it_does_alone(size):
    weights, X, Y = problem(5, runs=len(RULES))
    together = batch(weights, X, Y)
    last(descend(together, RULES, windows(T, size)), 10)
    for k, rule in enumerate(RULES):
        alone = batch(weights[k : k + 1], X[k : k + 1], Y[k : k + 1])
        last(descend(alone, [rule], windows(T, size)), 10)
        np.testing.assert_allclose(
            together.networks.flat[k], alone.networks.flat[0], rtol=1e-10, atol=1e-13
        )


def reference(rule: GradientDescent | Adam, start, X, Y, epochs: int) -> np.ndarray:
    """Follow one run by `alm.rollout_gradient` and the optimisers of torch."""
    names = ("W", "V", "b", "A", "c")
    z = [torch.tensor(getattr(start, name), requires_grad=True) for name in names]
    if isinstance(rule, Adam):
        optimiser = torch.optim.Adam(z, rule.rate, eps=1e-12)
    else:
        nesterov = rule.momentum > 0
        optimiser = torch.optim.SGD(z, rule.rate, momentum=rule.momentum, nesterov=nesterov)
    task = alm.Problem(X, Y, PENALTIES)
    for k in range(epochs):
        at = alm.Weights(*(leaf.detach().numpy() for leaf in z))
        _, gradient = alm.rollout_gradient(task, at)
        for name, leaf in zip(names, z, strict=True):
            leaf.grad = torch.tensor(getattr(gradient, name))
        if rule.clip is not None and rule.clip.per_array:
            for leaf in z:
                torch.nn.utils.clip_grad_norm_([leaf], rule.clip.norm)
        elif rule.clip is not None:
            torch.nn.utils.clip_grad_norm_(z, rule.clip.norm)
        if isinstance(rule, Adam):
            optimiser.param_groups[0]["lr"] = rule.rate_at(k + 1)
        optimiser.step()
    return torch.cat([leaf.detach().ravel() for leaf in z]).numpy()


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_each_rule_is_the_one_of_torch(rule, monkeypatch):
    # Torch divides epsilon by the correction of the moment too; without epsilon the two agree.
    monkeypatch.setattr("evidence.rivals.elman.adam.EPSILON", 1e-12)
    weights, X, Y = problem(6, runs=1)
    found = batch(weights, X, Y)
    last(descend(found, [rule], windows(T)), 8)
    expected = reference(rule, weights[0], X[0], Y[0], 8)
    np.testing.assert_allclose(found.networks.flat[0], expected, rtol=1e-5, atol=1e-9)


def test_without_momentum_nesterov_is_gradient_descent():
    weights, X, Y = problem(7, runs=1)
    found = batch(weights, X, Y)
    plain = found.networks.flat.copy()
    states = descend(found, [GradientDescent(0.05)], windows(T))
    for _ in range(4):
        next(states)
        other = batch([Networks(plain, r, n, m).run(0)], X, Y)
        other.differentiate(slice(0, T))
        np.testing.assert_allclose(found.networks.flat, plain, rtol=1e-13, atol=1e-16)
        plain = plain - 0.05 * other.gradient.flat


@given(st.lists(st.floats(1e-3, 1e3), min_size=2, max_size=2), st.floats(1e-3, 1e3))
@settings(max_examples=25)
def test_clipping_keeps_the_direction_and_bounds_the_norm(sizes, norm):
    gradient = np.zeros((2, 4))
    gradient[0] = np.array([3.0, 4.0, 0.0, 0.0]) * sizes[0]
    gradient[1, 2:] = np.array([0.6, -0.8]) * sizes[1]
    before = gradient.copy()
    clip(gradient, np.array([norm, norm]), [slice(0, 4)])
    for row, old in zip(gradient, before, strict=True):
        expected = old * min(1, norm / np.linalg.norm(old))
        np.testing.assert_allclose(row, expected, rtol=1e-12)


def test_a_zero_gradient_is_not_clipped_to_nan():
    gradient = np.zeros((1, 3))
    clip(gradient, np.array([1e-3]), [slice(0, 3)])
    np.testing.assert_array_equal(gradient, 0)


def test_the_cosine_falls_from_the_rate_to_zero():
    rule = Adam(0.4, horizon=4)
    rates = [rule.rate_at(k) for k in range(1, 7)]
    half = 0.2 * (1 + np.cos(np.pi * np.arange(5) / 4))
    np.testing.assert_allclose(rates, [*half, 0], atol=1e-16)
    assert Adam(0.4).rate_at(1000) == 0.4


def test_windows_follow_each_other_and_the_last_is_what_is_left():
    assert windows(9, 4) == [slice(0, 4), slice(4, 8), slice(8, 9)]
    assert windows(9) == windows(9, 9) == [slice(0, 9)]


def test_a_window_starts_at_a_hidden_state_of_zero():
    weights, X, Y = problem(8, runs=1)
    within = batch(weights, X, Y).differentiate(slice(3, 6))
    alone = batch(weights, X[:, 3:6], Y[:, 3:6]).differentiate(slice(0, 3))
    np.testing.assert_allclose(within, alone, rtol=1e-14)


@pytest.mark.parametrize("kind", [GradientDescent, Adam])
def test_a_diverging_run_is_frozen_and_touches_no_other(kind):
    weights, X, Y = problem(9)
    wild = exploding(1e60)
    rules = [kind(0.01)] * R
    alone = batch(weights[1:], X[1:], Y[1:])
    last(descend(alone, rules[1:], windows(T)), 6)
    together = batch([wild, *weights[1:]], X, Y)
    state = last(descend(together, rules, windows(T)), 6)
    assert state.diverged.tolist() == [1, NEVER, NEVER]
    np.testing.assert_array_equal(state.networks.run(0).W, wild.W)
    np.testing.assert_allclose(state.networks.flat[1:], alone.networks.flat, rtol=1e-12)


def test_a_run_that_diverges_on_the_way_is_frozen_there():
    weights, X, Y = problem(10, spread=1.0)
    found = batch(weights, X, Y)
    rules = [GradientDescent(0.001), GradientDescent(50.0), GradientDescent(0.001)]
    states = descend(found, rules, windows(T))
    state = last(states, 40)
    epoch = state.diverged[1]
    assert 1 < epoch < 40
    assert state.diverged[[0, 2]].tolist() == [NEVER, NEVER]
    frozen = state.networks.flat.copy()
    state = next(states)
    np.testing.assert_array_equal(state.networks.flat[1], frozen[1])
    assert (state.networks.flat[0] != frozen[0]).any()


def test_the_start_is_left_as_it_is_and_epochs_cost_time():
    weights, X, Y = problem(11)
    before = [w.W.copy() for w in weights]
    state = last(descend(batch(weights, X, Y), [Adam(0.1)] * R, windows(T)), 30)
    assert state.seconds > 0
    for start, W in zip(weights, before, strict=True):
        np.testing.assert_array_equal(start.W, W)


# -- L-BFGS ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("spread", [0.5, 1e3, 1e8])
def test_lbfgs_descends_and_reports_every_iteration(spread):
    weights, X, Y = problem(12, runs=1, spread=spread)
    seen = []

    def watch(iteration, networks, seconds):
        task = alm.Problem(X[0], Y[0], PENALTIES)
        seen.append((iteration, alm.rollout_objective(task, networks.run(0)), seconds))

    found = elman.lbfgs(weights[0], X[0], Y[0], Objective(PENALTIES), 25, watch)
    iterations, values, seconds = zip(*seen, strict=True)
    assert iterations == tuple(range(found.iterations + 1))
    assert found.iterations <= 25
    assert all(after <= before for before, after in pairwise(values))
    assert values[-1] < 0.9 * values[0]
    assert all(after >= before for before, after in pairwise(seconds))
    end = alm.rollout_objective(alm.Problem(X[0], Y[0], PENALTIES), found.weights)
    assert end == pytest.approx(values[-1], rel=1e-14)
    assert found.reason


def test_lbfgs_solves_what_has_a_closed_solution():
    """With V and W zero the network is its bias c, whose best value is known."""
    X, Y = np.zeros((T, n)), np.random.default_rng(0).normal(size=(T, m))
    start = alm.Weights(*(np.zeros(shape) for shape in ((r, r), (r, n), r, (m, r), m)))
    found = elman.lbfgs(start, X, Y, Objective(PENALTIES), 30)
    np.testing.assert_allclose(found.weights.c, Y.mean(0) / (1 + PENALTIES.lambda5), rtol=1e-7)


def test_lbfgs_says_that_a_start_explodes():
    _, X, Y = problem(13, runs=1)
    wild = exploding(1e80)
    with pytest.raises(elman.ExplodedError, match="explodes"):
        elman.lbfgs(wild, X[0], Y[0], Objective(PENALTIES), 5)


# -- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: GradientDescent(0.0), "learning rate must be a finite number > 0, got 0.0"),
        (lambda: GradientDescent(np.nan), "learning rate must be"),
        (lambda: Adam(-1.0), "learning rate must be a finite number > 0, got -1.0"),
        (lambda: GradientDescent(0.1, momentum=1.0), "momentum must be a number from 0 to below 1"),
        (lambda: GradientDescent(0.1, momentum=np.nan), "momentum must be"),
        (lambda: Clip(0.0), "clipping norm must be a finite number > 0, got 0.0"),
        (lambda: Clip(np.nan), "clipping norm must be"),
        (lambda: Adam(0.1, horizon=0), "horizon of the schedule must be a whole number >= 1"),
        (lambda: windows(9, 10), "batch size must be at most the 9 steps of the series, got 10"),
        (lambda: windows(9, 0), "batch size must be a whole number >= 1, got 0"),
        (lambda: Networks.stack([]), "must be of one size"),
        (lambda: Networks(np.zeros((2, 3)), r, n, m), r"flat must have shape \(runs, 50\)"),
    ],
)
def test_bad_input_is_named(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_a_batch_names_what_does_not_fit():
    weights, X, Y = problem(14)
    nan = Y.copy()
    nan[0, 0, 0] = np.nan
    for args, sentence in (
        ((X[:2], Y), "X must be for 3 runs or 1, got 2"),
        ((X, Y[:, :5]), "Y must have shape"),
        ((X, nan), "Y must be finite, got 1 NaN"),
        ((X[:, :1], Y[:, :1]), "number of time steps must be a whole number >= 2"),
    ):
        with pytest.raises(ValueError, match=sentence):
            batch(weights, *args)
    with pytest.raises(ValueError, match="at least one target of every run"):
        batch(weights, X, Y, counted=np.zeros((1, T)))
    with pytest.raises(ValueError, match=r"rules must be one a run \(3\), got 1"):
        descend(batch(weights, X, Y), [Adam(0.1)], windows(T))
    with pytest.raises(ValueError, match="a rule must be"):
        descend(batch(weights, X, Y), ["Adam"] * R, windows(T))


def test_errors_of_a_batch_are_those_of_the_shared_protocol():
    trials = [trial("synthetic-t10", "glorot", seed) for seed in range(3)]
    for found, given_ in zip(Measurement(starts(trials), trials).take(), trials, strict=True):
        expected = network_errors(given_.series, given_.start, alm.ReLU())
        task = alm.Problem(given_.X, given_.Y, given_.penalties)
        expected[OBJECTIVE] = alm.rollout_objective(task, given_.start)
        assert found == pytest.approx(expected, rel=1e-12)
