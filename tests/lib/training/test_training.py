"""Full-batch gradient descent against autograd, closed forms and torch's optimiser."""

from itertools import islice, product

import numpy as np
import pytest
import torch
from test_models import literal, named

from lib.models import GRU, LSTM, RNN, GRUResetAfter, Parameters, to_torch
from lib.penalties import L1, L2, UNREGULARISED, NoPenalty, ProxL1, Regulariser, SmoothL1
from lib.training import (
    MeanSquaredError,
    Problem,
    SigmoidSquaredError,
    SquaredError,
    descend,
    train,
)
from lib.training.trace import rises

LOSSES = [
    SigmoidSquaredError(),
    SigmoidSquaredError(average=True),
    MeanSquaredError(),
    SquaredError(),
]
PENALTIES = [NoPenalty(), L1(), L2(), SmoothL1(0.1), ProxL1()]


def draw(*shape, seed=0, dtype=torch.float64):
    return torch.tensor(np.random.default_rng(seed).normal(size=shape), dtype=dtype)


def start(model, runs=2, dtype=torch.float64):
    return model.initialise([np.random.default_rng([3, k]) for k in range(runs)], dtype=dtype)


def problem(model, loss, regularisers=UNREGULARISED, N=9, T=1, dtype=torch.float64):
    X = draw(1, N, T, model.input_size, dtype=dtype)
    targets = (draw(1, N, model.output_size, seed=1) > 0).to(dtype)
    return Problem(model, loss, X, targets, regularisers)


def objective(problem, flat, regulariser):
    """Return data error and E of one run, written out for autograd; `flat` is its vector."""
    model, loss, targets = problem.model, problem.loss, problem.targets[0]
    outputs = literal(model, named(model, flat), problem.X[0])
    if isinstance(loss, MeanSquaredError):
        data = torch.nn.functional.mse_loss(outputs, targets)
    else:
        linear = isinstance(loss, SquaredError)
        answers = outputs if linear else torch.sigmoid(outputs)
        data = 0.5 * ((answers - targets) ** 2).sum()
        data = data / len(targets) if loss.average else data
    w, penalty = flat[model.layout.penalised(regulariser.mode)], regulariser.penalty
    if isinstance(penalty, SmoothL1):
        alpha = penalty.alpha
        phi = torch.where(w.abs() >= alpha, w.abs(), w**2 / (2 * alpha) + alpha / 2)
    else:
        phi = {NoPenalty: 0 * w, L1: w.abs(), ProxL1: w.abs(), L2: w**2 / 2}[type(penalty)]
    return data, data + regulariser.strength * phi.sum()


def test_a_mean_cannot_be_made_a_sum():
    assert MeanSquaredError().average
    with pytest.raises(TypeError):
        MeanSquaredError(average=False)


def test_losses_by_hand():
    outputs = torch.tensor([[[0.0, 0.0], [0.0, 0.0]]], dtype=torch.float64)
    targets = torch.tensor([[[1.0, 0.0], [0.5, 2.5]]], dtype=torch.float64)
    assert SigmoidSquaredError().value(outputs, targets).item() == 0.5 * (0.25 + 0.25 + 4)
    averaged = SigmoidSquaredError(average=True)
    assert averaged.value(outputs, targets).item() == 0.25 * (0.25 + 0.25 + 4)
    assert MeanSquaredError().value(outputs, targets).item() == (1 + 0.25 + 6.25) / 4
    assert SquaredError().value(outputs, targets).item() == 0.5 * (1 + 0.25 + 6.25)
    assert torch.equal(SquaredError().predict(outputs), outputs)
    assert (SigmoidSquaredError().predict(outputs) == 0.5).all()
    assert torch.equal(MeanSquaredError().predict(outputs), outputs)


