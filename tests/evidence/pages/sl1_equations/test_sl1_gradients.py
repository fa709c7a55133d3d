"""The printed formulas fail where the page says so, and their corrections give the gradient."""

import pytest
import torch

from evidence.pages.sl1_equations import claims_gradients as sl1_gradients
from evidence.pages.sl1_equations.claims_gradients import (
    ROUNDING,
    errors,
    key_numbers,
    networks,
    whole,
)
from evidence.pages.sl1_equations.printed_gradients import FORMULAS, states_backward
from evidence.papers.gru_equations import data_error
from evidence.protocols.gradient_networks import KINDS, network, relative_error


@pytest.fixture(scope="module")
def drawn():
    return networks(3)


@pytest.fixture(scope="module")
def found(drawn):
    return errors(drawn)


def test_automatic_differentiation_is_that_of_the_data_error():
    """By finite differences, so that the truth is not taken on trust."""
    net = network(KINDS[2], 3, 0)
    for name in ("W_zh", "W_rx", "W_hr"):
        step = torch.zeros_like(net.w[name])
        step[0, 0] = 1e-6
        ends = [
            data_error({**net.w, name: net.w[name] + s}, net.x, net.targets) for s in (step, -step)
        ]
        slope = (ends[0] - ends[1]) / 2e-6
        assert slope.item() == pytest.approx(net.dE[name][0, 0].item(), rel=1e-6)


def test_every_corrected_formula_is_exact(found):
    assert max(e.corrected for e in found.values()) < ROUNDING


def test_the_recursion_gives_the_derivatives_by_all_states(drawn):
    for (_, T), nets in drawn.items():
        for net in nets:
            by_hand = states_backward(net)
            for t in range(1, T + 1):
                assert relative_error(by_hand[t - 1], net.dE["h", t]) < ROUNDING


def test_the_whole_gradient_needs_the_recursion_from_two_steps_on(drawn):
    gradients = whole(drawn)
    assert max(gradients["ours"].values()) < ROUNDING
    assert max(gradients["corrected"].values()) < ROUNDING
    assert gradients["no recursion"][1] < ROUNDING
    assert min(gradients["no recursion"][T] for T in (2, 5)) > 0.1


def test_the_misprints_are_where_the_page_says(found):
    number = KINDS[0].words
    assert found["(20)", number, 1].vanishes
    assert found["(20)", number, 2].printed > 0.1
    assert found["(28)", number, 1].printed > 0.1
    for formula in FORMULAS[3:9]:
        assert found[formula.number, number, 5].printed < ROUNDING
        assert found[formula.number, KINDS[1].words, 5].printed is None
        assert found[formula.number, KINDS[1].words, 5].transposed < ROUNDING
        assert found[formula.number, KINDS[2].words, 5].transposed > 0.1


def test_rounding_is_not_a_key_number(found, drawn):
    numbers = key_numbers(found, whole(drawn))
    small = [v for key, v in numbers.items() if key != "worst_ours" and 0 < v < ROUNDING]
    assert small == []
    assert len(sl1_gradients.table(found)) == len(FORMULAS)
