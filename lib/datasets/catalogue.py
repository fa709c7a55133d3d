"""All datasets under one name each: load one, or ask for its checksum without having it."""

from lib.datasets import cache, iris, sp500, synthetic
from lib.datasets.containers import Series, Table
from lib.datasets.scaling import MODES
from lib.validation import one_of

SYNTHETIC = tuple(synthetic.RECIPES)
NAMES = (*SYNTHETIC, *sp500.NAMES, iris.NAME)
"""Every name that :func:`lib.datasets.load` accepts."""


def load(name: str, seed: int | None = None, standardise: str | None = None) -> Series | Table:
    """Return a dataset by name: a ``Series`` for paper B, a ``Table`` for paper A.

    Args:
        name: One of ``NAMES``.
        seed: The trial. The synthetic series need it; the others are the same in every trial.
        standardise: For a series ``"all"`` (the default, as paper B does), ``"train"`` or
            ``"none"``, see :func:`lib.datasets.standardise`. A table is returned as measured and
            standardised by :func:`lib.datasets.split`.

    Raises:
        ValueError: A name or option is unknown or does not fit, or a file was altered.
        DatasetUnavailable: A file is needed that cannot be had (a FileNotFoundError).
    """
    one_of("dataset", name, NAMES)
    mode = one_of("standardisation", "all" if standardise is None else standardise, MODES)
    if name == iris.NAME:
        if standardise is not None:
            raise ValueError(
                f"{name} is a table and returned as measured: split() standardises it with its "
                f"training part; leave out standardise={standardise!r}"
            )
        return iris.load()
    if name in sp500.NAMES:
        return sp500.load(name, mode)
    if seed is None:
        raise ValueError(f"{name} is drawn at random: give the trial as seed=0, seed=1, ...")
    return synthetic.generate(name, seed, mode)


def checksum(name: str) -> str:
    """Return what identifies a dataset in a record; no file is needed.

    The SHA-256 of the file behind it, of the values for a dataset bundled with a package, or of the
    generator's specification and version for a synthetic series.

    Raises:
        ValueError: The name is unknown.
    """
    one_of("dataset", name, NAMES)
    if name == iris.NAME:
        return iris.checksum()
    return sp500.checksum(name) if name in sp500.NAMES else synthetic.checksum(name)


def available(name: str) -> bool:
    """Return whether a dataset can be loaded on this machine without a download.

    Raises:
        ValueError: The name is unknown, or a file found is not the registered one.
    """
    one_of("dataset", name, NAMES)
    needs_upstream = name in ("sp500-released", "sp500-written")
    return cache.available(sp500.RELEASED) if needs_upstream else True
