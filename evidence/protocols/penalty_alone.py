r"""Weights that nothing but their penalty moves: when do they count as zero?

With one time step and :math:`h_0=0` a GRU's recurrent weights and its reset gate are such weights.
Gradient descent with the step :math:`s=\eta\lambda` then takes s off their size under L1, the
factor :math:`1-s` under L2, and under SL1 first the one and, inside the smoothed interval, the
factor :math:`1-s/\alpha`.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from lib.models import Layout, Parameters
from lib.penalties import L1, L2, NoPenalty, Regulariser, SmoothL1, bind
from lib.randomness import generator
from lib.training import Optimiser
from lib.training.epochs import NEAR_ZERO
from lib.validation import count, positive

HALF_WIDTH = 0.5
"""Weights start in U[-0.5, 0.5)."""

SPACED = 2**16
"""Weights of a count on evenly spaced ones."""

SIMULATED = 2000
"""Weights of a simulation."""


def near_zero_share(
    regulariser: Regulariser, rate: float, steps: int, below: float = NEAR_ZERO
) -> float:
    """Return the share of weights from U[-0.5, 0.5) that are smaller than `below` after the steps.

    An L1 weight that has arrived swings by up to eta lambda, which has to be below the limit.

    Args:
        regulariser: penalty and lambda.
        rate: eta.
        steps: k >= 0.
        below: the limit; for a smoothed penalty at most its alpha, for the soft threshold 0 asks
            for exact zeros.

    Raises:
        ValueError: an argument out of range, a limit that L1's swing exceeds, or another penalty.
    """
    step = positive("rate", rate) * positive("lambda", regulariser.strength, zero=True)
    positive("limit", below, zero=True)
    count("steps", steps, least=0)
    penalty = regulariser.penalty
    if isinstance(penalty, NoPenalty):
        start = below
    elif isinstance(penalty, L2):
        start = below / (1 - step) ** steps
    elif isinstance(penalty, L1):
        if step > below and not penalty.proximal:
            raise ValueError(f"an L1 weight swings by up to {step:g}, beyond the limit {below:g}")
        start = below + steps * step
    elif isinstance(penalty, SmoothL1):
        inside = delay(step, penalty.alpha, below)
        shrunk = (1 - step / penalty.alpha) ** -min(steps, inside)
        start = below * shrunk + max(steps - inside, 0) * step
    else:
        raise ValueError(f"no formula for {penalty!r}")
    return min(1.0, start / HALF_WIDTH)


def delay(step: float, alpha: float, below: float = NEAR_ZERO) -> float:
    r"""Return how many steps SL1 needs from alpha to a limit b.

    .. math:: \ln(\alpha/b)\,/\,-\ln(1-s/\alpha)

    Args:
        step: s = eta lambda, smaller than alpha.
        alpha: half-width of the smoothed interval.
        below: b, positive and at most alpha.

    Raises:
        ValueError: step or limit is out of range.
    """
    if not positive("step", step) < alpha:
        raise ValueError(f"the step must be smaller than alpha = {alpha:g}, got {step!r}")
    if not positive("limit", below) <= alpha:
        raise ValueError(f"the limit must be at most alpha = {alpha:g}, got {below!r}")
    return math.log(alpha / below) / -math.log1p(-step / alpha)


def steps_for(share: float, step: float, alpha: float | None = None) -> float:
    """Return after how many steps so large a share of the weights is below 1e-5.

    Args:
        share: of weights that started in U[-0.5, 0.5), between 2e-5 and 1.
        step: eta lambda.
        alpha: half-width of the smoothed interval; None for L1.
    """
    start = share * HALF_WIDTH
    if alpha is None:
        return (start - NEAR_ZERO) / step
    if start <= alpha:
        return delay(step, alpha) - delay(step, alpha, start)
    return (start - alpha) / step + delay(step, alpha)


def unmoved_share(step: float) -> float:
    """Return the share of weights from U[-0.5, 0.5) that a step leaves as they are.

    In single precision, where w - s is rounded to the nearest number that can be stored; the share
    is counted on evenly spaced weights.

    Args:
        step: s = eta lambda.
    """
    sizes = HALF_WIDTH * (np.arange(SPACED) + 0.5) / SPACED
    stored = sizes.astype(np.float32)
    return float(np.mean(stored - np.float32(step) == stored))


def simulated_shares(
    regulariser: Regulariser,
    optimiser: Optimiser,
    moments: Sequence[int],
    weights: int = SIMULATED,
    below: float = NEAR_ZERO,
) -> list[float]:
    """Return the share of weights below the limit after each number of steps, with any optimiser.

    The code that trains networks moves weights from U[-0.5, 0.5) along their penalty alone. Under
    Adam a constant slope gives a step of about eta whatever lambda is, so no formula above applies.

    Args:
        regulariser: penalty and lambda.
        optimiser: its step.
        moments: numbers of steps, in any order.
        weights: how many are drawn.
        below: the limit.
    """
    layout = Layout((("w", (weights,)),))
    draws = generator("sl1_gru", "penalty-alone", "", 0).uniform(-HALF_WIDTH, HALF_WIDTH, weights)
    params = Parameters(torch.from_numpy(draws).unsqueeze(0), layout)
    slope = params.zeros_like()
    terms = bind(replace(regulariser, mode="all"), params, slope)
    stepper, found = optimiser.begin(params), {}
    for k in range(max(moments) + 1):
        if k in moments:
            found[k] = float((params.flat.abs() < below).double().mean())
        slope.flat.zero_()
        for term in terms:
            if not term.penalty.proximal:
                term.add_gradient()
        stepper.step(slope.flat)
        for term in terms:
            if term.penalty.proximal:
                term.shrink(stepper.lengths(term.rows, term.columns))
    return [found[k] for k in moments]
