"""Adam on windows beside the tournament: the long problems, and what is chosen for each budget."""

from dataclasses import replace

import pytest

from evidence.kit.columns import check
from evidence.pages.alm_race import runs_tournament as compared
from evidence.pages.alm_race import runs_tournament_beside as beside
from evidence.pages.alm_race import runs_tournament_windows as windows
from evidence.pages.alm_race import tournament

QUICK = windows.PROFILES["quick"][0]


def test_its_problems_are_the_long_ones_of_the_tournament():
    paper = {(c.steps, c.hidden_size, c.seconds) for c in compared.PROFILES["paper"]}
    own = windows.PROFILES["paper"]
    assert {(c.steps, c.hidden_size, c.seconds) for c in own} == {
        cell for cell in paper if (cell[0] or 0) >= beside.BOTH
    }
    assert all(c.steps % length == 0 for c in own for length in c.lengths)
    assert {c.rates for c in own} == {beside.RATES}
    assert {(c.seed, c.trials) for c in own} == {(0, 10)}


def test_each_budget_has_its_own_precision_window_and_rate(monkeypatch):
    best = {0.5: ("float32", 20, 1e-2), 0.25: ("float64", 30, 3e-3)}
    ran = []

    def follow(make, on, seconds):
        course = tournament.Course(on)
        course.look(0.0, on.start)
        course.look(seconds, on.start)
        if make.func is windows.compiled.adam_on_windows:
            rate, length, precision = make.args[-3:]
            ran.append((seconds / QUICK.seconds, (precision, length, rate)))
            course.best = float(best.get(ran[-1][0]) != ran[-1][1])
        return course, {"ended": "budget", "compiled": 0.0}

    monkeypatch.setattr(beside, "find_spec", lambda name: name)
    monkeypatch.setattr(windows.tournament, "load", lambda: None)
    monkeypatch.setattr(windows.tournament, "forget", lambda: None)
    monkeypatch.setattr(windows.tournament, "follow", follow)
    monkeypatch.setattr(beside, "targets_of", lambda config, seeds: [[1e9, 0.5, 0.0]])
    config = replace(QUICK, shares=(0.5, 0.25), rates=(3e-3, 1e-2), lengths=(20, 30), trials=1)
    outcome = windows.run(config)
    check("a unit", config, outcome)
    assert ran[-2:] == list(best.items())
    assert len(ran) == 2 * 8 + 2
    told = [(r["share"], (r["precision"], r["length"], r["value"])) for r in outcome.rows]
    assert told == list(best.items())
    assert [(row["to 0.1"], row["to 0.01"]) for row in outcome.rows] == [(0.0, None)] * 2


def test_without_the_tournament_s_records_or_jax_it_has_no_rows(monkeypatch):
    assert windows.run(QUICK).rows == []
    monkeypatch.setattr(beside, "targets_of", lambda config, seeds: [[1.0, 1.0, 1.0]] * 2)
    monkeypatch.setattr(beside, "find_spec", lambda name: None)
    assert windows.run(QUICK).rows == []
    with pytest.raises(ImportError, match=r"pip install -r requirements-tournament\.txt"):
        replace(QUICK, packages=True).look_for_data()
