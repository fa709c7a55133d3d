"""Boston housing (paper A, Table 4) from mlxtend's bundled file."""

import pandas as pd

from lib.datasets.base import Sizes, dataset
from lib.datasets.bundled import packaged, verify
from lib.datasets.containers import Table

INPUTS = (
    *("CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE"),
    *("DIS", "RAD", "TAX", "PTRATIO", "B", "LSTAT"),
)


@dataset("boston", sizes=Sizes(354, 152))
def load(name: str) -> Table:
    """Return 506 districts of Boston: 13 inputs, the median value of homes in 1000 dollars.

    Raises:
        ChecksumMismatch: The installed mlxtend bundles other values (a ValueError).
    """
    values = pd.read_csv(packaged("boston_housing.csv"), header=None).to_numpy()
    X, y = values[:, :-1], values[:, -1:]
    return Table(
        name=name,
        X=X,
        y=y,
        inputs=INPUTS,
        targets=("MEDV",),
        classes=(),
        checksum=verify(name, X, y),
        note=(
            "The input B is a function of a district's share of Black residents, for which "
            "scikit-learn dropped this set; targets are cut off at 50."
        ),
    )
