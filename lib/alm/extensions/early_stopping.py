"""Early stopping: the tail of a series is held out, and its error says when to stop.

A low R on the training part does not mean good predictions; with a fast method less than ever.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lib.alm.activations import Activation, ReLU
from lib.alm.algorithm import Snapshot
from lib.alm.problem import check_starts
from lib.alm.rollout import rollout
from lib.validation import array, count, share


class EarlyStopping:
    """A callback of `solve` that ends it when the error on the held-out tails no longer falls.

    The hidden state runs on from the training part into the tail. The network to use is that of
    `best`, not the last one.

    Attributes:
        X, Y, starts: the part to train on, as `solve` takes it.
        held: which rows of the whole are the tails, shape (T,), boolean.
        best: the snapshot with the smallest error on the tails, None before the first.
        errors: mean over the tails' steps of the squared error, one per snapshot; infinite where
            the network explodes.

    Example:
        >>> from lib import alm
        >>> X = np.sin(np.arange(30.0))[:, None]
        >>> stop = alm.EarlyStopping(X, np.roll(X, -1), fraction=0.2)
        >>> result = alm.solve(stop.X, stop.Y, weights, penalties, alm.accelerated(stop.Y), stop)
        >>> stop.X.shape, bool(min(stop.errors) <= stop.errors[-1])
        ((24, 1), True)
    """

    def __init__(
        self,
        X: ArrayLike,
        Y: ArrayLike,
        fraction: float = 0.1,
        patience: int = 10,
        activation: Activation | None = None,
        starts: Sequence[int] = (0,),
    ) -> None:
        """Split every series into the part to train on and the tail.

        Args:
            X: inputs, shape (T, n).
            Y: targets, shape (T, m).
            fraction: the tail's share of a series, rounded to steps, one at least.
            patience: outer iterations without a smaller error after which the solver stops.
            activation: of the hidden units, ReLU unless given.
            starts: the rows at which a series begins if there are several.

        Raises:
            ValueError: shapes that do not fit, entries that are not finite, a fraction outside
                (0, 1), starts or an activation as `Problem` refuses them, or a series with fewer
                than 2 steps beside its tail.
        """
        self._X = array("X", X, ("T", "n"))
        self._Y = array("Y", Y, (len(self._X), "m"))
        fraction = share("fraction held out", fraction)
        starts = check_starts(starts, len(self._X))
        self._activation = Activation.check(
            "activation", ReLU() if activation is None else activation
        )
        self.patience = count("patience", patience)
        self.held = np.zeros(len(self._X), dtype=bool)
        for first, end in zip(starts, (*starts[1:], len(self._X)), strict=True):
            tail = max(1, round(fraction * (end - first)))
            if end - first - tail < 2:
                raise ValueError(
                    f"a series of {end - first} steps is too short to hold out {tail} of them: at "
                    f"least 2 must be left to train on"
                )
            self.held[end - tail : end] = True
        self.X, self.Y = self._X[~self.held], self._Y[~self.held]
        self._starts = starts
        self.starts = tuple(int(np.sum(~self.held[:first])) for first in starts)
        self.best: Snapshot | None = None
        self.errors: list[float] = []

    def __call__(self, snapshot: Snapshot) -> bool:
        """Take note of a snapshot and tell whether to stop."""
        H, _ = rollout(snapshot.weights, self._X, self._activation, starts=self._starts)
        with np.errstate(over="ignore", invalid="ignore"):
            outputs = H[self.held] @ snapshot.weights.A.T + snapshot.weights.c
            squares = np.sum((outputs - self._Y[self.held]) ** 2, axis=1)
            error = float(np.mean(squares))
        self.errors.append(error if math.isfinite(error) else math.inf)
        if self.best is None or self.errors[-1] < min(self.errors[:-1]):
            self.best = snapshot
        return snapshot.iteration - self.best.iteration >= self.patience
