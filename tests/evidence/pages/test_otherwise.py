"""No measurement can come out one way only: for every claim there are data that turn its word.

Each family of pages has a module ``otherwise.py`` beside its tests. It names for every claim
records on which it comes out otherwise; the word must then be another one, and a decided one.
"""

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from evidence.kit.claims import statements
from evidence.kit.verdicts import Verdict

FILES = sorted(Path(__file__).parent.glob("*/otherwise.py"))
DECIDED = {
    Verdict.REPRODUCED,
    Verdict.WEAKER,
    Verdict.STRONGER,
    Verdict.PARTLY,
    Verdict.DIRECTION,
    Verdict.REPAIRED,
    Verdict.CONTRADICTED,
}


@cache
def family(path: Path):
    spec = spec_from_file_location(f"otherwise_{path.parent.name}", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def recorded(path: Path) -> dict[str, Verdict]:
    return {claim.id: claim.verdict for claim in family(path).as_recorded()}


CASES = [(path, name) for path in FILES for name in family(path).OTHERWISE]


@pytest.mark.parametrize(("path", "name"), CASES, ids=[name for _, name in CASES])
def test_other_data_turn_the_word(path, name):
    changed = {claim.id: claim.verdict for claim in family(path).OTHERWISE[name]()}
    # A run that was cut off decides no limit, so that undecided is another word for it.
    others = DECIDED | ({Verdict.UNDECIDED} if statements()[name].kind == "limit" else set())
    assert changed[name] in others - {recorded(path)[name]}


def test_every_measured_claim_has_such_data():
    measured = {said.id for said in statements().values() if said.page}
    assert {name for _, name in CASES} == measured
