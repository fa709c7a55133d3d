"""The two breast cancer sets of the UCI repository that paper A's Table 1 could mean.

Table 1 gives the sizes of the Ljubljana set, 286 x 9; the accuracies in Table 3 are of the level
that is usual for the Wisconsin set, 699 x 9.
"""

import pandas as pd

from lib.datasets.base import Sizes, checksum, dataset
from lib.datasets.containers import Table
from lib.datasets.tabular import NOT_RECORDED, encode, read

LJUBLJANA, WISCONSIN = "breast-cancer-ljubljana", "breast-cancer-wisconsin"
LJUBLJANA_FILE, WISCONSIN_FILE = "breast-cancer.data", "breast-cancer-wisconsin.data"


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


@dataset(LJUBLJANA, files=(LJUBLJANA_FILE,), sizes=Sizes(200, 86))
def ljubljana(name: str) -> Table:
    """Return 286 patients, 9 inputs in categories, recurrence or none.

    Raises:
        ValueError: The file is not the registered one.
        DatasetUnavailable: The file cannot be had (a FileNotFoundError).
    """
    frame = read(LJUBLJANA_FILE, LJUBLJANA_COLUMNS)
    inputs = frame.drop(columns="class")
    X, categories = encode(inputs, ORDERS)
    classes = ("no-recurrence-events", "recurrence-events")
    return Table(
        name=name,
        X=X,
        y=frame["class"].map(classes.index).to_numpy(),
        inputs=tuple(inputs),
        targets=("class",),
        classes=classes,
        checksum=checksum(name),
        note=(
            "Every input keeps one column: ordered categories by their order, others "
            "alphabetically. A value not recorded is a category of its own, so that all 286 rows "
            "stay."
        ),
        categories=categories,
        missing=int((inputs == NOT_RECORDED).to_numpy().sum()),
    )


@dataset(WISCONSIN, files=(WISCONSIN_FILE,), sizes=Sizes(489, 210))
def wisconsin(name: str) -> Table:
    """Return 699 samples, 9 inputs graded 1 to 10, benign or malignant.

    Raises:
        ValueError: The file is not the registered one.
        DatasetUnavailable: The file cannot be had (a FileNotFoundError).
    """
    frame = read(WISCONSIN_FILE, WISCONSIN_COLUMNS)
    inputs = frame.drop(columns=["id", "class"])
    unknown = inputs == NOT_RECORDED
    return Table(
        name=name,
        X=inputs.mask(unknown, 0).apply(pd.to_numeric).to_numpy(),
        y=(frame["class"] == 4).to_numpy(),
        inputs=tuple(inputs),
        targets=("class",),
        classes=("benign", "malignant"),
        checksum=checksum(name),
        note=(
            "Grades 1 to 10, the sample's number left out. Where bare nuclei was not recorded "
            "stands 0, which no grade is, so that all 699 rows stay and no value is estimated."
        ),
        missing=int(unknown.to_numpy().sum()),
    )
