"""Checks of what a caller passes in; a failure names what was given and what is accepted."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike


def one_of(what: str, given: object, accepted: Iterable[object]) -> object:
    """Return `given` when it is among `accepted`, else raise ValueError naming both."""
    accepted = list(accepted)
    if given not in accepted:
        names = ", ".join(str(a) for a in accepted)
        raise ValueError(f"unknown {what} {given!r}; accepted: {names}")
    return given


def positive(what: str, given: float, *, zero: bool = False) -> float:
    """Return `given` as a finite float > 0 (>= 0 with `zero`), else raise ValueError."""
    value = _number(given)
    if not np.isfinite(value) or value < 0 or (value == 0 and not zero):
        bound = "a finite number >= 0" if zero else "a finite number > 0"
        raise ValueError(f"{what} must be {bound}, got {given!r}")
    return value


def share(what: str, given: float) -> float:
    """Return `given` as a float strictly between 0 and 1, else raise ValueError."""
    value = _number(given)
    if not 0.0 < value < 1.0:
        raise ValueError(f"{what} must lie strictly between 0 and 1, got {given!r}")
    return value


def count(what: str, given: int, *, least: int = 1) -> int:
    """Return `given` as an int when it is a whole number >= `least`, else raise ValueError."""
    value = _number(given)
    if isinstance(given, bool | str) or not value.is_integer() or value < least:
        raise ValueError(f"{what} must be a whole number >= {least}, got {given!r}")
    return int(given)


def _number(given: object) -> float:
    """Return `given` as a float, NaN where it is none, such as text that names no number."""
    try:
        return float(given)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def array(what: str, given: ArrayLike, shape: tuple[int | str, ...]) -> np.ndarray:
    """Return a finite float64 copy of `given` with the wanted shape, else raise ValueError.

    `shape` holds an int where the size is fixed and a letter where any size is accepted,
    e.g. ``("T", 3)``.
    """
    value = np.array(given, dtype=np.float64)
    wanted = "(" + ", ".join(str(s) for s in shape) + ("," if len(shape) == 1 else "") + ")"
    fits = value.ndim == len(shape) and all(
        isinstance(w, str) or w == g for w, g in zip(shape, value.shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{what} must have shape {wanted}, got {value.shape}")
    bad = np.count_nonzero(~np.isfinite(value))
    if bad:
        raise ValueError(
            f"{what} must be finite, got {bad} NaN or infinite entries out of {value.size}"
        )
    return value
