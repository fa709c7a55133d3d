"""What an open cell computes is held against what is known, and each difference is named."""

import math

import numpy as np
import pytest

from evidence.kit.agreement import DIFFERENCE, agrees


def test_a_row_holds_the_last_values_and_the_difference_relative_to_the_largest():
    found = agrees({"R": ([4.0, 1.0], [5.0, 2.0]), "n": (3, 3)}, here="page", rtol=0.5)
    assert list(found.columns) == ["page", "record", DIFFERENCE]
    assert found.loc["R"].tolist() == ["1", "2", "2e-01"]
    assert found.loc["n"].tolist() == ["3", "3", "0e+00"]


def test_against_zero_the_difference_is_absolute():
    assert agrees({"zero": (1e-12, 0.0)})[DIFFERENCE].item() == "1e-12"


@pytest.mark.parametrize("own", [1 + 1e-6, math.nan, math.inf])
def test_what_differs_is_named(own):
    with pytest.raises(AssertionError, match=r"here and lib differ: R by"):
        agrees({"R": (own, 1.0), "W": (np.eye(2), np.eye(2))}, there="lib")


def test_arrays_of_other_shapes_are_no_difference_but_a_mistake():
    with pytest.raises(ValueError, match=r"W has shape \(2,\) here but \(1,\) in record"):
        agrees({"W": ([1, 2], [1])})
