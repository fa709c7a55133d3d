"""The clock that all contestants share: CPU seconds of this process without those of looking."""

import time
from collections.abc import Callable

from lib.alm import Weights

RATIO = 1.03
"""A look is due when the seconds have grown by this factor since the last one."""

LEAST = 2e-4
"""Seconds between two looks at least."""


class OutOfTime(Exception):
    """Ends a run whose budget is used up."""


class Clock:
    """Counts the CPU seconds of one run and has its weights looked at.

    Args:
        budget: CPU seconds after which the run ends.
        look: is told the seconds and the weights.

    Attributes:
        compiled: seconds that went into compilation during the run, which do not count.
        away: seconds for which the clock stood still since `start`.
    """

    def __init__(self, budget: float, look: Callable[[float, Weights], object]) -> None:
        self.budget, self._look = budget, look
        self.compiled = self.away = 0.0
        self._zero = self._due = 0.0

    def start(self) -> None:
        """Begin to count."""
        self._zero, self._due, self.away = time.process_time(), 0.0, 0.0

    @property
    def seconds(self) -> float:
        """CPU seconds so far."""
        return time.process_time() - self._zero

    def put(self, seconds: float) -> None:
        """Go on from so many seconds, for a method that measures itself on its way."""
        self._zero = time.process_time() - seconds

    def compiling(self, seconds: float) -> None:
        """Leave out seconds that went into compilation."""
        self.compiled += seconds
        self._zero += seconds

    @property
    def share(self) -> float:
        """How much of the budget is used up, at most 1."""
        return min(self.seconds / self.budget, 1.0)

    def see(self, weights: Callable[[], Weights], *, last: bool = False) -> None:
        """Have the weights looked at if that is due, and end the run if its time is over.

        Weights that come after the budget are not looked at.

        Args:
            weights: makes them; called only for a look.
            last: whether the method ends here by itself, so that a look is due in any case.

        Raises:
            OutOfTime: the budget is used up.
            ValueError: the weights are not finite.
        """
        entered = time.process_time()
        seconds = entered - self._zero
        if seconds >= self.budget:
            raise OutOfTime
        if last or seconds >= self._due:
            self._look(seconds, weights())
            self._due = max(RATIO * seconds, seconds + LEAST)
            stood = time.process_time() - entered
            self.away += stood
            self._zero += stood
