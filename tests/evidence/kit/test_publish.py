"""A page gets records, glues numbers and claims, says whose they are, and ends with its check."""

import json
import subprocess
import sys

import nbformat
import pytest
from myst_nb.ext import glue as original
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from evidence.kit import publish, reference, style
from evidence.kit.claims import Judged, Statement
from evidence.kit.glued import apart
from evidence.kit.paths import ROOT
from evidence.kit.publish import Page
from evidence.kit.records import Record
from evidence.kit.rule import Universal
from evidence.kit.verdicts import Verdict

MACHINE = {"cpu": "a processor", "cores": 2, "system": "Linux"}
MADE = {"commit": "c" * 40, "machine": MACHINE, "cpu_seconds": 7200.0, "finished": "today"}
SAID = Statement("B-x", "universal", "It falls.", place="section 1", page="demo")
CLAIM = Judged(SAID, Universal(3, 0, "runs"), Verdict.REPRODUCED)
OWN = Judged(Statement("O-x", "universal", "Does it?", page="demo"), None, Verdict.CONTRADICTED)


@pytest.fixture
def asked(monkeypatch):
    found = []

    def collect(name, profile, change):
        found.append((name, profile, change))
        return [Record(name, {}, {}, [], {}, MADE)]

    monkeypatch.setattr(publish, "collect", collect)
    return found


@pytest.fixture
def glued(monkeypatch):
    found = {}
    monkeypatch.setattr(publish, "glue", found.update)
    return found


def test_a_page_publishes_its_numbers_and_claims_and_remembers_its_records(asked, glued):
    page = Page("demo", "quick")
    assert [r.experiment for r in page.records("one", "two")] == ["one", "two"]
    assert asked == [("one", "quick", {}), ("two", "quick", {})]
    note = page.publish({"error": 0.5, "trials": 3.0}, [CLAIM], {"seconds": 2.5})
    assert "*quick* profile" in note.data
    numbers = {"demo.error": 0.5, "demo.trials": 3, "demo.seconds": 2.5}
    assert glued.items() >= (numbers | {"demo.verdicts": "1 × reproduced"}).items()
    assert "B-x | reproduced" in repr(page.claims())
    assert page.provenance().data.startswith("*2 records, run as the profile says, in 4.0 CPU hour")
    assert page.provenance(page.used["one"]).data.startswith("*1 records")


def test_the_paper_profile_and_a_page_without_records_need_no_note(asked, glued):
    full, alone = Page("demo", "paper"), Page("demo", "quick")
    full.records("one")
    assert full.publish({}) is alone.publish({}) is None
    assert "demo.claims" not in glued


def test_numbers_are_compared_unless_a_parameter_was_given(
    asked, glued, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(reference, "REFERENCE", tmp_path)
    (tmp_path / "demo.quick.json").write_text('{"error": 0.5}')
    page = Page("demo", "quick")
    page.publish({"error": 0.52}, machine={"seconds": 1.0})
    page.check(rtol=0.1)
    with pytest.raises(AssertionError, match=r"error is 0\.52 but the reference says 0\.5"):
        page.check()
    page.custom = True
    page.records("one")
    page.check()
    assert "parameters were changed" in capsys.readouterr().out
    assert "parameters of your own" in page.provenance().data
    assert Page("demo", "quick", alphas=(1.0,)).custom


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ([CLAIM, CLAIM], "2 × reproduced"),
        ([CLAIM, OWN, OWN], "1 × reproduced; asked here: 2 × no"),
        ([OWN], "asked here: 1 × no"),
    ],
)
def test_questions_of_our_own_are_counted_apart(claims, told):
    found = publish.verdicts(claims)
    assert found["verdicts"] == told
    assert len(json.loads(found["claims"])) == len(claims)


def test_a_page_publishes_in_one_output_and_the_file_holds_what_myst_nb_glues(monkeypatch):
    sent, wanted = [], []
    monkeypatch.setattr(publish, "display", lambda bundle, **_: sent.append(bundle))
    monkeypatch.setattr(
        original, "ipy_display", lambda bundle, **given: wanted.append((bundle, given["metadata"]))
    )
    numbers = {f"error {k}": k / 8 for k in range(400)}
    Page("demo", "paper").publish(numbers, [CLAIM])
    assert len(sent) == 1
    words = {f"demo.{key}": text for key, text in publish.verdicts([CLAIM]).items()}
    for name, value in ({f"demo.{key}": v for key, v in numbers.items()} | words).items():
        original.glue(name, int(value) if value in range(50) else value, display=False)
    shown = new_output("stream", text="1")
    cell = new_code_cell("", outputs=[shown, new_output("display_data", data=sent[0])])
    made = new_notebook(cells=[new_markdown_cell(""), cell])
    nbformat.validate(made)
    apart(made)
    nbformat.validate(made)
    assert [(o.data, o.metadata) for o in cell.outputs[1:]] == wanted
    assert cell.outputs[0] == shown


def test_the_palette_is_seaborn_s_and_seaborn_is_loaded_for_figures_alone():
    import seaborn

    assert list(style.PALETTE) == list(seaborn.color_palette("colorblind").as_hex())
    code = "import sys; import evidence.kit.style; assert 'seaborn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
