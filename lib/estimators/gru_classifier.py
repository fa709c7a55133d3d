"""`GRUClassifier`: paper A's network for classes, in scikit-learn's interface."""

from typing import Self

import numpy as np
import torch
from numpy.typing import ArrayLike
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets

from lib.estimators.gru_base import GRUEstimator
from lib.training import SigmoidSquaredError


class GRUClassifier(ClassifierMixin, GRUEstimator):
    """Classes of sequences or of a table's rows: the squared error (11) of sigmoid outputs.

    Parameters and fitted attributes are those of `GRUEstimator`; ``classes_`` holds the classes in
    the order of the outputs.

    Example:
        >>> from sklearn.datasets import load_iris
        >>> X, y = load_iris(return_X_y=True)
        >>> model = GRUClassifier(hidden_size=4, tolerance=1e-3, random_state=0).fit(X, y)
        >>> model.score(X, y) > 0.9
        True
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train the network and return it.

        Args:
            X: sequences, shape (N, T, n), or a table, shape (N, n).
            y: classes, shape (N,), numbers or words.

        Raises:
            ValueError: data or a parameter is not acceptable; the sentence says which.
        """
        X, y = self._read(X, y)
        check_classification_targets(y)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("y must have at least 2 classes, got 1 class")
        targets = np.eye(len(self.classes_))[numbers]
        self._train(X, targets, SigmoidSquaredError(average=True))
        return self

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Return the sigmoid outputs, divided by their sum over the classes, shape (N, C).

        Raises:
            ValueError: `fit` was not called, or X is not acceptable.
        """
        given = torch.from_numpy(self._outputs(self._scaled(X)))
        return torch.softmax(torch.nn.functional.logsigmoid(given), 1).numpy()

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the class of the largest output, shape (N,); errors as `predict_proba`."""
        best = self.predict_proba(X).argmax(1)
        return self.classes_[best]
