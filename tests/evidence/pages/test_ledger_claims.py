"""The verdicts of claims that were made for the ledger follow what was measured."""

import numpy as np
import pytest

from evidence.kit.verdicts import Verdict
from evidence.pages.alm_theory import claims_identities as alm_identities
from evidence.pages.alm_theory.elman_derivative import growth
from evidence.pages.alm_theory.lagrangian_forms import lagrangian_forms
from evidence.pages.alm_theory.lagrangian_rest import rest, stationary, ties
from evidence.pages.sl1_results import overfitting
from evidence.statistics import Outcome
from lib import alm

HOLDS, IN_PART, FAILS, UNTESTABLE = list(Verdict)[-4:]
BETTER, TIE, WORSE = Outcome
TRIALS = 10


def words(claims) -> list[Verdict]:
    return [claim.verdict for claim in claims]


# -- paper A, records ------------------------------------------------------------------------------


def test_gaps_are_compared_by_sign_and_size():
    gap = np.linspace(-0.2, -0.1, 10)
    pairs = {"less": (gap, gap + 0.3), "same": (gap, gap), "more": (gap + 0.3, gap)}
    found = overfitting.smaller({name: (*pair, 0.1) for name, pair in pairs.items()})
    assert [case.outcome for case in found.values()] == [BETTER, TIE, WORSE]
    assert all(case.visible for case in found.values())


# -- paper B ---------------------------------------------------------------------------------------


def test_the_identities_as_they_are():
    found = words(alm_identities.point_claims(lagrangian_forms(3), 3))
    assert set(found) == {Verdict.REPRODUCED}
    assert (growth("normal-1e-3", 2, 5) < 0.1).all()


def test_ties_and_kinds_of_stationarity_as_they_are():
    apart, differ = ties()
    assert apart > 1
    assert differ < 1e-15
    along, not_limiting, limiting_alone = stationary()
    assert not_limiting == 0 < limiting_alone < along
    assert rest(0, 1000).kinks >= 0


def test_the_starts_of_the_growth_claim_are_those_of_table_3():
    with pytest.raises(ValueError, match="unknown initialisation"):
        growth("none", 1, 1)
    assert set(alm.INITIALISATIONS) >= {"he", "normal-1e-3"}
