"""Who is first at which share of zeros: errors trial by trial, medians, tallies and tests."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import numpy as np

from evidence.kit.records import Record
from evidence.pages.sl1_front.choice import at, front
from evidence.pages.sl1_front.config import (
    COMPARED,
    GRADUAL,
    METHODS,
    OURS,
    PRUNING,
    REFITTED,
    SL1_ADAM,
)
from evidence.statistics import Comparison, Outcome, compare, median_interval
from evidence.statistics.profiles import Tally, tally

MARGIN = 1.05
"""A method is near the first when its median error is at most this many times the least."""

SMALLEST = 1e-6
"""Errors below it count as it: the best of several faultless methods is none."""

Fronts = Mapping[str, Mapping[str, Record]]
"""The record of every method, by set."""

Pair = tuple[str, str]
"""A variant of paper A's method, and another method."""

RIVALS = tuple(method for method in METHODS if method not in OURS)
PAIRS: tuple[Pair, ...] = (*product(OURS, RIVALS), (REFITTED, SL1_ADAM))
"""The comparisons of a problem."""


def fronts(records: Iterable[Record]) -> dict[str, dict[str, Record]]:
    """Return the records by set and method, in the order of the sets and of ``METHODS``."""
    found: dict[str, dict[str, Record]] = {}
    for record in records:
        found.setdefault(problem(record), {})[record.config["method"]] = record
    return {name: {m: group[m] for m in METHODS if m in group} for name, group in found.items()}


def problem(record: Record) -> str:
    """Return the key of a record's set, as `Front.problem`."""
    config = record.config
    return config["dataset"] + ("" if config["width"] is None else "-rows")


def curves(record: Record) -> dict[int, list[dict]]:
    """Return the rows of every trial over the strengths."""
    found: dict[int, list[dict]] = {}
    for row in record.rows:
        found.setdefault(row["trial"], []).append(row)
    return found


def errors(record: Record, shares: Sequence[float] = COMPARED, of: str = "test") -> np.ndarray:
    """Return the errors at shares of zeros, (trials, shares); infinite where the method fails.

    It fails where it has no network with as many zeros, or is not better than the constant answer.
    """
    found = []
    for rows in curves(record).values():
        error = at(rows, shares, of)
        found.append(np.where(error < rows[0][f"{of}, constant"], error, np.inf))
    return np.array(found)


def gaps(record: Record, shares: Sequence[float] = COMPARED) -> np.ndarray:
    """Return how far the nearest network on the front is from a share of zeros, (trials, shares).

    It is infinite where no network has as many zeros.
    """
    found = []
    for rows in curves(record).values():
        known = np.array([row["zeros"] for row in front(rows)])
        nearest = [np.abs(known - share).min(initial=np.inf) for share in shares]
        found.append(np.where(np.array(shares) <= known.max(initial=0.0), nearest, np.inf))
    return np.array(found)


def medians(group: Mapping[str, Record]) -> np.ndarray:
    """Return the medians over the trials, (shares, methods), infinite where a method fails."""
    return np.array([np.median(errors(record), axis=0) for record in group.values()]).T


def easy(group: Mapping[str, Record]) -> np.ndarray:
    """Return at which shares every penalty is near the first method of all, (shares,)."""
    found = medians(group)
    penalties = [k for k, method in enumerate(group) if method not in PRUNING]
    return (found[:, penalties] <= MARGIN * found.min(axis=1, keepdims=True)).all(axis=1)


def dense(group: Mapping[str, Record]) -> float:
    """Return the median error of a network with all its weights, trained by Adam."""
    rows = group[GRADUAL].rows
    least = min(row["strength"] for row in rows)
    return float(np.median([row["test"] for row in rows if row["strength"] == least]))


def interval(values: np.ndarray) -> tuple[float, float] | None:
    """Return the bootstrap interval of a median; None where a trial fails or they are too few."""
    return median_interval(values) if np.isfinite(values).all() and values.size > 2 else None


def tallied(found: Fronts, share: float | None = None) -> Tally:
    """Return on how many problems each method is first, near the first, and fails.

    Args:
        found: of `fronts`; all sets have the same methods.
        share: of zeros; None for all that are compared.
    """
    rows = [COMPARED.index(share)] if share is not None else slice(None)
    everything = np.concatenate([medians(group)[rows] for group in found.values()])
    return tally(np.maximum(everything, SMALLEST), MARGIN)


def tested(group: Mapping[str, Record], share: float) -> dict[Pair, Comparison]:
    """Return the comparisons of paper A's method with each other one on one problem.

    And of its refitted variant with the one that is not. They are one family, corrected after Holm.
    """
    found = {method: errors(record, [share])[:, 0] for method, record in group.items()}
    return compare({(a, b): (found[a], found[b]) for a, b in PAIRS})


def outcomes(found: Fronts) -> dict[Pair, list[Outcome]]:
    """Return how paper A's method did against each other one on every problem."""
    ended: dict[Pair, list[Outcome]] = {pair: [] for pair in PAIRS}
    for group, share in product(found.values(), COMPARED):
        for pair, comparison in tested(group, share).items():
            ended[pair].append(comparison.outcome)
    return ended
