"""The two breast cancer sets of the UCI repository that paper A's Table 1 could mean.

Table 1 gives the sizes of the Ljubljana set, 286 x 9; the accuracies in Table 3 are of the level
that is usual for the Wisconsin set, 699 x 9.
"""

from collections.abc import Mapping

import pandas as pd

from lib.datasets import cache
from lib.datasets.containers import Table
from lib.datasets.tabular import NOT_RECORDED, encode, read
from lib.validation import one_of

LJUBLJANA, WISCONSIN = NAMES = ("breast-cancer-ljubljana", "breast-cancer-wisconsin")
FILES: Mapping[str, tuple[str, ...]] = {
    LJUBLJANA: ("breast-cancer.data",),
    WISCONSIN: ("breast-cancer-wisconsin.data",),
}


def _ranges(width: int, last: int) -> tuple[str, ...]:
    return tuple(f"{low}-{low + width - 1}" for low in range(0, last + 1, width))


ORDERS = {
    "age": _ranges(10, 90),
    "menopause": ("premeno", "lt40", "ge40"),
    "tumor-size": _ranges(5, 55),
    "inv-nodes": _ranges(3, 36),
    "node-caps": (NOT_RECORDED, "no", "yes"),
}
"""The orders of UCI's description; columns without a natural order are put alphabetically."""

LJUBLJANA_COLUMNS = (
    *("class", "age", "menopause", "tumor-size", "inv-nodes"),
    *("node-caps", "deg-malig", "breast", "breast-quad", "irradiat"),
)
WISCONSIN_COLUMNS = (
    *("id", "clump thickness", "uniformity of cell size", "uniformity of cell shape"),
    *("marginal adhesion", "single epithelial cell size", "bare nuclei", "bland chromatin"),
    *("normal nucleoli", "mitoses", "class"),
)


def load(name: str) -> Table:
    """Return one of the two sets.

    * ``breast-cancer-ljubljana``: 286 patients, 9 inputs in categories, recurrence or none;
    * ``breast-cancer-wisconsin``: 699 samples, 9 inputs graded 1 to 10, benign or malignant.

    Raises:
        ValueError: The name is unknown, or the file is not the registered one.
        DatasetUnavailable: The file cannot be had (a FileNotFoundError).
    """
    file = FILES[one_of("breast cancer set", name, NAMES)][0]
    return _ljubljana(file) if name == LJUBLJANA else _wisconsin(file)


def _ljubljana(file: str) -> Table:
    frame = read(file, LJUBLJANA_COLUMNS)
    inputs = frame.drop(columns="class")
    X, categories = encode(inputs, ORDERS)
    classes = ("no-recurrence-events", "recurrence-events")
    return Table(
        name=LJUBLJANA,
        X=X,
        y=frame["class"].map(classes.index).to_numpy(),
        inputs=tuple(inputs),
        targets=("class",),
        classes=classes,
        checksum=cache.checksum(file),
        note=(
            "Every input keeps one column: ordered categories by their order, others "
            "alphabetically. A value not recorded is a category of its own, so that all 286 rows "
            "stay."
        ),
        categories=categories,
        missing=int((inputs == NOT_RECORDED).to_numpy().sum()),
    )


def _wisconsin(file: str) -> Table:
    frame = read(file, WISCONSIN_COLUMNS)
    inputs = frame.drop(columns=["id", "class"])
    unknown = inputs == NOT_RECORDED
    return Table(
        name=WISCONSIN,
        X=inputs.mask(unknown, 0).apply(pd.to_numeric).to_numpy(),
        y=(frame["class"] == 4).to_numpy(),
        inputs=tuple(inputs),
        targets=("class",),
        classes=("benign", "malignant"),
        checksum=cache.checksum(file),
        note=(
            "Grades 1 to 10, the sample's number left out. Where bare nuclei was not recorded "
            "stands 0, which no grade is, so that all 699 rows stay and no value is estimated."
        ),
        missing=int(unknown.to_numpy().sum()),
    )
