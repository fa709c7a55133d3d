"""Paper B, Tables 3a-3c and what section 5.4 reads off them: is the ALM the best method?"""

from collections.abc import Sequence
from dataclasses import dataclass

from evidence.kit.records import Record
from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.alm_table3 import claims_rivals as alm_rivals
from evidence.pages.alm_table3.cells import PAPER_STARTS, Cell, agreement, cells, tally
from evidence.pages.alm_table3.contest import Contest, best_combination, championship, contests
from evidence.pages.alm_table3.trials import (
    ALM,
    FAIR,
    MEASURE_TITLES,
    OWN,
    PRINTED,
    RIVALS,
    SIMPLE,
    STARTS,
    Method,
    Trials,
    gather,
)
from evidence.papers import tables as papers
from evidence.papers.alm_zero import zero_cells
from evidence.protocols.alm import RESTARTED, TEST, TRAIN
from evidence.protocols.titles import SERIES
from evidence.rivals.predictors.of_series import LEAST_SQUARES
from evidence.statistics import Outcome, smallest_difference, summarise
from evidence.statistics.comparison import SIGNIFICANT, can_decide
from evidence.statistics.summary import number
from lib.datasets.sp500 import NAMES as SP500

PAIR = (TRAIN, TEST)
"""The two errors that the paper's sentences are about."""

ONE_PERCENT = 0.01

LONG = "synthetic-t500"

AMONG = {
    PRINTED: "the descent methods as in the paper",
    FAIR: "the fair group",
    SIMPLE: "the predictors without a network",
}


@dataclass(frozen=True, eq=False)
class Findings:
    """What the trials of one part of Table 3 come to; computed once for a page.

    Attributes:
        table: ``3a``, ``3b`` or ``3c``.
        trials: all trained networks.
        cells: per dataset every cell of the ALM and of the descent methods.
        contests: per dataset the ALM against each group by each error.
    """

    table: str
    trials: Trials
    cells: dict[str, list[Cell]]
    contests: dict[str, dict[tuple[str, str], Contest]]

    @property
    def datasets(self) -> tuple[str, ...]:
        """Datasets of this part of the table that the records hold, in Table 1's order."""
        return tuple(self.cells)

    def of(self, dataset: str, methods: Sequence[Method], *measures: str) -> list[Cell]:
        """Return the cells of some methods and errors."""
        return [c for c in self.cells[dataset] if c.method in methods and c.measure in measures]


def findings(records: Sequence[Record], table: str) -> Findings:
    """Return everything that the page on one part of Table 3 shows.

    Args:
        records: of the experiments in ``alm_trials.GROUP_OF``.
        table: ``3a``, ``3b`` or ``3c``.
    """
    trials = gather([r for r in records if papers.ALM_TABLE_OF[r.config["dataset"]] == table])
    trained = {
        name: [ALM, *trials.methods(name, PRINTED), *trials.methods(name, FAIR)]
        for name in trials.datasets
    }
    return Findings(
        table,
        trials,
        {name: cells(trials, name, trained[name]) for name in trials.datasets},
        {name: contests(trials, name) for name in trials.datasets},
    )


def claims(found: Findings, dataset: str) -> list[Claim]:
    """Judge what section 5.4 says of a part of Table 3, on one dataset.

    What a profile leaves out cannot be tested.
    """
    if dataset not in found.datasets:
        why = f"{SERIES[dataset]} needs the released file, which this profile leaves out."
        sentence = _sentence(found.table, dataset, PRINTED)
        return [Claim(sentence, _stated(found.table), "left out", Verdict.UNTESTABLE, why)]
    return [
        *(_best(found, dataset, group) for group in RIVALS),
        *(_champion(found, dataset, group) for group in (PRINTED, FAIR)),
        _agreement(found, dataset, "the ALM", [ALM]),
        _agreement(
            found, dataset, "the five descent methods", found.trials.methods(dataset, PRINTED)
        ),
        # Of Table 3b alone section 5.4 says so of each error with a number of starts of its own.
        *(_best(found, dataset, PRINTED, (m,)) for m in PAIR if found.table == "3b"),
        *alm_rivals.claims(found.trials, found.cells[dataset], dataset, _named(dataset)),
    ]


def stated_best(table: str) -> dict[str, tuple[str, ...]]:
    """Return from which starts the ALM's printed mean is the lowest, per error."""
    printed, ours = papers.alm_errors(table), {v: k for k, v in PAPER_STARTS.items()}
    best = {}
    for measure in PAIR:
        cells = printed.pivot(index="start", columns="method", values=measure)
        lowest = cells["ALM"] < cells.drop(columns="ALM").min(axis=1)
        best[measure] = tuple(s for s in STARTS if s in {ours[key] for key in cells.index[lowest]})
    return best


