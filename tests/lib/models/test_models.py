"""The recurrent networks against torch's modules and autograd through the formulas."""

import numpy as np
import pytest
import torch
from torch import nn

from lib.models import GRU, LSTM, RNN, GRUResetAfter, Parameters, from_torch, to_torch

MODELS = [RNN, LSTM, GRU, GRUResetAfter]
SIZES = [(1, 1, 1, 1, 1), (4, 7, 3, 6, 1), (3, 5, 2, 4, 2), (2, 6, 1, 3, 5)]  # n, H, C, N, T


def generators(runs):
    return [np.random.default_rng([7, k]) for k in range(runs)]


def weights(model, runs=3, dtype=torch.float64):
    """Draw initial weights and, unlike `initialise`, biases that are not zero."""
    params = model.initialise(generators(runs), dtype=dtype)
    first = model.layout.weight_count
    noise = np.random.default_rng(1).normal(size=(runs, model.layout.size - first))
    params.flat[:, first:] = torch.tensor(noise, dtype=dtype)
    return params


def draw(*shape, seed=0, dtype=torch.float64):
    return torch.tensor(np.random.default_rng(seed).normal(size=shape), dtype=dtype)


def literal(model, w, X):
    """Return the outputs of one run, step by step as printed; `w` maps names to tensors."""
    zero, states = torch.zeros((), dtype=X.dtype), []
    h = c = torch.zeros(X.shape[0], model.hidden_size, dtype=X.dtype)

    def gate(name, recurrent, state):
        return X[:, t] @ w[f"W_{name}x"].T + state @ w[recurrent].T + w.get(f"b_{name}", zero)

    for t in range(X.shape[1]):
        if isinstance(model, RNN):
            h = torch.tanh(gate("h", "W_hh", h))
        elif isinstance(model, LSTM):
            f, i, o = (torch.sigmoid(gate(k, f"W_{k}h", h)) for k in "fio")
            c = f * c + i * torch.tanh(gate("g", "W_gh", h))
            h = o * torch.tanh(c)
        else:
            r, z = (torch.sigmoid(gate(k, f"W_{k}h", h)) for k in "rz")
            if isinstance(model, GRU):
                candidate = torch.tanh(gate("h", "W_hr", r * h))
            else:
                inner = h @ w["W_hr"].T + w.get("b_hr", zero)
                candidate = torch.tanh(X[:, t] @ w["W_hx"].T + w.get("b_h", zero) + r * inner)
            h = (1 - z) * h + z * candidate
        states.append(h)
    answering = states if model.every_step else states[-1:]
    return torch.cat([h @ w["w_out"].T + w.get("b_out", zero) for h in answering], 1)


def named(model, flat):
    """Return one run's vector as a dict of tensors, differentiable."""
    return {
        name: flat[model.layout.columns[name]].view(shape)
        for name, shape in model.layout.shapes.items()
    }


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("cls", [RNN, LSTM, GRUResetAfter])
def test_forward_equals_torch(cls, sizes, bias):
    n, H, C, N, T = sizes
    model = cls(n, H, C, bias=bias, output_bias=bias)
    params = weights(model)
    X = draw(1, N, T, n)
    y, _ = model.forward(params, X)
    for k in range(3):
        recurrent, linear = to_torch(model, params, run=k)
        hidden, _ = recurrent(X[0])
        assert (linear(hidden[:, -1]) - y[k]).abs().max() < 1e-12


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("cls", [RNN, LSTM, GRUResetAfter])
def test_weights_come_from_torch(cls, sizes, bias):
    n, H, C, N, T = sizes
    model = cls(n, H, C, bias=bias, output_bias=bias)
    module = {RNN: nn.RNN, LSTM: nn.LSTM, GRUResetAfter: nn.GRU}[cls]
    pairs = []
    for seed in range(2):
        recurrent = module(n, H, bias=bias, batch_first=True, dtype=torch.float64)
        linear = nn.Linear(H, C, bias=bias, dtype=torch.float64)
        for j, p in enumerate((*recurrent.parameters(), *linear.parameters())):
            p.data = draw(*p.shape, seed=[seed, j])
        pairs.append((recurrent, linear))
    X = draw(1, N, T, n)
    y, _ = model.forward(from_torch(model, pairs), X)
    for k, (recurrent, linear) in enumerate(pairs):
        assert (linear(recurrent(X[0])[0][:, -1]) - y[k]).abs().max() < 1e-12


def test_torch_round_trip_and_random_state():
    model = LSTM(3, 4, 2, bias=True, output_bias=True)
    params = weights(model)
    before = torch.get_rng_state()
    pairs = [to_torch(model, params, run=k) for k in range(3)]
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(from_torch(model, pairs).flat, params.flat)


