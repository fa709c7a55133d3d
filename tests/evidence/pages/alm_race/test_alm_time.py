"""Times to a given R: crossings, medians and verdicts follow the records; the tuning was obeyed."""

import math
from dataclasses import replace

import numpy as np

from evidence.kit.records import Record
from evidence.kit.registry import units
from evidence.kit.runner import collect
from evidence.pages.alm_race import claims_time as claims
from evidence.pages.alm_race import figure_time as figures
from evidence.pages.alm_race import runs_time as alm_time
from evidence.pages.alm_race.harness import TUNING, Watch, chosen, compared, spaced, tuning
from evidence.pages.alm_race.runs_time import ADAM, ALM, GD, LBFGS, METHODS, TARGETS


def record(seed: int, seconds: dict[str, float | None], best: dict[str, float]) -> Record:
    rows = [
        {"method": m, "rate": None, "best": best[m], "last": best[m], "seconds": 9.0}
        | {f"to {t:g}": seconds[m] for t in TARGETS}
        for m in METHODS
    ]
    return Record("alm_time", {"seed": seed}, {}, rows, {}, {})


def records(seconds: dict[str, float | None], best: dict[str, float], trials: int = 10) -> list:
    wobble = 1 + 0.01 * np.arange(trials)
    return [
        record(k, {m: v and v * w for m, v in seconds.items()}, {m: v * w for m, v in best.items()})
        for k, w in enumerate(wobble)
    ]


def test_a_target_is_timed_at_its_first_crossing_even_if_r_rises_again():
    watch = Watch()
    for seconds, value in ((0.0, 50.0), (1.0, 15.0), (2.0, 25.0), (3.0, 12.9), (4.0, math.nan)):
        watch.see(seconds, value)
    row = watch.row(TARGETS)
    assert (row["to 16"], row["to 14"], row["to 12"]) == (1.0, 3.0, None)
    assert (row["best"], row["last"]) == (12.9, None)
    assert watch.lowest.tolist() == [50.0, 15.0, 15.0, 12.9, 12.9]
    assert spaced(watch.lowest).tolist() == [0, 1, 2, 3, 4]
    assert len(spaced(np.zeros(5000))) <= 80
    assert [Watch(limit=2.0).see(seconds, 1.0) for seconds in (0.0, 1.9, 2.0)] == [False] * 2 + [
        True
    ]


def test_the_tuning_trial_is_not_compared():
    both = [*records(dict.fromkeys(METHODS, 1.0), dict.fromkeys(METHODS, 12.0), 2)]
    both.append(record(TUNING, dict.fromkeys(METHODS, 99.0), dict.fromkeys(METHODS, 1.0)))
    assert claims.times(both, ALM, TARGETS[0]).max() < 2
    assert claims.key_numbers(both)["trials"] == 2


def tuned(rate: float, last: float | None, method: str = ADAM) -> dict:
    return {"method": method, "rate": rate, "last": last}


def test_the_choice_of_a_rate_is_shown_and_says_when_it_is_at_the_end_of_its_grid():
    rows = [
        *(tuned(rate, last) for rate, last in ((0.003, 14.0), (0.01, 13.0), (0.02, 12.0))),
        *(tuned(rate, last, GD) for rate, last in ((0.003, 14.0), (0.01, 13.0), (0.03, None))),
    ]
    table = claims.tuning_table([Record("alm_time", {"seed": TUNING}, {}, rows, {}, {})])
    assert list(table[""]) == ["", "", "chosen, end of the grid", "", "chosen", ""]
    assert list(table["R"])[-1] == "diverged"
    none = claims.tuning_table(records(dict.fromkeys(METHODS, 1.0), dict.fromkeys(METHODS, 12.0)))
    assert "leaves the choice out" in none.data


def test_tables_and_figure_hold_what_some_trials_never_reach():
    found = records({ALM: 2.0, GD: None, ADAM: 1.0, LBFGS: 4.0}, dict.fromkeys(METHODS, 12.0))
    for k, row in enumerate(r for record in found for r in record.rows if r["method"] == ADAM):
        if k < 3:
            row[f"to {TARGETS[-1]:g}"] = None
    times = claims.times_table(found)
    assert set(times[GD]) == {"not within its limit"}
    assert times[ADAM].iloc[0].startswith("1.0 [")
    assert times[ADAM].iloc[-1].endswith("(7)")
    ratios = claims.ratios_table(found)
    assert ratios[f"ALM / {ADAM}"].iloc[0] == "2.0 [2.0, 2.0]"
    assert set(ratios[f"ALM / {GD}"]) == {"–"}
    for record in found:
        record.traces.update(seconds=[[0.0, 1.0, 2.0]] * 4, lowest=[[40.0, 15.0, 12.0]] * 4)
    along, to = figures.race(found).axes
    assert [line.get_label() for line in along.get_lines()] == list(METHODS)
    assert len(to.containers) == 3, "gradient descent reaches nothing"


def test_the_compared_runs_have_the_rates_that_the_tuning_chose():
    records = collect("alm_time", "paper")
    [tuned] = tuning(records)
    rates = {method: chosen(tuned, method, "rate") for method in (GD, ADAM)}
    for unit in units("alm_time", "paper")[1:]:
        assert unit.config.descent_rates == (rates[GD],)
        assert unit.config.adam_rates == (rates[ADAM],)
    assert len(compared(records)) == 10


def test_a_diverging_run_stops_the_clock_and_never_reaches_a_target():
    config = units("alm_time", "quick")[0].config
    config = replace(config, descent_rates=(1e6,), adam_epochs=2, outer_iterations=1)
    rows = {row["method"]: row for row in alm_time.run(config).rows}
    assert rows[GD]["last"] is None or rows[GD]["last"] > 1e6
    assert all(rows[GD][f"to {t:g}"] is None for t in TARGETS)
