"""One trial of paper A: a table's training and test part in the sizes of Tables 1 and 4."""

from lib.datasets.base import SIZES
from lib.datasets.containers import Table
from lib.datasets.splitting import Split, cut, split
from lib.randomness import generator
from lib.validation import count, one_of


def trial(table: Table, seed: int) -> Split:
    """Return the split of one trial, shared by all models compared in it.

    A classification is split class by class, a regression at random (the paper says neither), but
    for MNIST, whose split is published.

    Args:
        table: One of those in ``SIZES``.
        seed: The trial.

    Raises:
        ValueError: The table has no sizes, or the seed is not a whole number >= 0.

    Example:
        >>> from lib import datasets
        >>> part = datasets.trial(datasets.load("iris"), seed=0)
        >>> part.X_train.shape
        (105, 4)
    """
    sizes = SIZES[one_of("table with sizes", table.name, SIZES)]
    count("seed", seed, least=0)
    if sizes.published:
        return cut(table, sizes.train)
    printed = "table1" if table.classes else "table4"
    draw = generator("sl1_gru", f"{printed}-split", table.name, seed)
    return split(table, sizes.train, draw, sizes.test)
