"""Mini-batches, Adam and epochs: against torch's optimisers, formulas written out and solo runs."""

from itertools import count, islice, product
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from test_training import PENALTIES, draw, objective, start

from lib.models import GRU, LSTM, RNN, GRUResetAfter, to_torch
from lib.penalties import L1, UNREGULARISED, ProxL1, Regulariser, SmoothL1
from lib.training import (
    SGD,
    Adam,
    MeanSquaredError,
    MiniBatches,
    Problem,
    SigmoidSquaredError,
    descend,
    epochs,
    evaluation,
    fit,
    outputs,
    train,
)

N, SIZE = 11, 4


def orders(*trials):
    return MiniBatches(SIZE, [np.random.default_rng([11, k]) for k in trials])


def problem(model, regularisers=UNREGULARISED, loss=None, trials=1, T=1, seed=0):
    X = draw(trials, N, T, model.input_size, seed=[seed, 0])
    targets = (draw(trials, N, model.output_size, seed=[seed, 1]) > 0).to(X.dtype)
    return Problem(model, loss or SigmoidSquaredError(), X, targets, regularisers)


def trial(E, k, regulariser):
    return Problem(E.model, E.loss, E.X[k : k + 1], E.targets[k : k + 1], regulariser)


def test_an_epoch_shows_every_sample_once_in_the_generators_order():
    E = problem(GRU(3, 4, 2), trials=2)
    seen = list(islice(orders(0, 1).draw(E, runs=4), 6))
    assert [x.shape[1] for x, _ in seen] == [4, 4, 3] * 2
    for k in range(2):
        rng = np.random.default_rng([11, k])
        order = np.concatenate([rng.permutation(N), rng.permutation(N)])
        assert torch.equal(torch.cat([x[k] for x, _ in seen]), E.X[k, order])
        for run in (k, k + 2):
            assert torch.equal(torch.cat([t[run] for _, t in seen]), E.targets[k, order])


@pytest.mark.parametrize("gathered", [1, 24, 10**6])
def test_how_much_is_copied_at_once_changes_nothing(gathered, monkeypatch):
    E = problem(GRU(3, 4, 2), trials=2)
    expected = list(islice(orders(0, 1).draw(E, runs=2), 7))
    monkeypatch.setattr("lib.training.batches.GATHERED", gathered)
    for pair, other in zip(expected, orders(0, 1).draw(E, runs=2), strict=False):
        assert all(torch.equal(a, b) for a, b in zip(pair, other, strict=True))


def test_shared_samples_are_shown_in_each_trials_order():
    E = problem(GRU(3, 4, 2))
    x, t = next(orders(0, 1, 2).draw(E, runs=3))
    assert x.shape == (3, SIZE, 1, 3)
    for k in range(3):
        order = np.random.default_rng([11, k]).permutation(N)[:SIZE]
        assert torch.equal(x[k], E.X[0, order])
        assert torch.equal(t[k], E.targets[0, order])


@pytest.mark.parametrize("T", [1, 3])
@pytest.mark.parametrize("optimiser", [SGD(0.1), Adam(0.01)], ids=repr)
@pytest.mark.parametrize("cls", [RNN, LSTM, GRU])
def test_batched_run_equals_solo_run(cls, optimiser, T):
    model, trials = cls(3, 4, 2, bias=True, output_bias=True), 2
    regularisers = [
        Regulariser(penalty, 0.02, mode)
        for penalty, mode in product(PENALTIES, ("out", "all"))
        for _ in range(trials)
    ]
    E = problem(model, regularisers, trials=trials, T=T)
    initial = start(model, len(regularisers))
    together = fit(E, initial, optimiser, orders(0, 1), epochs=7)
    for k, regulariser in enumerate(regularisers):
        j = k % trials
        solo = fit(trial(E, j, regulariser), initial.run(k), optimiser, orders(j), epochs=7)
        assert (solo.params.flat[0] - together.params.flat[k]).abs().max() < 1e-11
        for name in ("error", "data_error", "gradient_norm", "weight_norm"):
            a, b = getattr(solo.history, name)[0], getattr(together.history, name)[k]
            assert np.allclose(a, b, rtol=1e-9)
        assert np.array_equal(solo.history.zeros[0], together.history.zeros[k])


