"""The simple predictors are what they are called, and look at nothing that they may not see."""

import numpy as np
import pytest

from evidence.rivals.predictors import of_series
from lib import datasets
from lib.datasets import Series

X = np.array([[0.0], [1.0], [2.0], [4.0], [3.0]])
Y = np.array([[1.0, 0.0], [3.0, 1.0], [5.0, 0.0], [9.0, 2.0], [0.0, 2.0]])


def series(X=X, Y=Y, train=3):
    inputs = tuple(f"x{i}" for i in range(X.shape[1]))
    targets = tuple(f"y{j}" for j in range(Y.shape[1]))
    return Series("toy", X, Y, inputs, targets, train, "", "")


def test_the_error_sums_over_outputs_and_averages_over_steps():
    # Squares per step: 1, 3² + 1², 5², 9² + 2², 2².
    assert of_series.errors(series(), np.zeros((5, 2))) == ((1 + 10 + 25) / 3, (85 + 4) / 2)
    assert of_series.errors(series(), Y) == (0, 0)


def test_the_error_refuses_predictions_that_would_be_broadcast():
    with pytest.raises(ValueError, match=r"shape of its targets, \(5, 2\); got \(5,\)"):
        of_series.errors(series(), np.zeros(5))


def test_zero_and_persistence_by_hand():
    assert np.array_equal(of_series.zero(series()), np.zeros((5, 2)))
    expected = [[0, 0], [1, 0], [3, 1], [5, 0], [9, 2]]
    assert np.array_equal(of_series.persistence(series()), expected)


def test_least_squares_by_hand():
    # Training part: y0 = 2 x + 1 exactly; y1 = 0, 1, 0 has slope 0 and mean 1/3.
    expected = np.column_stack([2 * X[:, 0] + 1, np.full(5, 1 / 3)])
    assert of_series.least_squares(series()) == pytest.approx(expected)


def test_ridge_by_hand():
    """Normal equations of the centred problem, with the input before the first step zero."""
    rng = np.random.default_rng(0)
    data = series(rng.normal(size=(12, 2)), rng.normal(size=(12, 3)), train=9)
    Z = np.hstack([data.X, np.vstack([np.zeros((1, 2)), data.X[:-1]])])

    def fit(steps, strength):
        z, y = Z[:steps].mean(axis=0), data.Y[:steps].mean(axis=0)
        gram = (Z[:steps] - z).T @ (Z[:steps] - z) + strength * np.eye(4)
        B = np.linalg.solve(gram, (Z[:steps] - z).T @ (data.Y[:steps] - y))
        return (Z - z) @ B + y

    strengths = (0.1, 1.0, 10.0)
    tail = [((data.Y[7:9] - fit(7, s)[7:9]) ** 2).mean() for s in strengths]
    predicted, strength = of_series.ridge(data, strengths, 0.2)
    assert strength == strengths[int(np.argmin(tail))]
    assert predicted == pytest.approx(fit(9, strength))


@pytest.mark.parametrize("m", [1, 2])
def test_nothing_but_persistence_depends_on_the_test_part(m):
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(20, 2)), rng.normal(size=(20, m))
    other = Y.copy()
    other[15:] += 100
    first, second = series(X, Y, 15), series(X, other, 15)
    for predict in (of_series.zero, of_series.least_squares):
        assert np.array_equal(predict(first), predict(second))
    one, two = (of_series.ridge(s, (0.1, 1.0), 0.2) for s in (first, second))
    assert one[1] == two[1]
    assert np.array_equal(one[0], two[0])
    assert one[0].shape == Y.shape
    moved = of_series.persistence(first) != of_series.persistence(second)
    assert np.flatnonzero(moved.any(axis=1)).tolist() == [16, 17, 18, 19]


def test_the_shortest_series_holds_out_two_of_nine_steps():
    predicted, strength = of_series.ridge(datasets.load("synthetic-t10", seed=0), (1.0,), 0.2)
    assert predicted.shape == (10, 3)
    assert strength == 1


@pytest.mark.parametrize(
    ("strengths", "holdout", "message"),
    [
        ((0.0,), 0.2, "ridge strength must be a finite number > 0, got 0"),
        ((1.0,), 0.0, "holdout must be a finite number > 0, got 0"),
        ((1.0,), 0.9, "a holdout of 0.9 of the 3 training steps of toy leaves none to fit to"),
    ],
)
def test_a_bad_choice_of_strengths_or_holdout_is_refused(strengths, holdout, message):
    with pytest.raises(ValueError, match=message):
        of_series.ridge(series(), strengths, holdout)
