"""The step-size condition gives the hand-computed numbers, and what it admits need not converge."""

from fractions import Fraction

import numpy as np
import pytest

from evidence.pages.alm_table3.output_bias import OutputBias, paper_cells
from evidence.pages.sl1_convergence.two_cycle import two_cycle
from evidence.pages.sl1_fig2.smoothing import smoothing
from evidence.papers.step_condition import step_condition


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


# -- paper B, Table 3a: gradient descent that moves the output bias alone --------------------------

TABLE_3A = OutputBias(outputs=3, steps=10, lambda5=1.2 / 3)
EPOCHS = 500


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("epochs", [0, 1, 7])
def test_the_fraction_is_that_of_the_iteration_written_out(epochs, momentum):
    y, rate = np.array([0.3, -1.2, 0.5]), 0.2
    c, v = np.zeros(3), np.zeros(3)
    for _ in range(epochs):
        gradient = 2 / 3 * (c - y) + 2 * 0.4 * c
        v = momentum * v - rate * gradient
        c = c + momentum * v - rate * gradient
    np.testing.assert_allclose(TABLE_3A.fraction(rate, epochs, momentum) * y, c, rtol=1e-12)


def test_without_momentum_the_fraction_is_the_closed_one():
    a, p, rate = 2 / 3, 0.8, 1e-3
    closed = a / (a + p) * (1 - (1 - rate * (a + p)) ** EPOCHS)
    assert TABLE_3A.fraction(rate, EPOCHS) == pytest.approx(closed, rel=1e-11)


@pytest.mark.parametrize("mean_over_outputs", [True, False])
def test_the_errors_are_those_of_a_constant_on_a_standardised_series(mean_over_outputs):
    formula = OutputBias(2, 6, 0.3, mean_over_outputs)
    Y = np.random.default_rng(4).normal(size=(6, 2))
    Y = (Y - Y.mean(0)) / Y.std(0)
    fraction = formula.fraction(0.1, 20)
    squares = ((Y - fraction * Y[:5].mean(0)) ** 2).sum(1)
    q = float(Y[5] @ Y[5])
    expected = squares[:5].mean(), squares[5]
    assert formula.errors(fraction, q) == pytest.approx(expected, rel=1e-12)
    assert formula.zero_test(fraction, squares[5]) == pytest.approx(q, rel=1e-12)


def test_one_cell_of_table_3a_gives_the_others_to_the_printed_digit():
    cells = paper_cells(TABLE_3A, EPOCHS)
    assert list(cells.index) == ["GD", "GDC", "GDNM"]
    np.testing.assert_allclose(cells["formula_train"], cells["train"], atol=5e-4)
    np.testing.assert_allclose(cells["formula_test"], cells["test"], atol=5e-4)


def test_neither_the_mean_over_time_alone_nor_a_momentum_gives_them():
    other = paper_cells(OutputBias(3, 10, 1.2 / 3, mean_over_outputs=False), EPOCHS)
    assert abs(other.loc["GD", "formula_test"] - other.loc["GD", "test"]) > 0.2
    q = TABLE_3A.zero_test(TABLE_3A.fraction(1e-4, EPOCHS), 5.079)
    _, test = TABLE_3A.errors(TABLE_3A.fraction(1e-4, EPOCHS, momentum=0.9), q)
    assert test > 5.3, "GDNM's cell is 5.079"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: OutputBias(0, 10, 0.4), "outputs must be a whole number >= 1"),
        (lambda: OutputBias(3, 1, 0.4), "steps must be a whole number >= 2"),
        (lambda: OutputBias(3, 10, -0.4), "lambda5 must be a finite number > 0"),
        (lambda: TABLE_3A.fraction(0.0, 5), "learning rate must be a finite number > 0"),
        (lambda: TABLE_3A.fraction(0.1, -1), "epochs must be a whole number >= 0"),
        (lambda: TABLE_3A.fraction(0.1, 5, 1.0), "momentum must be a number from 0 to below 1"),
        (lambda: paper_cells(TABLE_3A, 500, "SGD"), "unknown anchor 'SGD'; accepted: GD, GDC"),
    ],
)
def test_bad_numbers_of_the_quadratic_are_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
