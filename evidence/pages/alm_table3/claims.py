"""Paper B, Tables 3a-3c and what section 5.4 reads off them: is the ALM the best method?"""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from math import log10

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Comparisons, Measurement, Values
from evidence.pages.alm_table3 import claims_beside as beside
from evidence.pages.alm_table3.cells import PAPER_STARTS, Cell, cells, shares
from evidence.pages.alm_table3.claims_table3a import formula, program
from evidence.pages.alm_table3.contest import MEASURED, Contest, best_combination, contest
from evidence.pages.alm_table3.trials import (
    ALM,
    FAIR,
    MEASURE_TITLES,
    OBJECTIVE,
    OWN,
    PRINTED,
    RIVALS,
    SIMPLE,
    STARTS,
    Method,
    Trials,
    gather,
    span,
    trials_of,
)
from evidence.papers import tables as papers
from evidence.papers.alm_zero import zero_cells
from evidence.protocols.alm import RESTARTED, TEST, TRAIN
from evidence.protocols.titles import PAPER_SERIES, SERIES
from evidence.rivals.predictors.of_series import LEAST_SQUARES
from evidence.statistics import Outcome, summarise
from lib.datasets import SYNTHETIC
from lib.datasets.sp500 import NAMES as SP500

PAIR = (TRAIN, TEST)
"""The two errors that the paper's sentences are about."""

ONE_PERCENT = 0.01
"""Cells within this share of the answer zero are near it."""

SHORT, LONG = SYNTHETIC
RELEASED, WRITTEN, INTENDED = SP500

AMONG = {
    PRINTED: "the descent methods as in the paper",
    FAIR: "the fair group",
    SIMPLE: "the predictors without a network",
}


class Findings:
    """What the trials of one part of Table 3 come to, each part of it computed when first asked.

    Args:
        table: ``3a``, ``3b`` or ``3c``.
        trials: all trained networks.
    """

    def __init__(self, table: str, trials: Trials) -> None:
        self.table, self.trials = table, trials
        self._contests: dict[tuple[str, str, str], Contest] = {}

    @property
    def datasets(self) -> tuple[str, ...]:
        """Datasets of this part of the table that the records hold, in Table 1's order."""
        return self.trials.datasets

    @cached_property
    def cells(self) -> dict[str, list[Cell]]:
        """Per dataset every cell of the ALM and of the descent methods."""
        trials = self.trials
        return {
            name: cells(
                trials, name, [ALM, *trials.methods(name, PRINTED), *trials.methods(name, FAIR)]
            )
            for name in self.datasets
        }

    def of(self, dataset: str, methods: Sequence[Method], *measures: str) -> list[Cell]:
        """Return the cells of some methods and errors."""
        return [c for c in self.cells[dataset] if c.method in methods and c.measure in measures]

    def contest(self, dataset: str, group: str, measure: str) -> Contest:
        """Return the ALM against one group by one error."""
        key = (dataset, group, measure)
        if key not in self._contests:
            self._contests[key] = contest(self.trials, *key)
        return self._contests[key]

    def contests(self, dataset: str) -> dict[tuple[str, str], Contest]:
        """Return all contests on a dataset, by group and measure."""
        return {
            (group, measure): self.contest(dataset, group, measure)
            for group in RIVALS
            if self.trials.methods(dataset, group)
            for measure in MEASURED[group]
        }


def findings(records: Sequence[Record], table: str) -> Findings:
    """Return everything that the page on one part of Table 3 shows.

    Args:
        records: of the experiments in ``alm_trials.GROUP_OF``.
        table: ``3a``, ``3b`` or ``3c``.
    """
    own = [r for r in records if papers.ALM_TABLE_OF[r.config["dataset"]] == table]
    return Findings(table, gather(own))


def claims(found: Findings) -> list[Judged]:
    """Return what section 5.4 says of a part of Table 3, and our own questions beside it."""
    return judge({name: measure() for name, measure in asked(found).items()})


Asked = dict[str, Callable[[], Measurement | None]]
"""Per claim what measures it; None where a profile leaves out what it needs."""


def asked(found: Findings) -> Asked:
    """Return what measures each claim of a page on a part of Table 3."""
    part = found.table
    dataset = next(name for name in PAPER_SERIES if papers.ALM_TABLE_OF[name] == part)
    descent = found.trials.methods(dataset, PRINTED)
    own = {"3a": _of_3a, "3b": _of_3b, "3c": _of_3c}[part](found)
    return {
        f"B-T{part}-train": partial(leads, found, dataset, PRINTED, TRAIN),
        f"B-T{part}-test": partial(leads, found, dataset, PRINTED, TEST),
        f"B-T{part}-cells-alm": partial(agreement, found, dataset, [ALM]),
        f"B-T{part}-cells-descent": partial(agreement, found, dataset, descent),
        f"O-T{part}-fair-test": partial(leads, found, dataset, FAIR, TEST),
        f"O-T{part}-fair-objective": partial(leads, found, dataset, FAIR, OBJECTIVE),
        f"O-T{part}-simple": partial(leads, found, dataset, SIMPLE, TEST),
    } | own


def _of_3a(found: Findings) -> Asked:
    return {
        "O-T3a-ratios": partial(within_draws, found, SHORT, found.trials.methods(SHORT, PRINTED)),
        "O-T3a-zero": partial(beside.against_zero, found.trials),
        "O-T3a-formula": formula,
        "O-T3a-program": partial(program, found.trials),
    }


