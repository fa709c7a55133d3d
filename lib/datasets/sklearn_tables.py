"""Iris, Wine and Diabetes (paper A, Tables 1 and 4) from scikit-learn's bundled files."""

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
}
_TARGETS = {"iris": "species", "wine": "cultivar", "diabetes": "progression after one year"}


@dataset("iris", sizes=Sizes(105, 45))
@dataset("wine", sizes=Sizes(125, 53))
@dataset("diabetes", sizes=Sizes(309, 133))
def load(name: str) -> Table:
    """Return one of scikit-learn's three tables.

    * ``iris``: 150 flowers, four lengths in cm, three species of 50;
    * ``wine``: 178 wines, 13 measured quantities, three cultivars of 59, 71 and 48;
    * ``diabetes``: 442 patients, 10 inputs, one target between 25 and 346.

    Raises:
        ChecksumMismatch: The installed scikit-learn bundles other values (a ValueError).
    """
    from sklearn import datasets

    if name == "diabetes":
        bunch = datasets.load_diabetes(scaled=False)
        y, classes = bunch.target[:, None], ()
    else:
        bunch = datasets.load_iris() if name == "iris" else datasets.load_wine()
        y, classes = bunch.target, tuple(str(c) for c in bunch.target_names)
    return Table(
        name=name,
        X=bunch.data,
        y=y,
        inputs=tuple(bunch.feature_names),
        targets=(_TARGETS[name],),
        classes=classes,
        checksum=verify(name, bunch.data, bunch.target),
        note=_NOTES[name],
    )
