"""Folds and the test for cross-validated differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evidence.statistics import resampled_t
from lib.datasets import folds
from lib.randomness import generator


@given(st.lists(st.integers(0, 3), min_size=6, max_size=60), st.integers(2, 6), st.integers(0, 9))
def test_folds_divide_the_samples_evenly_class_by_class(classes, number, seed):
    classes = np.array(classes)
    found = folds(classes, number, generator("test", "folds", "", seed))
    assert sorted(np.concatenate(found)) == list(range(len(classes)))
    assert np.ptp([len(rows) for rows in found]) <= 1
    for k in np.unique(classes):
        assert np.ptp([np.sum(classes[rows] == k) for rows in found]) <= 1


def test_folds_are_drawn():
    classes = np.repeat([0, 1], 50)
    first, second = (folds(classes, 5, generator("test", "folds", "", k))[0] for k in (0, 1))
    assert set(first) != set(second)


@pytest.mark.parametrize("number", [1, 7])
def test_folds_need_two_to_as_many_as_samples(number):
    with pytest.raises(ValueError, match="between 2 and the 6 samples"):
        folds(np.zeros(6, dtype=int), number, generator("test", "folds", "", 0))


def test_without_overlap_the_test_would_be_student_s():
    d = generator("test", "resampled", "", 0).normal(0.4, 1, 12)
    for size in (12, 2):
        assert resampled_t(d[:size], 0) == pytest.approx(stats.ttest_1samp(d[:size], 0).pvalue)


def test_overlap_keeps_the_variance_from_vanishing():
    d = generator("test", "resampled", "", 1).normal(0.2, 1, (10, 5))
    s = d.std(ddof=1)
    t = abs(d.mean()) / (s * (1 / 50 + 1 / 4) ** 0.5)
    assert resampled_t(d, 1 / 4) == pytest.approx(2 * stats.t.sf(t, 49))
    assert resampled_t(np.tile(d, (100, 1)), 1 / 4) > 0.5


def test_no_difference_and_a_constant_one():
    assert resampled_t(np.zeros(5), 0.25) == 1
    assert resampled_t(np.full(5, 0.5), 0.25) == 0


@pytest.mark.parametrize(("given", "ratio"), [([1.0], 0.25), ([1.0, np.nan], 0.25), ([1, 2], -0.1)])
def test_what_the_test_refuses(given, ratio):
    with pytest.raises(ValueError, match=r"differences|ratio"):
        resampled_t(given, ratio)