@pytest.mark.parametrize("T", [1, 3])
@pytest.mark.parametrize("kind", ["SGD", "Adam"])
@pytest.mark.parametrize("cls", [RNN, LSTM, GRUResetAfter])
def test_training_equals_torch_modules_with_autograd_and_torch_optimisers(cls, kind, T):
    # Without the gates' biases: torch has two of each, which together move twice as far.
    model, loss = cls(3, 4, 2, output_bias=True), MeanSquaredError()
    E, initial, epochs = problem(model, loss=loss, trials=2, T=T), start(model), 8
    ours = {"SGD": SGD, "Adam": Adam}[kind](0.05)
    result = fit(E, initial, ours, orders(0, 1), epochs)
    for k in range(2):
        recurrent, linear = to_torch(model, initial, run=k)
        theirs = getattr(torch.optim, kind)([*recurrent.parameters(), *linear.parameters()], 0.05)
        rng = np.random.default_rng([11, k])
        for _ in range(epochs):
            for rows in torch.from_numpy(rng.permutation(N)).split(SIZE):
                theirs.zero_grad()
                given = linear(recurrent(E.X[k, rows])[0][:, -1])
                torch.nn.functional.mse_loss(given, E.targets[k, rows]).backward()
                theirs.step()
        expected = linear(recurrent(E.X[k])[0][:, -1])
        assert (outputs(model, result.params, E.X)[k] - expected).abs().max() < 1e-10


@pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
def test_adam_equals_its_formulas(penalty):
    regulariser, options = Regulariser(penalty, 0.03, "all"), Adam([0.05, 0.01], 0.8, 0.9, 1e-3)
    model = GRU(3, 4, 2)
    E, initial = problem(model, regulariser, T=2), start(model)
    final = list(islice(descend(E, initial, options), 13))[-1].params
    columns = model.layout.penalised("all")
    for k, rate in enumerate(options.rate):
        w = initial.flat[k].clone()
        m, v = torch.zeros_like(w), torch.zeros_like(w)
        for step in range(1, 13):
            flat = w.clone().requires_grad_()
            data, total = objective(E, flat, regulariser)
            (g,) = torch.autograd.grad(data if penalty.proximal else total, flat)
            m, v = 0.8 * m + 0.2 * g, 0.9 * v + 0.1 * g**2
            s = rate / ((v / (1 - 0.9**step)).sqrt() + 1e-3)
            w = w - s * m / (1 - 0.8**step)
            if penalty.proximal:
                p, threshold = w[columns], 0.03 * s[columns]
                w[columns] = p.sign() * (p.abs() - threshold).clamp(min=0)
        assert (final.flat[k] - w).abs().max() < 1e-11


def test_proximal_adam_rests_at_the_stationary_points_of_the_error():
    model = GRU(3, 4, 1)
    E = problem(model, Regulariser(ProxL1(), 0.02, "all"), MeanSquaredError())
    found = train(E, start(model, 1), 0.5, steps=7000, every=7000)
    assert found.trace.gradient_norm[0, -1] < 1e-10
    assert 0 < (found.params.flat == 0).sum() < model.layout.size
    after = list(islice(descend(E, found.params, Adam(0.01)), 20))[-1].params
    assert (after.flat - found.params.flat).abs().max() < 1e-7


def test_proximal_adam_sets_weights_without_effect_to_zero_at_once():
    model = GRU(3, 4, 2)
    E = problem(model, Regulariser(ProxL1(), 1e-4, "all"))
    after = list(islice(descend(E, start(model), Adam(1e-3)), 2))[-1].params
    for first, last in model.unreached(1):
        assert (after.stack(first, last) == 0).all()
    assert (after["W_hx"] != 0).any()


@pytest.mark.parametrize("loss", [SigmoidSquaredError(), MeanSquaredError()], ids=repr)
@pytest.mark.parametrize("penalty", [SmoothL1(0.1), ProxL1()], ids=repr)
def test_history_is_the_mean_over_an_epochs_mini_batches(penalty, loss, monkeypatch):
    monkeypatch.setattr(evaluation, "CHUNK", 4)
    model, regulariser, rate = GRU(3, 4, 2), Regulariser(penalty, 0.02, "all"), 0.1
    E = problem(model, regulariser, loss, trials=2)
    history = fit(E, start(model), rate, orders(0, 1), epochs=6, every=4).history
    assert history.epoch.tolist() == [0, 4, 6]
    states = descend(E, start(model), rate, orders(0, 1))
    params = [s.params.clone() for s in islice(states, 19)][::3]
    for column, epoch in enumerate((0, 4, 6)):
        for k in range(2):
            flat = params[epoch].flat[k].clone().requires_grad_()
            data, total = objective(trial(E, k, regulariser), flat, regulariser)
            share = data if loss.average else data / 3
            expected = share + total - data
            assert history.data_error[k, column] == pytest.approx(share.item(), rel=1e-10)
            assert history.error[k, column] == pytest.approx(expected.item(), rel=1e-10)
            (g,) = torch.autograd.grad(share if penalty.proximal else expected, flat)
            if penalty.proximal:
                w = flat.detach()
                moved = w - rate * g
                g = (w - moved.sign() * (moved.abs() - rate * 0.02).clamp(min=0)) / rate
            assert history.gradient_norm[k, column] == pytest.approx(g.norm().item(), rel=1e-9)
            assert history.weight_norm[k, column] == pytest.approx(flat.norm().item(), rel=1e-12)


