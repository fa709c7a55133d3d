"""The claim ledger: every claim is decided by a function, and nobody types a verdict."""

import ast
import json
import sys
from dataclasses import replace

import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook, new_output

from evidence.kit import claims, ledger
from evidence.kit.ledger import Entry, Row, Source, claims_of, entries, rows, score
from evidence.kit.notebook import load
from evidence.kit.paths import ROOT
from evidence.kit.publish import publish_verdicts
from evidence.kit.reference import REFERENCE
from evidence.kit.sources import sources
from evidence.kit.verdicts import Claim, ClaimTable, Verdict, together

sys.path.append(str(ROOT / "book" / "_ext"))
import ledger as extension

HOLDS, IN_PART, FAILS, UNTESTABLE = list(Verdict)[-4:]
LEDGER = entries()
RECORDED = {
    path.name.split(".")[0]: json.loads(path.read_text())
    for path in sorted(REFERENCE.glob("*.claims.json"))
}

OPEN = 30
"""Entries that nobody has asked yet; the number may fall and not rise."""


def test_every_entry_is_decided_by_claims_of_a_page_or_says_why_it_is_not():
    assert len(LEDGER) > 120
    assert {entry.kind for entry in LEDGER} <= set(ledger.KINDS)
    for row in rows(LEDGER, RECORDED):
        assert not row.missing
        said = row.entry.cannot or row.entry.open or row.entry.same_as
        assert bool(row.claims) != bool(said) or row.entry.same_as, row.entry.id


def test_no_more_entries_are_left_open_than_before():
    found = rows(LEDGER, RECORDED)
    assert score(found)[None] <= OPEN, "a new entry needs a function that decides it"


def test_the_ledger_holds_no_verdict():
    for fields in yaml.safe_load(ledger.PATH.read_text()):
        assert fields.keys() <= ledger.FIELDS | ledger.SAYINGS | claims.KNOWN
        assert not {v.words for v in Verdict} & {str(value) for value in fields.values()}


@pytest.mark.parametrize("name", RECORDED)
def test_no_two_claims_of_a_page_share_a_row(name):
    texts = [claim["claim"] for claim in RECORDED[name] if "id" not in claim]
    if not texts:
        return
    assert len({Claim(text, "", "", HOLDS, "").anchor for text in texts}) == len(texts) > 0


def fields(**changed) -> dict:
    return {
        "id": "A-x",
        "paper": "A",
        "place": "section 1",
        "claim": "x.",
        "kind": "descriptive",
        "cannot": "y.",
    } | changed


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"verdict": "holds"}, "A-x: fields that are unknown or missing: verdict"),
        ({"kind": "bold"}, "unknown kind of A-x 'bold'"),
        ({"paper": "C"}, "unknown paper of A-x 'C'"),
        ({"id": "B-x"}, "B-x: needs its paper's letter"),
        ({"cannot": ""}, "A-x: needs .* one way to be decided"),
        ({"open": "z."}, "A-x: needs .* one way to be decided"),
        ({"cannot": "", "decided_by": [{"page": "p"}]}, "A-x: a source has page, claim"),
        ({"beside": [{"page": "p", "claim": "c", "off": 2}]}, "A-x: a source has page, claim"),
        (
            {"cannot": "", "same_as": "A-y", "beside": [{"page": "p", "claim": "c"}]},
            "A-x: has the sources of A-y",
        ),
        ({"cannot": "", "same_as": "A-y"}, "A-x is the same as A-y, which decides nothing"),
        ({"cannot": "", "same_as": "A-x"}, "A-x is the same as A-x, which decides nothing"),
    ],
)
def test_a_wrong_entry_is_named(changed, sentence, tmp_path):
    path = tmp_path / "claims.yml"
    path.write_text(yaml.safe_dump([fields(**changed)]))
    with pytest.raises(ValueError, match=sentence):
        entries(path)


def test_an_id_stands_once(tmp_path):
    path = tmp_path / "claims.yml"
    path.write_text(yaml.safe_dump([fields(), fields()]))
    with pytest.raises(ValueError, match="A-x stands in the ledger 2 times"):
        entries(path)


