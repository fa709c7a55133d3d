"""The tournament: parts of the series, turns, targets, tuning, tables are as the protocol says."""

from dataclasses import replace
from importlib.util import find_spec
from itertools import pairwise

import numpy as np
import pytest

from evidence.kit.columns import check
from evidence.kit.records import Outcome, Record, Store
from evidence.kit.registry import units
from evidence.pages.alm_race import claims_tournament as asked
from evidence.pages.alm_race import figure_tournament as figures
from evidence.pages.alm_race import runs_tournament as compared
from evidence.pages.alm_race import runs_tournament_tuning as tuning
from evidence.pages.alm_race import tables_tournament as tables
from evidence.pages.alm_race import tournament
from evidence.pages.alm_race.harness import LONG, TUNING
from evidence.pages.alm_race.tournament_config import (
    ADAM,
    ENTERED,
    FAST,
    KALMAN,
    LBFGS,
    LM,
    METHODS,
    NEEDS,
    PLAIN,
    SHARES,
    WINDOWS,
    Tournament,
)
from evidence.protocols.alm import SP500
from lib import alm

pytestmark = pytest.mark.filterwarnings("ignore:JAXopt is no longer maintained:DeprecationWarning")
QUICK = compared.PROFILES["quick"][1]


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return tournament.run(QUICK)


# -- the protocol ---------------------------------------------------------------------------------


def test_the_problems_are_those_of_the_protocol():
    found = {(c.dataset, c.steps, c.hidden_size) for c in compared.PROFILES["paper"]}
    synthetic = {(LONG, T, r) for T in tuning.LENGTHS for r in (5, 20, 100)}
    assert found == synthetic | {(SP500, None, r) for r in (20, 100)}
    for problem in found:
        own = [
            c for c in compared.PROFILES["paper"] if (c.dataset, c.steps, c.hidden_size) == problem
        ]
        assert [c.seed for c in own] == list(range(10))
        twice = 2.0 if problem[1] == 10_000 else 1.0
        assert {c.seconds for c in own} == {twice * (5.0 if problem[2] == 5 else 20.0)}
        assert all(not values for c in own for values in c.values.values()), "tuned elsewhere"


def test_every_method_has_at_most_five_values_on_a_trial_that_is_not_compared():
    for config in tuning.PROFILES["paper"]:
        assert config.seed == TUNING
        assert config.values.keys() == set(ENTERED) - {LM}
        assert all(3 <= len(set(values)) <= 5 for values in config.values.values())
    assert len(tuning.PROFILES["paper"]) == len(tuning.CELLS)


def test_the_longest_series_has_twice_the_time():
    assert [tuning.seconds(10_000, r) for r in (5, 100)] == [10.0, 40.0]


