"""What an open cell computes is held against what is known, and each difference is named."""

import ast
import math
from collections.abc import Mapping

import numpy as np
import pytest

from evidence.kit.agreement import DIFFERENCE, agrees
from evidence.kit.notebook import load
from evidence.kit.sources import sources


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


OPEN: Mapping[str, list[int]] = {
    "alm_accelerated": [2],
    "alm_activations": [3],
    "alm_fig1": [4, 5],
    "alm_fig2": [2],
    "alm_from_scratch": [6, 1],
    "alm_growth": [1],
    "alm_premises": [2],
    "alm_stochastic": [1],
    "alm_table2": [3],
    "alm_table3a": [3],
    "alm_table3b": [3],
    "alm_table3c": [3],
    "alm_table4": [1],
    "alm_theory": [2],
    "alm_time": [1],
    "alm_tournament": [1],
    "gru_from_scratch": [7, 6],
    "sl1_adaptive": [1],
    "sl1_convergence": [3],
    "sl1_fig1": [1],
    "sl1_fig2": [3],
    "sl1_fig3": [1],
    "sl1_fig4": [1],
    "sl1_fig5": [2],
    "sl1_fig6": [2],
    "sl1_front": [2],
    "sl1_gradients": [2],
    "sl1_sparsity": [1],
    "sl1_speed": [2, 1],
    "sl1_table2": [1],
    "sl1_table3": [2],
    "sl1_table5": [2],
    "sl1_theorems": [2],
}
"""How many quantities each comparison holds against what is known, by page."""


def comparisons(source):
    """Return how many quantities are spelled out in each call of `agrees` in a cell."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [len(call.args[0].keys) for call in calls if getattr(call.func, "id", "") == "agrees"]


def test_open_cells_call_the_methods_and_hold_them_against_what_is_known():
    found = {}
    for name in sources():
        cells = [cell for cell in load(name).cells if cell.cell_type == "code"]
        for cell in cells:
            quantities = comparisons(cell.source)
            assert not (quantities and cell.metadata.get("tags")), f"{name}: the cell is not open"
            found.setdefault(name, []).extend(quantities)
    assert {name: counts for name, counts in found.items() if counts} == OPEN
