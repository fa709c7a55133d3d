"""What a loader says of its datasets, and the table of all of them by name."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature

from lib.datasets import bundled, cache
from lib.datasets.containers import Series, Table
from lib.named import enter
from lib.validation import one_of


@dataclass(frozen=True)
class Sizes:
    """The sizes of a table's two parts in one trial.

    Args:
        train: Samples for training.
        test: Samples for testing.
        published: The split belongs to the data, so it is the same in every trial.
    """

    train: int
    test: int
    published: bool = False


@dataclass(frozen=True)
class Dataset:
    """A dataset that has not been loaded.

    Args:
        load: The loader. It is called with the name and, where its signature has them, with the
            trial as ``seed`` and the way of standardising as ``mode``.
        files: The registered files it is read from.
        identity: From the name to what identifies the data.
    """

    load: Callable[..., Series | Table]
    files: tuple[str, ...]
    identity: Callable[[str], str]

    def takes(self, option: str) -> bool:
        """Return whether the loader has a parameter of this name."""
        return option in signature(self.load).parameters


DATASETS: dict[str, Dataset] = {}
"""Every dataset by its name."""

SIZES: dict[str, Sizes] = {}
"""The sizes of those tables that have trials: paper A's, or its shares where it lacks the set."""


def dataset(
    *names: str,
    files: tuple[str, ...] = (),
    sizes: Sizes | None = None,
    checksum: Callable[[str], str] | None = None,
) -> Callable[[Callable], Callable]:
    """Return what enters a loader into the table of datasets; written above the loader.

    Args:
        names: The datasets that it loads.
        files: The files in the registry that it reads; without any, the data are an installed
            package's and registered by the dataset's name.
        sizes: Of the parts of a trial.
        checksum: From a name to what identifies the data, where it is not the registry that knows.

    Raises:
        ValueError: A name is taken by another loader.

    Example:
        >>> import numpy as np
        >>> from lib import datasets
        >>> @datasets.dataset("unit-square", checksum=lambda name: "0" * 64)
        ... def load(name: str) -> datasets.Table:
        ...     X, y = np.eye(4, 2), np.arange(4.0)[:, None]
        ...     return datasets.Table(name, X, y, ("a", "b"), ("c",), (), "0" * 64, "Four corners.")
        >>> datasets.load("unit-square").X.shape
        (4, 2)
        >>> del datasets.DATASETS["unit-square"]
    """

    def identity(name: str) -> str:
        return cache.checksum_of(files) if files else bundled.checksum(name)

    def register(load: Callable) -> Callable:
        for name in names:
            enter({known: d.load for known, d in DATASETS.items()}, name, load)
            DATASETS[name] = Dataset(load, files, checksum or identity)
            if sizes:
                SIZES[name] = sizes
        return load

    return register


def find(name: str) -> Dataset:
    """Return a dataset by name.

    Raises:
        ValueError: The name is unknown.
    """
    return DATASETS[one_of("dataset", name, sorted(DATASETS))]


def checksum(name: str) -> str:
    """Return what identifies a dataset in a record; no file is needed.

    The SHA-256 of the file behind it (of several files' checksums), of the values for a dataset
    bundled with a package, or of the generator's specification and version for what is drawn.

    Raises:
        ValueError: The name is unknown.

    Example:
        >>> from lib import datasets
        >>> len(datasets.checksum("iris"))
        64
    """
    return find(name).identity(name)
