"""The bench's split, and the one series of it that needs no package."""

import hashlib
import struct

import numpy as np
import pytest

from evidence.pages.estimators_bench.series import (
    CHOOSING,
    JUDGING,
    LEAST,
    PERIODS,
    SERIES,
    SIDE,
    checksum,
    digest,
    given,
)


def test_a_hash_splits_the_series_of_each_season_in_turn():
    for season in (1, 4, 12):
        names = [name for name in SERIES if SERIES[name][1] == season]
        names.sort(key=lambda name: hashlib.sha256(name.encode()).digest())
        assert {SIDE[name] for name in names[::2]} == {CHOOSING}
        assert {SIDE[name] for name in names[1::2]} == {JUDGING}
    assert min(sum(side == wanted for side in SIDE.values()) for wanted in (CHOOSING, JUDGING)) > 12


def test_the_held_out_end_is_whole_periods_and_the_scale_is_taken_before_it():
    co2 = given("co2")
    assert (len(co2.frame), co2.held, co2.lags) == (LEAST, PERIODS * co2.length, 12)
    before = co2.frame["co2"].to_numpy()[: LEAST - co2.held]
    assert co2.scale == pytest.approx(np.sqrt(np.mean(np.diff(before) ** 2)), rel=1e-12)


def test_a_series_is_known_by_the_bytes_of_its_values():
    values = np.array([1.0, 2.5, -3.0])
    wanted = hashlib.sha256(struct.pack("<3d", *values)).hexdigest()
    assert digest(values) == digest(values.astype(">f8")) == wanted
    assert checksum("Nile") == SERIES["Nile"][2]
    with pytest.raises(ValueError, match="unknown series 'Nil'; accepted"):
        checksum("Nil")
