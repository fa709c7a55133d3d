"""Data on which the claims on paper B's theory come out otherwise."""

from dataclasses import replace
from functools import cache

import numpy as np

from evidence.kit.runner import collect
from evidence.pages.alm_theory.claims import descent_claims, lemma_claims, limit_claims
from evidence.pages.alm_theory.claims_identities import growth_claim, point_claims, rest_claims
from evidence.pages.alm_theory.counterexamples import first_constant, stop_rule
from evidence.pages.alm_theory.elman_derivative import growth
from evidence.pages.alm_theory.lagrangian_forms import lagrangian_forms
from evidence.pages.alm_theory.lagrangian_rest import rest, stationary, ties
from lib.alm import INITIALISATIONS

RECORDS = collect("alm_theory", "paper")
FIGURE1 = collect("alm_fig1", "paper")
POINTS = 5


@cache
def parts():
    return {
        "growth": {start: growth(start, 5, 100) for start in INITIALISATIONS},
        "forms": lagrangian_forms(POINTS),
        "ends": [rest(0, most=20_000)],
        "first": first_constant(),
        "stop": stop_rule(),
    }


def as_recorded():
    found = parts()
    return [
        *growth_claim(found["growth"]),
        *point_claims(found["forms"], POINTS),
        *rest_claims(found["ends"], ties(), stationary()),
        *lemma_claims(RECORDS, found["first"]),
        *descent_claims(RECORDS, FIGURE1, found["stop"]),
        *limit_claims(RECORDS, FIGURE1),
    ]


def altered(records, part=None, **columns):
    """Return records whose rows of one part have other numbers, in columns that they have."""
    return [
        record
        if part and record.config["part"] != part
        else replace(
            record,
            rows=[row | {k: v for k, v in columns.items() if k in row} for row in record.rows],
        )
        for record in records
    ]


@cache
def off():
    """Return the claims at points where nothing fits."""
    found = parts()["forms"]
    other = replace(found, **dict.fromkeys(vars(found), 2.0))
    return point_claims(replace(other, slack=-1.0), POINTS)


def steady():
    return growth_claim({start: np.array([1.0]) for start in INITIALISATIONS})


@cache
def restless():
    """Return the claims when sweeps end elsewhere, without ties and stationary points apart."""
    (end,) = parts()["ends"]
    elsewhere = replace(end, moved=0.0, values=1.0, steepest=1.0)
    return rest_claims([elsewhere], (0.0, 0.0), (3, 1, 0))


@cache
def rested():
    """Return the claims when sweeps rest where L still falls."""
    (end,) = parts()["ends"]
    return rest_claims([replace(end, moved=0.0, steepest=-1.0)], ties(), stationary())


@cache
def harmless():
    """Return Lemma 3.2 with an instance inside the printed constant."""
    return lemma_claims(RECORDS, replace(parts()["first"], quotient=0.0))


@cache
def larger():
    """Return Lemma 3.2 with quotients beyond the constants."""
    return lemma_claims(altered(RECORDS, "blocks", run_h=1e9), parts()["first"])


@cache
def rising():
    """Return the steps of Theorem 4.3 when blocks raise L and the loops never end."""
    stop = replace(parts()["stop"], distance=0.0)
    changed = altered(RECORDS, "blocks", below_z=1, below_max=0, below_min=0, guarantee=0.0)
    slow = [
        replace(r, rows=[slower(row) for row in r.rows]) if r.config["part"] == "stopping" else r
        for r in changed
    ]
    return descent_claims(slow, altered(FIGURE1, ended_by_step=0), stop)


@cache
def endless():
    """Return the same when no loop meets (3.17)."""
    cut = altered(RECORDS, "stopping", step_sweeps=None)
    return descent_claims(cut, FIGURE1, parts()["stop"])


def slower(row):
    """Return a row whose sweeps grow like the fourth power of 1/ε."""
    return row | {"step_sweeps": row["epsilon"] ** -4, "residual_sweeps": None}


@cache
def arrived():
    """Return Theorems 4.7 and 4.8 when every run arrives, and a power sets γ in each."""
    there = [ended(r, 0.0) for r in altered(RECORDS, "outer", power_rises=1)]
    rising = [replace(r, traces=r.traces | {"gamma": [1.0, 9.0]}) for r in FIGURE1]
    return limit_claims(there, [ended(r, 0.0) for r in rising])


@cache
def gone():
    """Return Theorem 4.8 when every run leaves at its end."""
    return limit_claims([ended(r, 1.0) for r in RECORDS], FIGURE1)


def ended(record, value):
    """Return a record whose runs end with a violation."""
    trace = record.traces.get("feasibility")
    if trace is None:
        return record
    nested = isinstance(trace[0], list)
    other = [[*run[:-1], value] for run in trace] if nested else [*trace[:-1], value]
    return replace(record, traces=record.traces | {"feasibility": other})


IDENTITIES = (
    *("B-2.1-equivalent", "B-E2.4", "B-L2.1", "B-L2.4", "B-E3.1", "B-L3.1-i", "B-L3.1-ii"),
    *("B-L3.1-iii", "B-L3.1-iv", "B-abs-closed", "B-3.2-z", "B-3.2-h", "B-L4.2", "B-L4.5"),
)

OTHERWISE = dict.fromkeys(IDENTITIES, off) | {
    "B-int-explode": steady,
    "B-R3.4": restless,
    "B-T4.4-stop": restless,
    "B-T4.6": rested,
    "B-abs-dstat": rested,
    "B-4.1-notions": restless,
    "B-4.1-converse": restless,
    "B-L3.2-z": harmless,
    "B-L3.2-h": larger,
    "B-E4.4": rising,
    "B-L4.1": rising,
    "B-E4.7": rising,
    "B-T4.3-implies": rising,
    "B-T4.3-finite": endless,
    "B-T4.3-order": rising,
    "B-3.1-defined": rising,
    "O-E3.17-ends": rising,
    "B-T4.7-i": arrived,
    "O-T4.7-repaired": arrived,
    "O-E3.9-powers": arrived,
    "B-T4.8": gone,
}
