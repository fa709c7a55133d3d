"""The search finds what a reader types, in a site opened as files and in one that is served."""

import re
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from reader import Reader

from evidence.kit.paths import BUILD

SITE = BUILD / "html"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *parts):
        """Say nothing on the terminal."""


@pytest.fixture
def served():
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=SITE)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def search(reader, address, word):
    """Type a word into the search page's own field and return the titles that are found."""
    reader.open(address)
    field = reader.page.locator("input[name=q]:visible")
    field.fill(word)
    field.press("Enter")
    reader.page.wait_for_url(f"**/search.html?q={word}*")
    ended = re.compile("finished|did not match")
    reader.page.locator("#search-results .search-summary", has_text=ended).wait_for()
    return reader.page.locator("#search-results li > a").all_inner_texts()


def test_the_search_of_a_site_opened_as_files_finds_feasibility(reader):
    found = search(reader, (SITE / "search.html").as_uri(), "feasibility")
    assert "Figure 1: the feasibility violation" in found
    assert reader.findings() == []


def test_a_word_that_no_page_holds_finds_nothing(reader):
    assert search(reader, (SITE / "search.html").as_uri(), "xylophone") == []


def test_the_search_of_a_served_site_shows_where_the_word_stands(browser, served):
    online = Reader(browser, offline=False)
    found = search(online, f"{served}/search.html", "feasibility")
    assert "Figure 1: the feasibility violation" in found
    excerpt = online.page.locator("#search-results p.context").first
    assert "feasibility" in excerpt.inner_text().lower()
    assert online.findings() == []
