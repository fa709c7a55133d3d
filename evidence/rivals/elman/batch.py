"""R training problems side by side: networks, series and an objective, with value and gradient."""

import numpy as np
from numpy.typing import ArrayLike

from evidence.rivals.elman.networks import Networks
from evidence.rivals.elman.objective import Objective
from evidence.rivals.elman.unrolled import Unrolled
from lib.alm import Activation, ReLU
from lib.validation import array, count


class Batch:
    """The objective of R networks as a function of their weights.

    Attributes:
        networks: the weights; whoever changes them changes the values.
        gradient: of the last call of `differentiate`, shaped like `networks`.
        steps: T.

    Args:
        networks: R networks.
        X: (R, T, n) inputs, or (1, T, n) shared by all runs.
        Y: (R, T, m) targets, or (1, T, m).
        objective: what is minimised.
        activation: of the hidden units, ReLU unless given.
        counted: (R, T) or (1, T), False where a target is held out: it has no part in the
            objective, while its inputs drive the hidden state on. Everything counts unless given.

    Raises:
        ValueError: a shape does not fit, an entry is not finite, or no target of a run counts.
    """

    def __init__(
        self,
        networks: Networks,
        X: ArrayLike,
        Y: ArrayLike,
        objective: Objective,
        activation: Activation | None = None,
        counted: ArrayLike | None = None,
    ) -> None:
        _, n, m = networks.sizes
        self.X = array("X", X, ("runs", "T", n))
        T = self.steps = self.X.shape[1]
        count("number of time steps", T, least=2)
        self.Y = array("Y", Y, ("runs", T, m))
        counted = np.ones((1, T)) if counted is None else counted
        self._counted = array("counted", counted, ("runs", T))
        if not self._counted.any(axis=1).all():
            raise ValueError("at least one target of every run must count")
        for name, value in (("X", self.X), ("Y", self.Y), ("counted", self._counted)):
            if len(value) not in (1, networks.runs):
                raise ValueError(f"{name} must be for {networks.runs} runs or 1, got {len(value)}")
        self._all_count = bool(self._counted.all())
        self.networks, self.objective = networks, objective
        self.gradient = networks.zeros_like()
        self._strengths = objective.of_weights(networks)
        self._unrolled = Unrolled(networks, T, activation or ReLU())

    def value(self) -> np.ndarray:
        """Return the objective of every run, (R,); infinite or NaN where a roll-out explodes."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self._forward(slice(0, self.steps))[0]

    def differentiate(self, window: slice, before: np.ndarray | None = None) -> np.ndarray:
        """Return the objective on a window of the series and write its gradient to `gradient`.

        Args:
            window: consecutive steps.
            before: (R, r), the hidden state before the first of them, zero unless given; the
                gradient takes it as a constant.

        Returns:
            Shape (R,); infinite or NaN where a roll-out explodes.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            value, error, scale, shrinkage = self._forward(window, before)
            error *= 2.0 * scale[:, None, None]
            of_u = self.objective.of_u
            self._unrolled.backward(self.X[:, window], error, of_u, self.gradient, before)
            shrinkage *= 2.0
            self.gradient.flat += shrinkage
        return value

    def last(self, window: slice) -> np.ndarray:
        """Return the hidden state (R, r) at the end of the window that was differentiated last."""
        return self._unrolled.last(window.stop - window.start)

    def _forward(self, window: slice, before: np.ndarray | None = None) -> tuple[np.ndarray, ...]:
        """Return value, errors, their weight, and the weights times their strengths."""
        error, U = self._unrolled.forward(self.X[:, window], before)
        error -= self.Y[:, window]
        counted = self._counted[:, window]
        if not self._all_count:
            error *= counted[:, :, None]
        # A window of which nothing counts has only its penalties.
        steps = np.maximum(counted.sum(axis=1), 1.0)
        scale = self.objective.of_data(steps, self.Y.shape[2])
        shrinkage = self.networks.flat * self._strengths
        value = scale * _squares(error) + np.einsum("rp,rp->r", shrinkage, self.networks.flat)
        if self.objective.of_u:
            value += self.objective.of_u * _squares(U)
        return value, error, scale, shrinkage


def predictions(networks: Networks, X: np.ndarray, activation: Activation) -> np.ndarray:
    """Return the outputs of every network over (R or 1, T, n) inputs from h_0 = 0, (R, T, m)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return Unrolled(networks, X.shape[1], activation).forward(X)[0]


def _squares(values: np.ndarray) -> np.ndarray:
    return np.einsum("rtk,rtk->r", values, values)