def _of_3b(found: Findings) -> Asked:
    others: Asked = {}
    for name in (WRITTEN, INTENDED):
        short, methods = name.split("-")[1], [ALM, *found.trials.methods(name, PRINTED)]
        others[f"O-T3b-{short}-test"] = partial(leads, found, name, PRINTED, TEST)
        others[f"O-T3b-{short}-cells"] = partial(agreement, found, name, methods)
    return {"O-T3b-he": partial(beside.order_from, found.trials, RELEASED, "he")} | others


def _of_3c(found: Findings) -> Asked:
    return {
        "O-T3c-ratios": partial(within_draws, found, LONG, found.trials.methods(LONG, PRINTED)),
        "O-T3c-gdc": partial(beside.untrained, found.trials),
        "O-T3c-generator": partial(beside.recovered, found.trials),
    }


def stated_best(table: str) -> dict[str, tuple[str, ...]]:
    """Return from which starts the ALM's printed mean is the lowest, per error."""
    printed, ours = papers.alm_errors(table), {v: k for k, v in PAPER_STARTS.items()}
    best = {}
    for measure in PAIR:
        cells = printed.pivot(index="start", columns="method", values=measure)
        lowest = cells["ALM"] < cells.drop(columns="ALM").min(axis=1)
        best[measure] = tuple(s for s in STARTS if s in {ours[key] for key in cells.index[lowest]})
    return best


def leads(found: Findings, dataset: str, group: str, measure: str) -> Comparisons | None:
    """Return the ALM against every method of a group.

    Against the paper's methods from the starts from which the paper prints the ALM's mean as the
    lowest, which are those that section 5.4 names; else from all.
    """
    if dataset not in found.datasets:
        return None
    of = found.contest(dataset, group, measure)
    starts = found.trials.starts(dataset)
    if group == PRINTED:
        starts = stated_best(found.table)[measure]
    ratios = [c.ratio for (_, start), c in of.comparisons.items() if start in starts]
    return Comparisons(
        of.cases(starts),
        f"By {MEASURE_TITLES[measure]} the ALM against {AMONG[group]} on {SERIES[dataset]}, "
        f"{len(starts)} starts, {trials_of(found.trials, dataset)}; the others' is {span(ratios)} "
        "times the ALM's",
    )


def agreement(found: Findings, dataset: str, methods: Sequence[Method]) -> Values | None:
    """Return the printed errors of some methods beside ours."""
    if dataset not in found.datasets:
        return None
    main = found.of(dataset, methods, *PAIR)
    return Values(
        {cell.name: cell.value for cell in main if cell.value},
        f"Means on {SERIES[dataset]} over {trials_of(found.trials, dataset)}, against the interval "
        "for one more draw of the series or of the starts",
    )


def within_draws(found: Findings, dataset: str, methods: Sequence[Method]) -> Values | None:
    """Return the printed errors over the ALM's from the same start beside those of our draws."""
    if dataset not in found.datasets:
        return None
    return Values(
        shares(found.trials, dataset, methods),
        f"How many times the ALM's error a method's is, from the same start on the same draw of "
        f"{SERIES[dataset]}: printed, beside the median of {trials_of(found.trials, dataset)} and "
        "the interval for one more draw",
    )


def like_zero() -> tuple[int, int]:
    """Return how many printed cells of Table 3c are those of the answer zero.

    On the series of ten steps the weighted mean of `alm_table1.zero_cells` does not tell the answer
    zero from a small output bias, whose effect on it is of second order.

    Returns:
        The cells that are so to the last printed digit (see ``alm_table1.zero_cells``), and those
        whose two errors are within one percent of them, the former included.
    """
    cells = zero_cells()
    exact = cells[cells["dataset"] == LONG]
    zero, printed = exact[list(PAIR)].median(), papers.alm_errors(papers.ALM_TABLE_OF[LONG])
    close = ((printed[list(PAIR)] / zero - 1).abs() < ONE_PERCENT).all(axis=1)
    return len(exact), int(close.sum())


def key_numbers(found: Findings) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers: dict[str, float] = {}
    if LONG in found.datasets:
        numbers[f"{LONG}.zero_cells"], numbers[f"{LONG}.near_zero_cells"] = like_zero()
        start = best_combination(found.trials, LONG, OWN, TEST).start
        for name, method in (("best", ALM), ("least_squares", (SIMPLE, LEAST_SQUARES))):
            for measure in PAIR:
                errors = found.trials.errors(LONG, method, start, measure)
                numbers[f"{LONG}.{name}.{measure}"] = summarise(errors).median
    for name in found.datasets:
        numbers[f"{name}.trials"] = len(found.trials.numbers(name))
        for cell in found.of(name, [ALM], TRAIN, TEST, RESTARTED):
            numbers[f"{name}.{cell.start}.{cell.measure}"] = cell.ours.median
        for (group, measure), of in found.contests(name).items():
            outcomes = [c.outcome for c in of.comparisons.values()]
            short = f"{name}.{group}.{measure}"
            numbers[f"{short}.comparisons"] = len(outcomes)
            numbers |= {f"{short}.{o.value}": outcomes.count(o) for o in Outcome}
            # The smallest p says what corrected it; counts of outcomes need not move with that.
            smallest = min((c.p for c in of.comparisons.values()), default=1.0)
            numbers[f"{short}.log10_p"] = log10(smallest)
    return {key: float(value) for key, value in numbers.items()}
