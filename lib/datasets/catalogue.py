"""All datasets under one name each: load one, or ask what it needs without having it."""

from lib.datasets import cache
from lib.datasets.base import find
from lib.datasets.containers import Series, Table
from lib.datasets.registry import is_committed
from lib.datasets.scaling import MODES
from lib.validation import one_of


def load(name: str, seed: int | None = None, standardise: str | None = None) -> Series | Table:
    """Return a dataset by name: a ``Series`` for paper B, a ``Table`` for paper A.

    Args:
        name: One of ``DATASETS``.
        seed: The trial. What is drawn at random, the synthetic series and the functions' noise,
            needs it; the others are the same in every trial.
        standardise: For a series ``"all"`` (the default, as paper B does), ``"train"`` or
            ``"none"``, see :func:`lib.datasets.standardise`. A table is returned as measured and
            standardised by :func:`lib.datasets.split`.

    Raises:
        ValueError: A name or option is unknown or does not fit, or a file was altered.
        DatasetUnavailable: A file is needed that cannot be had (a FileNotFoundError).

    Example:
        >>> from lib import datasets
        >>> table = datasets.load("iris")
        >>> table.X.shape
        (150, 4)
        >>> series = datasets.load("synthetic-t10", seed=0)
        >>> series.train  # steps of the training part
        9
    """
    dataset, options = find(name), {}
    mode = one_of("standardisation", "all" if standardise is None else standardise, MODES)
    if dataset.takes("mode"):
        options["mode"] = mode
    elif standardise is not None:
        raise ValueError(
            f"{name} is a table and returned as measured: split() standardises it with its "
            f"training part; leave out standardise={standardise!r}"
        )
    if dataset.takes("seed"):
        if seed is None:
            raise ValueError(f"{name} is drawn at random: give the trial as seed=0, seed=1, ...")
        options["seed"] = seed
    return dataset.load(name, **options)


def available(name: str) -> bool:
    """Return whether a dataset can be loaded on this machine without a download.

    Raises:
        ValueError: The name is unknown, or a file found is not the registered one.

    Example:
        >>> from lib import datasets
        >>> datasets.available("iris")
        True
    """
    return all(cache.available(file) for file in files(name))


def files(name: str) -> tuple[str, ...]:
    """Return the files that a dataset needs and that this repository does not hold.

    Raises:
        ValueError: The name is unknown.

    Example:
        >>> from lib import datasets
        >>> datasets.files("iris"), datasets.files("kdd")
        ((), ('kddcup.data_10_percent.gz',))
    """
    return tuple(file for file in find(name).files if not is_committed(file))
