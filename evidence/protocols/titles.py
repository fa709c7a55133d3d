"""What datasets are called in figures and tables, said once."""

from collections.abc import Mapping

from evidence.papers import tables as papers
from lib.datasets.breast_cancer import LJUBLJANA, WISCONSIN
from lib.datasets.kdd import DISTINCT, WHOLE
from lib.datasets.mnist import PART

SERIES: Mapping[str, str] = {
    "synthetic-t10": "synthetic, T = 10",
    "synthetic-t500": "synthetic, T = 500",
    "sp500-released": "S&P 500, as released",
    "sp500-written": "S&P 500, as written",
    "sp500-intended": "S&P 500, as intended",
}
"""Paper B's series, in Table 1's order."""


PAPER_SERIES = ("synthetic-t10", "synthetic-t500", "sp500-released")
"""What paper B's claims are asked of; the two other readings of its S&P series are ours."""

SHORT: Mapping[str, str] = {
    "synthetic-t10": "T = 10",
    "synthetic-t500": "T = 500",
    "sp500-released": "S&P released",
    "sp500-written": "S&P written",
    "sp500-intended": "S&P intended",
}


HEADS: Mapping[str, str] = {name: short.removeprefix("S&P ") for name, short in SHORT.items()}
"""Names short enough for the head of a column."""


TITLES = {
    LJUBLJANA: "Cancer (Ljubljana)",
    WISCONSIN: "Cancer (Wisconsin)",
    WHOLE: "KDD",
    DISTINCT: "KDD (distinct)",
    PART: "MNIST (5000)",
    "boston": "Boston",
    "energy": "Energy",
    "student": "Student",
    "digits": "Digits",
}
"""What the reader sees where the paper's name is long or does not say which table is meant."""


def title(name: str) -> str:
    """Return a table's name for the reader."""
    return TITLES.get(name) or papers.SL1_TITLE_OF[name]