def entry(name: str, *decided_by: Source, **more) -> Entry:
    return Entry(f"A-{name}", "A", "section 1", "x.", "descriptive", decided_by, **more)


def claim(text: str, verdict: Verdict) -> dict[str, str]:
    return {"claim": text, "verdict": verdict.name}


MADE = {
    "page": [claim("One holds.", HOLDS), claim("Two fails.", FAILS), claim("Three.", UNTESTABLE)]
}


def test_a_row_takes_its_verdict_from_the_claims_it_names():
    one, two, three = (Source("page", word) for word in ("One", "Two", "Three"))
    found = rows(
        [
            entry("holds", one, three),
            entry("part", one, two),
            entry("fails", two, beside=(one,)),
            entry("never", three),
            entry("same", same_as="A-fails"),
            entry("cannot", cannot="y."),
            entry("open", open="z."),
        ],
        MADE,
    )
    assert [row.verdict for row in found] == [
        HOLDS,
        IN_PART,
        FAILS,
        UNTESTABLE,
        FAILS,
        UNTESTABLE,
        None,
    ]
    assert found[4].claims == found[2].claims
    assert score(found)[None] == 1
    assert not any(row.missing for row in found)
    shown = json.loads(ledger.as_json(found))
    assert [row["verdict"] for row in shown[2:4]] == ["does not hold", "cannot be tested"]
    assert shown[1]["decided_by"][1] == {"claim": "Two fails.", "verdict": "FAILS", "page": "page"}


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (Source("page", "Four"), "A-x: page has 0 claims with 'Four'"),
        (Source("page", "T"), "A-x: page has 2 claims with 'T'"),
        (Source("page", "One", of=3), "A-x: page has 1 claims with 'One'"),
        (Source("other", "One"), "A-x: other has 0 claims with 'One'"),
    ],
)
def test_a_source_that_matches_something_else_is_named(source, sentence):
    assert rows([entry("x", source)], MADE)[0].missing == (sentence,)
    assert rows([entry("x", Source("page", "One"), beside=(source,))], MADE)[0].missing == (
        sentence,
    )


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([HOLDS, HOLDS], HOLDS),
        ([HOLDS, UNTESTABLE], HOLDS),
        ([HOLDS, FAILS], IN_PART),
        ([FAILS, FAILS], FAILS),
        ([IN_PART], IN_PART),
        ([IN_PART, FAILS], IN_PART),
        ([UNTESTABLE], UNTESTABLE),
        ([], UNTESTABLE),
    ],
)
def test_verdicts_together(verdicts, expected):
    assert together(verdicts) is expected


def test_what_a_notebook_publishes_is_what_the_ledger_reads(monkeypatch):
    glued = {}
    monkeypatch.setattr("evidence.kit.publish.glue", glued.__setitem__)
    made = Claim("“One” & 'two' α", "p", "o", IN_PART, "w")
    publish_verdicts("page", [made, made])
    assert glued["page.verdicts"] == "2 × holds in part"
    output = new_output(
        "display_data",
        data={"here/text/plain": repr(glued["page.claims"])},
        metadata={"scrapbook": {"name": "page.claims", "mime_prefix": "here/"}},
    )
    found = claims_of(new_notebook(cells=[new_code_cell("", outputs=[output])]))
    assert [c["verdict"] for c in found] == ["IN_PART"] * 2
    assert found[0]["claim"] == made.claim
    assert f'<tr id="{found[0]["anchor"]}">' in ClaimTable([made])._repr_html_()
    assert claims_of(new_notebook()) == []


def typed(tree: ast.AST) -> list[str]:
    """Return the calls in which a verdict is written down where it ought to be computed."""

    def constant(node: ast.AST) -> bool:
        named = isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Verdict"
        return named and node.attr != UNTESTABLE.name

    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Claim":
            given = [*node.args[3:4], *(k.value for k in node.keywords if k.arg == "verdict")]
            found += [ast.unparse(node) for value in given if constant(value)]
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "decide" and node.args:
            known = all(isinstance(value, ast.Constant) for value in node.args)
            found += [ast.unparse(node)] * known
        if isinstance(node, ast.Assign) and constant(node.value):
            found.append(ast.unparse(node))
    return found


