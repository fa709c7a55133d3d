"""Rebuild the S&P volatility dataset of paper B from its sources: daily closes and monthly series.

Section 5.1 of the paper names the series and the months; what each variable is follows the columns
of the authors' file. Run ``python -m evidence.rebuilding.sp500 --sources FOLDER`` to make
`sp500_rebuilt.csv` again; the sources are the `package` entries of `registry.toml`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from evidence.rebuilding.sources import source_table, write_monthly
from lib.datasets.sp500 import OF_PRICES, REBUILT, TARGET

MONTHS = pd.period_range("1973-02", "2009-06", freq="M")

CLOSES = "gt_sp500_daily_1950_2015.csv"
FACTORS = "arch_frenchdata.csv.gz"
BONDS = "arch_default.csv.gz"
SHILLER = "npm_shiller_monthly.csv"
FEDERAL_RESERVE = "gretl_fedstl_7series.csv"
SOURCES = (CLOSES, FACTORS, BONDS, SHILLER, FEDERAL_RESERVE)


def rebuild(folder: Path) -> pd.DataFrame:
    r"""Return the 437 months with 10 exogenous variables and the realised volatility, unscaled.

    With :math:`P_d` the index at the close of day d, :math:`P_t` its last close of month t, and
    logarithms to base e:

    * ``RV_SP500``: :math:`\log\sqrt{\sum_{d\in t}(\log P_d-\log P_{d-1})^2}`;
    * ``DP``, ``EP``: log of the last 12 months' dividends, earnings, minus :math:`\log P_t`;
    * ``MKT``, ``SMB``, ``HML``: the three Fama-French factors, percent a month;
    * ``TB``: three-month Treasury bill, percent a year; ``TS``: ten-year yield minus ``TB``;
    * ``DEF``: yield of BAA minus that of AAA bonds, percent a year;
    * ``INF``, ``IP``: 100 times the log change of consumer prices, of industrial production, both
      seasonally adjusted, percent a month;
    * ``RV_OF_PRICES``: :math:`\log\sqrt{\sum_{d\in t}P_d^2}`, evidence and no variable: up to scale
      it is the column that the authors' file calls ``RV_SP500``.

    The paper's eleventh variable, the short-term reversal factor STR, is left out: none of the
    packages that these sources come from holds it.

    Args:
        folder: Where the files ``SOURCES`` lie.

    Returns:
        A frame indexed by months as ``YYYY-MM``, columns in the order of the authors' file.

    Raises:
        FileNotFoundError: A source is missing.
        ValueError: A source is not the registered file, or a month has a gap.
    """
    closes = source_table(folder, CLOSES, "date", "%Y-%m-%d")["close"]
    factors = _by_month(source_table(folder, FACTORS, "Date", "%Y%m"))
    bonds = _by_month(source_table(folder, BONDS, "Date", "%m/%d/%Y"))
    shiller = _by_month(source_table(folder, SHILLER, "month", "%Y-%m"))
    reserve = _by_month(source_table(folder, FEDERAL_RESERVE, "month", "%Y-%m"))

    month = closes.index.to_period("M")
    log_price = np.log(closes.groupby(month).last())
    # The first return of a month starts from the last close of the month before.
    squared = (np.log(closes).diff() ** 2).groupby(month).sum()
    columns = {
        "DP": np.log(shiller["dividend"]) - log_price,
        "EP": np.log(shiller["earnings"]) - log_price,
        "MKT": factors["Mkt-RF"],
        "HML": factors["HML"],
        "SMB": factors["SMB"],
        "TB": reserve["tb3ms"],
        "TS": reserve["gs10"] - reserve["tb3ms"],
        "DEF": bonds["BAA"] - bonds["AAA"],
        "INF": 100 * np.log(reserve["cpiaucsl"]).diff(),
        "IP": 100 * np.log(reserve["indpro"]).diff(),
        TARGET: np.log(np.sqrt(squared)),
        OF_PRICES: np.log(np.sqrt((closes**2).groupby(month).sum())),
    }
    frame = pd.DataFrame({name: series.reindex(MONTHS) for name, series in columns.items()})
    gaps = frame.index[~np.isfinite(frame).all(axis=1)]
    if len(gaps):
        raise ValueError(f"the sources leave {len(gaps)} months incomplete, the first is {gaps[0]}")
    return frame.set_axis(frame.index.astype(str).rename("month"))


def _by_month(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_axis(frame.index.to_period("M"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the rebuilt dataset and say its checksum."""
    write_monthly(arguments, REBUILT, rebuild, "%.10g")


if __name__ == "__main__":
    main()
