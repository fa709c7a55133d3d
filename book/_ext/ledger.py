"""The claim ledger in the book: directives for the table and its counts, a role for a score.

:::{ledger}
:::

:::{ledger-summary}
:::

{ledger-score}`A`
"""

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from evidence.kit.ledger import (
    KINDS,
    PAPERS,
    Row,
    as_json,
    claims_of,
    entries,
    executed,
    rows,
    score,
)
from evidence.kit.verdicts import Verdict

RESULTS = Path("book") / "results"
LEDGER = Path("data") / "claims.yml"
SCRIPT = "ledger.js"
OPEN = "not asked yet"
ASKED = "Asked here"
"""How a claim says that its question is ours."""

LONG = 220
"""A measurement of more characters is folded behind its beginning."""


class Ledger(NamedTuple):
    """What the book knows: the rows, the pages' titles, and whether all is at the paper's scale."""

    rows: list[Row]
    titles: dict[str, str]
    paper: bool


@cache
def ledger(root: Path) -> Ledger:
    """Return the ledger of a checkout whose notebooks have been executed; read once a build."""
    notebooks = executed(root / RESULTS)
    made = {name: claims_of(notebook) for name, notebook in notebooks.items()}
    titles = {
        path.stem: re.search(r"^# (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)[1]
        for path in root.glob("notebooks/*/*.md")
    }
    given = [notebook.metadata.papermill.parameters for notebook in notebooks.values()]
    paper = all(parameters.get("profile") == "paper" for parameters in given)
    return Ledger(rows(entries(root / LEDGER), made), titles, paper)


def note_sources(env: BuildEnvironment) -> Ledger:
    """Return the ledger, and have the page that asks rebuilt whenever it changes."""
    root = Path(env.srcdir)
    for path in (root / LEDGER, *(root / RESULTS).glob("*.ipynb")):
        env.note_dependency(str(path))
    return ledger(root)


def badge(verdict: Verdict | None) -> str:
    """Return a verdict as the reader sees it; None is no verdict and looks like none."""
    style, words = (verdict.value, verdict.words) if verdict else ("verdict-open", OPEN)
    return f'<span class="verdict {style}">{words}</span>'


def option(verdict: Verdict | None) -> str:
    """Return the value by which the table is filtered."""
    return verdict.value.removeprefix("verdict-") if verdict else "open"


def controls() -> str:
    """Return the filter, hidden until the script that it needs runs."""
    choices = {
        "paper": [(paper, f"Paper {paper}") for paper in PAPERS],
        "kind": [(kind, kind) for kind in KINDS],
        "verdict": [(option(v), v.words if v else OPEN) for v in (*Verdict, None)],
    }
    selects = "".join(
        f'<label for="ledger-{name}">{name.capitalize()}</label><select id="ledger-{name}">'
        '<option value="">all</option>'
        + "".join(f'<option value="{value}">{words}</option>' for value, words in options)
        + "</select>"
        for name, options in choices.items()
    )
    return (
        f'<form class="ledger-filter" id="ledger-filter" hidden>{selects}'
        '<label for="ledger-text">Words</label><input id="ledger-text" type="search" />'
        '<span id="ledger-count" role="status"></span></form>'
    )


def summary(found: Ledger) -> str:
    """Return how many claims of which kind ended with which word, a row a paper and kind."""
    ends = (*Verdict, None)
    head = "".join(f"<th>{h}</th>" for h in ("Kind of claim", "Claims", *map(badge, ends)))
    body = ""
    for paper in PAPERS:
        for kind in KINDS:
            own = [r for r in found.rows if (r.entry.paper, r.entry.kind) == (paper, kind)]
            cells = [f"Paper {paper}, {kind}", len(own), *(score(own)[end] for end in ends)]
            body += "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    return (
        f'<div class="table-scroll"><table class="ledger-summary"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def table(found: Ledger, pages: Mapping[str, str]) -> str:
    """Return the table; it is complete without script.

    Args:
        found: the ledger.
        pages: addresses of the results pages, relative to the page of the table, and the address of
            the listings of modules under the key ``""``.
    """
    head = "".join(f"<th>{h}</th>" for h in ("Claim", "Verdict", "What was measured, and where"))
    body = "".join(
        f'<tr id="{escape(row.entry.id)}" data-paper="{row.entry.paper}" '
        f'data-kind="{row.entry.kind}" '
        f'data-verdict="{option(row.verdict)}"><td>{escape(row.entry.claim)}'
        f"<small>{_own(row.entry.id)} Paper {row.entry.paper}, "
        f"{escape(row.entry.place)}; {row.entry.kind}</small></td>"
        f"<td>{badge(row.verdict)}</td><td>{_evidence(row, found.titles, pages)}</td></tr>"
        for row in found.rows
    )
    return (
        f'<div class="table-scroll"><table class="claims ledger" id="ledger-table"><thead><tr>'
        f"{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _own(name: str) -> str:
    """Return the way to an entry of the ledger."""
    return f'<a href="#{escape(name)}">{escape(name)}</a>'


def _evidence(row: Row, titles: Mapping[str, str], pages: Mapping[str, str]) -> str:
    entry = row.entry
    parts = [f"<p>{escape(words)}</p>" for words in (entry.cannot, entry.open) if words]
    if entry.same_as:
        parts.append(f"<p>As {_own(entry.same_as)}.</p>")
    several = len(row.claims) > 1
    parts += [_measured(claim, several, titles, pages) for claim in row.claims]
    if entry.note:
        parts.append(f"<p>{escape(entry.note)}</p>")
    if row.beside:
        shown = "".join(_measured(claim, True, titles, pages) for claim in row.beside)
        parts.append(f"<details><summary>Asked beside it</summary>{shown}</details>")
    if row.missing:
        parts.append("<p>Some of what decides this is left out at the profile shown.</p>")
    return "".join(parts)


def _measured(
    claim: Mapping[str, str], named: bool, titles: Mapping[str, str], pages: Mapping[str, str]
) -> str:
    """Return what one claim measured, with the way to its row.

    A claim that is one of several, or not quite the paper's, is named with its verdict.
    """
    words, ours = "", escape(claim["ours"])
    if named or ASKED in claim["claim"]:
        words = f"{badge(Verdict[claim['verdict']])} <em>{escape(claim['claim'])}</em> "
    if len(claim["ours"]) > LONG:
        begin = escape(claim["ours"][:LONG].rpartition(" ")[0])
        ours = f"<details><summary>{begin} …</summary>{ours}</details>"
    return (
        f'<div class="measured">{words}{ours} '
        f'<small><a href="{escape(pages[claim["page"]])}#{escape(claim["anchor"])}">'
        f"{escape(titles[claim['page']])}</a>"
        "</small></div>"
    )


class LedgerTable(SphinxDirective):
    """The ledger of both papers, with its filter."""

    def run(self) -> list[nodes.Node]:
        """Return the table; at the paper profile a source that matches nothing is a warning."""
        found = note_sources(self.env)
        for sentence in (s for row in found.rows for s in row.missing if found.paper):
            logging.getLogger(__name__).warning(sentence, location=self.get_location())
        uri, here = self.env.app.builder.get_relative_uri, self.env.docname
        pages = {name: uri(here, (RESULTS / name).as_posix()) for name in found.titles}
        link = '<p><a href="claims.json" download>The same as JSON</a></p>'
        return [nodes.raw("", controls() + table(found, pages) + link, format="html")]


class LedgerSummary(SphinxDirective):
    """The counts by paper, kind and verdict."""

    def run(self) -> list[nodes.Node]:
        """Return the table of counts."""
        return [nodes.raw("", summary(note_sources(self.env)), format="html")]


class LedgerScore(SphinxRole):
    """How the claims of one paper ended, as a row of badges."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number of claims and, for every word, how many ended with it."""
        own = [row for row in note_sources(self.env).rows if row.entry.paper == self.text]
        ended = score(own)
        found: list[nodes.Node] = [nodes.Text(f"{len(own)} claims: ")]
        for verdict in (*Verdict, None):
            style, words = (verdict.value, verdict.words) if verdict else ("verdict-open", OPEN)
            if ended[verdict]:
                text = f"{ended[verdict]} × {words}"
                found += [nodes.inline("", text, classes=["verdict", style]), nodes.Text(" ")]
        return found, []


def add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load the filter on the pages that have something to filter."""
    if doctree and any("ledger-table" in raw.astext() for raw in doctree.findall(nodes.raw)):
        app.add_js_file(SCRIPT)


def write_json(app: Sphinx, exception: Exception | None) -> None:
    """Write the ledger for machines next to its page."""
    if not exception and app.builder.format == "html" and (Path(app.srcdir) / LEDGER).exists():
        path = Path(app.outdir) / "book" / "claims.json"
        path.write_text(as_json(ledger(Path(app.srcdir)).rows), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register directive, role and handlers."""
    app.add_directive("ledger", LedgerTable)
    app.add_directive("ledger-summary", LedgerSummary)
    app.add_role("ledger-score", LedgerScore())
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write_json)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
