"""A claim over all specifications: what is counted, what a choice explains, and what is drawn."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from evidence.kit.multiverse import (
    Multiverse,
    Pairs,
    Specification,
    compared,
    explained,
    in_order,
    key_numbers,
    pairs,
    strongest,
    turned,
)
from evidence.kit.multiverse_figure import LOOKS, UNJUDGED, curve
from evidence.kit.multiverse_tables import choices_table
from evidence.statistics import Outcome

BETTER, TIE, WORSE = Outcome


def build(effect, outcome, decidable=True, **fields) -> Multiverse:
    """Return a multiverse of three crossed choices, whose specifications two functions decide."""
    found = [
        Specification(
            {"data": d, "mode": m, "epochs": e},
            effect(d, m, e),
            (effect(d, m, e) - 1, effect(d, m, e) + 1),
            outcome(d, m, e),
            decidable,
        )
        for d, m, e in product("AB", ("all", "out"), ("few", "some", "many"))
    ]
    return Multiverse("key", "gain", tuple(found), ("data",), **fields)


def by_mode(d, m, e):
    return BETTER if m == "all" else WORSE


def test_a_choice_explains_all_of_what_it_decides_and_nothing_of_what_it_does_not():
    alone = build(lambda d, m, e: 10.0 * (m == "all"), by_mode)
    assert explained(alone, "mode") == pytest.approx(1)
    assert explained(alone, "epochs") == explained(alone, "data") == 0
    assert strongest(alone) == ("mode", pytest.approx(1))
    assert strongest(build(lambda *_: 0.0, by_mode))[1] == 0, "no order, nothing to explain"


def test_what_is_explained_is_the_adjusted_share_of_the_variance_of_ranks():
    both = build(lambda d, m, e: 10.0 * (m == "all") + (d == "A"), by_mode)
    rank = np.repeat([11.0, 5.0, 8.0, 2.0], 3)
    share = np.var([9.5, 3.5]) / rank.var()
    assert explained(both, "mode") == pytest.approx(1 - (1 - share) * 11 / 10)


def test_an_infinite_effect_has_a_rank_like_any_other():
    endless = build(lambda d, m, e: np.inf if m == "all" else 0.0, by_mode)
    assert explained(endless, "mode") == pytest.approx(1)


def test_pairs_differ_in_one_choice_alone():
    turned = build(lambda *_: 0.0, by_mode)
    assert pairs(turned, "mode") == Pairs(6, 6, 6)
    assert pairs(turned, "epochs") == Pairs(12, 0, 0)
    tied = build(lambda *_: 0.0, lambda d, m, e: TIE if (m, e) == ("out", "few") else BETTER)
    assert pairs(tied, "mode") == Pairs(6, 2, 0)
    assert pairs(tied, "epochs") == Pairs(12, 4, 0)


def test_a_choice_that_does_not_arise_makes_no_pair():
    found = build(lambda *_: 0.0, by_mode)
    some = tuple(
        Specification({k: v for k, v in s.choices.items() if k != "mode"}, 0.0, None, s.outcome)
        for s in found.specifications[:1]
    )
    mixed = Multiverse("key", "", (*some, *found.specifications), ("data",))
    assert pairs(mixed, "mode") == pairs(found, "mode")
    assert list(mixed.choices) == ["data", "mode", "epochs"]


@pytest.mark.parametrize(
    ("outcome", "counts", "opposite"),
    [
        (lambda *_: BETTER, {BETTER: 12}, 0),
        (lambda d, m, e: BETTER if d == "A" else WORSE, {BETTER: 6, WORSE: 6}, 0),
        (lambda d, m, e: BETTER if m == "all" else TIE, {BETTER: 6, TIE: 6}, 0),
        (by_mode, {BETTER: 6, WORSE: 6}, 6),
    ],
)
def test_specifications_are_cases_and_only_opposite_pairs_violate(outcome, counts, opposite):
    found = build(lambda *_: 0.0, outcome)
    assert Counter(case.outcome for case in compared(found).cases.values()) == counts
    assert (turned(found).violated, turned(found).cases) == (opposite, 6 + 12)


def test_too_few_trials_decide_nothing():
    few = build(lambda *_: 1.0, by_mode, decidable=False)
    assert not compared(few).cases
    assert turned(few).cases == 0
    assert key_numbers(few)["key.judged"] == key_numbers(few)["key.better"] == 0


def test_numbers_and_table_count_every_level():
    found = build(lambda d, m, e: 10.0 * (m == "all"), by_mode)
    numbers = key_numbers(found)
    assert numbers["key.specifications"] == 12
    assert numbers["key.better"] == numbers["key.mode.all.better"] == 6
    assert numbers["key.mode.out.better"] == 0
    assert numbers["key.mode.explained"] == pytest.approx(100)
    shown = repr(choices_table(found)).splitlines()
    assert shown[1].startswith("mode explains 100% of the order; made another way alone it changes")
    assert "all | 6 | 6 | 0 | 0 | 10.00" in shown


@pytest.mark.parametrize(
    ("effect", "neutral", "shown"),
    [(-2e-4, 0, "0.00"), (-1.284, 0, "-1.28"), (0.04203, 1, "0.0420"), (-np.inf, 0, "-∞")],
)
def test_effects_of_one_table_can_be_compared(effect, neutral, shown):
    table = choices_table(build(lambda *_: effect, by_mode, neutral=neutral))
    rows = [row for section in table.sections for row in section.rows]
    assert {row[-1] for row in rows} == {shown}


def test_the_curve_is_sorted_and_every_specification_marks_its_choices():
    found = build(lambda d, m, e: len(e) * 1.0 - 5 * (m == "out"), by_mode)
    above, below = curve(found).axes
    drawn = [line for line in above.lines if line.get_marker() in ("o", "v")]
    heights = [float(line.get_ydata()[0]) for line in drawn]
    assert heights == sorted(s.effect for s in found.specifications)
    assert {line.get_marker() for line in drawn} == {"o", "v"}
    assert [t.get_text() for t in below.get_yticklabels()] == [
        level for levels in found.choices.values() for level in levels
    ]
    marks = sum(len(lines.get_segments()) for lines in below.collections)
    assert marks == 3 * len(found.specifications)
    assert in_order(found)[0].choices["mode"] == "out"


def test_effects_beyond_the_limits_are_drawn_at_the_edge_and_unjudged_ones_have_their_own_mark():
    found = build(
        lambda d, m, e: np.inf if m == "all" else 1e-9,
        by_mode,
        decidable=False,
        neutral=1.0,
        limits=(1e-3, 1e3),
    )
    above, _ = curve(found).axes
    drawn = [line for line in above.lines if line.get_marker() == UNJUDGED["marker"]]
    assert {float(line.get_ydata()[0]) for line in drawn} == {1e-3, 1e3}
    assert above.get_yscale() == "log"


def test_outcomes_differ_in_colour_and_marker():
    looks = [*LOOKS.values(), UNJUDGED]
    assert len({to_rgb(look["color"]) for look in looks}) == len(looks)
    assert len({look["marker"] for look in looks}) == len(looks)
