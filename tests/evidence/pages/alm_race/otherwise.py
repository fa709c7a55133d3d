"""Races that end otherwise."""

from dataclasses import replace
from functools import cache

from evidence.kit.runner import collect
from evidence.pages.alm_race import (
    claims_accelerated,
    claims_gamma_rule,
    claims_holdout,
    claims_kkt_road,
    claims_package,
    claims_polish,
    claims_schedules,
    claims_stochastic,
    claims_time,
    claims_tournament,
    tables_tournament,
)
from evidence.pages.alm_race.tournament_config import SHARES

PARTS = {
    "alm_time": claims_time,
    "alm_accelerated": claims_accelerated,
    "alm_gamma_rule": claims_gamma_rule,
    "alm_holdout": claims_holdout,
    "alm_polish": claims_polish,
    "alm_kkt_road": claims_kkt_road,
    "alm_stochastic": claims_stochastic,
    "alm_tournament": claims_tournament,
}
RECORDS = {name: collect(name, "paper") for name in PARTS}
WINDOWS = collect("alm_tournament_windows", "paper")
RECORDS["alm_tournament"] = tables_tournament.joined(RECORDS["alm_tournament"], WINDOWS)
BESIDE = [*collect("alm_tournament_beside", "paper"), *WINDOWS]
PACKAGE = collect("alm_tournament_package", "paper")


def as_recorded():
    found = [claim for name, part in PARTS.items() for claim in part.claims(RECORDS[name])]
    found += claims_schedules.claims(RECORDS["alm_tournament"], BESIDE)
    return found + claims_package.claims(RECORDS["alm_tournament"], PACKAGE)


def swapped(names):
    """Return a race's records in which methods have changed places."""
    turned = {**names, **{other: one for one, other in names.items()}}
    return lambda record: replace(
        record,
        rows=[row | {"method": turned.get(row["method"], row["method"])} for row in record.rows],
    )


def altered(**columns):
    """Return a record whose rows have other numbers in columns that they have."""
    return lambda record: replace(
        record,
        rows=[row | {k: v for k, v in columns.items() if k in row} for row in record.rows],
    )


def slow(record, factor=1e6):
    """Return a race in which every method but the accelerated ones takes no time at all."""
    seconds = [
        values if "accelerated" in row["method"] else [v / factor for v in values]
        for row, values in zip(record.rows, record.traces["seconds"], strict=True)
    ]
    rows = [
        {
            k: v / factor
            if k.startswith("to ") and v is not None and "accelerated" not in row["method"]
            else v
            for k, v in row.items()
        }
        for row in record.rows
    ]
    traces = record.traces | {"seconds": seconds}
    if "sweeps" in traces:
        traces["sweeps"] = [values and [1e6] * len(values) for values in traces["sweeps"]]
    return replace(record, rows=rows, traces=traces)


def lower(method, factor):
    """Return races in which one method comes lower, or higher, in R."""

    def change(record):
        rows = [
            row | {"best": row["best"] * factor, "test": row["test"] * factor}
            if row["method"] == method and row["best"] is not None and row["test"] is not None
            else row
            for row in record.rows
        ]
        lowest = [
            [None if v is None else v * factor for v in values]
            if row["method"] == method
            else values
            for row, values in zip(record.rows, record.traces["lowest"], strict=True)
        ]
        return replace(record, rows=rows, traces=record.traces | {"lowest": lowest})

    return change


def predicting(test):
    """Return what turns a trial into one in which the network that stopped early errs so much."""
    early = claims_holdout.STOPPED
    return lambda record: replace(
        record,
        rows=[row | ({"test": test} if row["method"] == early else {}) for row in record.rows],
    )


def missed(record):
    """Return a network that was at no KKT point before the polish and is at none after it."""
    return replace(record, rows=[row | {"converged": 0} for row in record.rows])


def arrived(record):
    """Return a network that was at no KKT point before the polish and is at one after it."""
    before, after = record.rows
    return replace(record, rows=[before | {"converged": 0}, after | {"converged": 1}])


@cache
def turned(name, change):
    return PARTS[name].claims([change(record) for record in RECORDS[name]])


S = claims_stochastic
FIRST_OF_TIME = swapped({claims_time.ALM: claims_time.LBFGS})
HIGH = {m: lower(m, 10.0) for m in (S.EXACT, S.FORGET)}
LOW = {m: lower(m, 1e-3) for m in (S.EXACT, S.FORGET)}
EXPLODED = altered(explosions=1)
TWINS = altered(best=1.0)


