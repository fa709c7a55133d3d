"""No result is typed into prose: a number on a page is glued, printed by a paper, or a setting."""

import prose
import pytest

from evidence.kit.paths import ROOT
from evidence.kit.sources import sources

HINT = "glue a result; list any other number with its reason in tests/book/literals.yml"
PAGES = {path.stem: path for path in [*sorted((ROOT / "book").glob("*.md")), *sources().values()]}


def allowed(page):
    paper = prose.paper_of(page)
    return prose.printed(paper) | prose.chosen(paper)


@pytest.mark.parametrize("page", PAGES)
def test_every_number_of_a_page_is_glued_printed_or_a_setting(page):
    found = prose.unexplained(
        prose.page_text(PAGES[page]), allowed(page), prose.listed().get(page, {})
    )
    assert not found, HINT


def test_every_listed_number_is_on_its_page_and_needs_its_reason():
    for page, reasons in prose.listed().items():
        text = prose.page_text(PAGES[page])
        needed = {line.split(" in: ")[0] for line in prose.unexplained(text, allowed(page), {})}
        assert set(reasons) == needed, page
        assert all(len(reason.split()) > 3 for reason in reasons.values())


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("the error is 0.1234 at the end", ["0.1234"]),
        ("it falls to 3.7e-12.", ["3.7e-12"]),
        ("in 23 of 30 runs", ["23", "30"]),
        ("it needs 49,529 sweeps", ["49,529"]),
        ("ahead in 61 % of trials", ["61 %"]),
        ("a fall of 61.5%", ["61.5%"]),
        ("a value of −0.25", ["−0.25"]),
        ("as in $x<y$ it is 7.25 > 7", ["7.25"]),
        ("a residual of $0.187$", ["0.187"]),
        ("$$\n\\gamma = 148.9 \\tag{3.19}\n$$", ["148.9"]),
        ("as section 5.3 says, 0.77", ["0.77"]),
    ],
)
def test_a_typed_result_is_seen(sentence, found):
    assert [literal.text for literal in prose.literals(sentence)] == found
    assert len(prose.unexplained(sentence, frozenset(), {})) == len(found)
    assert prose.unexplained(sentence, frozenset(), dict.fromkeys(found, "a reason")) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "{glue:text}`alm_fig1.synthetic-t10.feasibility:.1e` for ten steps",
        "sections 5.2, 5.3 and 5.4, Tables 3a–3c, Theorem 4.8, (3.17) and (A3)",
        "the S&P 500 in 2024, three of 7 runs, `rate = 0.125` and [a page](page_0.5.md)",
        "```python\nrate = 0.125\n```",
        "$x^{10}$ and $10^{-12}$ and $$a \\tag{4.34}$$",
        "see https://example.org/1.25 and <span style='width: 12.5px'>here</span>",
    ],
)
def test_places_code_and_glued_numbers_are_no_results(sentence):
    assert prose.literals(sentence) == []


def test_a_planted_result_is_named_with_its_line(tmp_path):
    page = tmp_path / "planted.md"
    source = PAGES["alm_fig1"].read_text()
    page.write_text(
        source.replace("## The violation\n", "## The violation\n\nIt ends at 4.37e-8 here.\n")
    )
    found = prose.unexplained(prose.page_text(page), allowed("alm_fig1"), {})
    assert found == ["4.37e-8 in: It ends at 4.37e-8 here."]


def test_captions_and_alternative_texts_are_prose(tmp_path):
    page = tmp_path / "planted.md"
    source = PAGES["alm_fig1"].read_text()
    changed = source.replace("full range as a band", "band 12.75 wide").replace(
        "alt: Line chart", "alt: A chart with 37 lines"
    )
    page.write_text(changed)
    found = [literal.text for literal in prose.literals(prose.page_text(page))]
    assert {"12.75", "37"} <= set(found)


def test_each_paper_explains_its_own_pages():
    assert 2.747 in prose.printed("alm_") - prose.printed("sl1_")
    assert 0.9609 in prose.printed("sl1_") - prose.printed("alm_")
    assert prose.chosen("alm_") | prose.chosen("sl1_") <= prose.chosen("")
    assert prose.paper_of("alm_rnn") == prose.paper_of("alm_fig1") == "alm_"
    assert prose.paper_of("glossary") == ""
    assert 500 in prose.chosen("alm_")
