"""The filters of the claim ledger show the rows that were asked for, and count them."""

import re

import pytest

from evidence.kit.paths import BUILD

LEDGER = BUILD / "html" / "book" / "ledger.html"
SHOWN = "#ledger-table tbody tr:visible"


@pytest.fixture
def page(reader):
    reader.open(LEDGER.as_uri())
    yield reader.page
    assert reader.findings() == []


def counted(page):
    """Return the two numbers of the count: the rows that are shown, and all."""
    shown, every = re.findall(r"\d+", page.locator("#ledger-count").inner_text())
    return int(shown), int(every)


def test_without_a_filter_every_row_is_shown(page):
    rows = page.locator("#ledger-table tbody tr").count()
    assert rows > 100
    assert counted(page) == (rows, rows)
    assert page.locator(SHOWN).count() == rows


@pytest.mark.parametrize("name", ["paper", "verdict", "kind"])
def test_each_choice_of_a_filter_shows_its_rows_and_all_of_them_together_every_row(page, name):
    options = page.locator(f"#ledger-{name} option").evaluate_all("all => all.map(o => o.value)")
    total = 0
    for value in filter(None, options):
        page.select_option(f"#ledger-{name}", value)
        found = page.locator(SHOWN).evaluate_all(f"rows => rows.map(r => r.dataset.{name})")
        assert set(found) <= {value}
        assert counted(page)[0] == len(found)
        total += len(found)
    assert total == counted(page)[1]


def test_words_and_choices_narrow_the_table_together_and_can_be_taken_back(page):
    _, every = counted(page)
    page.fill("#ledger-text", "Feasibility")
    found = page.locator(SHOWN).all_inner_texts()
    assert 0 < len(found) < every
    page.select_option("#ledger-paper", "B")
    narrowed = page.locator(SHOWN).count()
    assert 0 < narrowed <= len(found)
    assert counted(page) == (narrowed, every)
    page.fill("#ledger-text", "xylophone")
    assert counted(page) == (0, every)
    assert page.locator(SHOWN).count() == 0
    page.fill("#ledger-text", "")
    page.select_option("#ledger-paper", "")
    assert counted(page) == (every, every)
