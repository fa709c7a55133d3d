"""The script that says where the time of a build goes."""

import sys

from evidence.kit.paths import ROOT

sys.path.append(str(ROOT / "benchmarks"))
import build


def test_the_longest_tasks_are_named_and_the_others_added_up(monkeypatch):
    monkeypatch.setattr(build, "LONGEST", 2)
    runs = [{"site": 40, "execute:a": 3, "lint": 1, "unit": 9}, {"site": 50, "unit": 9, "lint": 3}]
    assert build.longest(runs) == [("site", 45.0), ("unit", 9.0), ("the others", 3.5)]


def test_the_lines_of_the_task_graph_are_read(monkeypatch, tmp_path):
    said = "..  site\nok  site (41 s)\n--  execute:a (up to date)\nok  execute:b (3 s)\n"
    program = f"print({said!r}, end='')"
    monkeypatch.setattr(build.sys, "executable", str(tmp_path / "python"))
    (tmp_path / "python").write_text(f"#!{sys.prefix}/bin/python\n{program}\n")
    (tmp_path / "python").chmod(0o755)
    monkeypatch.setattr(build, "_spent", iter((1.0, 3.5)).__next__)
    wall, cpu, tasks = build.measured(tmp_path, "book")
    assert (cpu, tasks) == (2.5, {"site": 41, "execute:b": 3})
    assert 0 < wall < 60


def test_a_change_is_made_and_what_was_built_is_removed(tmp_path):
    page = tmp_path / build.PAGE
    page.parent.mkdir(parents=True)
    page.write_text("A = 1\n", encoding="utf-8")
    (tmp_path / "_build" / "html").mkdir(parents=True)
    (tmp_path / ".doit.db.dat").touch()
    build.change(tmp_path)
    build.cold(tmp_path)
    assert page.read_text(encoding="utf-8").startswith("A = 1\n\n\n# One more")
    assert {path.name for path in tmp_path.iterdir()} == {"evidence"}
