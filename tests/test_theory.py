"""The step-size condition gives the hand-computed numbers, and what it admits need not converge."""

from fractions import Fraction

import numpy as np
import pytest

from lib.theory import step_condition, two_cycle
from lib.theory.smoothing import smoothing


def test_the_two_cycle_is_the_one_computed_by_hand():
    cycle = two_cycle(steps=9)
    np.testing.assert_allclose(cycle.weight, np.resize([1 / 50, -2 / 25], 10), rtol=1e-13)
    np.testing.assert_allclose(cycle.error, np.resize([0.02, 0.08], 10), rtol=1e-13)
    np.testing.assert_allclose(cycle.gradient_norm, 1, rtol=1e-13)
    assert cycle.rate < cycle.bound
    assert cycle.bound == pytest.approx(float(Fraction(33, 164)), rel=1e-13)


@pytest.mark.parametrize(
    ("D0", "D1", "D2"),
    [
        ("2", "1/2", "1/2"),
        ("1/4", "1/2", "1/3"),
        ("2", "3", "5"),
        ("1/2", "3", "1/9"),
        ("2", "1/2", "9"),
    ],
)
def test_the_condition_evaluates_its_formula_with_exact_fractions(D0, D1, D2):
    D0, D1, D2 = Fraction(D0), Fraction(D1), Fraction(D2)
    found = step_condition(3, float(D2), 0.25, 0.125, float(D0), float(D1))
    D3 = max(
        D0**3 * D1**2,
        D0**3 * D1**3 * D2,
        D0**2 * D1**2,
        D0 * D1**2,
        D0**3 * D1,
        D0**3 * D1**2 * D2,
        D0**2 * D1,
    )
    D4 = max(12 * D0 * D2 * D3, 12 * D0 * D2**2 * D3**2)
    D5 = Fraction(3, 2) * D0 * (D0**2 + D1 - D0 * D1) ** 2
    for constant, exact in zip((found.D3, found.D4, found.D5), (D3, D4, D5), strict=True):
        assert constant == pytest.approx(float(exact), rel=1e-14)
    assert found.bound == pytest.approx(float(2 * (1 + D4) / (2 + 4 * D4 + 2 * D5)), rel=1e-14)


def test_the_condition_does_not_see_the_penalty_s_curvature():
    """Doubling lambda / alpha hardly moves the bound, while the stable step halves."""
    mild, stiff = (step_condition(10_000, 1.0, strength, 0.01).bound for strength in (1.0, 2.0))
    assert stiff == pytest.approx(mild, rel=0.01)


@pytest.mark.parametrize("wrong", [{"samples": 0}, {"D2": -1.0}, {"alpha": 0.0}, {"D0": np.nan}])
def test_constants_that_are_not_positive_are_refused(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be"):
        step_condition(**{"samples": 5, "D2": 1.0, "strength": 1.0, "alpha": 0.1, **wrong})


def test_smoothing_costs_the_curvature_that_it_saves_in_distance():
    for found in smoothing([0.5, 0.1, 0.01]):
        assert found.gap == pytest.approx(found.alpha / 2, rel=1e-12)
        assert found.curvature == pytest.approx(1 / found.alpha, rel=1e-6)
