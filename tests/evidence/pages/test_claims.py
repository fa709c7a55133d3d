"""Verdicts follow the numbers: the same claim ends differently when the records say otherwise."""

from evidence.kit.tables import counted, superscript
from evidence.kit.verdicts import Verdict
from evidence.statistics import Outcome

HOLDS, IN_PART, FAILS, UNTESTABLE = list(Verdict)[-4:]


def test_verdicts_and_outcomes_are_counted_best_first_and_may_have_other_words():
    assert counted([FAILS, HOLDS, FAILS]) == "1 × holds, 2 × does not hold"
    assert counted([Outcome.WORSE, Outcome.BETTER], {Outcome.WORSE: "slower"}) == (
        "1 × better, 1 × slower"
    )
    assert counted([]) == ""


def test_an_exponent_is_raised():
    assert superscript(-10) == "⁻¹⁰"
