"""The input boundary: what users give becomes numbers and arrays here, or is refused.

A refusal is a ValueError of one sentence that names what was given and what is accepted. Text,
complex numbers, masked entries, dates, truth values where a number is asked for, NaN and infinity
are never turned into something else in silence.
"""

from collections.abc import Hashable, Iterable
from numbers import Real
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

LONGEST = 80
"""Characters of what was given that a sentence shows."""

KINDS = {
    "U": "text; convert it to numbers first",
    "S": "bytes; convert them to numbers first",
    "c": "complex numbers; give their real parts, or real and imaginary parts as two columns",
    "M": "dates; give numbers, such as the days since a first date",
    "m": "time spans; give numbers, such as their seconds",
    "V": "a structured type; give one column for each of its fields",
}
"""Kinds of NumPy arrays that are refused, with the way out."""


def shown(given: object) -> str:
    """Return what was given in one short line.

    Example:
        >>> shown(list(range(100)))
        '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1... (list)'
    """
    try:
        words = " ".join(repr(given).split())
    except Exception:  # a foreign class may do anything here
        words = ""
    if not words or len(words) > LONGEST:
        words = f"{words[: LONGEST - 20]}... ({type(given).__name__})".removeprefix("... ")
    return words


def one_of(what: str, given: object, accepted: Iterable[object]) -> object:
    """Return `given` when it is among `accepted`, else raise ValueError naming both.

    Example:
        >>> one_of("mode", "out", ("out", "all"))
        'out'
    """
    accepted = list(accepted)
    if not any(_equal(given, value) for value in accepted):
        names = ", ".join(str(value) for value in accepted)
        raise ValueError(f"unknown {what} {shown(given)}; accepted: {names}")
    return given


def _equal(given: object, value: object) -> bool:
    # An array of one word equals the word, and True equals 1; neither is what was asked for.
    if not isinstance(given, Hashable) or isinstance(given, bool) != isinstance(value, bool):
        return False
    try:
        return given is value or bool(given == value)
    except Exception:  # a foreign class may do anything here
        return False


def flag(what: str, given: object) -> bool:
    """Return `given` when it is True or False, else raise ValueError.

    Example:
        >>> flag("bias", True)
        True
    """
    if not isinstance(given, bool | np.bool_):
        raise ValueError(f"{what} must be True or False, got {shown(given)}")
    return bool(given)


def instance(what: str, given: object, kind: type | tuple[type, ...], accepted: str) -> object:
    """Return `given` when it is of a kind, else raise ValueError that says what is accepted.

    Example:
        >>> instance("number", 3, int, "a whole number")
        3
    """
    if not isinstance(given, kind):
        raise ValueError(f"{what} must be {accepted}, got {shown(given)}")
    return given


def path(what: str, given: Path | str) -> Path:
    """Return `given` as a path when it is one, or text that is not empty, else raise ValueError.

    Example:
        >>> path("csv_path", "sales.csv").suffix
        '.csv'
    """
    if not isinstance(given, Path | str) or not str(given):
        raise ValueError(f"{what} must be a path of a file, got {shown(given)}")
    return Path(given)


def text(what: str, given: str) -> str:
    """Return `given` when it is text that is not empty, else raise ValueError.

    Example:
        >>> text("target", "sales")
        'sales'
    """
    if not isinstance(given, str) or not given:
        raise ValueError(f"{what} must be text, got {shown(given)}")
    return given


def trainable(what: str, given: object) -> object:
    """Return `given` when it is an estimator that can be cloned, fitted and asked, else raise.

    Example:
        >>> from sklearn.linear_model import Ridge
        >>> trainable("model", Ridge())
        Ridge()
    """
    methods = ("get_params", "fit", "predict")
    if isinstance(given, type) or not all(hasattr(given, name) for name in methods):
        raise ValueError(
            f"{what} must be an estimator with fit and predict, such as Ridge(), got {shown(given)}"
        )
    return given


def positive(what: str, given: float, *, zero: bool = False) -> float:
    """Return `given` as a finite float > 0 (>= 0 with `zero`), else raise ValueError.

    Example:
        >>> positive("rate", 0)
        Traceback (most recent call last):
        ValueError: rate must be a finite number > 0, got 0
    """
    value = as_number(given)
    if not np.isfinite(value) or value < 0 or (value == 0 and not zero):
        bound = "a finite number >= 0" if zero else "a finite number > 0"
        raise ValueError(f"{what} must be {bound}, got {shown(given)}")
    return value


def share(what: str, given: float) -> float:
    """Return `given` as a float strictly between 0 and 1, else raise ValueError.

    Example:
        >>> share("validation_fraction", 0.15)
        0.15
    """
    value = as_number(given)
    if not 0.0 < value < 1.0:
        raise ValueError(f"{what} must lie strictly between 0 and 1, got {shown(given)}")
    return value


def count(what: str, given: int, *, least: int = 1) -> int:
    """Return `given` as an int when it is a whole number >= `least`, else raise ValueError.

    A float that is whole, such as 3.0, is one; text and truth values are not.

    Example:
        >>> count("r", 3.0)
        3
    """
    value = as_number(given)
    if not value.is_integer() or value < least:
        raise ValueError(f"{what} must be a whole number >= {least}, got {shown(given)}")
    return int(given)


