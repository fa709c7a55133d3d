"""Records of Figure 1 on which its claims come out otherwise."""

from dataclasses import replace

from evidence.kit.runner import collect
from evidence.pages.alm_fig1.claims import claims

RECORDS = collect("alm_fig1", "paper")


def as_recorded():
    return claims(RECORDS)


def changed(**columns: float):
    """Return the claims when one run had other numbers."""
    first, *others = RECORDS
    return claims([replace(first, rows=[row | columns for row in first.rows]), *others])


def everywhere(**columns: float):
    """Return the claims when every run had other numbers."""
    return claims([replace(r, rows=[row | columns for row in r.rows]) for r in RECORDS])


OTHERWISE = {
    "B-F1-start": lambda: changed(first_feasibility=1e-3),
    "B-F1-jump": lambda: changed(jump=0.0),
    "B-F1-falls": lambda: changed(feasibility=RECORDS[0].rows[0]["jump"]),
    "B-F1-oscillates": lambda: everywhere(rises=0),
    "O-F1-kkt": lambda: everywhere(kkt_residual=1e-9),
}
