"""Paper B, Tables 3 and 4: do the printed rates belong to the printed errors?

GD and GDNM see the whole training part and clip nothing. Without a momentum they are the same
method, so from the same start with the same rate they have the same error, and with different rates
they do not, but by accident. That can be asked of the printed numbers alone.
"""

from dataclasses import replace

from evidence.kit.rule import Universal
from evidence.papers import tables as papers

EXCHANGED = ("Glorot", "LeCun")
"""Starts whose rates of GD would have to change places between the two datasets."""

BETWEEN = ("3b", "3c")


def fits(exchange: bool) -> dict[tuple[str, str], bool]:
    """Return per part of Table 3 and start whether equal rates go with equal training errors.

    Args:
        exchange: let GD's rates from Glorot and LeCun change places between S&P and T = 500.
    """
    rates = {table: _column(papers.alm_rates(table), "rate") for table in papers.ALM_TABLES}
    gd = {table: dict(found["GD"]) for table, found in rates.items()}
    if exchange:
        first, second = BETWEEN
        for start in EXCHANGED:
            gd[first][start], gd[second][start] = gd[second][start], gd[first][start]
    found = {}
    for table in papers.ALM_TABLES:
        errors = _column(papers.alm_errors(table), "train")
        for start, rate in gd[table].items():
            alike = errors["GD"][start] == errors["GDNM"][start]
            found[table, start] = alike == (rate == rates[table]["GDNM"][start])
    return found


def _column(frame, column: str) -> dict[str, dict[str, float]]:
    return {
        method: dict(zip(group["start"], group[column], strict=True))
        for method, group in frame.groupby("method")
    }


def pairs_that_fit() -> Universal:
    """Return in how many pairs of cells of GD and GDNM equal rates do not go with equal errors."""
    printed, exchanged = (
        Universal(
            cases=len(fit),
            violated=sum(not right for right in fit.values()),
            drawn="Pairs of cells of GD and GDNM, which without a momentum are one method: from "
            "one start they have the same training error exactly where they have the same rate",
            worst=", ".join(
                f"{start} in Table {of}" for (of, start), right in fit.items() if not right
            ),
        )
        for fit in (fits(exchange=False), fits(exchange=True))
    )
    return replace(
        printed,
        repaired=exchanged,
        repair="GD's rates from Glorot and LeCun exchanged between the S&P index and T = 500",
    )
