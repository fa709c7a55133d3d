"""The claim ledger: every claim has one measurement, found by its id; nobody types a verdict."""

import ast
import json
import sys
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from evidence.kit import ledger
from evidence.kit.claims import OWN, ClaimTable, Statement, judge, statements
from evidence.kit.crate import crate, paper
from evidence.kit.ledger import (
    HEADLINES,
    Row,
    before,
    changes,
    claims_of,
    headlines,
    rows,
    score,
)
from evidence.kit.notebook import load
from evidence.kit.paths import ROOT
from evidence.kit.publish import verdicts
from evidence.kit.records import Record
from evidence.kit.reference import REFERENCE
from evidence.kit.rule import KINDS, Universal
from evidence.kit.sources import sources
from evidence.kit.verdicts import Verdict

sys.path.append(str(ROOT / "book" / "_ext"))
import ledger as extension

SAID = statements()
RECORDED = {
    path.name.split(".")[0]: json.loads(path.read_text())
    for path in sorted(REFERENCE.glob("*.claims.json"))
}


def test_every_claim_is_measured_by_its_page_or_says_why_nothing_can():
    found = rows(RECORDED)
    assert len(found) > 200
    assert {row.said.kind for row in found} == set(KINDS)
    for row in found:
        assert (row.measured is None) == bool(row.said.cannot), row.said.id


def test_a_page_publishes_its_claims_and_no_others():
    for page, claims in RECORDED.items():
        assert {c["id"] for c in claims} == {s.id for s in SAID.values() if s.page == page}


def test_a_claim_and_the_one_that_it_repeats_are_of_one_kind():
    for said in SAID.values():
        if said.same_as:
            assert SAID[said.same_as].kind == said.kind, said.id


def test_questions_of_our_own_stand_beside_claims_of_the_papers():
    for said in SAID.values():
        assert not said.beside or (said.paper == OWN and SAID[said.beside].paper != OWN), said.id


@pytest.mark.parametrize("paper", ["A", "B"])
def test_each_paper_has_ten_headlines(paper):
    first = headlines(rows(RECORDED), paper)
    assert [row.said.headline for row in first] == list(range(1, HEADLINES + 1))


def test_every_change_of_a_word_has_a_reason_and_every_old_claim_its_place():
    old = before()
    found = rows(RECORDED)
    assert len(old) == 234
    made = changes(found, old)
    assert [one.id for one in made if not one.because.strip()] == []
    assert {one.before for one in made} >= {"holds in part"}


SAY = {
    "A-x": Statement("A-x", "universal", "x.", place="section 1", page="page"),
    "A-y": Statement("A-y", "universal", "y.", place="section 1", same_as="A-x"),
    "B-z": Statement("B-z", "limit", "<z>.", place="section 1", cannot="no end", headline=1),
    "O-w": Statement("O-w", "limit", "w?", page="page", beside="B-z"),
}


def published(verdict: Verdict, name: str = "A-x") -> dict:
    return {
        "id": name,
        "claim": "x.",
        "verdict": verdict.name,
        "words": verdict.words,
        "found": "1 of 2",
        "detail": "runs",
        "numbers": {"cases": 2},
        "anchor": f"claim-{name}",
    }


MADE = {"page": [published(Verdict.CONTRADICTED), published(Verdict.UNDECIDED, "O-w")]}


def test_a_row_takes_its_verdict_from_its_one_measurement():
    found = rows(MADE, SAY)
    assert [row.said.id for row in found] == ["A-x", "A-y", "B-z"]
    assert [row.verdict for row in found] == [Verdict.CONTRADICTED] * 2 + [Verdict.UNTESTABLE]
    assert [one["id"] for one in found[2].beside] == ["O-w"]
    assert score(found)[Verdict.CONTRADICTED] == 2
    shown = json.loads(ledger.as_json(found, {"page": "results/page.html"}))
    assert shown[0]["measured"]["link"] == "results/page.html#claim-A-x"
    assert shown[2]["cannot"] == "no end"


@pytest.mark.parametrize("made", [{"page": [MADE["page"][1]]}, {"other": MADE["page"]}])
def test_a_claim_that_its_page_has_not_published_is_named(made):
    with pytest.raises(ValueError, match=r"their page has not published: .*A-x"):
        rows(made, SAY)


def test_changes_are_told_from_words_that_mean_the_same():
    found = rows(MADE, SAY)
    old = {
        "A-x": {"before": "does not hold", "because": ""},
        "A-y": {"before": "holds in part", "because": "counted apart"},
        "A-gone": {"before": "holds", "dropped": "cannot come out otherwise"},
        "A-both": {"before": "holds", "because": "split", "into": ["A-x", "B-z"]},
    }
    made = {one.id: one for one in changes(found, old)}
    assert set(made) == {"A-y", "A-gone", "A-both"}
    assert made["A-gone"].now == ()
    assert made["A-gone"].because == "cannot come out otherwise"
    assert [name for name, _ in made["A-both"].now] == ["A-x", "B-z"]


