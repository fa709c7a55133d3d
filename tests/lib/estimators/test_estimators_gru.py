"""The GRU estimators: what they compute is the paper's training; penalties for torch users."""

import pickle
import warnings

import numpy as np
import pytest
import torch
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lib.estimators import GRUClassifier, GRURegressor, NetworkWarning, prox_l1_, smooth_l1_penalty
from lib.estimators.drawing import numpy_generator
from lib.estimators.scaling import Scale
from lib.models import CELLS
from lib.penalties import ProxL1, Regulariser, SmoothL1
from lib.training import Adam, MeanSquaredError, MiniBatches, Problem, fit

PAPER = {"linear": False, "starts": 1, "early_stopping": False}
QUIET = PAPER | {"hidden_size": 4, "tolerance": None, "random_state": 0, "learning_rate": 0.03}


def sequences(samples=40, steps=5, seed=0):
    """Return sequences of two inputs; the target is the first input of the first step."""
    X = np.random.default_rng(seed).normal(size=(samples, steps, 2))
    return X, X[:, 0, 0]


@pytest.mark.parametrize("name", CELLS)
def test_the_training_is_that_of_the_paper_s_engine(name):
    X, y = sequences()
    chosen = {"cell": name, "penalty": "smooth_l1", "mode": "all", "strength": 0.01}
    model = GRURegressor(**QUIET, **chosen, epochs=7).fit(X, y)
    cell, generator = (
        CELLS[name](2, 4, 1, bias=True, output_bias=True),
        numpy_generator(0).spawn(1)[0],
    )
    start = cell.initialise(generator)
    inputs, targets = Scale.of(X.reshape(-1, 2)), Scale.of(y[:, None])
    Z, Y = inputs.away(X), targets.away(y[:, None])
    data = torch.from_numpy(Z)[None], torch.from_numpy(Y)[None]
    problem = Problem(cell, MeanSquaredError(), *data, Regulariser(SmoothL1(0.01), 0.01, "all"))
    trained = fit(problem, start, Adam(0.03), MiniBatches(32, [generator]), epochs=7)
    assert torch.equal(model.params_.flat, trained.params.flat)
    assert model.n_iter_ == len(model.loss_curve_) == 7
    given = cell.forward(model.params_, data[0])[0][0].numpy()
    np.testing.assert_allclose(model.predict(X), targets.back(given)[:, 0])


def test_a_sequence_is_remembered_and_a_table_is_one_step():
    X, y = sequences(200)
    alone = GRURegressor(**QUIET | {"hidden_size": 8, "epochs": 150}).fit(X, y)
    assert alone.score(*sequences(100, seed=1)) > 0.8
    assert alone.n_features_in_ == 2
    assert alone.predict(X[:, :3]).shape == (200,)
    with pytest.raises(ValueError, match=r"as in fit, got an array of 2 axes; one .* x\[None\]"):
        alone.predict(X[0])
    table = GRURegressor(**QUIET, epochs=5).fit(X[:, 0], np.stack([y, -y], 1))
    assert table.predict(X[:, 0]).shape == (200, 2)
    np.testing.assert_array_equal(table.predict(X[:, 0]), table.predict(X[:, :1]))


def test_networks_stand_on_a_ridge_regression_as_far_as_the_holdout_trusts_them():
    X, _ = sequences(300, seed=2)
    line = X[:, 0, 0] - 2.0 * X[:, 2, 1]
    noise = np.random.default_rng(0).normal(size=300)
    with pytest.warns(NetworkWarning, match="no more than chance does: the linear model stands"):
        model = GRURegressor(4, epochs=20, random_state=0).fit(X, line + noise)
    assert model.reliance_.tolist() == [0.0]
    np.testing.assert_allclose(model.predict(X), line, atol=0.7)
    bent = line + 2.0 * np.abs(X[:, 4, 0])
    model = GRURegressor(8, random_state=0, learning_rate=0.03).fit(X[:240], bent[:240])
    assert model.reliance_[0] > 0.8
    assert model.params_.runs == 3
    assert len(model.holdout_curve_) == model.n_iter_ + 1
    assert model.score(X[240:], bent[240:]) > 0.93
    with pytest.raises(ValueError, match="sequences must have 5 steps as in fit"):
        model.predict(X[:, :3])


