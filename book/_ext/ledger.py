"""The claim ledger in the book: directives for its table, bars, headlines and changes, and a role.

:::{ledger}
:::

:::{ledger-bars}
:::

:::{ledger-headlines} A
:::

:::{ledger-places} A
:::

:::{ledger-changes}
:::

{ledger-score}`A`
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective, SphinxRole

from evidence.kit.claims import OWN, PAPERS
from evidence.kit.costs import full_scale
from evidence.kit.crate import crate
from evidence.kit.ledger import (
    CHANGED,
    HEADLINES,
    Row,
    as_json,
    before,
    changes,
    claims_of,
    executed,
    headlines,
    rows,
    score,
)
from evidence.kit.rule import KINDS
from evidence.kit.verdicts import Verdict

RESULTS = Path("book") / "results"
LEDGER = Path("data") / "claims.yml"
LEDGER_PAGE = "ledger.html"
SCRIPT = "ledger.js"


class Ledger(NamedTuple):
    """What the book knows: the rows, and the pages' titles."""

    rows: list[Row]
    titles: dict[str, str]


@cache
def ledger(root: Path) -> Ledger:
    """Return the ledger of a checkout whose notebooks have been executed; read once a build."""
    made = {name: claims_of(notebook) for name, notebook in executed(root / RESULTS).items()}
    titles = {
        path.stem: re.search(r"^# (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)[1]
        for path in root.glob("notebooks/*/*.md")
    }
    return Ledger(rows(made), titles)


def note_sources(env: BuildEnvironment) -> Ledger:
    """Return the ledger, and have the page that asks rebuilt whenever it changes."""
    root = Path(env.srcdir)
    for path in (root / LEDGER, CHANGED, Path(__file__), *(root / RESULTS).glob("*.ipynb")):
        env.note_dependency(str(path))
    return ledger(root)


def badge(verdict: Verdict, words: str = "") -> str:
    """Return a verdict as the reader sees it."""
    return f'<span class="verdict {verdict.value}">{escape(words or verdict.words)}</span>'


def option(verdict: Verdict) -> str:
    """Return the value by which the table is filtered."""
    return verdict.value.removeprefix("verdict-")


def controls() -> str:
    """Return the filter, hidden until the script that it needs runs."""
    choices = {
        "paper": [(paper, f"Paper {paper}") for paper in PAPERS],
        "kind": [(kind, kind) for kind in KINDS],
        "verdict": [(option(verdict), verdict.words) for verdict in Verdict],
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


def bars(found: Iterable[Row]) -> str:
    """Return stacked bars: per paper and kind, how many claims ended with which word."""
    found = list(found)
    parts = []
    for paper in PAPERS:
        for kind in KINDS:
            own = [r for r in found if (r.said.paper, r.said.kind) == (paper, kind)]
            ended = score(own)
            stack = "".join(
                f'<span class="bar {verdict.value}" style="flex-grow:{ended[verdict]}" '
                f'title="{ended[verdict]} {verdict.words}">{ended[verdict]}</span>'
                for verdict in Verdict
                if ended[verdict]
            )
            said = ", ".join(f"{ended[v]} {v.words}" for v in Verdict if ended[v]) or "none"
            parts.append(
                f"<dt>Paper {paper}, {kind} <small>{len(own)}</small></dt>"
                f'<dd role="img" aria-label="{said}">{stack}</dd>'
            )
    legend = " ".join(badge(verdict) for verdict in Verdict)
    return f'<p>{legend}</p><dl class="ledger-bars">{"".join(parts)}</dl>'


def grid(heads: Iterable[str], rows: Iterable[str], style: str) -> str:
    """Return a table of rows that are HTML already."""
    head = "".join(f"<th>{head}</th>" for head in heads)
    return (
        f'<div class="table-scroll"><table {style}><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def table(found: Ledger, pages: Mapping[str, str]) -> str:
    """Return the table; it is complete without script.

    Args:
        found: the ledger.
        pages: addresses of the results pages, relative to the page of the table.
    """
    rows = (
        f'<tr id="{escape(row.said.id)}" data-paper="{escape(row.said.paper)}" '
        f'data-kind="{escape(row.said.kind)}" '
        f'data-verdict="{option(row.verdict)}"><td>{escape(row.said.claim)}'
        f"<small>{_own(row.said.id)} Paper {escape(row.said.paper)}, "
        f"{escape(row.said.place)}; {escape(row.said.kind)}</small></td>"
        f"<td>{badge(row.verdict)}</td><td>{_evidence(row, found.titles, pages)}</td></tr>"
        for row in found.rows
    )
    heads = ("Claim", "Verdict", "What was found, and where")
    return grid(heads, rows, 'class="claims ledger" id="ledger-table"')


def _own(name: str, page: str = "") -> str:
    """Return the way to a row of the ledger; a question of our own has none."""
    name = escape(name)
    return name if name.startswith(OWN) else f'<a href="{page}#{name}">{name}</a>'


def _evidence(row: Row, titles: Mapping[str, str], pages: Mapping[str, str]) -> str:
    said = row.said
    parts = [f"<p>{escape(said.cannot)}</p>"] if said.cannot else []
    if said.same_as:
        parts.append(f"<p>As {_own(said.same_as)}.</p>")
    if row.measured:
        parts.append(_measured(row.measured, titles, pages))
    if said.note:
        parts.append(f"<p>{escape(said.note)}</p>")
    if row.beside:
        shown = "".join(
            f"<p>{badge(Verdict[one['verdict']], one['words'])} <em>{escape(one['claim'])}</em></p>"
            + _measured(one, titles, pages)
            for one in row.beside
        )
        parts.append(f"<details><summary>Asked beside it</summary>{shown}</details>")
    return "".join(parts)


def _measured(claim: Mapping[str, Any], titles: Mapping[str, str], pages: Mapping[str, str]) -> str:
    """Return what one page found, with the way to its row."""
    return (
        f'<div class="measured">{escape(claim["found"])} <small>{escape(claim["detail"])} '
        f"{_way(claim, pages)}{escape(titles[claim['page']])}</a>"
        "</small></div>"
    )


def _page(name: str, titles: Mapping[str, str], pages: Mapping[str, str]) -> str:
    """Return a link to a page of results, with its title."""
    return f'<a href="{escape(pages[name])}">{escape(titles[name])}</a>'


def _way(claim: Mapping[str, Any], pages: Mapping[str, str]) -> str:
    """Return the opening of a link to a claim's row on its page."""
    return f'<a href="{escape(pages[claim["page"]])}#{escape(claim["anchor"])}">'


def first(found: Ledger, paper: str, pages: Mapping[str, str], most: int = HEADLINES) -> str:
    """Return the first headline claims of a paper: the claim, its word, and what was found."""
    items = "".join(
        f"<li>{badge(row.verdict)} {escape(row.said.claim)} "
        + (
            f"{_way(row.measured, pages)}{escape(row.measured['found'])}</a>"
            if row.measured
            else escape(row.said.cannot)
        )
        + "</li>"
        for row in headlines(found.rows, paper)[:most]
    )
    return f'<ol class="ledger-headlines">{items}</ol>'


def places(found: Ledger, paper: str, pages: Mapping[str, str]) -> str:
    """Return where a paper says what is judged, with the pages that measure it."""
    where: dict[str, dict[str, None]] = {}
    for row in found.rows:
        if row.said.paper == paper and row.measured:
            where.setdefault(row.said.place, {})[row.measured["page"]] = None
    rows = (
        f"<tr><td>{escape(place)}</td><td>"
        + ", ".join(
            f'<a href="{escape(pages[page])}">{escape(found.titles[page])}</a>' for page in own
        )
        + "</td></tr>"
        for place, own in where.items()
    )
    return grid(("Place", "Pages"), rows, 'class="rows labelled"')


def changed(found: Ledger) -> str:
    """Return every claim whose word is another one than before, with the reason."""
    rows = (
        f'<tr id="changed-{escape(one.id)}"><td>{escape(one.id)}</td>'
        f"<td>{escape(one.before)}</td><td>"
        + (
            " ".join(f"{badge(word)} {_own(name, LEDGER_PAGE)}" for name, word in one.now)
            or "dropped"
        )
        + f"</td><td>{escape(one.because)}</td></tr>"
        for one in changes(found.rows, before())
    )
    return grid(("Claim", "Before", "Now", "Because"), rows, 'class="claims changes"')


JSON = '<p><a href="claims.json" download>The same as JSON</a></p>'

SHOWN: dict[str, Callable[[Ledger, Mapping[str, str], list[str]], str]] = {
    "ledger": lambda found, pages, _: controls() + table(found, pages) + JSON,
    "ledger-bars": lambda found, *_: bars(found.rows),
    "ledger-headlines": lambda found, pages, given: first(
        found, given[0], pages, *map(int, given[1:])
    ),
    "ledger-places": lambda found, pages, given: places(found, given[0], pages),
    "ledger-changes": lambda found, *_: changed(found),
}
"""What each directive shows of the ledger, given the pages' addresses and its own arguments."""


class Shown(SphinxDirective):
    """A directive that shows something of the ledger as HTML."""

    optional_arguments = 2

    def run(self) -> list[nodes.Node]:
        """Return the HTML."""
        found = note_sources(self.env)
        uri, here = self.env.app.builder.get_relative_uri, self.env.docname
        pages = {name: uri(here, (RESULTS / name).as_posix()) for name in found.titles}
        return [nodes.raw("", SHOWN[self.name](found, pages, self.arguments), format="html")]


class LedgerScore(SphinxRole):
    """How the claims of one paper ended, as a row of badges."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number of claims and, for every word, how many ended with it."""
        own = [row for row in note_sources(self.env).rows if row.said.paper == self.text]
        ended = score(own)
        found: list[nodes.Node] = [nodes.Text(f"{len(own)} claims: ")]
        for verdict in Verdict:
            if ended[verdict]:
                text = f"{ended[verdict]} × {verdict.words}"
                found += [
                    nodes.inline("", text, classes=["verdict", verdict.value]),
                    nodes.Text(" "),
                ]
        return found, []


def add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load the filter on the pages that have something to filter."""
    if doctree and any("ledger-table" in raw.astext() for raw in doctree.findall(nodes.raw)):
        app.add_js_file(SCRIPT)


def write_for_machines(app: Sphinx, exception: Exception | None) -> None:
    """Write the ledger as JSON next to its page, the research object beside the pages."""
    if exception or app.builder.format != "html" or not (Path(app.srcdir) / LEDGER).exists():
        return
    found, out = ledger(Path(app.srcdir)), Path(app.outdir)
    links = {name: f"results/{name}.html" for name in found.titles}
    (out / "book" / "claims.json").write_text(as_json(found.rows, links), encoding="utf-8")
    crate(found.rows, found.titles, full_scale()).metadata.write(out)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register directives, role and handlers."""
    for name in SHOWN:
        app.add_directive(name, Shown)
    app.add_role("ledger-score", LedgerScore())
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write_for_machines)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
