"""The one rule: each kind ends with each of its words, whatever the claim."""

from math import inf, nan

import pytest

from evidence.kit.claims import judge, numbers, shown, statements
from evidence.kit.rule import (
    Case,
    Comparisons,
    Identity,
    Limit,
    Readings,
    Universal,
    Value,
    Values,
    word,
)
from evidence.kit.verdicts import Verdict
from evidence.statistics import Outcome

V = Verdict
BETTER, TIE, WORSE = Outcome


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Value(1.5, 1.4, (1.0, 1.8), null=0.0), V.REPRODUCED),
        (Value(1.5, 0.5, (0.2, 0.8), null=0.0), V.WEAKER),
        (Value(1.5, 2.5, (2.2, 2.8), null=0.0), V.STRONGER),
        (Value(-1.5, -0.5, (-0.8, -0.2), null=0.0), V.WEAKER),
        (Value(-1.5, -2.5, (-2.8, -2.2), null=0.0), V.STRONGER),
        (Value(1.5, -0.5, (-0.8, -0.2), null=0.0), V.CONTRADICTED),
        (Value(1.5, 0.1, (-0.3, 0.5), null=0.0), V.CONTRADICTED),
        (Value(1.5, 0.9, (-0.3, 2.0), null=0.0), V.UNDECIDED),
        (Value(1.5, 0.5, (-0.2, 0.8), own=(0.2, 0.8), null=0.0), V.WEAKER),
        (Value((1.0, 2.4), 2.6, (2.2, 3.0), null=0.0), V.REPRODUCED),
        (Value((0.8, inf), 0.9, (0.85, 0.95), null=0.0), V.REPRODUCED),
        (Value((0.8, inf), 0.5, (0.4, 0.6), null=0.0), V.WEAKER),
        (Value((-inf, 0.2), 0.5, (0.4, 0.6), null=1.0), V.WEAKER),
        (Value(0.5, 0.4, (0.3, 0.6)), V.REPRODUCED),
        (Value(0.5, 0.4, (0.01, 0.6)), V.UNDECIDED),
        (Value(0.5, 2.0, (1.0, 3.0)), V.CONTRADICTED),
        (Value(0.5, inf, (inf, inf)), V.CONTRADICTED),
        (Value(0.5, nan, (nan, nan)), V.UNDECIDED),
        (Value(0.5, 0.4, None), V.UNDECIDED),
        (Value((-2.0, 2.0), -5.0, (-6.0, -4.0), null=0.0), V.CONTRADICTED),
        (Value(-0.5, -0.4, (-0.6, -0.3)), V.REPRODUCED),
        (Value.exact(437, 437), V.REPRODUCED),
        (Value.exact(437, 436), V.CONTRADICTED),
        (Value.exact(0.12, 0.1249, rounding=0.005), V.REPRODUCED),
    ],
)
def test_one_number(value, expected):
    assert word(Values({"x": value})) is expected


AGREES, DIFFERS = Value.exact(1, 1), Value.exact(1, 2)
LESS = Value(1.5, 0.5, (0.2, 0.8), null=0.0)
MORE = Value(1.5, 2.5, (2.2, 2.8), null=0.0)
OPEN = Value(1.5, 0.5, None)


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ([AGREES] * 10, V.REPRODUCED),
        ([AGREES] * 9 + [OPEN], V.REPRODUCED),
        ([AGREES] * 9 + [DIFFERS], V.PARTLY),
        ([AGREES] * 8 + [OPEN] * 2, V.PARTLY),
        ([LESS] * 10, V.DIRECTION),
        ([MORE] * 10, V.DIRECTION),
        ([AGREES] + [OPEN] * 19, V.UNDECIDED),
        ([AGREES] * 4 + [LESS] * 4 + [DIFFERS], V.DIRECTION),
        ([AGREES] * 5 + [LESS] * 3 + [DIFFERS], V.PARTLY),
        ([AGREES] * 4 + [DIFFERS] * 6, V.CONTRADICTED),
        ([AGREES] * 5 + [DIFFERS] * 5, V.UNDECIDED),
        ([OPEN] * 10, V.UNDECIDED),
        ([], V.UNDECIDED),
    ],
)
def test_several_numbers(cases, expected):
    assert word(Values(dict(enumerate(cases)))) is expected


