"""Verdicts follow the numbers: the same claim ends differently when the records say otherwise."""

from dataclasses import replace

from evidence.kit.tables import counted, superscript
from evidence.kit.verdicts import Verdict
from evidence.pages.sl1_fig2 import claims as sl1_fig2
from evidence.pages.sl1_fig2.smoothing import slopes_beside_zero, smoothing
from evidence.statistics import Outcome
from lib.penalties import L1, SmoothL1

HOLDS, IN_PART, FAILS, UNTESTABLE = list(Verdict)[-4:]


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
