"""One trial of paper A: a table's training and test part in the sizes of Tables 1 and 4."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.datasets.containers import Table
from lib.datasets.splitting import Split, cut, split
from lib.randomness import generator
from lib.validation import count, one_of


@dataclass(frozen=True)
class Sizes:
    """The sizes of the two parts.

    Args:
        train: Samples for training.
        test: Samples for testing.
        published: The split belongs to the data, so it is the same in every trial.
    """

    train: int
    test: int
    published: bool = False


SIZES: Mapping[str, Sizes] = {
    "iris": Sizes(105, 45),
    "wine": Sizes(125, 53),
    "breast-cancer-ljubljana": Sizes(200, 86),
    "breast-cancer-wisconsin": Sizes(489, 210),
    "kdd": Sizes(444617, 49402),
    "kdd-distinct": Sizes(51698, 5744),
    "mnist": Sizes(60000, 10000, published=True),
    "mnist-5000": Sizes(4286, 714),
    "boston": Sizes(354, 152),
    "diabetes": Sizes(309, 133),
    "wine-quality": Sizes(5198, 1299),
    "energy": Sizes(614, 154),
    "student": Sizes(519, 130),
}
"""The paper's sizes, or for a set that it does not have its shares, 7 : 3, 9 : 1 and 6 : 1."""


def trial(table: Table, seed: int) -> Split:
    """Return the split of one trial, shared by all models compared in it.

    A classification is split class by class, a regression at random (the paper says neither), but
    for MNIST, whose split is published.

    Args:
        table: One of those in ``SIZES``.
        seed: The trial.

    Raises:
        ValueError: The table has no sizes, or the seed is not a whole number >= 0.
    """
    sizes = SIZES[one_of("table with sizes", table.name, SIZES)]
    count("seed", seed, least=0)
    if sizes.published:
        return cut(table, sizes.train)
    printed = "table1" if table.classes else "table4"
    draw = generator("sl1_gru", f"{printed}-split", table.name, seed)
    return split(table, sizes.train, draw, sizes.test)
