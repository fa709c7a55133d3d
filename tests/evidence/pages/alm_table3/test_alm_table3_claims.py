"""Tables 3a-3c and Figure 2: the words on their pages follow from the records."""

from dataclasses import replace

import numpy as np
import pytest
from table3_records import records

from evidence.kit.records import Record
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_table3 import cells as alm_cells
from evidence.pages.alm_table3 import claims as alm_table3
from evidence.pages.alm_table3 import claims_fig2 as alm_fig2
from evidence.pages.alm_table3 import claims_table3a as alm_table3a
from evidence.pages.alm_table3 import courses as alm_race
from evidence.pages.alm_table3 import figure as figures
from evidence.pages.alm_table3 import figure_fig2 as figures_of_time
from evidence.pages.alm_table3 import summary as alm_table3_runs
from evidence.pages.alm_table3 import tables as alm_table3_tables
from evidence.pages.alm_table3.contest import best_combination, championship
from evidence.pages.alm_table3.trials import ALM, FAIR, OWN, PRINTED, SIMPLE, gather
from evidence.papers import tables as papers
from evidence.statistics import Interval, Outcome, summarise

HOLDS, IN_PART, FAILS, UNTESTABLE = list(Verdict)[-4:]
BETTER, TIE, WORSE = Outcome
GD_PRINTED, ADAM_FAIR = ("alm_descent_printed", "GD"), ("alm_descent_fair", "Adam")


def found(table: str, dataset: str, *args, **kwargs) -> alm_table3.Findings:
    return alm_table3.findings(records(dataset, *args, **kwargs), table)


@pytest.fixture(scope="module")
def ahead() -> alm_table3.Findings:
    return found("3c", "synthetic-t500", 10, 3.4)


@pytest.fixture(scope="module")
def mixed() -> alm_table3.Findings:
    """The ALM ties with one method of the fair group and loses against another."""
    factors = {ADAM_FAIR: 1.0, ("alm_descent_fair", "L-BFGS"): 0.5}
    lost = {("alm_descent_printed", "GDC"): 3}
    return found("3b", "sp500-intended", 10, 0.03, factors, lost)


def verdicts(of: alm_table3.Findings) -> list[Verdict]:
    return [claim.verdict for claim in alm_table3.claims(of, of.datasets[0])][:5]


def test_the_alm_is_best_when_every_lead_is_more_than_chance(ahead):
    assert verdicts(ahead) == [HOLDS] * 5


def test_a_group_with_a_better_method_decides_its_own_rows_only(mixed):
    assert verdicts(mixed) == [HOLDS, FAILS, HOLDS, HOLDS, FAILS]
    contest = mixed.contests["sp500-intended"][FAIR, "test"]
    outcomes = [
        contest.comparisons[(FAIR, name), "he"].outcome for name in ("GD", "Adam", "L-BFGS")
    ]
    assert outcomes == [BETTER, TIE, WORSE]


def test_table_3b_is_judged_by_each_error_from_its_own_starts(ahead, mixed):
    def single(of):
        claims = alm_table3.claims(of, of.datasets[0])
        return [c for c in claims if " error, against" in c.claim]

    assert single(ahead) == []
    train, test = single(mixed)
    assert [train.verdict, test.verdict] == [HOLDS, HOLDS]
    assert "lowest training error" in train.claim
    assert train.paper == "training error: 2 of 5 starts"
    assert test.paper == "test error: 3 of 5 starts"
    behind = records("sp500-intended", 10, 0.03)
    for row in (row for r in behind if r.experiment == "alm_table3" for row in r.rows):
        row["test"] *= 100
    assert [c.verdict for c in single(alm_table3.findings(behind, "3b"))] == [HOLDS, FAILS]


def test_the_descent_methods_are_the_state_of_the_art_until_a_fair_method_is_better(ahead, mixed):
    def judged(of):
        found = alm_table3.claims(of, of.datasets[0])
        said = ("are the state of the art", "a hidden state that runs on")
        return [next(c.verdict for c in found if words in c.claim) for words in said]

    assert judged(ahead) == [HOLDS, UNTESTABLE], "both readings have the same errors"
    assert judged(mixed)[0] is FAILS


