"""The book's Sphinx extension: where its buttons lead, and that glued numbers never go stale."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import yaml
from docutils import nodes
from docutils.utils import new_document
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from evidence.kit.paths import ROOT

sys.path.append(str(ROOT / "book" / "_ext"))
import companion
from answers import answer

URL = "https://github.com/someone/companion"
RESULTS = [
    chapter["file"]
    for part in yaml.safe_load((ROOT / "_toc.yml").read_text())["parts"]
    for chapter in part["chapters"]
    if chapter["file"].startswith(companion.RESULTS)
]


@pytest.mark.parametrize(
    "environment",
    [
        {"BOOK_REPOSITORY_URL": URL},
        {"BOOK_REPOSITORY_URL": URL + ".git"},
        {"BOOK_REPOSITORY_URL": URL + "/"},
        {"BOOK_REPOSITORY_URL": "git@github.com:someone/companion.git"},
        {"BOOK_REPOSITORY_URL": "ssh://git@github.com/someone/companion"},
        {"BOOK_REPOSITORY_URL": "https://name:secret@github.com/someone/companion.git"},
        {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "someone/companion"},
    ],
)
def test_repository_address_is_found_and_holds_no_credentials(environment, tmp_path):
    assert companion.repository_url(environment, tmp_path) == URL


@pytest.mark.parametrize("origin", ["/srv/git/companion", "https://example.org/a/b", None])
def test_without_a_public_address_there_is_none(origin, tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    if origin:
        subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", origin], check=True)
    assert companion.repository_url({}, tmp_path) is None


def test_address_comes_from_the_git_remote_when_nothing_else_names_it(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    remote = ["git", "-C", tmp_path, "remote", "add", "origin"]
    subprocess.run([*remote, "git@github.com:someone/companion.git"], check=True)
    assert companion.repository_url({}, tmp_path) == URL


def buttons_of(pagename: str, root: Path, out: Path, repository: str | None) -> list[dict]:
    """Return the buttons the handler leaves on a page that the theme gave its own."""
    edit = {"label": "source-edit-button", "url": f"{URL}/edit/main/{pagename}.ipynb"}
    download = {"label": "download-source-button", "url": f"_sources/{pagename}.ipynb"}
    groups = [
        {"label": "source-buttons", "buttons": [edit] if repository else []},
        {"label": "download-buttons", "buttons": [download]},
    ]
    context = {"header_buttons": groups, "pathto": lambda place, resource: place}
    config = SimpleNamespace(companion_repository=repository)
    app = SimpleNamespace(srcdir=root, outdir=out, config=config)
    companion.rewrite_buttons(app, pagename, "page.html", context, None)
    return [b for group in context["header_buttons"] for b in group["buttons"]]


def test_every_page_names_the_records_that_it_shows(tmp_path):
    (tmp_path / "data" / "records").mkdir(parents=True)
    (tmp_path / "data" / "SHA256SUMS").write_text("one")
    without = companion.version_note(tmp_path, None)
    assert re.fullmatch(r"<p>Records checksum <code>[0-9a-f]{12}</code></p>", without)
    (tmp_path / "data" / "records" / "a.json").write_text("1")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "records"]):
        subprocess.run([*git, *command], check=True)
    found = companion.version_note(tmp_path, "https://github.com/a/b")
    commit = re.search(r'href="https://github.com/a/b/tree/([0-9a-f]{40})"', found)[1]
    (tmp_path / "README.md").write_text("words")
    for command in (["add", "."], ["commit", "-qm", "words"]):
        subprocess.run([*git, *command], check=True)
    assert f"<code>{commit[:10]}</code>" in companion.version_note(tmp_path, None)
    (tmp_path / "data" / "SHA256SUMS").write_text("two")
    assert companion.version_note(tmp_path, "https://github.com/a/b") != found


@pytest.mark.parametrize("pagename", RESULTS)
def test_every_button_of_a_result_page_leads_to_a_file(pagename, tmp_path):
    buttons = buttons_of(pagename, ROOT, tmp_path, URL)
    in_repository = [
        re.split(r"/edit/main/|lab/tree/", b["url"])[1]
        for b in buttons
        if b["url"].startswith("https://")
    ]
    assert len(in_repository) == 2
    for path in in_repository:
        assert (ROOT / path).is_file(), f"{pagename} has a button to {path}, which does not exist"
        assert not path.startswith(companion.RESULTS)
    copied = next(b["url"] for b in buttons if b.get("label") == "download-text")
    assert (tmp_path / copied).read_text() == next(
        ROOT.glob(copied.removeprefix("_sources/"))
    ).read_text()


@pytest.mark.parametrize("pagename", RESULTS)
def test_without_a_repository_only_downloads_remain(pagename, tmp_path):
    buttons = buttons_of(pagename, ROOT, tmp_path, None)
    assert [b["label"] for b in buttons] == ["download-source-button", "download-text"]


def test_other_pages_keep_the_theme_s_buttons(tmp_path):
    assert companion.notebook_source(ROOT, "book/index") is None
    assert len(buttons_of("book/index", ROOT, tmp_path, URL)) == 2


def test_a_formula_keeps_the_punctuation_behind_it():
    document = new_document("page")
    formulas = [nodes.math("", source) for source in ("a", "b", "c")]
    texts = [nodes.Text(text) for text in (", and ", " then", "), the end")]
    paragraph = nodes.paragraph(
        "", "", *[n for pair in zip(formulas, texts, strict=True) for n in pair]
    )
    document += paragraph
    companion.keep_punctuation(None, document, "page")
    assert paragraph.astext() == "a, and b thenc), the end"
    assert [bound.astext() for bound in paragraph.findall(nodes.inline)] == ["a,", "c),"]


def write_site(root: Path, number: float) -> None:
    """Write a book of one page and one result page whose glued number the first one shows."""
    glued = {"text/plain": repr(number)}
    scrapbook = {"scrapbook": {"mime_prefix": "", "name": "answer"}}
    cell = new_code_cell(
        "glue('answer')", outputs=[new_output("display_data", data=glued, metadata=scrapbook)]
    )
    notebook = new_notebook(cells=[new_markdown_cell("# A result"), cell])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    for place in ("book/results/n.ipynb", "notebooks/reference/n.ipynb"):
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, root / place)
    (root / "data").mkdir(exist_ok=True)
    (root / "data/SHA256SUMS").write_text("")
    (root / "notebooks/paper").mkdir(exist_ok=True)
    (root / "notebooks/paper/n.md").write_text("# A result\n")
    (root / "conf.py").write_text(
        f"import sys; sys.path.append({str(ROOT / 'book' / '_ext')!r})\n"
        "extensions = ['myst_nb', 'sphinx_book_theme', 'companion']\n"
        "html_theme = 'sphinx_book_theme'; html_theme_options = {}; root_doc = 'book/index'\n"
        "nb_execution_mode = 'off'; exclude_patterns = ['notebooks', 'out', 'jupyter_execute']\n"
    )
    if not (root / "book/index.md").exists():
        (root / "book/index.md").write_text(
            "# A book\n\nThe answer is {glue:text}`results/n.ipynb::answer:.2f`.\n\n"
            "```{toctree}\nresults/n\n```\n"
        )


def build(root: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", root, root / "out"]
    environment = os.environ | {"BOOK_REPOSITORY_URL": URL}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_second_build_shows_the_new_number_and_links_to_files(tmp_path):
    write_site(tmp_path, 1.25)
    build(tmp_path)
    assert "1.25" in (tmp_path / "out/book/index.html").read_text()
    write_site(tmp_path, 7.75)
    build(tmp_path)
    page = (tmp_path / "out/book/index.html").read_text()
    assert "7.75" in page
    assert "1.25" not in page

    result = (tmp_path / "out/book/results/n.html").read_text()
    for path in ("notebooks/paper/n.md", "book/results/n.ipynb"):
        assert f'"../../_sources/{path}"' in result
        assert (tmp_path / "out/_sources" / path).is_file()
    assert f"{URL}/edit/main/notebooks/paper/n.md" in result
    assert (
        "mybinder.org/v2/gh/someone/companion/main?urlpath=lab/tree/notebooks/reference/n.ipynb"
        in result
    )
    assert "book/results/n.ipynb" not in "".join(re.findall(r'href="https://[^"]*"', result))


def test_pages_outside_the_navigation_share_one_of_their_depth():
    made, asked = {}, []

    def shown(pagename, doctree, **options):
        context = {"toctree": lambda **given: asked.append((pagename, given)) or pagename}
        companion.share_navigation(made, None, pagename, "page.html", context, doctree)
        return context["toctree"](**options)

    page = new_document("page")
    assert [shown(name, None, maxdepth=4) for name in ("_modules/a", "_modules/b")] == [
        "_modules/a",
        "_modules/a",
    ]
    assert shown("_modules/b", None, maxdepth=1) == "_modules/b"
    assert shown("_modules/a/c", None, maxdepth=4) == "_modules/a/c"
    assert [shown(name, page, maxdepth=4) for name in ("book/a", "book/b")] == ["book/a", "book/b"]
    assert len(asked) == 5


def test_the_listing_of_a_module_that_is_gone_goes_too(tmp_path):
    kept = [tmp_path / "_modules" / name for name in ("index.html", "lib/a.html", "lib/a/b.html")]
    gone = [tmp_path / "_modules" / name for name in ("lib/c.html", "lib/a/d.html")]
    for page in (*kept, *gone):
        page.parent.mkdir(parents=True, exist_ok=True)
        page.touch()
    env = SimpleNamespace(_viewcode_modules={"lib.a": (), "lib.a.b": ()})
    app = SimpleNamespace(env=env, outdir=tmp_path)
    companion.remove_old_listings(app, RuntimeError("the build failed"))
    assert all(page.exists() for page in gone)
    companion.remove_old_listings(app, None)
    assert sorted(tmp_path.rglob("*.html")) == sorted(kept)


@pytest.mark.parametrize(
    ("module", "attribute", "expected"),
    [
        (
            "evidence.pages.alm_table3.trials",
            "Method",
            "evidence.pages.alm_table3.trials",
        ),  # an alias of built-in types
        (
            "evidence.pages.alm_table3.trials",
            "Trials.datasets",
            "evidence.pages.alm_table3.trials",
        ),  # a cached property
        ("lib.models", "Cell.layout", "lib.models.cell"),  # one of a class that is imported
        ("lib.models", "Cell", None),  # Sphinx follows a name of the package by itself
        ("evidence.pages.alm_table3.trials", "Trials.a_field", None),
        ("evidence.pages.alm_table3.trials", None, None),
    ],
)
def test_a_name_s_source_is_never_another_package_s(module, attribute, expected):
    assert companion.own_source(None, module, attribute) == expected


WITHOUT = {"own_series", "alm_from_scratch", "gru_from_scratch", "estimators_bench"}
"""Pages of the tutorial, which answer no question about a paper."""


def test_each_page_of_results_stands_with_its_answer_where_pages_are_found():
    shown = re.findall(r"\{answer\}`(\w+)`", (ROOT / "book" / "questions.md").read_text())
    pages = {Path(file).stem for file in RESULTS} - WITHOUT
    assert sorted(shown) == sorted(page for page in pages if not page.endswith("_errata"))
    assert all("{glue:text}`results/" in answer(page) for page in shown)
    with pytest.raises(ValueError, match="no page 'alm_fig9' that begins with an answer"):
        answer("alm_fig9")


def test_an_answer_s_numbers_and_links_are_those_of_other_pages_too(monkeypatch, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "**One {glue:text}`page.a`, two {glue:text}`b.ipynb::b.c:.1f` ([b](b.ipynb)).**"
    )
    monkeypatch.setattr("answers.sources", lambda: {"page": page})
    assert answer("page") == (
        "One {glue:text}`results/page.ipynb::page.a:g`, two {glue:text}`results/b.ipynb::b.c:.1f` "
        "([b](results/b.ipynb))."
    )


@pytest.mark.parametrize(("name", "judges"), [("alm_tournament", True), ("alm_growth", False)])
def test_how_claims_ended_is_told_where_a_page_judges_any(name, judges):
    assert (f"{name}.verdicts" in answer(name)) is judges
