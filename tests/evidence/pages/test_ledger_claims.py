"""The verdicts of claims that were made for the ledger follow what was measured."""

import numpy as np
import pytest

from evidence.kit.records import Record
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_table3 import claims_rivals as alm_rivals
from evidence.pages.alm_table3.trials import ALM, PRINTED, Trials
from evidence.pages.alm_theory import claims_identities as alm_identities
from evidence.pages.alm_theory.elman_derivative import growth
from evidence.pages.alm_theory.lagrangian_forms import lagrangian_forms
from evidence.pages.alm_theory.lagrangian_rest import rest, stationary, ties
from evidence.pages.sl1_results import claims_effects as sl1_effects
from evidence.pages.sl1_results import claims_gru as sl1_gru
from evidence.pages.sl1_results.results import Results
from evidence.protocols.sl1 import PRINTED as MODELS
from evidence.protocols.sl1_networks import GROUPS
from evidence.statistics import Outcome
from lib import alm

HOLDS, IN_PART, FAILS, UNTESTABLE = list(Verdict)[-4:]
BETTER, TIE, WORSE = Outcome
TRIALS = 10


def words(claims) -> list[Verdict]:
    return [claim.verdict for claim in claims]


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
