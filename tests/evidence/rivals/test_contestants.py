"""The tournament's rivals: exact gradients and matrices, falling R, one clock for all of them."""

import time
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from itertools import islice

import numpy as np
import pytest

from evidence.rivals import elman
from evidence.rivals.contestants import Clock, OutOfTime, compiled, sysid
from evidence.rivals.contestants import kalman as filters
from evidence.rivals.contestants import levenberg_marquardt as lm
from evidence.rivals.contestants.augmented_lagrangian import augmented_lagrangian
from evidence.rivals.contestants.numpy_adam import numpy_adam
from evidence.rivals.contestants.pytorch import TorchNetwork, torch_rnn
from lib import alm

compiles = pytest.mark.skipif(find_spec("jax") is None, reason="JAX is not installed")
pytestmark = pytest.mark.filterwarnings("ignore:JAXopt is no longer maintained:DeprecationWarning")
WITHOUT_U = 1e-300
"""lambda_6 for the methods that leave its term out."""


def problem(lambda6: float = 0.02, steps: int = 30) -> tuple[alm.Problem, alm.Weights]:
    draw = np.random.default_rng(3)
    start = alm.Weights.normal(draw, 4, 3, 2, 0.4)
    penalties = alm.Penalties(0.03, 0.02, 0.01, 0.005, 0.04, lambda6)
    X = draw.normal(size=(steps, 3))
    Y = alm.predict(alm.Weights.normal(draw, 4, 3, 2, 0.4), X, alm.ReLU())
    return alm.Problem(X, Y + 0.1 * draw.normal(size=Y.shape), penalties), start


def flattened(weights: alm.Weights) -> np.ndarray:
    return np.concatenate([getattr(weights, name).ravel() for name in "WVbAc"])


# -- the clock ------------------------------------------------------------------------------------


