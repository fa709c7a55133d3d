"""Prints the built site as one PDF: every page in the order of the contents, with its figures.

Each page is opened as its readers open it, so that what scripts draw is there. Its article then
joins the others in one document, in which links between pages stay links.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml
from playwright.sync_api import Browser, sync_playwright
from pypdf import PdfReader

from evidence.kit.browser import PATIENCE, installed, launch
from evidence.kit.paths import BUILD, ROOT
from evidence.kit.site import HTML

PDF = BUILD / "book.pdf"

FOOTER = """<span style="font-size: 7px; margin: auto; color: gray">
{} &ensp; <span class="pageNumber"></span></span>"""

ARTICLE = """async () => {
  const here = location.pathname.split("/").pop();
  const article = document.querySelector("article.bd-article");
  const named = (page, anchor) => page.replace(".html", "") + "--" + anchor;
  const screen = ".headerlink, .copybtn, .ledger-filter, script";
  article.querySelectorAll(screen).forEach(e => e.remove());
  const folds = "details:not(.hide), details.above-output";
  article.querySelectorAll(folds).forEach(e => { e.open = true; });
  article.querySelectorAll("[id]").forEach(e => { e.id = named(here, e.id); });
  article.querySelectorAll("img").forEach(e => { e.loading = "eager"; e.src = e.src; });
  article.querySelectorAll("a[href]").forEach(link => {
    const to = new URL(link.href), page = to.pathname.split("/").pop();
    if (to.protocol === "data:") link.removeAttribute("href");
    else if (to.protocol === "file:")
      link.setAttribute("href", "#" + named(page, decodeURIComponent(to.hash.slice(1)) || "top"));
  });
  return `<section id="${named(here, "top")}">${article.innerHTML}</section>`;
}"""
"""Returns the article of the open page, its anchors and links good for the whole book."""

JOIN = """async (articles) => {
  document.querySelector("#jb-print-docs-body")?.remove();
  const article = document.querySelector("article.bd-article");
  article.innerHTML = articles.join("");
  article.querySelectorAll(":scope > section + section").forEach(e => e.style.breakBefore = "page");
  article.querySelectorAll("h1").forEach(e => e.style.setProperty("display", "block", "important"));
  article.querySelectorAll("a[href^='#']").forEach(link => {
    if (!document.getElementById(link.getAttribute("href").slice(1))) link.removeAttribute("href");
  });
  await MathJax.startup.promise;
  await MathJax.typesetPromise([article]);
  const images = [...article.querySelectorAll("img")];
  await Promise.all(images.map(image => image.decode()));
  await document.fonts.ready;
  return {
    chapters: [...article.querySelectorAll("h1")].map(e => e.textContent),
    figures: images.map(image => image.alt),
    records: document.querySelector("footer p:has(code)").textContent,
  };
}"""
"""Puts all articles in the place of one; returns what must be in the PDF."""


def contents(root: Path = ROOT) -> list[str]:
    """Return the pages of the book in the order of its contents, without their endings."""

    def below(entry: dict) -> Iterator[str]:
        if "file" in entry:
            yield entry["file"]
        for part in ("parts", "chapters", "sections"):
            for inner in entry.get(part, ()):
                yield from below(inner)

    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *below(toc)]


def write(
    browser: Browser, pages: Sequence[str], site: Path = HTML, output: Path = PDF
) -> dict[str, list[str]]:
    """Print pages of the built site; return their titles and what their figures show.

    Raises:
        playwright.sync_api.Error: a page has not been built, or does not settle.
    """
    page = browser.new_page(offline=True, color_scheme="light", reduced_motion="reduce")
    page.set_default_timeout(PATIENCE)
    page.route("**/mathjax/**", lambda route: route.abort())  # one pass at the end does it all
    articles = []
    for name in pages:
        page.goto((site / f"{name}.html").as_uri())
        articles.append(page.evaluate(ARTICLE))
    page.unroute_all()
    page.goto((site / "book" / "alm_rnn.html").as_uri())  # a page with formulas
    written = page.evaluate(JOIN, articles)
    page.pdf(
        path=output,
        format="A4",
        margin=dict.fromkeys(("top", "right", "bottom", "left"), "18mm"),
        print_background=True,  # the bars of the ledger are backgrounds
        outline=True,
        tagged=True,
        display_header_footer=True,
        header_template="<span></span>",
        footer_template=FOOTER.format(written.pop("records")),
    )
    page.close()
    return written


def missing(written: Mapping[str, Sequence[str]], output: Path = PDF) -> list[str]:
    """Return the titles that are no bookmark of a PDF, and the texts of figures not in it."""
    pdf = PdfReader(output)
    # A bookmark lacks the spaces of a broken line, and has a title at the top of a page twice.
    marks = tuple("".join(m.title.split()) for m in pdf.outline if not isinstance(m, list))
    shown, todo = set(), [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while todo:
        node = todo.pop().get_object()
        if isinstance(node, list):
            todo += node
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure":
                shown.add(node.get("/Alt"))
            todo += [node["/K"]] if "/K" in node else []
    titles = {title: "".join(title.split()) for title in written["chapters"]}
    return [
        *(title for title, mark in titles.items() if not any(m.startswith(mark) for m in marks)),
        *(text for text in written["figures"] if text not in shown),
    ]


def main() -> int:
    """Print the book; return 1 and say so where a page or a figure is not in it."""
    program, pages = installed(), contents()
    if program is None:
        print("no browser: install Chromium or Chrome, or name one in BOOK_BROWSER")
        return 1
    with sync_playwright() as playwright, launch(playwright, program) as browser:
        written = write(browser, pages)
    lacking = missing(written)
    if len(written["chapters"]) != len(pages) or lacking:
        print(f"{PDF.name} lacks {len(lacking)} titles and figures, such as {lacking[:3]}")
        return 1
    print(f"{PDF.relative_to(ROOT)}: {len(pages)} chapters, {len(written['figures'])} figures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
