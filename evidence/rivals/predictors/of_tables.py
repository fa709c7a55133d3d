"""The simplest predictors of a table's target: what stands beside the results of paper A.

None of them trains a network. *Constant* answers the most frequent class or the mean target of the
training part. *Look-up* answers what the training samples with the very same inputs have, and the
constant where there are none; its training score is the best that any function of the inputs can
have on that training part. Logistic and ridge regression are scikit-learn's, on the inputs as a
network gets them and, where some are categories, also on one column for each category.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression, RidgeCV

from lib.datasets import Split, Table, keys
from lib.validation import positive

CONSTANT, LOOK_UP, LINEAR, ONE_HOT = PREDICTORS = (
    "constant",
    "look-up",
    "linear",
    "linear, one-hot",
)

SCALES = ("as measured", "standardised", "min-max")
"""Of a target, in the order of `scalings`."""

Pair = tuple[np.ndarray, np.ndarray]
"""Predictions for the training and for the test part."""


def constant(split: Split, classes: int) -> Pair:
    """Return the most frequent class of the training part, or the mean of its targets.

    Args:
        split: Class numbers, shape (N,), or targets, shape (N, m).
        classes: How many classes there are, 0 for a regression.
    """
    y = split.y_train
    answer = np.bincount(y, minlength=classes).argmax() if classes else y.mean(axis=0)
    return tuple(np.broadcast_to(answer, part.shape) for part in (y, split.y_test))


def look_up(split: Split, classes: int) -> tuple[Pair, np.ndarray]:
    """Return the predictions of a look-up, and which test samples it had seen.

    For inputs that occur several times in the training part it answers the most frequent of their
    classes (the first of equals) or the mean of their targets.

    Args:
        split: Class numbers, shape (N,), or targets, shape (N, m).
        classes: How many classes there are, 0 for a regression.

    Returns:
        The predictions, and for every test sample whether its inputs occur in the training part.
    """
    known, where = np.unique(keys(split.X_train), return_inverse=True)
    y = np.eye(classes)[split.y_train] if classes else split.y_train
    sums = np.zeros((len(known), y.shape[1]))
    np.add.at(sums, where, y)
    answers = sums.argmax(axis=1) if classes else sums / np.bincount(where)[:, None]
    asked = keys(split.X_test)
    place = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    seen = known[place] == asked
    test = constant(split, classes)[1].copy()
    test[seen] = answers[place[seen]]
    return (answers[where], test), seen


def logistic(split: Split, strength: float, iterations: int) -> tuple[Pair, int]:
    r"""Return the predictions of logistic regression, and how many iterations its fit took.

    .. math:: \min_{B,d}\ \tfrac12\|B\|_F^2
              +\frac1\alpha\sum_n-\log\mathrm{softmax}(Bx^n+d)_{y^n}

    Equal training samples are counted, not repeated, which leaves the objective as it is.

    Args:
        split: Inputs and class numbers.
        strength: :math:`\alpha`, scikit-learn's 1 / C.
        iterations: At most so many steps of L-BFGS; one more is an error.

    Raises:
        ValueError: The strength is not positive.
        RuntimeError: The fit has not converged.
    """
    together = np.column_stack([split.X_train, split.y_train])
    _, first, copies = np.unique(keys(together), return_index=True, return_counts=True)
    model = LogisticRegression(C=1 / positive("strength", strength), max_iter=iterations)
    model.fit(split.X_train[first], split.y_train[first], sample_weight=copies)
    taken = int(model.n_iter_.max())
    if taken >= iterations:
        raise RuntimeError(f"logistic regression has not converged after {iterations} iterations")
    return (model.predict(split.X_train), model.predict(split.X_test)), taken


def ridge(split: Split, strengths: Sequence[float]) -> tuple[Pair, float]:
    r"""Return the predictions of ridge regression and its strength.

    .. math:: \min_{B,d}\ \sum_n\|y^n-Bx^n-d\|^2+\alpha\|B\|_F^2

    The strength :math:`\alpha` has the smallest leave-one-out error on the training part.

    Args:
        split: Inputs and m targets.
        strengths: The values of :math:`\alpha` to choose from.

    Raises:
        ValueError: A strength is not positive.
    """
    model = RidgeCV(alphas=[positive("ridge strength", strength) for strength in strengths])
    model.fit(split.X_train, split.y_train)
    parts = (split.X_train, split.X_test)
    train, test = (model.predict(X).reshape(len(X), split.y_train.shape[1]) for X in parts)
    return (train, test), float(model.alpha_)


def one_hot(table: Table) -> Table:
    """Return the table with a column of zeros and ones for every category of an input.

    Raises:
        ValueError: No input holds categories.
    """
    if not table.categories:
        raise ValueError(f"{table.name} has no inputs that hold categories")
    columns: dict[str, np.ndarray] = {}
    for name, values in zip(table.inputs, table.X.T, strict=True):
        if name in table.categories:
            for number, word in enumerate(table.categories[name]):
                columns[f"{name} = {word}"] = values == number
        else:
            columns[name] = values
    return Table(
        name=table.name,
        X=np.column_stack(list(columns.values())),
        y=table.y,
        inputs=tuple(columns),
        targets=table.targets,
        classes=table.classes,
        checksum=table.checksum,
        note=table.note,
        missing=table.missing,
        one_unit=table.one_unit,
    )


class Scaling(NamedTuple):
    """What is subtracted from the targets, then what they are divided by; shapes (m,)."""

    shift: np.ndarray
    divisor: np.ndarray


def scalings(split: Split) -> Mapping[str, Scaling]:
    """Return the scales that a mean squared error may be meant on.

    As it is, in standard deviations, or in shares of its range; both of the training part.
    """
    y = split.y_train
    found = (
        Scaling(np.zeros(y.shape[1]), np.ones(y.shape[1])),
        Scaling(y.mean(axis=0), y.std(axis=0)),
        Scaling(y.min(axis=0), np.ptp(y, axis=0)),
    )
    return dict(zip(SCALES, found, strict=True))