def spend(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_the_clock_stands_still_while_somebody_looks():
    _, start = problem()
    seen = []

    def look(seconds, weights):
        seen.append(seconds)
        spend(0.05)

    def work():
        while True:
            spend(0.01)
            clock.see(lambda: start)

    clock = Clock(0.1, look)
    clock.start()
    with pytest.raises(OutOfTime):
        work()
    assert 8 <= len(seen) <= 10
    assert 0.08 < seen[-1] < 0.1
    assert clock.away >= 0.05 * len(seen) * 0.9


def test_a_look_is_due_when_the_time_has_grown_and_at_the_end():
    _, start = problem()
    seen = []
    clock = Clock(100.0, lambda seconds, weights: seen.append(seconds))
    clock.start()
    for seconds in (1.0, 1.02, 1.031, 1.04, 1.07):
        clock.put(seconds)
        clock.see(lambda: start)
    clock.see(lambda: start, last=True)
    assert np.round(seen, 3).tolist() == [1.0, 1.031, 1.07, 1.07]


def test_what_compiles_during_a_run_does_not_count():
    clock = Clock(1.0, lambda *_: None)
    clock.start()
    spend(0.05)
    clock.compiling(0.05)
    assert clock.compiled == 0.05
    assert clock.seconds < 0.02
    assert 0.0 <= clock.share < 0.02


# -- gradients and matrices -----------------------------------------------------------------------


@compiles
def test_the_compiled_gradient_is_that_of_the_roll_out():
    on, start = problem()
    value, gradient = compiled.compiled_gradient(on, flat := compiled.Flat(on, start))(flat.start)
    wanted, exact = alm.rollout_gradient(on, start)
    assert value == pytest.approx(wanted, rel=1e-14)
    np.testing.assert_allclose(gradient, flattened(exact), rtol=1e-12, atol=1e-14)


@compiles
def test_the_gradient_in_float32_is_that_of_the_roll_out_but_for_rounding():
    on, start = problem()
    flat = compiled.Flat(on, start)
    function = compiled.value_and_gradient(on, flat, "float32")
    value, gradient = compiled.jax().jit(function)(flat.start.astype("float32"))
    assert gradient.dtype == value.dtype == "float32"
    exact = flattened(alm.rollout_gradient(on, start)[1])
    np.testing.assert_allclose(gradient, exact, atol=1e-5 * np.abs(exact).max())


def test_the_gradient_of_torch_is_that_of_the_roll_out_without_the_term_of_u():
    on, start = problem(WITHOUT_U)
    network = TorchNetwork(on, start)
    loss = network.loss()
    loss.backward()
    value, exact = alm.rollout_gradient(on, start)
    assert float(loss.detach()) == pytest.approx(value, rel=1e-14)
    for name, block in network.blocks.items():
        np.testing.assert_allclose(block.grad, getattr(exact, name), rtol=1e-10, atol=1e-13)


@compiles
def test_jax_sysid_minimises_r_without_the_term_of_u():
    """Its first step of Adam moves every weight by the rate against the sign of the gradient."""
    on, start = problem(WITHOUT_U)
    seen = []
    clock = Clock(100.0, lambda seconds, weights: seen.append(weights))
    run, rate = sysid.jax_sysid(on, start, 1e-3), 1e-3

    def see(weights, *, last=False):
        seen.append(flattened(weights()))
        if len(seen) == 2:
            raise OutOfTime

    clock.see = see
    clock.start()
    with pytest.raises(OutOfTime):
        run(clock)
    exact = flattened(alm.rollout_gradient(on, start)[1])
    np.testing.assert_array_equal(seen[0], flattened(start))
    moves = np.abs(exact) > 1e-4
    assert moves.mean() > 0.9
    step = (seen[1] - seen[0])[moves]
    np.testing.assert_allclose(step, -rate * np.sign(exact[moves]), rtol=1e-3)


def jacobian(on: alm.Problem, flat: compiled.Flat, z: np.ndarray) -> np.ndarray:
    """Return the derivative of all outputs by all weights, by central differences."""

    def outputs(z):
        return alm.predict(flat.weights(z), on.X, alm.ReLU()).ravel()

    step, columns = 1e-6, []
    for e in np.eye(len(z)):
        columns.append((outputs(z + step * e) - outputs(z - step * e)) / (2 * step))
    return np.array(columns).T


@compiles
@pytest.mark.parametrize("chunk", [10**6, 700])
def test_the_matrix_of_gauss_and_newton_is_made_of_the_outputs_derivatives(monkeypatch, chunk):
    on, start = problem()
    monkeypatch.setattr(lm, "CHUNK", chunk)
    flat, pauses = compiled.Flat(on, start), []
    matrix = lm.GaussNewton(on, flat)
    found = matrix(flat.start, lambda: pauses.append(1))
    J = jacobian(on, flat, flat.start)
    wanted = J.T @ J / len(on.X) + np.diag(flat.strengths)
    np.testing.assert_allclose(np.triu(found), np.triu(wanted), atol=1e-7 * np.abs(wanted).max())
    assert len(pauses) == -(-len(on.X) // matrix.rows)


def test_a_step_of_levenberg_and_marquardt_minimises_its_model():
    draw = np.random.default_rng(0)
    root, gradient = draw.normal(size=(6, 6)), draw.normal(size=6)
    B, damping = root @ root.T + np.eye(6), 0.3
    step, foreseen = lm._step(np.asfortranarray(np.triu(B)), gradient, damping)
    damped = B + damping * np.diag(np.diag(B))
    np.testing.assert_allclose(damped @ step, -0.5 * gradient, atol=1e-12)
    assert foreseen == pytest.approx(-(gradient @ step + step @ B @ step))


def test_a_network_too_large_for_a_matrix_is_refused_with_the_reason():
    on, _ = problem()
    large = alm.Weights.normal(np.random.default_rng(0), 400, 3, 2, 0.1)
    with pytest.raises(lm.TooLargeError, match="an iteration takes 7e\\+14 multiplications"):
        lm.levenberg_marquardt(on, large)
    with pytest.raises(lm.TooLargeError, match="the covariance of 162402 weights"):
        filters.kalman(on, large, 1e-5)


def test_the_filter_is_the_textbook_s_with_derivatives_by_differences():
    on, start = problem()
    flat = compiled.Flat(on, start)
    drift, t = 1e-3, 4
    state = filters.Filter(on, flat, drift)
    state.begin()
    for earlier in range(t):
        state.step(earlier)
    r, P = len(state.h), state.P.copy()
    mean = np.r_[state.h, state.z]

    def moved(s):
        W, V, b, _, _ = flat.split(s[r:])
        return np.r_[np.maximum(W @ s[:r] + V @ on.X[t] + b, 0.0), s[r:]]

    shrunk = np.arange(t * state.shrunk, min((t + 1) * state.shrunk, len(state.z)))

    def measured(s):
        *_, A, c = flat.split(s[r:])
        return np.r_[A @ s[:r] + c, s[r + shrunk]]

    def derivative(f, s, step=1e-6):
        return np.array(
            [(f(s + step * e) - f(s - step * e)) / (2 * step) for e in np.eye(len(s))]
        ).T

    F = derivative(moved, mean)
    P = F @ P @ F.T + np.diag(np.r_[np.zeros(r), np.full(len(state.z), drift)])
    mean = moved(mean)
    C = derivative(measured, mean)
    noise = np.diag(np.r_[np.ones(len(on.Y[t])), state.variance[shrunk]])
    K = P @ C.T @ np.linalg.inv(C @ P @ C.T + noise)
    mean = mean + K @ (np.r_[on.Y[t], np.zeros(len(shrunk))] - measured(mean))
    P = P - K @ C @ P
    state.step(t)
    np.testing.assert_allclose(np.r_[state.h, state.z], mean, atol=1e-7)
    np.testing.assert_allclose(state.P, P, atol=1e-7)


def test_every_pass_of_the_filter_takes_each_weight_as_zero_once():
    on, start = problem()
    flat = compiled.Flat(on, start)
    state = filters.Filter(on, flat, 0.0)
    taken = []
    state._correct = lambda y, shrunk: taken.extend(shrunk)
    for t in range(len(on.X)):
        state.step(t)
    assert taken == list(range(len(flat.start)))
    np.testing.assert_allclose(state.variance * len(on.X) * flat.strengths, 1.0)


# -- all of them on one problem -------------------------------------------------------------------


@compiles
def test_windows_that_go_on_where_the_last_one_ended_make_up_r():
    on, start = problem()
    flat = compiled.Flat(on, start)
    function = compiled.jax().jit(compiled.of_window(on, flat, "float64"))
    before, found = np.zeros(4), []
    for at in range(0, 30, 10):
        found.append(function(flat.start, on.X[at : at + 10], on.Y[at : at + 10], before))
        before = np.array(found[-1][2])
    assert np.mean([value for value, *_ in found]) == pytest.approx(
        alm.rollout_objective(on, start), rel=1e-13
    )
    np.testing.assert_allclose(before, alm.rollout(start, on.X, alm.ReLU())[0][-1], rtol=1e-12)


class Stopped(Exception):
    """Ends a run after some steps."""


def every_step(run, steps: int, share: float = 0.0) -> list[np.ndarray]:
    """Return the weights at the start and after each of so many steps at an unchanged rate."""
    seen, used = [], share

    class Steps(Clock):
        share = used

        def see(self, weights, *, last=False):
            seen.append(flattened(weights()))
            if len(seen) > steps:
                raise Stopped

    with pytest.raises(Stopped):
        run(Steps(1.0, None))
    return seen


ON_WINDOWS = [pytest.param(compiled.adam_on_windows, marks=compiles), numpy_adam]


@pytest.mark.parametrize("adam", ON_WINDOWS)
@pytest.mark.parametrize("length", [10, 12])
def test_adam_on_windows_takes_the_steps_of_the_book_s_own(monkeypatch, length, adam):
    on, start = problem(lambda6=WITHOUT_U)
    monkeypatch.setattr(compiled, "TOGETHER", 1)
    seen = every_step(adam(on, start, 1e-2, length), 6)
    networks = elman.Networks.stack([start])
    batch = elman.Batch(networks, on.X[None], on.Y[None], elman.Objective(on.penalties))
    rule = elman.Adam(1e-2, elman.Clip(compiled.NORM))
    states = elman.descend(batch, [rule], elman.windows(30, length), carried=True)
    wanted = [flattened(state.networks.run(0)) for state in islice(states, 3)]
    np.testing.assert_allclose(seen[0], wanted[0], rtol=1e-14)
    np.testing.assert_allclose(seen[3], wanted[1], rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(seen[6], wanted[2], rtol=1e-8, atol=1e-10)


def test_adam_over_the_whole_series_falls_with_the_clock():
    on, start = problem()
    _, gradient = alm.rollout_gradient(on, start)
    for share, rate in ((0.0, 2e-2), (0.5, 1e-2), (1.0, 0.0)):
        first, second = every_step(numpy_adam(on, start, 2e-2, None), 1, share)
        signs = np.sign(flattened(gradient))
        np.testing.assert_allclose(second - first, -rate * signs, rtol=1e-2, atol=1e-12)


@pytest.mark.parametrize(
    ("adam", "explodes"),
    [
        pytest.param(partial(compiled.adam_on_windows, dtype="float32"), 1e39, marks=compiles),
        (numpy_adam, 1e308),
    ],
)
def test_a_hidden_state_that_explodes_begins_anew(monkeypatch, adam, explodes):
    on, start = problem()
    monkeypatch.setattr(compiled, "TOGETHER", 1)
    X = on.X.copy()
    X[9] = explodes
    on = alm.Problem(X, on.Y, on.penalties)
    start = replace(start, V=100.0 * start.V)
    with np.errstate(over="ignore"):
        found = every_step(adam(on, start, rate=1e-2, length=10), 3)
    np.testing.assert_array_equal(found[1], found[0])
    assert (found[2] != found[1]).any()
    assert np.isfinite(found[3]).all()


PLAIN = alm.Options(gamma=0.1, inner_iterations=50)
EVERY = {
    "accelerated ALM": lambda on, start: augmented_lagrangian(on, start, alm.accelerated(on.Y)),
    "ALM": lambda on, start: augmented_lagrangian(on, start, PLAIN),
    "Adam in NumPy": partial(numpy_adam, rate=1e-2, length=None),
    "Adam in NumPy, on windows": partial(numpy_adam, rate=1e-2, length=10),
    "torch.nn.RNN": partial(torch_rnn, rate=1e-2),
    "Kalman filter": partial(filters.kalman, drift=1e-5),
}
COMPILED = {
    "Adam, float64": partial(compiled.adam, rate=1e-2),
    "Adam, float32": partial(compiled.adam, rate=1e-2, dtype="float32"),
    "Adam on windows": partial(compiled.adam_on_windows, rate=1e-2, length=10),
    "L-BFGS": partial(compiled.lbfgs, memory=10),
    "jax-sysid": partial(sysid.jax_sysid, rate=1e-2),
    "Levenberg-Marquardt": lm.levenberg_marquardt,
}
BUDGET = 0.3


@pytest.mark.parametrize(
    "name", [*EVERY, *(pytest.param(name, marks=compiles) for name in COMPILED)]
)
def test_every_contestant_reduces_r_and_keeps_to_its_budget(name):
    on, start = problem()
    run = (EVERY | COMPILED)[name](on, start)
    seconds, values = [], []

    def look(at, weights):
        seconds.append(at)
        values.append(alm.rollout_objective(on, weights))

    clock = Clock(BUDGET, look)
    clock.start()
    began = time.process_time()
    try:
        run(clock)
    except OutOfTime:
        assert seconds[-1] > 0.5 * BUDGET
    else:
        assert name in ("L-BFGS", "Levenberg-Marquardt", "jax-sysid")
    spent = time.process_time() - began - clock.away - clock.compiled
    # An exception takes its time through JAX, which nobody is charged for.
    assert seconds[-1] < BUDGET
    assert seconds[-1] - 1e-3 <= spent < BUDGET + 0.5
    first = alm.rollout_objective(on, start)
    assert values[0] <= first * 1.0001
    assert min(values) < 0.7 * first
    assert (np.diff(seconds) > 0).all() or (np.diff(seconds)[:-1] > 0).all()


def test_the_alm_that_is_seen_takes_the_steps_of_the_one_that_is_not():
    on, start = problem()
    options = alm.accelerated(on.Y, outer_iterations=5)
    wanted = alm.solve(on.X, on.Y, start, on.penalties, options).weights
    seen = []

    class EverySweep(Clock):
        def see(self, weights, *, last=False):
            seen.append(flattened(weights()))
            if len(seen) == 5 * options.inner_iterations:
                raise OutOfTime

    clock = EverySweep(100.0, lambda *_: None)
    clock.start()
    with pytest.raises(OutOfTime):
        augmented_lagrangian(on, start, options)(clock)
    np.testing.assert_array_equal(seen[-1], flattened(wanted))
