"""Tables 3a-3c and Figure 2: the words on their pages follow from the records."""

from dataclasses import replace

import numpy as np
import pytest
from table3_records import PRINTED as PRINTED_METHODS
from table3_records import records

from evidence.kit.rule import agreement
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_table3 import cells as alm_cells
from evidence.pages.alm_table3 import claims as alm_table3
from evidence.pages.alm_table3 import claims_all as alm_all
from evidence.pages.alm_table3 import claims_fig2 as alm_fig2
from evidence.pages.alm_table3 import claims_table3a as alm_table3a
from evidence.pages.alm_table3 import courses as alm_race
from evidence.pages.alm_table3 import figure as figures
from evidence.pages.alm_table3 import figure_fig2 as figures_of_time
from evidence.pages.alm_table3 import files as alm_table3_files
from evidence.pages.alm_table3 import summary as alm_table3_runs
from evidence.pages.alm_table3 import tables as alm_table3_tables
from evidence.pages.alm_table3.contest import best_combination, championship, printed_best
from evidence.pages.alm_table3.trials import ALM, FAIR, OWN, PRINTED, SIMPLE, gather
from evidence.papers import tables as papers
from evidence.statistics import Outcome

REPRODUCED, CONTRADICTED, UNDECIDED = (
    Verdict.REPRODUCED,
    Verdict.CONTRADICTED,
    Verdict.UNDECIDED,
)
EVERY_PRINTED = [("alm_descent_printed", name) for name in PRINTED_METHODS]
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


def words(of: alm_table3.Findings) -> dict[str, Verdict]:
    return {claim.id: claim.verdict for claim in alm_table3.claims(of)}


def test_only_the_starts_that_the_paper_names_count_for_table_3b():
    """From He and LeCun the ALM may lose without touching the claim."""
    rows = records("sp500-released", 10, 0.03)
    worse = records("sp500-released", 10, 0.03, {GD_PRINTED: 0.03})
    swapped = [
        b if a.config.get("initialisation") in ("he", "lecun") else a
        for a, b in zip(rows, worse, strict=True)
    ]
    result = words(alm_table3.findings(swapped, "3b"))
    assert (result["B-T3b-train"], result["B-T3b-test"]) == (REPRODUCED, REPRODUCED)


def test_what_a_profile_leaves_out_is_undecided(mixed):
    found = words(mixed)
    assert found["B-T3b-train"] is found["O-T3b-written-test"] is UNDECIDED
    assert found["O-T3b-intended-test"] is REPRODUCED


def test_two_trials_decide_nothing():
    few = found("3c", "synthetic-t500", 2, 3.4)
    told = words(few)
    assert {told[f"B-T3c-{asked}"] for asked in ("train", "cells-alm")} == {UNDECIDED}
    assert {cell.verdict for cell in few.cells["synthetic-t500"]} == {UNDECIDED, None}


def test_a_printed_lead_is_visible_when_our_trials_would_have_shown_it():
    close = found("3c", "synthetic-t500", 10, 3.4, dict.fromkeys(EVERY_PRINTED, 1.0))
    cases = close.contest("synthetic-t500", PRINTED, "train").cases(["he"])
    assert {case.outcome for case in cases.values()} == {TIE}
    assert all(case.visible for case in cases.values()), "the paper prints factors of six and more"
    assert words(close)["B-T3c-train"] is CONTRADICTED
    fair = close.contest("synthetic-t500", FAIR, "train").cases(["he"])
    assert not any(case.visible for case in fair.values()), "nothing is printed for them"


def test_the_starts_that_table_3b_marks_are_those_of_section_54():
    stated = alm_table3.stated_best("3b")
    assert stated == {
        "train": ("normal-1e-3", "normal-1e-1"),
        "test": ("normal-1e-3", "normal-1e-1", "glorot"),
    }
    for table in ("3a", "3c"):
        assert [len(starts) for starts in alm_table3.stated_best(table).values()] == [5, 5]


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
    comparison = all_lost.contest("synthetic-t500", PRINTED, "test").comparisons
    assert comparison[(PRINTED, "GD"), "he"].outcome is BETTER
    lost = {c.verdict for c in all_lost.of("synthetic-t500", [(PRINTED, "GD")], "test")}
    assert lost == {CONTRADICTED}
    shown = alm_table3_tables.outcomes_table(all_lost, "synthetic-t500", "test")
    assert "better diverged" in repr(shown)


def beside(printed: float, lost: int = 0, dataset: str = "synthetic-t500", sd: float = 0.01):
    values = 3.4 * np.exp(0.02 * np.random.default_rng(0).standard_normal(10))
    values[:lost] = np.inf
    return alm_cells.beside(printed, sd, values, dataset)


@pytest.mark.parametrize(
    ("printed", "lost", "verdict"),
    [
        (3.4, 0, REPRODUCED),
        (3.4, 4, REPRODUCED),
        (3.4, 5, CONTRADICTED),
        (4.7, 0, CONTRADICTED),
        (2.5, 0, CONTRADICTED),
    ],
)
def test_a_cell_counts_the_chance_of_both_sides(printed, lost, verdict):
    """Four lost runs of ten and none of ten may be chance, five and none are not."""
    assert agreement(beside(printed, lost)) is verdict


