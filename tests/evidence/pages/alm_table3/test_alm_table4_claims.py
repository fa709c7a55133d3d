"""The page on Table 4: cells are judged by their rule, whatever the searches come to."""

from functools import cache

import numpy as np
import pytest

from evidence.kit.records import Record, finite, settings
from evidence.kit.style import panels, plain_logarithm
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_table3 import claims_rates as alm_table4_rates
from evidence.pages.alm_table3 import claims_table4 as alm_table4
from evidence.pages.alm_table3 import figure_table4 as figures
from evidence.pages.alm_table3 import tables_table4 as alm_table4_tables
from evidence.pages.alm_table3.cells_table4 import as_good, findings
from evidence.pages.alm_table3.runs_table4 import Search, judge
from evidence.papers import tables as papers
from lib import alm

REPRODUCED, CONTRADICTED, UNDECIDED = Verdict.REPRODUCED, Verdict.CONTRADICTED, Verdict.UNDECIDED


@cache
def printed(dataset: str, start: str) -> dict[str, tuple[float, float | None]]:
    """Return the cells of Table 4 for one start, in the order of its columns."""
    cells = papers.alm_rates(papers.ALM_TABLE_OF[dataset])
    head = list(cells["start"].unique())[list(alm.INITIALISATIONS).index(start)]
    of = cells[cells["start"] == head].set_index("method")
    return {m: (row["rate"], finite(row["clip"])) for m, row in of.iterrows()}


def search(dataset: str, start: str, trials: int, error, epochs: int = 500) -> Record:
    """Return the record of a search in which a candidate's errors are those of a function.

    Args:
        dataset: its name.
        start: its name.
        trials: how many.
        error: from a candidate, and whether it is the printed one, to its errors over the trials.
        epochs: of every training; the paper has 500.
    """
    config = Search(dataset, start, tuple(range(trials)), epochs, 2, 1)
    candidates = config.candidates()
    cells = printed(dataset, start)
    table = np.array([error(c, cells[c.name] == (c.rate, c.clip)) for c in candidates])
    rows = judge(candidates, table)
    course = [[finite(e) for e in errors] for errors in table]
    return Record("alm_table4", settings(config), {}, rows, {"validation": course}, {})


def found(error, trials: int = 30, dataset: str = "synthetic-t10", epochs: int = 500):
    return findings([search(dataset, s, trials, error, epochs) for s in alm.INITIALISATIONS])


def noisy(level: float, trials: int, seed: float = 0.0) -> np.ndarray:
    draws = np.random.default_rng(int(1e6 * seed)).standard_normal(trials)
    return level * np.exp(0.05 * draws)


def agrees(candidate, is_printed: bool) -> np.ndarray:
    return noisy(1.0 if is_printed else 3.0, 30, candidate.rate + (candidate.clip or 0))


def test_a_search_that_chooses_what_is_printed_reproduces_every_cell():
    of = found(agrees)
    cells = of.cells["synthetic-t10"]
    assert len(cells) == 25
    assert {(v, c.rates) for c in cells for v in c.verdicts} == {(REPRODUCED, 1)}
    assert all(cell.same_rate and cell.chosen == cell.printed for cell in cells)
    agreement, _, decisive, edges = alm_table4.claims(of)
    assert (agreement.verdict, decisive.verdict) == (REPRODUCED, REPRODUCED)
    assert "hit 4.1" in agreement.detail, "twenty at one in five and five at one in forty"
    # The paper itself names rates at the ends of its grid.
    assert edges.measured.violated > 0


def test_a_search_that_is_shorter_than_the_paper_s_decides_nothing():
    short = found(agrees, epochs=50)
    assert {v for cell in short.cells["synthetic-t10"] for v in cell.verdicts} == {UNDECIDED}


def test_another_winner_contradicts_a_cell_and_a_hair_s_breadth_leaves_it_open():
    for level, verdict in ((3.0, CONTRADICTED), (1.04, UNDECIDED)):
        of = found(lambda c, p, level=level: np.full(30, level if p else 1.0 + c.rate * 1e-6))
        rates = {c.verdicts[0] for c in of.cells["synthetic-t10"]}
        assert verdict in rates


def test_the_same_steps_are_the_same_choice():
    """No norm ever clips: the first norm is named, the printed one is meant as well."""
    of = found(lambda c, p: noisy(1.0 if c.rate == 1.0 else 3.0, 30, c.rate))
    he = next(c for c in of.cells["synthetic-t10"] if (c.method, c.start) == ("GDC", "he"))
    assert (he.printed, he.chosen, he.norms) == ((1.0, 6.0), (1.0, 0.5), 8)
    assert he.verdicts == (REPRODUCED, UNDECIDED), "the rate is found, the norm cannot be told"


