"""What datasets are called in figures and tables, said once."""

from collections.abc import Mapping

SERIES: Mapping[str, str] = {
    "synthetic-t10": "synthetic, T = 10",
    "synthetic-t500": "synthetic, T = 500",
    "sp500-released": "S&P 500, as released",
    "sp500-written": "S&P 500, as written",
    "sp500-intended": "S&P 500, as intended",
}
"""Paper B's series, in Table 1's order."""
