"""A run of minutes says how far it is and how long it still takes."""

import re
import time

import pytest

from evidence.kit import progress, runner
from evidence.kit.progress import Progress
from evidence.kit.records import Outcome, Store
from evidence.kit.registry import units


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    return now


def some(number):
    return units("alm_fig1", "quick")[:number]


def shown(capsys):
    return re.findall(r"alm_fig1: [^\r\n]*", capsys.readouterr().err)


def test_the_time_left_is_what_the_rest_cost_elsewhere_at_today_s_pace(clock, capsys):
    costs = dict(zip([unit.name for unit in some(3)], (10.0, 90.0, None), strict=True))
    with Progress(some(3), 1, lambda unit: costs[unit.name]) as told:
        assert told.seconds_left() is None
        clock[0] += 20.0
        told.finished(some(3)[0], 20.0)
        # Twice as slow as elsewhere: 90 and, for the unknown one, the mean of 10 and 90.
        assert told.seconds_left() == pytest.approx(2 * (90 + 50))
        clock[0] += 30.0
        assert told.seconds_left() == pytest.approx(2 * (90 + 50) - 30)
        told._show()
        assert "1 of 3 units, 00:50, about 04:10 left" in shown(capsys)[-1]
        clock[0] += 1000.0
        told._show()
        assert shown(capsys)[-1].strip() == "alm_fig1: 1 of 3 units, 17:30"
        for unit in some(3)[1:]:
            told.finished(unit, 1000.0)
    assert shown(capsys)[-1].strip() == "alm_fig1: 3 of 3 units, 17:30"


def test_two_at_a_time_take_half_as_long_and_committed_records_say_what_to_expect(capsys):
    wanted = units("alm_starts", "paper")
    told = runner.progress_of(wanted, 2)
    seconds = [
        runner.store("alm_starts", "paper").load(u).provenance["wall_seconds"] for u in wanted
    ]
    assert told.total == pytest.approx(sum(seconds))
    assert told.seconds_left() == pytest.approx(sum(seconds) / 2, abs=0.1)
    # Other settings of the same label are like it, at another pace.
    quick = runner.progress_of(units("alm_fig1", "quick"), 1)
    assert quick.seconds_left() is None
    assert (
        quick.costs["alm_fig1/synthetic-t500-seed0"]
        > 20 * quick.costs["alm_fig1/synthetic-t10-seed0"]
    )


def test_a_long_unit_does_not_leave_the_line_as_it_was(tmp_path, monkeypatch, capsys):
    unit = units("alm_penalties", "quick")[0]
    monkeypatch.setattr(progress, "LOOKS", {False: 0.05, True: 0.05})
    monkeypatch.setattr(runner.columns, "check", lambda *_: None)

    def each(*_):
        time.sleep(1.3)
        yield unit, Outcome([{"seed": 0}]), {"wall_seconds": 1.3}

    monkeypatch.setattr(runner, "each", each)
    runner.fill(Store(tmp_path), [unit])
    told = capsys.readouterr().err
    assert "alm_penalties: 0 of 1 units, 00:01" in told
    assert "finished alm_penalties/" in told
    assert "alm_penalties: 1 of 1 units, 00:01" in told


def test_nothing_is_shown_where_all_is_there(tmp_path, capsys):
    with Progress([], 1, lambda _: None):
        pass
    assert capsys.readouterr().err == ""
