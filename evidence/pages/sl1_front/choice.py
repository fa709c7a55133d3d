"""The error at a share of zeros, read from a method's own curve, and the rate that it chooses."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from evidence.kit.records import Record, Store
from evidence.kit.registry import units
from evidence.kit.runner import PAPER_RECORDS
from evidence.pages.sl1_front.config import COMPARED, Front

TUNING_OF = "sl1_front_tuning"

Row = Mapping[str, float]


def front(rows: Iterable[Row]) -> list[Row]:
    """Return the networks on the front by the holdout, the least zeros first.

    None with as many zeros or more has so small an error there; the error on the test part plays
    no part. A run that diverged is no network.
    """
    found, least = [], np.inf
    known = [row for row in rows if row["holdout"] is not None and row["test"] is not None]
    for row in sorted(known, key=lambda row: (-row["zeros"], row["holdout"])):
        if row["holdout"] < least:
            found.append(row)
            least = row["holdout"]
    return found[::-1]


def at(rows: Iterable[Row], shares: Sequence[float], of: str = "test") -> np.ndarray:
    """Return the errors at shares of zeros on the front of one trial over its strengths.

    It is linear between the networks of the `front`. Below the least share it has that network's
    error, which has more zeros than asked.

    Args:
        rows: of one method, rate and trial.
        shares: where.
        of: ``test`` or ``holdout``.

    Returns:
        Infinite where no network has as many zeros.
    """
    best = front(rows)
    if not best:
        return np.full(len(shares), np.inf)
    found, errors = zip(*((row["zeros"], row[of]) for row in best), strict=True)
    return np.interp(shares, found, errors, right=np.inf)


def mean_error(rows: Sequence[Row]) -> float:
    """Return what a rate is chosen by: the mean error on the holdout at the shares compared.

    A share that is not reached counts as the constant answer.
    """
    errors = at(rows, COMPARED, "holdout")
    return float(np.minimum(errors, rows[0]["holdout, constant"]).mean())


def tried(
    record: Record, error: Callable[[Sequence[Row]], float] = mean_error
) -> dict[float, float]:
    """Return an error with every rate of a tuning trial, the one that a rate is chosen by."""
    rates = dict.fromkeys(row["rate"] for row in record.rows)
    return {rate: error([r for r in record.rows if r["rate"] == rate]) for rate in rates}


def chosen(found: Mapping[float, float]) -> float:
    """Return the rate with the least mean error on the holdout of a tuning trial."""
    return min(found, key=found.__getitem__)


def tuned(config: Front) -> float:
    """Return the rate that the tuning trial of a unit's set and method chose.

    Raises:
        FileNotFoundError: that trial has not been computed with every rate.
    """
    found: dict[float, float] = {}
    for unit in units(TUNING_OF, "paper"):
        if (unit.config.problem, unit.config.method) == (config.problem, config.method):
            record = Store(PAPER_RECORDS).load(unit)
            if record is None:
                raise FileNotFoundError(
                    f"the rate of {config.label} is chosen by a record that is missing; compute "
                    f"it first with: python -m evidence run {TUNING_OF}"
                )
            found |= tried(record)
    return chosen(found)
