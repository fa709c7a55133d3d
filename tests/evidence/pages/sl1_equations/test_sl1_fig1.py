"""The drawn cell is the one that the code computes, and its page names what exists."""

import re

import numpy as np
import pytest
import torch

from evidence.kit.sources import sources
from evidence.kit.style import vectors
from evidence.pages.sl1_equations.error_forms import carried, error_forms
from evidence.pages.sl1_equations.figure_fig1 import EQUATIONS, cell
from evidence.pages.sl1_equations.forward_forms import forms
from evidence.papers.gru_equations import named, unroll
from lib.models import GRU
from lib.models.gru import Step


@pytest.fixture(scope="module")
def found():
    return forms(networks=3)


def test_the_equations_are_those_of_one_unit_computed_by_hand():
    w = {name: torch.tensor([[v]], dtype=torch.float64) for name, v in WEIGHTS.items()}
    first, second = unroll(w, torch.tensor([[[1.0]], [[-2.0]]], dtype=torch.float64))

    def sigmoid(a):
        return 1 / (1 + np.exp(-a))

    h1 = sigmoid(0.3) * np.tanh(0.9)
    z, r = sigmoid(-0.5 * h1 - 0.6), sigmoid(0.7 * h1 + 0.4)
    h2 = z * np.tanh(1.1 * r * h1 - 1.8) + (1 - z) * h1
    assert first.h.item() == pytest.approx(h1, rel=1e-14)
    assert second.h.item() == pytest.approx(h2, rel=1e-14)


WEIGHTS = {"W_zx": 0.3, "W_rx": -0.2, "W_hx": 0.9, "W_zh": -0.5, "W_rh": 0.7, "W_hr": 1.1}


def test_the_code_is_the_network_of_the_equations(found):
    assert max(found.ours, found.rewritten, found.algorithm, found.library[1]) < 1e-12
    assert min(found.printed, found.output, found.library[2]) > 0.01


def test_the_page_s_table_names_every_weight_and_only_what_exists():
    page = sources()["sl1_fig1"].read_text()
    table = page[
        page.index(":::{list-table}") : page.index("\n:::\n", page.index(":::{list-table}"))
    ]
    names = set(re.findall(r"`(\w+)`", table.split("* - ", 2)[2]))
    layout = GRU(2, 3, 1, bias=True).layout
    assert set(layout.shapes) <= names
    assert names - set(layout.shapes) == set(Step._fields) - {"h"}


def test_the_drawing_is_the_same_each_time_and_carries_each_equation():
    assert vectors(cell()) == vectors(cell())
    assert [number for _, _, number, _ in EQUATIONS] == ["(3)", "(2)", "(4)", "(5)"]
    assert named(GRU(1, 1, 1).layout, torch.zeros(7)).keys() >= WEIGHTS.keys()


def test_the_forms_of_the_error_as_they_are():
    found = error_forms(2)
    assert max(found.equal.values()) < 1e-14
    assert found.rewritten[5] == pytest.approx(0.8)
    assert found.step[1] < 1e-8 < found.step[5]
    assert all(v.shape == (2,) and (v > 0).all() for v in carried(2, 4, 3).values())