def test_trials_that_do_not_agree_leave_a_candidate_as_good():
    best, few = np.ones(30), np.ones(3)
    wide = np.concatenate([np.full(15, 0.3), np.full(15, 2.1)])
    assert as_good(np.array([best, wide]), 0).tolist() == [True, True]
    narrow = np.concatenate([np.full(15, 1.1), np.full(15, 1.4)])
    assert as_good(np.array([best, narrow]), 0).tolist() == [True, False]
    assert as_good(np.array([few, [0.9, 1.5, 1.5]]), 0).tolist() == [True, True]
    assert as_good(np.array([few, [1.1, 1.5, 1.5]]), 0).tolist() == [True, False]
    huge = np.concatenate([np.full(29, 0.9), [1e9]])
    assert as_good(np.array([best, huge]), 0).tolist() == [True, False]


def test_a_printed_candidate_that_diverges_is_contradicted_and_one_without_rivals_is_open():
    lost = found(lambda c, p: np.full(3, np.inf if p else 1.0 + c.rate), trials=3)
    rates = [c for c in lost.cells["synthetic-t10"] if c.method != "GDC"]
    assert CONTRADICTED in {cell.verdicts[0] for cell in rates}
    none = found(lambda c, p: np.array([1.0, np.inf, 1.0]), trials=3)
    cells = none.cells["synthetic-t10"]
    assert {(*cell.verdicts[:1], cell.chosen, cell.rates) for cell in cells} == {
        (UNDECIDED, None, 0)
    }
    assert {cell.diverged == cell.candidates for cell in cells} == {True}
    assert alm_table4_tables.summary_table(none)["rates as good"].item() == "none of 5"


def test_two_trials_judge_nothing():
    of = found(lambda c, p: np.full(2, 1.0 if p else 3.0), trials=2)
    assert {v for cell in of.cells["synthetic-t10"] for v in cell.verdicts} == {UNDECIDED}


@pytest.mark.parametrize("diverged", [False, True])
def test_every_table_and_figure_can_be_shown(diverged):
    of = found(
        lambda c, p: np.full(3, np.inf) if diverged and c.rate > 1e-3 else agrees(c, p)[:3], 3
    )
    for table in (
        alm_table4_tables.choices_table(of),
        alm_table4_tables.flatness_table(of),
        alm_table4_tables.diverged_table(of),
    ):
        assert table._repr_html_().count("<tr>") == 6
        assert "nan" not in table._repr_html_().lower()
    summary = alm_table4_tables.summary_table(of)
    assert list(summary["trials"]) == ["3 of 30"]
    figure = figures.rates(of, "synthetic-t10")
    assert len(figure.axes) == 5
    assert figures.rates(of, "sp500-released") is None
    numbers = alm_table4.key_numbers(of)
    assert sum(numbers[f"synthetic-t10.{v.name.lower()}"] for v in alm_table4.CELL_WORDS) == 30


def test_a_choice_at_an_end_of_the_grid_is_marked():
    of = found(lambda c, p: noisy(1.0 / c.rate, 30))
    assert {cell.at_edge for cell in of.cells["synthetic-t10"]} == {True}
    assert "| 1*" in repr(alm_table4_tables.choices_table(of))
    assert alm_table4.claims(of)[-1].verdict is CONTRADICTED


def test_logarithmic_axes_are_labelled_with_plain_numbers():
    with panels(1, 2.0) as (_, (ax,)):
        ax.set(yscale="log", ylim=(0.03, 2.0))
        plain_logarithm(ax.yaxis)
        assert ax.yaxis.get_major_formatter().format_ticks([0.1, 1.0]) == ["0.1", "1"]
        between = ax.yaxis.get_minor_formatter().format_ticks([0.03, 0.04, 0.05, 0.06, 2.0])
        assert between == ["", "0.04", "", "0.06", "2"]
        ax.set(ylim=(0.2, 1.0))
        assert ax.yaxis.get_minor_formatter().format_ticks([0.3, 0.4]) == ["0.3", "0.4"]


def test_rates_fit_errors_once_two_pairs_are_exchanged():
    printed, exchanged = alm_table4_rates.fits(exchange=False), alm_table4_rates.fits(exchange=True)
    wrong = {pair for pair, fit in printed.items() if not fit}
    assert wrong == {(table, s) for table in ("3b", "3c") for s in ("Glorot", "LeCun")}
    assert all(exchanged.values())
    assert len(exchanged) == 15
    made = alm_table4_rates.pairs_that_fit()
    assert (made.violated, made.repaired.violated) == (4, 0)