@pytest.mark.parametrize("mode", ["out", "all"])
@pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_errors_gradient_and_step_equal_autograd(loss, penalty, mode):
    rates, regulariser = [0.2, 0.05], Regulariser(penalty, 0.03, mode)
    for cls, T, bias in product((RNN, LSTM, GRU, GRUResetAfter), (1, 3), (False, True)):
        model = cls(3, 4, 2, bias=bias, output_bias=bias)
        E, initial = problem(model, loss, regulariser, T=T), start(model)
        iteration = descend(E, initial, rates)
        state = next(iteration)
        data_error, error = state.data_error.clone(), state.error.clone()
        gradient = state.gradient.flat.clone()
        after = next(iteration).params.flat
        for k, rate in enumerate(rates):
            flat = initial.flat[k].clone().requires_grad_()
            data, total = objective(E, flat, regulariser)
            assert data_error[k].item() == pytest.approx(data.item(), rel=1e-12)
            assert error[k].item() == pytest.approx(total.item(), rel=1e-12)
            (slope,) = torch.autograd.grad(data if penalty.proximal else total, flat)
            flat = flat.detach()
            expected = flat - rate * slope
            if penalty.proximal:
                columns = model.layout.penalised(mode)
                moved = expected[columns]
                expected[columns] = moved.sign() * (moved.abs() - rate * 0.03).clamp(min=0)
                slope = (flat - expected) / rate
            assert (gradient[k] - slope).abs().max() < 1e-10
            assert (after[k] - expected).abs().max() < 1e-12


@pytest.mark.parametrize("T", [1, 4])
def test_training_equals_torch_modules_with_autograd_and_sgd(T):
    model, loss = GRUResetAfter(3, 4, 2, output_bias=True), SigmoidSquaredError()
    E, initial = problem(model, loss, T=T), start(model)
    result = train(E, initial, 0.1, steps=30)
    for k in range(2):
        recurrent, linear = to_torch(model, initial, run=k)
        optimiser = torch.optim.SGD([*recurrent.parameters(), *linear.parameters()], lr=0.1)
        for _ in range(30):
            optimiser.zero_grad()
            y = torch.sigmoid(linear(recurrent(E.X[0])[0][:, -1]))
            (0.5 * (y - E.targets[0]) ** 2).sum().backward()
            optimiser.step()
        trained, output = to_torch(model, result.params, run=k)
        assert (trained.weight_hh_l0 - recurrent.weight_hh_l0).abs().max() < 1e-12
        assert (trained.weight_ih_l0 - recurrent.weight_ih_l0).abs().max() < 1e-12
        assert (output.bias - linear.bias).abs().max() < 1e-12


def test_the_exact_two_cycle_keeps_raising_the_error():
    model = GRU(1, 1, 1)
    initial = model.zeros()
    initial["w_out"][...] = 1 / 50
    X = torch.ones(1, 100, 1, 1, dtype=torch.float64)
    E = Problem(model, SigmoidSquaredError(), X, X[:, :, 0] / 2, Regulariser(SmoothL1(0.01), 1.0))
    seen = [
        (s.params["w_out"].item(), s.error.item(), s.gradient.flat.norm().item())
        for s in islice(descend(E, initial, 0.1), 7)
    ]
    cycle = [(1 / 50, 0.02, 1.0), (-2 / 25, 0.08, 1.0)]
    assert np.allclose(seen, (cycle * 4)[:7], rtol=0, atol=1e-15)
    assert train(E, initial, 0.1, steps=200).trace.increases.tolist() == [100]


def test_small_steps_never_raise_the_error_and_large_ones_do():
    model = GRU(3, 4, 2)
    regularisers = [Regulariser(p, 0.01, "all") for p in (SmoothL1(0.1), ProxL1(), L2())]
    E = problem(model, SigmoidSquaredError(), regularisers)
    trace = train(E, start(model, 3), 0.05, steps=300).trace
    assert trace.increases.tolist() == [0, 0, 0]
    assert (np.diff(trace.error, axis=1) < 0).all()
    assert train(E, start(model, 3), 20.0, steps=300).trace.increases.min() > 0


