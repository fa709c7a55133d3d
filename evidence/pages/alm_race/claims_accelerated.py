"""The accelerated ALM against three others: what was wanted before the runs, and what came out.

Decided before the runs: a run that never reaches a value takes infinitely long. A wanted ratio is
asked of every one of the ten trials.
Beside the ten trials the problems differ in their values of R, so that methods are compared at
levels made of what the others reached: 1.2 and 1.05 times the lowest R of the best other method
within its limit.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from IPython.display import Markdown

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Universal
from evidence.kit.runner import collect
from evidence.kit.timing import spread
from evidence.pages.alm_race.claims_time import cell, lowest, times
from evidence.pages.alm_race.harness import LONG, chosen, tuning
from evidence.pages.alm_race.runs_accelerated import (
    ADAM,
    FAST,
    LBFGS,
    METHODS,
    PLAIN,
    TARGETS,
    beyond,
    main_race,
)
from evidence.statistics import Outcome
from evidence.statistics.summary import number

RIVALS = (PLAIN, ADAM, LBFGS)
WANTED = {11.5: 2.0, 11.0: 5.0}
"""How many times faster than the best other method it was to be, by value of R."""

SHARE = 100
"""Plain ALM's end value was to be reached in its sweeps over this."""

LEFT_OUT = "*This profile leaves the other problems out.*"

LEVELS = (1.2, 1.05)
"""The values compared beside the ten trials, over the lowest R of the best other method."""


def advantage(records: Sequence[Record], target: float) -> np.ndarray:
    """Return per trial the time of the first other method over that of the accelerated ALM."""
    others = np.min([times(records, rival, target) for rival in RIVALS], axis=0)
    return others / times(records, FAST, target)


def sweeps(records: Sequence[Record], method: str, value: Mapping[int, float]) -> np.ndarray:
    """Return the sweeps of each trial until R falls to its value, infinite when it never does."""
    return np.array([_first(record, method, value[_seed(record)], "sweeps") for record in records])


def seconds(records: Sequence[Record], method: str, value: Mapping[int, float]) -> np.ndarray:
    """Return the CPU seconds of each trial until R falls to its value, infinite likewise."""
    return np.array([_first(record, method, value[_seed(record)], "seconds") for record in records])


def _first(record: Record, method: str, value: float, trace: str) -> float:
    k = next(k for k, row in enumerate(record.rows) if row["method"] == method)
    return until(record, k, value, trace)


def until(record: Record, k: int, value: float, trace: str = "seconds") -> float:
    """Return a run's seconds, or another trace, when R falls to a value; infinite if never."""
    reached = np.flatnonzero(np.array(record.traces["lowest"][k], dtype=float) <= value)
    return float(record.traces[trace][k][reached[0]]) if reached.size else np.inf


def _seed(record: Record) -> int:
    return record.config["seed"]


def plain_ends() -> dict[int, tuple[float, float]]:
    """Return R at the end of plain ALM and its sweeps per trial, from Table 3c's records."""
    return {
        row["trial"]: (row["rollout_objective"], row["sweeps"])
        for record in collect("alm_table3", "paper")
        if record.config["dataset"] == LONG and record.config["initialisation"] == "glorot"
        for row in record.rows
    }


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return the wanted advantages at two values, the wanted saving of sweeps, and the others."""
    race, ends = main_race(records), plain_ends()
    mine = sweeps(race, FAST, {seed: end for seed, (end, _) in ends.items()})
    share = np.array([ends[_seed(record)][1] for record in race]) / mine
    cases = {
        (title(name), level): Case(first_of(_to_level(group, level)[1]))
        for name, group in beyond(records).items()
        for level in LEVELS
    }
    lost = [f"{name} at {level:g}" for (name, level), c in cases.items() if not _won(c)]
    return judge(
        {
            f"O-acc-{target:g}": _wanted(advantage(race, target), wanted, "times as fast")
            for target, wanted in WANTED.items()
        }
        | {
            "O-acc-sweeps": _wanted(
                share, SHARE, "times fewer sweeps than the 50,000 of Table 3c's records"
            ),
            "O-acc-elsewhere": Comparisons(
                cases,
                detail="Problems at 1.2 and 1.05 times the lowest R of the best other method; won "
                "is first in every trial, reversed first in none"
                + (f"; not won {', '.join(lost)}" if lost else ""),
            )
            if cases
            else None,
        }
    )


def _wanted(ratio: np.ndarray, wanted: float, what: str) -> Universal:
    return Universal(
        ratio.size,
        int((ratio < wanted).sum()),
        f"Trials; wanted {wanted:g} {what}, and a rival that never arrives takes infinitely long",
        f"{_ratio(ratio)} {what}",
    )


def first_of(ratios: np.ndarray) -> Outcome:
    """Return who is first in every trial, a tie when that differs."""
    if (ratios > 1).all():
        return Outcome.BETTER
    return Outcome.WORSE if (ratios <= 1).all() else Outcome.TIE


def _won(case: Case) -> bool:
    return case.outcome is Outcome.BETTER


def _to_level(group: Sequence[Record], share: float) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return the seconds of every method to the level, and the first other's over the ALM's."""
    ends = np.min([lowest(group, rival) for rival in RIVALS], axis=0)
    levels = {_seed(r): share * end for r, end in zip(group, ends, strict=True)}
    taken = {method: seconds(group, method, levels) for method in METHODS}
    others = np.min([taken[rival] for rival in RIVALS], axis=0)
    return taken, others / taken[FAST]


