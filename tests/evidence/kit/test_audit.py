"""The committed records are what the code of today computes: a sample is computed again."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.columns import check
from evidence.kit.frames import by, column
from evidence.kit.records import Store
from evidence.kit.registry import EXPERIMENTS, units
from evidence.kit.reproduce import compare
from evidence.kit.runner import PAPER_RECORDS, compute
from evidence.pages.alm_theory import runs as alm_theory
from evidence.pages.sl1_convergence import runs as sl1_convergence

COMMITTED = Store(PAPER_RECORDS)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_unit_of_the_paper_profile_has_its_record_and_no_record_is_left_over(name):
    expected = {COMMITTED.path(unit) for unit in units(name, "paper")}
    assert set((PAPER_RECORDS / name).iterdir()) == expected
    for unit in units(name, "paper"):
        record = COMMITTED.load(unit)
        check(unit.config.label, unit.config, record)
        assert len(record.provenance["commit"]) == 40, "made from a tree with uncommitted changes"


def test_the_feasibility_violation_ends_where_the_book_says_it_does():
    """The text speaks of rounding level for ten steps and of a small violation for five hundred."""
    groups = by([COMMITTED.load(u) for u in units("alm_fig1", "paper")], "dataset")
    short, long = groups["synthetic-t10"], groups["synthetic-t500"]
    assert np.median(column(short, "feasibility")) < 1e-12
    assert np.median(column(short, "kkt_residual")) < 1e-10
    assert column(long, "feasibility").max() < 1e-5
    assert column(long, "kkt_residual").min() > 0.01


def test_the_first_subproblems_of_the_theory_s_run_are_those_of_its_record():
    unit = next(u for u in units("alm_theory", "paper") if u.config.label == "blocks-synthetic-t10")
    short = replace(unit.config, seeds=1, outer_iterations=2, searched=())
    repeated, kept = alm_theory.run(short).rows, COMMITTED.load(unit).rows
    assert len(repeated) == short.outer_iterations
    for again, recorded in zip(repeated, kept, strict=False):
        assert again.keys() <= recorded.keys()
        for name in ("L1", "L2", "run_z", "run_h", "smallest_z", "smallest_h", "below_max"):
            assert again[name] == pytest.approx(recorded[name], rel=1e-6), name


def test_the_alm_s_row_of_table_3a_gives_its_record_again(tmp_path):
    unit = units("alm_table3", "paper")[0]
    assert unit.config.dataset == "synthetic-t10"
    repeated = Store(tmp_path)
    repeated.save(*compute(unit))
    found, beyond = compare(COMMITTED.load(unit), repeated.load(unit), unit.config)
    assert not beyond, found


def test_the_first_steps_of_a_convergence_run_are_those_of_its_record():
    unit = units("sl1_convergence", "paper")[0]
    every = unit.config.every
    repeated = sl1_convergence.run(replace(unit.config, steps=2 * every)).traces
    recorded = COMMITTED.load(unit).traces
    assert recorded["iteration"][:3] == repeated["iteration"] == [0, every, 2 * every]
    for name in recorded.keys() - {"iteration"}:
        first = [run[:3] for run in recorded[name]]
        np.testing.assert_allclose(repeated[name], first, rtol=1e-3, err_msg=name)
