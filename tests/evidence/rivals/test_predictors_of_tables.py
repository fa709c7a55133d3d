"""The simplest predictors of a table do what their names say, by hand and against brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.linear_model import LogisticRegression

from evidence.pages.sl1_results.runs_datasets import describe
from evidence.pages.sl1_results.runs_references import scores
from evidence.rivals.predictors import of_tables
from evidence.rivals.predictors.of_tables import SCALES
from lib import datasets
from lib.datasets import Split


def split_of(X_train, y_train, X_test, y_test):
    parts = [np.array(part) for part in (X_train, y_train, X_test, y_test)]
    n = parts[0].shape[1]
    return Split(*parts, mean=np.zeros(n), deviation=np.ones(n))


CLASSES = split_of([[0.0], [0.0], [0.0], [1.0], [2.0]], [1, 1, 0, 0, 0], [[0.0], [3.0]], [1, 1])
VALUES = split_of([[0.0], [0.0], [1.0]], [[1.0], [3.0], [8.0]], [[-0.0], [9.0]], [[2.0], [6.0]])


def test_the_constant_is_the_most_frequent_class_or_the_mean():
    train, test = of_tables.constant(CLASSES, 2)
    assert (train.tolist(), test.tolist()) == ([0] * 5, [0, 0])
    train, test = of_tables.constant(VALUES, 0)
    assert train.tolist() == [[4.0]] * 3
    assert test.tolist() == [[4.0]] * 2


def test_the_look_up_answers_equal_inputs_and_falls_back_on_the_constant():
    (train, test), seen = of_tables.look_up(CLASSES, 2)
    assert (train.tolist(), test.tolist()) == ([1, 1, 1, 0, 0], [1, 0])
    assert seen.tolist() == [True, False]
    (train, test), seen = of_tables.look_up(VALUES, 0)
    assert train.tolist() == [[2.0], [2.0], [8.0]]
    assert test.tolist() == [[2.0], [4.0]]  # -0.0 equals 0.0
    assert seen.tolist() == [True, False]


@given(
    arrays(np.int64, (12, 2), elements=st.integers(0, 2)),
    arrays(np.int64, 12, elements=st.integers(0, 2)),
    arrays(np.int64, 9, elements=st.integers(0, 2)),
)
def test_no_function_of_the_inputs_beats_the_look_up_on_its_training_part(X, y, answers):
    split = split_of(X.astype(float), y, X.astype(float), y)
    (train, test), seen = of_tables.look_up(split, 3)
    assert seen.all()
    assert np.array_equal(train, test)
    # Any function of two inputs with three values each is a table of nine answers.
    other = answers[3 * X[:, 0] + X[:, 1]]
    assert (train == y).sum() >= (other == y).sum()


def test_counting_equal_samples_leaves_logistic_regression_as_it_is():
    draw = np.random.default_rng(0)
    X = draw.integers(0, 3, (200, 2)).astype(float)
    y = (X.sum(axis=1) + draw.normal(0, 1, 200) > 2).astype(int) + (X[:, 0] > 1)
    split = split_of(X[:150], y[:150], X[150:], y[150:])
    (train, test), iterations = of_tables.logistic(split, 0.5, 500)
    plain = LogisticRegression(C=2.0, max_iter=500).fit(split.X_train, split.y_train)
    assert np.array_equal(train, plain.predict(split.X_train))
    assert np.array_equal(test, plain.predict(split.X_test))
    assert 1 < iterations < 500


def test_a_logistic_regression_that_has_not_converged_is_an_error():
    draw = np.random.default_rng(0)
    X, y = draw.normal(size=(50, 3)), np.arange(50) % 2
    split = split_of(X, y, X, y)
    with (
        pytest.raises(RuntimeError, match="not converged after 1 iterations"),
        pytest.warns(match="lbfgs failed to converge"),
    ):
        of_tables.logistic(split, 1.0, 1)
    with pytest.raises(ValueError, match="strength must be a finite number > 0"):
        of_tables.logistic(split, 0.0, 1)


def test_ridge_finds_a_line_and_its_strength():
    draw = np.random.default_rng(0)
    X = draw.normal(size=(60, 2))
    Y = X @ np.array([[1.0, -2.0], [0.5, 0.0]]) + 3
    split = split_of(X[:40], Y[:40], X[40:], Y[40:])
    (train, test), strength = of_tables.ridge(split, (1e-8, 10.0))
    assert strength == 1e-8
    assert train == pytest.approx(Y[:40], abs=1e-6)
    assert test == pytest.approx(Y[40:], abs=1e-6)
    with pytest.raises(ValueError, match="ridge strength must be a finite number > 0"):
        of_tables.ridge(split, (0.0,))


def test_one_column_for_each_category():
    table = datasets.Table(
        "t", [[0, 5], [2, 6], [1, 7]], [0, 1, 0], ("a", "b"), ("y",), ("no", "yes"), "", "",
        {"a": ("x", "y", "z")},
    )  # fmt: skip
    found = of_tables.one_hot(table)
    assert found.inputs == ("a = x", "a = y", "a = z", "b")
    assert found.X.tolist() == [[1, 0, 0, 5], [0, 0, 1, 6], [0, 1, 0, 7]]
    assert np.array_equal(found.y, table.y)
    with pytest.raises(ValueError, match="t has no inputs that hold categories"):
        of_tables.one_hot(found)


def test_the_one_hot_table_is_split_like_the_other():
    draw = np.random.default_rng(0)
    y, sizes = draw.integers(0, 2, 286), {"a": ("x", "y", "z")}
    X = np.column_stack([draw.integers(0, 3, 286), np.arange(286)])
    name = "breast-cancer-ljubljana"
    table = datasets.Table(name, X, y, ("a", "row"), ("y",), ("no", "yes"), "", "", sizes)
    one, other = (datasets.trial(t, 2) for t in (table, of_tables.one_hot(table)))
    assert one.X_test[:, -1] == pytest.approx(other.X_test[:, -1])
    assert np.array_equal(one.y_test, other.y_test)


def test_errors_on_all_scales_by_hand():
    split = split_of([[0.0], [1.0]], [[0.0, 0.0], [4.0, 2.0]], [[2.0]], [[1.0, 1.0]])
    found = scores(split, (np.array([[0.0, 0.0], [4.0, 0.0]]), np.array([[3.0, 1.0]])))
    assert tuple(of_tables.scalings(split)) == SCALES
    # Deviations 2 and 1, ranges 4 and 2; squared errors 4 in one of 4 cells, then 4 in one of 2.
    assert found == {
        "train, as measured": 1.0,
        "train, standardised": 1.0,
        "train, min-max": 0.25,
        "test, as measured": 2.0,
        "test, standardised": 0.5,
        "test, min-max": 0.125,
    }


def test_accuracies_by_hand():
    assert scores(CLASSES, of_tables.constant(CLASSES, 2)) == {"train": 0.6, "test": 0.0}


def test_a_description_by_hand():
    X = [[1, 0, 5], [1, 0, 5], [1, 0, 5], [2, 0, 5], [2, 1, 5]]
    names, targets = ("a", "b", "c"), ("y",)
    table = datasets.Table("t", X, [0, 0, 1, 0, 0], names, targets, ("no", "yes"), "", "")
    found = describe(table)
    assert found == {
        "samples": 5,
        "inputs": 3,
        "outputs": 2,
        "categorical": 0,
        "missing": 0,
        "constant": 1,
        "leaks": "",
        "repeated": 1,
        "conflicting": 3,
        "smallest": 1,
        "largest": 4,
    }
    Y = [[0.0, 1.0], [0.0, 1.0], [0.0, 1.0], [4.0, 2.0], [2.0, 2.0]]
    found = describe(datasets.Table("t", X, Y, names, ("y", "z"), (), "", ""))
    assert (found["repeated"], found["conflicting"]) == (2, 0)
    assert (found["low"], found["high"]) == (0, 4)
    assert found["deviation"] == pytest.approx(np.sqrt((2.56 + 0.24) / 2))


def test_equal_rows_have_equal_keys_and_others_do_not():
    X = np.random.default_rng(0).integers(0, 3, (500, 4)).astype(float)
    keys = datasets.keys(X)
    _, expected = np.unique(X, axis=0, return_inverse=True)
    _, found = np.unique(keys, return_inverse=True)
    assert len(np.unique(found)) == len(np.unique(expected))
    assert (np.diff(expected[np.argsort(found)]) != 0).sum() == len(np.unique(expected)) - 1