def test_zeros_are_counted_in_weight_matrices_alone_and_measures_are_kept(monkeypatch):
    model = GRU(3, 4, 2, bias=True)
    E = problem(model, Regulariser(L1(), 1.0, "out"))
    initial = start(model)
    initial["W_hr"][0, 0] = 0
    initial["W_hr"][1, :, 0] = 5e-6
    seen = []

    def measure(params, answers):
        seen.append(params.flat.clone())
        assert torch.equal(answers, outputs(model, params, E.X))
        return {"largest": params.flat.amax(1)}

    # The clock ticks when it is asked; recording takes a tick that counts for no epoch.
    ticks = count(100.0)
    monkeypatch.setattr(epochs, "time", SimpleNamespace(process_time=lambda: next(ticks)))
    result = fit(E, initial, 0.01, None, epochs=3, measure=measure)
    assert result.history.zeros.tolist() == [[4] * 4, [0] * 4]
    assert result.history.near_zeros.tolist() == [[4] * 4, [4] * 4]
    assert np.array_equal(result.history.measures["largest"], torch.stack(seen).amax(2).T)
    assert torch.equal(seen[-1], result.params.flat)
    assert result.history.seconds.tolist() == [1.0, 2.0, 3.0, 4.0]
    full = train(E, initial, 0.01, steps=3).trace
    assert np.allclose(result.history.error, full.error, rtol=1e-13)
    assert np.allclose(result.history.gradient_norm, full.gradient_norm, rtol=1e-12)


def test_diverged_runs_are_named():
    E = problem(GRU(3, 4, 2), loss=MeanSquaredError())
    result = fit(E, start(E.model), SGD([0.1, 1e9]), orders(0), epochs=30)
    assert result.diverged.tolist() == [False, True]


def test_outputs_in_parts_are_the_outputs(monkeypatch):
    model = LSTM(3, 4, 2)
    E, params = problem(model, T=3), start(model)
    whole = model.forward(params, E.X)[0]
    monkeypatch.setattr(evaluation, "CHUNK", 3)
    assert (outputs(model, params, E.X) - whole).abs().max() < 1e-14


MODEL = GRU(3, 4, 2)
FINE = problem(MODEL, trials=2)
BAD = {
    "size": (lambda: MiniBatches(0, []), "batch size must be a whole number >= 1, got 0"),
    "no generator": (lambda: MiniBatches(4, []), "generators of mini-batches must be .* got 0"),
    "one generator": (lambda: MiniBatches(4, np.random.default_rng()), "sequence of one a trial"),
    "trials": (lambda: descend(FINE, start(MODEL), 0.1, orders(0, 1, 2)), "divisor, got 3"),
    "data of other trials": (
        lambda: descend(FINE, start(MODEL), 0.1, orders(0)),
        "1 generators X and targets must be for 1 trials or 1, got 2 and 2",
    ),
    "runs": (lambda: descend(FINE, start(MODEL, 3), 0.1), "X must be for 3 runs or a divisor"),
    "rate": (lambda: descend(FINE, start(MODEL), Adam(0)), "rate must be .* > 0, got 0"),
    "rates": (lambda: descend(FINE, start(MODEL), Adam([0.1])), r"one a run \(2\), got 1"),
    "decay": (lambda: Adam(0.1, decay=1.0), "decay must be >= 0 and < 1, got 1.0"),
    "decay NaN": (lambda: Adam(0.1, decay_square=float("nan")), "decay_square must be"),
    "epsilon": (lambda: Adam(0.1, epsilon=0), "epsilon must be .* > 0, got 0"),
    "epochs": (lambda: fit(FINE, start(MODEL), 0.1, None, -1), "epochs must be .* >= 0, got -1"),
    "every": (lambda: fit(FINE, start(MODEL), 0.1, None, 1, every=0), "every must be"),
    "measure's name": (
        lambda: fit(FINE, start(MODEL), 0.1, None, 1, measure=lambda p, _: {"error": p.flat[:, 0]}),
        "got 'error'",
    ),
    "measure's shape": (
        lambda: fit(FINE, start(MODEL), 0.1, None, 1, measure=lambda p, _: {"all": p.flat}),
        r"shape \(2,\), got 'all'",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case):
    call, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        call()
