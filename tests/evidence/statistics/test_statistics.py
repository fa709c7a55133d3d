"""Statistics of few trials: known values, coverage by simulation, and diverged runs kept in."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evidence.statistics import (
    Outcome,
    compare,
    holm,
    least_p,
    mean_interval,
    median_interval,
    prediction_interval,
    signed_rank,
    smallest_difference,
    summarise,
    two_sample_interval,
)
from evidence.statistics.comparison import can_decide
from lib.randomness import generator

BETTER, TIE, WORSE = Outcome


def draws(seed: int) -> np.random.Generator:
    return generator("tests", "statistics", "", seed)


def test_a_summary_counts_the_runs_that_did_not_finish():
    found = summarise([1.0, 2.0, 6.0])
    assert (found.mean, found.sd, found.median) == (3.0, pytest.approx(math.sqrt(7)), 2.0)
    assert str(found) == "3.00 ± 2.6"
    diverged = summarise([1.0, 3.0, np.inf, np.nan])
    assert (diverged.finished, diverged.trials, diverged.mean) == (2, 4, 2.0)
    assert diverged.median == np.inf, "the third smallest of four has no error"
    assert str(diverged) == "2.00 ± 1.4 (2 of 4)"
    assert str(summarise([np.inf] * 3)) == "none of 3 finished"
    assert str(summarise([250.471, 250.471])) == "250"
    assert math.isnan(summarise([2.0, np.inf]).sd), "one trial has no deviation"
    with pytest.raises(ValueError, match=r"non-empty list, got shape \(0,\)"):
        summarise([])


@given(
    st.lists(
        st.floats(-5, 5).filter(lambda v: abs(v) > 1e-3), min_size=2, max_size=14, unique_by=abs
    )
)
def test_the_signed_rank_test_is_scipy_s_exact_one_where_there_are_no_ties(differences):
    expected = stats.wilcoxon(differences, method="exact").pvalue
    assert signed_rank(differences).p == pytest.approx(expected, rel=1e-12)


def test_the_signed_rank_test_by_hand():
    assert signed_rank([1.0] * 10).p == least_p(10) == 2 / 1024
    # Ranks 1 and 2 tie at 1.5; sums of positive ranks over the eight choices of signs:
    # 0, 1.5, 1.5, 3, 3, 4.5, 4.5, 6. Found is 4.5: four of eight are as far from 3.
    tied = signed_rank([1.0, -1.0, 2.0])
    assert (tied.p, tied.lean) == (0.75, 0.5)
    # A zero takes the lowest rank and no sign, so 2 and 3 remain: four choices of signs.
    assert signed_rank([0.0, 1.0, 2.0]).p == 0.5
    assert signed_rank([0.0, 0.0]).p == 1.0
    assert signed_rank([np.inf, -1.0, 2.0]).p == signed_rank([9.0, -1.0, 2.0]).p
    for bad, words in (([np.nan, 1.0], "must not be NaN, got 1"), ([], "non-empty list")):
        with pytest.raises(ValueError, match=words):
            signed_rank(bad)


def test_the_test_keeps_its_level_when_methods_are_equal():
    normal = draws(0).standard_t(2, size=(2000, 10))
    share = np.mean([signed_rank(row).p <= 0.05 for row in normal])
    assert 0.035 <= share <= 0.055, "its attainable level below 0.05 with ten trials is 0.0488"


def test_holm_by_hand():
    # Four tests: .01 * 4, .03 * 3, then the larger of that and .04 * 2, then .05 * 1.
    np.testing.assert_allclose(holm([0.03, 0.01, 0.05, 0.04]), [0.09, 0.04, 0.09, 0.09])
    np.testing.assert_allclose(holm([0.6, 0.7]), [1.0, 1.0])
    assert holm([]).size == 0
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, 1.5])


def test_holm_makes_a_false_call_in_no_more_families_than_the_level():
    families = draws(1).uniform(size=(4000, 20))
    calls = np.mean([(holm(row) <= 0.05).any() for row in families])
    assert 0.035 <= calls <= 0.06
    assert np.mean([(row <= 0.05).any() for row in families]) > 0.6, "what it corrects"


@pytest.mark.parametrize(
    ("interval", "trials", "skewed", "true", "least"),
    [
        (mean_interval, 10, False, 0.0, 0.87),
        (mean_interval, 30, False, 0.0, 0.91),
        (mean_interval, 30, True, math.exp(0.125), 0.89),
        (median_interval, 10, True, 1.0, 0.89),
    ],
)
def test_bootstrap_intervals_cover_about_as_often_as_the_book_says(
    interval, trials, skewed, true, least
):
    samples = draws(trials).standard_normal((400, trials))
    samples = np.exp(samples / 2) if skewed else samples
    found = [interval(sample) for sample in samples]
    assert least <= np.mean([low <= true <= high for low, high in found]) <= 0.985


def test_bootstrap_intervals_of_equal_values_are_a_point_and_bad_input_is_named():
    assert mean_interval([2.0, 2.0, 2.0]) == (2.0, 2.0)
    assert mean_interval([1.0, 2.0, 3.0, 5.0]) == mean_interval([1.0, 2.0, 3.0, 5.0])
    for bad, words in (
        ([1.0, 2.0], "at least 3 trials, got 2"),
        ([1.0, 2.0, np.inf], "must be finite"),
    ):
        with pytest.raises(ValueError, match=words):
            mean_interval(bad)
    for level in (0.0, 1.0, 95):
        with pytest.raises(ValueError, match=f"between 0 and 1, got {level}"):
            median_interval([1.0, 2.0, 3.0], level=level)


def test_a_bootstrap_draws_from_the_stream_that_is_named_for_it():
    """Another stream would move every interval that the pages print."""
    sample = draws(9).standard_normal(10)
    interval = stats.bootstrap(
        (sample,),
        np.mean,
        n_resamples=4999,
        method="BCa",
        rng=generator("statistics", "bootstrap", "", 10),
    ).confidence_interval
    assert mean_interval(sample) == (interval.low, interval.high)


def test_a_prediction_interval_holds_the_next_draw_as_often_as_it_says():
    logs = 1.5 * draws(2).standard_normal((2000, 11))
    inside = [prediction_interval(np.exp(row[:10])).holds(np.exp(row[10])) for row in logs]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.015)


def test_a_two_sample_interval_is_welch_s():
    ours, theirs = draws(3).normal(5, 1, 10), draws(4).normal(5, 2, 10)
    interval = two_sample_interval(ours, theirs.std(ddof=1), 10)
    expected = stats.ttest_ind(ours, theirs, equal_var=False).confidence_interval()
    gap = ours.mean() - theirs.mean()
    assert interval.high - ours.mean() == pytest.approx(expected.high - gap)
    assert ours.mean() - interval.low == pytest.approx(gap - expected.low)
    exact = two_sample_interval([2.0, 2.0, 2.0], 0.0, 10)
    assert (exact.low, exact.high, exact.factor) == (2.0, 2.0, 1.0)
    assert exact.holds(2.0004, rounding=5e-4)
    assert not exact.holds(2.0006, rounding=5e-4)
    assert two_sample_interval([0.1, 0.2, 9.0], 1.0, 10).factor == np.inf
    with pytest.raises(ValueError, match="leave out the runs that diverged"):
        prediction_interval([1.0, 2.0, np.inf])
    with pytest.raises(ValueError, match="must be positive"):
        prediction_interval([1.0, 2.0, 0.0])
    with pytest.raises(ValueError, match="at least 3 values, got 2"):
        two_sample_interval([1.0, 2.0], 1.0, 10)


def test_the_smallest_difference_is_the_one_that_the_test_finds_in_four_of_five_experiments():
    level = 0.05 / 25
    size = smallest_difference(10, level)
    samples = draws(5).standard_normal((4000, 10)) + size
    # At this level all ten trials must agree.
    assert np.mean((samples > 0).all(axis=1)) == pytest.approx(0.8, abs=0.03)
    assert smallest_difference(30) < smallest_difference(10) < size
    assert smallest_difference(5) == np.inf, "two of 32 choices of signs are more than 5 %"
    freedom, wanted = 29, smallest_difference(30)
    power = 1 - stats.nct.cdf(stats.t.ppf(0.975, freedom), freedom, wanted * math.sqrt(30))
    assert power == pytest.approx(0.8, abs=0.04), "the t test needs about the same"
    for name in ("level", "power"):
        for bad in (0.0, 1.0, 5):
            with pytest.raises(ValueError, match=f"{name} must lie between 0 and 1, got {bad}"):
                smallest_difference(10, **{name: bad})


def test_the_power_counts_both_signs():
    """Where the level is high a difference is often found on the wrong side, and that counts."""
    size = smallest_difference(10, 0.3, 0.35)
    drawn = np.random.default_rng(5).standard_normal((20_000, 10)) + size
    found = np.mean(stats.wilcoxon(drawn, axis=1).pvalue <= 0.3)
    assert found == pytest.approx(0.35, abs=0.015)


def test_a_comparison_is_a_tie_unless_chance_is_excluded():
    base = np.exp(draws(6).standard_normal(10))
    noise = np.exp(0.1 * draws(7).standard_normal(10))
    found = compare(
        {"far": (base, 2 * base * noise), "same": (base, base * noise), "near": (2 * base, base)}
    )
    assert [found[key].outcome for key in ("far", "same", "near")] == [BETTER, TIE, WORSE]
    assert found["near"].ratio == pytest.approx(0.5)
    assert found["near"].difference == pytest.approx(-base.mean())
    low, high = found["far"].interval
    assert low < found["far"].difference < high
    assert 1.0 < found["same"].visible < 1.5
    assert found["far"].p == pytest.approx(3 * least_p(10))


def test_a_diverged_run_loses_and_is_never_dropped():
    ours, theirs = np.ones(10), np.full(10, 0.5)
    theirs[:6] = np.inf
    found = compare({"half": (ours, theirs)})["half"]
    assert (found.ratio, found.differences.size, found.trials) == (np.inf, 4, 10)
    assert found.difference == -0.5, "over the four that both finished"
    everything = compare({"all": (ours, np.full(10, np.inf))})["all"]
    assert (everything.outcome, everything.interval) == (BETTER, None)
    neither = compare({"both": (theirs[:6], theirs[:6])})["both"]
    assert (neither.outcome, neither.p, neither.differences.size) == (TIE, 1.0, 0)


@pytest.mark.parametrize("trials", [1, 2, 3])
def test_a_mean_difference_has_an_interval_from_three_trials_on(trials):
    found = compare({"x": (np.ones(trials), np.arange(2.0, 2.0 + trials))})["x"]
    assert found.interval == (mean_interval(found.differences) if trials == 3 else None)


def test_too_few_trials_make_everything_a_tie_and_say_so():
    found = compare({k: (np.ones(6), np.full(6, 9.0)) for k in range(25)})
    assert {c.outcome for c in found.values()} == {TIE}
    assert {c.visible for c in found.values()} == {np.inf}
    assert can_decide(10, 25)
    assert not can_decide(10, 26)
    for bad, words in (
        (([1.0], [1.0, 2.0]), r"shapes \(1,\) and \(2,\)"),
        (([1.0], [np.nan]), "at least 0, and infinite where a run diverged"),
    ):
        with pytest.raises(ValueError, match=words):
            compare({"x": bad})


def test_the_visible_ratio_is_the_smallest_difference_in_units_of_the_ratios_spread():
    """What a comparison says that it could have seen: a tie means no more than this."""
    ratios = np.exp([0.1, -0.2, 0.3, 0.05, -0.15, 0.2, 0.0, 0.12, -0.3, 0.4])
    base = np.linspace(1.0, 5.0, 10)
    spread = np.std(np.log(ratios), ddof=1)
    for others in (1, 5):
        family = {k: (base, base * ratios) for k in range(others)}
        wanted = math.exp(spread * smallest_difference(10, 0.05 / others))
        assert compare(family)[0].visible == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("size", [1, 2, 7, 25])
def test_holm_multiplies_the_smallest_p_value_by_the_size_of_the_family(size):
    """One off decides cells of Table 3a: 25 comparisons at 2/1024 each are just significant."""
    equal = holm([least_p(10)] * size)
    assert equal == pytest.approx([size * least_p(10)] * size, rel=1e-15)
    rising = holm([(k + 1) * 1e-4 for k in range(size)])
    wanted = np.maximum.accumulate([(size - k) * (k + 1) * 1e-4 for k in range(size)])
    np.testing.assert_allclose(rising, wanted, rtol=1e-12)
    assert (holm([least_p(10)] * 25) <= 0.05).all()
    assert not (holm([least_p(10)] * 26) <= 0.05).any()
