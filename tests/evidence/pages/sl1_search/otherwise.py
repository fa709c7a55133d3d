"""Grids and tables on which the claims of the search and of Table 2 come out otherwise."""

from dataclasses import replace
from functools import cache
from unittest.mock import patch

from evidence.kit.runner import collect
from evidence.pages.sl1_search import claims_fig5, claims_table2
from evidence.pages.sl1_search.claims_table2 import rows
from evidence.pages.sl1_search.search import TEXT, candidate
from evidence.protocols.sl1 import TABLE2

RECORDS = collect("sl1_grid", "paper")


def as_recorded():
    return [*claims_fig5.claims(RECORDS), *claims_table2.claims()]


def answered(change):
    """Return the claims when candidates had other right answers: of (eta, lambda, alpha)."""
    changed = []
    for record in RECORDS:
        alpha = record.config["alpha"]
        given = [row | change((row["rate"], row["strength"], alpha), row) for row in record.rows]
        changed.append(replace(record, rows=given))
    return claims_fig5.claims(changed)


@cache
def one_ahead(best):
    """One candidate is first in every fold, all others are the same."""
    return answered(
        lambda cell, row: {"right": [20 + 4 * (cell == best) - row["trial"] % 2] * 5, "test": 40}
    )


@cache
def text_ahead():
    return one_ahead(candidate(TEXT))


@cache
def table2_ahead():
    return one_ahead(candidate(TABLE2["wine"]))


@cache
def alike():
    """All candidates have the same answers, as good on the test part as elsewhere."""
    return answered(lambda cell, row: {"right": [24, 24, 24, 24, 24], "test": 51})


@cache
def lucky():
    """On every test part another candidate is ahead, by far."""

    def change(cell, row):
        return {"test": 53 if hash(cell) % 10 == row["trial"] else 26}

    return answered(change)


@cache
def harmless():
    """The candidates differ on the test parts by less than one sample."""

    def change(cell, row):
        ahead = cell == candidate(TEXT) and row["trial"] != 0
        return {"test": 51 + 0.01 * ahead + 0.001 * (cell[0] == row["trial"])}

    return answered(change)


def agreeing():
    with patch.object(claims_table2, "TEXT", TABLE2["wine"]):
        return claims_table2.claims()


def same_rows(**changes):
    """Return the claims when all rows were that of Iris, with other values."""
    setting, wait = rows()["Iris"]
    step = changes.pop("step", wait.step)
    found = {
        title: (replace(setting, **changes), replace(wait, step=step, l1_seconds=1.0 + k))
        for k, title in enumerate(rows())
    }
    with patch.object(claims_table2, "rows", lambda: found):
        return claims_table2.claims()


OTHERWISE = {
    "A-4.2-cv": text_ahead,
    "A-4.2-criterion": harmless,
    "A-4.2-optimum": text_ahead,
    "A-T2-grid": table2_ahead,
    "A-T2-effective": text_ahead,
    "O-4.2-stable": text_ahead,
    "O-4.2-axes": alike,
    "A-T2-summary": agreeing,
    "O-T2-time": same_rows,
    "O-T2-stable": lambda: same_rows(alpha=1e-7),
    "O-T2-moved": same_rows,
}