@pytest.mark.filterwarnings("ignore::lib.estimators.NetworkWarning")
@pytest.mark.parametrize("unit", [1e-9, 1e-3, 1e6])
def test_units_change_nothing(unit):
    X, y = sequences()
    options = {"hidden_size": 4, "epochs": 5, "random_state": 0, "tolerance": None}
    plain = GRURegressor(**options).fit(X, np.abs(y)).predict(X)
    scaled = GRURegressor(**options).fit(5.0 + X / unit, unit * np.abs(y) - 3.0 * unit)
    given = scaled.predict(5.0 + X / unit) / unit + 3.0
    np.testing.assert_allclose(given, plain, rtol=1e-6, atol=1e-6)
    labels, options = y > 0, {"hidden_size": 4, "epochs": 5, "random_state": 0, "tolerance": None}
    wanted = GRUClassifier(**options).fit(X, labels).predict_proba(X)
    given = GRUClassifier(**options).fit(X / unit, labels).predict_proba(X / unit)
    np.testing.assert_allclose(given, wanted, rtol=1e-6)


def test_a_weight_of_two_is_a_sample_twice_and_of_zero_none():
    X, y = sequences(24)
    counts = np.random.default_rng(1).integers(0, 3, 24)
    twice, options = np.repeat(np.arange(24), counts), QUIET | {"epochs": 8, "batch_size": 50}
    model = GRURegressor(**options)
    wanted = model.fit(X[twice], y[twice]).predict(X)
    np.testing.assert_allclose(model.fit(X, y, counts).predict(X), wanted, rtol=1e-6)
    # How well a ridge regression leaves out a sample is another question when it is there twice.
    model.set_params(linear=True)
    wanted = model.fit(X, y, counts).predict(X)
    np.testing.assert_allclose(model.fit(X, y, 9 * counts).predict(X), wanted, rtol=1e-6)
    labels = GRUClassifier(4, epochs=8, batch_size=50, random_state=0, tolerance=None)
    wanted = labels.fit(X[twice], y[twice] > 0).predict_proba(X)
    given = labels.fit(X, y > 0, sample_weight=counts).predict_proba(X)
    np.testing.assert_allclose(given, wanted, rtol=1e-6)


def test_the_holdout_counts_by_weight_too():
    X, _ = sequences(200)
    bent, line = np.abs(X[:, 0, 0]), X[:, 1, 1]
    # In the holdout every other sample has no bend; with a weight of zero it does not speak.
    y, weights = line + bent, np.ones(200)
    y[151::2], weights[151::2] = (line - bent)[151::2], 0.0
    options = {"random_state": 0, "learning_rate": 0.03, "validation_fraction": 0.25}
    assert GRURegressor(8, **options).fit(X, y, weights).reliance_[0] > 0.8
    with pytest.warns(NetworkWarning, match="the linear model stands alone"):
        assert GRURegressor(8, **options).fit(X, y).reliance_[0] == 0.0


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (np.zeros(40), "not all of them zero, got 0 to 0"),
        (np.linspace(-1, 1, 40), "numbers >= 0, not all of them zero, got -1 to 1"),
        (np.ones(39), r"sample_weight must have shape \(40,\), got \(39,\)"),
        (np.full(40, np.nan), "sample_weight must be finite, got 40 NaN"),
        (1.0, r"sample_weight must have shape \(40,\), got \(\)"),
        ("balanced", "sample_weight must hold real numbers, got text"),
    ],
)
def test_wrong_weights_are_named(weights, words):
    for model, y in ((GRURegressor(**QUIET), 1), (GRUClassifier(), 0)):
        X, wanted = sequences()
        with pytest.raises(ValueError, match=words):
            model.fit(X, wanted if y else wanted > 0, weights)


