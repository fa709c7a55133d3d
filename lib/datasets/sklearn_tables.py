"""Iris, Wine and Diabetes (paper A, Tables 1 and 4) and small digits from scikit-learn's files."""

from lib.datasets.base import Sizes, dataset
from lib.datasets.bundled import verify
from lib.datasets.containers import Table

_NOTES = {
    "iris": (
        "scikit-learn's values follow Fisher's paper of 1936; the UCI file differs from it in "
        "three cells of flowers 35 and 38."
    ),
    "wine": "Thirteen measured quantities of wines from three cultivars; nothing is missing.",
    "diabetes": (
        "The ten inputs as they were measured, not scikit-learn's scaled default; sex is 1 or 2."
    ),
    "digits": (
        "Not the paper's. Counts of dark pixels divided by 16, not standardised; the 64 inputs are "
        "an image of eight rows, so they are also eight steps of eight inputs."
    ),
}
_TARGETS = {
    "iris": "species",
    "wine": "cultivar",
    "diabetes": "progression after one year",
    "digits": "digit",
}

DARK = 16
"""The largest count of dark pixels in a block."""


@dataset("iris", sizes=Sizes(105, 45))
@dataset("wine", sizes=Sizes(125, 53))
@dataset("diabetes", sizes=Sizes(309, 133))
@dataset("digits", sizes=Sizes(1257, 540))
def load(name: str) -> Table:
    """Return one of scikit-learn's tables.

    * ``iris``: 150 flowers, four lengths in cm, three species of 50;
    * ``wine``: 178 wines, 13 measured quantities, three cultivars of 59, 71 and 48;
    * ``diabetes``: 442 patients, 10 inputs, one target between 25 and 346;
    * ``digits``: 1797 images of 8 x 8 handwritten digits, ten classes of about 180.

    Raises:
        ChecksumMismatch: The installed scikit-learn bundles other values (a ValueError).
    """
    from sklearn import datasets

    if name == "diabetes":
        bunch = datasets.load_diabetes(scaled=False)
        y, classes = bunch.target[:, None], ()
    else:
        loaders = {"iris": datasets.load_iris, "wine": datasets.load_wine}
        bunch = loaders.get(name, datasets.load_digits)()
        y, classes = bunch.target, tuple(str(c) for c in bunch.target_names)
    checksum = verify(name, bunch.data, bunch.target)
    images = name == "digits"
    return Table(
        name=name,
        X=bunch.data / DARK if images else bunch.data,
        y=y,
        inputs=tuple(bunch.feature_names),
        targets=(_TARGETS[name],),
        classes=classes,
        checksum=checksum,
        note=_NOTES[name],
        one_unit=images,
    )
