"""Folds and the test for cross-validated differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