@pytest.mark.filterwarnings("ignore::lib.estimators.NetworkWarning")
def test_a_warm_start_goes_on():
    X, y = sequences(60)
    chosen = QUIET | {"optimizer": "sgd", "batch_size": 60, "random_state": 0}
    whole = GRURegressor(**chosen, epochs=20).fit(X, y)
    model = GRURegressor(**chosen, epochs=10, warm_start=True).fit(X, y)
    model.fit(X, y)
    torch.testing.assert_close(model.params_.flat, whole.params_.flat)
    # A holdout's best weights are where the next one begins.
    model = GRURegressor(4, epochs=4, warm_start=True, random_state=0).fit(X, np.abs(y))
    lowest = model.holdout_curve_.min()
    assert model.fit(X, np.abs(y)).holdout_curve_[0] <= lowest
    shifted = pickle.loads(pickle.dumps(model)).fit(X[:50], np.abs(y[:50]))
    assert shifted._targets == model._targets
    labels = GRUClassifier(4, epochs=3, warm_start=True, tolerance=None).fit(X, y > 0)
    for refused, words in (
        (lambda: model.set_params(hidden_size=5).fit(X, y), "networks GRU.*not with 3 of GRU"),
        (lambda: model.set_params(hidden_size=4, starts=2).fit(X, y), "not with 2 of GRU"),
        (lambda: model.set_params(starts=3).fit(X, np.stack([y, y], 1)), "y must have 1 outputs"),
        (lambda: model.fit(X[:, :, :1], y), "X has 1 features, but GRURegressor is expecting 2"),
        (lambda: model.set_params(warm_start=1).fit(X, y), "warm_start must be True or False"),
        (lambda: labels.fit(X, np.round(y)), "y must have the classes of the last fit"),
    ):
        with pytest.raises(ValueError, match=words):
            refused()


def test_classes_may_be_words_and_probabilities_add_up():
    X, y = load_iris(return_X_y=True)
    words = np.array(["setosa", "versicolor", "virginica"])[y]
    model = make_pipeline(StandardScaler(), GRUClassifier(8, epochs=60, random_state=0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, words)
    assert model.score(X, words) > 0.95
    given = model.predict_proba(X)
    np.testing.assert_allclose(given.sum(1), 1.0)
    assert (model.classes_[given.argmax(1)] == model.predict(X)).all()
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), given)
    network = again[-1].params_
    network["w_out"].zero_()
    assert not network.flat[:, network.layout.columns["w_out"]].any()
    assert len(pickle.dumps(model)) < 8 * network.flat.numel() + 6000


@pytest.mark.parametrize("mode", ["out", "all"])
def test_the_proximal_penalty_makes_exact_zeros_where_it_acts(mode):
    X, y = sequences()
    options = QUIET | {"epochs": 20, "mode": mode, "strength": 0.5}
    params = GRURegressor(**options, penalty="prox_l1").fit(X, y).params_
    assert not params["w_out"].any()
    assert bool(params["W_zx"].any()) is (mode == "out")
    for penalty in ("none", "l1", "l2", "smooth_l1"):
        params = GRURegressor(**options, penalty=penalty).fit(X, y).params_
        assert params["w_out"].all()


def test_a_grid_over_penalties():
    X, y = sequences(60)
    grid = {"penalty": ["none", "l2"], "strength": [1e-4, 10.0]}
    search = GridSearchCV(GRURegressor(**QUIET, mode="all", epochs=40), grid, cv=2).fit(X, y)
    assert search.best_params_ != {"penalty": "l2", "strength": 10.0}


def test_warnings_tell_why_the_training_ended():
    X, y = sequences()
    with pytest.warns(ConvergenceWarning, match="all 3 epochs were used while the error still"):
        GRURegressor(4, epochs=3, random_state=0, **PAPER).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        options = {"tolerance": 0.05, "n_iter_no_change": 3, "random_state": 0}
        model = GRURegressor(4, epochs=400, **options, **PAPER)
        model.fit(X, y)
    assert model.n_iter_ < 400
    assert "fell by no more than 0.05 in 3 epochs" in model.reason_
    best = np.minimum.accumulate(model.loss_curve_)
    assert (best[-4] - model.loss_curve_[-3:] <= 0.05).all()
    diverging = GRURegressor(4, optimizer="sgd", learning_rate=1e200, tolerance=None, **PAPER)
    with pytest.warns(ConvergenceWarning, match="not finite in epoch 1: lower the learning rate"):
        diverging.fit(X, y)
    assert np.isfinite(diverging.predict(X)).all()