def stochastic(change):
    return lambda: turned("alm_stochastic", change)


T = claims_tournament
TIMES = tuple(f"to {share:g}" for share in SHARES)
AT_ONCE, NEVER = dict.fromkeys(TIMES, 1e-6), dict.fromkeys(TIMES)


def of_method(method, **columns):
    """Return a record in which a method has other numbers."""

    def change(record):
        rows = [row | (columns if row["method"] == method else {}) for row in record.rows]
        return replace(record, rows=rows)

    return change


def tournament(method, **columns):
    """Return a tournament in which a method has other numbers than recorded."""
    return lambda: turned("alm_tournament", of_method(method, **columns))


def beside_schedules(method, **columns):
    """Return the same beside Adam's shorter schedules."""
    races = list(map(of_method(method, **columns), RECORDS["alm_tournament"]))
    return claims_schedules.claims(races, BESIDE)


def beside_package(method, **columns):
    """Return the same beside what needs no compiler."""
    package = list(map(of_method(method, **columns), PACKAGE))
    return claims_package.claims(RECORDS["alm_tournament"], package)


OTHERWISE = {
    "O-time-first": lambda: turned("alm_time", FIRST_OF_TIME),
    "O-time-lower": lambda: turned("alm_time", FIRST_OF_TIME),
    "O-acc-11.5": lambda: turned("alm_accelerated", slow),
    "O-acc-11": lambda: turned("alm_accelerated", slow),
    "O-acc-sweeps": lambda: turned("alm_accelerated", slow),
    "O-acc-elsewhere": lambda: turned("alm_accelerated", slow),
    "O-gamma-rule": lambda: turned("alm_gamma_rule", slow),
    "O-holdout": lambda: turned(
        "alm_holdout", swapped({claims_holdout.STOPPED: claims_holdout.FULL})
    ),
    "O-holdout-zero": lambda: turned("alm_holdout", predicting(1e9)),
    "O-holdout-ridge": lambda: turned("alm_holdout", predicting(1e-9)),
    "O-polish-kkt": lambda: turned("alm_polish", missed),
    "O-polish-hundred": lambda: claims_polish.claims(5 * [*map(arrived, RECORDS["alm_polish"])]),
    "O-settle-kkt": lambda: turned("alm_kkt_road", altered(converged=1)),
    "O-stoch-long": stochastic(HIGH[S.FORGET]),
    "O-stoch-cutting": stochastic(LOW[S.EXACT]),
    "O-stoch-kept-reach": stochastic(LOW[S.EXACT]),
    "O-stoch-kept-sooner": stochastic(LOW[S.EXACT]),
    "O-stoch-kept-adam": stochastic(LOW[S.EXACT]),
    "O-stoch-kept-length": stochastic(TWINS),
    "O-stoch-kept-test": stochastic(LOW[S.EXACT]),
    "O-stoch-kept-calm": stochastic(EXPLODED),
    "O-stoch-forget-reach": stochastic(LOW[S.FORGET]),
    "O-stoch-forget-sooner": stochastic(LOW[S.FORGET]),
    "O-stoch-forget-adam": stochastic(LOW[S.FORGET]),
    "O-stoch-forget-length": stochastic(TWINS),
    "O-stoch-forget-test": stochastic(HIGH[S.FORGET]),
    "O-stoch-forget-calm": stochastic(EXPLODED),
    "O-tour-first": tournament(T.FAST, **AT_ONCE),
    "O-tour-plain": tournament(T.PLAIN, **AT_ONCE),
    "O-tour-shorter": lambda: beside_schedules(T.FAST, **AT_ONCE),
    "O-tour-lower": tournament(T.FAST, best=1e-3),
    "O-tour-test": tournament(T.FAST, test=1e-3),
    "O-tour-gap": lambda: beside_package(claims_package.GAP, **AT_ONCE),
    "O-tour-gap-rule": lambda: beside_package(claims_package.GAP, **AT_ONCE),
    "O-tour-gap-lower": lambda: beside_package(claims_package.GAP, best=1e9),
    "O-tour-numpy": lambda: beside_package(claims_package.NUMPY, **AT_ONCE),
    "O-tour-numpy-test": lambda: beside_package(claims_package.NUMPY, test=1e9),
    "O-tour-verified": tournament(T.FAST, verified=1.0),
}
