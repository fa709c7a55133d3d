"""Records of the convergence pages on which their claims come out otherwise."""

from dataclasses import replace

import numpy as np

from evidence.kit.runner import collect
from evidence.pages.sl1_convergence import claims, claims_adaptive
from evidence.pages.sl1_convergence.two_cycle import two_cycle

TABLE2, COARSE, FALLING = (
    collect(name, "paper") for name in ("sl1_convergence", "sl1_oscillation", "sl1_adaptive")
)
CYCLE = two_cycle()


def as_recorded():
    return claims.claims(TABLE2, COARSE, CYCLE) + claims_adaptive.claims(FALLING)


def named(records, key: str, names: dict[str, str]):
    """Return records in which methods go by other names, as in an exchange."""
    return [
        replace(r, rows=[row | {key: names.get(row[key], row[key])} for row in r.rows])
        for r in records
    ]


def given(records, key: str, name: str, **columns):
    """Return records in which one method has other numbers."""
    return [
        replace(r, rows=[row | columns if row[key] == name else row for row in r.rows])
        for r in records
    ]


def settled():
    """Return the claims when the admitted iteration converges."""
    falling = 0.01 ** np.arange(8.0)
    cycle = replace(CYCLE, weight=falling, error=falling, gradient_norm=1e-3 * falling)
    return claims.claims(TABLE2, COARSE, cycle)


def table2(**names: str):
    swapped = {"L1-GRU": names["L1"], names["L1"]: "L1-GRU"}
    return claims.claims(named(TABLE2, "method", swapped), COARSE, CYCLE)


def coarse():
    """Return the claims when L1 rests and both smoothed penalties behave as the other one."""
    names = {"L1": "SL1", "SL1": "SL1, small alpha", "SL1, small alpha": "L1"}
    return claims.claims(TABLE2, named(COARSE, "arm", names), CYCLE)


def adaptive(first: str, other: str):
    return claims_adaptive.claims(named(FALLING, "arm", {first: other, other: first}))


def scaled(name: str, factor: float):
    """Return the claims when the falling arm's numbers are those of the fixed one, scaled."""
    fixed = [
        {row["seed"]: row[name] for row in r.rows if row["arm"] == claims_adaptive.FIXED}
        for r in FALLING
    ]
    return claims_adaptive.claims(
        [
            replace(
                r,
                rows=[
                    row | {name: factor * by[row["seed"]]}
                    if row["arm"] == claims_adaptive.FALLING
                    else row
                    for row in r.rows
                ],
            )
            for r, by in zip(FALLING, fixed, strict=True)
        ]
    )


OTHERWISE = {
    "A-T2": settled,
    "A-T3": settled,
    "A-EA33": settled,
    "A-con3-validated": lambda: claims.claims(
        given(TABLE2, "method", "SL1-GRU", moved=1e-5), COARSE, CYCLE
    ),
    "A-abs-l1-oscillates": lambda: table2(L1="GRU"),
    "A-int-stable": lambda: table2(L1="SL1-GRU"),
    "A-con1-oscillation": lambda: claims.claims(
        given(TABLE2, "method", "SL1-GRU", swinging=1), COARSE, CYCLE
    ),
    "A-int-necessary": lambda: claims.claims(
        given(TABLE2, "method", "prox-L1-GRU", swinging=1), COARSE, CYCLE
    ),
    "O-con1-coarse": coarse,
    "O-con1-stiff": coarse,
    "A-2.2-effect": lambda: adaptive(claims_adaptive.FIXED, claims_adaptive.SMALLEST),
    "O-5-safe": lambda: claims_adaptive.claims(
        given(FALLING, "arm", claims_adaptive.FALLING, increases=1)
    ),
    "O-5-error": lambda: scaled("objective", 1.01),
    "O-5-test": lambda: scaled("test_error", 0.9),
    "O-5-smallest": lambda: scaled("objective", 0.9),
    "O-5-threshold": lambda: scaled("objective", 0.9),
}
