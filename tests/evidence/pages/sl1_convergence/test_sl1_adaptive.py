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
from evidence.kit.verdicts import Verdict
from evidence.pages.sl1_convergence.claims_adaptive import against, claims, ends_table, key_numbers
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


def longer(records, factor, seeds=10):
    """Records of more seeds in which the falling arm's errors are those of the fixed, scaled."""
    found = copy.deepcopy(records)
    for record in found:
        fixed = next(row for row in record.rows if row["arm"] == FIXED)
        record.rows[:] = [
            {**fixed, "arm": arm, "seed": k, "objective": size, "test_error": size}
            for arm in ARMS
            for k in range(seeds)
            for size in [(1 + 0.01 * k) * (factor if arm == FALLING else 1)]
        ]
    return found


@pytest.mark.parametrize(
    ("factor", "outcome", "verdict"),
    [(0.9, Outcome.BETTER, Verdict.HOLDS), (1.1, Outcome.WORSE, Verdict.FAILS)],
)
def test_verdicts_follow_the_errors(records, factor, outcome, verdict):
    changed = longer(records, factor)
    tests = against(changed, "objective", FIXED)
    assert {test.outcome for test in tests.values()} == {outcome}
    size = 100 * abs(1 / factor - 1)
    assert f": {outcome.value} by {size:.2g} % (median)" in claims(changed)[1].ours
    safe, *compared = claims(changed)
    assert [claim.verdict for claim in compared] == [verdict] * 4
    assert safe.verdict is Verdict.HOLDS
    changed[0].rows[10 * ARMS.index(FALLING)]["increases"] = 1
    assert claims(changed)[0].verdict is Verdict.IN_PART


def test_few_seeds_decide_nothing_and_a_diverged_run_counts_as_worse(records):
    undecided = claims(records)[1:]
    assert {claim.verdict for claim in undecided} == {Verdict.UNTESTABLE}
    assert not any("%" in claim.ours for claim in undecided)
    changed = longer(records, 0.9)
    for record in changed:
        for row in record.rows:
            if row["arm"] == FALLING:
                row["objective"] = None
    assert claims(changed)[1].verdict is Verdict.FAILS


def test_tables_numbers_and_figures_hold_every_arm(records):
    table, numbers = ends_table(records), key_numbers(records)
    assert len(table.sections) == len(records)
    assert all([row[0] for row in section.rows] == [*ARMS] for section in table.sections)
    assert all(f"table2.out.{arm}.objective" in numbers for arm in SMOOTHED)
    error, width = courses(records[0]).axes
    assert [found.get_label() for found in error.lines[:-1]] == [a for a in ARMS if a != FIXED]
    assert error.get_ylabel()
    assert width.get_ylabel() == "falling α"
