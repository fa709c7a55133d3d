"""The u block's one-dimensional problem: exact minimisers, ties, kinks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from lib.alm import ACTIVATIONS as KINDS
from lib.alm import ELU, LeakyReLU, ReLU
from lib.alm.activations import elu
from lib.alm.certificate import distance_in_u

ACTIVATIONS = [*(kind() for kind in KINDS.values()), LeakyReLU(0.5)]
number = st.floats(-12, 12)
thetas = st.tuples(number, number, number)
gammas = st.floats(1e-3, 1e3)
mus = st.floats(1e-6, 1.0)
LAMBDA6 = 1e-8


def phi(activation, u, theta, gamma, mu):
    """(3.19) and (4.34), as printed."""
    theta1, theta2, theta3 = theta
    u = np.asarray(u, dtype=float)
    return (
        gamma / 2 * (u - theta1) ** 2
        + gamma / 2 * (theta2 - activation.value(u)) ** 2
        + mu / 2 * (u - theta3) ** 2
        + LAMBDA6 * u**2
    )


def closed_form(activation, theta, gamma, mu):
    theta1, theta2, theta3 = theta
    a = np.array([[theta1 + mu / gamma * theta3]])
    out = np.empty((1, 1))
    activation.minimise(a, np.array([[theta2]]), 1 + (mu + 2 * LAMBDA6) / gamma, out=out)
    return out[0, 0]


def brute_force(activation, theta, gamma, mu):
    """Smallest value on a grid around all stationary points, polished at each of its low points."""
    reach = 2 * max(np.abs(theta)) + 2
    grid = np.linspace(-reach, reach, 4001)
    grid[grid.size // 2] = 0.0
    values = phi(activation, grid, theta, gamma, mu)
    low = np.flatnonzero((values[1:-1] <= values[:-2]) & (values[1:-1] <= values[2:])) + 1
    polished = [
        minimize_scalar(
            lambda u: phi(activation, u, theta, gamma, mu),
            bounds=(grid[i - 1], grid[i + 1]),
            method="bounded",
            options={"xatol": 1e-12},
        ).fun
        for i in low
    ]
    return min([values.min(), *polished])


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
@given(theta=thetas, gamma=gammas, mu=mus)
@settings(max_examples=150)
def test_u_block_reaches_the_global_minimum(activation, theta, gamma, mu):
    reached = phi(activation, closed_form(activation, theta, gamma, mu), theta, gamma, mu)
    best = brute_force(activation, theta, gamma, mu)
    assert reached <= best + 1e-12 * (1 + abs(best))


def test_elu_finds_the_better_of_two_local_minima():
    gamma, mu = 1.0, 1e-5
    switched = 0
    for theta1 in np.linspace(-12, -6, 25):
        theta = (theta1, 10.0, 0.0)
        u = np.linspace(-14, 8, 20001)
        values = phi(ELU(), u, theta, gamma, mu)
        minima = np.count_nonzero((values[1:-1] < values[:-2]) & (values[1:-1] < values[2:]))
        switched += minima == 2
        reached = phi(ELU(), closed_form(ELU(), theta, gamma, mu), theta, gamma, mu)
        assert reached <= values.min() + 1e-12
    assert switched > 0


@pytest.mark.parametrize("q", [0.01, 0.5, 1.0, 2.0, 5.0, 20.0])
def test_elu_reaches_the_lowest_point_of_a_grid_where_there_are_two_minima(q):
    draw = np.random.default_rng(0)
    theta2 = draw.uniform(-2.0, 30.0, (500, 1))
    a = draw.normal(0.0, 10.0 ** draw.uniform(-2.0, 1.5, (500, 1)))
    a -= draw.uniform(0.0, 1.0, (500, 1)) * theta2
    sizes = np.geomspace(1e-6, 1.0, 1000)
    grid = np.hstack([-sizes * (np.abs(a) + 2.0) / q, 0.0 * a, sizes * (abs(a) + abs(theta2)) / q])

    def value(u):
        return 0.5 * q * u * u - a * u + 0.5 * (theta2 - ELU().value(u)) ** 2

    reached = np.empty_like(a)
    ELU().minimise(a, theta2, q, reached)
    lowest = value(grid).min(axis=1, keepdims=True)
    assert (value(reached) <= lowest + 1e-12 * (1.0 + abs(lowest))).all()


def test_elu_s_newton_steps_are_few(monkeypatch):
    steps = []
    slope = elu._slope
    monkeypatch.setattr(elu, "_slope", lambda *given: steps.append(1) or slope(*given))
    draw = np.random.default_rng(0)
    theta2, a = draw.uniform(8.0, 30.0, (500, 1)), draw.normal(-10.0, 5.0, (500, 1))
    ELU().minimise(a, theta2, 1.5, np.empty_like(a))
    assert 0 < len(steps) < 40  # the bisection alone would take 106


@pytest.mark.parametrize("slope", [0.0, 0.1, 0.9])
@pytest.mark.parametrize("size", [1e-300, 1e-3, 1.0, 1e150])
def test_many_u_problems_at_once_are_chosen_as_one_by_one(slope, size):
    """The choice goes by bits; that of (3.21), (3.22) and (4.35) by a comparison."""
    rng, q = np.random.default_rng(0), 1.01
    a, theta2 = size * rng.normal(size=(2, 40, 25))
    a[:5], theta2[3:8], theta2[30:] = -0.0, 0.0, -a[30:]
    found = np.empty_like(a)
    (LeakyReLU(slope) if slope else ReLU()).minimise(a.copy(), theta2.copy(), q, out=found)
    right, left = q + 1.0, q + slope**2
    b, d = np.maximum(a + theta2, 0.0), a + slope * theta2
    lower = d < -np.sqrt(left / right) * b
    assert 0.1 < lower.mean() < 0.9
    np.testing.assert_array_equal(found, np.where(lower, d * (1.0 / left), b * (1.0 / right)))


def test_ties_go_to_the_nonnegative_side():
    # q = slope = 1/4 make both candidates and their values exact in binary.
    a, theta2, out = np.array([[-2.0]]), np.array([[4.0]]), np.empty((1, 1))
    LeakyReLU(0.25).minimise(a, theta2, 0.25, out=out)

    def value(u):
        return 0.125 * u * u + 2.0 * u + 0.5 * (4.0 - max(u, 0.25 * u)) ** 2

    assert value(1.6) == pytest.approx(value(-3.2), abs=1e-15)
    assert out[0, 0] == pytest.approx(1.6)


def printed_leaky_candidate(theta, gamma, mu, slope):
    """u- of (4.35) with its condition as printed."""
    theta1, theta2, theta3 = theta
    if gamma * theta1 + mu * theta3 < 0:
        top = gamma * theta1 + gamma * slope * theta2 + mu * theta3
        return top / (gamma + gamma * slope**2 + 2 * LAMBDA6 + mu)
    return 0.0


def printed_leaky_rule(theta, gamma, mu, slope):
    theta1, theta2, theta3 = theta
    top = gamma * theta1 + gamma * theta2 + mu * theta3
    plus = max(top, 0.0) / (2 * gamma + 2 * LAMBDA6 + mu)
    minus = printed_leaky_candidate(theta, gamma, mu, slope)
    activation = LeakyReLU(slope)
    values = [float(phi(activation, u, theta, gamma, mu)) for u in (plus, minus)]
    return plus if values[0] <= values[1] else minus


def test_printed_leaky_condition_misses_the_minimum_and_the_corrected_one_does_not():
    gamma, mu, slope = 1.0, 1e-5, 0.5
    activation = LeakyReLU(slope)
    rng = np.random.default_rng(4)
    worst, worst_theta, positive_minus = 0.0, None, 0
    for theta in rng.uniform(-4, 4, (3000, 3)):
        printed = float(phi(activation, printed_leaky_rule(theta, gamma, mu, slope), theta, 1, mu))
        ours = float(phi(activation, closed_form(activation, theta, gamma, mu), theta, gamma, mu))
        assert ours <= printed + 1e-12
        positive_minus += printed_leaky_candidate(theta, gamma, mu, slope) > 0
        if printed - ours > worst:
            worst, worst_theta = printed - ours, theta
    # The counterexample the search found, confirmed without either closed form.
    best = brute_force(activation, worst_theta, gamma, mu)
    printed = float(
        phi(activation, printed_leaky_rule(worst_theta, gamma, mu, slope), worst_theta, 1, mu)
    )
    assert printed > best + 0.1
    assert positive_minus > 0


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_slope_at_is_the_derivative(activation):
    u = np.array([-3.0, -0.4, -1e-3, 1e-3, 0.7, 5.0])
    step = 1e-6
    numerical = (activation.value(u + step) - activation.value(u - step)) / (2 * step)
    np.testing.assert_allclose(activation.slope_at(u), numerical, atol=1e-9)


@pytest.mark.parametrize("activation", [ReLU(), LeakyReLU(0.3)], ids=repr)
@given(smooth=st.floats(-3, 3), zeta=st.floats(-3, 3))
def test_distance_at_the_kink_is_that_of_4_30_and_4_36(activation, smooth, zeta):
    left, right = activation.kink
    if zeta >= 0:
        members = np.array([-left * zeta, -right * zeta])
    else:
        members = np.linspace(-left * zeta, -right * zeta, 20001)
    wanted = np.abs(smooth + members).min()
    got = distance_in_u(activation, np.array([smooth]), np.array([zeta]), np.zeros(1))[0]
    assert got == pytest.approx(wanted, abs=2e-4)


@pytest.mark.parametrize("slope", [0.0, 1.0, -0.1, float("nan")])
def test_leaky_slope_outside_the_unit_interval_is_rejected(slope):
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        LeakyReLU(slope)
