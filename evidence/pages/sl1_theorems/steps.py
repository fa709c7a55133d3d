"""Paper A, the theorems: what the records say of step sizes, bounds and drifting weights.

The functions take the records of `sl1_step_search`, `sl1_step_bounds` and `sl1_drift`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from evidence.kit import frames
from evidence.kit.records import Record
from evidence.pages.sl1_theorems.runs_step_search import StepSearch, problem
from lib.training import descend


@dataclass(frozen=True)
class Found:
    """The counterexample that the search ends with, and enough to repeat it.

    Attributes:
        config: the unit of the search.
        seed: the start.
        rate: the step size.
        bound: what (A2) admits.
        step: E rises from this iteration to the next.
        before: E there.
        after: E one step later.
    """

    config: StepSearch
    seed: int
    rate: float
    bound: float
    step: int
    before: float
    after: float

    def replay(self, further: int = 20) -> list[float]:
        """Return E along the same iteration, computed again, up to `further` steps after."""
        task, start = problem(self.config, self.seed)
        states = descend(task, start, self.rate)
        return [s.error.item() for s in islice(states, self.step + 2 + further)]


def strongest(search: Sequence[Record]) -> Found | None:
    """Return the admitted step that raises E by the largest factor, None when none raises it."""
    best: Found | None = None
    for record in search:
        config = StepSearch(**record.config)
        for row in record.rows:
            columns = (row[name] for name in ("rates", "first_rise", "before", "after"))
            for rate, step, before, after in zip(*columns, strict=True):
                if step is None or before is None or after is None or rate >= row["bound"]:
                    continue
                if best is None or after / before > best.after / best.before:
                    best = Found(config, row["seed"], rate, row["bound"], step, before, after)
    return best


def iris_steps(search: Sequence[Record]) -> dict[str, np.ndarray]:
    """Return the step sizes of all starts on Iris, an array each, NaN where there is none."""
    names = ("bound", "largest_monotone", "safe_step", "level_step")
    return {name: column(search, name) for name in names}


def column(records: Sequence[Record], name: str) -> np.ndarray:
    """Return one column of the rows of all records that have it, NaN for None."""
    return frames.column(records, name, np.nan)


def shares(bounds: Sequence[Record]) -> np.ndarray:
    """Return the largest monotone step over the guaranteed one; infinite where no step rises."""
    measured, safe = column(bounds, "measured_step"), column(bounds, "safe_step")
    return np.where(np.isnan(measured), np.inf, measured) / safe


def violations(bounds: Sequence[Record]) -> int:
    """Return how often random problems violated one of the repaired bounds."""
    return int(
        np.count_nonzero(column(bounds, "curvature") > column(bounds, "bound"))
        + np.count_nonzero(column(bounds, "fall_kept") == 0)
        + np.count_nonzero(column(bounds, "output_norm") > column(bounds, "output_bound"))
        + column(bounds, "adaptive_rises").sum()
        + column(bounds, "level_rises").sum()
    )


def rising_starts(search: Sequence[Record]) -> np.ndarray:
    """Return for each start on Iris whether an admitted step raises E."""
    return np.array(
        [
            any(
                step is not None and rate < row["bound"]
                for rate, step in zip(row["rates"], row["first_rise"], strict=True)
            )
            for r in search
            for row in r.rows
        ]
    )


def last_decade(record: Record) -> float:
    """Return by which share the norm of all weights grew over the last tenfold of iterations."""
    iteration = np.array(record.traces["iteration"])
    norm = np.array(record.traces["weight_norm"])
    before = norm[np.searchsorted(iteration, iteration[-1] / 10)]
    return float(norm[-1] / before - 1)
