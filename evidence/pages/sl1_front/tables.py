"""Tables of the sparse tournament: who is first, errors with intervals, tests, tuning, times."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.records import Record
from evidence.kit.tables import Section, SectionTable, counted
from evidence.kit.timing import spread
from evidence.pages.sl1_front.choice import at, chosen, tried
from evidence.pages.sl1_front.config import (
    COMPARED,
    DUAL,
    DUAL_ADAPTIVE,
    GRADUAL,
    L1,
    L1_ADAM,
    METHODS,
    OURS,
    PROX_ADAM,
    SL1,
    SL1_ADAM,
    shown,
)
from evidence.pages.sl1_front.front import (
    PAIRS,
    Fronts,
    dense,
    easy,
    errors,
    gaps,
    interval,
    medians,
    outcomes,
    problem,
    tallied,
)
from evidence.pages.sl1_front.runs_front_time import BATCHES, DENSE
from evidence.statistics import Outcome
from evidence.statistics.summary import number

ROWS = "mnist-rows"


def percent(share: float) -> str:
    """Return a share of zeros as a head of a column says it."""
    return f"{100 * share:g} %"


def tally_table(found: Fronts) -> pd.DataFrame:
    """Return on how many problems each method is first, near the first, and fails; by share too."""
    table = {}
    for share in (None, *COMPARED):
        counts = zip(*tallied(found, share), strict=True)
        table["all" if share is None else percent(share)] = [", ".join(map(str, c)) for c in counts]
    return pd.DataFrame(table, index=METHODS).rename_axis("method")


def errors_table(found: Fronts) -> SectionTable:
    """Return the median errors at the shares compared, with the interval and failed trials."""
    sections = []
    for name, group in found.items():
        values = {method: errors(record) for method, record in group.items()}
        rows = [(m, *map(_cell, v.T)) for m, v in values.items()]
        whole = number(dense(group), 3)
        sections.append(Section(f"{shown(name)} (with all weights, by Adam: {whole})", rows))
    heads = ("Method", *map(percent, COMPARED))
    return SectionTable(heads, sections, grid=True, joined=True)


def _cell(values: np.ndarray) -> str:
    middle, failed = np.median(values), int(np.isinf(values).sum())
    of = f" ({failed} of {values.size} fail)" if failed else ""
    if not np.isfinite(middle):
        return f"fails{of}" if failed < values.size else "fails"
    found = interval(values)
    around = f" [{number(found[0], 3)}, {number(found[1], 3)}]" if found else ""
    return f"{number(float(middle), 3)}{around}{of}"


def tests_table(found: Fronts) -> SectionTable:
    """Return how paper A's method did against each other one over all problems."""
    ended = outcomes(found)
    sections = [
        Section(ours, [(other, counted(ended[a, other])) for a, other in PAIRS if a == ours])
        for ours in OURS
    ]
    return SectionTable(("Against", "On the problems"), sections, joined=True)


def gaps_table(found: Fronts) -> pd.DataFrame:
    """Return the median distance of the nearest network from a share of zeros."""
    table = {}
    for name, group in found.items():
        between = np.array([np.median(gaps(record), axis=0) for record in group.values()])
        table[shown(name)] = [
            ", ".join(number(v, 2) if np.isfinite(v) else "–" for v in row) for row in between
        ]
    methods = list(next(iter(found.values())))
    return pd.DataFrame(table, index=methods).rename_axis("method")


def tuning_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return what a rate is chosen by, for every rate tried, and mark the chosen one."""
    by_rate: dict[tuple[str, str], dict[float, float]] = {}
    for record in records:
        by_rate.setdefault((record.config["method"], problem(record)), {}).update(tried(record))
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for (method, name), found in sorted(by_rate.items(), key=lambda p: METHODS.index(p[0][0])):
        best = chosen(found)
        for rate, error in found.items():
            mark = "" if rate != best else " (chosen)"
            if mark and rate in (min(found), max(found)):
                mark = " (chosen, an end)"
            rows.setdefault((method, f"{rate:g}"), {})[shown(name)] = number(error, 3) + mark
    table = pd.DataFrame.from_dict(rows, orient="index").fillna("")
    return table.rename_axis(["method", "rate"])


def diverged_table(found: Fronts) -> pd.DataFrame:
    """Return how many trainings of each method diverged, a column per set."""
    table = {
        shown(name): [Counter(row["diverged"] for row in r.rows)[True] for r in group.values()]
        for name, group in found.items()
    }
    return pd.DataFrame(table, index=list(next(iter(found.values())))).rename_axis("method")


def times_table(records: Sequence[Record]) -> SectionTable:
    """Return the time of a step in compressed rows over the dense one, turn by turn."""
    sections = []
    for record in records:
        rows = []
        for batch in BATCHES:
            dense = np.array(record.traces[f"{DENSE}, {batch}"])
            ratios = [
                spread(np.array(record.traces[f"{share:g}, {batch}"]) / dense) for share in COMPARED
            ]
            rows.append((f"{batch}", f"{1e6 * np.median(dense):.1f}", *ratios))
        sections.append(Section(shown(problem(record)), rows))
    heads = ("Samples", "dense, µs", *map(percent, COMPARED))
    return SectionTable(heads, sections, grid=True, joined=True)


def key_numbers(found: Fronts) -> dict[str, float]:
    """Return what the page quotes: how many problems, tallies, and how it ended against L1."""
    numbers: dict[str, float] = {"sets": len(found), "problems": len(found) * len(COMPARED)}
    for name, counts in tallied(found)._asdict().items():
        numbers |= {f"{m}.{name}": k for m, k in zip(METHODS, counts, strict=True)}
    ended = outcomes(found)
    alike = [*ended[SL1, L1], *ended[SL1_ADAM, L1_ADAM]]
    numbers |= {f"alike.L1.{outcome.value}": alike.count(outcome) for outcome in Outcome}
    numbers["alike.L1"] = len(alike)
    for start, ours in (("", SL1_ADAM), ("descent.", SL1)):
        for rival in (DUAL, DUAL_ADAPTIVE, PROX_ADAM, L1_ADAM, GRADUAL):
            against = ended[ours, rival]
            numbers |= {f"{start}{rival}.{o.value}": against.count(o) for o in Outcome}
    numbers["sparse_better"] = sum(
        int((medians(group).min(axis=1) < dense(group)).sum()) for group in found.values()
    )
    numbers["easy"] = sum(int(easy(group).sum()) for group in found.values())
    if ROWS in found:
        numbers["rows.dense"] = dense(found[ROWS])
        for method in (GRADUAL, SL1_ADAM):
            numbers[f"rows.{method}"] = np.median(errors(found[ROWS][method], [0.9]))
    return numbers


def tuning_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return what one rate for all shares costs: the error at half zeros, with it and at best."""
    by_mean: dict[float, float] = {}
    half: dict[float, float] = {}
    for record in records:
        if problem(record) == ROWS and record.config["method"] == SL1_ADAM:
            by_mean |= tried(record)
            half |= tried(record, lambda rows: at(rows, [0.5], "holdout")[0])
    if not half:
        return {}
    return {"rows.half": half[chosen(by_mean)], "rows.half.best": min(half.values())}


def time_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return the first set's time of a mini-batch with 90 % zeros over the dense one.

    It belongs to a machine.
    """
    dense, packed = (np.array(records[0].traces[f"{arm}, {BATCHES[-1]}"]) for arm in (DENSE, "0.9"))
    return {"time.0.9": float(np.median(packed / dense))}
