"""What a check of an erratum is, and where all of them are registered."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lib.randomness import generator


@dataclass(frozen=True)
class Check:
    """What a check found.

    Attributes:
        printed: what the printed statement gives.
        found: what was computed.
        wrong: whether the printed statement is contradicted, and what is called right is not.
    """

    printed: str
    found: str
    wrong: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "wrong", bool(self.wrong))


CHECKS: dict[str, Callable[..., Check]] = {}
"""Every check by the name of its entry. Called without arguments it checks what is printed; the
arguments, where there are any, put something else in its place."""


def checks(name: str) -> Callable[[Callable[..., Check]], Callable[..., Check]]:
    """Register a function as the check of an entry.

    Raises:
        ValueError: the entry has a check already.
    """

    def register(function: Callable[..., Check]) -> Callable[..., Check]:
        if name in CHECKS:
            raise ValueError(f"entry {name} has two checks")
        CHECKS[name] = function
        return function

    return register


def draws(name: str) -> np.random.Generator:
    """Return the random numbers of one entry's check."""
    return generator("errata", name, "", 0)


def brief(value: float) -> str:
    """Return a number with three digits."""
    return f"{value:.3g}"
