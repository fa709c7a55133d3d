"""Every page of the built site, offline: in light and dark, on a desktop and on a phone.

With names of pages in BOOK_PAGES those alone are read; links are looked at in all.
"""

import os

import pytest
from reader import dead_links, listings, pages

from evidence.kit.paths import BUILD

SITE = BUILD / "html"
ENTRY = SITE / "index.html"
LISTINGS = listings(SITE)
PAGES = [path for path in pages(SITE) if path != ENTRY and path not in LISTINGS[1:]]
NAMED = os.environ.get("BOOK_PAGES")
READ = [path for path in PAGES if NAMED is None or path.name in NAMED.split(os.pathsep)]


def test_the_site_has_been_built():
    assert SITE / "book" / "index.html" in PAGES, "no site in _build/html; run: make book"


@pytest.mark.parametrize("path", READ, ids=lambda path: str(path.relative_to(SITE)))
def test_a_reader_finds_nothing_to_stumble_over(reader, path):
    assert reader.read(path) == []


def test_no_link_is_dead():
    assert LISTINGS
    assert {path.name: dead for path in pages(SITE) if (dead := dead_links(path))} == {}


def test_the_site_s_address_leads_to_its_first_page(reader):
    reader.page.goto(ENTRY.as_uri())
    reader.page.wait_for_url((SITE / "book" / "index.html").as_uri())
