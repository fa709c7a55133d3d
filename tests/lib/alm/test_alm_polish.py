"""The polish: right derivatives, a Newton method that descends, points that the verifier takes."""

import numpy as np
import pytest

from evidence.pages.alm_race import runs_polish as alm_polish
from evidence.pages.alm_race.runs_polish import Polishing, problem, verified
from lib import alm, verify
from lib.alm.extensions import polishing
from lib.alm.extensions.polishing import slopes
from lib.alm.extensions.smoothed import SmoothedObjective
from lib.alm.extensions.trust_region import minimise

PENALTIES = alm.Penalties(0.05, 0.05, 0.05, 0.05, 0.05, 1e-3)


def smooth(activation: alm.Activation, width: float = 0.3, starts: tuple[int, ...] = (0,)):
    draw = np.random.default_rng(0)
    X, Y = draw.normal(size=(12, 3)), draw.normal(size=(12, 2))
    on = alm.Problem(X, Y, PENALTIES, activation, starts)
    weights = alm.Weights.normal(draw, 4, 3, 2, 0.6)
    centre = draw.uniform(*activation.kink, (12, 4))
    function = SmoothedObjective(on, 4, centre, width)
    return on, function, function.vector(weights), draw


@pytest.mark.parametrize("starts", [(0,), (0, 5, 6)])
@pytest.mark.parametrize("activation", [alm.ReLU(), alm.LeakyReLU(0.2)])
def test_gradient_and_hessian_products_are_the_derivatives(activation, starts):
    _, function, x, draw = smooth(activation, starts=starts)
    v = draw.normal(size=x.size)
    step = 1e-6
    (up, g_up), (down, g_down) = (function.evaluate(x + s * step * v) for s in (1, -1))
    _, gradient = function.evaluate(x)
    assert gradient @ v == pytest.approx((up - down) / (2 * step), rel=1e-7)
    np.testing.assert_allclose(
        function.times(v), (g_up - g_down) / (2 * step), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("starts", [(0,), (0, 5, 6)])
def test_with_the_slopes_as_centres_it_is_the_objective_and_its_gradient_is_backpropagation(starts):
    on, function, x, _ = smooth(alm.ReLU(), width=1e-9, starts=starts)
    weights = function.weights(x)
    _, U = alm.rollout(weights, on.X, on.activation, starts=starts)
    function.centre = (U > 0).astype(float)
    value, gradient = function.evaluate(x)
    exact, of_weights = alm.rollout_gradient(on, weights)
    assert value == pytest.approx(exact, rel=1e-12)
    np.testing.assert_allclose(gradient, function.vector(of_weights), rtol=1e-9, atol=1e-11)


def test_an_exploding_roll_out_has_an_infinite_value():
    _, function, x, _ = smooth(alm.ReLU())
    assert function.evaluate(1e200 * x)[0] == np.inf


class Saddle:
    """(x^2 - 1)^2 + 100 (y - x^2)^2 on |x| < 5: a saddle at 0, minima at x = -1 and 1."""

    def evaluate(self, z):
        x, y = self.z = z
        if abs(x) >= 5:
            return np.inf, np.zeros(2)
        bend = y - x * x
        return (x * x - 1) ** 2 + 100 * bend**2, np.array(
            [4 * x * (x * x - 1) - 400 * x * bend, 200 * bend]
        )

    def times(self, v):
        x, y = self.z
        cross = -400 * x
        return np.array([[12 * x * x - 4 - 400 * y + 1200 * x * x, cross], [cross, 200]]) @ v


@pytest.mark.parametrize("start", [(0.01, 0.0), (-1.2, 1.0), (4.0, -3.0)])
def test_the_newton_method_leaves_a_saddle_and_ends_at_a_minimum(start):
    found = minimise(Saddle(), np.array(start), 1e-9, 1.0, 200)
    assert found.gradient <= 1e-9
    assert abs(found.x[0]) == pytest.approx(1.0)
    assert found.products >= found.steps > 0


def test_the_newton_method_stops_at_its_limit_of_steps():
    assert minimise(Saddle(), np.array([-1.2, 1.0]), 1e-9, 1.0, 2).steps == 2


def test_a_polished_network_is_a_kkt_point_by_the_independent_verifier(tmp_path):
    on, start = problem(Polishing("synthetic-t10", 10, 4, 3))
    options = alm.accelerated(on.Y, outer_iterations=40)
    trained = alm.solve(on.X, on.Y, start, on.penalties, options)
    assert trained.trace["kkt_residual"].min() > 1e-5
    polished = alm.polish(on, trained)
    assert polished.error <= 1e-7
    assert polished.row["kinks"] > 0
    assert alm.reduced_gradient(on, polished.weights) > 1e-3, "backpropagation does not see it"
    path = tmp_path / "network.npz"
    alm.save(path, polished, on, polished.kink_width)
    report = verify.verify(path, on.X, on.Y)
    assert report.holds, report.reason
    for point in ("rollout", "iterate"):
        assert report.numbers[f"{point}.kkt_residual"][1] < 1e-6
        assert report.numbers[f"{point}.feasibility"][1] < 1e-6
    found = verified(on, polished, polished.kink_width, "rollout")
    assert found["holds"]
    assert found["converged"] == 1
    assert found["verified_kkt_residual"] == report.numbers["rollout.kkt_residual"][1]


def test_a_leaky_network_is_polished_too():
    draw = np.random.default_rng(5)
    X, Y = draw.normal(size=(15, 3)), draw.normal(size=(15, 2))
    on = alm.Problem(X, Y, alm.Penalties(*[0.05] * 5, 1e-8), alm.LeakyReLU(0.1))
    start = alm.Weights.normal(draw, 3, 3, 2, 0.5)
    options = alm.accelerated(Y, outer_iterations=30, activation=alm.LeakyReLU(0.1))
    trained = alm.solve(X, Y, start, on.penalties, options)
    assert alm.polish(on, trained).error <= 1e-7


def test_the_first_slopes_are_those_of_the_multipliers():
    config = Polishing("synthetic-t10", 10, 4, 3)
    on, start = problem(config)
    options = alm.accelerated(on.Y, outer_iterations=40)
    trained = alm.solve(on.X, on.Y, start, on.penalties, options)
    found, zero = slopes(on, trained), trained.U == 0
    assert np.array_equal(found[~zero], (trained.U > 0)[~zero])
    inside = zero & (found > 0) & (found < 1)
    assert inside.any()
    np.testing.assert_allclose(found[inside] * trained.zeta[inside], trained.xi[inside])
    ends = zero & ~inside & (trained.zeta != 0)
    implied = trained.xi[ends] / trained.zeta[ends]
    assert np.array_equal(found[ends], np.clip(implied, 0.0, 1.0))


def test_the_polish_keeps_the_best_point_counts_its_effort_and_can_be_stopped(monkeypatch):
    made, begun = [], []

    def counted(function, x, tolerance, radius, steps):
        begun.append((x.copy(), radius))
        found = minimise(function, x, tolerance, radius, steps)
        made.append(found if made else found._replace(radius=1e-3))
        return made[-1]

    monkeypatch.setattr(polishing, "minimise", counted)
    config = Polishing("synthetic-t10", 10, 4, 3)
    on, start = problem(config)
    trained = alm.solve(on.X, on.Y, start, on.penalties, alm.accelerated(on.Y, outer_iterations=20))
    seen = []
    best = alm.polish(on, trained, watch=lambda point: seen.append(point) or len(seen) == 3)
    assert len(seen) == 3
    assert best.error == min(point.error for point in seen)
    assert [point.row["stage"] for point in seen] == [1, 2, 3]
    for effort in ("steps", "products"):
        spent = np.cumsum([getattr(found, effort) for found in made])
        assert [point.row[effort] for point in seen] == spent.tolist()
    assert begun[0][1] == 1.0
    for (x, radius), before in zip(begun[1:], made, strict=False):
        assert np.array_equal(x, before.x), "a stage begins where the one before ended"
        assert radius == max(before.radius, 0.01)


@pytest.mark.parametrize(
    ("gradient", "steps", "kept"), [(1e9, 50, True), (1e9, 49, False), (0.0, 50, False)]
)
def test_the_centres_stay_where_a_stage_used_up_its_steps_before_its_minimum(
    gradient, steps, kept, monkeypatch
):
    centres = []

    def ended(function, *given):
        centres.append(function.centre.copy())
        return minimise(function, *given)._replace(gradient=gradient, steps=steps)

    monkeypatch.setattr(polishing, "minimise", ended)
    on, start = problem(Polishing("synthetic-t10", 10, 4, 3))
    trained = alm.solve(on.X, on.Y, start, on.penalties, alm.accelerated(on.Y, outer_iterations=20))
    alm.polish(on, trained, stages=2)
    assert np.array_equal(*centres) == kept


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tolerance": 0.0}, "tolerance"),
        ({"width": -1.0}, "width"),
        ({"stages": 0}, "stages"),
        ({"steps": 0.5}, "steps"),
    ],
)
def test_bad_numbers_are_refused(change, message):
    on, start = problem(Polishing("synthetic-t10", 10, 4, 0))
    trained = alm.solve(on.X, on.Y, start, on.penalties, alm.Options(outer_iterations=1))
    with pytest.raises(ValueError, match=message):
        alm.polish(on, trained, **change)


