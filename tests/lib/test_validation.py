"""What is no number is refused like a number out of range, in one sentence."""

import math

import pytest

from lib.validation import count, positive, share


@pytest.mark.parametrize("given", ["a", None, [1], math.nan, math.inf, -1])
@pytest.mark.parametrize(
    ("check", "accepted"),
    [
        (positive, "a finite number > 0"),
        (count, "a whole number >= 1"),
        (share, "strictly between 0 and 1"),
    ],
)
def test_what_is_no_number_or_out_of_range_is_named(check, accepted, given):
    with pytest.raises(ValueError, match=f"size must .*{accepted}, got") as refused:
        check("size", given)
    assert str(refused.value).endswith(f"got {given!r}")


def test_what_is_in_range_is_returned():
    assert positive("size", 2) == 2.0
    assert positive("size", 0, zero=True) == 0.0
    assert count("size", 10**20) == 10**20
    assert count("size", 3.0) == 3
    assert share("size", 0.5) == 0.5
    for check, given in (
        (count, True),
        (count, 1.5),
        (count, "3"),
        (positive, 0),
        (share, 0),
        (share, 1),
    ):
        with pytest.raises(ValueError, match="size must"):
            check("size", given)