def test_a_lowest_mean_that_is_a_tie_makes_a_claim_hold_in_part():
    close = found("3c", "synthetic-t500", 10, 3.4, {GD_PRINTED: 1.005})
    contest = close.contests["synthetic-t500"][PRINTED, "test"]
    assert {contest.comparisons[(PRINTED, "GD"), s].outcome for s in contest.leads} == {TIE}
    assert contest.leads
    assert verdicts(close)[0] is IN_PART


def test_two_trials_decide_nothing():
    few = found("3c", "synthetic-t500", 2, 3.4)
    assert verdicts(few) == [UNTESTABLE] * 5
    assert "2 trials are too few" in alm_table3.claims(few, "synthetic-t500")[0].why
    assert {cell.verdict for cell in few.cells["synthetic-t500"]} == {UNTESTABLE, None}


def test_the_starts_that_table_3b_marks_are_those_of_section_54():
    stated = alm_table3.stated_best("3b")
    assert stated == {
        "train": ("normal-1e-3", "normal-1e-1"),
        "test": ("normal-1e-3", "normal-1e-1", "glorot"),
    }
    for table in ("3a", "3c"):
        assert [len(starts) for starts in alm_table3.stated_best(table).values()] == [5, 5]


def test_only_the_starts_that_the_paper_names_count_for_table_3b():
    """From He and LeCun the ALM may lose without touching the claim."""
    factors = {(experiment, m): 0.03 for experiment, m in [("alm_descent_printed", "GD")]}
    rows = records("sp500-intended", 10, 0.03)
    worse = records("sp500-intended", 10, 0.03, factors)
    swapped = [
        b if a.config.get("initialisation") in ("he", "lecun") else a
        for a, b in zip(rows, worse, strict=True)
    ]
    result = alm_table3.findings(swapped, "3b")
    assert not result.contests["sp500-intended"][PRINTED, "train"].best("he")
    assert verdicts(result)[0] is HOLDS
    assert verdicts(result)[3] is FAILS, "the best of all combinations is another's"


def test_diverged_runs_are_counted_and_lose(mixed):
    gdc = next(
        c for c in mixed.cells["sp500-intended"] if c.method == (PRINTED, "GDC") and c.start == "he"
    )
    assert (gdc.ours.finished, gdc.ours.trials) == (7, 10)
    assert "(7 of 10)" in str(gdc.ours)
    assert "GDC from He, 3 × diverged" in alm_table3_runs.unfinished(mixed).data
    assert "Every one of the" in alm_table3_runs.unfinished(found("3a", "synthetic-t10", 3, 1)).data
    best = best_combination(mixed.trials, "sp500-intended", PRINTED, "test")
    assert best.method != (PRINTED, "GDC")
    all_lost = found("3c", "synthetic-t500", 10, 3.4, None, {GD_PRINTED: 10})
    comparison = all_lost.contests["synthetic-t500"][PRINTED, "test"].comparisons
    assert comparison[(PRINTED, "GD"), "he"].outcome is BETTER
    assert {c.verdict for c in all_lost.of("synthetic-t500", [(PRINTED, "GD")], "test")} == {FAILS}
    shown = alm_table3_tables.outcomes_table(all_lost, "synthetic-t500", "test")
    assert "better diverged" in repr(shown)


def summary(mean: float, finished: int = 10):
    values = np.full(10, np.inf)
    values[:finished] = mean
    return summarise(values)


@pytest.mark.parametrize(
    ("printed", "ours", "expected", "verdict"),
    [
        (3.46, summary(3.4), Interval(3.2, 3.6), HOLDS),
        (3.46, summary(3.4, finished=8), Interval(3.2, 3.6), IN_PART),
        (3.7, summary(3.4), Interval(3.2, 3.6), IN_PART),
        (4.7, summary(3.4), Interval(3.2, 3.6), FAILS),
        (2.5, summary(3.4), Interval(3.2, 3.6), FAILS),
        (3.6004, summary(3.4), Interval(3.2, 3.6), HOLDS),
        (3.46, summary(3.4), Interval(0.5, 5.0), UNTESTABLE),
        (9.0, summary(3.4), Interval(0.5, 5.0), FAILS),
        (0.03, summary(0.03), Interval(-0.01, 0.07), UNTESTABLE),
        (3.46, summary(3.4, finished=2), None, FAILS),
        (3.46, summarise([3.4, 3.5]), None, UNTESTABLE),
    ],
)
def test_a_cell_is_judged_by_the_rule_of_its_module(printed, ours, expected, verdict):
    assert alm_cells.judge(printed, ours, expected) is verdict


