"""Fisher's Iris measurements (paper A, Table 1) from scikit-learn's bundled file."""

import hashlib

import numpy as np
from sklearn.datasets import load_iris

from lib.datasets.containers import Table
from lib.datasets.registry import ChecksumMismatch, registry

NAME = "iris"


def checksum() -> str:
    """Return the registered SHA-256 of the values: X row by row, then y, little-endian."""
    return registry()["bundled"][NAME]["sha256_of_values"]


def load() -> Table:
    """Return the 150 flowers: four lengths in cm, three species of 50.

    Raises:
        ChecksumMismatch: The installed scikit-learn bundles other values (a ValueError).
    """
    bunch = load_iris()
    X, y = bunch.data.astype("<f8"), bunch.target.astype("<i8")
    found = hashlib.sha256(X.tobytes() + y.tobytes()).hexdigest()
    if found != checksum():
        raise ChecksumMismatch(
            f"the installed scikit-learn's {NAME} has other values than the registered ones: "
            f"expected SHA-256 {checksum()}, found {found}; install the pinned version"
        )
    return Table(
        name=NAME,
        X=X,
        y=y.astype(np.int64),
        inputs=tuple(bunch.feature_names),
        target="species",
        classes=tuple(str(name) for name in bunch.target_names),
        checksum=found,
        note=(
            "scikit-learn's values follow Fisher's paper of 1936; the UCI file differs from it in "
            "three cells of flowers 35 and 38."
        ),
    )
