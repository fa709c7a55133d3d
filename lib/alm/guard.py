"""The guard of the accelerated method against networks whose roll-out leaves its iterate behind.

With a small gamma L can fall while h and u drift away from what the weights really produce. Like
(3.13), which goes back to the feasible s^0, the guard goes back to a feasible point: the roll-out
of the best network so far, whose R is at most R(s^0). gamma then rises at least by the guard's own
factor, and (3.8) is not asked. In the iteration after, (3.8) compares with the violation of the
point that was left behind, mostly a large one, so that gamma mostly stays as it was raised.
"""

import numpy as np

from lib.alm.certificate import objective, rolled_out, rollout_objective
from lib.alm.problem import Problem, State, Weights


class Guard:
    """Remembers the network with the smallest R and says when another one is much worse.

    Attributes:
        weights: the best network so far.
        xi, zeta: the multipliers when it was found, shape (T, r).
        value: R at its roll-out.
        latest: R at the roll-out of the network seen last.
    """

    def __init__(self, problem: Problem, start: State, factor: float) -> None:
        self.problem, self.factor = problem, factor
        self.weights, self.value = start.weights, objective(problem, start)
        self.latest = self.value
        self.xi = self.zeta = np.zeros_like(start.U)

    def exploded(self, weights: Weights, xi: np.ndarray, zeta: np.ndarray) -> bool:
        """Tell whether the roll-out is worse than `factor` times the best; remember a better."""
        value = self.latest = rollout_objective(self.problem, weights)
        if value < self.value:
            self.weights, self.xi, self.zeta, self.value = weights, xi, zeta, value
        # Written so that NaN counts as exploded.
        return not value <= self.factor * self.value

    def drifted(self, iterate: State, gap: float) -> bool:
        """Tell whether the roll-out seen last is worse than its iterate by more than this share."""
        return not self.latest <= (1.0 + gap) * objective(self.problem, iterate)

    def state(self) -> State:
        """Return the roll-out of the best network."""
        return rolled_out(self.problem, self.weights)