def test_cells_together_leave_out_what_cannot_be_tested(ahead):
    cell = ahead.cells["synthetic-t500"][0]
    made = {verdict: replace(cell, verdict=verdict) for verdict in (*Verdict, None)}
    assert alm_cells.agreement([made[HOLDS], made[UNTESTABLE], made[None]]) is HOLDS
    assert alm_cells.agreement([made[HOLDS], made[FAILS]]) is IN_PART
    assert alm_cells.agreement([made[IN_PART]]) is IN_PART
    assert alm_cells.agreement([made[FAILS], made[UNTESTABLE]]) is FAILS
    assert alm_cells.agreement([made[UNTESTABLE]]) is UNTESTABLE
    assert (
        alm_cells.tally([made[HOLDS], made[HOLDS], made[FAILS]]) == "2 × holds, 1 × does not hold"
    )


def test_a_synthetic_cell_ignores_the_printed_deviation_and_a_cell_of_the_index_uses_it(ahead):
    """The paper's deviation knows nothing of other draws of a series."""
    values = 3.4 * np.exp(0.02 * np.random.default_rng(0).standard_normal(10))
    narrow, wide = (alm_cells._expected(values, sd, "sp500-written") for sd in (0.01, 1.0))
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)
    drawn = {alm_cells._expected(values, sd, "synthetic-t500") for sd in (0.01, 1.0)}
    assert len(drawn) == 1


def test_every_printed_cell_has_its_place(ahead):
    printed = papers.alm_errors("3c").set_index(["method", "start"])
    cells = {(c.method[1], c.start): c for c in ahead.of("synthetic-t500", [ALM], "test")}
    assert cells["ALM", "glorot"].printed == printed.loc[("ALM", "Glorot"), "test"] == 12.394
    assert cells["ALM", "normal-1e-1"].printed_sd == 0.27
    fair = ahead.of("synthetic-t500", [(FAIR, "Adam")], "test", "train", "test_restarted")
    assert {(c.printed, c.verdict) for c in fair} == {(None, None)}


def test_trials_are_those_that_every_method_has_run():
    given = records("sp500-released", 10, 3.4)
    short = replace(given[1], rows=[row for row in given[1].rows if row["trial"] < 8])
    trials = gather([given[0], short, *given[2:]])
    assert trials.numbers("sp500-released") == list(range(8))
    assert len(trials.errors("sp500-released", (SIMPLE, "zero"), "he", "test")) == 8
    constant = gather([*given[:-1], replace(given[-1], rows=given[-1].rows[:1])])
    assert len(set(constant.errors("sp500-released", (SIMPLE, "zero"), "he", "test"))) == 1


def test_the_best_combination_of_either_side_meets_the_other():
    rows = records("synthetic-t500", 10, 3.4, at={"lecun": 2.0})
    trials = gather(rows)
    own, other, comparison = championship(trials, "synthetic-t500", PRINTED)["test"]
    assert (own.method, own.start, own.mean) == (ALM, "lecun", pytest.approx(2.0, rel=0.02))
    assert (other.start, comparison.outcome) == ("lecun", BETTER)
    assert best_combination(trials, "synthetic-t500", OWN, "train").start == "lecun"


