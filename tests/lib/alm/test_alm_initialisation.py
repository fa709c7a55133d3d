"""Initial weights have the scales they are named for."""

import math

import numpy as np
import pytest
from scipy import stats

from lib import alm

R, N, M = 150, 60, 90
DEVIATIONS = {
    "he": (math.sqrt(2 / R), math.sqrt(2 / N), math.sqrt(2 / R)),
    "normal-1e-3": (1e-3, 1e-3, 1e-3),
    "normal-1e-1": (0.1, 0.1, 0.1),
    "glorot": (math.sqrt(1 / R), math.sqrt(2 / (R + N)), math.sqrt(2 / (R + M))),
    "lecun": (math.sqrt(1 / R), math.sqrt(1 / N), math.sqrt(1 / R)),
    "he-lecun-w": (math.sqrt(1 / R), math.sqrt(2 / N), math.sqrt(2 / R)),
    "glorot-uniform": (math.sqrt(1 / R), math.sqrt(2 / (R + N)), math.sqrt(2 / (R + M))),
}


def drawn(name: str) -> alm.Weights:
    return alm.initial_weights(name, np.random.default_rng(3), R, N, M)


@pytest.mark.parametrize("name", [*alm.INITIALISATIONS, *alm.VARIANTS])
def test_every_matrix_has_the_deviation_and_the_distribution_of_its_own_fans(name):
    weights = drawn(name)
    assert not weights.b.any()
    assert not weights.c.any()
    for matrix, deviation in zip((weights.W, weights.V, weights.A), DEVIATIONS[name], strict=True):
        assert matrix.std() == pytest.approx(deviation, rel=0.03)
        limit = math.sqrt(3) * deviation
        law = stats.uniform(-limit, 2 * limit) if "uniform" in name else stats.norm(0, deviation)
        assert stats.kstest(matrix.ravel(), law.cdf).pvalue > 1e-3


def test_the_start_of_section_53_is_one_of_section_54_bit_by_bit():
    ours, theirs = drawn("normal-1e-1"), alm.Weights.normal(np.random.default_rng(3), R, N, M, 0.1)
    for name in ("W", "V", "b", "A", "c"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name))


def test_normal_starts_of_one_seed_differ_by_a_factor_per_matrix():
    he, variant, lecun = drawn("he"), drawn("he-lecun-w"), drawn("lecun")
    assert np.array_equal(variant.W, lecun.W)
    assert np.array_equal(variant.V, he.V)
    np.testing.assert_allclose(he.W, math.sqrt(2) * lecun.W, rtol=1e-14)


def test_what_cannot_be_drawn_is_named():
    with pytest.raises(ValueError, match=r"unknown initialisation 'xavier'; accepted: he, normal-"):
        alm.initial_weights("xavier", np.random.default_rng(0), 2, 2, 2)
    with pytest.raises(ValueError, match=r"generator must be a numpy\.random\.Generator, got 0"):
        alm.initial_weights("he", 0, 2, 2, 2)
    with pytest.raises(ValueError, match="r must be a whole number >= 1, got 0"):
        alm.initial_weights("he", np.random.default_rng(0), 0, 2, 2)