def _best(found: Findings, dataset: str, group: str, measures: tuple[str, ...] = PAIR) -> Claim:
    """Judge whether the ALM is better than all of a group, from the starts that the paper names."""
    named = stated_best(found.table)
    rounds = {measure: found.contests[dataset][group, measure] for measure in measures}
    places = [
        (m, start) for m in measures for start in named[m] if start in found.trials.starts(dataset)
    ]
    lead = [start in rounds[m].leads for m, start in places]
    won = [rounds[m].best(start) for m, start in places]
    lost = sum(rounds[m].beaten(start) for m, start in places)
    outcomes = [c.outcome for r in rounds.values() for c in r.comparisons.values()]
    any_round = rounds[measures[0]]
    family, trials = len(any_round.comparisons), len(found.trials.numbers(dataset))
    shown = Verdict.UNTESTABLE
    why = (
        f"{trials} trials are too few: even if all of them pointed one way, {family} comparisons "
        "could not all be told from chance."
    )
    if any_round.decidable:
        shown = decide(*lead, *won)
        needed = smallest_difference(trials, SIGNIFICANT / family)
        why = (
            "Judged in each place by whether it has the lowest mean, and whether it is better than "
            f"every one of them beyond chance ({trials} trials, signed-rank tests, Holm over "
            f"{family} comparisons per error). Of all {len(outcomes)} comparisons it is better in "
            f"{outcomes.count(Outcome.BETTER)}, worse in {outcomes.count(Outcome.WORSE)}, and "
            f"{outcomes.count(Outcome.TIE)} are ties. A lead below {needed:.2g} times its own "
            "spread over the trials would mostly stay a tie."
        )
    return Claim(
        _sentence(found.table, dataset, group, measures),
        _stated(found.table, measures) if group == PRINTED else "not compared",
        f"lowest mean in {sum(lead)} of these {len(places)} places, better than all in {sum(won)}, "
        f"worse than one or more in {lost}",
        shown,
        why,
    )


def _named(dataset: str) -> str:
    """Return how a claim begins: with the dataset where a part of the table is asked of several."""
    return f"{SERIES[dataset]}. " if dataset in SP500 else ""


def _sentence(table: str, dataset: str, group: str, measures: tuple[str, ...] = PAIR) -> str:
    where = "Whatever the start" if table != "3b" else "From the starts that Table 3b marks"
    source = "section 5.4" if group == PRINTED else "asked here"
    what = "errors" if measures == PAIR else MEASURE_TITLES[measures[0]]
    who = f"{_named(dataset)}{where}, the ALM has the lowest {what}"
    return f"{who}, against {AMONG[group]} ({source})."


def _stated(table: str, measures: tuple[str, ...] = PAIR) -> str:
    return ", ".join(
        f"{MEASURE_TITLES[measure]}: {len(starts)} of {len(PAPER_STARTS)} starts"
        for measure, starts in stated_best(table).items()
        if measure in measures
    )


def _champion(found: Findings, dataset: str, group: str) -> Claim:
    """Judge whether the lowest mean of all methods and starts is the ALM's."""
    found_best = championship(found.trials, dataset, group)
    printed = papers.alm_errors(found.table)
    lowest = {m: printed[printed[m] == printed[m].min()] for m in PAIR}
    lead = [own.mean < other.mean for own, other, _ in found_best.values()]
    won = [c.outcome is Outcome.BETTER for *_, c in found_best.values()]
    decidable = can_decide(len(found.trials.numbers(dataset)), len(won))
    return Claim(
        f"{_named(dataset)}Of all combinations of method and start the ALM's have the lowest "
        f"errors, against {AMONG[group]} ({'section 5.4' if group == PRINTED else 'asked here'}).",
        "; ".join(
            f"{MEASURE_TITLES[m]} {rows[m].min():g} ({', '.join(rows['method'].unique())})"
            for m, rows in lowest.items()
        ),
        "; ".join(
            f"{MEASURE_TITLES[m]}: ALM {number(own.mean, 3)}, {other.method[1]} "
            f"{number(other.mean, 3)}"
            for m, (own, other, _) in found_best.items()
        ),
        decide(*lead, *won) if decidable else Verdict.UNTESTABLE,
        "Judged by whether the ALM's best combination has a lower mean than the best of the "
        "others, and whether it is better beyond chance. By the latter: "
        + ", ".join(f"{MEASURE_TITLES[m]} {c.outcome.value}" for m, (_, _, c) in found_best.items())
        + ".",
    )


def _agreement(found: Findings, dataset: str, who: str, methods: Sequence[Method]) -> Claim:
    main = found.of(dataset, methods, *PAIR)
    restarted = found.of(dataset, methods, RESTARTED)
    return Claim(
        f"{_named(dataset)}The printed errors of {who} are those that come out (Table "
        f"{found.table}).",
        f"{len(main)} cells",
        tally(main),
        agreement(main),
        "Cells that cannot be tested do not count. With the hidden state restarted at zero for the "
        f"test part, the test cells alone: {tally(restarted)}.",
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
        for (group, measure), contest in found.contests[name].items():
            outcomes = [c.outcome for c in contest.comparisons.values()]
            short = f"{name}.{group}.{measure}"
            numbers[f"{short}.comparisons"] = len(outcomes)
            numbers[f"{short}.leads"] = len(contest.leads)
            numbers |= {f"{short}.{o.value}": outcomes.count(o) for o in Outcome}
    return {key: float(value) for key, value in numbers.items()}
