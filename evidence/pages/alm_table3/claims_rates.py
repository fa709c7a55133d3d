"""Paper B, Tables 3 and 4: do the printed rates belong to the printed errors?

GD and GDNM see the whole training part and clip nothing. Without a momentum they are the same
method, so from the same start with the same rate they have the same error, and with different rates
they do not, but by accident. That can be asked of the printed numbers alone.
"""

from evidence.kit.verdicts import Claim, decide
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


def claim() -> Claim:
    """Judge whether the rates of Table 4 are those of Table 3."""
    printed, exchanged = fits(exchange=False), fits(exchange=True)
    wrong = [f"{start} in Table {table}" for (table, start), fit in printed.items() if not fit]
    return Claim(
        "The rates of Table 4 are those of Table 3. Asked here: do GD and GDNM have the same "
        "training error from a start exactly where they have the same rate?",
        "stated",
        f"in {sum(printed.values())} of {len(printed)} pairs of cells; not from "
        + ", ".join(wrong),
        decide(all(printed.values()), sum(printed.values()) > len(printed) / 2),
        "With GD's rates from Glorot and LeCun exchanged between the S&P index and T = 500 it "
        f"would be in {sum(exchanged.values())} of {len(exchanged)}.",
    )
