"""What the authors' released program does where the paper says something else: facts, not text.

GitHub YueWANG25/ALMBCD_RNN, commit 8d2560b, folder ``ALMRNN``. The program has no licence; none of
it is kept here.
"""

from collections.abc import Mapping
from types import MappingProxyType

CAPS = (5, 200)
"""Outer and inner iterations that ``main.py`` passes for the S&P index."""

PAPER_CAPS = (200, 500)
"""The same in the caption of Table 3b."""

INNER_TOLERANCE = 1e-100
"""``ALM_BCD_ReLU.py`` ends the inner loop when the sum of four step norms is at most the smaller of
this and epsilon."""

LARGEST_GAMMA = 1e4
"""The outer loop ends when gamma exceeds this."""

LEAST_EPSILON = 1e-20
"""It also ends when epsilon falls below this."""

LEVEL = 1e30
"""In the place of the capital gamma of (3.10) and (3.13)."""

FIRST_COMPARED = 2
"""The outer iteration, counted from 0, from which on (3.8) is asked and epsilon lowered."""

KERAS_RATES: Mapping[tuple[str, str], float] = MappingProxyType(
    {
        ("GD", "He"): 1e-4,
        ("GDC", "He"): 1,
        ("GDNM", "He"): 1e-3,
        ("SGD", "He"): 0.1,
        ("Adam", "He"): 0.1,
        ("GD", "N(0,1e-3)"): 1e-3,
        ("GDC", "N(0,1e-3)"): 1e-4,
        ("GDNM", "N(0,1e-3)"): 1e-4,
        ("SGD", "N(0,1e-3)"): 0.1,
        ("Adam", "N(0,1e-3)"): 1e-2,
        ("GD", "N(0,1e-1)"): 1e-4,
        ("GDC", "N(0,1e-1)"): 1e-4,
        ("GDNM", "N(0,1e-1)"): 1e-4,
        ("SGD", "N(0,1e-1)"): 0.1,
        ("Adam", "N(0,1e-1)"): 0.01,
        ("GD", "Glorot"): 1,
        ("GDC", "Glorot"): 1,
        ("GDNM", "Glorot"): 1e-4,
        ("SGD", "Glorot"): 0.1,
        ("Adam", "Glorot"): 0.01,
        ("GD", "LeCun"): 1,
        ("GDC", "LeCun"): 1,
        ("GDNM", "LeCun"): 0.1,
        ("SGD", "LeCun"): 0.1,
        ("Adam", "LeCun"): 0.01,
    }
)
"""The rates that ``mypackages/helpKeras.py`` holds, by method and start under Table 4's names."""


def printed_roots(gamma: float, theta2: float, constant: float) -> tuple[float, float]:
    """Return the roots of (4.40) as ``ELU_BCD_closed_form.py`` computes them.

    The power 1/2 binds to the last factor alone, and nothing is divided by 4 gamma.

    Args:
        gamma: the penalty parameter.
        theta2: of (4.34).
        constant: mu + gamma + 2 lambda6.
    """
    middle = gamma * (theta2 + 1)
    root = gamma**2 * (theta2 + 1) ** 2 - 8 * gamma * constant**0.5
    return middle - root, middle + root


def quadratic_roots(gamma: float, theta2: float, constant: float) -> tuple[float, float]:
    """Return the roots of (4.40)."""
    middle = gamma * (theta2 + 1)
    root = (middle**2 - 8 * gamma * constant) ** 0.5
    return (middle - root) / (4 * gamma), (middle + root) / (4 * gamma)
