"""The penalties against their definitions, autograd and brute-force minimisers."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lib.estimators import GRUClassifier
from lib.models import GRU
from lib.penalties import (
    L1,
    L2,
    UNREGULARISED,
    NoPenalty,
    ProxL1,
    Regulariser,
    SmoothL1,
    bind,
)

numbers = st.floats(-10, 10, allow_subnormal=False)
alphas = st.floats(1e-3, 5)
ALL = [NoPenalty(), L1(), L2(), SmoothL1(0.3), ProxL1()]


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


def weights(seed=0, shape=(3, 4, 5), dtype=torch.float64):
    return torch.tensor(np.random.default_rng(seed).normal(size=shape), dtype=dtype)


def test_values_by_hand():
    w = tensor([-2.0, 0.0, 0.1], [0.5, 0.5, -0.5])
    assert torch.equal(NoPenalty().value(w), tensor(0.0, 0.0))
    for penalty in (L1(), ProxL1()):
        assert torch.allclose(penalty.value(w), tensor(2.1, 1.5))
    assert torch.allclose(L2().value(w), tensor(4.01 / 2, 0.75 / 2))
    # alpha = 0.2: 2 + 0.1 + (0.01 / 0.4 + 0.1) and three entries outside the interval
    assert torch.allclose(SmoothL1(0.2).value(w), tensor(2.225, 1.5))


def test_gradients_by_hand():
    w = tensor(-2.0, 0.0, 0.1)
    assert torch.equal(NoPenalty().gradient(w), tensor(0.0, 0.0, 0.0))
    assert torch.equal(L1().gradient(w), tensor(-1.0, 0.0, 1.0))
    assert torch.equal(L2().gradient(w), w)
    assert torch.allclose(SmoothL1(0.2).gradient(w), tensor(-1.0, 0.0, 0.5))


@pytest.mark.parametrize("penalty", ALL[1:], ids=repr)
def test_gradient_equals_autograd_away_from_kinks(penalty):
    w = weights().requires_grad_()
    penalty.value(w).sum().backward()
    assert (penalty.gradient(w.detach()) - w.grad).abs().max() < 1e-12


@given(numbers, alphas)
def test_smooth_l1_is_the_printed_formula_and_above_the_absolute_value(x, alpha):
    value = SmoothL1(alpha).value(tensor([x])).item()
    printed = abs(x) if abs(x) >= alpha else abs(x) ** 2 / (2 * alpha) + alpha / 2
    assert value == pytest.approx(printed, rel=1e-14)
    assert abs(x) <= value * (1 + 1e-15)
    assert value <= abs(x) + alpha / 2 + 1e-15


@given(numbers, numbers, alphas)
def test_smooth_l1_derivative_has_lipschitz_constant_one_over_alpha(x, y, alpha):
    slope = SmoothL1(alpha).gradient(tensor(x, y))
    assert abs(slope[0] - slope[1]) <= abs(x - y) / alpha * (1 + 1e-12)


@given(alphas)
def test_smooth_l1_attains_its_constant_and_is_smooth_at_the_seam(alpha):
    slope = SmoothL1(alpha).gradient(tensor(0.0, alpha / 2))
    assert slope[1] - slope[0] == pytest.approx(alpha / 2 / alpha, rel=1e-12)
    seam = tensor([alpha * (1 - 1e-9)], [alpha], [alpha * (1 + 1e-9)])
    value, slope = SmoothL1(alpha).value(seam), SmoothL1(alpha).gradient(seam)
    assert (value - alpha).abs().max() < 1e-8 * alpha
    assert (slope - 1).abs().max() < 1e-8


@given(numbers, st.floats(0, 5))
def test_prox_is_the_brute_force_minimiser(x, step):
    def objective(v):
        return step * v.abs() + 0.5 * (v - x) ** 2

    found = ProxL1().prox(tensor(x), step)
    grid = torch.linspace(-12, 12, 2401, dtype=torch.float64)
    near = found + torch.linspace(-1e-3, 1e-3, 201, dtype=torch.float64)
    best = min(objective(grid).min(), objective(near).min(), objective(tensor(0.0)).min())
    assert objective(found).item() <= best.item() + 1e-14
    if abs(x) <= step:
        assert found.item() == 0


def test_prox_takes_one_step_a_run():
    w = tensor([1.0, -0.1], [1.0, -0.1])
    expected = tensor([0.5, 0.0], [0.95, -0.05])
    assert torch.allclose(ProxL1().prox(w, tensor([0.5], [0.05])), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("penalty", ALL, ids=repr)
def test_run_axis_types_and_inputs(penalty, dtype):
    w = weights(dtype=dtype)
    before = w.clone()
    value, gradient = penalty.value(w), penalty.gradient(w)
    assert value.shape == (3,)
    assert gradient.shape == w.shape
    assert value.dtype == gradient.dtype == dtype
    for k in range(3):
        assert torch.allclose(penalty.value(w[k : k + 1]), value[k])
    gradient.fill_(7)
    assert torch.equal(w, before)


def test_prox_keeps_type_and_input():
    w = weights(dtype=torch.float32)
    before = w.clone()
    assert ProxL1().prox(w, 0.1).dtype == torch.float32
    assert torch.equal(w, before)


@pytest.mark.parametrize("mode", ["out", "all"])
def test_modes_choose_the_weights_and_never_a_bias(mode):
    model = GRU(2, 3, 2, bias=True, output_bias=True)
    params = model.zeros(2)
    params.flat[...] = weights(shape=params.flat.shape)
    gradient = params.zeros_like()
    (term,) = bind(Regulariser(L2(), 0.5, mode), params, gradient)
    term.add_gradient()
    for name in model.layout.shapes:
        penalised = name == "w_out" or (mode == "all" and not name.startswith("b"))
        assert torch.equal(gradient[name], 0.5 * params[name] * penalised)
    assert torch.allclose(term.value(), (gradient.flat * params.flat).sum(1) / 2)


def test_every_run_can_have_its_own_regulariser():
    model = GRU(2, 3, 2)
    regularisers = [
        Regulariser(L1(), 0.1),
        Regulariser(L1(), 0.2),
        UNREGULARISED,
        Regulariser(SmoothL1(0.3), 0.2, "all"),
        Regulariser(SmoothL1(0.4), 0.2, "all"),
        Regulariser(L1(), 0.1),
    ]
    params = model.zeros(6)
    params.flat[...] = weights(shape=params.flat.shape)
    gradient = params.zeros_like()
    terms = bind(regularisers, params, gradient)
    assert len(terms) == 4
    value = torch.zeros(6, dtype=torch.float64)
    for term in terms:
        value[term.rows] += term.value()
        term.add_gradient()
    for k, regulariser in enumerate(regularisers):
        alone, slope = params.run(k), params.run(k).zeros_like()
        total = sum((t.value() for t in bind(regulariser, alone, slope)), tensor(0.0))
        for term in bind(regulariser, alone, slope):
            term.add_gradient()
        assert torch.allclose(value[k], total)
        assert torch.allclose(gradient.flat[k], slope.flat[0])


NAN = float("nan")
BAD = {
    "alpha zero": (lambda: SmoothL1(0), "alpha must be a finite number > 0, got 0"),
    "alpha negative": (lambda: SmoothL1(-0.1), "alpha must be"),
    "alpha NaN": (lambda: SmoothL1(NAN), "alpha must be"),
    "lambda negative": (lambda: Regulariser(L1(), -1e-3), "lambda .* must be .* >= 0, got -0.001"),
    "lambda NaN": (lambda: Regulariser(L1(), NAN), "lambda"),
    "lambda infinite": (lambda: Regulariser(L1(), float("inf")), "lambda"),
    "mode": (lambda: Regulariser(L1(), 1.0, "hidden"), "penalty mode 'hidden'; accepted: out, all"),
    "penalty": (lambda: Regulariser("l1", 1.0), r"penalty must be an object such as L1\(\)"),
    "class for object": (lambda: Regulariser(L1, 1.0), r"penalty must be an object such as L1\(\)"),
    "threshold negative": (lambda: ProxL1().prox(tensor(1.0), -0.1), "threshold must be >= 0"),
    "threshold NaN": (lambda: ProxL1().prox(tensor(1.0), NAN), "threshold must be >= 0"),
    "too few": (
        lambda: bind([UNREGULARISED] * 2, GRU(1, 1, 1).zeros(3), GRU(1, 1, 1).zeros(3)),
        r"one a run \(3\), got 2",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case):
    call, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        call()


def test_the_defaults_are_the_paper_s():
    """Section 5 takes alpha = 0.01; the estimator's default is the same number."""
    assert SmoothL1().alpha == 0.01
    assert GRUClassifier().alpha == SmoothL1().alpha
    assert SmoothL1().gradient(tensor(0.005)).item() == pytest.approx(0.5)


def test_the_soft_threshold_alone_is_applied_after_the_step():
    assert [penalty.proximal for penalty in ALL] == [False, False, False, False, True]
