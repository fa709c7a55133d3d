"""All datasets under one name each: load one, or ask for its checksum without having it."""

from collections.abc import Mapping
from types import ModuleType

from lib.datasets import (
    boston,
    breast_cancer,
    bundled,
    cache,
    functions,
    kdd,
    mnist,
    regression_tables,
    sklearn_tables,
    sp500,
    synthetic,
)
from lib.datasets.containers import Series, Table
from lib.datasets.scaling import MODES
from lib.validation import one_of

SYNTHETIC = tuple(synthetic.RECIPES)
SERIES = (*SYNTHETIC, *sp500.NAMES)
FUNCTIONS = functions.NAMES
_LOADERS: Mapping[str, ModuleType] = {
    name: module
    for module in (sklearn_tables, breast_cancer, kdd, mnist, boston, regression_tables)
    for name in module.FILES
}
TABLES = tuple(_LOADERS)
NAMES = (*SERIES, *FUNCTIONS, *TABLES)
"""Every name that :func:`lib.datasets.load` accepts: the time series of paper B, then the functions
and the tables of paper A."""


def load(name: str, seed: int | None = None, standardise: str | None = None) -> Series | Table:
    """Return a dataset by name: a ``Series`` for paper B, a ``Table`` for paper A.

    Args:
        name: One of ``NAMES``.
        seed: The trial. What is drawn at random, the synthetic series and the functions' noise,
            needs it; the others are the same in every trial.
        standardise: For a series ``"all"`` (the default, as paper B does), ``"train"`` or
            ``"none"``, see :func:`lib.datasets.standardise`. A table is returned as measured and
            standardised by :func:`lib.datasets.split`.

    Raises:
        ValueError: A name or option is unknown or does not fit, or a file was altered.
        DatasetUnavailable: A file is needed that cannot be had (a FileNotFoundError).
    """
    one_of("dataset", name, NAMES)
    mode = one_of("standardisation", "all" if standardise is None else standardise, MODES)
    if name not in SERIES and standardise is not None:
        raise ValueError(
            f"{name} is a table and returned as measured: split() standardises it with its "
            f"training part; leave out standardise={standardise!r}"
        )
    if name in (*SYNTHETIC, *FUNCTIONS) and seed is None:
        raise ValueError(f"{name} is drawn at random: give the trial as seed=0, seed=1, ...")
    if name in FUNCTIONS:
        return functions.load(name, seed)
    if name in TABLES:
        return _LOADERS[name].load(name)
    return sp500.load(name, mode) if name in sp500.NAMES else synthetic.generate(name, seed, mode)


def checksum(name: str) -> str:
    """Return what identifies a dataset in a record; no file is needed.

    The SHA-256 of the file behind it (of several files' checksums), of the values for a dataset
    bundled with a package, or of the generator's specification and version for what is drawn.

    Raises:
        ValueError: The name is unknown.
    """
    one_of("dataset", name, NAMES)
    if name in TABLES:
        files = _LOADERS[name].FILES[name]
        return cache.checksum_of(files) if files else bundled.checksum(name)
    if name in sp500.NAMES:
        return sp500.checksum(name)
    return functions.checksum(name) if name in FUNCTIONS else synthetic.checksum(name)


def available(name: str) -> bool:
    """Return whether a dataset can be loaded on this machine without a download.

    Raises:
        ValueError: The name is unknown, or a file found is not the registered one.
    """
    return all(cache.available(file) for file in files(name))


def files(name: str) -> tuple[str, ...]:
    """Return the files that a dataset needs and that this repository does not hold.

    Raises:
        ValueError: The name is unknown.
    """
    one_of("dataset", name, NAMES)
    if name in TABLES:
        return _LOADERS[name].FILES[name]
    return (sp500.RELEASED,) if name in ("sp500-released", "sp500-written") else ()
