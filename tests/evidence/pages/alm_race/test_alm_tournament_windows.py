"""Adam on windows beside the tournament: its trials, and what is chosen for each budget."""

from dataclasses import asdict, replace
from fractions import Fraction
from importlib.util import find_spec

import pytest

from evidence.kit.columns import check
from evidence.kit.records import Record
from evidence.pages.alm_race import claims_schedules as schedules
from evidence.pages.alm_race import runs_tournament as compared
from evidence.pages.alm_race import runs_tournament_beside as beside
from evidence.pages.alm_race import runs_tournament_windows as windows
from evidence.pages.alm_race import tables_tournament as tables
from evidence.pages.alm_race import tournament
from evidence.pages.alm_race.tournament import problem_of
from evidence.pages.alm_race.tournament_config import METHODS, WINDOWS

pytestmark = pytest.mark.filterwarnings("ignore:JAXopt is no longer maintained:DeprecationWarning")
QUICK = windows.PROFILES["quick"][0]


def test_its_problems_and_trials_are_those_of_the_tournament():
    cells = {(c.dataset, c.steps, c.hidden_size, c.seconds) for c in compared.PROFILES["paper"]}
    own = windows.PROFILES["paper"]
    assert {(c.dataset, c.steps, c.hidden_size, c.seconds) for c in own} == cells
    assert {c.rates for c in own} == {beside.RATES}
    assert {(c.seed, c.trials, c.shares[0]) for c in own} == {(0, 10, 1.0)}
    for config in own:
        trials = [c for c in compared.PROFILES["paper"] if problem_of(c) == problem_of(config)]
        assert [c.seed for c in trials] == list(range(config.trials))


def test_each_budget_has_its_own_window_and_rate(monkeypatch):
    best = {1.0: (20, 1e-2), 0.25: (30, 3e-3)}
    ran = []

    def follow(make, on, seconds):
        course = tournament.Course(on)
        course.look(0.0, on.start)
        course.look(seconds, on.start)
        if make.func is windows.compiled.adam_on_windows:
            *_, rate, length, precision = make.args
            assert precision == "float32"
            ran.append((seconds / QUICK.seconds, (length, rate)))
            course.best -= best.get(ran[-1][0]) == ran[-1][1]
        return course, {"ended": "budget", "compiled": 0.0}

    monkeypatch.setattr(beside, "find_spec", lambda name: name)
    monkeypatch.setattr(windows.tournament, "load", lambda: None)
    monkeypatch.setattr(windows.tournament, "forget", lambda: None)
    monkeypatch.setattr(windows.tournament, "follow", follow)
    monkeypatch.setattr(beside, "targets_of", lambda config, seeds: [[1e9, 0.5, 0.0]])
    config = replace(QUICK, shares=(1.0, 0.25), rates=(3e-3, 1e-2), lengths=(20, 30), trials=1)
    outcome = windows.run(config)
    check("a unit", config, outcome)
    assert ran[-2:] == list(best.items())
    assert len(ran) == 2 * 4 + 2
    told = [(row["share"], (row["length"], row["value"])) for row in outcome.rows]
    assert told == list(best.items())
    assert [(row["to 0.1"], row["to 0.01"]) for row in outcome.rows] == [(0.0, None)] * 2
    assert len(outcome.traces["lowest"]) == 1


def test_a_quick_unit_is_whole_and_joins_the_trials_of_the_race():
    outcome = windows.run(QUICK)
    check("a unit", QUICK, outcome)
    there = all(row["best"] is not None for row in outcome.rows)
    assert there == (find_spec("jax") is not None)
    record = Record("alm_tournament_windows", asdict(QUICK), {}, outcome.rows, outcome.traces, {})
    config = compared.PROFILES["quick"][1]
    race = tournament.run(replace(config, packages=False, seconds=0.05))
    trial = Record("alm_tournament", asdict(config), {}, race.rows, race.traces, {})
    (together,) = tables.joined([trial], [record])
    assert [row["method"] for row in together.rows] == [*METHODS]
    assert together.rows[-1]["trial"] == config.seed == 1
    assert together.rows[-1]["start"] == pytest.approx(together.rows[0]["start"], rel=1e-12)
    assert [len(traces) for traces in together.traces.values()] == [len(METHODS)] * 2
    assert tables.times([together], 0.1).shape == (1, len(METHODS))
    table = schedules.windows_table([record])
    assert table["T = 60, r = 4"].to_dict() == dict.fromkeys(("1", "1/2"), "20, 0.01 (an end)")
    (found,) = schedules.ends_of([record]).values()
    assert set(found) == {(WINDOWS, Fraction(1, 2))}


def test_without_jax_the_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(beside, "find_spec", lambda name: None)
    outcome = windows.run(QUICK)
    check("a unit", QUICK, outcome)
    assert {row["ended"] for row in outcome.rows} == {"not run: a package is missing"}
    with pytest.raises(ImportError, match=r"pip install -r requirements-tournament\.txt"):
        replace(QUICK, packages=True).look_for_data()