def test_only_the_subgradient_step_oscillates_near_zero():
    model = GRU(3, 4, 2)
    penalties = [L1(), SmoothL1(0.05), SmoothL1(0.005), ProxL1()]
    regularisers = [Regulariser(p, 0.2, "all") for p in penalties]
    E = problem(model, SigmoidSquaredError(), regularisers)
    initial = start(model, 1)
    same = model.zeros(4)
    same.flat[...] = initial.flat
    result = train(E, same, 0.1, steps=2000)
    # eta lambda / alpha is 0.4 and 4: the smoothed penalty is calm below 2 and oscillates above.
    l1, calm, sharp, prox = result.trace.increases
    assert calm == prox == 0
    assert min(l1, sharp) > 500
    exact_zeros = (result.params.flat == 0).sum(1)
    assert exact_zeros[3] > exact_zeros[0]


def test_averaging_rescales_rate_and_strength():
    model, N = GRU(3, 4, 2), 9
    averaged = problem(
        model, SigmoidSquaredError(average=True), Regulariser(SmoothL1(0.1), 0.01), N=N
    )
    summed = problem(model, SigmoidSquaredError(), Regulariser(SmoothL1(0.1), 0.01 * N), N=N)
    a = train(averaged, start(model), 0.9, steps=50)
    b = train(summed, start(model), 0.9 / N, steps=50)
    assert np.allclose(a.trace.error * N, b.trace.error, rtol=1e-12)
    assert (a.params.flat - b.params.flat).abs().max() < 1e-12


@pytest.mark.parametrize("T", [1, 3])
def test_batched_run_equals_solo_run(T):
    model = LSTM(3, 4, 2, bias=True)
    regularisers = [Regulariser(p, 0.02, "all") for p in PENALTIES]
    rates = [0.1, 0.2, 0.3, 0.2, 0.1]
    batch = problem(model, SigmoidSquaredError(), regularisers, T=T)
    initial = start(model, 5)
    together = train(batch, initial, rates, steps=40)
    for k in range(5):
        alone = problem(model, SigmoidSquaredError(), regularisers[k], T=T)
        solo = train(alone, initial.run(k), rates[k], steps=40)
        assert (solo.params.flat[0] - together.params.flat[k]).abs().max() < 1e-12
        assert np.allclose(solo.trace.error[0], together.trace.error[k], rtol=1e-12)


def test_runs_can_have_their_own_data():
    model = GRU(3, 4, 2)
    X, targets = draw(2, 9, 2, 3), draw(2, 9, 2, seed=1)
    together = train(Problem(model, MeanSquaredError(), X, targets), start(model), 0.1, steps=20)
    for k in range(2):
        alone = Problem(model, MeanSquaredError(), X[k : k + 1], targets[k : k + 1])
        solo = train(alone, start(model).run(k), 0.1, steps=20)
        assert (solo.params.flat[0] - together.params.flat[k]).abs().max() < 1e-13


def test_trace_holds_what_the_iteration_showed():
    model = GRU(3, 4, 2)
    E, initial = problem(model, MeanSquaredError(), Regulariser(L1(), 0.01)), start(model)
    full = train(E, initial, 0.3, steps=25).trace
    assert full.error.shape == full.weight_norm.shape == (2, 26)
    for state in islice(descend(E, initial, 0.3), 26):
        k = state.iteration
        assert np.array_equal(full.error[:, k], state.error)
        assert np.array_equal(full.data_error[:, k], state.data_error)
        norms = state.gradient.flat.norm(dim=1), state.params.flat.norm(dim=1)
        assert np.allclose(full.gradient_norm[:, k], norms[0], rtol=1e-14)
        assert np.allclose(full.weight_norm[:, k], norms[1], rtol=1e-14)
    sparse = train(E, initial, 0.3, steps=25, every=10).trace
    assert sparse.iteration.tolist() == [0, 10, 20, 25]
    for name in ("error", "data_error", "gradient_norm", "weight_norm"):
        assert np.array_equal(getattr(sparse, name), getattr(full, name)[:, sparse.iteration])
    assert np.array_equal(sparse.increases, full.increases)
    assert train(E, initial, 0.3, steps=0).trace.error.shape == (2, 1)


def test_increases_ignore_rounding_and_nothing_else():
    E = np.array([[1.0, 1.0 + 5e-14, 1.0, 1.0 + 3e-13, 2.0, 0.5]])
    assert rises(E).tolist() == [2]


