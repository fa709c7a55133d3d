"""The grid search on Wine: its folds and its statistics."""

import copy
import dataclasses

import numpy as np
import pytest
import torch

from evidence.kit.records import Store, Unit
from evidence.kit.registry import units
from evidence.kit.runner import PAPER_RECORDS, compute
from evidence.pages.sl1_search import claims_fig5 as sl1_fig5
from evidence.pages.sl1_search import figure_fig5 as figures
from evidence.pages.sl1_search import tables_fig5 as sl1_fig5_tables
from evidence.pages.sl1_search.runs_grid import DATASET, Grid, divide
from evidence.pages.sl1_search.search import TEXT, candidate, percent, points, power, search, values
from evidence.protocols.sl1 import TABLE2, parts
from evidence.statistics import Outcome

COMMITTED = Store(PAPER_RECORDS)
UNITS = units("sl1_grid", "paper")


@pytest.fixture
def records():
    """The committed records, which a test may change."""
    return [copy.deepcopy(COMMITTED.load(unit)) for unit in UNITS]


def rows_of(records, cell):
    rate, strength, alpha = cell
    record = next(r for r in records if r.config["alpha"] == alpha)
    found = [row for row in record.rows if (row["rate"], row["strength"]) == (rate, strength)]
    assert found
    return found


def level(records, right=20, test=45):
    """Give all candidates the same answers, a little noise included that they share."""
    for record in records:
        for row in record.rows:
            row |= {"right": [right, right + 1] * 2 + [right], "test": test + row["trial"] % 2}


def lift(records, cell, by=3):
    for row in rows_of(records, cell):
        row["right"] = [right + by - (row["trial"] == k) for k, right in enumerate(row["right"])]


def test_both_settings_of_the_paper_are_in_the_grid():
    for setting in (TEXT, TABLE2[DATASET]):
        configs = [unit.config for unit in UNITS]
        assert setting.rate in configs[0].rates
        assert setting.strength in configs[0].strengths
        assert setting.alpha in {config.alpha for config in configs}


def test_held_out_samples_are_not_trained_on_and_the_scaling_is_the_fold_s_own():
    whole, _ = parts(DATASET, 2, torch.float32)
    kept, held = divide(whole, 5)
    assert kept.X.shape == (10, 100, 1, 13)
    assert held.X.shape == (10, 25, 1, 13)
    torch.testing.assert_close(kept.X.mean(1), torch.zeros(10, 1, 13), atol=1e-6, rtol=0)
    torch.testing.assert_close(kept.X.std(1, correction=0), torch.ones(10, 1, 13))
    for trial in range(2):
        own = slice(5 * trial, 5 * trial + 5)
        total = held.targets[own].sum((0, 1))
        torch.testing.assert_close(total, whole.targets[trial].sum(0))
        torch.testing.assert_close(total, kept.targets[own].sum((0, 1)) / 4)
    with pytest.raises(ValueError, match="folds must divide the 125"):
        divide(whole, 7)


def computed(config, folder):
    """Return the rows of a configuration, trained on one thread as every record is."""
    unit, store = Unit("sl1_grid", config, config.checksums), Store(folder)
    store.save(*compute(unit))
    return store.load(unit).rows


def test_a_candidate_is_trained_as_it_would_be_alone(tmp_path):
    few = Grid(0.01, rates=(5e-3, 5e-2), strengths=(1e-5, 5e-2), epochs=10, trials=1)
    alone = dataclasses.replace(few, rates=(5e-2,), strengths=(5e-2,))
    together = [row for row in computed(few, tmp_path) if row["rate"] == row["strength"] == 5e-2]
    by_itself = computed(alone, tmp_path)
    assert [row["right"] for row in together] == [row["right"] for row in by_itself]
    for a, b in zip(together, by_itself, strict=True):
        assert a["test loss"] == pytest.approx(b["test loss"], rel=1e-4)


def test_the_search_reads_every_record_at_its_place(records):
    cell = (5e-3, 5e-4, 0.1)
    for row in rows_of(records, cell):
        row |= {"right": [row["trial"]] * 5, "test": 53, "loss": 7.0}
    found = search(records)
    k = found.cells.index(cell)
    assert found.folds[k, :, 0] == pytest.approx(np.arange(10) / 25)
    assert found.accuracy[k] == pytest.approx(4.5 / 25)
    assert (found.test[k] == 1).all()
    assert found.loss[k] == 7


def test_equal_candidates_are_all_tied(records):
    level(records)
    found = search(records)
    assert found.tied.all()
    assert [e.significant for e in found.effects.values()] == [0, 0, 0]
    assert [e.share for e in found.effects.values()] == [0, 0, 0]
    assert set(found.against_others(candidate(TEXT)).values()) == {Outcome.TIE}
    assert sl1_fig5.optimism(found) == pytest.approx(np.zeros(10))


def test_one_candidate_ahead_of_all_is_the_single_optimum(records):
    level(records)
    lift(records, candidate(TEXT))
    found = search(records)
    assert found.cells[found.best] == candidate(TEXT)
    assert found.tied.sum() == 1
    assert found.lag(candidate(TEXT)).severe_p == 1
    assert (found.severe_p > 0.05).sum() == 1
    assert set(found.against_others(candidate(TEXT)).values()) == {Outcome.BETTER}
    assert found.against_others(candidate(TABLE2[DATASET]))[candidate(TEXT)] is Outcome.WORSE
    assert found.lag(candidate(TABLE2[DATASET])).rank == 2


def test_the_variance_is_the_rate_s_when_only_the_rate_matters(records):
    level(records)
    for cell in search(records).cells:
        if cell[0] == 5e-2:
            lift(records, cell)
    effects = search(records).effects
    assert effects["rate"].share == pytest.approx(1)
    assert effects["rate"].significant == 15 * 3
    assert effects["rate"].comparisons == 15 * 6
    assert effects["strength"].comparisons == 12 * 10
    assert effects["alpha"].comparisons == 20 * 3
    assert effects["strength"].significant == effects["alpha"].significant == 0


def test_a_candidate_lucky_on_one_test_part_is_optimism(records):
    level(records)
    for trial, cell in enumerate(search(records).cells[:10]):
        for row in rows_of(records, cell):
            row["test"] = 50 if row["trial"] == trial else 45
    found = search(records)
    assert found.choices["reported"] == pytest.approx(np.full(10, 50 / 53))
    assert sl1_fig5.optimism(found).mean() > 4 / 53
    assert found.choices["validated"] == pytest.approx(found.test.mean(0))


def test_a_candidate_outside_the_grid_has_no_place(records):
    assert search(records).lag((1.0, 1.0, 1.0)) is None
    with pytest.raises(ValueError, match="unknown candidate"):
        search(records).against_others((1.0, 1.0, 1.0))


def test_tables_and_figures_have_a_row_for_every_look(records):
    assert list(sl1_fig5_tables.epochs_table(records).index) == ["100", "500", "1,000"]
    assert sl1_fig5_tables.effects_table(records).shape[0] == 3
    found = search(records)
    assert len(figures.maps(found).axes) == 4
    assert len(figures.choices(found).axes) == 1


def test_numbers_as_a_reader_sees_them():
    assert [power(v) for v in (5e-5, 1e-5, 2.5e-7, 1e-3, 0.05)] == [
        "5·10⁻⁵",
        "1·10⁻⁵",
        "2.5·10⁻⁷",
        "0.001",
        "0.05",
    ]
    assert percent(0.98765) == "98.77 %"
    assert points(0.0112) == "1.12 points"
    assert values(candidate(TEXT)) == "η = 0.005, λ = 5·10⁻⁵, α = 0.01"
