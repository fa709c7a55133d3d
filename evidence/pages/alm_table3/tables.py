"""Paper B, Table 3: the tables of its pages."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from evidence.kit.tables import Cell as Entry
from evidence.kit.tables import Section, SectionTable, counted
from evidence.pages.alm_table3.cells import Cell, tally
from evidence.pages.alm_table3.claims import PAIR, Findings
from evidence.pages.alm_table3.contest import MEASURED, Contest
from evidence.pages.alm_table3.trials import (
    ALM,
    FAIR,
    MEASURE_TITLES,
    PRINTED,
    RIVALS,
    SIMPLE,
    VARIANT,
    Method,
    Trials,
)
from evidence.protocols.alm import ERRORS, RESTARTED, TEST, TRAIN
from evidence.protocols.titles import SERIES
from evidence.statistics import Comparison, summarise
from evidence.statistics.summary import number
from lib import alm

SHOWN = 1e6
"""Factors beyond it are not told apart."""

NOTHING = SectionTable((), ())

GROUP_TITLES = {
    PRINTED: "As in the paper",
    FAIR: "Fair group",
    SIMPLE: "No network",
}


def title(start: str) -> str:
    """Return the name of an initialisation."""
    return alm.initialisation(start).title


def named(method: Method) -> str:
    """Return a method with its group, where the name alone would not tell."""
    group, name = method
    return f"{name}, fair" if group == FAIR else name


def cells_table(found: Findings, dataset: str) -> SectionTable:
    """Return paper, ours and verdict of every method and start; the ALM unfolded.

    Like the other tables of one dataset, it is empty when the profile leaves the dataset out.
    """
    if dataset not in found.datasets:
        return NOTHING
    trials = found.trials
    sections = [_method(found, dataset, ALM, folded=False)]
    sections += [
        _method(found, dataset, method, folded=True)
        for group in (PRINTED, FAIR)
        for method in trials.methods(dataset, group)
    ]
    simple = [
        [name, "", _simple(trials, dataset, name, TRAIN), "", _simple(trials, dataset, name, TEST)]
        for _, name in trials.methods(dataset, SIMPLE)
    ]
    heads = ("start", *(f"{part}, {who}" for part in ("training", "test") for who in WHO))
    return SectionTable(
        (*heads, "test, restarted"),
        [*sections, Section(GROUP_TITLES[SIMPLE], [[*row, ""] for row in simple])],
    )


WHO = ("paper", "ours")


def _method(found: Findings, dataset: str, method: Method, folded: bool) -> Section:
    by_start: dict[str, dict[str, Cell]] = {}
    for cell in found.of(dataset, [method], *ERRORS):
        by_start.setdefault(cell.start, {})[cell.measure] = cell
    rows: list[list[Entry]] = [
        [
            title(start),
            *(e for m in PAIR for e in (_printed(errors[m]), _ours(errors[m]))),
            _ours(errors[RESTARTED]),
        ]
        for start, errors in by_start.items()
    ]
    if method == ALM:
        rows += _variant(found.trials, dataset)
    note = "not in the paper" if method[0] == FAIR else tally(found.of(dataset, [method], *PAIR))
    return Section(named(method), rows, note, folded)


def _printed(cell: Cell) -> str:
    if cell.printed is None:
        return "–"
    return f"{cell.printed:g} ± {cell.printed_sd:g}"


def _ours(cell: Cell) -> Entry:
    return str(cell.ours) if cell.verdict is None else (str(cell.ours), cell.verdict)


def _variant(trials: Trials, dataset: str) -> list[list[Entry]]:
    runs = trials.frame.query(
        "dataset == @dataset and start == @VARIANT and standardise == 'all' and method == 'ALM'"
    )
    if runs.empty:
        return []
    train, test, restarted = (str(summarise(runs[measure])) for measure in ERRORS)
    return [[f"{title(VARIANT)}, not in the paper", "–", train, "–", test, restarted]]


def _simple(trials: Trials, dataset: str, name: str, measure: str) -> str:
    return str(summarise(trials.errors(dataset, (SIMPLE, name), "", measure)))


def _contests(
    found: Findings, dataset: str, measures: Sequence[str]
) -> Iterator[tuple[str, str, Contest]]:
    """Yield the ALM's contests by measure, with every group that there is."""
    for measure, group in product(measures, RIVALS):
        if measure in MEASURED[group] and found.trials.methods(dataset, group):
            yield measure, group, found.contest(dataset, group, measure)


