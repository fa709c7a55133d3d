"""A regressor around another one that takes the units away, for one series or several."""

from collections.abc import Callable, Sequence
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin, clone
from sklearn.metrics import r2_score
from sklearn.utils.validation import check_is_fitted, validate_data

from lib.estimators.scaling import Scale
from lib.estimators.series import are_several, joined, read
from lib.validation import trainable, unmistaken


class Standardised(MultiOutputMixin, RegressorMixin, BaseEstimator):
    """Means and deviations of the training steps are taken from inputs and targets.

    Args:
        model: the regressor; one that is given several series gets them as a list.

    Attributes:
        model_: the fitted regressor, which knows no units.
        ``n_features_in_``, ``feature_names_in_``: as in scikit-learn.

    Example:
        >>> from sklearn.linear_model import Ridge
        >>> model = Standardised(Ridge(alpha=1e-9)).fit([[0.0], [1.0], [2.0]], [5.0, 7.0, 9.0])
        >>> model.predict([[3.0]]).round(3).tolist()
        [11.0]
    """

    def __init__(self, model: BaseEstimator) -> None:
        self.model = model

    def fit(self, X: ArrayLike | Sequence, y: ArrayLike | Sequence, **options: object) -> Self:
        """Fit the regressor on one series (T, n) or several, a list of such or (S, T, n).

        `options` go to its `fit`.

        Raises:
            ValueError: data are not acceptable; the sentence says which.
        """
        trainable("model", self.model)
        data = read(self, X, y)
        self._inputs, self._targets = Scale.of(data.X), Scale.of(data.Y)
        self._flat = data.flat
        inputs, targets = self._inputs.away(data.X), self._targets.away(data.Y)
        targets = targets[:, 0] if data.flat else targets
        self.model_ = clone(self.model)
        if are_several(X):
            inputs, targets = ([of[part] for part in data.parts] for of in (inputs, targets))
        self.model_.fit(inputs, targets, **options)
        return self

    def predict(self, X: ArrayLike | Sequence, **options: object) -> np.ndarray | list[np.ndarray]:
        """Return the outputs in the targets' units, and a state where the regressor returns one.

        `options` go to its `predict`.
        """
        check_is_fitted(self)
        several = are_several(X)
        inputs = [self._away(part) for part in (X if several else [X])]
        given = self.model_.predict(inputs if several else inputs[0], **options)
        outputs, *state = given if isinstance(given, tuple) else (given,)
        found = [self._back(part) for part in (outputs if several else [outputs])]
        found = found if several else found[0]
        return (found, *state) if state else found

    def _away(self, X: ArrayLike) -> np.ndarray:
        unmistaken("X", X, "(T, n)")
        return self._inputs.away(validate_data(self, X, reset=False, dtype=np.float64))

    def _back(self, given: np.ndarray) -> np.ndarray:
        found = self._targets.back(np.reshape(given, (len(given), -1)))
        return found[:, 0] if self._flat else found

    def score(self, X: ArrayLike | Sequence, y: ArrayLike | Sequence) -> float:
        """Return the coefficient of determination over all steps of all series."""
        return series_score(self.predict, X, y)


def series_score(
    predict: Callable, X: ArrayLike | Sequence, y: ArrayLike | Sequence, weight: ArrayLike = None
) -> float:
    """Return the coefficient of determination of predictions over all steps of all series."""
    several = are_several(X)
    return r2_score(joined(y, several), joined(predict(X), several), sample_weight=weight)