def test_progress_is_shown_when_asked_for(capsys):
    X, y = sequences()
    GRURegressor(**QUIET, epochs=2, verbose=True).fit(X, y)
    assert "GRU: 100%" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"penalty": "l0"}, "unknown penalty 'l0'; accepted: l1, l2, none, prox_l1, smooth_l1"),
        ({"mode": "in"}, "unknown mode 'in'; accepted: out, all"),
        ({"optimizer": "lbfgs"}, "unknown optimizer 'lbfgs'; accepted: adam, sgd"),
        ({"learning_rate": 0}, "learning_rate must be a finite number > 0"),
        ({"alpha": -1}, "alpha must be a finite number > 0"),
        ({"strength": -1}, "strength must be a finite number >= 0"),
        ({"epochs": 0}, "epochs must be a whole number >= 1"),
        ({"batch_size": 0}, "batch_size must be a whole number >= 1"),
        ({"tolerance": -1.0}, "tolerance must be a finite number >= 0"),
    ],
)
def test_a_wrong_parameter_is_named(changes, words):
    with pytest.raises(ValueError, match=words):
        GRURegressor(**QUIET | changes).fit(*sequences())


def test_wrong_data_are_named():
    X, y = sequences()
    with pytest.raises(ValueError, match="the rows given differ in length"):
        GRURegressor().fit([[1.0, 2.0], [1.0]], [0.0, 1.0])
    with pytest.raises(ValueError, match="y must have at least 2 classes, got 1 class"):
        GRUClassifier().fit(X, np.zeros(40, dtype=int))
    model = GRURegressor(**QUIET, epochs=1).fit(X, y)
    with pytest.raises(ValueError, match="X has 1 features, but GRURegressor is expecting 2"):
        model.predict(X[:, :, :1])


def test_the_torch_penalty_is_the_paper_s_and_can_be_differentiated():
    module = torch.nn.GRU(3, 4).double()
    value = smooth_l1_penalty(module.parameters(), alpha=0.1)
    flat = torch.cat([p.detach().flatten() for p in module.parameters()])[None]
    assert value.item() == pytest.approx(SmoothL1(0.1).value(flat).item(), rel=1e-12)
    value.backward()
    gradient = torch.cat([p.grad.flatten() for p in module.parameters()])
    torch.testing.assert_close(gradient, SmoothL1(0.1).gradient(flat)[0])
    weight = torch.tensor([0.05, -2.0], requires_grad=True)
    assert smooth_l1_penalty(weight, 0.1).item() == pytest.approx(0.0625 + 2.0)


def test_the_proximal_step_in_a_training_loop_finds_the_sparse_solution():
    weights = [torch.tensor([0.5, -0.01]), torch.tensor([[-3.0]])]
    prox_l1_(weights, 0.1)
    torch.testing.assert_close(weights, [torch.tensor([0.4, 0.0]), torch.tensor([[-2.9]])])
    wanted = torch.tensor([2.0, 0.3, -1.0], dtype=torch.float64)
    weight = torch.nn.Parameter(torch.zeros_like(wanted))
    optimiser = torch.optim.SGD([weight], lr=0.1)
    for _ in range(200):
        optimiser.zero_grad()
        (0.5 * (weight - wanted).square().sum()).backward()
        optimiser.step()
        prox_l1_(weight, 0.1 * 0.5)
    torch.testing.assert_close(weight.detach(), ProxL1().prox(wanted, 0.5))
    assert weight[1].item() == 0.0


def test_wrong_arguments_of_the_torch_penalties_are_named():
    with pytest.raises(ValueError, match="parameters must be a tensor or an iterable of tensors"):
        smooth_l1_penalty([])
    with pytest.raises(ValueError, match=r"got a module: give module\.parameters\(\)"):
        smooth_l1_penalty(torch.nn.GRU(2, 2))
    with pytest.raises(ValueError, match="an iterable of tensors, got str"):
        prox_l1_("W", 0.1)
    with pytest.raises(ValueError, match="alpha must be a finite number > 0"):
        smooth_l1_penalty(torch.zeros(1), alpha=0.0)
    with pytest.raises(ValueError, match="step must be a finite number >= 0"):
        prox_l1_(torch.zeros(1), -1.0)
