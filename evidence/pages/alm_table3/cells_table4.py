"""Paper B, Table 4: are the printed rates and norms those that a search chooses, and can it tell?

What is as good was settled before the searches on the long series and on the index were run.

A candidate is a rate, for GDC a rate and a norm, and its error is the mean over the trials of the
errors on the left-out steps. The candidate with the lowest one is chosen. Another one is *as good*
when its error is at most five percent higher, and also when it is at most twice as high and the
trials do not agree about it: with ten or more of them, when the bootstrap interval of the
difference, trial by trial, reaches zero; with fewer, when it is not higher in every trial. A
candidate that diverged in a trial is never as good.

The chance of a rate is the range of those that are as good, that of a norm the range of those that
are as good at the chosen rate. A search with fewer epochs than the paper's, or fewer than three
trials, or in which every candidate diverged in some trial, tells nothing about a cell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evidence.kit.records import Record, finite
from evidence.kit.rule import Value, agreement
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_table3.cells import FEWEST, PAPER_STARTS
from evidence.pages.alm_table3.runs_descent_printed import EPOCHS, METHODS
from evidence.papers import tables as papers
from evidence.protocols.alm import TABLE2
from evidence.statistics import mean_interval

NEAR = 0.05
"""An error that is higher by no more than this share is as good."""

FAR = 2.0
"""An error more than so many times as high is not as good, whatever the trials say, because one bad
trial can make a mean huge and its interval wide."""

ENOUGH = 10
"""Trials from which on an interval is asked."""

GDC = "GDC"

Candidate = tuple[float, float | None]
"""A rate and a clipping norm, None where nothing is clipped."""


@dataclass(frozen=True)
class Cell:
    """One cell of Table 4 beside the search for it.

    Attributes:
        start: the initialisation.
        method: its name.
        printed: the paper's candidate.
        chosen: ours, None when every candidate diverged in some trial.
        candidates: how many there are.
        rates: how many rates are as good as the chosen one, itself included.
        norms: how many norms are as good at the chosen rate; None for methods that do not clip.
        diverged: how many candidates diverged in a trial or more.
        at_edge: whether the chosen rate is at an end of its grid.
        values: the printed rate, and for GDC the norm, beside the chosen one.
    """

    start: str
    method: str
    printed: Candidate
    chosen: Candidate | None
    candidates: int
    rates: int
    norms: int | None
    diverged: int
    at_edge: bool
    values: Mapping[str, Value]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Whether the printed rate, and for GDC the norm, is what the search chooses."""
        return tuple(agreement(value) for value in self.values.values())

    @property
    def same_rate(self) -> bool:
        """Whether the search chooses the printed rate, whatever the norm."""
        return self.chosen is not None and self.chosen[0] == self.printed[0]


@dataclass(frozen=True, eq=False)
class Findings:
    """The searches, and the cells of Table 4 beside them.

    Attributes:
        records: per dataset and start the record of its search.
        cells: per dataset its 25 cells.
    """

    records: Mapping[str, Mapping[str, Record]]
    cells: Mapping[str, list[Cell]]

    @property
    def datasets(self) -> tuple[str, ...]:
        """Datasets that the records hold, in Table 2's order."""
        return tuple(self.cells)

    def config(self, dataset: str) -> Mapping:
        """Return the settings of a dataset's searches, which differ in the start alone."""
        return next(iter(self.records[dataset].values())).config


def findings(records: Sequence[Record]) -> Findings:
    """Return everything that the page on Table 4 shows, from records of ``alm_table4``."""
    found: dict[str, dict[str, Record]] = {}
    for name in TABLE2:
        of = {r.config["initialisation"]: r for r in records if r.config["dataset"] == name}
        if of:
            found[name] = of
    return Findings(
        found,
        {name: _cells(of, _printed(name)) for name, of in found.items()},
    )


def _cells(of: Mapping[str, Record], printed: Mapping[tuple[str, str], Candidate]) -> list[Cell]:
    return [_cell(of[s], s, method, printed[method, s]) for method in METHODS for s in of]


def errors(record: Record, method: str) -> tuple[list[dict], np.ndarray]:
    """Return the rows of a method's candidates, and their errors (candidates, trials).

    A diverged trial is infinite.
    """
    numbers = [k for k, row in enumerate(record.rows) if row["method"] == method]
    course = [record.traces["validation"][k] for k in numbers]
    table = np.array([[np.inf if e is None else e for e in trials] for trials in course])
    return [record.rows[k] for k in numbers], table


def as_good(table: np.ndarray, best: int) -> np.ndarray:
    """Return which candidates are as good as the chosen one, by the rule of this module.

    Args:
        table: errors (candidates, trials), infinite where a trial diverged.
        best: the chosen candidate's row.
    """
    means = table.mean(axis=1)
    good = means <= (1 + NEAR) * means[best]
    for k in np.flatnonzero(~good & (means <= FAR * means[best])):
        above = table[k] - table[best]
        low = mean_interval(above)[0] if above.size >= ENOUGH else above.min()
        good[k] = low <= 0
    return good


def _cell(record: Record, start: str, method: str, printed: Candidate) -> Cell:
    rows, table = errors(record, method)
    candidates: list[Candidate] = [(row["rate"], row["clip"]) for row in rows]
    best = next((k for k, row in enumerate(rows) if row["chosen"]), None)
    found = {"chosen": None, "rates": 0, "norms": 0, "at_edge": False}
    good: list[Candidate] = []
    if best is not None:
        chosen = candidates[best]
        good = [c for c, fine in zip(candidates, as_good(table, best), strict=True) if fine]
        found = {
            "chosen": chosen,
            "rates": len({rate for rate, _ in good}),
            "norms": sum(rate == chosen[0] for rate, _ in good),
            "at_edge": chosen[0] in ends(record.config),
        }
    return Cell(
        start=start,
        method=method,
        printed=printed,
        candidates=len(rows),
        diverged=int(np.isinf(table).any(axis=1).sum()),
        values=_values(method, printed, found["chosen"], good if _whole(record) else []),
        **found | ({} if method == GDC else {"norms": None}),
    )


def _whole(record: Record) -> bool:
    """Return whether a search trains as long as the paper's, on enough trials."""
    full = EPOCHS[papers.ALM_TABLE_OF[record.config["dataset"]]]
    return record.config["epochs"] >= full and len(record.config["trials"]) >= FEWEST


def _values(
    method: str, printed: Candidate, chosen: Candidate | None, good: Sequence[Candidate]
) -> dict[str, Value]:
    """Return the parts of a cell beside the chosen ones; without good ones nothing is told."""
    rates = [rate for rate, _ in good]
    norms = [norm for rate, norm in good if chosen and rate == chosen[0]]
    parts = {"rate": rates} | ({"norm": norms} if method == GDC else {})
    return {
        f"{method}, {part}": Value(
            printed[k],
            chosen[k] if chosen else np.nan,
            (min(fine), max(fine)) if fine else None,
        )
        for k, (part, fine) in enumerate(parts.items())
    }


def ends(config: Mapping) -> tuple[float, float]:
    """Return the smallest and the largest rate of a search's grid."""
    return min(config["rates"]), max(config["rates"])


def _printed(dataset: str) -> dict[tuple[str, str], Candidate]:
    """Return the paper's candidates for a dataset by method and start."""
    ours = {head: start for start, head in PAPER_STARTS.items()}
    return {
        (row.method, ours[row.start]): (float(row.rate), finite(row.clip))
        for row in papers.alm_rates(papers.ALM_TABLE_OF[dataset]).itertuples()
    }
