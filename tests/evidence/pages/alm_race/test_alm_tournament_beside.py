"""Beside the tournament: the same trials, Adam's best schedule against the ALM, predictors."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from evidence.kit.columns import check
from evidence.kit.records import Record, Store
from evidence.kit.registry import units
from evidence.kit.runner import PAPER_RECORDS
from evidence.pages.alm_race import claims_schedules as asked
from evidence.pages.alm_race import figure_tournament as drawn
from evidence.pages.alm_race import runs_tournament as compared
from evidence.pages.alm_race import runs_tournament_beside as beside
from evidence.pages.alm_race import tournament
from evidence.pages.alm_race.claims_tournament import RIVALS, claims, key, race_numbers
from evidence.pages.alm_race.tables_tournament import (
    joined,
    problem_of,
    problems,
    row_of,
    times,
    title,
    values,
)
from evidence.pages.alm_race.tournament_config import (
    ADAM,
    ADAM32,
    FAST,
    KALMAN,
    LM,
    METHODS,
    SHARES,
    WINDOWS,
)
from evidence.rivals.predictors.of_series import RIDGE, STRENGTHS, ZERO
from evidence.statistics import Outcome

QUICK = beside.PROFILES["quick"][0]


def test_its_problems_and_trials_are_those_of_the_tournament():
    paper = compared.PROFILES["paper"]
    cells = dict.fromkeys((c.dataset, c.steps, c.hidden_size, c.seconds) for c in paper)
    own = beside.PROFILES["paper"]
    assert [(c.dataset, c.steps, c.hidden_size, c.seconds) for c in own] == list(cells)
    assert len({c.label for c in own}) == len(own)
    seeds = {c.seed for c in paper if c.hidden_size == 5}
    assert seeds == set(range(own[0].seed, own[0].seed + own[0].trials))
    for config in (own[0], own[-1]):
        theirs = next(c for c in paper if (c.steps, c.seed) == (config.steps, 3))
        theirs = replace(theirs, hidden_size=config.hidden_size)
        one, other = config.trial(3), tournament.given(theirs)
        np.testing.assert_array_equal(one.series.Y, other.series.Y)
        np.testing.assert_array_equal(one.start.W, other.start.W)


def test_without_jax_the_predictors_are_left(monkeypatch):
    monkeypatch.setattr(beside, "find_spec", lambda name: None)
    outcome = beside.run(QUICK)
    check("a unit", QUICK, outcome)
    assert [row["method"] for row in outcome.rows] == [ZERO, RIDGE] * 2
    with pytest.raises(ImportError, match=r"as requirements-tournament\.txt says"):
        replace(QUICK, packages=True).look_for_data()


def test_every_schedule_has_its_own_rate_and_budget(monkeypatch):
    best = {0.5: 3e-3, 0.25: 1e-2}
    asked_for = []

    def follow(make, on, seconds):
        course = tournament.Course(on)
        course.look(0.0, on.start)
        course.look(seconds, on.start)
        asked_for.append((seconds, make.args[-1]))
        course.best = abs(make.args[-1] - best.get(seconds / QUICK.seconds, 0.0))
        return course, {"ended": "budget", "compiled": 0.0}

    monkeypatch.setattr(beside, "find_spec", lambda name: name)
    monkeypatch.setattr(beside.tournament, "load", lambda: None)
    monkeypatch.setattr(beside.tournament, "forget", lambda: None)
    monkeypatch.setattr(beside.tournament, "follow", follow)
    monkeypatch.setattr(beside, "targets_of", lambda config, seeds: [[1.0, 0.5, 0.0]])
    config = replace(QUICK, shares=(0.5, 0.25), rates=(3e-3, 1e-2), trials=1)
    outcome = beside.run(config)
    check("a unit", config, outcome)
    rows = outcome.rows
    assert [row["to 0.01"] for row in rows] == [None] * 4
    found = {row["share"]: row["value"] for row in rows if row["method"] == ADAM32}
    assert found == best
    assert asked_for[-2:] == [(s * QUICK.seconds, rate) for s, rate in best.items()]
    monkeypatch.setattr(beside.Beside, "methods", (ADAM32, ADAM))
    both = [(row["method"], row["share"]) for row in beside.run(config).rows[:4]]
    assert both == [(ADAM32, 0.5), (ADAM32, 0.25), (ADAM, 0.5), (ADAM, 0.25)]


def test_on_long_series_adam_runs_in_both_precisions():
    methods = {c.steps: c.methods for c in beside.PROFILES["paper"]}
    assert methods[500] == methods[None] == (ADAM32,)
    assert {steps for steps in methods if methods[steps] == (ADAM32, ADAM)} == {
        steps for steps in methods if steps and steps >= 2000
    }
    assert replace(QUICK, steps=2000).methods == (ADAM32, ADAM)


def test_targets_are_those_of_the_tournament_s_trials(monkeypatch):
    config = beside.PROFILES["paper"][0]
    rows = [{"best": 10.0, "start": 50.0}, {"best": None, "start": 50.0}]
    problems = set()

    def load(_, unit):
        problems.add(beside.tournament.problem_of(unit.config))
        known = Record(beside.RACE, {"seed": unit.config.seed}, {}, rows, {}, {})
        return known if unit.config.seed != 7 else None

    monkeypatch.setattr(beside.tournament.Store, "load", load)
    assert beside.targets_of(config, range(2)) == [pytest.approx([14.0, 10.4, 10.04])] * 2
    assert problems == {beside.tournament.problem_of(config)}
    with pytest.raises(FileNotFoundError, match="first with: python -m evidence run alm_tour"):
        beside.targets_of(config, range(10))
    assert beside.targets_of(replace(config, packages=False), range(10)) == []


def test_ridge_sees_two_steps_and_is_chosen_by_the_holdout():
    on = QUICK.trial(0)
    X, Y, train = on.series.X, on.series.Y, on.series.train
    Z = np.hstack([X, np.vstack([0 * X[:1], X[:-1]])])
    end = train + on.holdout

    def error(fitted, part):
        return ((fitted.predict(Z[part]) - Y[part]) ** 2).sum(1).mean()

    def fit(steps, strength):
        return Ridge(alpha=strength).fit(Z[:steps], Y[:steps])

    best = min(STRENGTHS, key=lambda s: error(fit(train, s), slice(train, end)))
    wanted = error(fit(train, best), slice(end, None))
    found = beside._predicted(on)
    assert found[RIDGE] == pytest.approx(wanted, rel=1e-9)
    assert found[ZERO] == pytest.approx((Y[end:] ** 2).sum(1).mean())


def race(seed: int, **seconds: float) -> Record:
    """Return a trial of the tournament; R falls from 50 to 10, what is not named never does."""
    names = {"alm": FAST, "adam": ADAM, "adam32": ADAM32, "windows": WINDOWS}
    by = {names[name]: when for name, when in seconds.items()}
    rows = [
        {"method": m, "best": 10.0, "start": 50.0, "compiled": 0.0, "seconds": 8.0}
        | {f"to {share:g}": by.get(m) for share in SHARES}
        for m in METHODS
    ]
    config = {"dataset": "synthetic-t500", "steps": 500, "hidden_size": 5, "seed": seed}
    traces = {
        "seconds": [[0.0, by.get(m, 9.0)] for m in METHODS],
        "lowest": [[50.0, 10.0 if m in by else 50.0] for m in METHODS],
    }
    return Record("alm_tournament", config, {}, rows, traces, {})


def shorter(**at: list[float | None]) -> Record:
    """Return Adam with two shares on two trials, and when it comes to the first two targets."""
    of = {ADAM32: 11.0, ADAM: 9.0, WINDOWS: 8.0}
    budgets = {"half": (ADAM32, 0.5), "sixteenth": (ADAM32, 1 / 16), "double": (ADAM, 1 / 16)}
    budgets["windows"] = (WINDOWS, 1 / 64)
    rows = [
        {
            "trial": trial,
            "method": method,
            "share": share,
            "best": of[method] * share,
            "seconds": 2.0,
        }
        | {"to 0.1": seconds, "to 0.01": seconds, "to 0.001": None}
        for name, (method, share) in budgets.items()
        for trial, seconds in enumerate(at.get(name, []))
    ]
    for trial, method in ((0, ZERO), (1, ZERO), (0, RIDGE), (1, RIDGE)):
        error = (3.0 if method == ZERO else 1.0) + trial
        rows.append({"trial": trial, "method": method, "share": None, "best": None, "test": error})
    config = {"dataset": "synthetic-t500", "steps": 500, "hidden_size": 5}
    return Record("alm_tournament_beside", config, {}, rows, {}, {})


RACES = [race(0, alm=1.0, adam=4.0, adam32=3.0), race(1, alm=1.0, adam=4.0, adam32=3.0)]


def test_the_rival_is_adam_with_the_budget_that_is_first_in_the_median():
    record = shorter(half=[2.0, 2.0], sixteenth=[0.5, 1.25])
    ((_, pair),) = asked.pairs(RACES, [record], 0.01)
    assert pair.budget == "1/16, the shortest"
    assert pair.theirs.tolist() == [0.5, 1.25]
    assert pair.whole.tolist() == [3.0, 3.0]
    ((_, pair),) = asked.pairs(RACES, [record], 0.001)
    assert (pair.budget, pair.theirs.tolist()) == ("all of it", [3.0, 3.0])
    ((_, pair),) = asked.pairs(RACES, [shorter(half=[0.5, 0.5], sixteenth=[None, 0.1])], 0.01)
    assert pair.budget == "1/2"
    both = shorter(half=[2.0, 2.0], sixteenth=[0.5, 1.25], double=[0.5, 0.75])
    ((_, pair),) = asked.pairs(RACES, [both], 0.01)
    assert (pair.budget, pair.theirs.tolist()) == ("1/16 in float64, the shortest", [0.5, 0.75])
    assert asked.sixteenth(asked.ends_of([both])[problem_of(both)]) == 9 / 16
    windowed = shorter(half=[2.0, 2.0], windows=[0.25, 0.5])
    ((_, pair),) = asked.pairs(RACES, [windowed], 0.01)
    assert (pair.budget, pair.theirs.tolist()) == ("1/64 on windows, the shortest", [0.25, 0.5])
    races = [race(seed, alm=1.0, adam=4.0, windows=0.75) for seed in range(2)]
    ((_, pair),) = asked.pairs(races, [shorter(half=[2.0, 2.0])], 0.01)
    assert (pair.budget, pair.theirs.tolist()) == ("all of it on windows", [0.75, 0.75])


def test_a_lead_is_adam_s_whole_run_over_the_alm_s_time_to_adam_s_end():
    courses = {"seconds": [[0.0, 1.0, 2.0]] * 10, "lowest": [[50.0, 12.0, 9.0]] * 10}
    later = courses | {"seconds": [[0.0, 1.0, 3.0]] * 10}
    races = [replace(race(0), traces=courses), replace(race(1), traces=later)]
    ends = {
        (ADAM32, 0.5): 9.5,
        (WINDOWS, 0.5): 30.0,  # not the lower one
        (ADAM, 0.25): 40.0,
        (WINDOWS, 0.25): 8.0,  # lower than the ALM comes
        (ADAM32, 0.125): 50.0,  # no lower than the start
    }
    rows = [
        {"method": m, "share": s, "trial": k, "best": end, "seconds": 4.0 + 2.0 * k}
        for k in (1, 0)
        for (m, s), end in ends.items()
    ]
    beside = Record("alm_tournament_beside", races[0].config, {}, rows, {}, {})
    assert asked.leads(races, [beside], problem_of(races[0])) == {
        Fraction(1, 8): (50.0, np.inf),
        Fraction(1, 4): (8.0, 0.0),
        Fraction(1, 2): (9.5, 2.0),
        Fraction(1): (10.0, pytest.approx((8 / 2 + 8 / 3) / 2)),
    }


def test_the_leaders_are_drawn_by_the_factors_of_the_trials():
    races = [race(0, alm=1.0, adam=4.0), race(1, adam=4.0), race(2, alm=1.0), race(3)]
    record = shorter(half=[2.0, 2.0, None, None], sixteenth=[None, None, None, None])
    ((problem, found),) = drawn.factors(races, [record]).items()
    assert problem == ("synthetic-t500", 500, 5)
    rival, schedule = (found[name] for name in drawn.RIVALS)
    np.testing.assert_array_equal(rival, [0.25, drawn.EDGE, 1 / drawn.EDGE, np.nan])
    np.testing.assert_array_equal(schedule, [0.25, drawn.EDGE, 1 / drawn.EDGE, np.nan])
    races = [race(seed, alm=1.0, adam=4.0) for seed in range(3)]
    figure = drawn.leaders(races, [shorter(half=[2.0] * 3, sixteenth=[0.5, 0.25, 4.0])])
    marks = [line.get_xdata() for line in figure.axes[0].lines if line.get_marker() != "None"]
    assert np.concatenate(marks).tolist() == [0.25, 2.0]
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["T = 500, r = 5"]


def test_what_the_page_says_of_schedules_and_predictors():
    record = shorter(half=[2.0, 2.0], sixteenth=[0.5, 1.25])
    numbers = asked.numbers(RACES, [record])
    assert numbers["shorter.sooner"] == numbers["shorter.500.5"] == 1
    assert (numbers["shorter.trials"], numbers["sixteenth.lower"]) == (2, 1)
    assert numbers[f"test.500.5.{RIDGE}"] == 1.5
    table = asked.schedules_table(RACES, [record])
    assert table.loc[("T = 500, r = 5", "0.01"), "accelerated ALM sooner on"] == "1 of 2"
    assert table.loc[("T = 500, r = 5", "0.01"), "Adam with it"] == "0.875 s"
    assert asked.first_table(RACES, [record]).loc["T = 500", "r = 5"] == "2 (1)"
    ends = asked.ends_table(RACES, [record])["T = 500, r = 5"]
    assert ends.loc[[FAST, ADAM32, f"{ADAM32}, 1/16"]].tolist() == ["10.00", "10.00", "0.6875"]
    assert asked.predictors([record]).loc[RIDGE, "T = 500, r = 5"] == "1.50"
    never = shorter(half=[None, None], sixteenth=[None, None])
    table = asked.schedules_table([race(0), race(1)], [never])
    assert table.loc["T = 500, r = 5"].loc["0.01"].tolist() == [
        "never",
        "never",
        "–",
        "never",
        "0 of 2",
    ]


def test_what_the_page_says_in_words_is_so():
    """Its words on who wins where, with which schedule, and how the ALM's runs end."""
    store = Store(PAPER_RECORDS)
    windows = [*map(store.load, units("alm_tournament_windows", "paper"))]
    races = joined([*map(store.load, units("alm_tournament", "paper"))], windows)
    beside = [*map(store.load, units("alm_tournament_beside", "paper")), *windows]
    (against,) = asked.claims(races, beside)
    better = {k for k, each in against.measured.cases.items() if each.outcome is Outcome.BETTER}
    assert better == {"T = 500, r = 100", "T = 2,000, r = 20"}, "named first"
    counted = race_numbers(races)
    assert counted["better.first"] < counted["worse.first"], "the acceleration page"
    assert len(RIVALS) == 8, "the differences"
    ahead = asked.leads(races, beside, ("synthetic-t500", 500, 100))
    assert all(ratio > 1 for _, ratio in ahead.values()), "it stays ahead"
    assert ahead[Fraction(1, 4)][0] < 11.5 < ahead[Fraction(1, 8)][0], "end about there"
    assert min(ahead) == Fraction(1, 64), "the shortest"

    groups = problems(races)
    ends = {p: {m: np.median(values(g, m, "best")) for m in METHODS} for p, g in groups.items()}
    below = {p: 1 - asked.sixteenth(of) / ends[p][FAST] for p, of in asked.ends_of(beside).items()}
    wide = {steps for (_, steps, r), share in below.items() if r == 100 and share > 0}
    assert wide == {10_000}, "on ten thousand steps alone"
    for (_, steps, r), of in ends.items():
        assert steps is not None or of[WINDOWS] > 1.01 * min(of[ADAM], of[ADAM32]), (
            "windows do harm"
        )
        if r == 5 and steps <= 2000:
            assert {m for m in METHODS if of[m] > 1.015 * min(of.values())} <= {KALMAN}
        lowest = min(of, key=of.__getitem__)
        assert (lowest == FAST) == ((steps, r) in {(200, 5), (500, 100)})
        if (steps, r) in {(2000, 100), (10_000, 20), (10_000, 100)}:
            assert lowest == WINDOWS, "for a low R on windows"
        elif steps is not None and steps >= 2000:
            assert of[ADAM] < 1.001 * of[lowest], "in float64"
        elif (steps, r) != (500, 100):
            assert min(of[ADAM], of[ADAM32]) < 1.002 * of[lowest], "over the whole series"
    on = {p[1:]: of for p, of in ends.items()}
    assert {m for m in METHODS if on[None, 20][m] > on[None, 20][FAST]} == {LM}, "only it is higher"
    safe, fails = 1.01 * on[10_000, 20][WINDOWS], 1.1 * on[10_000, 20][WINDOWS]
    assert on[10_000, 20][ADAM32] < safe < fails < on[10_000, 20][ADAM], "float64 fails"
    assert min(on[10_000, 100][m] for m in (ADAM, ADAM32)) > 1.1 * on[10_000, 100][WINDOWS]
    lengths = {problem_of(r)[1]: {row["length"] for row in r.rows} for r in windows}
    assert lengths[200] == {200}, "float32 once more"
    assert sum(row["length"] == 200 for r in windows for row in r.rows) > 5 * len(windows) * 4
    first = next(each for each in claims(races) if each.id == "O-tour-first").measured.cases
    turned = {k for k, each in first.items() if each.outcome is Outcome.WORSE}
    turned &= {title(p) for p in groups if counted[f"first_of_nine.{key(p)}"] >= 9}
    assert turned == {"T = 2,000, r = 100", "T = 10,000, r = 20", "T = 10,000, r = 100"}
    assert first["T = 10,000, r = 5"].outcome is Outcome.TIE
    assert against.measured.cases["T = 10,000, r = 5"].outcome is Outcome.WORSE
    late = {
        title(p): np.median(pair.whole) > 1.2 * np.median(pair.theirs)
        for p, pair in asked.pairs(races, beside, 0.001)
    }
    assert not any(late[f"{series}, r = 100"] for series in ("T = 200", "T = 500", "S&P"))
    assert sum(late.values()) > 0.8 * (len(late) - 3), "mostly late at the last target"
    large = {(p[1:], m) for p, of in ends.items() for m in METHODS if not np.isfinite(of[m])}
    hundred = {(p[1:], m) for p in ends if p[2] == 100 for m in (LM, KALMAN)}
    assert large == hundred | {((10_000, 20), LM)}, "an iteration is too large"
    short = [of for (_, steps, _), of in ends.items() if steps is None or steps <= 500]
    assert sum(min(of[ADAM], of[ADAM32]) < of[FAST] for of in short) > len(short) / 2
    for problem, group in groups.items():
        tests = {m: np.median(values(group, m, "test")) for m in METHODS}
        ridge = asked.numbers(races, beside)[f"test.{key(problem)}.{RIDGE}"]
        some_better = problem[1] is None or problem[1:] == (200, 20)
        assert (min(tests.values()) < ridge) == some_better, "on two hundred steps and S&P"
        if problem[1:] == (10_000, 5):
            assert min(tests, key=tests.get) == KALMAN
    made_on = groups["synthetic-t500", 500, 100]
    sooner = [np.median(times(made_on, share), axis=0).argmin() for share in SHARES]
    assert [METHODS[k] in (ADAM, ADAM32, WINDOWS) for k in sooner] == [True, False, False]
    for (_, steps, r), group in groups.items():
        ended = {row_of(record, FAST)["ended"] for record in group}
        if r == 20:
            assert ("budget" in ended) == (steps is not None and steps >= 2000)
        elif r == 100:
            assert ended == {"budget"}