def test_a_smooth_activation_is_refused():
    on, start = problem(Polishing("synthetic-t10", 10, 4, 0))
    trained = alm.solve(on.X, on.Y, start, on.penalties, alm.Options(outer_iterations=1))
    with pytest.raises(ValueError, match="activations with a kink, got ELU"):
        alm.polish(alm.Problem(on.X, on.Y, on.penalties, alm.ELU()), trained)


def test_the_units_of_the_experiment_have_names_of_their_own():
    for profile in alm_polish.PROFILES.values():
        assert len({unit.label for unit in profile}) == len(profile)


class Scripted:
    """Values and slopes along one line in the order asked for; the Hessian is 1."""

    def __init__(self, *script):
        self.script = dict(script)

    def evaluate(self, x):
        value, slope = self.script[float(x[0])]
        return value, np.array([slope])

    def times(self, v):
        return v


@pytest.mark.parametrize(
    ("value", "radius", "where"),
    [
        (-0.125, 2.0, -1.0),  # a quarter of what was promised is not poor
        (-0.1249, 0.25, -1.0),  # less is: the next region is a quarter of the step
        (-5e-5, 0.25, 0.0),  # one part in ten thousand is no reason to move
        (-6e-5, 0.25, -1.0),
        (-0.5, 2.0, -1.0),  # all of it, but the region did not cut the step
    ],
)
def test_the_region_and_the_point_follow_from_the_ratio_of_decreases(value, radius, where):
    """Nocedal and Wright's bounds are strict where they say less and more."""
    line = Scripted((0.0, (0.0, 1.0)), (-1.0, (value, 0.0)))
    found = minimise(line, np.zeros(1), 1e-9, 2.0, 1)
    assert (found.radius, found.x[0], found.steps) == (radius, where, 1)


