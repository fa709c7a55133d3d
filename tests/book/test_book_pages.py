"""What the pages promise: everything they name exists, and their verdicts can be read."""

import ast
import dataclasses
import importlib
import pkgutil
import re

import pytest
import yaml

import lib
from evidence.kit.paths import ROOT
from evidence.kit.sources import sources
from evidence.kit.verdicts import Verdict
from lib import alm, penalties

BOOK = ROOT / "book"
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text())
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text())
CHAPTERS = [
    page["file"]
    for part in TOC["parts"]
    for chapter in part["chapters"]
    for page in (chapter, *chapter.get("sections", ()))
] + [TOC["root"]]
API = sorted(BOOK.glob("api/*.md"))
PAGES = sorted([*BOOK.glob("*.md"), *API])
TEXTS = {path: path.read_text() for path in [*PAGES, *sources().values()]}
CSS = (BOOK / "_static" / "custom.css").read_text()
BIBLIOGRAPHY = (BOOK / "references.bib").read_text()


def test_the_table_of_contents_names_every_page_and_every_notebook_once():
    pages = [path.relative_to(ROOT).with_suffix("").as_posix() for path in PAGES]
    results = [f"book/results/{name}" for name in sources()]
    assert sorted(CHAPTERS) == sorted(pages + results)


def test_every_work_is_cited_and_every_citation_is_a_work():
    works = re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY, re.MULTILINE)
    cited = re.findall(r"\{cite[:\w]*\}`([^`]+)`", "\n".join(TEXTS.values()))
    assert set(works) == {key.strip() for keys in cited for key in keys.split(",")}
    assert len(works) == len(set(works))


def test_both_papers_stand_in_the_citation_file_with_the_bibliography_s_dois():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    dois = {reference["doi"] for reference in citation["references"]}
    assert dois == {"10.32604/cmc.2025.061913", "10.48550/arXiv.2402.13687"}
    assert dois <= set(re.findall(r"doi\s*=\s*\{([^}]+)\}", BIBLIOGRAPHY))
    assert citation["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")


def test_the_api_pages_name_every_part_of_the_methods_once_and_nothing_else():
    named = [n for path in API for n in re.findall(r"automodule:: ([\w.]+)", TEXTS[path])]
    assert len(named) == len(set(named))
    for name in named:
        importlib.import_module(name)
    public = {f"lib.{module.name}" for module in pkgutil.iter_modules(lib.__path__)}
    tops = {".".join(name.split(".")[:2]) for name in named}
    assert tops == public
    for path in API:
        assert f"](api/{path.name})" in TEXTS[BOOK / "api.md"]


@pytest.mark.parametrize(
    "module", ["alm", "models", "penalties", "training", "datasets", "estimators"]
)
def test_the_api_page_s_packages_say_what_is_public(module):
    package = importlib.import_module(f"lib.{module}")
    assert package.__all__
    assert all(hasattr(package, name) for name in package.__all__)


def test_every_code_name_of_the_glossary_is_a_field():
    classes = {name: getattr(alm, name) for name in ("Weights", "Penalties", "Options")}
    named = re.findall(r"`(Weights|Penalties|Options)\.(\w+)`", TEXTS[BOOK / "glossary.md"])
    assert len(named) > 12
    for owner, field in named:
        assert field in {f.name for f in dataclasses.fields(classes[owner])}, f"{owner}.{field}"
    assert hasattr(penalties, "SmoothL1")


def test_the_reader_s_page_explains_the_verdicts_that_notebooks_give():
    explained = re.findall(r"\[([\w ]+)\]\{\.verdict \.([\w-]+)\}", TEXTS[BOOK / "how_to_read.md"])
    assert explained == [(verdict.words, verdict.value) for verdict in Verdict]


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour ``#rrggbb`` (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("verdict", Verdict)
def test_verdict_badges_have_enough_contrast_in_light_and_dark(verdict):
    blocks = re.findall(r"([^{}]+){\s*color: (#\w{6});\s*background: (#\w{6});", CSS)
    rules = [pair for names, *pair in blocks if re.search(rf"\.{verdict.value}\b", names)]
    assert len(rules) == 2
    for text, background in rules:
        low, high = sorted((luminance(text), luminance(background)))
        assert (high + 0.05) / (low + 0.05) >= 4.5


def test_formulas_and_styles_come_from_the_book_itself():
    settings = CONFIG["sphinx"]["config"]
    static = ROOT / settings["html_static_path"][0]
    script = static / settings["mathjax_path"]
    assert '"3.2.2"' in script.read_text()
    fonts = {path.stem for path in (script.parent / "output/chtml/fonts/woff-v2").glob("*.woff")}
    assert {"MathJax_Main-Regular", "MathJax_Math-Italic", "MathJax_Size4-Regular"} <= fonts
    assert all((static / sheet).is_file() for sheet in settings["html_css_files"])
    assert "http" not in CSS
    assert "sphinx_thebe" not in settings["extensions"]


def test_what_papermill_is_given_on_a_page_is_a_parameter_of_the_notebook():
    given = []
    for path in (ROOT / "README.md", *(ROOT / "book").glob("*.md")):
        for command in re.findall(r"bin/papermill (.*?)(?:\n|`)", path.read_text("utf-8")):
            given += re.findall(r"-p (\S+)", command)
    assert set(given) == {"profile", "change"}


def test_the_page_gives_the_ten_lines_every_name_that_they_read():
    page = (ROOT / "notebooks" / "tutorial" / "own_series.md").read_text("utf-8")
    parameters, lines, given = (
        ast.parse(page.split(start, 1)[1].split("```", 1)[0])
        for start in (
            ":tags: [parameters, remove-input]\n",
            "## Ten lines\n\n```{code-cell} ipython3\n",
            "columns of yours:\n\n```python\n",
        )
    )
    names = [node for node in ast.walk(lines) if isinstance(node, ast.Name)]
    read = {name.id for name in names if isinstance(name.ctx, ast.Load)}
    made = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    imported = [node for node in ast.walk(lines) if isinstance(node, ast.ImportFrom)]
    made |= {name.name for node in imported for name in node.names}
    own, theirs = {}, {}
    exec(compile(given, "given", "exec"), own)
    exec(compile(parameters, "parameters", "exec"), theirs)
    own.pop("__builtins__")
    assert own.keys() == read - made
    assert {name: own[name] for name in ("lags", "length", "hidden_size", "tau")} == {
        name: theirs[name] for name in ("lags", "length", "hidden_size", "tau")
    }
