"""Paper A, Figure 5 in tables: the search after a tenth, a half and all of the epochs."""

from collections.abc import Sequence

import pandas as pd

from evidence.kit.records import Record
from evidence.pages.sl1_search.claims_fig5 import spans
from evidence.pages.sl1_search.runs_grid import DATASET, LOOKS
from evidence.pages.sl1_search.search import (
    AXES,
    LEVEL,
    SIGNS,
    TEXT,
    Lag,
    candidate,
    percent,
    power,
    search,
    values,
)
from evidence.protocols.sl1 import TABLE2


def epochs_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the best candidate and the two of the paper after a tenth, a half and all epochs."""
    rows = []
    for look in range(len(LOOKS)):
        found = search(records, look)
        row = {
            "epochs": f"{found.epoch:,}",
            "best": values(found.cells[found.best]),
            "its accuracy": percent(found.accuracy.max()),
            "tied with it": f"{int(found.tied.sum()) - 1}",
        }
        for head, setting in (("the text's", TEXT), ("Table 2's", TABLE2[DATASET])):
            row[head] = _standing(found.lag(candidate(setting)))
        rows.append(row)
    return pd.DataFrame(rows).set_index("epochs")


def _standing(lag: Lag | None) -> str:
    if lag is None:
        return "not in the grid"
    return f"{percent(lag.accuracy)} (rank {lag.rank}{', tied' * (lag.p > LEVEL)})"


def effects_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the shares of the variance and the accuracies' range at each rate, by epochs."""
    rows = []
    for look in range(len(LOOKS)):
        found = search(records, look)
        shares = {SIGNS[name]: found.effects[name].share for name in AXES}
        row = {"epochs": f"{found.epoch:,}"}
        row |= {f"{sign} alone": f"{share:.1%}" for sign, share in shares.items()}
        row["jointly"] = f"{max(0.0, 1 - sum(shares.values())):.1%}"
        for rate, (low, high) in spans(found).items():
            row[f"η = {power(rate)}"] = f"{100 * low:.1f}–{100 * high:.1f}"
        rows.append(row)
    return pd.DataFrame(rows).set_index("epochs")