@pytest.mark.parametrize(("decrease", "radius"), [(0.28125, 0.5), (0.29, 1.0), (0.2, 0.5)])
def test_the_region_grows_only_after_more_than_three_quarters_of_what_was_promised(
    decrease, radius
):
    line = Scripted((0.0, (0.0, 1.0)), (-0.5, (-decrease, 0.0)))
    assert minimise(line, np.zeros(1), 1e-9, 0.5, 1).radius == radius


def test_steps_grow_with_the_region_and_one_that_just_reaches_its_rim_counts_as_cut():
    class Bowl:
        def evaluate(self, x):
            return 0.5 * float(x @ x), x.copy()

        def times(self, v):
            return v

    found = minimise(Bowl(), np.array([8.0]), 1e-9, 1.0, 99)
    assert (found.x[0], found.steps, found.radius) == (0.0, 4, 8.0)
    assert minimise(Bowl(), np.array([1.0]), 1e-9, 1.0, 99).radius == 2.0
    assert minimise(Bowl(), np.array([1.0]), 1.0, 1.0, 99).steps == 0, "the tolerance is reached"


def test_without_curvature_a_step_ends_at_the_region_s_rim(monkeypatch):
    line = Scripted((0.0, (0.0, 1.0)), (-2.0, (-2.0, 0.0)))
    monkeypatch.setattr(line, "times", np.zeros_like)
    found = minimise(line, np.zeros(1), 1e-9, 2.0, 1)
    assert (found.x[0], found.radius) == (-2.0, 4.0)


@pytest.mark.parametrize(("slope", "where"), [(0.5, -1.0), (-1.0, 0.0), (1.5, 0.0)])
def test_a_decrease_that_rounding_hides_counts_where_the_gradient_gets_shorter(slope, where):
    line = Scripted((0.0, (1e14, 1.0)), (-1.0, (1e14, slope)))
    assert minimise(line, np.zeros(1), 1e-9, 2.0, 1).x[0] == where
