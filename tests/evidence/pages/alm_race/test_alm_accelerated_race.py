"""The race of the accelerated method: verdicts follow the records, and the problems are as said."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.records import Record
from evidence.kit.registry import units
from evidence.kit.runner import collect
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_race import claims_accelerated as claims
from evidence.pages.alm_race import claims_polish as alm_polish
from evidence.pages.alm_race import runs_accelerated as alm_accelerated
from evidence.pages.alm_race.harness import LONG, TUNING, falls, given
from evidence.pages.alm_race.runs_accelerated import (
    ADAM,
    FAST,
    LBFGS,
    METHODS,
    PLAIN,
    PROFILES,
    TARGETS,
)
from evidence.protocols.alm import SP500, trial
from lib import datasets


def record(seed: int, seconds: dict[str, float], size=(LONG, 500, 100), sweeps: int = 40) -> Record:
    """Return a trial in which a method is down at R = 10 after so many seconds."""
    rows = [
        {"method": m, "value": 1.0, "best": 10.0, "last": 10.0, "seconds": 9.0}
        | {f"to {t:g}": seconds[m] for t in TARGETS}
        for m in METHODS
    ]
    traces = {
        "seconds": [[0.0, seconds[m] or 9.0] for m in METHODS],
        "lowest": [[50.0, 10.0 if seconds[m] else 49.0] for m in METHODS],
        "sweeps": [[0, sweeps] for m in METHODS],
    }
    config = dict(zip(("dataset", "steps", "hidden_size"), size, strict=True)) | {"seed": seed}
    return Record("alm_accelerated", config, {}, rows, traces, {})


OTHERS = {PLAIN: None, ADAM: 6.0, LBFGS: 8.0}


def test_the_tuning_trial_and_the_other_problems_are_not_among_the_ten():
    trials = [record(k, {FAST: 1.0, **OTHERS}) for k in range(3)]
    extra = [
        record(TUNING, {FAST: 9.0, **OTHERS}),
        record(0, {FAST: 9.0, **OTHERS}, size=(LONG, 200, 100)),
    ]
    assert claims.advantage(claims.main_race(trials + extra), 11.5).tolist() == [6.0] * 3
    assert claims.key_numbers(trials + extra)["trials"] == 3


def test_one_lost_case_beside_the_ten_trials_is_named():
    trials = [record(k, {FAST: 1.0, **OTHERS}) for k in range(2)]
    won = [record(k, {FAST: 1.0, **OTHERS}, size=(LONG, 200, 100)) for k in range(2)]
    lost = [record(k, {FAST: 7.0, **OTHERS}, size=(SP500, None, 20)) for k in range(2)]
    claim = claims.claims(trials + won + lost)[3]
    assert claim.verdict is Verdict.UNDECIDED
    assert "not won S&P 500, r = 20 at 1.2, S&P 500, r = 20 at 1.05" in claim.detail
    problems = ["T = 200, r = 100", "S&P 500, r = 20"]
    assert list(claims.beyond_ends_table(trials + won + lost).index) == problems
    table = claims.beyond_times_table(trials + won + lost, 1.2)
    assert list(table.index) == problems
    assert list(table["times as fast"])[1] == "0.86, 0.86"


def test_falls_keep_the_ends_and_every_drop_that_counts():
    lowest = np.fmin.accumulate([10.0, 9.999, 12.0, 9.0, np.inf, 8.9999, 8.9998])
    assert falls(lowest, share=1e-2).tolist() == [0, 3, 6]


def test_the_compared_trials_are_those_of_table_3c_and_none_is_the_tuning_trial():
    paper = PROFILES["paper"]
    main = [u for u in paper if (u.dataset, u.steps, u.hidden_size) == (LONG, 500, 100)]
    assert [u.seed for u in main] == [TUNING, *range(10)]
    own = trial(LONG, "glorot", 3)
    again = given(main[4])
    assert np.array_equal(own.X, again.X)
    assert np.array_equal(own.start.W, again.start.W)
    assert own.penalties == again.penalties


def test_the_other_problems_have_the_sizes_that_they_say():
    for unit in {(u.steps, u.hidden_size): u for u in PROFILES["paper"]}.values():
        if unit.dataset == LONG:
            on = given(replace(unit, seed=1))
            assert len(on.series.X) == unit.steps
            assert len(on.X) == unit.steps * 9 // 10
            assert on.start.hidden_size == unit.hidden_size
            assert on.penalties.lambda1 == pytest.approx(500 / 3000)


def test_the_race_obeyed_the_tuning_trial():
    [tuned] = [u for u in units("alm_accelerated", "paper") if u.config.seed == TUNING]
    assert len(tuned.config.gammas) == len(tuned.config.adam_rates) == 3
    for unit in units("alm_accelerated", "paper"):
        if unit.config.seed != TUNING:
            assert set(unit.config.gammas) < set(tuned.config.gammas)
            assert set(unit.config.adam_rates) < set(tuned.config.adam_rates)


def test_a_quick_unit_has_a_row_and_a_course_for_every_method():
    small = replace(
        units("alm_accelerated", "quick")[0].config,
        outer_iterations=2,
        adam_epochs=2,
        iterations=2,
        plain_outer_iterations=1,
        plain_inner_iterations=5,
    )
    found = alm_accelerated.run(small)
    assert [row["method"] for row in found.rows] == list(METHODS)
    assert found.traces["sweeps"][0][-1] == 40
    assert found.traces["sweeps"][1][-1] == 5
    assert found.traces["sweeps"][2:] == [None, None]
    for row, lowest in zip(found.rows, found.traces["lowest"], strict=True):
        assert row["best"] == pytest.approx(lowest[-1], rel=1e-6)


def polished(steps: int, error: float, before: int = 0) -> Record:
    numbers = {"objective": 1.0, "feasibility": error, "kkt_residual": error, "seconds": 1.0}
    numbers |= {"verified_feasibility": error, "verified_kkt_residual": error / 2}
    numbers |= {"converged": before}
    second = numbers | {
        "verified_kinks": 3,
        "kink_width": 1e-8,
        "steps": 1,
        "products": 2,
        "converged": int(error < 1e-6),
    }
    config = {"recipe": LONG, "steps": steps, "hidden_size": 4}
    return Record("alm_polish", config, {}, [numbers, second], {}, {})


def test_the_verdict_on_the_polish_follows_the_verifier_length_by_length():
    records = [polished(10, 1e-8), polished(60, 1e-8), polished(60, 1e-3), polished(500, 0.1)]
    large = polished(500, 0.1)
    large = replace(large, config=large.config | {"hidden_size": 100})
    found = alm_polish.claims([*records, large, polished(10, 1e-8, before=1)])
    assert [(c.measured.reached, c.measured.runs) for c in found] == [(2, 4), (0, 1)]
    assert alm_polish.key_numbers(records)["polish.60.4.converged"] == 1
    assert alm_polish.residuals(records)["polish.60.4.after"] == 1e-3
    assert alm_polish.table(records).loc["the worst", "T = 60, r = 4"] == "1.0e-03"


def test_the_recorded_networks_but_that_with_a_hundred_units_are_at_a_kkt_point():
    recorded = collect("alm_polish", "paper")
    large = {record.config["hidden_size"] for record in recorded if not record.rows[1]["converged"]}
    assert large == {100}
    assert {r.config["hidden_size"] for r in recorded if r.config["steps"] == 500} == {5, 20, 100}
    for record in recorded:
        if record.config["hidden_size"] == 100:
            before, after = map(alm_polish.verified, record.rows)
            assert after > before, "ends farther away"
            taken = record.rows[1]["stages"] * record.config["newton_steps"]
            assert record.rows[1]["steps"] == taken, "no stage comes to its minimum"


def test_the_data_of_a_unit_are_named_by_their_checksum():
    unit = PROFILES["paper"][0]
    assert unit.checksums == {LONG: datasets.checksum(LONG)}