def test_a_typed_verdict_is_found():
    for source in (
        "Claim('x', 'p', 'o', Verdict.HOLDS, 'w')",
        "Claim(claim='x', verdict=Verdict.FAILS)",
        "decide(True)",
        "found = Verdict.IN_PART",
    ):
        assert typed(ast.parse(source)), source
    for source in (
        "Claim('x', 'p', 'o', decide(a < b), 'w')",
        "Claim('x', 'p', 'o', Verdict.UNTESTABLE, 'w')",
        "decide(True, a < b)",
        "Claim('x', 'p', *judged(rows))",
    ):
        assert not typed(ast.parse(source)), source


@pytest.mark.parametrize(
    "path", sorted((ROOT / "lib" / "claims").glob("*.py")), ids=lambda path: path.stem
)
def test_no_verdict_is_typed_in_a_deciding_function(path):
    assert typed(ast.parse(path.read_text())) == []


@pytest.mark.parametrize("name", sources())
def test_no_notebook_makes_a_verdict_and_what_it_publishes_is_recorded(name):
    code = "\n".join(cell.source for cell in load(name).cells if cell.cell_type == "code")
    assert "Claim(" not in code
    assert "Verdict" not in code
    calls = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Call)]
    given = [len(call.args) for call in calls if ast.unparse(call.func) == "page.publish"]
    assert any(count > 1 for count in given) == (name in RECORDED), (
        f"record the claims with: python -m evidence reference {name}"
    )


def test_the_table_shows_every_entry_and_leads_to_the_rows_of_pages():
    found = extension.Ledger(
        rows([entry("x", Source("page", "One")), entry("y", open="<z>")], MADE_IN_FULL),
        {"page": "A page"},
        True,
    )
    html = extension.table(found, {"page": "results/page.html"})
    assert html.count("<tr id=") == 2
    assert 'data-verdict="holds"' in html
    assert 'data-verdict="open"' in html
    assert '<a href="results/page.html#claim-1">A page</a>' in html
    assert "&lt;z&gt;" in html
    counts = extension.summary(found)
    assert "<td>Paper A, descriptive</td><td>2</td>" in counts
    assert counts.count("<tr>") == 1 + len(ledger.PAPERS) * len(ledger.KINDS)


def test_no_word_of_the_ledger_is_markup():
    bad = '"><script>x</script>'
    own = entry(bad, Source("page", "One"))
    twin = replace(own, id="y", same_as=bad, decided_by=())
    made = dict(MADE_IN_FULL["page"][0], ours=bad, anchor=bad, page="page")
    found = extension.Ledger(
        [Row(e, HOLDS, (made,), (), ()) for e in (own, twin)], {"page": bad}, True
    )
    html = extension.table(found, {"page": bad})
    assert "<script" not in html
    assert html.count("&quot;&gt;&lt;script&gt;") >= 8


def test_a_claim_is_named_where_it_is_one_of_several_or_a_question_of_ours():
    made = {"page": [dict(MADE_IN_FULL["page"][0], claim=c) for c in ("One.", "Two. Asked here?")]}
    one, two = (Source("page", word) for word in ("One", "Two"))
    titles, pages = {"page": "A page"}, {"page": "page.html"}

    def shown(*sources):
        found = extension.Ledger(rows([entry("x", *sources)], made), titles, True)
        table = extension.table(found, pages)
        return [text for text in ("<em>One.</em>", "<em>Two. Asked here?</em>") if text in table]

    assert [len(shown(one)), len(shown(two)), len(shown(one, two))] == [0, 1, 2]


MADE_IN_FULL = {"page": [claim("One.", HOLDS) | {"ours": "1", "anchor": "claim-1"}]}


def test_the_filter_finds_what_it_filters():
    script = (ROOT / "book" / "_static" / extension.SCRIPT).read_text()
    html = extension.controls()
    for name in ("paper", "kind", "verdict", "text", "count"):
        assert f'id="ledger-{name}"' in html
        assert f'"{name}"' in script or f"ledger-{name}" in script
    values = {extension.option(verdict) for verdict in (*Verdict, None)}
    assert all(f'value="{value}"' in html for value in values)
    assert len(values) == len(Verdict) + 1
