"""Weights that only their penalty moves: the formulas agree with the code that trains networks."""

import numpy as np
import pytest

from evidence.protocols.penalty_alone import (
    delay,
    near_zero_share,
    simulated_shares,
    steps_for,
)
from evidence.protocols.sl1_methods import METHODS, regulariser
from lib.penalties import Regulariser, SmoothL1
from lib.training import SGD, Adam

RATE, STRENGTH, ALPHA = 0.1, 1e-4, 1e-3


@pytest.mark.parametrize("method", METHODS)
def test_gradient_descent_leaves_the_share_that_the_formula_says(method):
    term = regulariser(method, STRENGTH, ALPHA, "all")
    moments = [0, 300, 2000]
    found = simulated_shares(term, SGD(RATE), moments, weights=1000)
    for steps, share in zip(moments, found, strict=True):
        expected = near_zero_share(term, RATE, steps)
        spread = np.sqrt(expected * (1 - expected) / 1000)
        assert share == pytest.approx(expected, abs=4 * spread + 1e-3)


@pytest.mark.parametrize("steps", [0, 10, 400, 500, 3000, 200_000])
def test_smoothing_never_has_more_strict_zeros_than_l1(steps):
    shares = [
        near_zero_share(regulariser(m, STRENGTH, ALPHA, "all"), RATE, steps)
        for m in ("GRU", "SL1-GRU", "L1-GRU")
    ]
    assert shares == sorted(shares)


@pytest.mark.parametrize("share", [1e-3, 0.05, 0.3])
@pytest.mark.parametrize("method", ["L1-GRU", "SL1-GRU"])
def test_steps_and_share_are_each_other_s_inverse(method, share):
    step = RATE * STRENGTH
    steps = steps_for(share, step, ALPHA if method == "SL1-GRU" else None)
    term = regulariser(method, STRENGTH, ALPHA, "all")
    # Steps are whole: the share is met up to what one of them adds.
    assert near_zero_share(term, RATE, round(steps)) == pytest.approx(share, abs=step / 0.5)


def test_the_lag_on_iris_is_the_one_that_the_protocol_allows_for():
    assert round(delay(5e-3 * 5e-4, 1e-2)) == 27_628


def test_adam_turns_the_order_round():
    """A constant slope gives steps of eta however weak it is, and L1 swings by as much."""
    l1, sl1 = (
        simulated_shares(regulariser(m, 3e-4, 1e-2, "all"), Adam(1e-3), [1500], weights=500)[0]
        for m in ("L1-GRU", "SL1-GRU")
    )
    assert l1 < 0.2
    assert sl1 > 0.8


def test_impossible_requests_are_refused():
    with pytest.raises(ValueError, match=r"an L1 weight swings by up to 0\.001"):
        near_zero_share(regulariser("L1-GRU", 1.0, ALPHA, "all"), 1e-3, 1)
    with pytest.raises(ValueError, match="the step must be smaller than alpha"):
        delay(0.1, 0.01)
    with pytest.raises(ValueError, match="the limit must be at most alpha"):
        near_zero_share(Regulariser(SmoothL1(1e-3), 1.0), 1e-4, 1, below=0.1)
