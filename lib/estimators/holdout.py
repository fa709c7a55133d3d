"""Which network of the ALM's iterates to keep, and when to stop: a holdout at the series' end."""

import numpy as np

from lib import alm
from lib.estimators.series import Data
from lib.validation import count


def split(data: Data, fraction: float) -> tuple[Data, np.ndarray]:
    """Return the data without the tail of each series, and which rows were in the tails.

    Raises:
        ValueError: the fraction is not in (0, 1), or a series is too short for it.
    """
    if not 0.0 < fraction < 1.0:
        raise ValueError(f"validation_fraction must lie strictly between 0 and 1, got {fraction!r}")
    held, starts, kept = np.zeros(len(data.X), dtype=bool), [], 0
    for part in data.parts:
        length = part.stop - part.start
        tail = max(1, round(fraction * length))
        if length - tail < 2:
            raise ValueError(
                f"a series of {length} steps is too short to hold out {tail} of them: at least 2 "
                f"must be left to train on; give longer series or early_stopping=False"
            )
        held[part.stop - tail : part.stop] = True
        starts.append(kept)
        kept += length - tail
    return Data(data.X[~held], data.Y[~held], tuple(starts), data.flat), held


class Watch:
    """Callback of `lib.alm.solve` that remembers the best network so far.

    The best is the one with the smallest squared error on the held-out steps, and the solver is
    told to stop when `patience` outer iterations in a row brought none better. Without held-out
    steps it is the one whose roll-out has the smallest objective, and nothing is stopped.

    Attributes:
        best: the snapshot of the best network.
        errors: the value by which the networks were compared, one an outer iteration.

    Args:
        data: all steps, the held-out ones included: their hidden states run on from those before.
        activation: of the hidden units.
        held: which rows are held out.
        patience: see above, >= 1.
    """

    def __init__(
        self,
        data: Data,
        activation: alm.Activation,
        held: np.ndarray | None = None,
        patience: int = 1,
    ) -> None:
        self._data, self._activation, self._held = data, activation, held
        self._patience = count("n_iter_no_change", patience)
        self.best: alm.Snapshot | None = None
        self.errors: list[float] = []

    def __call__(self, snapshot: alm.Snapshot) -> bool:
        """Take note of a snapshot and return whether to stop."""
        error = self._error(snapshot)
        # The start is finite, or the solver would have refused it.
        if self.best is None or error < self.errors[self.best.iteration]:
            self.best = snapshot
        self.errors.append(error)
        return self._held is not None and snapshot.iteration - self.best.iteration >= self._patience

    def _error(self, snapshot: alm.Snapshot) -> float:
        if self._held is None:
            return float(snapshot.row["rollout_objective"])
        X, Y, starts, _ = self._data
        H, _ = alm.rollout(snapshot.weights, X, self._activation, starts=starts)
        with np.errstate(over="ignore", invalid="ignore"):
            given = H[self._held] @ snapshot.weights.A.T + snapshot.weights.c
            return float(np.mean((Y[self._held] - given) ** 2))
