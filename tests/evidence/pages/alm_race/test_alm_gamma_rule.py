"""The rule for gamma: chosen by the tuning trials alone, judged by the others."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.records import Record
from evidence.kit.registry import units
from evidence.kit.runner import collect
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_race import claims_gamma_rule as claims
from evidence.pages.alm_race import runs_gamma_rule as alm_gamma_rule
from evidence.pages.alm_race.harness import LONG, TUNING
from evidence.pages.alm_race.runs_accelerated import ADAM, FAST, LBFGS
from evidence.pages.alm_race.runs_gamma_rule import (
    BOTH,
    CANDIDATES,
    PRINTED,
    PROFILES,
    chosen,
    chosen_options,
    excess,
)
from lib import alm

OTHER = CANDIDATES[2]


def record(seed: int, falls: dict[str, tuple[list, list]], steps: int | None = 200) -> Record:
    """Return a trial with a course (seconds, lowest R) by rule or rival."""
    rows = [
        {"method": name if name in (ADAM, LBFGS) else FAST, "rule": name, "best": lowest[-1]}
        for name, (_, lowest) in falls.items()
    ]
    traces = {
        "seconds": [seconds for seconds, _ in falls.values()],
        "lowest": [lowest for _, lowest in falls.values()],
    }
    config = {"dataset": LONG, "steps": steps, "hidden_size": 20, "seed": seed}
    return Record("alm_gamma_rule", config, {}, rows, traces, {})


def tuned(seed: int, printed: float, other: float, steps: int | None = 200) -> Record:
    return record(seed, {PRINTED.title: ([1], [printed]), OTHER.title: ([1], [other])}, steps)


def test_every_problem_counts_the_same_however_many_starts_it_has():
    many = [tuned(TUNING + k, 1.0, 1.1, None) for k in range(3)]
    one = tuned(TUNING, 1.2, 1.0)
    table = excess([*many, one])
    assert table[OTHER.title]["mean"] == pytest.approx(np.log(1.1) / 2)
    assert table[PRINTED.title]["mean"] == pytest.approx(np.log(1.2) / 2)
    assert chosen([*many, one]) == OTHER.title


def test_the_compared_trials_have_no_say():
    assert chosen([tuned(TUNING, 1.0, 1.1), tuned(0, 9.0, 1.0)]) == PRINTED.title


@pytest.mark.parametrize(
    ("own", "verdict"),
    [
        (([0.5, 1.0], [1.2, 1.0]), Verdict.REPRODUCED),
        (([0.5, 9.0], [1.2, 1.0]), Verdict.UNDECIDED),
        (([9.0], [5.0]), Verdict.CONTRADICTED),
    ],
)
def test_a_case_is_won_before_both_rivals_or_not_at_all(own, verdict):
    rivals = {ADAM: ([2.0, 3.0], [1.2, 1.0]), LBFGS: ([4.0], [1.1])}
    trial = record(0, {PRINTED.title: ([9.0], [5.0]), OTHER.title: own, **rivals})
    [claim] = claims.claims([trial])
    assert claim.verdict is verdict
    assert "with (3.8) 0 won" in claim.detail
    table = claims.lost_table([trial])
    assert table.loc["ahead to 1.2, (3.8)"].item() == "–"


def test_without_rivals_nothing_is_claimed():
    [claim] = claims.claims([tuned(0, 1.0, 0.9)])
    assert claim.measured is None
    table = claims.race_table([tuned(0, 1.0, 0.9), tuned(1, 1.0, 1.1), tuned(TUNING, 0.1, 0.2)])
    assert table.loc["trials"].tolist() == ["2", "2"]
    assert table.loc["lower than with the other"].tolist() == ["1", "1"]
    assert claims.key_numbers([tuned(0, 1.0, 0.9)]) == {"rule.printed": 1.0, "rule.gap": 0.9}


def test_the_printed_rule_is_the_default_of_the_accelerated_method():
    config, Y = PROFILES["paper"][0], np.random.default_rng(0).normal(size=(90, 2))
    default = alm.accelerated(Y, outer_iterations=config.outer_iterations)
    assert chosen_options(PRINTED, Y, config) == default
    changed = chosen_options(CANDIDATES[-1], Y, config)
    assert changed.extension.gap == 0.2
    assert changed.eta2 == pytest.approx(1 / 1.5)
    assert changed.gamma == pytest.approx(default.gamma / 5)


def test_the_trials_are_those_of_the_race_and_the_tuning_is_not_among_the_compared():
    race = {
        (u.config.dataset, u.config.steps, u.config.hidden_size, u.config.seed)
        for u in units("alm_accelerated", "paper")
    }
    for config in PROFILES["paper"]:
        key = config.dataset, config.steps, config.hidden_size, config.seed
        assert (key in race) == (config.seed < TUNING or key == (LONG, 500, 100, TUNING))
        assert len(set(config.rules)) == len(config.rules)


def test_the_compared_rule_is_the_one_that_the_tuning_records_prefer():
    assert chosen(collect("alm_gamma_rule", "paper")) == BOTH[1].title
    for config in PROFILES["paper"]:
        assert config.rules == (BOTH if config.seed < TUNING else CANDIDATES)


def test_a_quick_unit_has_a_row_for_every_rule_and_rival():
    config = replace(PROFILES["quick"][1], outer_iterations=2, adam_epochs=2, iterations=2)
    found = alm_gamma_rule.run(config)
    assert [row["method"] for row in found.rows] == [FAST, FAST, ADAM, LBFGS]
    assert [row["rule"] for row in found.rows[:2]] == [PRINTED.title, OTHER.title]
    assert len({lowest[0] for lowest in found.traces["lowest"]}) == 1, "all begin at one start"
