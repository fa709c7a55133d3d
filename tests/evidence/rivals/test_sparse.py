"""Ways to sparse networks: each step is the one of its paper's formulas, and zeros are exact."""

import math
from itertools import islice, pairwise

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar

from evidence.rivals.sparse import RAMDA, RMDA, Kept, Pruned, Staged, planned
from lib.models import GRU, Layout, Parameters
from lib.penalties import ProxL1, Regulariser
from lib.training import SGD, Adam, MeanSquaredError, MiniBatches, Optimiser, Problem, descend

LAYOUT = Layout((("W", (2, 3)), ("w_out", (1, 2))), biases=(("b", (2,)),))
WEIGHTS = LAYOUT.weight_count


def weights(runs: int = 1, seed: int = 0) -> Parameters:
    draw = np.random.default_rng(seed)
    return Parameters(torch.from_numpy(draw.normal(size=(runs, LAYOUT.size))), LAYOUT)


def gradients(steps: int, runs: int = 1) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(steps, runs, LAYOUT.size))


def path(optimiser: Optimiser, start: Parameters, given: np.ndarray) -> np.ndarray:
    """Return the weights after each step along given gradients, (steps, runs, P)."""
    params, found = start.clone(), []
    stepper = optimiser.begin(params)
    for gradient in given:
        stepper.step(torch.from_numpy(gradient))
        found.append(params.flat.numpy().copy())
    return np.array(found)


# -- two stages -----------------------------------------------------------------------------------


def test_the_rate_falls_once():
    start, given = weights(2), gradients(4, 2)
    found = path(Staged([0.1, 0.2], SGD, after=2, share=0.5), start, given)
    rates = np.array([[0.1], [0.2]]) * np.array([1, 1, 0.5, 0.5])[:, None, None]
    np.testing.assert_allclose(found, start.flat.numpy() - np.cumsum(rates * given, axis=0))


def test_adam_keeps_its_memory_when_the_rate_falls():
    start, given = weights(), gradients(5)
    found = path(Staged(0.1, Adam, after=3, share=0.1), start, given)
    one = path(Adam(0.1), start, given)
    np.testing.assert_allclose(found[:3], one[:3], rtol=1e-14)
    np.testing.assert_allclose(np.diff(found, axis=0)[2:], 0.1 * np.diff(one, axis=0)[2:])


def test_the_thresholds_of_a_proximal_step_fall_with_the_rate():
    params = weights()
    stepper = Staged(0.1, SGD, after=1, share=0.5).begin(params)
    lengths = []
    for gradient in gradients(2):
        stepper.step(torch.from_numpy(gradient))
        lengths.append(float(stepper.lengths(slice(0, 1), slice(0, 6))))
    assert lengths == [0.1, 0.05]


# -- dual averaging -------------------------------------------------------------------------------


def soft(w: np.ndarray, threshold: np.ndarray | float) -> np.ndarray:
    return np.sign(w) * np.maximum(np.abs(w) - threshold, 0.0)


def averaged(start, given, rate, strength, c, scale=None) -> np.ndarray:
    """Return the first stage as the papers write it; biases have no penalty.

    Args:
        scale: from (U, k) to D.
    """
    w, found = start.copy(), []
    lam = np.where(np.arange(LAYOUT.size) < WEIGHTS, strength, 0.0)
    for k in range(1, len(given) + 1):
        s = rate * np.sqrt(np.arange(1, k + 1))[:, None]
        V, U, A = (s * given[:k]).sum(0), (s * given[:k] ** 2).sum(0), s.sum()
        D = scale(U, k)
        w = (1 - c) * w + c * soft(start - V / D, A * lam / D)
        found.append(w)
    return np.array(found)


@pytest.mark.parametrize(
    ("kind", "scale"),
    [(RMDA, lambda U, k: np.sqrt(k)), (RAMDA, lambda U, k: np.cbrt(U) + 1e-6)],
)
def test_dual_averaging_takes_the_steps_of_its_formulas(kind, scale):
    start, given = weights(2), gradients(6, 2)
    optimiser = kind([0.2, 0.3], [0.1, 0.4], after=10, momentum=0.3)
    found = path(optimiser, start, given)
    for run, (rate, strength) in enumerate([(0.2, 0.1), (0.3, 0.4)]):
        wanted = averaged(start.flat[run].numpy(), given[:, run], rate, strength, 0.3, scale)
        np.testing.assert_allclose(found[:, run], wanted, rtol=1e-12)


