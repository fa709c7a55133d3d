"""Is a target among the inputs? Then the answer can be read off and a small error says nothing."""

import numpy as np

from lib.datasets.containers import Series, Table
from lib.datasets.scaling import moments

PERFECT = 1e-9
"""An absolute correlation above 1 minus this is perfect but for rounding."""


def leaks(data: Series | Table) -> dict[str, tuple[str, ...]]:
    """Return, for each target found among the inputs, the names of the inputs that give it away.

    A column gives a target away when it equals it or is perfectly correlated with it, so that the
    target is an affine function of that single input at the same step.

    Args:
        data: A series or a table.

    Returns:
        Target name to input names; empty when no target is among the inputs.

    Example:
        >>> from lib import datasets
        >>> datasets.leaks(datasets.load("iris"))
        {}
    """
    if isinstance(data, Series):
        Y, targets = data.Y, data.targets
    else:
        Y, targets = data.y.reshape(len(data.y), -1).astype(np.float64), data.targets
    x_mean, x_deviation = moments(data.X)
    y_mean, y_deviation = moments(Y)
    correlation = ((Y - y_mean) / y_deviation).T @ ((data.X - x_mean) / x_deviation) / len(Y)
    equal = (Y[:, :, None] == data.X[:, None, :]).all(axis=0)
    found = equal | (np.abs(correlation) > 1 - PERFECT)
    return {
        target: tuple(name for name, hit in zip(data.inputs, row, strict=True) if hit)
        for target, row in zip(targets, found, strict=True)
        if row.any()
    }
