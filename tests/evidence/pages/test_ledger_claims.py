"""The verdicts of claims that were made for the ledger follow what was measured."""

import numpy as np
import pytest

from evidence.kit.verdicts import Verdict
from evidence.pages.alm_table3 import claims_rivals as alm_rivals
from evidence.pages.alm_table3.trials import ALM, PRINTED, Trials
from evidence.pages.alm_theory import claims_identities as alm_identities
from evidence.pages.alm_theory.elman_derivative import growth
from evidence.pages.alm_theory.lagrangian_forms import lagrangian_forms
from evidence.pages.alm_theory.lagrangian_rest import rest, stationary, ties
from evidence.pages.sl1_equations import claims_error as sl1_error
from evidence.pages.sl1_equations.error_forms import ErrorForms, carried, error_forms
from evidence.pages.sl1_results import overfitting
from evidence.pages.sl1_theorems import claims_proof as sl1_proof
from evidence.pages.sl1_theorems.proof_steps import Steps, Violations, steps, suprema, violations
from evidence.statistics import Outcome
from lib import alm
from lib.randomness import generator

HOLDS, IN_PART, FAILS, UNTESTABLE = list(Verdict)[-4:]
BETTER, TIE, WORSE = Outcome
TRIALS = 10


def words(claims) -> list[Verdict]:
    return [claim.verdict for claim in claims]


# -- paper A, theory -------------------------------------------------------------------------------


def test_the_steps_of_the_proof_end_as_the_numbers_do():
    none = {"A2": 0, "A3": 0}
    good = Steps(1e-12, {1: 1e-9, 2: 1e-9}, 0.0, -0.1, -0.5, 5, 0, none, none)
    kept, bounds = Violations(10, 0, 0, 0), {"σ": (0.9, 1.0)}
    assert words(sl1_proof.claims(good, kept, bounds)) == [HOLDS] * 10
    bad = Steps(0.1, {1: 1e-9, 2: 1.0}, 0.1, -0.1, 2.0, 5, 1, none, {"A2": 1, "A3": 0})
    broken = Violations(10, 1, 2, 3)
    found = words(sl1_proof.claims(bad, broken, {"σ": (1.1, 1.0)}))
    assert found == [FAILS] * 4 + [IN_PART, FAILS, FAILS, FAILS, IN_PART, IN_PART]


def test_the_steps_of_the_proof_as_they_are():
    found = steps(2)
    assert found.split < 1e-9
    assert found.state[1] < 1e-6 < 0.1 < found.state[2]
    assert found.output < 1e-9
    assert found.remainder < 0 < found.steep
    assert 0 < found.change < found.networks == 6
    assert max(found.printed.values()) == 0 < found.mended["A2"]
    assert found.mended["A3"] == found.networks, "A3 is of the second order in η, its bound is not"
    draws = violations(1000, generator("tests", "ledger_claims", "draws", 0))
    assert draws.descent == 0 < min(draws.printed, draws.squares)
    assert all(0.9 * bound < largest <= bound for largest, bound in suprema().values())


def test_the_forms_of_the_error_end_as_the_numbers_do():
    same, other = {1: 0.0, 5: 1e-15}, {1: 0.0, 5: 0.8}
    kept = {"GRU": np.array([0.5, 2.0]), "RNN": np.array([1e4, 1e-4])}
    found = words(sl1_error.claims(ErrorForms(same, other, {1: 1.0, 5: 1.0}), kept))
    assert found == [HOLDS, IN_PART, FAILS, HOLDS]
    lost = {"GRU": np.array([1e-9]), "RNN": np.array([1.0])}
    assert words(sl1_error.claims(ErrorForms(same, same, same), lost)) == [HOLDS] * 3 + [FAILS]


def test_the_forms_of_the_error_as_they_are():
    found = error_forms(2)
    assert max(found.equal.values()) < 1e-14
    assert found.rewritten[5] == pytest.approx(0.8)
    assert found.step[1] < 1e-8 < found.step[5]
    assert all(v.shape == (2,) and (v > 0).all() for v in carried(2, 4, 3).values())


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


def trials(**spreads: float) -> Trials:
    """A method's test error is one from one start and its spread from the other."""

    class Made(Trials):
        def starts(self, dataset):
            return ["he", "lecun"]

        def methods(self, dataset, group):
            return [(PRINTED, name) for name in spreads if name != "ALM"]

        def errors(self, dataset, method, start, measure):
            return np.full(3, spreads[method[1]] if start == "he" else 1.0)

    return Made(None, {})


@pytest.mark.parametrize(
    ("spreads", "verdict", "beside"),
    [
        ({"ALM": 2.0, "GD": 3.0, "SGD": np.inf}, HOLDS, HOLDS),
        ({"ALM": 2.0, "GD": 3.0, "SGD": 1.5}, HOLDS, IN_PART),
        ({"ALM": np.inf, "GD": np.inf, "SGD": 1.2}, IN_PART, FAILS),
        ({"ALM": 1.0, "GD": 1.2}, FAILS, HOLDS),
    ],
)
def test_sensitivity_is_the_spread_over_the_starts(spreads, verdict, beside):
    made = trials(**spreads)
    assert alm_rivals.spread(made, "synthetic-t10", ALM) == spreads["ALM"]
    assert words(alm_rivals._sensitive(made, "synthetic-t10", "")) == [verdict, beside]


def test_the_starts_of_the_growth_claim_are_those_of_table_3():
    with pytest.raises(ValueError, match="unknown initialisation"):
        growth("none", 1, 1)
    assert set(alm.INITIALISATIONS) >= {"he", "normal-1e-3"}
