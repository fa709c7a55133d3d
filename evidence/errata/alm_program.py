"""What the authors' released program does where the paper says something else: facts, not text.

GitHub YueWANG25/ALMBCD_RNN, commit 8d2560b, folder ``ALMRNN``. The program has no licence; none of
it is kept here.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

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

STEPS = 50
"""Of the projected gradient in ``ELU_BCD_closed_form.py``."""

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


def negative(slope, gamma: float, theta2: np.ndarray, constant: float) -> np.ndarray:
    """Return u⁻ as the program finds it, every case alone and with a tolerance of zero.

    It sorts the cases by the roots it has computed. Zero is taken where they lie on either side of
    0 and 1; elsewhere projected gradient steps of Barzilai and Borwein, fifty at most, search the
    interval that it takes for convex, from the end next to zero.

    Args:
        slope: the derivative of (4.37).
        gamma: the penalty parameter.
        theta2: of (4.34), one a case.
        constant: mu + gamma + 2 lambda6.
    """
    first, second = printed_roots(gamma, theta2, constant)
    bent = gamma**2 * (theta2 + 1) ** 2 > 8 * gamma * constant
    left = bent & (first > 0) & (first <= 1) & (second > 1)
    right = bent & (first < 0) & (second > 0) & (second <= 1)
    high = np.where(left, np.log(np.where(left, first, 1.0)), 0.0)
    low = np.where(right, np.log(np.where(right, second, 1.0)), -np.inf)
    found = _descend(slope, high, low, high)
    return np.where(bent & (first < 0) & (second > 1), 0.0, found)


def _descend(slope, u: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    step, before = np.ones_like(u), slope(u)
    for _ in range(STEPS):
        new = np.clip(u - step * before, low, high)
        after = slope(new)
        moved, turned = new - u, after - before
        longer = moved * turned > 0
        step = np.where(longer, moved**2 / np.where(longer, moved * turned, 1.0), step)
        u, before = new, after
    return u


def two_intervals(gamma: float) -> bool:
    """Return whether the program ever compares two convex intervals, for any theta2 up to 100."""
    theta2 = np.linspace(-100, 100, 200_001)
    first, second = printed_roots(gamma, theta2, gamma)
    roots = gamma**2 * (theta2 + 1) ** 2 > 8 * gamma * gamma
    return bool((roots & (second <= 1) & (first < second) & (first > 0)).any())


def quadratic_roots(gamma: float, theta2: float, constant: float) -> tuple[float, float]:
    """Return the roots of (4.40)."""
    middle = gamma * (theta2 + 1)
    root = (middle**2 - 8 * gamma * constant) ** 0.5
    return (middle - root) / (4 * gamma), (middle + root) / (4 * gamma)
