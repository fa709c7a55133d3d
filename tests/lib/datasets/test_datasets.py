"""Every dataset is what its page says, and no target is among the inputs where none should be."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lib import datasets
from lib.datasets import sp500, synthetic
from lib.datasets.registry import committed
from lib.datasets.scaling import moments
from lib.randomness import generator

SHAPES = {  # inputs, targets, training steps
    "synthetic-t10": ((10, 5), (10, 3), 9),
    "synthetic-t500": ((500, 80), (500, 30), 450),
    "sp500-released": ((437, 11), (437, 1), 393),
    "sp500-written": ((437, 11), (437, 1), 393),
    "sp500-intended": ((437, 10), (437, 1), 393),
}


def load(name, **options):
    if not datasets.available(name):
        pytest.skip(
            f"{name} needs a file that is not on this machine; name its folder in RNN_DATA_CACHE"
        )
    return datasets.load(name, seed=0, **options)


@pytest.mark.parametrize("name", SHAPES)
def test_series_schema(name):
    series = load(name)
    assert (series.X.shape, series.Y.shape, series.train) == SHAPES[name]
    assert series.X.dtype == series.Y.dtype == np.float64
    assert np.isfinite(series.X).all()
    assert np.isfinite(series.Y).all()
    assert len(set(series.inputs)) == series.X.shape[1]
    assert series.name == name
    assert series.checksum == datasets.checksum(name)
    assert re.fullmatch("[0-9a-f]{64}", series.checksum)
    with pytest.raises(ValueError, match="read-only"):
        series.Y[0, 0] = 1.0


@pytest.mark.parametrize("name", SHAPES)
def test_no_target_is_among_the_inputs_but_in_the_released_loader(name):
    expected = {"DP": ("DP",)} if name == "sp500-released" else {}
    assert datasets.leaks(load(name)) == expected


def test_the_released_loader_is_flagged_without_the_released_file_too(tmp_path, monkeypatch):
    columns = ["DP", "EP", "MKT", "HML", "SMB", "STR", "TB", "TS", "DEF", "INF", "IP", "RV_SP500"]
    stand_in = np.random.default_rng(0).normal(size=(437, len(columns)))
    pd.DataFrame(stand_in, columns=columns).to_csv(tmp_path / "stand_in.csv")
    monkeypatch.setattr(datasets.cache, "path", lambda _: tmp_path / "stand_in.csv")
    assert datasets.leaks(datasets.load("sp500-released")) == {"DP": ("DP",)}
    assert datasets.leaks(datasets.load("sp500-written")) == {}


@pytest.mark.parametrize(
    ("name", "row", "inputs", "target"),
    [
        ("synthetic-t10", 0, [-0.0135951, 0.1808192], -0.0785946),
        ("synthetic-t500", 499, [-0.2814881, 0.0790442], 0.4316562),
        ("sp500-released", 0, [-0.2561148, -0.3160947], -0.2561148),
        ("sp500-written", 436, [-0.2636858, -1.9032184], 0.9647271),
    ],
)
def test_a_known_row(name, row, inputs, target):
    series = load(name)
    assert series.X[row, :2] == pytest.approx(inputs, abs=1e-6)
    assert series.Y[row, 0] == pytest.approx(target, abs=1e-6)


def test_a_known_row_of_the_rebuilt_series():
    series = load("sp500-intended", standardise="none")
    columns = ("DP", "EP", "MKT", "HML", "SMB", "TB", "TS", "DEF", "INF", "IP")
    assert series.inputs == columns
    assert series.targets == ("RV_SP500",)
    last = dict(zip(columns, series.X[-1], strict=True))
    # June 2009: bill 0.18 %, ten-year yield 3.72 %, AAA 5.61 %, BAA 7.50 %.
    assert last["TB"] == 0.18
    assert last["TS"] == pytest.approx(3.72 - 0.18)
    assert last["DEF"] == pytest.approx(7.50 - 5.61)


def test_the_rebuilt_file_has_every_month_once():
    frame = pd.read_csv(committed("sp500_rebuilt.csv"))
    months = pd.PeriodIndex(frame["month"], freq="M")
    assert (months == pd.period_range("1973-02", "2009-06", freq="M")).all()
    assert "STR" not in frame
    assert not frame.isna().any(axis=None)


@pytest.mark.parametrize("name", SHAPES)
def test_standardisation(name):
    scaled = ("Y",) if name in datasets.SYNTHETIC else ("X", "Y")
    whole, part = load(name), load(name, standardise="train")
    for field in scaled:
        for values in (getattr(whole, field), getattr(part, field)[: part.train]):
            assert values.mean(axis=0) == pytest.approx(0, abs=1e-12)
            assert values.std(axis=0) == pytest.approx(1, abs=1e-12)
    assert not np.allclose(whole.Y, part.Y)


@pytest.mark.parametrize("name", SHAPES)
def test_standardising_changes_origin_and_scale_only(name):
    raw = load(name, standardise="none").Y
    for mode in ("all", "train"):
        scaled = load(name, standardise=mode).Y
        for before, after in zip(raw.T, scaled.T, strict=True):
            assert np.corrcoef(before, after)[0, 1] == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("name", SHAPES)
def test_the_leak_shows_in_the_zero_predictor(name):
    series = load(name)
    squares = (series.Y**2).sum(axis=1)
    train, test = squares[: series.train].mean(), squares[series.train :].mean()
    share = series.train / len(squares)
    assert share * train + (1 - share) * test == pytest.approx(series.Y.shape[1], rel=1e-12)


@pytest.mark.parametrize(("train", "test", "m"), [(2.769, 5.079, 3), (30.142, 28.725, 30)])
def test_errors_repeated_in_tables_3a_and_3c_are_the_zero_predictors(train, test, m):
    assert 0.9 * train + 0.1 * test == pytest.approx(m, abs=5e-4)  # three printed decimals


@pytest.mark.parametrize("name", datasets.SYNTHETIC)
def test_synthetic_targets_come_from_a_relu_elman_network_with_running_state(name):
    recipe = synthetic.RECIPES[name]
    T, n, m, r = recipe.steps, recipe.inputs, recipe.outputs, recipe.hidden
    draw = generator("alm_rnn", "table1", name, 3)
    A, W, V, b, c = (
        draw.normal(0, recipe.weights, size) for size in ((m, r), (r, r), (r, n), r, m)
    )
    rnn = torch.nn.RNN(n, r, nonlinearity="relu", dtype=torch.float64)
    weights = {"weight_ih_l0": V, "weight_hh_l0": W, "bias_ih_l0": b, "bias_hh_l0": np.zeros(r)}
    rnn.load_state_dict({key: torch.tensor(value) for key, value in weights.items()})
    series = datasets.load(name, seed=3, standardise="none")
    assert np.array_equal(series.X, draw.uniform(-1, 1, (T, n)))
    with torch.no_grad():
        hidden = rnn(torch.tensor(series.X))[0].numpy()
    noise = series.Y - (hidden @ A.T + c)
    assert noise == pytest.approx(draw.normal(0, recipe.noise, (T, m)), abs=1e-12)


def test_synthetic_series_differ_by_seed_and_repeat_with_it():
    first, again, other = (datasets.load("synthetic-t10", seed=s) for s in (1, 1, 2))
    assert np.array_equal(first.Y, again.Y)
    assert not np.array_equal(first.X, other.X)


def test_the_checksum_follows_recipe_and_version(monkeypatch):
    before = datasets.checksum("synthetic-t10")
    assert before != datasets.checksum("synthetic-t500")
    monkeypatch.setattr(synthetic, "VERSION", synthetic.VERSION + 1)
    assert datasets.checksum("synthetic-t10") != before


def test_the_released_volatility_is_that_of_prices():
    column = load("sp500-written").Y[:, 0]
    frame = pd.read_csv(committed("sp500_rebuilt.csv"))
    prices = frame[sp500.OF_PRICES].to_numpy()
    gap = np.abs((prices - prices.mean()) / prices.std() - column)
    assert frame["month"][gap.argmax()] == "1985-09"
    assert np.sort(gap)[-2] < 1e-3 < 1e-2 < gap.max()
    returns = frame[sp500.TARGET].to_numpy()
    assert np.corrcoef(returns, column)[0, 1] < 0.5


def test_the_released_volatility_behaves_like_a_price_level():
    column = load("sp500-written").Y[:, 0]
    lag, time = np.corrcoef(column[1:], column[:-1])[0, 1], np.arange(len(column))
    assert lag == pytest.approx(0.998, abs=5e-4)
    assert np.corrcoef(column, time)[0, 1] == pytest.approx(0.971, abs=5e-4)


def test_the_released_target_can_be_read_off_its_inputs():
    series = load("sp500-released")
    assert np.array_equal(series.Y, series.X[:, :1])
    assert "RV_SP500" not in series.inputs + series.targets


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: datasets.load("winery"),
            "unknown dataset 'winery'; accepted: .*iris.*synthetic-t10",
        ),
        (lambda: datasets.checksum("winery"), "unknown dataset 'winery'; accepted: "),
        (lambda: datasets.available("winery"), "unknown dataset 'winery'; accepted: "),
        (lambda: datasets.load("synthetic-t10"), "drawn at random: give the trial as seed=0"),
        (lambda: datasets.load("synthetic-t10", seed=-1), "seed must be a whole number >= 0"),
        (
            lambda: datasets.load("synthetic-t10", seed=0, standardise=""),
            "unknown standardisation ''; accepted: all, train, none",
        ),
        (lambda: datasets.load("iris", standardise="all"), "iris is a table"),
        (lambda: synthetic.generate("t10", 0), "unknown synthetic dataset 't10'"),
    ],
)
def test_bad_requests_are_refused_in_one_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


GOOD = {
    "name": "s",
    "X": np.zeros((4, 2)),
    "Y": np.zeros((4, 1)),
    "inputs": ("a", "b"),
    "targets": ("c",),
    "train": 3,
    "checksum": "",
    "note": "",
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"X": np.zeros((4, 3))}, r"inputs of s must have shape \(T, 2\), got \(4, 3\)"),
        ({"Y": np.zeros((5, 1))}, r"targets of s must have shape \(4, 1\), got \(5, 1\)"),
        ({"Y": np.full((4, 1), np.nan)}, "targets of s must be finite"),
        ({"train": 4}, "train must leave at least one of them"),
        ({"train": 0}, "train must be a whole number >= 1"),
    ],
)
def test_a_series_that_does_not_fit_together_is_refused(change, message):
    datasets.Series(**GOOD)
    with pytest.raises(ValueError, match=message):
        datasets.Series(**GOOD | change)


def test_a_series_keeps_no_reference_to_its_arguments():
    X = np.zeros((4, 2))
    series = datasets.Series(**GOOD | {"X": X})
    X[0] = 1
    assert not series.X.any()
    with pytest.raises(dataclasses.FrozenInstanceError):
        series.train = 1


@given(value=st.floats(-1e9, 1e9), length=st.integers(1, 200))
def test_a_constant_column_becomes_zero(value, length):
    mean, deviation = moments(np.full((length, 1), value))
    assert mean[0] == value
    assert deviation[0] == 1


@given(
    arrays(np.float64, (12, 3), elements=st.integers(-50, 50)),
    st.integers(0, 2),
    st.floats(0.01, 100),
    st.booleans(),
    st.floats(-100, 100),
)
def test_leaks_finds_any_affine_copy_of_an_input(X, which, slope, falling, shift):
    X = X + np.arange(12)[:, None] ** np.array([1.5, 2, 3])  # no two columns alike
    Y = X[:, which : which + 1] * (-slope if falling else slope) + shift
    series = datasets.Series("s", X, Y, ("a", "b", "c"), ("y",), 6, "", "")
    assert "abc"[which] in datasets.leaks(series)["y"]


def test_leaks_finds_a_constant_copy_and_ignores_other_constants():
    X = np.column_stack([np.ones(5), np.arange(5)])
    series = datasets.Series("s", X, np.ones((5, 1)), ("one", "time"), ("y",), 3, "", "")
    assert datasets.leaks(series) == {"y": ("one",)}
    series = datasets.Series("s", X, np.full((5, 1), 2.0), ("one", "time"), ("y",), 3, "", "")
    assert datasets.leaks(series) == {}


def test_leaks_in_a_table():
    X = np.random.default_rng(0).normal(size=(20, 2))
    y = (X[:, 1] > 0).astype(int)
    assert datasets.leaks(_table(X, y)) == {}
    assert datasets.leaks(_table(np.column_stack([X[:, 0], y]), y)) == {"y": ("b",)}


def test_iris_schema():
    iris = datasets.load("iris")
    assert iris.X.shape == (150, 4)
    assert np.bincount(iris.y).tolist() == [50, 50, 50]
    assert iris.classes == ("setosa", "versicolor", "virginica")
    assert iris.checksum == datasets.checksum("iris")
    assert datasets.leaks(iris) == {}
    # Fisher's flowers 35 and 38; UCI has 4.9 3.1 1.5 0.1 for both.
    assert iris.X[[34, 37]].tolist() == [[4.9, 3.1, 1.5, 0.2], [4.9, 3.6, 1.4, 0.1]]


def test_iris_split_of_table_1():
    iris = datasets.load("iris")
    split = datasets.split(iris, 105, generator("sl1_gru", "table1", "iris", 0))
    assert np.bincount(split.y_train).tolist() == [35, 35, 35]
    assert np.bincount(split.y_test).tolist() == [15, 15, 15]
    assert split.X_train.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert split.X_train.std(axis=0) == pytest.approx(1, abs=1e-12)
    back = np.concatenate([split.X_train, split.X_test]) * split.deviation + split.mean
    assert np.sort(back, axis=0) == pytest.approx(np.sort(iris.X, axis=0))


@given(st.lists(st.integers(1, 15), min_size=1, max_size=4), st.data())
def test_a_split_has_the_exact_size_and_the_classes_in_proportion(sizes, data):
    total = sum(sizes)
    assume(total > 1)
    train = data.draw(st.integers(1, total - 1))
    y = np.repeat(np.arange(len(sizes)), sizes)
    table = _table(np.arange(total)[:, None] * [1.0, 0.0], y)
    seed = data.draw(st.integers(0, 99))
    split, again = (datasets.split(table, train, np.random.default_rng(seed)) for _ in range(2))
    assert (len(split.y_train), len(split.y_test)) == (train, total - train)
    shares = np.bincount(split.y_train, minlength=len(sizes))
    assert (np.abs(shares - np.array(sizes) * train / total) < 1).all()
    rows = np.concatenate([split.X_train, split.X_test]) * split.deviation + split.mean
    assert sorted(np.rint(rows[:, 0])) == list(range(total))
    assert (split.X_train[:, 1] == 0).all()
    assert np.array_equal(split.X_train, again.X_train)
    assert np.array_equal(split.y_train, y[np.rint(rows[:train, 0]).astype(int)])


def test_a_regression_is_split_without_classes():
    y = np.linspace(0, 1, 11)
    table = datasets.Table("t", y[:, None], y[:, None], ("a",), ("y",), (), "", "")
    first, second = (datasets.split(table, 7, np.random.default_rng(s)) for s in (0, 1))
    assert sorted(np.concatenate([first.y_train, first.y_test]).ravel()) == sorted(y)
    assert set(first.y_train.ravel()) != set(second.y_train.ravel())


@pytest.mark.parametrize("train", [0, 150, 151])
def test_an_empty_part_is_refused(train):
    with pytest.raises(ValueError, match=f"train must be between 1 and 149 .* got {train}"):
        datasets.split(datasets.load("iris"), train, np.random.default_rng(0))


def test_a_table_whose_classes_do_not_fit_is_refused():
    with pytest.raises(
        ValueError, match="has 2 classes: its target must hold the whole numbers 0 to 1"
    ):
        datasets.Table("t", np.zeros((2, 1)), [0, 2], ("a",), ("y",), ("no", "yes"), "", "")


def _table(X, y):
    classes = tuple(f"class {k}" for k in range(int(y.max()) + 1))
    return datasets.Table("t", X, y, ("a", "b"), ("y",), classes, "", "")
