"""What paper B prints about its parameters, stated once: Table 2 and the sentences beside it.

Numbers are kept as the paper writes them; `number` reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from evidence.kit.tables import superscript


@dataclass(frozen=True)
class Column:
    """What Table 2 prints for one dataset."""

    tau: str
    eta1: str
    eta2: str
    eta3: str
    eta4: str


_SHORT = {"eta1": "0.99", "eta2": "5/6", "eta3": "0.01", "eta4": "5/6"}

TABLE2: Mapping[str, Column] = MappingProxyType(
    {
        "synthetic-t10": Column(tau="1.2", **_SHORT),
        "sp500": Column(tau="1", **_SHORT),
        "synthetic-t500": Column(tau="500", eta1="0.90", eta2="0.90", eta3="0.015", eta4="0.8"),
    }
)
"""Table 2's rows; its row for the S&P index stands for all three readings of the target."""

COMMON: Mapping[str, str] = MappingProxyType(
    {"gamma": "1", "epsilon": "0.1", "level": "10^2", "mu": "10^-5", "lambda6": "10^-8"}
)
"""What the heading of Table 2 gives for every dataset; level is the capital gamma."""

HIDDEN: Mapping[str, str] = MappingProxyType(
    {"synthetic-t10": "4", "sp500": "20", "synthetic-t500": "100"}
)
"""Hidden units r, from Table 1, and from section 5.1 for the S&P index."""

SP500_INPUTS = "11"
"""Section 5.1's number of exogenous variables."""

SECTION_54: Mapping[str, str] = MappingProxyType({"r": "500", "Nw": "18100", "Na": "3030"})
"""Section 5.4 on the dataset with T = 500; N_w = 1.81e4 and N_a = 3.03e3 have three digits."""

SECTION_53_SPREAD = "0.1"
"""The second argument of the distribution of section 5.3's initial weights."""

RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "gamma": (0.0, float("inf")),
        "epsilon": (0.0, float("inf")),
        "mu": (0.0, float("inf")),
        "eta1": (0.0, 1.0),
        "eta2": (0.0, 1.0),
        "eta3": (1.0, float("inf")),
        "eta4": (0.0, 1.0),
    }
)
"""The open intervals that Algorithm 3.1, and (3.16) for mu, ask for."""

RELEASED: Mapping[str, str] = MappingProxyType(
    {
        "gamma": "1",
        "epsilon": "0.1",
        "mu": "10^-8",
        "eta1": "0.99",
        "eta2": "5/6",
        "eta3": "0.01",
        "eta4": "5/6",
        "lambda1": "0.01",
        "lambda2": "0.01",
        "lambda3": "0.01",
        "lambda4": "0.01",
        "lambda5": "0.01",
        "lambda6": "10^-8",
    }
)
"""What the main script of the authors' program passes for the S&P index, where it calls mu sigma.
GitHub YueWANG25/ALMBCD_RNN, commit 8d2560b, ``ALMRNN/main.py``."""


def number(text: str) -> float:
    """Return the value of a printed number such as ``0.99``, ``5/6`` or ``10^-5``."""
    base, _, exponent = text.partition("^")
    return float(Fraction(base) ** int(exponent or 1))


def shown(text: str) -> str:
    """Return a printed number with its exponent raised, such as ``10⁻⁵``."""
    base, power_sign, exponent = text.partition("^")
    return base + superscript(exponent) if power_sign else base


def row(dataset: str) -> str:
    """Return the paper's name for a dataset of this book: the S&P variants are one there."""
    return "sp500" if dataset.startswith("sp500") else dataset
