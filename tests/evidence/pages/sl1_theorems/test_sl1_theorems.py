"""The repaired bounds hold, are not far from tight where they should be, and verdicts follow."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.kit.records import Record, Store
from evidence.kit.registry import units
from evidence.kit.runner import PAPER_RECORDS
from evidence.pages.sl1_theorems import curvature
from evidence.pages.sl1_theorems import runs_step_bounds as sl1_step_bounds
from evidence.pages.sl1_theorems import steps as sl1_steps
from evidence.pages.sl1_theorems.counterexamples import drift, unseen_curvature
from evidence.pages.sl1_theorems.proof_steps import steps, suprema, violations
from evidence.pages.sl1_theorems.runs_step_search import StepSearch
from evidence.papers.gru_equations import data_error, named
from evidence.papers.step_condition import admitted, step_condition
from lib.models import GRU, Parameters
from lib.randomness import generator

pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated")
"""What torch.func does when it is first used."""

A = np.linspace(-30, 30, 600_001)
Y = 1 / (1 + np.exp(-A))


@pytest.mark.parametrize(
    ("constant", "values"),
    [
        (curvature.SLOPE, Y**2 * (1 - Y)),
        (curvature.BEND, Y**2 * (1 - Y) * (2 - 3 * Y)),
        (curvature.SIGMOID_BEND, Y * (1 - Y) * (1 - 2 * Y)),
        (curvature.TANH_BEND, 2 * np.tanh(A) * (1 - np.tanh(A) ** 2)),
        (curvature.PULL, A * Y * (1 - Y) ** 2),
    ],
)
def test_each_constant_is_the_supremum_that_it_is_said_to_be(constant, values):
    assert values.max() <= constant * (1 + 1e-12)
    assert values.min() >= -constant or constant == curvature.PULL
    assert values.max() == pytest.approx(constant, rel=1e-6)


def test_the_second_derivatives_of_one_unit_are_bounded_by_those_of_tanh():
    z, g = np.meshgrid(np.linspace(0, 1, 401), np.linspace(-1, 1, 401))
    gradient = z**2 * ((1 - z) ** 2 * g**2 + (1 - g**2) ** 2)
    assert (z**2 * g**2 + gradient).max() <= 1 + 1e-12
    aa, ab, bb = z * (1 - z) * (1 - 2 * z) * g, z * (1 - z) * (1 - g**2), -2 * z * g * (1 - g**2)
    norm = np.linalg.norm(np.moveaxis(np.array([[aa, ab], [ab, bb]]), (0, 1), (-2, -1)), 2, (2, 3))
    assert norm.max() <= curvature.TANH_BEND * (1 + 1e-12)


@settings(max_examples=60)
@given(st.integers(1, 4), st.integers(0, 10**6), st.floats(-1, 1.5), st.floats(-1, 1.5))
def test_no_hessian_exceeds_its_bound(T, seed, weight_size, input_size):
    rng = np.random.default_rng(seed)
    n, H, N = (int(k) for k in rng.integers(1, 4, 3))
    model = GRU(n, H, 1)
    flat = torch.tensor(rng.normal(size=model.layout.size) * 10**weight_size)
    x = torch.tensor(rng.normal(size=(T, n, N)) * 10**input_size)
    targets = torch.tensor(rng.integers(0, 2, N) * 1.0)
    hessian = torch.func.hessian(lambda f: data_error(named(model.layout, f), x, targets))(flat)
    within = curvature.norms(Parameters(flat.unsqueeze(0), model.layout))
    lengths = torch.linalg.vector_norm(x, dim=1).T.numpy()
    bound = curvature.curvature_bound(lengths, H, within)
    assert torch.linalg.matrix_norm(hessian, 2).item() <= bound


def test_the_bound_for_one_step_is_nearly_reached():
    """One unit with an open update gate, a large output weight and the worst output."""
    y = (15 - np.sqrt(33)) / 24
    model, x = GRU(1, 1, 1), torch.ones(1, 1, 1, dtype=torch.float64)
    w, best = model.zeros(), 0.0
    for size in (100.0, 1000.0):
        w["w_out"].fill_(size)
        w["W_zx"].fill_(12.0)
        w["W_hx"].fill_(float(np.arctanh(np.log(y / (1 - y)) / size / (1 / (1 + np.exp(-12))))))
        flat = w.flat[0]
        hessian = torch.func.hessian(
            lambda f: data_error(named(model.layout, f), x, torch.zeros(1, dtype=torch.float64))
        )(flat)
        bound = curvature.curvature_bound(np.ones((1, 1)), 1, curvature.norms(w))
        best = max(best, torch.linalg.matrix_norm(hessian, 2).item() / bound)
    assert 0.9 < best <= 1


def test_a_safe_step_balances_its_two_limits():
    lengths, within = np.full((5, 2), 1.5), curvature.Norms(1.0, 0.5, 0.5, 0.5)
    step = curvature.safe_step(lengths, 3, within, 2.0, 0.05)
    radius = step * 2.0
    bound = curvature.curvature_bound(lengths, 3, within.grown(radius)) + 0.05
    assert step == pytest.approx(1 / bound, rel=1e-9)
    with pytest.raises(ValueError, match="gradient_norm must be"):
        curvature.safe_step(lengths, 3, within, 0.0, 0.05)


@pytest.mark.parametrize("size", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("samples", [1, 105])
def test_what_is_admitted_at_the_start_stays_admitted(samples, size):
    safe = admitted(samples, size, 0.3, 5e-4, 0.01)
    for D2 in (0.3, 0.5, 2.0, 50.0, 1e6):
        for letters in ((size, 1.0), (1.0, size)):
            assert safe <= step_condition(samples, D2, 5e-4, 0.01, *letters).bound * (1 + 1e-12)


def test_the_sequence_of_two_steps_jumps_for_every_step_size():
    for jump in unseen_curvature([0.4, 1e-3, 1e-9]):
        assert jump.rate < jump.bound
        assert jump.before == pytest.approx(float(Fraction(7, 1000)), rel=1e-12)
        assert jump.after > 8 * jump.before


def test_weights_drift_only_when_the_output_alone_is_penalised():
    free, held = drift("out", 300), drift("all", 300)
    assert free.rises == held.rises == 0
    assert free.error[0] < free.ceiling
    assert (np.diff(free.weight_norm) > 0).all()


def test_a_random_problem_gives_its_committed_row_again():
    unit = units("sl1_step_bounds", "paper")[0]
    again = sl1_step_bounds.run(replace(unit.config, problems=2)).rows
    recorded = Store(PAPER_RECORDS).load(unit).rows[:2]
    for new, old in zip(again, recorded, strict=True):
        for name in ("curvature", "bound", "measured_step", "safe_step"):
            assert new[name] == pytest.approx(old[name], rel=unit.config.rows[name].within)


def search(first_rise, rate=0.4, bound=0.5) -> Record:
    row = {
        "seed": 0,
        "bound": bound,
        "rates": [rate, 0.1],
        "first_rise": [first_rise, None],
        "before": [1.0, None],
        "after": [1.5, None],
    }
    config = {"flower": "setosa", "seeds": 1, "rates": 2, "steps": 9}
    rest = {"hidden_size": 4, "strength": 5e-4, "alpha": 0.01}
    return Record("sl1_step_search", config | rest, {}, [row], {}, {})


def test_admitted_rises_alone_are_found():
    above = search(3, rate=0.6)
    assert sl1_steps.strongest([above]) is None
    assert not sl1_steps.rising_starts([above]).any()
    assert not sl1_steps.rising_starts([search(None)]).any()
    assert sl1_steps.rising_starts([search(3)]).all()
    found = sl1_steps.strongest([search(3)])
    assert (found.step, found.rate, found.after) == (3, 0.4, 1.5)


def test_a_found_step_is_replayed_from_its_start():
    found = sl1_steps.Found(StepSearch("virginica", hidden_size=4), 1, 0.01, 0.5, 2, 0.0, 0.0)
    errors = found.replay(further=3)
    assert len(errors) == 7
    assert (np.diff(errors) < 0).all()


def test_the_steps_of_the_proof_as_they_are():
    found = steps(2)
    assert found.split < 1e-9
    assert found.state[1] < 1e-6 < 0.1 < found.state[2]
    assert found.output < 1e-9
    assert found.remainder < 0 < found.steep
    assert 0 < found.change < found.networks == 6
    assert max(found.printed.values()) == 0 < found.mended["A2"]
    assert found.mended["A3"] == found.networks, "A3 is of the second order in η, its bound is not"
    draws = violations(1000, generator("tests", "ledger_claims", "draws", 0))
    assert draws.descent == 0 < min(draws.printed, draws.squares)
    assert all(0.9 * bound < largest <= bound for largest, bound in suprema().values())
