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
    assert "evidence/kit/test_notebook.py" in found  # goes through all notebooks
    assert "evidence/pages/test_otherwise.py" in found  # and through all claims
    for name in ("lib/alm/test_alm_solve.py", "evidence/pages/sl1_search/test_sl1_fig5.py"):
        assert name not in found


@pytest.mark.parametrize(
    ("changed", "test"),
    [
        ("lib/alm/bcd.py", "lib/alm/test_alm_solve.py"),  # through its imports
        ("evidence/kit/records.py", "evidence/kit/test_records.py"),
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