def test_what_a_notebook_publishes_is_what_the_ledger_reads(tmp_path):
    path = tmp_path / "claims.yml"
    path.write_text('- {id: B-x, place: here, kind: universal, claim: "“One” & α", page: p}\n')
    made = judge({"B-x": Universal(3, 1, "runs")}, path)
    told = verdicts(made)
    assert told["verdicts"] == "1 × contradicted"
    output = new_output(
        "display_data",
        data={"here/text/plain": repr(told["claims"])},
        metadata={"scrapbook": {"name": "page.claims", "mime_prefix": "here/"}},
    )
    [found] = claims_of(new_notebook(cells=[new_code_cell("", outputs=[output])]))
    assert (found["id"], found["verdict"]) == ("B-x", "CONTRADICTED")
    html = ClaimTable(made)._repr_html_()
    assert '<tr id="claim-B-x">' in html
    assert "“One” &amp; α" in html
    assert claims_of(new_notebook()) == []


def makes_verdicts(path) -> bool:
    """Return whether a file of a page makes a judged claim, or calls the rule for one, itself."""
    calls = [
        n.func for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)
    ]
    return bool({getattr(f, "id", getattr(f, "attr", "")) for f in calls} & {"Judged", "word"})


@pytest.mark.parametrize("name", sources())
def test_no_notebook_makes_a_verdict_and_what_it_publishes_is_recorded(name):
    code = "\n".join(cell.source for cell in load(name).cells if cell.cell_type == "code")
    assert "Verdict" not in code
    assert "judge(" not in code


def test_no_claim_decides_for_itself():
    pages = [*(ROOT / "evidence" / "pages").glob("*/*.py")]
    assert len(pages) > 100
    assert [path.name for path in pages if makes_verdicts(path)] == []


def test_the_table_shows_every_row_and_leads_to_its_page():
    found = extension.Ledger(rows(MADE, SAY), {"page": "A <page>"})
    pages = {"page": "results/page.html"}
    html = extension.table(found, pages)
    assert html.count("<tr id=") == 3
    assert 'data-verdict="contradicted"' in html
    assert '<a href="results/page.html#claim-A-x">A &lt;page&gt;</a>' in html
    assert "&lt;z&gt;" in html
    assert "Asked beside it" in html
    stacked = extension.bars(found.rows)
    assert 'aria-label="2 contradicted"' in stacked
    assert stacked.count("<dt>") == 2 * len(KINDS)
    assert "no end" in extension.first(found, "B", pages)


def test_no_word_of_the_ledger_is_markup(monkeypatch):
    bad = '"><script>x</script>'
    said = Statement(bad, bad, bad, place=bad, page="page", note=bad)
    twin = replace(said, id="y", page="", same_as=bad)
    made = published(Verdict.REPRODUCED, bad)
    made |= dict.fromkeys(("found", "detail", "words", "anchor"), bad) | {"page": "page"}
    found = extension.Ledger(
        [Row(one, Verdict.REPRODUCED, made, (made,)) for one in (said, twin)], {"page": bad}
    )
    pages = {"page": bad}
    shown = (extension.table, extension.places, extension.first)
    html = "".join(show(found, *(["A"] * (show is not extension.table)), pages) for show in shown)
    old = {bad: {"before": bad, "because": bad}}
    monkeypatch.setattr(extension, "before", lambda: old)
    html += extension.changed(found)
    assert "<script" not in html
    assert html.count("&quot;&gt;&lt;script&gt;") >= 12


def test_the_filter_finds_what_it_filters():
    script = (ROOT / "book" / "_static" / extension.SCRIPT).read_text()
    html = extension.controls()
    for name in ("paper", "kind", "verdict", "text", "count"):
        assert f'id="ledger-{name}"' in html
        assert f'"{name}"' in script or f"ledger-{name}" in script
    values = {extension.option(verdict) for verdict in Verdict}
    assert all(f'value="{value}"' in html for value in values)
    assert len(values) == len(Verdict)


def test_the_crate_ties_claims_pages_records_commits_and_data(tmp_path):
    made = {"finished": "2026-01-01T00:00:00+00:00", "commit": "abc"}
    # The page gets its records from a list of names that stands in a module.
    names = ("alm_table3", "alm_descent_fair", "alm_fig1")
    records = {name: [Record(name, {}, {"series": "12"}, [], {}, made)] for name in names}
    measured = {"alm_table3a": [published(Verdict.REPRODUCED)]}
    said = {"A-x": Statement("A-x", "universal", "x.", place="1", page="alm_table3a")}
    whole = crate(rows(measured, said), {"alm_table3a": "Table 3a"}, records)
    whole.metadata.write(tmp_path)
    graph = json.loads((tmp_path / "ro-crate-metadata.json").read_text())["@graph"]
    entities = {entity["@id"]: entity for entity in graph}
    claim, page = entities["#A-x"], entities["book/results/alm_table3a.html"]
    assert claim["subjectOf"] == {"@id": page["@id"]}
    assert claim["creativeWorkStatus"] == "reproduced"
    read = sorted(one["@id"] for one in page["isBasedOn"])
    assert read == ["#records-alm_descent_fair", "#records-alm_table3"]
    assert entities["#records-alm_table3"]["wasGeneratedBy"] == [{"@id": "#commit-abc"}]
    assert entities["#data-series"]["identifier"] == "sha256:12"
    named = {
        value["@id"] for entity in graph for value in entity.values() if isinstance(value, dict)
    }
    assert {name for name in named if name.startswith(("#", "book/"))} <= set(entities)


def test_the_papers_of_the_crate_are_those_of_the_bibliography():
    assert paper("A")[0].startswith("https://doi.org/10.")
    assert paper("B")[1].startswith("An Augmented Lagrangian")