def test_a_series_has_a_holdout_and_a_test_part_behind_the_training_part():
    small, large = (tournament.given(Tournament(LONG, 200, r, 0, seconds=1.0)) for r in (5, 20))
    np.testing.assert_array_equal(small.series.X, large.series.X)
    np.testing.assert_array_equal(small.series.Y, large.series.Y)
    assert len(small.series.X) == 300
    assert (len(small.X), small.holdout) == (200, 50)
    np.testing.assert_allclose(small.Y.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(small.Y.std(axis=0), 1.0)
    assert (small.penalties.lambda2, large.penalties.lambda2) == (25 / 25, 100 / 400)
    other = tournament.given(Tournament(LONG, 200, 5, 1, seconds=1.0))
    assert not np.allclose(small.series.X, other.series.X)
    index = tournament.given(Tournament(SP500, None, 20, 0, seconds=1.0))
    assert (len(index.X), index.holdout, len(index.series.X)) == (314, 79, 437)
    assert index.penalties.lambda2 == 1 / 400


def test_errors_are_those_of_their_parts():
    on = tournament.given(QUICK)
    outputs = on.series.Y.copy()
    T = len(on.X)
    outputs[:T] += 9.0
    outputs[T : T + on.holdout, 0] += 2.0
    outputs[T + on.holdout :, :2] += 3.0
    assert on.errors(outputs) == pytest.approx((4.0, 18.0))


def test_the_network_with_the_least_error_on_the_holdout_gives_the_test_error(monkeypatch):
    on = tournament.given(QUICK)
    course = tournament.Course(on)
    errors = iter([(5.0, 1.0), (3.0, 2.0), (4.0, 0.5)])
    monkeypatch.setattr(tournament.Split, "errors", lambda *_: next(errors))
    draw = np.random.default_rng(0)
    sizes = QUICK.hidden_size, on.X.shape[1], on.Y.shape[1]
    networks = [alm.Weights.normal(draw, *sizes, spread) for spread in (0.1, 0.3, 1e-3)]
    values = [alm.rollout_objective(on.problem, network) for network in networks]
    for k, network in enumerate(networks):
        course.look(float(k), network)
    assert (course.held, course.test) == (3.0, 2.0)
    least = int(np.argmin(values))
    assert course.weights is networks[least]
    assert course.best == pytest.approx(values[least], rel=1e-14)
    assert course.test_of_best == (1.0, 2.0, 0.5)[least]


# -- a unit ---------------------------------------------------------------------------------------


def test_a_quick_unit_is_whole(outcome):
    check("a quick unit", QUICK, outcome)
    assert [row["method"] for row in outcome.rows] == list(ENTERED)
    there = {row["method"] for row in outcome.rows if row["best"] is not None}
    assert there == {m for m in ENTERED if all(map(find_spec, NEEDS.get(m, ())))}
    left_out = [row["ended"] for row in outcome.rows if row["best"] is None]
    assert set(left_out) <= {"not run: a package is missing"}


def test_all_begin_alike_keep_their_budget_and_lower_r(outcome):
    assert len({row["start"] for row in outcome.rows}) == 1
    for row in outcome.rows:
        if row["best"] is not None:
            assert row["best"] < 0.9 * row["start"], row["method"]
            assert row["seconds"] < QUICK.seconds, row["method"]
            assert row["looks"] > 5


def test_targets_lie_between_the_start_and_the_least_r_of_all(outcome):
    rows = [row for row in outcome.rows if row["best"] is not None]
    least = min(row["best"] for row in rows)
    for row in rows:
        for share in SHARES:
            target = least + share * (row["start"] - least)
            assert (row[f"to {share:g}"] is not None) == (row["best"] <= target)
        times = [row[f"to {share:g}"] for share in SHARES if row[f"to {share:g}"] is not None]
        assert all(a <= b for a, b in pairwise(times))


def test_the_verifier_finds_the_same_r_at_every_end(outcome):
    for row in outcome.rows:
        if row["best"] is not None:
            assert row["holds"], row["method"]
            assert row["verified"] == pytest.approx(row["best"], rel=1e-12)
            # The certificate puts every u up to its width to the kink.
            entries = QUICK.steps * QUICK.hidden_size
            assert row["feasibility"] < 2.0 * np.sqrt(entries) * alm.KINK_WIDTH
            assert row["residual"] > 0.0


@pytest.mark.parametrize("seed", [0, 1, 8])
def test_the_order_moves_on_with_every_trial(seed):
    order = [m for m, _ in tournament._in_turn(replace(QUICK, seed=seed))]
    assert order == [ENTERED[(seed + k) % len(ENTERED)] for k in range(len(ENTERED))]


def test_a_method_that_breaks_down_or_is_too_large_says_so():
    on = tournament.given(QUICK)

    def breaks():
        def run(clock):
            clock.see(lambda: on.start)
            raise ValueError("W must be finite")

        return run

    course, told = tournament.follow(breaks, on, 1.0)
    assert told["ended"] == "broke down: W must be finite"
    assert len(course.values) == 2

    def refuses():
        raise tournament.levenberg_marquardt.TooLargeError("too many weights")

    course, told = tournament.follow(refuses, on, 1.0)
    assert told == {"ended": "not run: too many weights", "compiled": None}
    row = tournament.row_of({"method": LM, "value": None, "turn": 0, **told}, course, [1.0] * 3)
    check("it", QUICK, Outcome([row], {"seconds": [[0.0]], "lowest": [[1.0]]}))


def test_a_compared_unit_takes_the_value_that_its_tuning_trial_chose(tmp_path, monkeypatch):
    config = next(c for c in compared.PROFILES["paper"] if c.steps == 500 and c.hidden_size == 20)
    monkeypatch.setattr(tournament, "PAPER_RECORDS", tmp_path)
    with pytest.raises(FileNotFoundError, match="python -m evidence run alm_tournament_tuning"):
        tournament.tuned(config, ADAM)
    ends = {
        ADAM: (5.0, 4.0, None, 4.5, 9.0),
        LBFGS: (7.0, 6.0, 8.0, 5.0, 5.5),
        KALMAN: (None,) * 5,
    }
    for unit in units("alm_tournament_tuning", "paper"):
        mine = tournament.problem_of(unit.config) == tournament.problem_of(config)
        rows = [
            {"method": method, "value": value, "best": best if mine else -k}
            for method, values in ends.items()
            for k, (value, best) in enumerate(zip(unit.config.values[method], values, strict=True))
        ]
        Store(tmp_path).save(unit, Outcome(rows), {})
    assert tournament.tuned(config, ADAM) == tuning.RATES[1]
    memory = tournament.tuned(config, LBFGS)
    assert memory == 50
    assert isinstance(memory, int)
    assert tournament.tuned(config, KALMAN) is None
    large = tournament.given(replace(QUICK, hidden_size=100))
    with pytest.raises(tournament.levenberg_marquardt.TooLargeError):
        tournament.MAKE[KALMAN](config, large, None)


# -- tables and figures ---------------------------------------------------------------------------


def record(seed: int, seconds: dict[str, float | None], dataset: str = LONG) -> Record:
    """Return a trial whose methods reach every target after so many seconds, or none."""
    rows = [
        {
            "method": m,
            "value": None if m == LM else 1.0,
            "ended": "budget",
            "best": 10.0 + k,
            "start": 50.0,
            "test": 20.0 + k,
            "test of best": 25.0 + k,
            "holdout": 30.0 - k,
            "compiled": 0.5 if m == ADAM else 0.0,
            "holds": k != 3,
            "residual": 1e-3 * (1 + k),
            "verified": (10.0 + k) * (1.0 + 1e-13),
        }
        | {f"to {share:g}": seconds.get(m) for share in SHARES}
        for k, m in enumerate(METHODS)
    ]
    config = {"dataset": dataset, "steps": 200, "hidden_size": 5, "seed": seed}
    traces = {
        "seconds": [[0.0, seconds.get(m) or 9.0] for m in METHODS],
        "lowest": [[50.0, 10.0] for m in METHODS],
    }
    return Record("alm_tournament", config, {}, rows, traces, {})


RECORDS = [
    record(0, {FAST: 1.0, ADAM: 0.9, PLAIN: 4.0}),
    record(1, {FAST: 1.0, ADAM: 1.5}),
    record(TUNING, {KALMAN: 1e-3}),
]


def test_the_tallies_count_compared_trials_and_problems_by_their_medians():
    key = f"τ = {SHARES[0]:g}"
    trials = tables.trials_table(RECORDS)
    assert trials[key].loc[[FAST, ADAM]].tolist() == ["1, 2, 0", "1, 2, 0"]
    assert trials[key].loc[[PLAIN, KALMAN]].tolist() == ["0, 0, 1", "0, 0, 2"]
    other = [record(seed, {ADAM: 1.0, FAST: 3.0}, dataset="other") for seed in range(2)]
    without, with_it = (
        tables.tally_table([*RECORDS, *other], compiled) for compiled in (False, True)
    )
    # Medians of the first problem: 1 and 1.2 seconds, and 0.5 more for compilation.
    assert without[key].loc[[FAST, ADAM, PLAIN, KALMAN]].tolist() == [
        "1, 1, 0",
        "1, 2, 0",
        "0, 0, 2",
        "0, 0, 2",
    ]
    assert with_it[key].loc[[FAST, ADAM]].tolist() == ["1, 2, 0", "1, 2, 0"]


def test_the_other_tables_hold_medians_of_the_compared_trials():
    name = "T = 200, r = 5"
    assert tables.times_table(RECORDS, SHARES[0]).loc[ADAM, name] == "1.2 [1.1, 1.4]"
    assert tables.times_table(RECORDS, SHARES[0]).loc[LM, name] == "not within its limit"
    assert tables.spread_table(RECORDS, "best", 4).loc[PLAIN, name] == "11.00 [11.00, 11.00]"
    assert tables.errors_table(RECORDS).loc[PLAIN, name] == "21.0"
    assert tables.residuals_table(RECORDS).loc[PLAIN, name] == "0.0020"
    assert tables.ended_table(RECORDS).loc[FAST, name] == "budget (2)"
    found = tables.checks(RECORDS)
    assert (found["ends"], found["hold"]) == (20, 18)
    assert found["farthest"] == pytest.approx(1e-13, rel=0.05)


def test_the_tuning_s_choice_is_marked():
    rows = [
        {"method": ADAM, "value": value, "best": best}
        for value, best in ((1e-3, 5.0), (1e-2, 4.0), (1e-1, None))
    ] + [{"method": LM, "value": None, "best": 1.0}]
    tuned = replace(RECORDS[2], rows=rows)
    found = tables.tuning_table([tuned])["T = 200, r = 5"]
    assert found.loc[ADAM].to_dict() == {
        "0.001": "5.000",
        "0.01": "4.000 (chosen)",
        "0.1": "–",
    }
    assert len(found) == 3


def test_the_profiles_drawn_are_those_of_the_trials():
    figure = figures.profiles(RECORDS)
    axes = figure.axes
    assert len(axes) == len(SHARES)
    drawn = {line.get_label(): line for line in axes[0].get_lines()}
    assert list(drawn) == list(METHODS)
    assert drawn[FAST].get_ydata()[[0, -1]].tolist() == [0.5, 1.0]
    assert drawn[PLAIN].get_ydata()[[0, -1]].tolist() == [0.0, 0.5]
    assert not drawn[LM].get_ydata().any()


def test_a_course_begins_after_its_compilation_when_that_counts():
    times, values = figures._moments(RECORDS[0], METHODS.index(ADAM), 0.5)
    assert (times.tolist(), values.tolist()) == ([0.0, 1.4], [50.0, 10.0])
    assert len(figures.courses(RECORDS[:2], compiled=True).axes[0].get_lines()) == len(METHODS)


# -- the questions --------------------------------------------------------------------------------


def test_the_best_rival_is_no_alm_and_has_the_least_median():
    nobody = dict.fromkeys(METHODS, np.full(3, np.inf))
    quick = nobody | {
        FAST: np.full(3, 0.1),
        ADAM: np.array([1.0, 2.0, np.inf]),
        LBFGS: np.array([0.5, np.inf, np.inf]),
        KALMAN: np.array([3.0, 1.0, 1.5]),
    }
    assert asked.best_rival(quick) == KALMAN
    assert asked.best_rival(nobody | {ADAM: np.array([1.0, np.inf, np.inf])}) == ADAM


def trials(**seconds: float | None) -> list[Record]:
    """Return ten trials of one problem, every one a little slower than the one before."""
    named = {"fast": FAST, "plain": PLAIN, "adam": ADAM, "windows": WINDOWS}
    return [
        record(k, {named[m]: t and t * (1.0 + k / 100) for m, t in seconds.items()})
        for k in range(10)
    ]


@pytest.mark.parametrize(
    ("fast", "adam", "outcome"),
    [(1.0, 2.0, "BETTER"), (2.0, 1.0, "WORSE"), (1.0, None, "BETTER"), (None, None, "TIE")],
)
def test_a_problem_is_won_lost_or_open_by_its_trials(fast, adam, outcome):
    found = {c.statement.id: c for c in asked.claims(trials(fast=fast, plain=3.0, adam=adam))}
    (case,) = found["O-tour-first"].measured.cases.values()
    assert case.outcome.name == outcome


def test_the_rival_in_test_error_is_chosen_by_the_holdout():
    # The later a method stands, the better on the holdout and the worse on the test part.
    found = {c.statement.id: c for c in asked.claims(trials(fast=1.0, adam=2.0))}
    (case,) = found["O-tour-test"].measured.cases.values()
    assert case.outcome.name == "BETTER"
    assert METHODS[-1] in found["O-tour-test"].measured.detail


def test_the_check_counts_the_ends_whose_R_the_verifier_finds():
    found = {c.statement.id: c for c in asked.claims(RECORDS)}["O-tour-verified"].measured
    assert (found.cases, found.violated) == (20, 0)
    off = replace(RECORDS[0], rows=[r | {"verified": 1.001 * r["best"]} for r in RECORDS[0].rows])
    found = {c.statement.id: c for c in asked.claims([off])}["O-tour-verified"].measured
    assert (found.cases, found.violated) == (10, 10)


def test_the_winner_of_a_problem_is_named_with_the_next_one():
    key = "T = 200, r = 5", f"{SHARES[0]:g}"
    found = tables.winners_table(RECORDS).loc[key]
    assert found.tolist() == [FAST, "1.0", ADAM, "1.2"]
    alone = tables.winners_table(trials(fast=1.0)).loc[key]
    assert alone.tolist() == [FAST, "1.0", "–", "–"]
    nobody = tables.winners_table(trials(fast=None)).loc[key]
    assert nobody.tolist() == ["nobody in half of the trials", "–", "–", "–"]


def test_what_the_prose_quotes_is_medians_and_counts():
    found = asked.race_numbers(trials(fast=1.0, adam=2.0))
    assert found[f"first.{FAST}"] == found[f"first.compiled.{FAST}"] == 10
    assert found[f"first.{PLAIN}"] == 0
    # Every course falls once, to the same R: that of the ALM after one second, and a little more.
    assert found["passed.200.5"] == pytest.approx(1.045)
    assert found["first.200.5"] == 10
    assert found["lowest_by_adam"] == 0
    beaten = asked.race_numbers(trials(fast=1.0, windows=0.5))
    assert (beaten["first.200.5"], beaten["first_of_nine.200.5"]) == (0, 10)
    assert (
        beaten["nine.better.first"],
        found["nine.better.first"],
        found["nine.better.lower"],
    ) == (1, 1, 1)
    low = [replace(r, rows=[*r.rows[:-1], r.rows[-1] | {"best": 1.0}]) for r in RECORDS]
    assert asked.race_numbers(low)["lowest_by_adam"] == 1
    assert found[f"lowest.200.5.{PLAIN}"] == 11.0
    assert asked.key_numbers(RECORDS)["start.200.5"] == 50.0
