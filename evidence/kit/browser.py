"""A browser for what is done with the built site: printing it, and reading it as its readers do."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OFFLINE = (
    "--headless",
    "--no-sandbox",  # root, which containers run as, may not use the sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 120_000
"""Milliseconds before a page that does not settle is a failure; a busy machine is slow."""


def installed() -> str | None:
    """Return the browser to use: the one that BOOK_BROWSER names, else the first found, or None.

    Raises:
        FileNotFoundError: BOOK_BROWSER names a browser that is not there.
    """
    named = os.environ.get("BOOK_BROWSER")
    found = next(filter(None, map(shutil.which, [named] if named else NAMES)), None)
    if named and not found:
        raise FileNotFoundError(f"BOOK_BROWSER names {named!r}, which is no program here")
    return found


def launch(playwright: Playwright, program: str) -> Browser:
    """Start the browser; it asks nobody for updates."""
    return playwright.chromium.launch(executable_path=program, args=list(OFFLINE))