def outcomes_table(
    found: Findings, dataset: str, *measures: str, folded: Sequence[str] = ()
) -> SectionTable:
    """Return how the ALM did against every method from every start, by each of some errors.

    Args:
        found: the findings of a page.
        dataset: its name.
        measures: the errors, in the order of the sections.
        folded: those whose sections are closed at first.
    """
    if dataset not in found.datasets:
        return NOTHING
    starts = found.trials.starts(dataset)
    sections = []
    for measure, group, contest in _contests(found, dataset, measures):
        rows = [
            [method[1], *(_outcome(contest.comparisons[method, start]) for start in starts)]
            for method in found.trials.methods(dataset, group)
        ]
        note = counted(c.outcome for c in contest.comparisons.values())
        sections.append(Section(_headed(measure, group), rows, note, measure in folded))
    return SectionTable(("ALM against", *(title(start) for start in starts)), sections, grid=True)


def _outcome(comparison: Comparison) -> Entry:
    return comparison.outcome, _factor(comparison.ratio)


def _factor(ratio: float) -> str:
    if not np.isfinite(ratio):
        return "diverged"
    if ratio < 1 / SHOWN:
        return "×\u202f<\u202f10⁻⁶"
    return "×\u202f>\u202f10⁶" if ratio > SHOWN else f"×\u202f{number(ratio, 2)}"


def comparisons_table(found: Findings, dataset: str, *measures: str) -> SectionTable:
    """Return every comparison of :func:`outcomes_table` with its interval and p-value, folded."""
    if dataset not in found.datasets:
        return NOTHING
    sections = []
    for measure, group, contest in _contests(found, dataset, measures):
        rows = [
            [f"{method[1]}, {title(start)}", *_numbers(comparison)]
            for (method, start), comparison in contest.comparisons.items()
        ]
        note = "intervals and p-values"
        sections.append(Section(_headed(measure, group), rows, note, folded=True))
    heads = ("ALM against", "mean lead", "95 % interval", "trials", "p, Holm", "visible", "outcome")
    return SectionTable(heads, sections)


def _headed(measure: str, group: str) -> str:
    error = MEASURE_TITLES[measure]
    return f"{error[0].upper()}{error[1:]}, {GROUP_TITLES[group].lower()}"


def _numbers(comparison: Comparison) -> list[Entry]:
    low, high = comparison.interval or (np.nan, np.nan)
    visible = comparison.visible
    return [
        "–" if np.isnan(comparison.difference) else number(comparison.difference, 3),
        "–" if np.isnan(low) else f"{number(low, 2)} to {number(high, 2)}",
        f"{comparison.differences.size} of {comparison.trials}",
        number(comparison.p, 2),
        _factor(visible) if np.isfinite(visible) else "never",
        comparison.outcome,
    ]


def readings_table(found: Findings) -> SectionTable:
    """Return for each target how many of the ALM's printed cells come out, and of the others'."""
    columns = {TRAIN: "training", TEST: "test, running on", RESTARTED: "test, restarted"}
    sections = []
    for dataset in found.datasets:
        groups = {"ALM": [ALM], "descent methods": found.trials.methods(dataset, PRINTED)}
        rows = [
            [who, *(tally(found.of(dataset, methods, m)) for m in columns)]
            for who, methods in groups.items()
        ]
        sections.append(Section(SERIES[dataset], rows))
    return SectionTable(("printed cells of", *columns.values()), sections, joined=True)
