"""`GRUClassifier`: paper A's network for classes, in scikit-learn's interface."""

from typing import Self

import numpy as np
import torch
from numpy.typing import ArrayLike
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets

from lib.estimators.gru_base import GRUEstimator
from lib.training import SigmoidSquaredError
from lib.validation import shown


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

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train the network and return it.

        Args:
            X: sequences, shape (N, T, n), or a table, shape (N, n).
            y: classes, shape (N,), numbers or words.
            sample_weight: how much each sample counts, shape (N,), in the error as in the units of
                the inputs; all alike unless given.

        Raises:
            ValueError: data or a parameter is not acceptable; the sentence says which.
        """
        X, y, weights = self._read(X, y, sample_weight)
        check_classification_targets(y)
        classes, numbers = np.unique(y, return_inverse=True)
        if len(classes) < 2:
            raise ValueError("y must have at least 2 classes, got 1 class")
        if self._continues() and not np.array_equal(classes, self.classes_):
            raise ValueError(
                f"with warm_start y must have the classes of the last fit, {shown(self.classes_)}, "
                f"got {shown(classes)}"
            )
        self.classes_ = classes
        targets = np.eye(len(classes))[numbers]
        self._train(X, targets, SigmoidSquaredError(average=True), weights)
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
