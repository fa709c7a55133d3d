"""A smoothing coefficient that falls with the gradient: the rule, its safety, what is judged."""

import copy
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from evidence.kit.records import Store
from evidence.kit.registry import units
from evidence.kit.runner import compute
from evidence.pages.sl1_convergence.claims_adaptive import against, ends_table, key_numbers
from evidence.pages.sl1_convergence.figure_adaptive import courses
from evidence.pages.sl1_convergence.runs_adaptive import ARMS, FALLING, FIXED, SMOOTHED, run
from evidence.statistics import Outcome
from lib.penalties import SmoothL1

UNITS = [
    replace(unit, config=replace(unit.config, steps=200, every=50, seeds=2))
    for unit in units("sl1_adaptive", "quick")
]


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """Short runs of both settings and modes, which tests copy before they change them."""
    store = Store(tmp_path_factory.mktemp("adaptive"))
    return [store.save(*compute(unit)) for unit in UNITS]


def test_alpha_never_rises_and_stays_above_its_floor(records):
    for record in records:
        alpha = np.array(record.traces["alpha"])
        assert (np.diff(alpha, axis=1) <= 0).all()
        assert (alpha[:, 0] == record.config["alpha"]).all()
        floor = record.config["rate"] * record.config["strength"]
        assert alpha.min() >= floor * (1 - 1e-5)
        assert alpha[:, -1].max() < record.config["alpha"]


@pytest.mark.parametrize("number", range(len(UNITS)))
def test_arms_of_fixed_alpha_do_not_notice_the_renewals(number, records):
    config = UNITS[number].config
    whole = run(replace(config, every=config.steps))
    for staged, once in zip(records[number].rows, whole.rows, strict=True):
        if staged["arm"] != FALLING:
            assert staged["objective"] == pytest.approx(once["objective"], rel=1e-12)
    # Renewed at the end only, the falling arm was the fixed one until then.
    ends = {row["arm"]: row["objective"] for row in whole.rows if row["seed"] == 0}
    assert ends[FALLING] == pytest.approx(ends[FIXED], rel=1e-12)


def test_the_smoothed_penalty_grows_with_alpha():
    w = torch.linspace(-0.03, 0.03, 2001, dtype=torch.float64).unsqueeze(0)
    values = [SmoothL1(alpha).elementwise(w) for alpha in (1e-4, 1e-3, 5e-3, 1e-2)]
    assert all((small <= large).all() for small, large in pairwise(values))


def test_few_seeds_decide_nothing(records):
    assert {c.outcome for c in against(records, "objective", FIXED).values()} == {Outcome.TIE}


def test_a_diverged_run_counts_as_worse(records):
    changed = copy.deepcopy(records[0])
    changed.rows[:] = [
        row | {"seed": k, "objective": None if row["arm"] == FALLING else 1.0}
        for row in changed.rows
        if row["arm"] in (FALLING, FIXED)
        for k in range(10)
    ]
    (found,) = against([changed], "objective", FIXED).values()
    assert found.outcome is Outcome.WORSE


def test_tables_numbers_and_figures_hold_every_arm(records):
    table, numbers = ends_table(records), key_numbers(records)
    assert len(table.sections) == len(records)
    assert all([row[0] for row in section.rows] == [*ARMS] for section in table.sections)
    assert all(f"table2.out.{arm}.objective" in numbers for arm in SMOOTHED)
    error, width = courses(records[0]).axes
    assert [found.get_label() for found in error.lines[:-1]] == [a for a in ARMS if a != FIXED]
    assert error.get_ylabel()
    assert width.get_ylabel() == "falling α"
