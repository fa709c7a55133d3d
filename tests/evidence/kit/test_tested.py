"""A change is answered by the tests that it can move, and by those alone."""

import pytest

from evidence.kit import paths, tested

HERE = paths.ROOT / "tests"


def moved(*changed):
    tests = sorted(HERE.glob("*/**/test_*.py"))
    found = tested.affected([paths.ROOT / path for path in changed], tests)
    return {path.relative_to(HERE).as_posix() for path in found}


def test_a_page_moves_its_own_tests_and_none_of_the_methods():
    found = moved("evidence/pages/alm_race/tables_time.py", "notebooks/alm_rnn/alm_time.md")
    assert "evidence/kit/test_changes.py" in found  # goes through all notebooks
    assert "evidence/pages/test_otherwise.py" in found  # and through all claims
    assert "evidence/test_code.py" in found  # and through all code
    for name in ("lib/alm/test_alm_solve.py", "evidence/pages/sl1_search/test_sl1_fig5.py"):
        assert name not in found
    assert "evidence/kit/test_trained.py" not in found  # goes through all experiments
    assert "evidence/kit/test_notebook.py" not in found  # through a notebook of its own


@pytest.mark.parametrize(
    ("changed", "test"),
    [
        ("lib/alm/bcd.py", "lib/alm/test_alm_solve.py"),  # through its imports
        ("evidence/kit/records.py", "evidence/kit/test_records.py"),
        ("evidence/kit/forked.py", "evidence/kit/test_notebook.py"),
        ("evidence/pages/alm_race/runs_time.py", "evidence/kit/test_trained.py"),
        ("evidence/rivals/contestants/kalman.py", "evidence/kit/test_trained.py"),
        ("book/extend.md", "lib/test_extend.py"),  # a path that it writes out
        ("lib/datasets/registry.toml", "lib/datasets/test_datasets_files.py"),
        ("data/records/paper/alm_polish/x.json", "evidence/kit/test_audit.py"),  # everything
        (
            "evidence/pages/alm_table3/tables.py",
            "evidence/pages/alm_table3/test_alm_table3_claims.py",
        ),
    ],
)
def test_what_a_test_reads_moves_it(changed, test):
    assert test in moved(changed)


@pytest.mark.parametrize("changed", ["requirements.txt", "pyproject.toml", "tests/conftest.py"])
def test_what_all_share_moves_all(changed):
    assert len(moved(changed)) == len(sorted(HERE.glob("*/**/test_*.py")))


def test_a_program_in_a_string_a_helper_beside_it_and_an_experiment_are_read(tmp_path):
    test = tmp_path / "test_one.py"
    (tmp_path / "helper.py").write_text("from lib.penalties import L1")
    test.write_text(
        "from helper import X\nP = '''\nfrom lib.alm import solve\n'''\n"
        "A = DATA / 'papers' / name\nNAME = 'alm_starts'\n"
    )
    files, folders = tested.reads(test)
    known = {path.relative_to(paths.ROOT).as_posix() for path in files if path.parent != tmp_path}
    assert {"lib/alm/bcd.py", "lib/penalties/__init__.py"} <= known
    assert any(name.startswith("data/records/paper/alm_starts/") for name in known)
    assert folders == {paths.DATA / "papers"}


def test_pages_that_changed_are_read_again_and_all_when_more_has():
    page, other = (f"{tested.SITE}book/{name}.html" for name in ("a", "b"))
    before = {page: "1", other: "1", f"{tested.SITE}_static/a.css": "1", "tests/browser/a.py": "1"}
    assert tested.changed_pages(before, before) == []
    assert tested.changed_pages(before, before | {page: "2"}) == [page]
    gone = {name: mark for name, mark in before.items() if name != other}
    assert tested.changed_pages(before, gone | {f"{tested.SITE}new.html": "1"}) == [
        f"{tested.SITE}new.html"
    ]
    for name in (f"{tested.SITE}_static/a.css", "tests/browser/a.py"):
        assert tested.changed_pages(before, before | {name: "2"}) is None
    assert tested.changed_pages({}, before) is None


def test_a_file_is_marked_by_its_content(monkeypatch, tmp_path):
    monkeypatch.setattr(tested, "ROOT", tmp_path)
    path = tmp_path / "a.html"
    path.write_text("one")
    one = tested.marks([path])
    path.write_text("two")
    assert tested.marks([path]).keys() == one.keys() == {"a.html"}
    assert tested.marks([path]) != one
