"""A folder is ready before anything is computed, swept of what the dead left, and one run's own."""

import os
import subprocess
import sys

import pytest

from evidence.kit import folders, manifest, notebook, runner
from evidence.kit.folders import alone, ready, sweep
from evidence.kit.records import Store
from evidence.kit.registry import units
from lib.files import unfinished


@pytest.fixture
def dead():
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def left(number: int, name: str = "record.json") -> str:
    """Return what a process calls a file that it has not finished."""
    kept = unfinished(name)
    return kept["prefix"].replace(f"-{os.getpid()}.", f"-{number}.") + "abc" + kept["suffix"]


def test_what_the_dead_left_unfinished_is_removed_and_nothing_else(tmp_path, dead):
    (tmp_path / left(dead)).write_text("half")
    (tmp_path / left(dead).replace("record.json", "page")).mkdir()
    (tmp_path / left(dead).replace("record.json", "page") / "source.ipynb").write_text("{}")
    stays = [left(os.getpid()), "record.json", ".hidden.tmp", f".a.00000000-{dead}.b.tmp"]
    for name in stays:
        (tmp_path / name).write_text("whole")
    sweep(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(stays)


def test_a_folder_that_cannot_be_written_is_noticed_before_anything_is_computed(
    tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"file/records cannot be written to: Not a directory"):
        ready(tmp_path / "file" / "records")
    monkeypatch.setattr(runner, "each", lambda *_: pytest.fail("something was computed"))
    with pytest.raises(OSError, match="cannot be written to"):
        runner.fill(Store(tmp_path / "file"), units("alm_starts", "quick"))
    monkeypatch.setattr(notebook, "REFERENCE", tmp_path / "file" / "reference")
    monkeypatch.setattr(notebook, "execute", lambda *_, **__: pytest.fail("something was executed"))
    with pytest.raises(OSError, match="reference cannot be written to"):
        notebook.write_reference("alm_fig1")
    with pytest.raises(OSError, match="file/data cannot be written to"):
        manifest.renew(tmp_path / "file")


def test_the_list_of_checksums_is_ready_too_before_a_committed_record_is_computed(tmp_path, dead):
    data, unfinished_list = tmp_path / "data", left(dead, "SHA256SUMS")
    for root, stays in ((tmp_path / "other", True), (tmp_path, False)):
        data.mkdir(exist_ok=True)
        (data / unfinished_list).write_text("half")
        manifest.ready(data / "records", root)
        assert (data / unfinished_list).exists() == stays


HOLDER = """
import sys, time
from pathlib import Path
from evidence.kit.folders import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_second_run_waits_for_the_first_and_says_so(tmp_path):
    first = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert first.stdout.readline() == "held\n"
    said = []

    def wait() -> None:
        said.append("waiting")
        first.kill()  # the lock ends with its process

    with alone(tmp_path, wait):
        assert said == ["waiting"]
    with alone(tmp_path, lambda: pytest.fail("nobody holds it")):
        pass
    assert not list(tmp_path.iterdir())
    first.wait()
    first.stdout.close()


def test_a_build_folder_that_cannot_be_written_to_can_be_moved(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(folders, "BUILD", tmp_path / "file")
    with pytest.raises(OSError, match="Not a directory; set RNN_BUILD to another folder"):
        ready(tmp_path / "file" / "records")
