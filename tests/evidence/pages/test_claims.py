"""Verdicts follow the numbers: the same claim ends differently when the records say otherwise."""

from dataclasses import replace

import numpy as np
import pytest

from evidence.kit.records import Record
from evidence.kit.tables import counted, superscript
from evidence.kit.verdicts import Verdict
from evidence.pages.sl1_convergence import claims as sl1_convergence
from evidence.pages.sl1_convergence.runs_oscillation import ARMS
from evidence.pages.sl1_convergence.two_cycle import TwoCycle, two_cycle
from evidence.pages.sl1_fig2 import claims as sl1_fig2
from evidence.pages.sl1_fig2.smoothing import slopes_beside_zero, smoothing
from evidence.protocols.sl1_methods import METHODS
from evidence.statistics import Outcome
from lib.penalties import L1, SmoothL1

HOLDS, IN_PART, FAILS, UNTESTABLE = list(Verdict)[-4:]


def test_the_theorems_stand_or_fall_with_the_admitted_problem():
    assert [c.verdict for c in sl1_convergence.theorem_claims(two_cycle())] == [FAILS] * 3
    falling = np.array([1.0, 0.5, 0.25, 0.25])
    converging = TwoCycle(falling, falling, falling, rate=0.1, bound=0.2, stable=0.02)
    assert [c.verdict for c in sl1_convergence.theorem_claims(converging)] == [HOLDS] * 3
    outside = replace(two_cycle(), rate=0.3)
    assert [c.verdict for c in sl1_convergence.theorem_claims(outside)] == [UNTESTABLE] * 3


def convergence(mode: str, rises: int, share: float, drift: float, swinging: int = 0) -> Record:
    rows = [
        {
            "method": method,
            "seed": 0,
            "increases": rises,
            "first_gradient_norm": 1.0,
            "gradient_norm": share,
            "moved": drift,
            "swinging": swinging if method == "L1-GRU" else 0,
        }
        for method in METHODS
    ]
    return Record("sl1_convergence", {"mode": mode, "steps": 10}, {}, rows, {}, {})


def test_the_iris_claims_follow_the_records():
    good = [convergence(mode, 0, 1e-4, 1e-5) for mode in ("out", "all")]
    assert [c.verdict for c in sl1_convergence.iris_claims(good)] == [HOLDS] * 3
    mixed = [good[0], convergence("all", 2, 0.5, 0.1)]
    assert [c.verdict for c in sl1_convergence.iris_claims(mixed)] == [IN_PART] * 3
    far = [convergence(mode, 2, 0.5, 0.1) for mode in ("out", "all")]
    found = [c.verdict for c in sl1_convergence.iris_claims(far)]
    assert found == [FAILS, UNTESTABLE, UNTESTABLE], "a finite run refutes no limit"


def oscillation(**rises: int) -> Record:
    rows = [
        {"arm": arm, "seed": 0, "increases": count, "swinging": count}
        for arm in ARMS
        for count in [rises.get(arm.split(",")[0].split()[0], 0)]
    ]
    config = {"mode": "out", "steps": 10, "rate": 1.0, "strength": 5e-3}
    return Record("sl1_oscillation", config, {}, rows, {}, {})


@pytest.mark.parametrize(
    ("setting", "table2", "expected"),
    [
        ({"L1": 5}, (3, 3), [HOLDS, HOLDS, FAILS]),
        ({"L1": 5}, (0, 3), [IN_PART, HOLDS, FAILS]),
        ({"L1": 0}, (0, 0), [FAILS, HOLDS, FAILS]),
        ({"L1": 5, "SL1": 3, "prox-L1": 1}, (3, 3), [HOLDS, IN_PART, IN_PART]),
        ({"L1": 5, "no": 1}, (0, 0), [UNTESTABLE] * 3),
    ],
)
def test_the_oscillation_claims_follow_the_records(setting, table2, expected):
    own = [
        convergence(mode, 0, 1e-4, 1e-5, swinging=count)
        for mode, count in zip(("out", "all"), table2, strict=True)
    ]
    found = sl1_convergence.oscillation_claims([oscillation(**setting)], own)
    assert [claim.verdict for claim in found] == expected


def test_the_smoothing_claims_follow_the_measurement_and_not_the_order_of_the_coefficients():
    found = smoothing([1e-4, 0.3])
    kink, none = slopes_beside_zero(L1()), slopes_beside_zero(SmoothL1(0.01))
    assert kink == (-1, 1)
    assert [c.verdict for c in sl1_fig2.claims(found, kink)] == [HOLDS, HOLDS, HOLDS]
    rough = [replace(found[0], gap=0.2), replace(found[1], slope_jump=2.0)]
    assert [c.verdict for c in sl1_fig2.claims(rough, none)] == [FAILS, FAILS, FAILS]


def test_verdicts_and_outcomes_are_counted_best_first_and_may_have_other_words():
    assert counted([FAILS, HOLDS, FAILS]) == "1 × holds, 2 × does not hold"
    assert counted([Outcome.WORSE, Outcome.BETTER], {Outcome.WORSE: "slower"}) == (
        "1 × better, 1 × slower"
    )
    assert counted([]) == ""


def test_an_exponent_is_raised():
    assert superscript(-10) == "⁻¹⁰"
