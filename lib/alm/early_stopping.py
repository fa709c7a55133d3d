"""Early stopping: the tail of a series is held out, and its error says when to stop.

A low R on the training part does not mean good predictions; with a fast method less than ever.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from lib.alm.activations import Activation, ReLU
from lib.alm.algorithm import Snapshot
from lib.alm.rollout import predict
from lib.validation import array, count


class EarlyStopping:
    """A callback of `solve` that ends it when the error on the held-out tail no longer falls.

    The hidden state runs on from the training part into the tail. The network to use is that of
    `best`, not the last one.

    Attributes:
        X, Y: the part to train on.
        best: the snapshot with the smallest error on the tail, None before the first.
        errors: mean over the tail's steps of the squared error, one per snapshot; infinite where
            the network explodes.
    """

    def __init__(
        self,
        X: ArrayLike,
        Y: ArrayLike,
        held: int,
        patience: int = 10,
        activation: Activation | None = None,
    ) -> None:
        """Split a series into the part to train on and the tail.

        Args:
            X: inputs, shape (T, n).
            Y: targets, shape (T, m).
            held: steps in the tail; at least 2 must be left.
            patience: outer iterations without a smaller error after which the solver stops.
            activation: of the hidden units, ReLU unless given.

        Raises:
            ValueError: shapes that do not fit, entries that are not finite, or too long a tail.
        """
        self._X = array("X", X, ("T", "n"))
        self._Y = array("Y", Y, (len(self._X), "m"))
        self.held, self.patience = count("held", held), count("patience", patience)
        if len(self._X) - self.held < 2:
            raise ValueError(
                f"held must leave at least 2 of the {len(self._X)} steps to train on, got {held}"
            )
        self.X, self.Y = self._X[: -self.held], self._Y[: -self.held]
        self._activation = activation or ReLU()
        self.best: Snapshot | None = None
        self.errors: list[float] = []

    def __call__(self, snapshot: Snapshot) -> bool:
        """Take note of a snapshot and tell whether to stop."""
        outputs = predict(snapshot.weights, self._X, self._activation)[-self.held :]
        with np.errstate(over="ignore", invalid="ignore"):
            error = float(np.sum((outputs - self._Y[-self.held :]) ** 2) / self.held)
        self.errors.append(error if math.isfinite(error) else math.inf)
        if self.best is None or self.errors[-1] < min(self.errors[:-1]):
            self.best = snapshot
        return snapshot.iteration - self.best.iteration >= self.patience
