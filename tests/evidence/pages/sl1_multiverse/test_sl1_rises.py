"""Whether the error rises in other readings of Theorem 1: counted right, seen where it must be."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.pages.sl1_multiverse import runs_rises as sl1_rises
from evidence.pages.sl1_multiverse.runs_rises import Rises
from evidence.protocols.sl1 import TABLE2
from lib.training.trace import rises

SMALL = Rises("iris", "out", "sum", "full", TABLE2["iris"], epochs=15, trials=2)


def test_rises_are_counted_beyond_rounding_and_a_number_lost_is_one():
    falling, rising = [3.0, 2.0, 2.0 * (1 + 1e-15), 1.0], [3.0, 4.0, 1.0, 1.1]
    lost = [3.0, np.nan, np.nan, np.nan]
    assert rises(np.array([falling, rising, lost])).tolist() == [0, 2, 3]


def test_full_batches_fall_at_the_paper_s_step_and_rise_at_a_hundred_times_it():
    rows = sl1_rises.run(SMALL).rows
    assert [(r["factor"], r["trial"]) for r in rows[:3]] == [(1.0, 0), (1.0, 1), (10.0, 0)]
    assert all(r["rises"] == 0 for r in rows if r["factor"] == 1)
    assert all(r["rises"] > 0 for r in rows if r["factor"] == 100)


def test_all_step_sizes_of_a_trial_have_the_same_start_and_a_mean_has_smaller_errors():
    rows = sl1_rises.run(SMALL).rows
    first = [r["first error"] for r in rows]
    assert first[:2] == first[2:4] == first[4:]
    mean = sl1_rises.run(replace(SMALL, loss="mean")).rows
    assert mean[0]["first error"] < first[0] / 50


def test_mini_batches_are_taken():
    full = sl1_rises.run(SMALL).rows
    mini = sl1_rises.run(replace(SMALL, batch="mini")).rows
    # The mean over an epoch's four mini-batches, each with the whole penalty.
    assert mini[0]["first error"] == pytest.approx(full[0]["first error"] / 4, rel=0.01)
    assert mini[0]["error"] != pytest.approx(full[0]["error"] / 4, rel=1e-3)
    with pytest.raises(ValueError, match="unknown batch 'some'; accepted: full, mini"):
        sl1_rises.run(replace(SMALL, batch="some"))
