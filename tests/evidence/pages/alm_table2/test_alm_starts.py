"""Table 2's claims follow the records, which come out again."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.records import Record, Store
from evidence.kit.registry import units
from evidence.kit.reproduce import compare
from evidence.kit.runner import PAPER_RECORDS
from evidence.pages.alm_table2 import runs_starts as alm_starts
from evidence.pages.alm_table2.tables import lambda_table, starts_table, table2
from evidence.papers.alm_printed import number, shown
from evidence.protocols.alm import TABLE2
from lib import alm
from lib.datasets import synthetic


@pytest.mark.parametrize(
    ("text", "value", "display"),
    [("5/6", 5 / 6, "5/6"), ("0.90", 0.9, "0.90"), ("10^2", 100, "10²"), ("10^-5", 1e-5, "10⁻⁵")],
)
def test_printed_numbers_are_read_exactly(text, value, display):
    assert number(text) == value
    assert shown(text) == display


def test_the_code_uses_what_table_2_prints_but_for_the_level():
    table = table2()
    other = table[table["the code"] != "as printed"]
    assert list(other.index) == ["Γ"]
    assert other["the code"].item() == "the larger of 100 and L(s⁰)"


def test_a_parameter_that_differs_from_the_print_is_shown(monkeypatch):
    moved = {**TABLE2, "sp500-written": replace(TABLE2["sp500-written"], eta3=1.5)}
    monkeypatch.setattr("evidence.pages.alm_table2.tables.TABLE2", moved)
    assert "S&P written: 1.5" in table2().loc["η₃", "the code"]


def test_a_series_is_drawn_as_its_dataset_is():
    recipe = synthetic.RECIPES["synthetic-t10"]
    _, Y = synthetic.simulate(recipe, synthetic.stream("synthetic-t10", 4))
    Z = synthetic.generate("synthetic-t10", 4, "none").Y
    assert np.array_equal(Y, Z)


@pytest.mark.parametrize("name", alm_starts.QUICK)
def test_the_first_seed_of_a_record_comes_out_again(name):
    committed = Store(PAPER_RECORDS)
    unit = next(u for u in units("alm_starts", "paper") if u.config.dataset == name)
    record = committed.load(unit)
    first = replace(record, rows=[row for row in record.rows if row.get("seed", 0) == 0])
    again = replace(record, rows=alm_starts.run(replace(unit.config, seeds=1)).rows)
    found, beyond = compare(first, again, unit.config)
    assert not beyond, found


def measured(dataset: str, changed: dict[str, float | None] | None = None, target=1.0) -> Record:
    names = (*alm.INITIALISATIONS, *alm.VARIANTS, *alm_starts.READINGS)
    levels = dict.fromkeys(names, 50.0) | (changed or {})
    rows = [
        {
            "about": "start",
            "seed": 0,
            "initialisation": name,
            "objective": level,
            "largest_state": 1.0,
            "singular_value": 2.0,
            "spectral_radius": 1.0,
        }
        for name, level in levels.items()
    ]
    rows += [
        {"about": "series", "seed": 0, "reading": reading, "largest_target": value}
        for reading, value in (("deviation", 1.0), ("variance", target))
    ]
    lambdas = {f"lambda{i}": 1.0 for i in range(1, 7)}
    rows.append({"about": "problem", "inputs": 2, "outputs": 3, **lambdas})
    return Record("alm_starts", {"dataset": dataset, "seeds": 1}, {}, rows, {}, {})


def test_tables_name_starts_that_overflow():
    table = starts_table([measured("synthetic-t10", {"he": None})])
    assert table.loc["He", "T = 10"] == "1 of 1; overflow"
    assert lambda_table([measured("synthetic-t10")]).loc["inputs n"].item() == "2"
