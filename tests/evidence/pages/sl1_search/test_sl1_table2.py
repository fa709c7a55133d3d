"""What Table 2's rows mean for weights that the penalty alone moves."""

import numpy as np
import pytest

from evidence.pages.sl1_search import tables_table2 as sl1_table2_tables
from evidence.pages.sl1_search.claims_table2 import BY_TEXT, printed, rows
from evidence.protocols.penalty_alone import steps_for, unmoved_share


def test_single_precision_keeps_what_a_step_is_too_small_for():
    # Below 1/2 neighbours are 2^-25 apart: half of that moves nothing above 1/4.
    assert unmoved_share(0.9 * 2.0**-26) == pytest.approx(0.5, abs=1e-3)
    assert unmoved_share(1.1 * 2.0**-26) == 0
    assert unmoved_share(0.9 * 2.0**-27) == pytest.approx(0.75, abs=1e-3)


def test_the_rounding_is_that_of_the_numbers():
    w = np.float32(0.3)
    assert w - np.float32(5e-9) == w
    assert w - np.float32(2.5e-8) < w
    assert unmoved_share(5e-9) == pytest.approx(0.75, abs=1e-3)


def test_the_text_s_row_takes_the_steps_of_its_own_values():
    wine, text = rows()["Wine"][1], rows()[BY_TEXT][1]
    assert text.step == pytest.approx(2.5e-7)
    dead = 3488 / 4416  # three recurrent blocks and the reset gate, of 13 inputs and 3 outputs
    assert wine.l1_steps == pytest.approx(steps_for(0.0220 / dead, 5e-9))
    assert text.l1_steps == pytest.approx(steps_for(0.0220 / dead, 2.5e-7))
    assert BY_TEXT not in printed()


def test_every_table_has_a_row_for_every_set():
    tables = sl1_table2_tables
    assert list(tables.parameters_table().index) == list(tables.time_table().index) == list(rows())
    assert list(tables.smooth_table().index) == list(printed())
    assert tables.parameters_table().loc["Wine", "not moved"] == "75%"