def test_the_average_minimises_its_subproblem():
    """The soft threshold against a search: g w A-weighted, the penalty, the distance in D."""
    start, given, rate, lam = weights(), gradients(3), 0.3, 0.5
    found = path(RAMDA(rate, [lam], after=9, momentum=1.0), start, given)[-1, 0]
    s = rate * np.sqrt([1, 2, 3])
    V, U = (np.tensordot(s, given[:, 0] ** p, 1) for p in (1, 2))
    for j in range(WEIGHTS):
        w0, v, d = start.flat[0, j].item(), V[j], np.cbrt(U[j]) + 1e-6

        def value(w, w0=w0, v=v, d=d):
            return v * w + s.sum() * lam * abs(w) + d * (w - w0) ** 2 / 2

        searched = minimize_scalar(value, bounds=(-20, 20), options={"xatol": 1e-10})
        assert value(found[j]) <= searched.fun + 1e-12
        assert found[j] == pytest.approx(searched.x, abs=1e-5)


@pytest.mark.parametrize("kind", [RMDA, RAMDA])
def test_the_last_stage_begins_anew_and_lets_the_average_go(kind):
    start, given = weights(), gradients(12)
    found = path(kind(0.2, [3.0], after=4, share=0.5, momentum=0.5), start, given)
    again = Parameters(torch.from_numpy(found[3].copy()), LAYOUT)
    # c sqrt(k) is 1 from the fourth step of the stage on.
    scales = {RMDA: lambda U, k: np.sqrt(k), RAMDA: lambda U, k: np.cbrt(U) + 0.5e-6}
    moved = averaged(again.flat[0].numpy(), given[4:, 0], 0.1, 3.0, 1.0, scales[kind])
    np.testing.assert_allclose(found[7:, 0], moved[3:], rtol=1e-12)
    first = 0.5 * (found[3, 0] + moved[0])
    np.testing.assert_allclose(found[4, 0], first, rtol=1e-12)
    assert (found[-1, 0, :WEIGHTS] == 0).any()
    assert (found[-1, 0, WEIGHTS:] != 0).all()
    assert (found[2, 0] != 0).all(), "an average of networks has no zeros"


def test_what_dual_averaging_refuses():
    with pytest.raises(ValueError, match=r"momentum must be > 0 and <= 1, got 1\.5"):
        RMDA(0.1, [0.1], momentum=1.5)
    with pytest.raises(ValueError, match=r"strengths must be one a run \(2\), got 1"):
        RMDA(0.1, [0.1]).begin(weights(2))
    with pytest.raises(ValueError, match="lambda"):
        RAMDA(0.1, [-0.1])


# -- pruning --------------------------------------------------------------------------------------


def test_the_schedule_is_zhu_and_gupta_s():
    first, last, final = 10, 110, 0.9
    for step in range(first, last + 1):
        wanted = final + (0 - final) * (1 - (step - first) / (last - first)) ** 3
        assert planned(final, step, first, last) == pytest.approx(wanted)
    shares = [planned(final, step, first, last) for step in range(200)]
    assert all(a <= b for a, b in pairwise(shares))
    assert (shares[first], shares[last], shares[-1]) == (0.0, final, final)
    assert planned(final, 60, first, last) == pytest.approx(0.9 * 7 / 8)


def test_one_shot_pruning_keeps_the_largest_and_no_pruned_one_comes_back():
    start, given = weights(3), gradients(6, 3)
    targets = [0.0, 0.5, 1.0]
    found = path(Pruned(0.1, SGD, 9, targets=targets, first=3, last=3), start, given)
    plain = path(SGD(0.1), start, given)
    np.testing.assert_allclose(found[:2], plain[:2], rtol=1e-14)
    for run, target in enumerate(targets):
        zero = found[2, run, :WEIGHTS] == 0
        size = np.abs(plain[2, run, :WEIGHTS])
        assert zero.sum() == target * WEIGHTS
        assert not zero.any() or zero.all() or size[zero].max() < size[~zero].min()
        np.testing.assert_array_equal(found[3:, run, :WEIGHTS] == 0, np.tile(zero, (3, 1)))
        left = np.append(~zero, [True, True])
        np.testing.assert_allclose(found[:, run, left], plain[:, run, left], rtol=1e-14)


