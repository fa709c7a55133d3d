"""A browser for these tests, shared by all of a process."""

import pytest
from playwright.sync_api import sync_playwright
from reader import Reader

from evidence.kit.browser import installed, launch


@pytest.fixture(scope="session")
def browser():
    program = installed()
    if program is None:
        pytest.skip("no browser: install Chromium or Chrome, or name one in BOOK_BROWSER")
    with sync_playwright() as playwright, launch(playwright, program) as browser:
        yield browser


@pytest.fixture(scope="session")
def reader(browser):
    return Reader(browser)
