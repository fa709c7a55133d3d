"""Starts and printed parameters on which the claims about Table 2 come out otherwise."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from unittest.mock import patch

from evidence.kit.claims import Judged
from evidence.kit.records import Record
from evidence.kit.runner import collect
from evidence.pages.alm_table2.claims import claims
from evidence.papers import alm_printed


@cache
def records() -> tuple[Record, ...]:
    return tuple(collect("alm_starts", "paper"))


def every(**columns: float) -> Callable[[], list[Judged]]:
    """Return the claims when these columns have one value wherever they stand."""

    def judged() -> list[Judged]:
        return claims(
            [
                replace(
                    r, rows=[row | {k: v for k, v in columns.items() if k in row} for row in r.rows]
                )
                for r in records()
            ]
        )

    return judged


def printed(name: str, value: object) -> Callable[[], list[Judged]]:
    """Return the claims when the paper printed something else."""

    def judged() -> list[Judged]:
        with patch.object(alm_printed, name, value):
            return claims(records())

    return judged


def column(**values: str) -> dict[str, alm_printed.Column]:
    return {name: replace(of, **values) for name, of in alm_printed.TABLE2.items()}


def as_recorded() -> list[Judged]:
    return claims(records())


AS_ASKED = {
    "mu": "10^-5",
    **{f"lambda{i}": "1/20" for i in (1, 4)},
    **{"lambda2": "1/400", "lambda3": "1/220", "lambda5": "1"},
}

OTHERWISE = {
    "B-T2-gamma-53": every(objective=101.0),
    "B-T2-gamma-54": every(objective=1.0),
    "B-T2-eta3": printed("TABLE2", column(eta3="1.5")),
    "B-T2-ranges": printed("TABLE2", column(eta2="1.2")),
    "B-5.4-r": printed("SECTION_54", {**alm_printed.SECTION_54, "r": "100"}),
    "B-5.3-standard": printed("SECTION_53_SPREAD", "1"),
    "O-T2-variance": every(largest_target=1.0),
    "O-T2-code": printed("RELEASED", {**alm_printed.RELEASED, **AS_ASKED}),
}