def test_a_synthetic_cell_ignores_the_printed_deviation_and_a_cell_of_the_index_uses_it():
    """The paper's deviation knows nothing of other draws of a series."""
    narrow, wide = (np.ptp(beside(3.4, 0, "sp500-written", sd).chance) for sd in (0.01, 1.0))
    assert wide > 3 * narrow
    assert len({beside(3.4, sd=sd).chance for sd in (0.01, 1.0)}) == 1


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
    own, other = (best_combination(trials, "synthetic-t500", of, "test") for of in (OWN, PRINTED))
    assert (own.method, own.start, own.mean) == (ALM, "lecun", pytest.approx(2.0, rel=0.02))
    assert other.start == "lecun"
    case = championship(trials, PRINTED, "test", ["synthetic-t500"])["synthetic-t500"]
    assert (case.outcome, case.visible) == (BETTER, True)
    assert printed_best("synthetic-t500", "test") == pytest.approx(28.626 / 12.394)


def test_every_table_and_figure_can_be_shown(ahead, mixed):
    for of in (ahead, mixed):
        dataset = of.datasets[0]
        for table in (
            alm_table3_tables.cells_table(of, dataset),
            alm_table3_tables.outcomes_table(of, dataset, "rollout_objective"),
            alm_table3_tables.comparisons_table(of, dataset, "test"),
        ):
            page = table._repr_html_()
            assert page.count("<tr>") > 5
            assert page.count("<details") == page.count("</details>") == len(table.sections)
            assert "nan" not in page.lower()
        offered = alm_table3_files.files(of).data
        assert offered.count("<a download=") == 5
        assert "(CSV, 0 rows)" not in offered
        assert len(alm_table3_files.alm_cells(of).sections) == len(of.datasets)
        assert list(alm_table3_runs.starts_table(of)["finished"]) == ["10 of 10"] * 5
        assert len(figures.errors(of, "test").axes) == 1
        assert len(figures.errors(of, "rollout_objective").axes[0].get_yticks()) == 10
    assert "descent methods | 25 × contradicted" in repr(alm_table3_tables.readings_table(ahead))
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


def test_who_arrives_and_who_never_does():
    lost = race(None, {GD_PRINTED: 10})
    assert not np.isfinite(lost.reaching((PRINTED, "GD"), "train")).any()
    assert len(figures_of_time.against_time([lost], PRINTED).axes) == 2
    assert "GD | He" in repr(alm_fig2.times_table([lost]))
    assert "never (0 of 10)" in repr(alm_fig2.times_table([lost]))
    numbers = alm_fig2.key_numbers([race()])
    assert numbers["sp500-released.ALM.ALM.test"] == pytest.approx(3.4, rel=0.03)
    given = records("sp500-released", 10, 3.4)
    for record in given:
        if record.experiment == "alm_table3":
            # Broke down on the way: the trace stays, the run counts as lost.
            record.rows[0]["status"] = "breakdown"
    (broken,) = alm_race.races(given)
    assert np.isinf(broken.reaching(ALM, "train")[0])
    assert np.isfinite(broken.reaching(ALM, "train")[1:]).all()


def test_a_start_can_be_chosen_by_the_training_error():
    given = records("sp500-released", 10, 3.4)
    for record in given:
        if record.config.get("initialisation") == "lecun":
            for row in record.rows:
                row["train"], row["test"] = 0.1, 50.0
    (of,) = alm_race.races(given)
    assert of.start[ALM] != "lecun"
    assert set(of.chosen_by("train", ALM, "test")) == {50.0}


def test_budgets_are_sweeps_and_epochs():
    assert (race().sweeps, race().epochs) == (100, 20)


def test_how_clear_the_first_lead_has_to_be_follows_from_the_trials(ahead):
    assert "needs every single trial" in alm_table3_runs.first_lead(ahead, "synthetic-t500").data
    few = alm_table3_runs.first_lead(found("3c", "synthetic-t500", 2, 3.4), "synthetic-t500").data
    assert "no lead can be told from chance" in few
    many = alm_table3_runs.first_lead(found("3a", "synthetic-t10", 30, 3.4), "synthetic-t10").data
    assert "every single trial" not in many
    assert "of its standard deviations" in many


def test_the_cells_of_gradient_descent_follow_from_the_formula_and_one_of_them():
    gaps = alm_table3a.gaps(mean_over_outputs=True)
    assert gaps.size == len(alm_table3a.formula().cases) == 3, "neither the anchor nor GDNM"
    assert 0 < gaps.min() <= gaps.max() < 1e-4
    assert alm_table3a.gaps(mean_over_outputs=False).max() > 0.05
    train, test = alm_table3a.zero_errors()
    assert 0.9 * train + 0.1 * test == pytest.approx(3.0)
    assert (round(train, 3), round(test, 3)) != (2.769, 5.079), "GDC has left the answer zero"
    assert "2.747 | 2.747" in repr(alm_table3a.formula_table())


def test_sensitive_is_what_differs_beyond_chance_and_by_more_than_a_quarter():
    def cases(of):
        return alm_all.sensitive(gather(of), ["synthetic-t500"], [ALM, (PRINTED, "GD")]).cases

    even = cases(records("synthetic-t500", 10, 3.4))
    assert [(case.outcome, case.visible) for case in even.values()] == [(TIE, True)] * 2
    apart = cases(records("synthetic-t500", 10, 3.4, at={"he": 6.0}))
    assert [case.outcome for case in apart.values()] == [BETTER] * 2


def test_most_printed_cells_of_the_long_series_are_near_the_answer_zero():
    exact, near = alm_table3.like_zero()
    printed = papers.alm_errors("3c").set_index(["method", "start"])[["train", "test"]]
    by_hand = abs(printed / [30.142, 28.725] - 1).max(axis=1) < 0.01
    assert (exact, near) == (10, by_hand.sum()) == (10, 22)