def test_every_table_and_figure_can_be_shown(ahead, mixed):
    for of in (ahead, mixed):
        dataset = of.datasets[0]
        for table in (
            alm_table3_tables.cells_table(of, dataset),
            alm_table3_tables.outcomes_table(of, dataset, "rollout_objective"),
            alm_table3_tables.comparisons_table(of, dataset, "test"),
            alm_table3_tables.paper_table(of.table),
        ):
            page = table._repr_html_()
            assert page.count("<tr>") > 5
            assert page.count("<details") == page.count("</details>") == len(table.sections)
            assert "nan" not in page.lower()
        assert list(alm_table3_runs.starts_table(of)["finished"]) == ["10 of 10"] * 5
        assert len(figures.errors(of, "test").axes) == 1
        assert len(figures.errors(of, "rollout_objective").axes[0].get_yticks()) == 10
    assert "descent methods | 25 not | 25 not" in repr(alm_table3_tables.readings_table(ahead))
    chosen = repr(alm_table3_runs.choices_table(ahead))
    for row in (
        "GD | 0.1* × 1,200",
        "Nesterov | 0.1 × 1,200 |",
        "Adam | 0.1 × 1,200*",
        "L-BFGS | 1,200 |",
    ):
        assert row in chosen
    short = alm_table3_runs.in_short(mixed).data
    assert "in the paper: training error **better in all 25** comparisons;" in short
    assert "test error **better in 10**, **tied in 5**, **worse in 5** of 20;" in short
    numbers = alm_table3.key_numbers(mixed)
    assert numbers["sp500-intended.fair.test.worse"] == 5
    assert all(isinstance(value, float) for value in numbers.values())
    left_out = alm_table3_runs.left_out(mixed, ["sp500-released", "sp500-intended"])
    assert "(released)" in left_out.data
    assert alm_table3_runs.left_out(mixed, ["sp500-intended"]) is None
    assert alm_table3_tables.cells_table(mixed, "sp500-released")._repr_html_() == ""
    assert [c.verdict for c in alm_table3.claims(mixed, "sp500-released")] == [UNTESTABLE]


def race(*args, **kwargs) -> alm_race.Race:
    (only,) = alm_race.races(records("sp500-released", 10, 3.4, *args, **kwargs))
    return only


def test_a_race_runs_from_each_method_s_best_start_by_its_mean_test_error():
    assert race(at={"glorot": 1.0}).start[ALM] == "glorot"
    assert set(race(at={"glorot": 1.0}).start.values()) == {"glorot"}


def test_errors_along_time_are_those_of_the_last_look():
    run = alm_race.Run(np.array([0.0, 1.0, 4.0]), {"test": np.array([8.0, 4.0, 2.0])})
    np.testing.assert_array_equal(
        run.at(np.array([0.0, 0.9, 1.0, 3.9, 9.0]), "test"), [8, 8, 4, 4, 2]
    )
    assert [run.reaches("test", level) for level in (8.0, 3.0, 1.0)] == [0.0, 4.0, np.inf]
    empty = alm_race.Run(np.array([]), {"test": np.array([])})
    assert empty.at(np.array([1.0]), "test") == np.inf
    assert empty.reaches("test", 1.0) == np.inf


def test_the_claims_of_figure_2_follow_the_final_errors_and_the_times():
    slow = [claim.verdict for claim in alm_fig2.claims([race()])]
    assert slow == [HOLDS, HOLDS, HOLDS, HOLDS]
    fast = race({("alm_descent_fair", m): 0.2 for m in ("GD", "Nesterov", "Adam", "L-BFGS")})
    assert [claim.verdict for claim in alm_fig2.claims([fast])] == [HOLDS, FAILS, HOLDS, FAILS]
    assert "ALM 2.0, GD 0 (10 of 10 get there)" in alm_fig2.claims([fast])[3].ours
    lost = race(None, {GD_PRINTED: 10})
    assert not np.isfinite(lost.reaching((PRINTED, "GD"), "train")).any()
    assert len(figures_of_time.against_time([lost], PRINTED).axes) == 2
    assert "GD | He" in repr(alm_fig2.times_table([lost]))
    assert "never (0 of 10)" in repr(alm_fig2.times_table([lost]))
    numbers = alm_fig2.key_numbers([race()])
    assert numbers["sp500-released.ALM.ALM.test"] == pytest.approx(3.4, rel=0.03)