def title(size: tuple[str, int | None, int]) -> str:
    """Return the name of a problem in tables."""
    dataset, steps, hidden = size
    name = f"T = {steps:,}" if dataset == LONG else "S&P 500"
    return f"{name}, r = {hidden}"


def _quartiles(values: np.ndarray) -> list[float]:
    """Return quartiles that are values of trials, since some may be infinite."""
    return np.quantile(values, (0.25, 0.5, 0.75), method="inverted_cdf").tolist()


def _ratio(values: np.ndarray) -> str:
    """Return median and quartiles; with a method that never arrives they may be infinite."""
    low, middle, high = (number(q, 2) if np.isfinite(q) else "∞" for q in _quartiles(values))
    return f"{middle} [{low}, {high}]"


def ratios_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return how many times as fast as each rival, and as the first of them, by value of R."""
    race = main_race(records)
    table = {
        rival: [_ratio(times(race, rival, t) / times(race, FAST, t)) for t in TARGETS]
        for rival in RIVALS
        if np.isfinite([times(race, FAST, t) for t in TARGETS]).all()
    }
    if table:
        table["the first of them"] = [_ratio(advantage(race, t)) for t in TARGETS]
    return pd.DataFrame(table, index=[f"R ≤ {t:g}" for t in TARGETS])


def sweeps_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the sweeps of both ALMs to each value: median and quartiles."""
    race = main_race(records)
    columns = {
        method: [cell(sweeps(race, method, {_seed(r): t for r in race})) for t in TARGETS]
        for method in (FAST, PLAIN)
    }
    return pd.DataFrame(columns, index=[f"R ≤ {t:g}" for t in TARGETS])


def ends_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the lowest R of each method and the seconds it ran: median and quartiles."""
    race = main_race(records)
    rows = {}
    for method in METHODS:
        ran = [row["seconds"] for r in race for row in r.rows if row["method"] == method]
        rows[method] = {
            "lowest R": spread(lowest(race, method)),
            "CPU seconds": spread(np.array(ran)),
        }
    return pd.DataFrame(rows).T.rename_axis("method")


def beyond_ends_table(records: Sequence[Record]) -> pd.DataFrame | Markdown:
    """Return for the other problems, trial by trial, the lowest R of every method."""
    rows = {
        title(name): {method: _each(lowest(group, method), 4) for method in METHODS}
        for name, group in beyond(records).items()
    }
    return pd.DataFrame(rows).T if rows else Markdown(LEFT_OUT)


def beyond_times_table(records: Sequence[Record], share: float) -> pd.DataFrame | Markdown:
    """Return for the other problems, trial by trial, the seconds to a level and who is next."""
    rows = {}
    for name, group in beyond(records).items():
        taken, ratio = _to_level(group, share)
        others = np.array([taken[rival] for rival in RIVALS])
        rows[title(name)] = {
            "accelerated": _each(taken[FAST]),
            "first other": _each(others.min(axis=0)),
            "which": ", ".join(dict.fromkeys(RIVALS[k] for k in np.argmin(others, axis=0))),
            "times as fast": _each(ratio),
        }
    return pd.DataFrame(rows).T if rows else Markdown(LEFT_OUT)


def _each(values: np.ndarray, digits: int = 2) -> str:
    """Return the values trial by trial; what is never reached is infinite, and its ratio zero."""
    words = {np.inf: "not within its limit", 0.0: "–"}
    return ", ".join(words.get(float(v), number(float(v), digits)) for v in values)


def tuning_table(records: Sequence[Record]) -> pd.DataFrame | Markdown:
    """Return R at the end of the tuning trial for every value tried, and which one is chosen."""
    if not tuning(records):
        return Markdown("*This profile leaves the choice out.*")
    record = tuning(records)[0]
    rows = [
        {
            "method": row["method"],
            "parameter": "rate" if row["method"] == ADAM else "first γ over its default",
            "value": f"{row['value']:.3g}",
            "R": "diverged" if row["last"] is None else number(row["last"], 5),
            "": "chosen" if row["value"] == chosen(record, row["method"]) else "",
        }
        for row in record.rows
        if row["value"] is not None
    ]
    return pd.DataFrame(rows).set_index("method")


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return what the check compares: no times, which belong to a machine."""
    race = main_race(records)
    return {f"lowest.{m}": float(np.median(lowest(race, m))) for m in METHODS} | {
        "trials": float(len(race))
    }


def race_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return the times and ratios that the prose quotes."""
    race = main_race(records)
    ends = {seed: end for seed, (end, _) in plain_ends().items()}
    return {
        "sweeps_to_plain_end": float(np.median(sweeps(race, FAST, ends))),
        "seconds_to_plain_end": float(np.median(seconds(race, FAST, ends))),
    } | {f"advantage.{t:g}": _quartiles(advantage(race, t))[1] for t in WANTED}
