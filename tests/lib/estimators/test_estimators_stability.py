"""No crash and no explosion: bad starts and networks are told apart from good ones and replaced."""

import warnings

import numpy as np
import pytest

from evidence.pages.estimators_bench import runs_grid as grid
from lib import alm
from lib.estimators import ALMRegressor, NetworkWarning
from lib.estimators import alm_training as training
from lib.estimators.linear import reliance
from lib.estimators.stability import explodes, merged, tamed


def network(radius, r=3, seed=0):
    """Return a network whose recurrent weights multiply the state by `radius` a step at most."""
    draw = np.random.default_rng(seed)
    return alm.Weights(
        W=radius * np.eye(r),
        V=np.abs(draw.normal(size=(r, 2))),
        b=np.ones(r),
        A=draw.normal(size=(1, r)),
        c=np.zeros(1),
    )


def problem(steps=20):
    X = np.random.default_rng(1).normal(size=(steps, 2))
    return alm.Problem(X, X[:, :1], alm.Penalties.from_tau(0.1, 3, 2, 1))


def memory(steps, seed):
    draw = np.random.default_rng(seed)
    X, h = draw.normal(size=(steps, 2)), 0.0
    y = np.array([h := np.tanh(0.7 * h + x[0] - 0.5 * x[1]) for x in X])
    return X, (y - y.mean()) / y.std()


def test_a_growing_state_is_an_explosion_even_where_the_training_is_too_short_to_show_it():
    for radius, wanted in ((0.5, False), (0.95, False), (1.02, True), (2.0, True), (1e200, True)):
        assert explodes(network(radius), problem(5)) is wanted
    shrunk, factor = tamed(network(1.5), problem())
    assert factor == pytest.approx(0.64)
    assert not explodes(shrunk, problem())
    np.testing.assert_allclose(shrunk.W, 0.96 * np.eye(3))
    same, factor = tamed(network(0.5), problem())
    assert factor == 1.0
    np.testing.assert_array_equal(same.W, network(0.5).W)


def test_merged_networks_give_the_mean_of_their_outputs():
    X = problem().X
    both = [network(0.3, seed=1), network(0.6, r=5, seed=2)]
    mean = sum(alm.predict(one, X, alm.ReLU()) for one in both) / 2
    np.testing.assert_allclose(alm.predict(merged(both), X, alm.ReLU()), mean, rtol=1e-12)


def test_trust_is_zero_for_chance_and_full_for_what_always_helps():
    draw = np.random.default_rng(0)
    given = draw.normal(size=(200, 3))
    wanted = np.column_stack([given[:, 0], draw.normal(size=200), -given[:, 2]])
    found = reliance(given, wanted, 12.0)
    np.testing.assert_allclose(found, [1.0, 0.0, 0.0], atol=1e-9)
    half = reliance(given[:, :1], 0.5 * given[:, :1] + 0.1 * draw.normal(size=(200, 1)), 12.0)
    assert 0.45 < half[0] < 0.55
    # By hand: s = 1, noise 1, size 4, t^2 = 4 and 1 - 1 / 4.
    given, noise = np.array([[1.0], [1.0], [1.0], [1.0]]), np.array([[1.0], [-1.0], [1.0], [-1.0]])
    np.testing.assert_allclose(reliance(given, given + noise, 1.0), [0.75])
    with pytest.warns(NetworkWarning, match="the linear model stands alone"):
        assert reliance(np.zeros((4, 1)), noise, 0.0).tolist() == [0.0]


def test_a_start_that_explodes_is_shrunk_and_one_that_breaks_down_is_drawn_anew(monkeypatch):
    X, y = memory(60, 0)
    options = {"linear": False, "starts": 1, "outer_iterations": 2, "random_state": 0}
    drawn = iter([network(30.0), network(0.5)])
    monkeypatch.setattr(alm, "initial_weights", lambda *a: next(drawn))
    with pytest.warns(NetworkWarning, match=r"start 1 grew without bound .* multiplied by 0\.0"):
        ALMRegressor(3, **options).fit(X, y)

    broken = []
    solve = alm.solve

    def breaks_once(*given):
        broken.append(given)
        if len(broken) == 1:
            raise alm.BreakdownError("W's system is singular: raise lambda2")
        return solve(*given)

    monkeypatch.setattr(alm, "solve", breaks_once)
    drawn = iter([network(0.4), network(0.5)])
    with pytest.warns(NetworkWarning, match=r"broke down from start 1 \(W.*another one was drawn"):
        ALMRegressor(3, **options).fit(X, y)
    assert len(broken) == 2

    def always_breaks(*given):
        broken.append(given)
        raise alm.BreakdownError("singular")

    broken.clear()
    monkeypatch.setattr(alm, "initial_weights", lambda *a: network(0.5))
    monkeypatch.setattr(alm, "solve", always_breaks)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NetworkWarning)
        with pytest.raises(alm.BreakdownError, match="singular"):
            ALMRegressor(3, **options).fit(X, y)
    assert len(broken) == training.DRAWS


def test_where_all_networks_explode_the_mean_of_the_targets_is_predicted():
    # The series and seed of the grid whose returned start left the range by most.
    X, y = grid.threshold(260, np.random.default_rng(21))
    options = {"linear": False, "starts": 1, "random_state": 21}
    with pytest.warns(NetworkWarning) as told:
        model = ALMRegressor(5, **options).fit(X[:60], y[:60])
    said = [str(warning.message) for warning in told]
    assert "the training's mean is predicted instead" in said[-1]
    np.testing.assert_allclose(model.predict(X), y[:60].mean())


@pytest.mark.filterwarnings("ignore::lib.estimators.NetworkWarning")
@pytest.mark.parametrize("r", [2, 20])
def test_bad_seeds_neither_crash_nor_explode(r):
    for seed in range(4):
        X, y = memory(260, seed)
        options = {"starts": 1, "outer_iterations": 5, "random_state": seed}
        model = ALMRegressor(r, linear=False, **options).fit(X[:60], y[:60])
        assert np.abs(model.predict(X[60:])).max() < 3 * np.ptp(y[:60])


@pytest.mark.filterwarnings("ignore::lib.estimators.NetworkWarning")
def test_no_network_comes_back_whose_state_grows_on_bounded_inputs():
    X, y = memory(100, 1)
    level = np.cumsum(y)
    options = {"linear": False, "starts": 1, "early_stopping": False, "tolerance": None}
    model = ALMRegressor(5, outer_iterations=6, random_state=0, **options).fit(X, level)
    far = np.random.default_rng(2).uniform(X.min(axis=0), X.max(axis=0), (5000, 2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NetworkWarning)
        given = model.predict(far)
    assert np.isfinite(given).all()
    early, late = np.abs(given[:500]).max(), np.abs(given[-500:]).max()
    assert late < 10 * early


def test_predictions_far_outside_the_training_s_range_are_named():
    X, y = memory(80, 0)
    model = ALMRegressor(2, outer_iterations=2, starts=1, random_state=0, doubt=0.0).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.predict(X)
    with pytest.warns(NetworkWarning, match="1 of 2 predictions leave the middle of the training"):
        model.predict(np.array([[0.0, 0.0], [1e3, 0.0]]))
