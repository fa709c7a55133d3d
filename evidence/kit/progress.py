"""How far a run is and how long it still takes: a line that is renewed while units are computed."""

import sys
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Self

from evidence.kit.records import Unit

LOOKS = {True: 1.0, False: 5.0}
"""Seconds between two renewals, in a terminal and elsewhere."""


class Progress:
    """A bar over units of work, each as long as it is expected to take.

    The time left is what the units that are left took elsewhere, times what the finished ones took
    here for each such second.

    Args:
        units: all that will be computed.
        jobs: how many at a time.
        expected: returns the seconds that a unit, or one like it, took elsewhere; None where that
            is not known, and it is taken for a usual one.
        pace: seconds here for one elsewhere before a unit has finished; None tells no time left
            until then.
    """

    def __init__(
        self,
        units: Sequence[Unit],
        jobs: int,
        expected: Callable[[Unit], float | None],
        pace: float | None = None,
    ) -> None:
        found = {unit.name: expected(unit) for unit in units}
        known = [seconds for seconds in found.values() if seconds is not None]
        usual = sum(known) / len(known) if known else 1.0
        self.costs = {name: usual if cost is None else cost for name, cost in found.items()}
        names = {unit.experiment for unit in units}
        self.title = "".join(names) if len(names) == 1 else f"{len(names)} experiments"
        self.jobs, self.done = jobs, 0
        self.left = self.total = sum(self.costs.values())
        self.pace = pace
        self.spent, self.last = 0.0, monotonic()

    def __enter__(self) -> Self:
        from tqdm import tqdm  # here, for a page that finds all its records needs no progress bar

        self.begun = self.last = monotonic()
        bar = "{percentage:3.0f}%|{bar:20}| {desc}"
        self.bar = tqdm(total=self.total or 1.0, bar_format=bar, disable=not self.costs)
        self.over = threading.Event()
        self.ticker = threading.Thread(target=self._tick, daemon=True)
        self.ticker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.ticker.join()
        self._show()
        self.bar.close()

    def finished(self, unit: Unit, seconds: float) -> None:
        """Take note of a unit that took so many seconds."""
        cost = self.costs.get(unit.name, 0.0)
        self.done, self.last = self.done + 1, monotonic()
        self.left, self.spent = max(0.0, self.left - cost), self.spent + seconds
        past = self.total - self.left
        self.pace = self.spent / past if past > 0 else self.pace
        self.bar.write(f"  finished {unit.name} in {seconds:.1f} s", file=sys.stderr)
        self.bar.n += cost
        self._show()

    def seconds_left(self) -> float | None:
        """Return how long it will take, None while nothing is known of that."""
        if self.pace is None:
            return None
        here = self.left * self.pace / self.jobs
        return max(0.0, here - (monotonic() - self.last))

    def _tick(self) -> None:
        while not self.over.wait(LOOKS[sys.stderr.isatty()]):
            self._show()

    def _show(self) -> None:
        left, show = self.seconds_left(), self.bar.format_interval
        told = f"{self.title}: {self.done} of {len(self.costs)} units"
        told += f", {show(monotonic() - self.begun)}"
        if left:  # not at the end, and not when it takes longer than it should
            told += f", about {show(left)} left"
        self.bar.set_description_str(told)
