"""Every field of every experiment can be set, and is checked before anything runs."""

import re
import shlex

import nbformat
import pytest
from altered import altered

from evidence.__main__ import main
from evidence.kit import custom, publish
from evidence.kit.changes import asked, assigned, fields
from evidence.kit.notebook import load, parameters
from evidence.kit.paths import ROOT
from evidence.kit.publish import Page
from evidence.kit.records import Record
from evidence.kit.registry import EXPERIMENTS
from evidence.kit.sources import code, sources


def test_every_notebook_that_trains_takes_all_fields_of_its_experiments():
    """And most (notebook, parameter) pairs are trained by the test above."""
    training = {name: asked(name) for name in sources() if asked(name)}
    for name, path in sources().items():
        assert (name in training) == ("page.records(" in code(path)), name
    for name in training:
        assert parameters(load(name)) == {"profile": "quick", "change": None}, name
        assert re.search(r'Page\("\w+", profile, change\)', code(sources()[name])), name
    pairs = [(n, field.path) for n, names in training.items() for e in names for field in fields(e)]
    trained = {(e, *path) for e in EXPERIMENTS for path in altered(e)}
    assert len(pairs) > 600
    assert sum(path in trained for _, path in pairs) > 0.75 * len(pairs)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("outer_iterations=2.0", "outer_iterations must be a whole number > 0, got 2.0"),
        ("outer_iterations=True", "outer_iterations must be a whole number > 0, got True"),
        ({"setting.tau": "strong"}, "setting.tau must be a number > 0, got 'strong'"),
        ({"tau": -1}, "tau must be a number > 0, got -1"),
        ({"seed": -1}, "seed must be a whole number >= 0, got -1"),
        ({"adam_rates": 0.1}, r"adam_rates must be a list such as \[0.01\], got 0.1"),
        ({"gammas": []}, r"gammas must be a list such as \[1.0\], got \[\]"),
        ({"dataset": 2020}, "dataset must be one of synthetic-t500, .*, got 2020"),
        ("alm_table3.outer=5", "unknown parameter 'alm_table3.outer'; accepted: adam_epochs"),
        ("five", "change must be such as"),
        (5, "change must be names and values such as"),
    ],
)
def test_a_wrong_name_or_value_is_refused_in_one_sentence(change, said):
    with pytest.raises(ValueError, match=said) as refused:
        assigned(("alm_accelerated", "alm_time"), change)
    assert "\n" not in str(refused.value)


def test_a_name_is_the_end_of_a_path_and_text_is_read_as_values():
    two = ("alm_accelerated", "alm_time")
    found = assigned(two, "adam_rates=[0.1, 0.01]; seed=3, alm_time.setting.eta3=0.5, steps=None")
    assert found == {
        ("alm_accelerated", "adam_rates"): (0.1, 0.01),
        ("alm_time", "adam_rates"): (0.1, 0.01),
        ("alm_accelerated", "seed"): 3,
        ("alm_time", "seed"): 3,
        ("alm_time", "setting", "eta3"): 0.5,
        ("alm_accelerated", "steps"): None,
    }
    (rule,) = assigned(("alm_gamma_rule",), {"rules": [{"gap": 0.3, "growth": 2}]}).values()
    assert (rule[0].gap, rule[0].growth) == (0.3, 2.0)
    with pytest.raises(ValueError, match="rules must be names and values of gap, growth, length"):
        assigned(("alm_gamma_rule",), {"rules": [{"gab": 0.3}]})


@pytest.fixture
def run(monkeypatch):
    """A page of one experiment whose records are at hand, and what it displays."""
    told, wanted = [], []
    rows = [{"error": 0.5, "trace": [1]}, {"error": 0.25, "trace": [2]}]
    monkeypatch.setattr(publish.changes, "asked", lambda name: ("alm_fig1",))
    monkeypatch.setattr(
        publish,
        "collect",
        lambda *given: wanted.append(given) or [Record("alm_fig1", {"seed": 1}, {}, rows, {}, {})],
    )
    monkeypatch.setattr(custom, "display", lambda *shown: told.extend(shown))
    return told, wanted


def test_a_run_of_ones_own_says_what_differs_and_gives_no_verdict(run):
    told, wanted = run
    page = Page("alm_fig1", "quick", "outer_iterations=5")
    page.records("alm_fig1")
    assert wanted == [("alm_fig1", "quick", {("outer_iterations",): 5})]
    note, differs, numbers = told
    assert "no verdict" in note.data
    assert differs.loc["outer_iterations"].tolist() == ["alm_fig1", "5", "60, 20, 40"]
    assert numbers.to_dict("list") == {"error": [0.5, 0.25]}
    assert "recorded runs alone" in page.claims().data
    assert page.publish({"error": 0.5}) is None


def test_a_page_refuses_before_it_asks_for_records(run):
    with pytest.raises(ValueError, match="outer_iterations must be a whole number > 0, got 0"):
        Page("alm_fig1", "quick", {"outer_iterations": 0})
    with pytest.raises(ValueError, match="unknown profile 'Quick'; accepted: quick, paper"):
        Page("alm_fig1", "Quick")
    assert run == ([], [])


def test_a_cell_that_needs_other_runs_says_so_and_ends_nothing(monkeypatch):
    told = []
    monkeypatch.setattr(custom, "display", lambda *shown: told.extend(shown))
    cells = ("a = 2\na * 3", "{}['T = 10']", "# nothing", "b = a + 1", "assert a < 2, 'a is 2'")
    for cell in cells:
        tree = custom.Tolerant().visit(custom.ast.parse(cell))
        exec(compile(tree, "cell", "exec"), space := locals().get("space", {}))
    assert told[0] == 6
    assert "needs runs that are not among yours (KeyError: 'T = 10')" in told[1].data
    assert "does not agree in your run (AssertionError: a is 2)" in told[2].data
    assert (len(told), space["b"]) == (3, 3)


RERUNS = re.findall(
    r"^\.venv/bin/python -m evidence (execute .*?)$",
    (ROOT / "book" / "reruns.md").read_text("utf-8").replace("\\\n", " "),
    re.MULTILINE,
)


@pytest.mark.parametrize("line", RERUNS)
def test_the_worked_reruns_run_as_printed(line, tmp_path):
    words = shlex.split(line)
    output = tmp_path / words[words.index("--output") + 1]
    assert main([*words[: words.index("--output") + 1], str(output), *words[4:]]) == 0
    executed = nbformat.read(output, as_version=4)
    told = "\n".join(
        str(output.get("data", output))
        for cell in executed.cells
        for output in cell.get("outputs", ())
    )
    assert "A run of your own" in told
    # A cell that compares with a record has nothing to compare with.
    assert told.count("Not shown: ") <= 1
    for cell in executed.cells:
        assert cell.cell_type == "code" or not re.sub(r"(?m)^#+ .*$", "", cell.source).strip()


def test_there_are_five_worked_reruns():
    assert len(RERUNS) == 5
