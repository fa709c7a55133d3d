"""Rebuild the tutorial's series, the carbon dioxide at Mauna Loa, from its weekly source.

Run ``python -m evidence.rebuilding.co2 --sources FOLDER`` to make `co2_mauna_loa.csv` again.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from evidence.rebuilding.sources import source_table, write_monthly

REBUILT = "co2_mauna_loa.csv"
WEEKLY = "statsmodels_co2.csv"
MONTHS = pd.period_range("1965-01", "2001-12", freq="M")
"""In the years before there are months without a single weekly value."""


def rebuild(folder: Path) -> pd.DataFrame:
    """Return the 444 months with the mean of their weekly values, parts per million.

    A month has four or five weeks, a few have lost some; nothing is interpolated.

    Args:
        folder: Where the file ``WEEKLY`` lies.

    Returns:
        A frame with one column, ``co2``, indexed by months as ``YYYY-MM``.

    Raises:
        FileNotFoundError: The source is missing.
        ValueError: It is not the registered file.
    """
    weekly = source_table(folder, WEEKLY, "date", "%Y%m%d")["co2"]
    monthly = weekly.groupby(weekly.index.to_period("M")).mean().reindex(MONTHS)
    return monthly.set_axis(monthly.index.astype(str)).rename_axis("month").to_frame()


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the series and say its checksum."""
    write_monthly(arguments, REBUILT, rebuild, "%.3f")


if __name__ == "__main__":
    main()
