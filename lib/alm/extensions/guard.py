"""The guard of the extensions against networks whose roll-out leaves its iterate behind.

With a small gamma L can fall while h and u drift away from what the weights really produce. Like
(3.13), which goes back to the feasible s^0, the guard goes back to a feasible point: the roll-out
of the best network so far, whose R is at most R(s^0). gamma then rises at least by the guard's own
factor, and (3.8) is not asked. In the iteration after, (3.8) compares with the violation of the
point that was left behind, mostly a large one, so that gamma mostly stays as it was raised.
"""

import math
from dataclasses import dataclass

import numpy as np

from lib.alm.certificate import objective, rolled_out, rollout_objective
from lib.alm.problem import Problem, State
from lib.alm.protocol import Extension, Refuge, Strategy
from lib.validation import as_number, positive


@dataclass(frozen=True, kw_only=True)
class Guarded(Extension):
    """What the guard of an extension is told.

    Attributes:
        explosion: a roll-out counts as exploded when its R is more than this many times the
            smallest so far, > 1.
        raised: factor on gamma when the guard goes back, > 1.
        gap: a share > 0 replaces (3.8) as the reason to raise gamma: it is raised when R at the
            roll-out is above R at the iterate by more than this share of it, that is, when the
            violation matters in the units of R. None, as in the paper, for (3.8).

    Raises:
        ValueError: if a value is outside the range named above.
    """

    explosion: float = 2.0
    raised: float = 4.0
    gap: float | None = None

    def __post_init__(self):
        if self.gap is not None:
            positive("gap", self.gap)
        for name in ("explosion", "raised"):
            if not 1.0 < as_number(getattr(self, name)) < math.inf:
                raise ValueError(f"{name} must be a finite number > 1, got {getattr(self, name)!r}")


class Guard(Strategy):
    """Remembers the network with the smallest R and goes back to it from one that is much worse.

    Attributes:
        weights: the best network so far.
        xi, zeta: the multipliers when it was found, shape (T, r).
        value: R at its roll-out.
        latest: R at the roll-out of the network seen last.
    """

    def __init__(self, problem: Problem, start: State, told: Guarded) -> None:
        self.problem, self.told = problem, told
        self.weights, self.value = start.weights, objective(problem, start)
        self.latest = self.value
        self.xi = self.zeta = np.zeros_like(start.U)

    def refuge(self, state: State, xi: np.ndarray, zeta: np.ndarray) -> Refuge | None:
        """Remember a better network; return the best one's roll-out where this one has exploded."""
        value = self.latest = rollout_objective(self.problem, state.weights)
        if value < self.value:
            self.weights, self.xi, self.zeta, self.value = state.weights, xi, zeta, value
        # Written so that NaN counts as exploded.
        if value <= self.told.explosion * self.value:
            return None
        best = rolled_out(self.problem, self.weights)
        return Refuge(best, self.xi, self.zeta, self.told.raised)

    def raises_gamma(self, state: State, slow: bool) -> bool:
        """Tell by (3.8), or by the gap between R at the roll-out seen last and at its iterate."""
        if self.told.gap is None:
            return slow
        return not self.latest <= (1.0 + self.told.gap) * objective(self.problem, state)
