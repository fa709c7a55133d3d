"""A page gets records, glues numbers and claims, says whose they are, and ends with its check."""

import json
import subprocess
import sys

import pytest
from myst_nb.ext import glue as original

from evidence.kit import publish, reference, style
from evidence.kit.claims import Judged, Statement
from evidence.kit.paths import ROOT
from evidence.kit.publish import Page, glue
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
    monkeypatch.setattr(publish, "glue", found.__setitem__)
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
def test_questions_of_our_own_are_counted_apart(claims, told, glued):
    publish.publish_verdicts("demo", claims)
    assert glued["demo.verdicts"] == told
    assert len(json.loads(glued["demo.claims"])) == len(claims)


@pytest.mark.parametrize("value", [3, 0.25, "1 × reproduced"])
def test_a_value_is_glued_as_myst_nb_glues_it(value, monkeypatch):
    shown = []
    for place in (publish, original):
        name = "display" if place is publish else "ipy_display"
        monkeypatch.setattr(place, name, lambda bundle, **kwargs: shown.append((bundle, kwargs)))
    glue("page.key", value)
    original.glue("page.key", value, display=False)
    assert shown[0] == shown[1]


def test_the_palette_is_seaborn_s_and_seaborn_is_loaded_for_figures_alone():
    import seaborn

    assert list(style.PALETTE) == list(seaborn.color_palette("colorblind").as_hex())
    code = "import sys; import evidence.kit.style; assert 'seaborn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
