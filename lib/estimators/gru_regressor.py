"""`GRURegressor`: paper A's network for numbers, on a linear model."""

from dataclasses import KW_ONLY, dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import MultiOutputMixin, RegressorMixin

from lib.estimators.gru_base import GRUEstimator
from lib.estimators.linear import Linear, below, reliance
from lib.estimators.scaling import Scale, shares
from lib.training import MeanSquaredError
from lib.validation import count, flag, positive, share


@dataclass(eq=False, repr=False)
class GRURegressor(MultiOutputMixin, RegressorMixin, GRUEstimator):
    r"""Numbers from sequences or from a table's rows: the mean squared error (43).

    A ridge regression on all inputs of a sequence comes first. GRUs from several starts are trained
    on what it leaves, and their mean is added as far as it helped on the holdout. Targets are
    standardised inside. With ``linear=False, starts=1, early_stopping=False`` it is the paper's
    network alone.

    Args:
        hidden_size, cell, penalty, mode, strength, alpha: as in `GRUEstimator`.
        learning_rate, optimizer, epochs, batch_size, tolerance: likewise.
        n_iter_no_change: epochs without improvement before stopping: of the error on the holdout,
            without a holdout of E.
        bias, warm_start, verbose, random_state: as in `GRUEstimator`.
        linear: whether there is a ridge regression below the networks, its strength chosen by
            leave-one-out. Sequences must then have the length of those in `fit`.
        starts: how many networks there are.
        early_stopping: train without the last samples, keep of each network the weights that are
            best there, and trust the networks as far as they helped there.
        validation_fraction: the share of the samples that is held out, those at the end.
        doubt: how far the networks' help on the holdout is taken for chance, see
            `lib.estimators.linear.reliance`.

    Attributes:
        reliance_: what the networks' outputs were multiplied by, shape (C,); 0 leaves the linear
            model alone.

    The other fitted attributes are those of `GRUEstimator`.

    Example:
        >>> X = np.linspace(-1, 1, 40)[:, None]
        >>> model = GRURegressor(hidden_size=4, epochs=30, random_state=0).fit(X, 2 * X[:, 0])
        >>> model.score(X, 2 * X[:, 0]) > 0.9
        True
    """

    hidden_size: int = 16
    _: KW_ONLY
    linear: bool = True
    starts: int = 3
    early_stopping: bool = True
    validation_fraction: float = 0.15
    doubt: float = 12.0

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train the networks and return them.

        Args:
            X: sequences, shape (N, T, n), or a table, shape (N, n).
            y: targets, shape (N,) or (N, C).
            sample_weight: how much each sample counts, shape (N,), in every error and mean; all
                alike unless given.

        Raises:
            ValueError: data or a parameter is not acceptable; the sentence says which.
        """
        doubt = positive("doubt", self.doubt, zero=True)
        X, y, weights = self._read(X, y, sample_weight, multi_output=True, y_numeric=True)
        self._flat, self._steps = y.ndim == 1, X.shape[1]
        y = y.reshape(len(y), -1).astype(np.float64)
        continues = self._continues()
        if not continues:
            self._targets = Scale.of(y, weights)
        elif y.shape[1] != len(self._targets.mean):
            raise ValueError(
                f"with warm_start y must have {len(self._targets.mean)} outputs as in the last "
                f"fit, got {y.shape[1]}"
            )
        flat, targets = X.reshape(len(X), -1), self._targets.away(y)
        held = self._held(len(X))
        seen, tail = slice(len(X) - held), slice(len(X) - held, None)
        of_seen = None if weights is None else shares(weights[seen], len(X) - held)
        linear, spread = below(flat[seen], targets[seen], self.linear, of_seen)
        if not continues:
            self._spread = spread
        rest = (targets - linear(flat)) / self._spread
        starts = count("starts", self.starts)
        self._train(X, rest, MeanSquaredError(), weights, starts, held, silent=self.linear)
        self.reliance_ = np.ones(y.shape[1])
        if held and self.linear:
            root = 1.0 if weights is None else np.sqrt(weights[tail, None])
            self.reliance_ = reliance(root * self._outputs(X[tail]), root * rest[tail], doubt)
            linear = Linear.fitted(flat, targets, weights)  # the holdout has done its work
        self._linear = linear
        return self

    def _held(self, samples: int) -> int:
        fraction = share("validation_fraction", self.validation_fraction)
        if not flag("early_stopping", self.early_stopping):
            return 0
        held = max(1, round(fraction * samples))
        if samples - held < 1:
            raise ValueError(
                f"{samples} samples are too few to hold out {held} of them: give more, or "
                f"early_stopping=False"
            )
        return held

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the outputs, shape (N,) or (N, C) like the targets of `fit`.

        Raises:
            ValueError: `fit` was not called, or X is not acceptable.
        """
        X = self._scaled(X)
        if self.linear and X.shape[1] != self._steps:
            raise ValueError(
                f"sequences must have {self._steps} steps as in fit, for the linear model reads "
                f"all of them, got {X.shape[1]}; with linear=False any length will do"
            )
        given = self._spread * self.reliance_ * self._outputs(X)
        if self.linear:
            given += self._linear(X.reshape(len(X), -1))
        given = self._targets.back(given)
        return given[:, 0] if self._flat else given