@pytest.mark.parametrize(
    ("better", "ties", "worse", "visible", "expected"),
    [
        (10, 0, 0, False, V.REPRODUCED),
        (9, 1, 0, False, V.REPRODUCED),
        (9, 0, 1, False, V.WEAKER),
        (8, 2, 0, False, V.WEAKER),
        (1, 9, 0, False, V.WEAKER),
        (1, 8, 1, False, V.UNDECIDED),
        (1, 19, 0, False, V.UNDECIDED),
        (1, 7, 2, False, V.CONTRADICTED),
        (0, 10, 0, True, V.CONTRADICTED),
        (0, 10, 0, False, V.UNDECIDED),
        (0, 0, 0, False, V.UNDECIDED),
    ],
)
def test_comparisons(better, ties, worse, visible, expected):
    outcomes = [BETTER] * better + [TIE] * ties + [WORSE] * worse
    cases = {k: Case(outcome, visible) for k, outcome in enumerate(outcomes)}
    assert word(Comparisons(cases)) is expected


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (Universal(9, 0, "x"), V.REPRODUCED),
        (Universal(9, 1, "x"), V.CONTRADICTED),
        (Universal(9, 0, "x", reaches=False), V.UNDECIDED),
        (Universal(0, 0, "x"), V.UNDECIDED),
        (Universal(9, 1, "x", repaired=Universal(9, 0, "x"), repair="y"), V.REPAIRED),
        (Universal(9, 1, "x", repaired=Universal(9, 1, "x"), repair="y"), V.CONTRADICTED),
        (Universal(9, 0, "x", repaired=Universal(9, 1, "x"), repair="y"), V.REPRODUCED),
        (Identity(1e-15, 1e-12, 5), V.REPRODUCED),
        (Identity(1e-3, 1e-12, 5), V.CONTRADICTED),
        (Identity(nan, 1e-12, 5), V.UNDECIDED),
        (Identity(0.0, 1e-12, 0), V.UNDECIDED),
        (Identity(1.0, 1e-12, 5, repaired=Identity(0.0, 1e-12, 5), repair="y"), V.REPAIRED),
        (Identity(1.0, 1e-12, 5, repaired=Identity(1.0, 1e-12, 5), repair="y"), V.CONTRADICTED),
        (Limit(10, 10, 0, "x"), V.REPRODUCED),
        (Limit(20, 18, 0, "x"), V.REPRODUCED),
        (Limit(20, 17, 0, "x"), V.UNDECIDED),
        (Limit(9, 9, 0, "x"), V.UNDECIDED),
        (Limit(4, 1, 0, "x", can=True), V.REPRODUCED),
        (Limit(4, 0, 0, "x", can=True), V.UNDECIDED),
        (Limit(5, 4, 1, "x"), V.CONTRADICTED),
        (Limit(0, 0, 0, "x"), V.UNDECIDED),
    ],
)
def test_the_other_kinds(measured, expected):
    assert word(measured) is expected
    assert shown(measured)
    assert numbers(measured)


def test_what_is_no_measurement_is_refused():
    with pytest.raises(TypeError, match="a measurement is one of Values, Comparisons"):
        word(3)


def test_what_is_shown():
    assert shown(Values({"x": Value.exact(3, 3)}, unit="runs")) == "3 runs, printed 3 runs"
    assert shown(Values({"x": Value.exact(494019, 494021)})) == "494,021, printed 494,019"
    assert shown(Values({"x": Value((0.8, inf), 0.5, (0.4, 0.6))})) == (
        "0.5 [0.4, 0.6], printed at least 0.8"
    )
    assert shown(Values(dict(enumerate([AGREES] * 3 + [DIFFERS])))) == (
        "of 4: 3 reproduced, 1 contradicted"
    )
    few = "4 of 4 runs reached it (x)"
    assert shown(Limit(4, 4, 0, "x")) == f"{few}; the rule asks for 10 runs"
    assert shown(Limit(4, 4, 0, "x", can=True)) == f"{few}; the sentence asks for one"
    assert shown(Limit(10, 8, 0, "x")) == "8 of 10 runs reached it (x), 2 ended before"
    assert shown(Limit(1, 0, 1, "x")) == "0 of 1 runs reached it (x), 1 cannot or left again"
    assert shown(Comparisons({1: Case(BETTER), 2: Case(TIE)})) == (
        "as claimed in 1 of 2 cases, not told apart in 1, the other way in 0"
    )
    assert shown(Comparisons({1: Case(TIE)})) == "not told apart"