def test_diverged_runs_are_named_and_leave_the_others_alone():
    model = GRU(3, 4, 1)
    E = problem(model, MeanSquaredError())
    result = train(E, start(model), [0.1, 1e9], steps=60)
    assert result.diverged.tolist() == [False, True]
    alone = train(E, start(model).run(0), 0.1, steps=60)
    assert np.allclose(result.trace.error[0], alone.trace.error[0], rtol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
def test_types_kept_and_inputs_left_alone(penalty, dtype):
    model = GRU(3, 4, 2)
    E = problem(model, SigmoidSquaredError(), Regulariser(penalty, 0.1, "all"), T=2, dtype=dtype)
    initial = start(model, dtype=dtype)
    before = [t.clone() for t in (E.X, E.targets, initial.flat)]
    result = train(E, initial, 0.1, steps=5)
    assert result.params.flat.dtype == dtype
    assert result.trace.error.dtype == (np.float32 if dtype == torch.float32 else np.float64)
    for now, then in zip((E.X, E.targets, initial.flat), before, strict=True):
        assert torch.equal(now, then)
    assert not torch.equal(result.params.flat, initial.flat)


MODEL = GRU(3, 4, 2)
FINE = problem(MODEL, MeanSquaredError())
SPOILT = FINE.X.clone()
SPOILT[0, 0] = float("nan")
BAD = {
    "X rank": (lambda: Problem(MODEL, FINE.loss, FINE.X[0], FINE.targets), "runs or 1, N, T, 3"),
    "features": (lambda: Problem(MODEL, FINE.loss, FINE.X[..., :2], FINE.targets), "1, 9, 1, 2"),
    "outputs": (lambda: Problem(MODEL, FINE.loss, FINE.X, FINE.targets[..., :1]), "1, 9, 1"),
    "rows": (lambda: Problem(MODEL, FINE.loss, FINE.X, FINE.targets[:, :8]), "1, 8, 2"),
    "types": (lambda: Problem(MODEL, FINE.loss, FINE.X, FINE.targets.float()), "one type"),
    "NaN": (lambda: Problem(MODEL, FINE.loss, SPOILT, FINE.targets), "X must be finite, got 3"),
    "NaN target": (
        lambda: Problem(MODEL, FINE.loss, FINE.X, FINE.targets / 0),
        "targets must be finite",
    ),
    "weights' type": (
        lambda: train(FINE, start(MODEL, dtype=torch.float32), 0.1, 1),
        "inputs must be torch.float32 like the weights",
    ),
    "weights of another model": (lambda: descend(FINE, start(RNN(3, 4, 2)), 0.1), "not those of"),
    "weights NaN": (
        lambda: descend(FINE, Parameters(start(MODEL).flat * np.nan, MODEL.layout), 0.1),
        "initial weights must be finite",
    ),
    "runs of targets": (
        lambda: descend(
            Problem(MODEL, FINE.loss, FINE.X, FINE.targets.expand(3, 9, 2)), start(MODEL), 0.1
        ),
        "targets must be for 2 runs or a divisor of it, got 3",
    ),
    "rate zero": (lambda: descend(FINE, start(MODEL), 0), "rate must be a finite number > 0"),
    "rate NaN": (lambda: descend(FINE, start(MODEL), float("nan")), "rate must be"),
    "one rate bad": (lambda: descend(FINE, start(MODEL), [0.1, -1]), "rate must be .* got -1"),
    "rates": (lambda: descend(FINE, start(MODEL), [0.1] * 3), r"one a run \(2\), got 3"),
    "regularisers": (
        lambda: train(problem(MODEL, FINE.loss, [UNREGULARISED]), start(MODEL), 0.1, 1),
        r"one a run \(2\), got 1",
    ),
    "steps": (lambda: train(FINE, start(MODEL), 0.1, -1), "steps must be a whole number >= 0"),
    "every": (lambda: train(FINE, start(MODEL), 0.1, 1, every=0), "every must be"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case):
    call, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        call()
