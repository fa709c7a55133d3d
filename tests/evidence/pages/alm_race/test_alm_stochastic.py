"""The contest of the windowed methods: verdicts follow the records, and the runs are as said."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.records import Record
from evidence.kit.registry import units
from evidence.kit.runner import collect
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_race import runs_stochastic as alm_stochastic
from evidence.pages.alm_race.claims_stochastic import (
    LONGEST,
    best_run,
    claims,
    key_numbers,
    limits,
    lowest,
    runs,
    seconds,
)
from evidence.pages.alm_race.figure_stochastic import courses
from evidence.pages.alm_race.harness import LONG, TUNING, chosen, given
from evidence.pages.alm_race.runs_stochastic import PROFILES
from evidence.pages.alm_race.stochastic_config import (
    ADAM,
    EXACT,
    FAST,
    FORGET,
    FULL,
    METHODS,
    WINDOWED,
)
from evidence.pages.alm_race.stochastic_courses import Course
from evidence.pages.alm_race.tables_stochastic import (
    drift_table,
    ends_table,
    errors_table,
    pace_table,
    tuning_table,
)
from lib import datasets

LENGTHS = (10, 50)


def record(steps: int = 500, seed: int = 0, exploded: int = 0, **lowest: float) -> Record:
    """Return a trial with a lowest R per method, 10 unless given, reached at second 2.

    The windows of 50 come a tenth less low, unless Adam's.
    """
    rows, traces = [], {"seconds": [], "lowest": [], "passes": []}
    for method in METHODS:
        for length in LENGTHS if method in WINDOWED else (None,):
            best = lowest.get(method, 10.0) * (1.1 if length == 50 and method != ADAM else 1.0)
            rows.append(
                {"method": method, "length": length, "value": 1.0, "best": best, "last": best}
                | {"seconds": 4.0, "passes": 8, "ended": "limit", "train": 1.0, "test": best}
                | {"drift": 1.5, "explosions": exploded if method == FORGET else 0}
            )
            traces["seconds"].append([0.0, 2.0, 4.0])
            traces["lowest"].append([50.0, best, best])
            traces["passes"].append([0, 4, 8])
    config = {"steps": steps, "hidden_size": 100, "seed": seed}
    return Record("alm_stochastic", config, {}, rows, traces, {})


def verdicts(*records: Record) -> dict[str, Verdict]:
    return {claim.id: claim.verdict for claim in claims(records)}


def test_sooner_asks_for_the_time_of_the_best_run():
    early = record(**{EXACT: 10.4})
    k = [row["method"] for row in early.rows].index(EXACT)
    assert verdicts(early)["O-stoch-kept-sooner"] is Verdict.UNDECIDED
    early.traces["seconds"][k][1] = 1.0
    assert seconds(early, EXACT, 10.5) == 1.0
    assert seconds(early, EXACT, 10.3) == np.inf
    assert verdicts(early)["O-stoch-kept-sooner"] is Verdict.REPRODUCED


def test_an_explosion_counts_against_its_method_alone():
    found = verdicts(record(exploded=1))
    assert found["O-stoch-forget-calm"] is Verdict.CONTRADICTED
    assert found["O-stoch-kept-calm"] is Verdict.REPRODUCED
    some = record()
    next(row for row in some.rows if row["method"] == FORGET)["ended"] = "exploded"
    assert verdicts(some)["O-stoch-forget-calm"] is Verdict.CONTRADICTED


def test_the_wish_is_decided_on_the_longest_series_alone():
    def asked(*records):
        return verdicts(*records)["O-stoch-long"]

    assert asked(record(**{FORGET: 9.0})) is Verdict.UNDECIDED
    assert asked(record(LONGEST, **{FORGET: 9.0}), record()) is Verdict.REPRODUCED
    assert asked(record(LONGEST, **{FORGET: 10.1}), record()) is Verdict.CONTRADICTED


def test_a_run_without_any_finite_network_is_infinitely_high():
    lost = record()
    for row in lost.rows:
        if row["method"] == FORGET:
            row["best"] = row["test"] = None
    assert verdicts(lost)["O-stoch-forget-reach"] is Verdict.CONTRADICTED
    assert "not within its limit" in ends_table([lost]).loc["windows, forgotten, 10"].item()


def test_the_tuning_trial_is_shown_and_not_judged():
    tuned = record(seed=TUNING)
    tuned.rows[0]["value"], tuned.rows[1]["value"] = 3.0, 1.0
    assert chosen(tuned, FULL, by="best") == 3.0
    assert key_numbers([tuned, record()])["trials"] == 1
    assert tuning_table([tuned]).loc[("full sweeps", "γ × 3")].item() == "10.00 (chosen, an end)"


def test_tables_show_every_run_and_the_pace_per_thousand_steps():
    both = [record(), record(seed=1, **{FAST: 12.0})]
    assert ends_table(both).loc[FAST].item() == "11.00"
    assert list(ends_table([*both, record(5000)]).columns) == [
        ("T = 500", "r = 100"),
        ("T = 5,000", "r = 100"),
    ]
    assert float(pace_table(both).loc[FULL].item()) == pytest.approx(1e6 * 0.5 / 450, rel=0.01)
    assert errors_table(both).loc[FAST].item() == "11.0"
    assert drift_table(both).loc[EXACT].item() == "1.50"


def test_the_values_are_those_that_the_tuning_trials_chose():
    tried = [unit for unit in units("alm_stochastic", "paper") if unit.config.seed == TUNING]
    records = [r for r in collect("alm_stochastic", "paper") if r.config["seed"] == TUNING]
    assert len(tried) == len(records) == 2
    names = dict(zip(METHODS, ("full", "fast", "exact", "forget", "adam"), strict=True))
    for found in records:
        for method, name in names.items():
            [value] = alm_stochastic.CHOSEN[found.config["steps"]][name]
            assert value == chosen(found, method, by="best")


def test_the_problems_have_the_sizes_that_they_say():
    for config in PROFILES["paper"]:
        assert len(config.epochs) == len(config.lengths)
        if config.steps == 500:
            on = given(config)
            assert len(on.X) == 450
            assert on.start.hidden_size == config.hidden_size


def test_a_contest_runs_all_methods_from_one_start_on_every_window_length():
    with pytest.raises(ValueError, match=r"each of lengths, \[10\]; got \[10, 10\]: set both"):
        replace(PROFILES["quick"][0], lengths=(10,))
    unit = replace(PROFILES["quick"][0], outer_iterations=2, rounds=2, epochs=(2, 2))
    outcome = alm_stochastic.run(unit)
    names = [(row["method"], row["length"]) for row in outcome.rows]
    assert names == [(FULL, None), (FAST, None)] + [
        (method, length) for method in WINDOWED for length in unit.lengths
    ]
    starts = {values[0] for values in outcome.traces["lowest"]}
    assert len(starts) == 1
    by_method = {row["method"]: row for row in outcome.rows}
    assert by_method[FULL]["passes"] == 2 * unit.sweeps
    assert by_method[EXACT]["passes"] == 2 * unit.passes
    assert by_method[FORGET]["passes"] == by_method[ADAM]["passes"] == 2
    assert (by_method[FORGET]["ended"], by_method[ADAM]["ended"]) == ("rounds", "epochs")
    assert unit.checksums == {LONG: datasets.checksum(LONG)}
    config = {"steps": 200, "hidden_size": 20, "seed": 0}
    made = Record("alm_stochastic", config, {}, outcome.rows, outcome.traces, {})
    assert len(courses([made]).axes) == 2


def test_a_run_that_exploded_at_once_is_no_obstacle_to_the_figure():
    lost = record()
    for k, row in enumerate(lost.rows):
        if row["method"] == FORGET:
            lost.traces["seconds"][k] = [0.0]
            lost.traces["lowest"][k] = [50.0]
            lost.traces["passes"][k] = [0]
    drawn = [entry.get_text() for entry in courses([lost]).legends[0].get_texts()]
    assert drawn == [method for method in METHODS if method != FORGET]
    assert FORGET in [t.get_text() for t in courses([lost, record()]).legends[0].get_texts()]


def test_a_course_keeps_the_best_network_and_counts_what_explodes():
    on = given(PROFILES["quick"][0])
    course = Course(on, limit=1.0)
    wild = type(on.start)(on.start.W, on.start.V, on.start.b, 9 * on.start.A, on.start.c + 9)
    assert not course.look(0.0, 0, on.start)
    assert not course.look(0.5, 1, wild)
    assert course.look(1.0, 2, on.start)
    assert course.weights is on.start
    assert course.explosions == 1
    assert course.row()["best"] == course.values[0] == course.row()["last"]


def test_what_the_page_says_in_words_is_so():
    """Who is lowest on which lengths and at every look, and who explodes on the way."""
    groups = alm_stochastic.contests(collect("alm_stochastic", "paper"))
    for (steps, _), group in groups.items():
        middle = {m: np.median([lowest(r, m) for r in group]) for m in METHODS}
        assert min(middle, key=middle.get) == (FAST if steps == 500 else ADAM), "lowest"
    everything = [record for group in groups.values() for record in group]
    assert all(lowest(r, ADAM) < lowest(r, FORGET) for r in everything), "all ended lower"
    exploded = [r.rows[k]["explosions"] > 0 for r in everything for k in runs(r, ADAM)]
    assert sum(exploded) > len(exploded) / 2, "most of Adam's"
    assert not any(r.rows[k]["explosions"] for r in everything for k in runs(r, FORGET))

    def course(record, method):
        k = best_run(record, method)
        return np.array([record.traces[name][k] for name in ("seconds", "lowest")])

    longest = groups[max(groups)]
    for record in longest:
        at, values = course(record, ADAM)
        for method in {*METHODS} - {ADAM}:
            for second, value in course(record, method).T[1:]:
                assert value > values[at <= second].min(), "at every look"
    subproblems = {course(record, FAST).shape[1] - 1 for record in longest}
    assert subproblems == {2, 3}, "two or three subproblems"
    assert limits(everything)["overrun"] > limits(everything)["limit"]
