"""The test for cross-validated differences."""

import numpy as np
import pytest
from scipy import stats

from evidence.statistics import resampled_t
from lib.randomness import generator


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