def test_gradual_pruning_follows_its_schedule():
    start, given = weights(2), gradients(14, 2)
    pruned = Pruned(0.1, SGD, 20, targets=[0.5, 0.75], first=2, last=10, every=2)
    zeros = (path(pruned, start, given)[:, :, :WEIGHTS] == 0).sum(2)
    for run, target in enumerate((0.5, 0.75)):
        wanted, now = [], 0
        for step in range(1, 15):
            if step in (2, 4, 6, 8, 10):
                now = math.ceil(planned(target, step, 2, 10) * WEIGHTS)
            wanted.append(now)
        assert zeros[:, run].tolist() == wanted
        assert wanted[-1] == target * WEIGHTS


def test_weights_that_do_not_count_are_neither_pruned_nor_ranked():
    start = weights()
    counted = torch.tensor([True] * 4 + [False] * 4)
    start.flat[:, :WEIGHTS][:, ~counted] = 1e-9
    pruned = Pruned(0.1, SGD, 9, targets=[0.5], counted=counted)
    found = path(pruned, start, np.zeros((1, 1, LAYOUT.size)))[0, 0, :WEIGHTS]
    assert (found[:4] == 0).sum() == 2
    assert (found[4:] == 1e-9).all()


def test_zeros_are_kept_and_the_others_move():
    start = weights()
    start.flat[0, [1, 6, 9]] = 0.0
    found = path(Kept(0.1, Adam, after=9), start, gradients(3))
    plain = path(Adam(0.1), start, gradients(3))
    assert (found[:, 0, [1, 6]] == 0).all()
    others = [k for k in range(LAYOUT.size) if k not in (1, 6)]
    np.testing.assert_allclose(found[:, 0, others], plain[:, 0, others], rtol=1e-14)


def test_what_pruning_refuses():
    with pytest.raises(ValueError, match=r"targets must be shares from 0 to 1, got \[1.2\]"):
        Pruned(0.1, targets=[1.2])
    with pytest.raises(ValueError, match=r"targets must be one a run \(2\), got 1"):
        Pruned(0.1, targets=[0.5]).begin(weights(2))
    with pytest.raises(ValueError, match="last pruning"):
        Pruned(0.1, targets=[0.5], first=3, last=2)


# -- on networks ----------------------------------------------------------------------------------


OPTIMISERS = {
    "staged": lambda runs: Staged([0.1, 0.2, 0.3][runs], Adam, 6),
    "RMDA": lambda runs: RMDA([0.1, 0.2, 0.3][runs], [1e-3, 1e-2, 0.1][runs], 6, momentum=0.5),
    "RAMDA": lambda runs: RAMDA([0.1, 0.2, 0.3][runs], [1e-3, 1e-2, 0.1][runs], 6),
    "pruned": lambda runs: Pruned(
        [0.1, 0.2, 0.3][runs], Adam, 6, targets=[0.2, 0.5, 0.9][runs], first=2, last=8
    ),
}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_networks_trained_together_are_those_trained_alone(name):
    draw = np.random.default_rng(0)
    model = GRU(2, 3, 1, bias=True)
    X, targets = (torch.from_numpy(draw.normal(size=(3, 10, *of))) for of in ((4, 2), (1,)))
    start = model.initialise([np.random.default_rng(k) for k in range(3)])
    terms = [Regulariser(ProxL1(), 0.01, "all")] * 3 if name == "staged" else None

    def fitted(runs: slice) -> np.ndarray:
        chosen = Parameters(start.flat[runs], start.layout)
        draws = [np.random.default_rng(7 + k) for k in range(3)[runs]]
        own = [terms[runs]] if terms else []
        problem = Problem(model, MeanSquaredError(), X[runs], targets[runs], *own)
        states = descend(problem, chosen, OPTIMISERS[name](runs), MiniBatches(4, draws))
        for state in islice(states, 13):
            params = state.params
        return params.flat.numpy().copy()

    together = fitted(slice(0, 3))
    assert not np.allclose(together, start.flat.numpy())
    for k in range(3):
        np.testing.assert_allclose(together[k : k + 1], fitted(slice(k, k + 1)), rtol=1e-9)
