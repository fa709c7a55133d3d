"""Beside the tournament: the same trials, Adam's best schedule against the ALM, predictors."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from evidence.kit.columns import check
from evidence.kit.records import Record
from evidence.pages.alm_race import claims_schedules as asked
from evidence.pages.alm_race import runs_tournament as compared
from evidence.pages.alm_race import runs_tournament_beside as beside
from evidence.pages.alm_race import tournament
from evidence.pages.alm_race.tournament_config import ADAM, ADAM32, FAST, METHODS, SHARES
from evidence.rivals.predictors.of_series import RIDGE, STRENGTHS, ZERO

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
    with pytest.raises(ImportError, match=r"pip install -r requirements-tournament\.txt"):
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
    config = replace(QUICK, shares=(0.5, 0.25), rates=(3e-3, 1e-2), trials=1)
    rows = beside.run(config).rows
    found = {row["share"]: row["value"] for row in rows if row["method"] == ADAM32}
    assert found == best
    assert asked_for[-2:] == [(s * QUICK.seconds, rate) for s, rate in best.items()]


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
    wanted = error(fit(end, best), slice(end, None))
    found = beside._predicted(on)
    assert found[RIDGE] == pytest.approx(wanted, rel=1e-9)
    assert found[ZERO] == pytest.approx((Y[end:] ** 2).sum(1).mean())


def race(seed: int, **seconds: float) -> Record:
    """Return a trial of the tournament; R falls from 50 to 10, what is not named never does."""
    by = {FAST: seconds.get("alm"), ADAM: seconds.get("adam"), ADAM32: seconds.get("adam32")}
    rows = [
        {"method": m, "best": 10.0, "start": 50.0, "compiled": 0.0}
        | {f"to {share:g}": by.get(m) for share in SHARES}
        for m in METHODS
    ]
    config = {"dataset": "synthetic-t500", "steps": 500, "hidden_size": 5, "seed": seed}
    return Record("alm_tournament", config, {}, rows, {}, {})


def shorter(**at: list[float]) -> Record:
    """Return Adam with two shares on two trials: when R falls to 10.3, then to 10."""
    rows, traces = [], {"seconds": [], "lowest": []}
    for name, share in (("half", 0.5), ("quarter", 0.25)):
        for trial, seconds in enumerate(at[name]):
            rows.append({"trial": trial, "method": ADAM32, "share": share, "best": 11 * share})
            traces["seconds"].append([0.0, seconds, 2 * seconds])
            traces["lowest"].append([50.0, 10.3, 10.0])
    for trial, method in ((0, ZERO), (1, ZERO), (0, RIDGE), (1, RIDGE)):
        error = (3.0 if method == ZERO else 1.0) + trial
        rows.append({"trial": trial, "method": method, "share": None, "best": None, "test": error})
        traces["seconds"].append([])
        traces["lowest"].append([])
    config = {
        "dataset": "synthetic-t500",
        "steps": 500,
        "hidden_size": 5,
        "seconds": 4.0,
        "shares": [0.5, 0.25],
    }
    return Record("alm_tournament_beside", config, {}, rows, traces, {})


RACES = [race(0, alm=1.0, adam=4.0, adam32=3.0), race(1, alm=1.0, adam=4.0, adam32=3.0)]


def test_the_rival_is_adam_with_the_budget_that_is_first_in_the_median():
    record = shorter(half=[2.0, 2.0], quarter=[0.5, 1.25])
    ((_, pair),) = asked.pairs(RACES, [record], 0.01)
    assert pair.budget == "1/4"
    assert pair.theirs.tolist() == [0.5, 1.25]  # 10.4 is reached with the first fall
    assert pair.whole.tolist() == [3.0, 3.0]
    ((_, pair),) = asked.pairs(RACES, [record], 0.001)
    assert pair.theirs.tolist() == [1.0, 2.5]  # 10.04 only with the second one
    ((_, pair),) = asked.pairs(RACES, [shorter(half=[9, 9], quarter=[9, 9])], 0.01)
    assert (pair.budget, pair.theirs.tolist()) == ("all of it", [3.0, 3.0])


def test_what_the_page_says_of_schedules_and_predictors():
    record = shorter(half=[2.0, 2.0], quarter=[0.5, 1.25])
    numbers = asked.numbers(RACES, [record])
    assert numbers["shorter.sooner"] == numbers["shorter.500.5"] == 1
    assert numbers["shorter.trials"] == 2
    assert (numbers["shortest.500.5"], numbers["shortest.500.5.seconds"]) == (2.75, 1.0)
    assert numbers["test.500.5.zero"] == 3.5
    table = asked.schedules_table(RACES, [record])
    assert table.loc[("T = 500, r = 5", "0.01"), "ALM sooner on"] == "1 of 2"
    assert table.loc[("T = 500, r = 5", "0.01"), "Adam with it"] == "0.875 s"
    assert asked.predictors([record]).loc[RIDGE, "T = 500, r = 5"] == "1.50"
    never = [race(0), race(1)]
    table = asked.schedules_table(never, [shorter(half=[9, 9], quarter=[8, 8])])
    assert table.loc[("T = 500, r = 5", "0.01"), "accelerated ALM"] == "never"
