"""Paper B, section 5.4: is the ALM better than the others, trial by trial?

Decided before the full-scale records were made: whether a lead is more than chance is asked with
exact signed-rank tests over the trials, corrected after Holm over one family, which is all
comparisons of the ALM with one group of methods, from all starts, by one error on one dataset.
Twenty-five comparisons are the most for which ten trials, all pointing one way, stay significant,
and no family is larger. A lead is a tie, not a defeat, when the test does not tell. The lead that
the paper prints, the ratio of its two means, is visible when our trials would have shown it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from evidence.kit.rule import Case
from evidence.pages.alm_table3.cells import PAPER_STARTS
from evidence.pages.alm_table3.trials import (
    ALM,
    FAIR,
    OBJECTIVE,
    OWN,
    PRINTED,
    SIMPLE,
    Method,
    Trials,
)
from evidence.papers import tables as papers
from evidence.protocols.alm import RESTARTED, TEST, TRAIN
from evidence.statistics import Comparison, compare
from evidence.statistics.comparison import can_decide


@dataclass(frozen=True)
class Contest:
    """The ALM against one group by one error on one dataset.

    Attributes:
        dataset: its name.
        group: the other methods.
        measure: the error.
        comparisons: per other method and start.
        decidable: whether the trials are enough for the whole family to be significant.
    """

    dataset: str
    group: str
    measure: str
    comparisons: dict[tuple[Method, str], Comparison]
    decidable: bool

    def cases(self, starts: Collection[str]) -> dict[str, Case]:
        """Return the comparisons from some starts as a claim's cases."""
        printed = printed_leads(self.dataset, self.group, self.measure)
        return {
            f"{self.dataset}, {method[1]}, {start}, {self.measure}": Case(
                found.outcome, printed.get((method[1], start), 0.0) >= found.visible
            )
            for (method, start), found in self.comparisons.items()
            if start in starts
        }


MEASURED = {
    PRINTED: (TRAIN, TEST, RESTARTED, OBJECTIVE),
    FAIR: (TRAIN, TEST, RESTARTED, OBJECTIVE),
    SIMPLE: (TRAIN, TEST, RESTARTED),
}
"""By what the ALM is compared with each group; a predictor without a network has no objective."""


def printed_leads(dataset: str, group: str, measure: str) -> dict[tuple[str, str], float]:
    """Return by method and start the printed mean over the ALM's; none where none is printed."""
    if group != PRINTED or measure not in (TRAIN, TEST):
        return {}
    table = papers.alm_errors(papers.ALM_TABLE_OF[dataset])
    wide = table.pivot(index="method", columns="start", values=measure)
    leads = wide / wide.loc[ALM[1]]
    return {
        (method, start): float(leads.loc[method, head])
        for start, head in PAPER_STARTS.items()
        for method in leads.index
    }


def contest(trials: Trials, dataset: str, group: str, measure: str) -> Contest:
    """Return the ALM's comparisons with one group, from every start, as one family."""
    pairs = {
        (method, start): tuple(trials.errors(dataset, who, start, measure) for who in (ALM, method))
        for start in trials.starts(dataset)
        for method in trials.methods(dataset, group)
    }
    decidable = can_decide(len(trials.numbers(dataset)), len(pairs))
    return Contest(dataset, group, measure, compare(pairs), decidable)


@dataclass(frozen=True)
class Combination:
    """A method from its best start, by the mean of one error.

    Attributes:
        method: group and name.
        start: the initialisation.
        mean: over all trials.
    """

    method: Method
    start: str
    mean: float


def best_combination(trials: Trials, dataset: str, group: str, measure: str) -> Combination:
    """Return the combination of a group's methods with a start that has the lowest mean."""
    found = [
        Combination(method, start, float(trials.errors(dataset, method, start, measure).mean()))
        for method in trials.methods(dataset, group)
        for start in trials.starts(dataset)
    ]
    return min(found, key=lambda combination: combination.mean)


def championship(trials: Trials, group: str, measure: str, datasets: Collection[str]) -> dict:
    """Return per dataset the ALM's best combination against the group's best, as one family.

    Both sides are chosen by the same trials that compare them, as in the paper. That favours a
    little the side that has more combinations to choose from, the group.
    """
    pairs = {}
    for name in datasets:
        best = (best_combination(trials, name, of, measure) for of in (OWN, group))
        pairs[name] = tuple(trials.errors(name, c.method, c.start, measure) for c in best)
    return {
        name: Case(found.outcome, printed_best(name, measure) >= found.visible)
        for name, found in compare(pairs).items()
    }


def printed_best(dataset: str, measure: str) -> float:
    """Return the others' lowest printed mean over the ALM's lowest."""
    table = papers.alm_errors(papers.ALM_TABLE_OF[dataset]).set_index("method")[measure]
    return float(table.drop(ALM[1]).min() / table[ALM[1]].min())