def test_figure_2b_is_about_both_errors_and_figure_2a_about_the_test_error():
    """On the long series the ALM must lead in training error too; the index asks for less."""
    given = {name: records(name, 10, 3.4) for name in ("synthetic-t500", "sp500-intended")}
    for record in given["synthetic-t500"] + given["sp500-intended"]:
        if record.experiment == "alm_descent_printed":
            for row in record.rows:
                row["train"] = 1.0
    found = {name: alm_race.races(of) for name, of in given.items()}
    first = {name: alm_fig2.claims(of)[0] for name, of in found.items()}
    assert first["synthetic-t500"].verdict is IN_PART
    assert "smallest training error and the smallest test error" in first["synthetic-t500"].claim
    assert first["sp500-intended"].verdict is HOLDS
    both = alm_race.races([*given["sp500-intended"], *given["synthetic-t500"]])
    assert [race.dataset for race in both] == ["sp500-intended", "synthetic-t500"]
    assert len(figures_of_time.against_time(both, FAIR).axes) == 4


def test_leads_that_are_ties_hold_in_part_and_a_broken_run_of_the_alm_arrives_nowhere():
    close = race({GD_PRINTED: 1.005})
    assert alm_fig2.claims([close])[0].verdict is IN_PART
    level = race(dict.fromkeys([("alm_descent_fair", m) for m in ("GD", "Nesterov")], 1.005))
    assert alm_fig2.claims([level])[1].verdict is IN_PART
    given = records("sp500-released", 10, 3.4)
    for record in given:
        if record.experiment == "alm_table3":
            # Broke down on the way: the trace stays, the run counts as lost.
            record.rows[0]["status"] = "breakdown"
    (broken,) = alm_race.races(given)
    assert np.isinf(broken.reaching(ALM, "train")[0])
    assert np.isfinite(broken.reaching(ALM, "train")[1:]).all()


def test_how_clear_the_first_lead_has_to_be_follows_from_the_trials(ahead):
    assert "needs every single trial" in alm_table3_runs.first_lead(ahead, "synthetic-t500").data
    few = alm_table3_runs.first_lead(found("3c", "synthetic-t500", 2, 3.4), "synthetic-t500").data
    assert "no lead can be told from chance" in few
    many = alm_table3_runs.first_lead(found("3a", "synthetic-t10", 30, 3.4), "synthetic-t10").data
    assert "every single trial" not in many
    assert "times its own spread" in many


def test_a_printed_tie_for_the_lowest_error_names_all_who_share_it(mixed):
    champion = alm_table3.claims(mixed, "sp500-intended")[3]
    assert champion.paper == "training error 0.003 (ALM, GDC, GDNM); test error 0.032 (ALM)"


def by_formula(error: float) -> Record:
    row = {"train": 2.7 * error, "test": 5.3, "formula_train": 2.7, "formula_test": 5.3}
    return Record("alm_descent_printed", {}, {}, [row, {"train": 1.0, "test": 1.0}], {}, {})


def test_the_cells_of_gradient_descent_follow_from_the_formula_and_one_of_them():
    gaps = alm_table3a.gaps(mean_over_outputs=True)
    assert gaps.size == 3, "neither the anchor nor GDNM, which repeats GDC"
    assert 0 < gaps.min() <= gaps.max() < 1e-4
    assert alm_table3a.gaps(mean_over_outputs=False).max() > 0.05
    train, test = alm_table3a.zero_errors()
    assert 0.9 * train + 0.1 * test == pytest.approx(3.0)
    assert (round(train, 3), round(test, 3)) != (2.769, 5.079), "GDC has left the answer zero"
    claim = alm_table3a.formula_claim([by_formula(1.0001)])
    assert claim.verdict is HOLDS
    assert alm_table3a.formula_claim([by_formula(1.1)]).verdict is IN_PART
    assert "2.747 | 2.747" in repr(alm_table3a.formula_table())


def test_most_printed_cells_of_the_long_series_are_near_the_answer_zero():
    exact, near = alm_table3.like_zero()
    printed = papers.alm_errors("3c").set_index(["method", "start"])[["train", "test"]]
    by_hand = abs(printed / [30.142, 28.725] - 1).max(axis=1) < 0.01
    assert (exact, near) == (10, by_hand.sum()) == (10, 22)