def test_reset_before_equals_torch_for_one_step_only():
    before, after = GRU(4, 6, 2), GRUResetAfter(4, 6, 2)
    params = weights(before)
    same = Parameters(params.flat, after.layout)
    for T in (1, 2, 5):
        X = draw(1, 8, T, 4)
        y = before.forward(params, X)[0]
        recurrent, linear = to_torch(after, same, run=1)
        difference = (linear(recurrent(X[0])[0][:, -1]) - y[1]).abs().max()
        assert difference < 1e-12 if T == 1 else difference > 1e-4


def test_reset_before_equals_torch_for_one_step_with_biases():
    before, after = GRU(4, 6, 2, bias=True), GRUResetAfter(4, 6, 2, bias=True)
    params, same = weights(before, runs=1), after.zeros()
    for name in before.layout.shapes:
        same[name].copy_(params[name])
    X = draw(1, 8, 1, 4)
    recurrent, linear = to_torch(after, same)
    assert (linear(recurrent(X[0])[0][:, -1]) - before.forward(params, X)[0][0]).abs().max() < 1e-12


def assert_equal_to_autograd(model, params, X, d_outputs):
    y, cache = model.forward(params, X)
    gradient = model.backward(params, cache, d_outputs)
    assert y.shape == d_outputs.shape
    for k in range(len(X)):
        flat = params.flat[k].clone().requires_grad_()
        expected = literal(model, named(model, flat), X[k])
        assert (expected - y[k]).abs().max() < 1e-12
        (expected * d_outputs[k]).sum().backward()
        assert (flat.grad - gradient.flat[k]).abs().max() < 1e-10


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("T", [1, 2, 5])
@pytest.mark.parametrize("cls", MODELS)
def test_forward_and_backward_equal_autograd_through_the_formulas(cls, T, bias):
    model = cls(4, 6, 3, bias=bias, output_bias=bias)
    params, X = weights(model), draw(3, 7, T, 4)
    assert_equal_to_autograd(model, params, X, draw(3, 7, 3, seed=2))


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("T", [1, 2, 5])
@pytest.mark.parametrize("cls", MODELS)
def test_answers_of_every_step_and_their_gradient_equal_autograd(cls, T, bias):
    model = cls(4, 6, 3, bias=bias, output_bias=bias, every_step=True)
    params, X = weights(model), draw(3, 7, T, 4)
    assert_equal_to_autograd(model, params, X, draw(3, 7, 3 * T, seed=2))


@pytest.mark.parametrize("cls", MODELS)
def test_the_last_answer_of_all_is_the_only_one_of_a_network_that_answers_once(cls):
    once, always = cls(4, 6, 3, bias=True), cls(4, 6, 3, bias=True, every_step=True)
    params, X = weights(once), draw(1, 7, 5, 4)
    y, cache = once.forward(params, X)
    every, every_cache = always.forward(params, X)
    assert (every[..., -3:] - y).abs().max() < 1e-14
    d_outputs = torch.zeros_like(every)
    d_outputs[..., -3:] = y
    difference = always.backward(params, every_cache, d_outputs).flat
    assert (difference - once.backward(params, cache, y).flat).abs().max() < 1e-13


@pytest.mark.parametrize("cls", MODELS)
def test_one_step_gives_recurrent_weights_no_gradient(cls):
    model = cls(4, 6, 3)
    params, X = weights(model), draw(1, 7, 1, 4)
    y, cache = model.forward(params, X)
    used = params.zeros_like()
    used.flat.fill_(float("nan"))
    returned = model.backward(params, cache, torch.ones_like(y), used)
    assert returned is used
    for name in model.recurrent_names:
        assert (used[name] == 0).all()
    live = [name for name in used.layout.shapes if (used[name] != 0).any()]
    assert len(live) == 1 + len(model.gates) - model.idle_gates  # w_out and the live W_*x


@pytest.mark.parametrize("every_step", [False, True])
@pytest.mark.parametrize("T", [1, 4])
@pytest.mark.parametrize("cls", MODELS)
def test_batched_run_equals_solo_run(cls, T, every_step):
    model = cls(4, 6, 3, bias=True, every_step=every_step)
    params, X = weights(model), draw(3, 7, T, 4)
    y, cache = model.forward(params, X)
    gradient = model.backward(params, cache, y)
    for k in range(3):
        alone = params.run(k)
        assert alone.runs == 1
        y_k, cache_k = model.forward(alone, X[k : k + 1])
        assert (y_k[0] - y[k]).abs().max() < 1e-14
        difference = model.backward(alone, cache_k, y_k).flat[0] - gradient.flat[k]
        assert difference.abs().max() < 1e-13


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("T", [1, 3])
@pytest.mark.parametrize("cls", MODELS)
def test_types_kept_and_inputs_left_alone(cls, T, dtype):
    model = cls(4, 6, 3, bias=True, output_bias=True)
    params, X = weights(model, dtype=dtype), draw(1, 7, T, 4, dtype=dtype)
    flat, inputs = params.flat.clone(), X.clone()
    y, cache = model.forward(params, X)
    d_outputs = y.clone()
    gradient = model.backward(params, cache, d_outputs)
    assert y.dtype == gradient.flat.dtype == dtype
    assert torch.equal(params.flat, flat)
    assert torch.equal(X, inputs)
    assert torch.equal(d_outputs, y)


