"""The script that draws mutants: what it plants is a program, and another one than before."""

import ast
import sys

import numpy as np

from evidence.kit.paths import ROOT

sys.path.append(str(ROOT / "benchmarks"))
import mutants
import planted


def programs(tmp_path, monkeypatch, text):
    monkeypatch.setattr(planted, "ROOT", tmp_path)
    path = tmp_path / "code.py"
    path.write_text(text, encoding="utf-8")
    whole = text.encode()
    return {
        (whole[: m.begin] + m.new.encode() + whole[m.end :]).decode() for m in planted.mutants(path)
    }


def test_each_kind_of_fault_is_planted_where_it_belongs(tmp_path, monkeypatch):
    for text, wanted in (
        ("a < b", {"(a <= b)", "(a >= b)"}),
        ("a + b", {"(a - b)"}),
        ("a += b", {"a -= b"}),
        ("not a", {"(a)"}),
        ("-a", {"(a)"}),
        ("a and b", {"(a or b)"}),
        ("a if b else c", {"(c if b else a)"}),
        ("f(a, b)", {"(f(b, a))"}),
        ("np.maximum(a, b)", set()),
        ("x = 2", {"x = (3)"}),
        ("x = 0.5", {"x = (1.0)"}),
        ("x = True", {"x = (False)"}),
        ("if a:\n    b", {"if (not a):\n    b"}),
        ("\u03b3 = a * b", {"\u03b3 = (a / b)"}),
        ("raise ValueError(1 + 2)", set()),
        ("def f(a: 1) -> 2:\n    'x'", set()),
    ):
        assert programs(tmp_path, monkeypatch, text) == wanted


def test_every_module_has_tests_and_mutants_that_are_programs():
    paths = planted.modules()
    assert len(paths) > 30
    rng = np.random.default_rng(0)
    for path in paths:
        whole, found = path.read_bytes(), planted.mutants(path)
        assert mutants.near(path.relative_to(ROOT).as_posix())
        for k in rng.permutation(len(found))[:3]:
            mutant = found[k]
            changed = whole[: mutant.begin] + mutant.new.encode() + whole[mutant.end :]
            assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(whole)), mutant.key


def test_an_equivalent_mutant_is_one_that_the_script_can_draw():
    listed = mutants.yaml.safe_load(mutants.EQUIVALENT.read_text(encoding="utf-8"))
    for entry in listed:
        drawn = planted.mutants(ROOT / entry["file"])
        assert [m for m in drawn if all(getattr(m, k) == entry[k] for k in mutants.PLACE)], entry
        assert entry["reason"]
