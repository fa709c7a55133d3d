"""Tables 3 and 5 in other readings: what differs from the tables' own runs, and what must not."""

from dataclasses import fields, replace

import numpy as np
import pytest

from evidence.kit.registry import units
from evidence.pages.sl1_multiverse import runs_modes as sl1_modes
from evidence.pages.sl1_multiverse.runs_modes import PENALISED, UNPENALISED, Reading
from evidence.protocols import sl1_networks
from evidence.protocols.sl1 import REGRESSION, TARGETS

SMALL = {"setting": REGRESSION, "epochs": 2, "trials": 2}


def test_a_reading_differs_from_the_tables_in_mode_or_scale_alone():
    tables = {
        (u.config.dataset, u.config.model): u.config
        for name in ("sl1_table3", "sl1_table5")
        for u in units(name, "paper")
        if u.config.width is None
    }
    for unit in units("sl1_modes", "paper"):
        own = tables[unit.config.dataset, unit.config.model]
        names = {f.name for f in fields(own)} - {"mode", "deviations"}
        assert {n: getattr(unit.config, n) for n in names} == {n: getattr(own, n) for n in names}
        assert unit.config.mode == "out" or unit.config.scale is not None
        assert unit.config.scale != TARGETS.get(unit.config.dataset, "none")


@pytest.mark.parametrize("profile", ["quick", "paper"])
def test_every_reading_has_the_four_networks(profile):
    for unit in units("sl1_modes", profile):
        mine = unit.config
        if mine.scale is None:
            continue
        models = {
            u.config.model
            for u in units("sl1_modes", profile)
            if (u.config.dataset, u.config.scale) == (mine.dataset, mine.scale)
            and (u.config.mode == mine.mode or u.config.model == UNPENALISED)
        }
        assert models == {UNPENALISED, *PENALISED}


def test_the_tables_own_scale_gives_the_tables_own_run():
    own = sl1_networks.run(sl1_networks.Network("boston", "GRU", **SMALL))
    named = sl1_modes.run(Reading("boston", "GRU", scale=TARGETS["boston"], **SMALL))
    assert [row["test"] for row in own.rows] == [row["test"] for row in named.rows]


def test_an_unpenalised_network_is_the_same_in_both_modes_and_errors_have_the_target_s_unit():
    measured = Reading("boston", "GRU", scale="as measured", **SMALL)
    before = [row["test"] for row in sl1_modes.run(measured).rows]
    other = [row["test"] for row in sl1_modes.run(replace(measured, mode="out")).rows]
    assert before == other
    shrunk = sl1_modes.run(replace(measured, scale="min-max")).rows
    assert np.mean(before) > 100 * np.mean([row["test"] for row in shrunk])


def test_an_unknown_scale_is_named():
    with pytest.raises(ValueError, match="unknown scale 'feet'; accepted: as measured, stand"):
        sl1_modes.run(Reading("boston", "GRU", scale="feet", **SMALL))
