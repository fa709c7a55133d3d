"""The volatility of the S&P index (paper B, section 5.1) in its three readings.

The paper predicts the monthly realised volatility from 11 exogenous variables. The file its authors
released, and the way their published loader slices it, do not do that; so each reading is a series
of its own. The loader: GitHub YueWANG25/ALMBCD_RNN, commit 8d2560b, `ALMRNN/ALM_BCD_ReLU.py`.
"""

import pandas as pd

from lib.datasets import cache
from lib.datasets.base import checksum, dataset
from lib.datasets.containers import Series
from lib.datasets.scaling import standardise

TRAIN = 393
"""Training months, 90 % of 437 rounded down (section 5.1)."""

RELEASED = "clean_SP500.csv"
"""The authors' file, 437 x 12, standardised over all rows by them."""

REBUILT = "sp500_rebuilt.csv"
"""The committed file, a month and the 12 columns of ``evidence.rebuilding.sp500``."""

TARGET = "RV_SP500"

OF_PRICES = "RV_OF_PRICES"
"""The target's formula with closes in place of returns; evidence, never an input."""

_NOTES = {
    "sp500-released": (
        "The authors' loader takes the first column, DP, as target and leaves it among the inputs; "
        "the volatility column is not used at all."
    ),
    "sp500-written": (
        "Target and inputs as the paper names them, from the authors' file; its volatility column "
        "follows the level of the index: it is what squared closes instead of squared returns give."
    ),
    "sp500-intended": (
        "Realised volatility and its predictors rebuilt from their sources, without the short-term "
        "reversal factor STR, which none of the committed sources holds."
    ),
}
NAMES = tuple(_NOTES)


def rebuilt() -> pd.DataFrame:
    """Return the rebuilt file as it is: 12 columns of 437 months, the evidence ``OF_PRICES`` last.

    Raises:
        ChecksumMismatch: The file was altered (a ValueError).
    """
    return pd.read_csv(cache.path(REBUILT), index_col="month")


@dataset("sp500-released", files=(RELEASED,))
@dataset("sp500-written", files=(RELEASED,))
@dataset("sp500-intended", files=(REBUILT,))
def load(name: str, mode: str = "all") -> Series:
    """Return one of the three S&P series: 437 months, February 1973 to June 2009.

    * ``sp500-released``: target DP, inputs the first 11 columns of the authors' file, DP included;
    * ``sp500-written``: target RV_SP500, inputs the other 11 columns of the authors' file;
    * ``sp500-intended``: target RV_SP500 and 10 inputs of the rebuilt file.

    Args:
        name: One of the three.
        mode: How all columns are standardised, see :func:`lib.datasets.standardise`. The authors'
            file is already standardised over all rows: ``"all"`` and ``"none"`` leave it alone.

    Raises:
        ValueError: The mode is unknown, or a file is not the registered one.
        DatasetUnavailable: The authors' file is needed and cannot be had (a FileNotFoundError).
    """
    if name == "sp500-intended":
        frame = rebuilt().drop(columns=OF_PRICES)
    else:
        frame = pd.read_csv(cache.path(RELEASED), index_col=0)
        mode = "none" if mode == "all" else mode
    targets = [frame.columns[0] if name == "sp500-released" else TARGET]
    inputs = [column for column in frame if column != TARGET]
    return Series(
        name=name,
        X=standardise(frame[inputs].to_numpy(), TRAIN, mode),
        Y=standardise(frame[targets].to_numpy(), TRAIN, mode),
        inputs=tuple(inputs),
        targets=tuple(targets),
        train=TRAIN,
        checksum=checksum(name),
        note=_NOTES[name],
    )
