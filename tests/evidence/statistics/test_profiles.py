"""Performance profiles on a table made by hand."""

import numpy as np
import pytest

from evidence.statistics.profiles import profile, ratios, tally

NEVER = np.inf
TIMES = [
    [1.0, 2.0, 4.0],  # the first method first, the second at twice its time
    [3.0, 3.0, NEVER],  # two first, one fails
    [NEVER, 10.0, 5.0],
    [NEVER, NEVER, np.nan],  # nobody
]


def test_ratios_are_to_the_fastest_method_of_each_problem():
    wanted = [[1, 2, 4], [1, 1, NEVER], [NEVER, 2, 1], [NEVER, NEVER, NEVER]]
    np.testing.assert_array_equal(ratios(TIMES), wanted)


def test_a_profile_counts_the_problems_within_a_factor_and_ends_at_the_share_solved():
    found = profile(TIMES, [0.5, 1.0, 2.0, 3.9, 4.0, 1e9])
    wanted = [[0, 2, 2, 2, 2, 2], [0, 1, 3, 3, 3, 3], [0, 1, 1, 1, 2, 2]]
    np.testing.assert_array_equal(found, np.array(wanted) / 4)


def test_first_near_and_failed_are_counted():
    found = tally(TIMES)
    assert found.first == [2, 1, 1]
    assert found.near == [2, 3, 1]
    assert found.fails == [2, 1, 2]
    assert tally(TIMES, factor=4.0).near == [2, 3, 2]


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ([1.0, 2.0], r"times must have shape \(problems, methods\), got \(2,\)"),
        ([[1.0, 0.0]], "times must be positive, got 0"),
        (np.empty((0, 3)), r"got \(0, 3\)"),
    ],
)
def test_what_is_no_table_of_times_is_refused(times, said):
    with pytest.raises(ValueError, match=said):
        ratios(times)