def _is_number(given: object) -> bool:
    # NumPy calls its time spans whole numbers.
    return isinstance(given, Real) and not isinstance(given, np.timedelta64)


def as_number(given: object) -> float:
    """Return a real number as a float, NaN for whatever is none; truth values are none.

    Example:
        >>> as_number(3), as_number("3"), as_number(True)
        (3.0, nan, nan)
    """
    if isinstance(given, np.ndarray) and given.ndim == 0 and given.dtype.kind in "iuf":
        given = given[()]
    if not _is_number(given) or isinstance(given, bool):
        return float("nan")
    try:
        return float(given)
    except OverflowError:
        return float("inf")


def real(what: str, given: ArrayLike) -> np.ndarray:
    """Return `given` as an array of real numbers or truth values, not necessarily a copy.

    Raises:
        ValueError: it holds something else, has masked entries, or is no array.

    Example:
        >>> real("y", ["1", "2"])
        Traceback (most recent call last):
        ValueError: y must hold real numbers, got text; convert it to numbers first
    """
    if np.ma.is_masked(given):
        raise ValueError(f"{what} has masked entries; fill them, or leave their rows out")
    try:
        value = np.asarray(given)
    except Exception as error:  # ragged lists, and whatever foreign classes do
        raise ValueError(
            f"{what} must be an array of numbers with rows of one length, got {shown(given)}"
        ) from error
    if value.dtype.kind in KINDS:
        raise ValueError(f"{what} must hold real numbers, got {KINDS[value.dtype.kind]}")
    if value.dtype.kind == "O":
        for entry in value.flat:
            if not _is_number(entry):
                raise ValueError(
                    f"{what} must hold real numbers, got {shown(entry)}; convert it first"
                )
    return value


def unmistaken(what: str, given: object, *shapes: str) -> None:
    """Refuse what NumPy would make numbers of in silence: text, dates, masked entries.

    For where scikit-learn checks the rest. With shapes such as ``(T, n)`` another number of axes is
    refused too, and what is not finite, for which its words are many.

    Raises:
        ValueError: it is one of these.

    Example:
        >>> unmistaken("X", [["1.5"]])
        Traceback (most recent call last):
        ValueError: X must hold real numbers, got text; convert it to numbers first
    """
    if np.ma.is_masked(given):
        raise ValueError(f"{what} has masked entries; fill them, or leave their rows out")
    try:
        value = np.asarray(given)
    except Exception as error:
        if not shapes:  # scikit-learn says what is wrong with it
            return
        raise ValueError(
            f"{what} must have shape {' or '.join(shapes)}, and the rows given differ in length"
        ) from error
    text = value.dtype.kind == "O" and any(isinstance(entry, str) for entry in value.flat)
    kind = "U" if text else value.dtype.kind
    if kind in "USMm":
        raise ValueError(f"{what} must hold real numbers, got {KINDS[kind]}")
    if not shapes or kind not in "biufO" or hasattr(given, "toarray"):  # sparse ones are its own
        return
    if value.ndim not in {1 + shape.count(",") for shape in shapes}:
        got = value.shape if value.ndim else shown(given)
        raise ValueError(
            f"{what} must have shape {' or '.join(shapes)}, got {got}. Reshape your data: one "
            f"column x is x[:, None], one row x[None]"
        )
    bad = np.count_nonzero(~np.isfinite(value)) if kind == "f" else 0
    if bad:
        raise ValueError(
            f"{what} must be finite, got {bad} NaN or infinite entries out of {value.size}: fill "
            f"them, or leave their rows out"
        )


def array(what: str, given: ArrayLike, shape: tuple[int | str, ...]) -> np.ndarray:
    """Return a finite float64 copy of `given` with the wanted shape, else raise ValueError.

    `shape` holds an int where the size is fixed and a letter where any size is accepted,
    e.g. ``("T", 3)``.

    Example:
        >>> array("X", [[1, 2], [3, 4]], ("T", 3))
        Traceback (most recent call last):
        ValueError: X must have shape (T, 3), got (2, 2)
    """
    if type(given) is np.ndarray and given.dtype == np.float64:  # as thousands of a solver's are
        value = given.copy(order="K")
    else:
        try:
            # Numbers beyond the range of float64 become infinite, which is refused below.
            with np.errstate(over="ignore"):
                value = np.array(real(what, given), dtype=np.float64)
        except OverflowError:
            raise ValueError(f"{what} holds numbers beyond the range of float64") from None
    fits = value.ndim == len(shape) and all(
        isinstance(w, str) or w == g for w, g in zip(shape, value.shape, strict=True)
    )
    if not fits:
        wanted = "(" + ", ".join(str(s) for s in shape) + ("," if len(shape) == 1 else "") + ")"
        raise ValueError(f"{what} must have shape {wanted}, got {value.shape}")
    finite = np.isfinite(value)
    if not finite.all():
        bad = np.count_nonzero(~finite)
        raise ValueError(
            f"{what} must be finite, got {bad} NaN or infinite entries out of {value.size}"
        )
    return value
