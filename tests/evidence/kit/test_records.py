"""Records survive kills, refuse what is not theirs, and are found again by what they describe."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from evidence.kit.columns import columns
from evidence.kit.records import Outcome, Store, Unit, rounded
from lib.files import write_atomically


@dataclass(frozen=True)
class Config:
    label: str
    rate: float = 0.1
    sizes: tuple[int, ...] = (1, 2)
    rows = columns(int, "n")
    traces = MappingProxyType({})
    alone = False


UNIT = Unit("demo", Config("first"), {"iris": "abc"})
OUTCOME = Outcome([{"trial": 0, "error": np.float64(0.25)}], {"E": np.array([2.0, 1.0])})


def test_a_record_comes_back_as_it_was_saved(tmp_path):
    store = Store(tmp_path)
    assert store.load(UNIT) is None
    saved = store.save(UNIT, OUTCOME, {"commit": "c"})
    assert saved == store.load(UNIT)
    assert saved.rows == [{"trial": 0, "error": 0.25}]
    assert saved.traces == {"E": [2.0, 1.0]}
    assert saved.config == {"label": "first", "rate": 0.1, "sizes": [1, 2]}
    assert saved.data == {"iris": "abc"}


def test_the_name_follows_configuration_data_and_code(tmp_path):
    store = Store(tmp_path)

    def name(unit, code=None):
        return Store(tmp_path, code).path(unit).name

    others = [
        Unit("demo", Config("first", rate=0.2), UNIT.data),
        Unit("demo", Config("first", sizes=(1,)), UNIT.data),
        Unit("demo", UNIT.config, {"iris": "other"}),
    ]
    assert len({store.path(unit) for unit in [UNIT, *others]}) == 4
    assert name(UNIT, code="1") != name(UNIT, code="2") != name(UNIT)


def test_a_broken_or_foreign_file_is_named(tmp_path):
    store = Store(tmp_path)
    store.save(UNIT, OUTCOME, {})
    path = store.path(UNIT)
    content = json.loads(path.read_text())
    for foreign in ({"config": {"label": "other"}}, {"data": {}}, {"experiment": "other"}):
        path.write_text(json.dumps(content | foreign))
        with pytest.raises(ValueError, match="another configuration"):
            store.load(UNIT)
    path.write_text(path.read_text()[:40])
    with pytest.raises(ValueError, match=f"{path.name} is not a record .*delete it"):
        store.load(UNIT)


def test_an_interrupted_write_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "record.json"
    write_atomically(path, "old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


SLOW_RUN = """
import sys, time
from pathlib import Path
from types import SimpleNamespace
from evidence.kit import runner
from evidence.kit.records import Outcome, Store, Unit
sys.path.insert(0, {tests!r})
from test_records import Config

def run(config):
    time.sleep({seconds})
    return Outcome([{{"n": int(config.label)}}])

runner.experiment = lambda name: SimpleNamespace(run=run)
units = [Unit("slow", Config(str(n)), {{}}) for n in range(4)]
records = runner.fill(Store(Path({root!r})), units)
print([r.rows[0]["n"] for r in records])
"""


def test_a_killed_run_loses_nothing_finished_and_repeats_nothing(tmp_path):
    def script(seconds):
        return SLOW_RUN.format(
            tests=str(Path(__file__).parent), root=str(tmp_path), seconds=seconds
        )

    killed = subprocess.Popen([sys.executable, "-c", script(0.5)], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob("slow/*.json"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    finished = {p: p.stat().st_mtime_ns for p in tmp_path.glob("slow/*.json")}
    assert 2 <= len(finished) < 4, "the kill has to come in the middle"

    resumed = subprocess.run(
        [sys.executable, "-c", script(0)], check=True, capture_output=True, text=True
    )
    assert resumed.stdout.strip() == "[0, 1, 2, 3]"
    assert {p: p.stat().st_mtime_ns for p in finished} == finished
    assert len(list(tmp_path.glob("slow/*.json"))) == 4


def test_traces_are_rounded_to_significant_digits():
    assert rounded([[1.23456e-17, 2.0], [np.nan, 98765.4]], 3)[0] == [1.23e-17, 2.0]
    assert rounded(98765.4, 3) == 98800.0
