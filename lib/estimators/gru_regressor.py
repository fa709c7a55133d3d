"""`GRURegressor`: paper A's network for numbers, in scikit-learn's interface."""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import MultiOutputMixin, RegressorMixin

from lib.estimators.gru_base import GRUEstimator
from lib.training import MeanSquaredError


class GRURegressor(MultiOutputMixin, RegressorMixin, GRUEstimator):
    """Numbers from sequences or from a table's rows: the mean squared error (43).

    Parameters and fitted attributes are those of `GRUEstimator`.
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train the network and return it.

        Args:
            X: sequences, shape (N, T, n), or a table, shape (N, n).
            y: targets, shape (N,) or (N, C); better standardised.

        Raises:
            ValueError: data or a parameter is not acceptable; the sentence says which.
        """
        X, y = self._read(X, y, multi_output=True, y_numeric=True)
        self._flat = y.ndim == 1
        self._train(X, y.reshape(len(y), -1), MeanSquaredError())
        return self

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the outputs, shape (N,) or (N, C) like the targets of `fit`.

        Raises:
            ValueError: `fit` was not called, or X is not acceptable.
        """
        given = self._outputs(X)
        return given[:, 0] if self._flat else given