CLAIM = '- {id: B-x, place: here, kind: universal, claim: "y", page: p}\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (CLAIM.replace("kind: universal, ", ""), "B-x: fields that are unknown or missing: kind"),
        (CLAIM.replace("universal", "bold"), "unknown kind of B-x 'bold'"),
        (CLAIM.replace("B-x", "C-x"), "unknown first letter of C-x 'C'"),
        (CLAIM.replace(", page: p", ""), "B-x: needs a place and one of page"),
        (CLAIM.replace("page: p", "page: p, cannot: z"), "B-x: needs a place and one of page"),
        (CLAIM.replace("place: here, ", ""), "B-x: needs a place"),
        (CLAIM + CLAIM, "B-x stands in claims.yml 2 times"),
        (CLAIM.replace("page: p", "same_as: B-y"), "B-x is the same as B-y, which no page"),
    ],
)
def test_a_wrong_claim_is_named(text, sentence, tmp_path):
    path = tmp_path / "claims.yml"
    path.write_text(text)
    with pytest.raises(ValueError, match=sentence):
        statements(path)


def test_a_measurement_meets_its_claim(tmp_path):
    path = tmp_path / "claims.yml"
    path.write_text(CLAIM)
    (made,) = judge({"B-x": Universal(3, 1, "runs")}, path)
    assert made.verdict is V.CONTRADICTED
    assert made.published()["numbers"]["violated"] == 1
    (left,) = judge({"B-x": None}, path)
    assert left.verdict is V.UNDECIDED
    with pytest.raises(ValueError, match="B-x is of kind universal, which is measured by Univ"):
        judge({"B-x": Limit(1, 1, 0, "x")}, path)
    with pytest.raises(ValueError, match="unknown claim 'B-z'"):
        judge({"B-z": Limit(1, 1, 0, "x")}, path)


def leads(better, worse):
    found = {k: Case(BETTER if k < better else WORSE) for k in range(better + worse)}
    return Comparisons(found, "by their errors")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (leads(10, 0), leads(9, 0), V.REPRODUCED),
        (leads(0, 3), leads(1, 9), V.CONTRADICTED),
        (leads(10, 0), leads(0, 10), V.UNDECIDED),
        (leads(10, 0), leads(7, 3), V.WEAKER),
    ],
)
def test_what_depends_on_the_reading_is_undecided(first, second, expected):
    both = Readings({"a": first, "b": second})
    assert word(both) is expected
    assert f"a: {shown(first)} ({word(first).words}); b: " in shown(both)
    assert numbers(both) == {"a": numbers(first), "b": numbers(second)}
    (made,) = judge({"A-T3-best": both})
    assert made.detail == "a: by their errors; b: by their errors"
    with pytest.raises(ValueError, match="A-T3-best is of kind comparison"):
        judge({"A-T3-best": Readings({"a": first, "b": Limit(1, 1, 0, "x")})})


def test_readings_that_are_all_contradicted_are_not_repaired():
    wrong = Universal(9, 1, "x")
    both = {"a": wrong, "b": Universal(9, 1, "x", repaired=Universal(9, 0, "x"), repair="y")}
    assert word(Readings(both)) is V.CONTRADICTED


@pytest.mark.parametrize(
    ("name", "measured", "answer"),
    [
        ("O-T5-linear", leads(10, 0), "yes"),
        ("O-T5-linear", leads(0, 10), "no"),
        ("O-T5-linear", leads(7, 3), "in some cases"),
        ("O-T5-linear", leads(5, 5), "undecided"),
        ("O-T5-ratio", Values({1: LESS}), "in direction only"),
        ("O-T5-ratio", Values({1: LESS, 2: MORE}), "in direction only"),
        ("O-T5-ratio", Values({1: AGREES, 2: AGREES, 3: OPEN}), "in part"),
    ],
)
def test_a_question_of_our_own_is_answered(name, measured, answer):
    (made,) = judge({name: measured})
    assert made.words == answer
