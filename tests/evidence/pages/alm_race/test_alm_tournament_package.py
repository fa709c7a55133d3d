"""What needs no compiler beside the tournament: its trials, and what Adam takes from whom."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.columns import check
from evidence.kit.records import Record
from evidence.kit.runner import collect
from evidence.pages.alm_race import claims_package as asked
from evidence.pages.alm_race import runs_tournament as compared
from evidence.pages.alm_race import runs_tournament_package as package
from evidence.pages.alm_race import runs_tournament_tuning as tuning
from evidence.pages.alm_race import tournament
from evidence.pages.alm_race.claims_tournament import RIVALS, ends_by
from evidence.pages.alm_race.harness import TUNING
from evidence.pages.alm_race.runs_gamma_rule import BOTH, Trying, chosen_options
from evidence.pages.alm_race.runs_tournament_package import GAP, NUMPY
from evidence.pages.alm_race.tables_tournament import joined, problem_of, problems, title
from evidence.pages.alm_race.tournament_config import ADAM, ADAM32, FAST, METHODS, WINDOWS
from evidence.statistics import Outcome

QUICK = package.PROFILES["quick"][0]


def test_its_problems_trials_and_tried_values_are_those_of_the_tournament():
    cells = {(c.dataset, c.steps, c.hidden_size, c.seconds) for c in compared.PROFILES["paper"]}
    own = package.PROFILES["paper"]
    assert {(c.dataset, c.steps, c.hidden_size, c.seconds) for c in own} == cells
    assert {(c.seed, c.trials, c.shares[0]) for c in own} == {(0, TUNING, 1.0)}
    assert {c.scales for c in own} == {c.fast for c in tuning.PROFILES["paper"]}


def test_gap_has_the_parameters_that_its_page_recommends():
    on = QUICK.trial(0)
    make = package._gap(on, 1.0)
    *_, options = make.args
    wanted = chosen_options(BOTH[1], on.Y, Trying(QUICK.dataset, 60, 4, 0, 1.0))
    assert options.gamma == pytest.approx(wanted.gamma, rel=1e-12)
    assert replace(options, gamma=1.0) == replace(
        wanted, gamma=1.0, outer_iterations=options.outer_iterations
    )
    assert package._gap(on, 3.0).args[-1].gamma == pytest.approx(3 * wanted.gamma, rel=1e-12)


def recorded(name, rows):
    return Record(name, {}, {}, rows, {}, {})


def row(method, best, value, **more):
    return {"method": method, "best": best, "value": value, **more}


def test_adam_takes_what_the_compiled_adam_that_ends_lowest_has(monkeypatch):
    race = [
        recorded("race", [row(FAST, 0.1, 1.0), row(ADAM, a, 1e-3), row(ADAM32, b, 3e-3)])
        for a, b in ((5.0, 6.0), (5.0, 6.0), (9.0, 1.0))
    ]
    beside = [row(ADAM32, 7.0, 1e-2, share=0.25), row(ADAM32, None, 1e-2, share=0.25)]
    windows = [
        row(WINDOWS, 8.0, 2e-2, share=1.0, length=20),
        row(WINDOWS, 8.0, 5e-2, share=0.25, length=50),
    ]
    of = {
        "alm_tournament": race,
        "alm_tournament_beside": [recorded("beside", beside)],
        "alm_tournament_windows": [recorded("windows", windows)],
    }
    monkeypatch.setattr(package.tournament, "recorded", lambda name, config: of[name])
    config = replace(QUICK, shares=(1.0, 0.25))
    assert package._copied(config) == {1.0: (None, 1e-3), 0.25: (50, 5e-2)}
    race[0].rows[2]["best"] = race[1].rows[2]["best"] = 4.0
    assert package._copied(config)[1.0] == (None, 3e-3)
    windows[0]["best"] = 3.0
    assert package._copied(config)[1.0] == (20, 2e-2)


def test_the_multiple_of_gamma_is_the_one_that_comes_lowest_on_the_tuning_series(monkeypatch):
    seen = []

    def follow(make, on, seconds):
        seen.append((make.args[-1].gamma, seconds))
        course = tournament.Course(on)
        course.look(0.0, on.start)
        course.best -= len(seen) == 2
        return course, {}

    monkeypatch.setattr(package.tournament, "follow", follow)
    on = QUICK.trial(TUNING)
    config = replace(QUICK, scales=(0.5, 1.0, 2.0))
    assert package._chosen(config, on) == 1.0
    gammas = np.array([gamma for gamma, _ in seen])
    np.testing.assert_allclose(gammas / gammas[0], [1.0, 2.0, 4.0])
    assert {seconds for _, seconds in seen} == {QUICK.seconds}


def test_a_quick_unit_is_whole_and_both_methods_get_lower():
    outcome = package.run(QUICK)
    check("a unit", QUICK, outcome)
    told = [(row["trial"], row["method"], row["share"]) for row in outcome.rows]
    assert told == [(t, m, s) for t in (0, 1) for m, s in ((GAP, 1.0), (NUMPY, 1.0), (NUMPY, 0.5))]
    for row in outcome.rows:
        start = tournament.Course(on := QUICK.trial(row["trial"]))
        start.look(0.0, on.start)
        assert row["best"] < 0.9 * start.best
        assert row["seconds"] < row["share"] * QUICK.seconds
        assert row["test"] is not None
        assert row["holdout"] is not None
    for trial in (0, 1):
        reached = [row["to 0.1"] for row in outcome.rows if row["trial"] == trial]
        assert any(reached), "the targets are those of these runs"


def test_missing_records_are_named(monkeypatch):
    monkeypatch.setattr(package.tournament, "recorded", lambda name, config: [])
    with pytest.raises(FileNotFoundError, match="python -m evidence run alm_tournament"):
        package.run(replace(QUICK, packages=True))


def race(trial, fast):
    """Return a race in which the accelerated ALM and its best rival have these numbers."""
    rows = [
        row(method, 10.0, None, trial=trial, test=test, holdout=test)
        | dict.fromkeys(package.TIMES, at)
        for method, at, test in (
            (m, *(fast if m == FAST else (4.0 if m == ADAM else None, 9.0))) for m in METHODS
        )
    ]
    config = {"dataset": "synthetic-t500", "steps": 60, "hidden_size": 4, "seed": trial}
    return Record("alm_tournament", config, {}, rows, {}, {})


def test_adam_has_the_budget_that_favours_it_and_gap_is_judged_by_the_best_of_the_field():
    races = [race(trial, (2.0 + 0.1 * trial, 5.0)) for trial in range(10)]
    rows = []
    for trial in range(10):
        for method, share, at, holdout, test in (
            (GAP, 1.0, 3.0, 1.0, 1.0),
            (NUMPY, 1.0, None, 3.0, 4.0),
            (NUMPY, 0.25, 1.0, 6.0, 2.0),
        ):
            of = {"trial": trial, "share": share, "holdout": holdout, "test": test + 0.1 * trial}
            seconds = at if at is None else at + 0.1 * trial
            rows.append(row(method, 8.0 + share, 1.0, **of) | dict.fromkeys(package.TIMES, seconds))
    config = {"dataset": "synthetic-t500", "steps": 60, "hidden_size": 4, "seed": 0}
    beside = [Record("alm_tournament_package", config, {}, rows, {}, {})]
    judged = {claim.id: claim for claim in asked.claims(races, beside)}
    outcomes = {
        name: next(iter(claim.measured.cases.values())).outcome for name, claim in judged.items()
    }
    assert outcomes == {
        "O-tour-gap": Outcome.BETTER,
        "O-tour-gap-rule": Outcome.WORSE,
        "O-tour-gap-lower": Outcome.BETTER,
        "O-tour-numpy": Outcome.WORSE,
        "O-tour-numpy-test": Outcome.WORSE,
    }
    assert "3.45 against 4.00 of Adam, float64" in judged["O-tour-gap"].measured.detail
    assert "2.45 against 1.45 with 1/4 of the budget" in judged["O-tour-numpy"].measured.detail
    assert "5.00 against 4.45 with the whole budget" in judged["O-tour-numpy-test"].measured.detail
    numbers = asked.numbers(races, beside)
    assert (numbers["gap.better"], numbers["numpy.worse"], numbers["numpy.better"]) == (1, 1, 0)
    assert (numbers["gap-lower.better"], numbers["gap-lowest"]) == (1, 1)
    assert numbers["lowest.60.4.accelerated ALM with gap"] == 9.0
    ((_, found),) = asked.beside(races, beside, "best").items()
    assert (found.share, np.median(found.numpy)) == (0.25, 8.25)
    (told,) = asked.package_table(races, beside).to_dict("records")
    assert told["its budget"] == "1/4"
    assert told[NUMPY] == "1.4 [1.2, 1.7]"
    races[0] = race(0, (None, 5.0))
    assert asked.package_table(races, beside).iloc[0][FAST].endswith("(9)")


def test_what_the_page_says_in_words_is_so():
    """Where Adam is sooner without a compiler, and where `gap` ends far below all others."""
    windows = collect("alm_tournament_windows", "paper")
    races = joined(collect("alm_tournament", "paper"), windows)
    beside = collect("alm_tournament_package", "paper")
    (time,) = (c.measured.cases for c in asked.claims(races, beside) if c.id == "O-tour-numpy")
    by = {o: {k for k, each in time.items() if each.outcome is o} for o in Outcome}
    long = {"T = 2,000, r = 100", "T = 10,000, r = 20", "T = 10,000, r = 100"}
    assert by[Outcome.WORSE] == long
    few = {name for name in by[Outcome.BETTER] if not name.startswith("S&P")}
    assert few == {
        *("T = 200, r = 20", "T = 500, r = 5", "T = 500, r = 100"),
        *("T = 2,000, r = 5", "T = 2,000, r = 20"),
    }
    for problem, found in asked.beside(races, beside, asked.TIME).items():
        chosen = [
            row["length"]
            for record in beside
            for row in record.rows
            if problem_of(record) == problem and row["share"] == found.share
        ]
        assert title(problem) not in long or 200 in chosen, "Adam goes on windows"
    never = {
        title(p)
        for p, each in asked.beside(races, beside, asked.TIME).items()
        if np.median(each.numpy) < np.median(each.ours) == np.inf
    }
    assert never == {"T = 200, r = 100", "S&P, r = 20"}, "most of its runs never arrive"
    groups, far, higher = problems(races), set(), set()
    for problem, each in asked.beside(races, beside, "best").items():
        least = min(np.median(ends_by(groups[problem])[rival]) for rival in RIVALS)
        if np.median(each.gap) < 0.95 * least:
            far.add(title(problem))
        if np.median(each.gap) > 1.001 * np.median(each.ours):
            higher.add(title(problem))
    assert far == {"T = 200, r = 100", "T = 500, r = 100"}, "far below every rival"
    assert higher == {"T = 2,000, r = 20", "T = 10,000, r = 100"}, "by medians"
