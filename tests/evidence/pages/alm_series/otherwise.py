"""Records of paper B's datasets on which the claims about them come out otherwise."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from unittest.mock import patch

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.runner import collect
from evidence.pages.alm_series import claims_sp500, claims_table1
from evidence.papers.alm_zero import outputs, zero_cells
from evidence.rivals.predictors.of_series import PREDICTORS
from lib import datasets

SHORT, LONG = "synthetic-t10", "synthetic-t500"
RELEASED, WRITTEN = "sp500-released", "sp500-written"
TESTS = [f"{name} test" for name in PREDICTORS]


@cache
def records() -> tuple[Record, ...]:
    return tuple(collect("alm_references", "paper"))


def changed(name: str, change: Callable[[int], dict]) -> list[Record]:
    """Return the records with other columns in the rows of one series, by the row's number."""
    return [
        replace(r, rows=[row | change(k) for k, row in enumerate(r.rows)])
        if r.config["dataset"] == name
        else r
        for r in records()
    ]


def drawn(name: str, change: Callable[[int], dict]) -> Callable[[], list[Judged]]:
    return lambda: claims_table1.claims(changed(name, change))


def index(name: str, **values: object) -> Callable[[], list[Judged]]:
    return lambda: claims_sp500.claims(changed(name, lambda _: values))


def scaled_by_the_training_part() -> list[Judged]:
    cells = zero_cells()
    cells["train"] = cells["dataset"].map(outputs)
    with patch("evidence.pages.alm_series.claims_table1.zero_cells", lambda: cells):
        return judge({"O-T1-scale": claims_table1.scaled_as_a_whole()})


def without_inputs() -> list[Judged]:
    series = datasets.load("sp500-intended")
    same = replace(series, X=np.ones_like(series.X))
    return judge({"O-5.1-nowcast": claims_sp500.nowcast(same)})


def as_recorded() -> list[Judged]:
    return [*claims_table1.claims(records()), *claims_sp500.claims(records())]


OTHERWISE = {
    "B-T1-spread": drawn(LONG, lambda k: {"zero test": 300.0 + k}),
    "O-T1-scale": scaled_by_the_training_part,
    "O-T1-apart-t10": drawn(SHORT, lambda _: dict.fromkeys(TESTS, 1.0)),
    "O-T1-apart-t500": drawn(
        LONG, lambda k: {name: 2.2 * (k + 1) * i for i, name in enumerate(TESTS, start=1)}
    ),
    "B-5.1-output": index(RELEASED, volatility_correlation=1.0),
    "B-5.1-inputs": index(WRITTEN, leaks="IP"),
    "O-5.1-inputs": index(RELEASED, leaks=""),
    "B-5.1-sizes": index(RELEASED, n=10),
    "B-5.1-collected": index(WRITTEN, **{"INF rebuilt": 1.0, "IP rebuilt": -1.0}),
    "B-5.1-missing": index(RELEASED, T=436),
    "B-5.1-standardised": index(WRITTEN, **{"zero test": 2.0}),
    "O-5.1-column": index(WRITTEN, prices_correlation=0.1),
    "O-5.1-simple": index(RELEASED, **dict.fromkeys(TESTS, 9.0)),
    "O-5.1-nowcast": without_inputs,
}
