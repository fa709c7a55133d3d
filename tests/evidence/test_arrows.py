"""The arrows between the rooms of the house: who may import whom, read from the syntax trees."""

import ast
import re
from pathlib import Path

import pytest

from evidence.kit import dependencies, registry
from evidence.kit.paths import ROOT
from evidence.kit.sources import code, sources

BELOW = ("kit", "statistics", "papers", "protocols", "rivals")
"""What pages stand on, and therefore knows no page."""

TOGETHER = {"sl1_multiverse": {"sl1_results", "sl1_convergence"}}
"""A page that asks other pages' claims again, and the families that made them."""

ERRATA = "evidence/errata/"


def room(path: Path) -> tuple[str, ...]:
    """Return the folders of a file below the root, as ("evidence", "pages", "alm_fig1")."""
    return path.relative_to(ROOT).parts[:-1]


def forbidden(path: Path, target: Path) -> bool:
    here, there = room(path), room(target)
    if here[0] == "lib":
        return there[0] == "evidence"
    if here[:1] == ("evidence",) and len(here) > 1 and here[1] in BELOW:
        return there[1:2] in (("pages",), ("errata",))
    if here[1:2] == ("pages",) and len(here) > 2:
        family, other = here[2], there[2:3]
        if there[1:2] == ("errata",):
            return True
        return (
            there[1:2] == ("pages",)
            and len(there) > 2
            and other[0]
            not in {
                family,
                *TOGETHER.get(family, ()),
            }
        )
    return False


FILES = sorted([*ROOT.glob("lib/**/*.py"), *ROOT.glob("evidence/**/*.py")])


def test_no_arrow_leads_up_or_across():
    arrows = [(p, t) for p in FILES for t in dependencies.imported(p) if forbidden(p, t)]
    assert not [f"{a.relative_to(ROOT)} -> {b.relative_to(ROOT)}" for a, b in arrows]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("lib/alm/bcd.py", "evidence/kit/records.py"),
        ("evidence/kit/tables.py", "evidence/pages/alm_fig1/runs.py"),
        ("evidence/papers/tables.py", "evidence/errata/page.py"),
        ("evidence/pages/alm_fig1/claims.py", "evidence/errata/page.py"),
        ("evidence/pages/alm_fig1/claims.py", "evidence/pages/alm_table2/claims.py"),
    ],
)
def test_the_arrows_that_must_not_be_are_seen(path, target):
    assert forbidden(ROOT / path, ROOT / target)
    assert not forbidden(ROOT / target, ROOT / "lib/alm/bcd.py")


@pytest.mark.parametrize("name", sources())
def test_a_notebook_takes_no_private_name(name):
    tree = ast.parse(code(sources()[name]))
    names = [a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names]
    names += [n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)]
    assert not [name for name in names if re.match(r"_[a-z]", name)]


def test_a_page_on_the_alm_stands_on_no_gru_and_the_other_way_round():
    for name, path in sources().items():
        behind = {
            p.relative_to(ROOT).parts[1] for p in dependencies.of(code(path)) if room(p)[0] == "lib"
        }
        if name.startswith("alm_"):
            assert not behind & {"models", "penalties", "training", "estimators"}, name
        if name.startswith("sl1_"):
            assert not behind & {"alm", "estimators"}, name


def test_what_a_page_depends_on_is_found_from_its_imports():
    own = dependencies.of(code(sources()["alm_fig1"]))
    assert registry.FILES["alm_fig1"] in own
    assert ROOT / "evidence/pages/alm_fig1/figure.py" in own
    assert ROOT / "lib/alm/bcd.py" in own
    assert ROOT / "evidence/pages/alm_table2/claims.py" not in own
    records = dependencies.data(own)
    assert {p.parent.name for p in records if "records" in p.parts} == {"alm_fig1"}


def test_a_record_belongs_to_the_code_that_trains_and_not_to_its_figure():
    trains = dependencies.of_experiment("alm_fig1")
    assert ROOT / "lib/alm/driver.py" in trains
    assert not [p for p in trains if p.stem.startswith(("figure", "claims"))]
