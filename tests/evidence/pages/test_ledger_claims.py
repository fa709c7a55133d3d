"""The verdicts of claims that were made for the ledger follow what was measured."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.records import Record
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_theory import claims_identities as alm_identities
from evidence.pages.alm_theory.elman_derivative import growth
from evidence.pages.alm_theory.lagrangian_forms import LagrangianForms, lagrangian_forms
from evidence.pages.alm_theory.lagrangian_rest import Rest, rest, stationary, ties
from evidence.pages.sl1_equations import claims_error as sl1_error
from evidence.pages.sl1_equations.error_forms import ErrorForms, carried, error_forms
from evidence.pages.sl1_results import claims_effects as sl1_effects
from evidence.pages.sl1_results import claims_gru as sl1_gru
from evidence.pages.sl1_results.results import Results
from evidence.pages.sl1_theorems import claims_proof as sl1_proof
from evidence.pages.sl1_theorems.proof_steps import Steps, Violations, steps, suprema, violations
from evidence.protocols.sl1 import PRINTED as MODELS
from evidence.protocols.sl1_networks import GROUPS
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


def trained(dataset: str, model: str, gap: float, norm: float = 1.0, zeros: int = 0) -> Record:
    """A model whose test accuracy is `gap` below its training accuracy of .9, a little more so in
    every further trial."""
    rng = np.linspace(1.0, 1.1, TRIALS)
    rows = [
        {
            "steps": 40,
            "test": 0.9 - gap * each,
            "test, thresholded": 0.9 - gap * each,
            "weight_norm": norm * each,
        }
        | {f"{group} weights": 10 for group in GROUPS}
        | {
            f"{group}, {kind}": n
            for group in GROUPS
            for kind, n in (("zero", zeros), ("below alpha", 1))
        }
        for each in rng
    ]
    traces = {
        "epoch": [0, 10],
        "train": [[0.5, 0.9]] * TRIALS,
        "test": [[0.5, row["test"]] for row in rows],
        "near_zeros": [[0, 3 * n] for n in range(TRIALS)],
    }
    config = {
        "dataset": dataset,
        "model": model,
        "width": None,
        "epochs": 10,
        "setting": {"batch_size": 32},
    }
    return Record("sl1_table3", config, {}, rows, traces, {})


def results(*datasets: str, **fields) -> Results:
    """SL1-GRU overfits half as much as the others, which are alike, and is half as large."""
    own = {"gap": 0.05, "norm": 0.5} | fields
    others = {"gap": 0.1}
    return Results(
        [
            trained(name, model, **(own if model == "SL1-GRU" else others))
            for name in datasets
            for model in (*MODELS, "prox-L1-GRU")
        ]
    )


def test_what_the_sparsity_is_good_for_follows_the_trials():
    empty = results()
    trimmed, unimportant, _, _, overfitting, *_ = sl1_effects.claims(results("iris"), empty)
    assert [trimmed.verdict, unimportant.verdict, overfitting.verdict] == [FAILS, HOLDS, HOLDS]
    *_, l1, sl1 = sl1_effects.claims(results("iris", "wine"), empty)
    assert [l1.verdict, sl1.verdict] == [FAILS, HOLDS]
    trimmed, *_, worse, _, large = sl1_effects.claims(
        results("iris", gap=0.3, norm=2.0, zeros=1), empty
    )
    assert [trimmed.verdict, worse.verdict, large.verdict] == [HOLDS, FAILS, FAILS]


def test_gaps_are_compared_by_sign_and_size():
    gap = np.linspace(-0.2, -0.1, TRIALS)
    pairs = {"less": (gap, gap + 0.3), "same": (gap, gap), "more": (gap + 0.3, gap)}
    assert list(sl1_effects.smaller(pairs).values()) == [BETTER, TIE, WORSE]


def test_what_is_said_of_networks_without_penalty_follows_the_trials():
    overfits, as_good, leads, means = sl1_gru.claims(results("iris"))
    assert overfits.verdict is IN_PART, "one dataset has no correlation"
    assert [as_good.verdict, leads.verdict, means.verdict] == [HOLDS, HOLDS, FAILS]
    assert len(sl1_gru.grains()) == 36


# -- paper B ---------------------------------------------------------------------------------------

GOOD = LagrangianForms(*[1e-14] * 3, 1.0, *[1e-14] * 4, 0.5, 1e-14, 1e-9, 0.1)


def test_the_identities_end_as_the_numbers_do():
    assert words(alm_identities.point_claims(GOOD, 3)) == [HOLDS] * 12
    bad = LagrangianForms(*[0.1] * 3, -1.0, *[0.1] * 4, 1.5, 0.1, 0.1, 1.0)
    assert words(alm_identities.point_claims(bad, 3)) == [FAILS] * 12
    for factors, verdict in (((1.2, 0.8), HOLDS), ((1.0, 0.8), IN_PART), ((1.0, 1.0), FAILS)):
        given = {"he": np.array(factors)}
        assert alm_identities.growth_claim(given).verdict is verdict


def test_the_identities_as_they_are():
    assert words(alm_identities.point_claims(lagrangian_forms(3), 3)) == [HOLDS] * 12
    assert (growth("normal-1e-3", 2, 5) < 0.1).all()


STILL = Rest(moved=1e-12, values=1e-16, points=1e-12, steepest=0.0, kinks=2)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ([STILL, STILL], [HOLDS, HOLDS]),
        ([STILL, replace(STILL, values=0.1, steepest=-1.0)], [IN_PART, UNTESTABLE]),
        ([replace(STILL, moved=0.1)], [UNTESTABLE, UNTESTABLE]),
    ],
)
def test_the_ends_of_sweeps_decide_what_is_said_of_them(ends, expected):
    found = words(alm_identities.rest_claims(ends, (1.0, 0.0), (5, 0, 3)))
    assert found == [HOLDS, *expected, HOLDS]
    assert words(alm_identities.rest_claims(ends, (1.0, 0.5), (5, 1, 0)))[::3] == [FAILS, FAILS]


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
