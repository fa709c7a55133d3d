"""What rows and traces may hold, and which differences of a repetition are named."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from evidence.__main__ import main
from evidence.kit import runner
from evidence.kit.columns import ROUGH, check, columns, differences
from evidence.kit.records import Outcome, Store
from evidence.kit.registry import units
from evidence.kit.reproduce import pages
from evidence.kit.runner import PAPER_RECORDS, compute

CONFIG = SimpleNamespace(
    rows={
        **columns(str, "word"),
        **columns(int, "count", within=0.2),
        **columns(float, "error | tiny", within=0.01),
        **columns(float, "lost", none=True, part=True),
        **columns(bool, "flag", part=True),
        **columns(float, "seconds", within=None),
    },
    traces={
        **columns(float, "path", within=0.01),
        **columns(float, "race", within=0.01, part=True, cut=True),
    },
)
ROW = {"word": "cap", "count": 10, "error": 1.0, "tiny": 1e-15, "seconds": 3.0}
OLD = Outcome([ROW, ROW], {"path": [[1.0, 2.0], [3.0, 4.0]], "race": [[5.0, 4.0, 3.0]]})


def changed(**values) -> Outcome:
    return Outcome([ROW, ROW | values], OLD.traces)


def traced(**values) -> Outcome:
    return Outcome(OLD.rows, OLD.traces | values)


@pytest.mark.parametrize(
    "new",
    [
        changed(seconds=9.0),
        changed(tiny=9e-12),
        changed(count=11),
        changed(error=1.005),
        traced(race=[[5.0, 4.0]]),
        traced(race=[[5.0, 4.0, 3.0, 2.0]]),
    ],
)
def test_what_may_differ_agrees(new):
    assert not [found for found in differences(CONFIG, OLD, new) if found.beyond]


@pytest.mark.parametrize(
    ("new", "place", "old", "given"),
    [
        (changed(word="step"), "word of row 1", "cap", "step"),
        (changed(count=15), "count of row 1", 10, 15),
        (changed(error=1.1), "error of row 1", 1.0, 1.1),
        (changed(error=float("nan")), "error of row 1", 1.0, None),
        (changed(lost=None), "lost of row 1", None, None),
        (changed(lost=2.0), "lost of row 1", None, 2.0),
        (changed(flag=True), "flag of row 1", None, True),
        (Outcome([ROW], OLD.traces), "word of row 1", "cap", None),
        (traced(path=[[1.0, 2.0], [3.0, 40.0]]), "the trace path[1][1]", 4.0, 40.0),
        (traced(path=[[1.0, 2.0], [3.0]]), "the trace path[1][1]", 4.0, None),
        (traced(path=[[1.0, 2.0]]), "the trace path[1]", [3.0, 4.0], None),
        (traced(race=[[5.0, 4.9]]), "the trace race[0][1]", 4.0, 4.9),
        (Outcome(OLD.rows, {"race": OLD.traces["race"]}), "the trace path", OLD.traces["path"], 0),
    ],
)
def test_a_difference_is_named_with_its_place_and_both_values(new, place, old, given):
    worst = differences(CONFIG, OLD, new)[0]
    if old is given is None:
        assert not worst.beyond, "None and nothing are the same"
        return
    assert worst.beyond
    assert worst.place == place
    assert worst.old == old
    if given:
        assert worst.new == given
    assert f"recorded {old!r}" in str(worst)


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (changed(error="1.0"), r"row 1 of it: 'error' holds '1.0', accepted: float"),
        (changed(error=None), "'error' holds None, accepted: float"),
        (changed(error=float("inf")), "'error' holds inf"),
        (changed(error=True), "'error' holds True"),
        (changed(count=1.5), "'count' holds 1.5, accepted: int"),
        (changed(flag=1), "'flag' holds 1, accepted: bool"),
        (changed(lost="no"), "'lost' holds 'no', accepted: float or None"),
        (changed(extra=1), "they have the unknown 'extra'"),
        (Outcome([{"word": "cap"}], {}), "they lack 'count', 'error', 'seconds', 'tiny'"),
        (Outcome([], OLD.traces), "it has no rows"),
        (traced(path=[[1.0, None]]), "the traces of it: 'path' holds None"),
        (traced(path=[]), "it: the trace path is no list or is empty"),
        (traced(path=None), "holds None"),
        (traced(path=1.0), "the trace path is no list"),
    ],
)
def test_rows_and_traces_that_are_not_as_declared_are_refused(bad, sentence):
    check("it", CONFIG, OLD)
    check("it", CONFIG, changed(lost=None, flag=True))
    with pytest.raises(ValueError, match=sentence):
        check("it", CONFIG, bad)


def test_the_pages_of_an_experiment_are_those_that_read_its_records():
    assert "alm_fig1" in pages("alm_fig1")
    assert pages("sl1_speed") == ["sl1_speed"]


@pytest.mark.parametrize(
    ("name", "label", "trace"),
    [
        ("alm_fig1", "synthetic-t10-seed0", "kkt_residual"),
        ("sl1_modes", "iris-l2-gru-out", "weight_norm"),
        ("alm_polish", "synthetic-t10-10-r4-seed0", "objective"),
    ],
)
def test_make_reproduce_names_a_trace_that_was_changed_by_hand(
    name, label, trace, tmp_path, monkeypatch, capsys
):
    """The unit is run; then one number of one trace of the recorded copy is ten times as large."""
    unit = next(u for u in units(name, "paper") if u.config.label == label)
    copy = Store(tmp_path / "copy")
    content = json.loads(Store(PAPER_RECORDS).path(unit).read_bytes())
    values = content["traces"][trace]
    while isinstance(values[0], list):
        values = values[0]
    old = values[1] = 10 * values[1]
    path = copy.path(unit)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(content))
    monkeypatch.setattr("evidence.__main__.units", lambda *_: [unit])
    monkeypatch.setattr(runner, "BUILD", tmp_path)
    assert main(["reproduce", name, "--jobs", "1"]) == 0
    assert f"{name}/{label}: agrees, at most" in capsys.readouterr().out
    monkeypatch.setattr("evidence.__main__.store", lambda *_: copy)
    assert main(["reproduce", name, "--jobs", "1"]) == 1
    line = capsys.readouterr().out
    assert line.startswith(
        f"{name}/{label} on {', '.join(pages(name))}: DIFFERS, the trace {trace}"
    )
    assert f"recorded {old!r}: relative difference 9.0e-01, accepted" in line
    assert line.count("\n") == 1
    # What other code has computed says nothing of today's.
    assert len(list((tmp_path / "reproduced" / name).iterdir())) == 1
    monkeypatch.setattr("evidence.kit.dependencies.digest", lambda _: "another")
    assert runner.reproduced(name).load(unit) is None


def test_a_run_whose_rows_are_not_as_declared_is_not_recorded(tmp_path, monkeypatch):
    unit = units("alm_penalties", "quick")[0]
    monkeypatch.setattr(runner, "each", lambda *_: [(unit, Outcome([{"seed": 0}]), {})])
    with pytest.raises(ValueError, match=f"row 0 of alm_penalties/{unit.config.label}: they lack"):
        runner.fill(Store(tmp_path), [unit])
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize(("name", "jobs"), [("alm_growth", 1), ("alm_starts", 2)])
def test_units_that_start_processes_are_computed_in_the_caller_s(tmp_path, monkeypatch, name, jobs):
    asked = []
    monkeypatch.setattr(runner, "each", lambda *given: asked.append(given[2:]) or [])
    with pytest.raises(FileNotFoundError, match="vanished"):
        runner.fill(Store(tmp_path), units(name, "quick"), 2)
    assert asked == [(jobs, "loky", None)]


def test_a_damaged_record_of_a_small_profile_is_refused_when_it_is_read(tmp_path):
    unit = units("sl1_datasets", "quick")[0]
    records = Store(tmp_path)
    records.save(*compute(unit))
    assert runner.fill(records, [unit])
    unit_path = records.path(unit)
    content = json.loads(unit_path.read_text())
    content["rows"][0]["samples"] = "150"
    unit_path.write_text(json.dumps(content))
    with pytest.raises(
        ValueError, match=rf"{unit_path.name}: 'samples' holds '150', accepted: int"
    ):
        runner.fill(records, [unit])


def test_rough_still_sees_a_factor_of_ten():
    config = SimpleNamespace(rows=columns(float, "a", within=ROUGH), traces={})
    old, new = Outcome([{"a": 1.0}]), Outcome([{"a": 10.0}])
    assert differences(config, old, new)[0].beyond
    assert not differences(config, old, replace(new, rows=[{"a": 5.0}]))[0].beyond
