"""CPU times that can be compared: taken in turns, in one process."""

import time
from collections.abc import Callable

import numpy as np


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def in_turns(*works: Callable[[], object], repeats: int) -> np.ndarray:
    """Return CPU seconds, shape (works, repeats), after one call each to warm up.

    The works take turns, so that whatever else the machine does falls on all of them.
    """
    for work in works:
        work()
    return np.array([[seconds(work) for work in works] for _ in range(repeats)]).T


def spread(values: np.ndarray, form: str = "{:.2f}") -> str:
    """Return the median with the quartiles around it."""
    low, middle, high = (form.format(q) for q in np.quantile(values, (0.25, 0.5, 0.75)))
    return f"{middle} [{low}, {high}]"
