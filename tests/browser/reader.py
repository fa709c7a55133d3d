"""Reads a page of the built site as its readers do, and lists all that they would stumble over."""

import re
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Request

from evidence.kit.browser import PATIENCE

CHECKS = Path(__file__).with_name("checks.js")
VIEWS = {"desktop": (1280, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
LOCAL = ("file", "data", "blob", "about")
LINK = re.compile(r"""<a\b[^>]*?\shref=(?:"([^"]*)"|'([^']*)')""")


def pages(site: Path) -> list[Path]:
    """Return every page of a built site, without the files that pages are made with."""
    made_with = ("_static", "_sources", "_images", "_downloads", "_sphinx_design_static")
    found = sorted(site.rglob("*.html"))
    return [path for path in found if path.relative_to(site).parts[0] not in made_with]


def listings(site: Path) -> list[Path]:
    """Return the pages that list the source of a module; all look alike."""
    return [path for path in pages(site) if path.relative_to(site).parts[0] == "_modules"]


def dead_links(path: Path) -> list[str]:
    """Return what is wrong with the links of a page, read from its file alone."""
    base = path.as_uri()
    links = (urljoin(base, unescape(a or b)) for a, b in LINK.findall(path.read_text("utf-8")))
    return [*filter(None, map(dead, dict.fromkeys(links)))]


class Reader:
    """One window of the browser: opens page after page and notes what goes wrong."""

    def __init__(self, browser: Browser, offline: bool = True) -> None:
        self.seen: dict[str, list[str]] = {}
        self.context = browser.new_context(reduced_motion="reduce", offline=offline)
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(path=CHECKS)
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._note(f"script error: {error}"))
        self.page.on("request", self._request)
        self.page.on("requestfailed", lambda r: self._note(f"request failed: {_place(r.url)}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console error: {message.text} ({_place(message.location['url'])})")

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in LOCAL and url.hostname != "127.0.0.1":
            self._note(f"request leaves the machine: {request.url}")

    def _note(self, finding: str, view: str | None = None) -> None:
        views = self.seen.setdefault(finding, [])
        if view:
            views.append(view)

    def open(self, address: str) -> None:
        """Open a page; its findings begin anew."""
        self.page.goto("about:blank")
        self.seen.clear()
        self.page.goto(address, wait_until="load")
        self.page.evaluate("bookChecks.stopTransitions()")

    def look(self) -> None:
        """Check the open page at every width and in every colour scheme, then its links."""
        for view, (width, height) in VIEWS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                self.page.emulate_media(color_scheme=scheme)
                self.page.evaluate("bookChecks.settled()")
                for finding in dict.fromkeys(self.page.evaluate("bookChecks.findings()")):
                    self._note(finding, f"{view} {scheme}")
        for wrong in filter(None, map(dead, self.page.evaluate("bookChecks.links()"))):
            self._note(wrong)

    def findings(self) -> list[str]:
        """Return one line per finding, with the views that show it unless all do."""
        every = len(VIEWS) * len(SCHEMES)
        return [
            f"{finding} [{', '.join(views)}]" if 0 < len(views) < every else finding
            for finding, views in self.seen.items()
        ]

    def read(self, path: Path) -> list[str]:
        """Return all findings on one page, opened as a file."""
        self.open(path.as_uri())
        self.look()
        return self.findings()


def dead(link: str) -> str | None:
    """Return what is wrong with a link to a file of the site, None for one that leads somewhere."""
    url = urlsplit(link)
    if url.scheme != "file":
        return None
    path = Path(unquote(url.path))
    if not path.is_file():
        return f"dead link: {_place(link)}"
    anchor = unquote(url.fragment)
    if anchor and path.suffix == ".html" and anchor not in _anchors(path):
        return f"dead anchor: {_place(link)}"
    return None


@cache
def _anchors(path: Path) -> frozenset[str]:
    text = path.read_text(encoding="utf-8")
    return frozenset(map(unescape, re.findall(r'\b(?:id|name)="([^"]*)"', text)))


def _place(address: str) -> str:
    """Return an address without the folders of this machine."""
    _, inside, rest = address.partition("/_build/html/")
    return rest if inside else address
