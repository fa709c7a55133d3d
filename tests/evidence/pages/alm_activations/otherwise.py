"""Data on which the claims on the other activations come out otherwise."""

from dataclasses import replace
from functools import cache

from evidence.kit.claims import judge
from evidence.kit.runner import collect
from evidence.pages.alm_activations import claims, claims_u_block

CASES = collect("alm_u_block", "paper")
TRAINED = collect("alm_activations", "paper")


def as_recorded():
    return [*claims_u_block.claims(CASES), *claims.claims(TRAINED)]


def altered(records, **columns):
    """Return records with other numbers in the columns that their rows have."""
    return [
        replace(r, rows=[row | {k: v for k, v in columns.items() if k in row} for row in r.rows])
        for r in records
    ]


@cache
def wrong():
    """Return the formulas when the search finds something better in some case of each."""
    return claims_u_block.claims(
        altered(CASES, wrong=1, printed_wrong=0, changes=4, set_gap=1.0, lipschitz=2.0)
    )


@cache
def rising():
    """Return the runs of other activations when they rise, and end elsewhere."""
    rows = {"rises_z": 1, "feasibility": 1e9, "kkt_residual": 1e9}
    return claims.claims(
        [
            replace(r, rows=[row | (rows if row["activation"] != "relu" else {}) for row in r.rows])
            for r in TRAINED
        ]
    )


def bent():
    """Return whether a function that is not convex is, and whether another (4.39) is right."""
    return judge(
        {
            "B-4.3-elu-convex": claims_u_block.convex(lambda u: -u * u),
            "B-E4.39": claims_u_block.second_derivative(lambda u, *others: u),
        }
    )


OTHERWISE = dict.fromkeys(
    ("B-3.2-u", "B-E4.35", "B-E4.36", "B-4.3-changes", "B-4.3-elu", "B-4.3-lipschitz"), wrong
) | {
    "B-4.3-elu-convex": bent,
    "B-E4.39": bent,
    "B-4.3-P1": rising,
    "B-2-extends": rising,
    "B-2-extends-theory": rising,
    "O-4.3-residual": rising,
}
