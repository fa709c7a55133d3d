"""Held against each other in an open cell: what a page computes and what is known already."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

DIFFERENCE = "difference"


def agrees(
    pairs: Mapping[str, tuple[ArrayLike, ArrayLike]],
    *,
    here: str = "here",
    there: str = "record",
    rtol: float = 1e-9,
) -> pd.DataFrame:
    """Return a row per quantity, as text: its last value on both sides and how far they differ.

    The difference of two arrays a and b is the largest entry of abs(a - b) over that of abs(b).

    Args:
        pairs: what to compare, by name: numbers or arrays of one shape.
        here: what the page's own values are called.
        there: what the others are called.
        rtol: the largest difference that agrees.

    Raises:
        ValueError: two arrays have different shapes.
        AssertionError: a difference is larger, or not a number; the sentence names each.
    """
    rows = {}
    for name, (own, other) in pairs.items():
        own, other = np.asarray(own, dtype=float), np.asarray(other, dtype=float)
        if own.shape != other.shape:
            raise ValueError(f"{name} has shape {own.shape} {here} but {other.shape} in {there}")
        gap, size = np.max(np.abs(own - other)), np.max(np.abs(other))
        rows[name] = (own.flat[-1], other.flat[-1], gap / size if size else gap)
    wrong = [f"{name} by {row[2]:.2g}" for name, row in rows.items() if not row[2] <= rtol]
    if wrong:  # raised, for PYTHONOPTIMIZE takes assertions away
        raise AssertionError(f"{here} and {there} differ: {', '.join(wrong)}")
    shown = {name: (f"{a:.5g}", f"{b:.5g}", f"{gap:.0e}") for name, (a, b, gap) in rows.items()}
    return pd.DataFrame.from_dict(shown, orient="index", columns=[here, there, DIFFERENCE])
