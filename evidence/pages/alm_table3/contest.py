"""Paper B, section 5.4: is the ALM better than the others, trial by trial?

Three questions are kept apart, all decided before the full-scale records were made. Which method
has the lowest *mean* is the paper's own criterion; a mean over runs of which some did not finish is
never the lowest. Whether a lead is *more than chance* is asked with exact signed-rank tests over
the trials, corrected after Holm over one family: all comparisons of the ALM with one group of
methods, from all starts, by one error on one dataset. Twenty-five comparisons are the most for
which ten trials, all pointing one way, stay significant, and no family is larger. And a lead is a
tie, not a defeat, when the test does not tell.
"""

from dataclasses import dataclass

from evidence.pages.alm_table3.trials import (
    ALM,
    FAIR,
    OBJECTIVE,
    OWN,
    PRINTED,
    RIVALS,
    SIMPLE,
    Method,
    Trials,
)
from evidence.protocols.alm import RESTARTED, TEST, TRAIN
from evidence.statistics import Comparison, Outcome, compare
from evidence.statistics.comparison import can_decide


@dataclass(frozen=True)
class Contest:
    """The ALM against one group by one error on one dataset.

    Attributes:
        group: the other methods.
        measure: the error.
        comparisons: per other method and start.
        leads: starts from which the ALM's mean is the lowest.
        decidable: whether the trials are enough for the whole family to be significant.
    """

    group: str
    measure: str
    comparisons: dict[tuple[Method, str], Comparison]
    leads: tuple[str, ...]
    decidable: bool

    def outcomes(self, start: str) -> list[Outcome]:
        """Return how the ALM did against every other method from one start."""
        return [c.outcome for (_, of), c in self.comparisons.items() if of == start]

    def best(self, start: str) -> bool:
        """Return whether the ALM is better than every other method from this start."""
        return all(outcome is Outcome.BETTER for outcome in self.outcomes(start))

    def beaten(self, start: str) -> bool:
        """Return whether the ALM is worse than some other method from this start."""
        return Outcome.WORSE in self.outcomes(start)


MEASURED = {
    PRINTED: (TRAIN, TEST, RESTARTED, OBJECTIVE),
    FAIR: (TRAIN, TEST, RESTARTED, OBJECTIVE),
    SIMPLE: (TRAIN, TEST, RESTARTED),
}
"""By what the ALM is compared with each group; a predictor without a network has no objective."""


def contests(trials: Trials, dataset: str) -> dict[tuple[str, str], Contest]:
    """Return all contests on a dataset, by group and measure."""
    return {
        (group, measure): contest(trials, dataset, group, measure)
        for group in RIVALS
        if trials.methods(dataset, group)
        for measure in MEASURED[group]
    }


def contest(trials: Trials, dataset: str, group: str, measure: str) -> Contest:
    """Return the ALM's comparisons with one group, from every start, as one family."""
    starts, methods = trials.starts(dataset), trials.methods(dataset, group)
    pairs = {
        (method, start): tuple(trials.errors(dataset, who, start, measure) for who in (ALM, method))
        for start in starts
        for method in methods
    }
    leads = tuple(
        start
        for start in starts
        if all(pairs[m, start][0].mean() < pairs[m, start][1].mean() for m in methods)
    )
    decidable = can_decide(len(trials.numbers(dataset)), len(pairs))
    return Contest(group, measure, compare(pairs), leads, decidable)


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


def championship(
    trials: Trials, dataset: str, group: str
) -> dict[str, tuple[Combination, Combination, Comparison]]:
    """Return the ALM's best combination, the group's best, and their comparison, per error.

    The two errors are one family. Both sides are chosen by the same trials that compare them, as in
    the paper. That favours a little the side that has more combinations to choose from, the group.
    """
    best = {
        measure: tuple(best_combination(trials, dataset, of, measure) for of in (OWN, group))
        for measure in (TRAIN, TEST)
    }
    pairs = {
        measure: tuple(trials.errors(dataset, c.method, c.start, measure) for c in both)
        for measure, both in best.items()
    }
    found = compare(pairs)
    return {measure: (*best[measure], found[measure]) for measure in best}