def test_initial_weights():
    model = GRU(4, 6, 3, bias=True, output_bias=True)
    batch = model.initialise(generators(3), low=-0.25, high=0.75)
    drawn = batch.flat[:, : model.layout.weight_count]
    assert drawn.min() >= -0.25
    assert drawn.max() < 0.75
    assert (batch.flat[:, model.layout.weight_count :] == 0).all()
    alone = model.initialise(generators(3)[2], low=-0.25, high=0.75)
    assert torch.equal(batch.flat[2:], alone.flat)
    plain = GRU(4, 6, 3).initialise(generators(3), low=-0.25, high=0.75)
    assert torch.equal(plain.flat, drawn)


def test_parameters_are_views_of_one_matrix():
    model = GRU(4, 6, 3, bias=True)
    assert set(model.layout.shapes) == {
        *("W_rx", "W_zx", "W_hx", "W_rh", "W_zh", "W_hr", "w_out"),
        *("b_r", "b_z", "b_h"),
    }
    params = weights(model)
    params["W_hr"][1] = 9
    assert int((params.flat == 9).sum()) == 36
    assert (params.flat[1, model.layout.columns["W_hr"]] == 9).all()
    copy = params.clone()
    copy["W_hr"][...] = 0
    assert (params["W_hr"][1] == 9).all()
    everything, outputs = model.layout.penalised("all"), model.layout.penalised("out")
    assert params.flat[:, everything].shape[1] == 3 * 6 * 4 + 3 * 6 * 6 + 3 * 6
    assert torch.equal(params.flat[:, outputs], params["w_out"].flatten(1))


def pairs(model):
    return [to_torch(model, model.zeros())]


BAD = {
    "hidden size": (lambda: GRU(4, 0, 3), "hidden_size must be a whole number >= 1, got 0"),
    "fraction": (lambda: RNN(1.5, 2, 3), "input_size must be a whole number"),
    "runs": (lambda: GRU(1, 1, 1).zeros(0), "runs must be"),
    "range": (lambda: GRU(1, 1, 1).initialise(generators(1), 0.5, 0.5), "low < high"),
    "no generator": (lambda: GRU(1, 1, 1).initialise([]), "runs must be"),
    "features": (
        lambda: GRU(2, 3, 1).forward(GRU(2, 3, 1).zeros(), draw(1, 5, 1, 3)),
        "1, 5, 1, 3",
    ),
    "runs of X": (
        lambda: GRU(2, 3, 1).forward(GRU(2, 3, 1).zeros(), draw(2, 5, 1, 2)),
        "S a divisor of 1 runs",
    ),
    "no steps": (lambda: GRU(2, 3, 1).forward(GRU(2, 3, 1).zeros(), draw(1, 5, 0, 2)), "1, 5, 0"),
    "rank": (lambda: GRU(2, 3, 1).forward(GRU(2, 3, 1).zeros(), draw(5, 2)), r"got \(5, 2\)"),
    "type": (
        lambda: GRU(2, 3, 1).forward(GRU(2, 3, 1).zeros(), draw(1, 5, 1, 2, dtype=torch.float32)),
        "must be torch.float64 like the weights",
    ),
    "weight name": (lambda: RNN(1, 1, 1).zeros()["W_zx"], "unknown weight 'W_zx'"),
    "mode": (lambda: RNN(1, 1, 1).layout.penalised("some"), "accepted: out, all"),
    "matrix": (lambda: Parameters(torch.zeros(2, 9), RNN(1, 1, 1).layout), r"\(runs, 3\)"),
    "integers": (
        lambda: Parameters(torch.zeros(2, 3, dtype=torch.int64), RNN(1, 1, 1).layout),
        "float32 or float64",
    ),
    "no twin": (lambda: to_torch(GRU(1, 1, 1), GRU(1, 1, 1).zeros()), "no equal of GRU"),
    "wrong cell": (lambda: from_torch(LSTM(1, 1, 1), pairs(RNN(1, 1, 1))), "pair 0"),
    "wrong size": (lambda: from_torch(RNN(1, 1, 1), pairs(RNN(1, 2, 1))), "pair 0"),
    "no pairs": (lambda: from_torch(RNN(1, 1, 1), []), "runs must be"),
    "relu": (
        lambda: from_torch(
            RNN(1, 1, 1),
            [(nn.RNN(1, 1, nonlinearity="relu", bias=False), nn.Linear(1, 1, bias=False))],
        ),
        "RNN_RELU",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case):
    call, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        call()


def test_missing_run():
    with pytest.raises(IndexError, match=r"0 \.\. 0, got 1"):
        to_torch(RNN(1, 1, 1), RNN(1, 1, 1).zeros(), run=1)
