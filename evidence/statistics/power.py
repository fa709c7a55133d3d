"""The smallest difference that a number of paired trials would show."""

from functools import cache

import numpy as np

from evidence.statistics.wilcoxon import least_p, shares
from lib.randomness import generator
from lib.validation import count

SIMULATIONS = 20_000
LARGEST = 20.0
"""Standard deviations; a difference of this size shows in every trial."""


@cache
def smallest_difference(trials: int, level: float = 0.05, power: float = 0.8) -> float:
    """Return how large a mean difference must be for the signed-rank test to find it this often.

    In units of the standard deviation of the differences, which are taken as normal; the test's own
    exact p-values are used, the power is simulated.

    Args:
        trials: number of pairs.
        level: p-value below or at which a difference counts as found; for the smallest p-value in a
            family of k tests with Holm's correction the level of the family over k.
        power: how often it is to be found.

    Returns:
        The difference, infinite when so many trials can never reach the level.

    Raises:
        ValueError: trials is not a whole number >= 1, or level or power lies outside (0, 1).
    """
    trials = count("trials", trials)
    for name, value in (("level", level), ("power", power)):
        if not 0 < value < 1:
            raise ValueError(f"{name} must lie between 0 and 1, got {value!r}")
    if least_p(trials) > level:
        return float("inf")
    noise = generator("statistics", "power", "", trials).standard_normal((SIMULATIONS, trials))
    bound = _critical(trials, level)

    def excess(shift: float) -> float:
        shifted = noise + shift
        ranks = np.abs(shifted).argsort(axis=1).argsort(axis=1) + 1
        negative = np.where(shifted < 0, ranks, 0).sum(axis=1)
        found = np.minimum(negative, trials * (trials + 1) // 2 - negative) <= bound
        return float(found.mean()) - power

    from scipy.optimize import brentq  # here, for few pages need it

    return float(brentq(excess, 0.0, LARGEST, xtol=1e-3))


def _critical(trials: int, level: float) -> int:
    """Return the largest rank sum of the rarer sign at which the test is still significant."""
    p_values = 2 * np.cumsum(shares(range(1, trials + 1)))
    return int(np.sum(p_values <= level)) - 1
