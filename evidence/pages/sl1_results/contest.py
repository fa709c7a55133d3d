"""Paper A, Tables 3 and 5: which of two models is better, trial by trial?

Decided before the full-scale records were made. All models on a dataset share splits, and the GRUs
starts and mini-batches too. All fifteen pairs of the paper's six models by one measure on one
dataset are one family: exact signed-rank tests over the ten trials, corrected after Holm. Fifteen
comparisons are within what ten trials, all pointing one way, can make significant. The proximal
model, which the paper lacks, is compared with the six in a family of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np

from evidence.kit.rule import Case
from evidence.pages.sl1_results.results import ALL, Results, printed_losses, shown
from evidence.protocols.sl1 import PRINTED, PROX
from evidence.statistics import Comparison, Outcome, compare
from evidence.statistics.comparison import can_decide

TURNED = {
    Outcome.BETTER: Outcome.WORSE,
    Outcome.TIE: Outcome.TIE,
    Outcome.WORSE: Outcome.BETTER,
}


@dataclass(frozen=True)
class Family:
    """Comparisons of models on one dataset by one measure.

    Attributes:
        comparisons: of the first model with the other one.
        decidable: whether the trials are enough for all of them to be significant.
    """

    comparisons: dict[tuple[str, str], Comparison]
    decidable: bool

    def outcome(self, first: str, other: str) -> Outcome:
        """Return how the first model did against the other."""
        if (first, other) in self.comparisons:
            return self.comparisons[first, other].outcome
        return TURNED[self.comparisons[other, first].outcome]

    def case(self, first: str, other: str, lead: float = 1.0) -> Case:
        """Return how the first model did, and whether its printed lead would have been seen.

        Args:
            first: the model that the paper puts ahead.
            other: its rival.
            lead: the other's printed loss over the first's, 1 where none is printed.
        """
        pair = (first, other) if (first, other) in self.comparisons else (other, first)
        seen = lead > 1 and lead >= self.comparisons[pair].visible
        return Case(self.outcome(first, other), visible=bool(seen))


@cache
def family(results: Results, name: str, measure: str, moment: str = ALL) -> Family:
    """Return all pairs of the paper's models."""
    losses = {model: results.losses(name, model, measure, moment) for model in PRINTED}
    return compared(losses, combinations(losses, 2))


@cache
def proximal(results: Results, name: str, measure: str, moment: str = ALL) -> Family:
    """Return the proximal model against each of the paper's."""
    models = (*PRINTED, PROX)
    losses = {model: results.losses(name, model, measure, moment) for model in models}
    return compared(losses, ((PROX, model) for model in PRINTED))


def compared(losses: Mapping[str, np.ndarray], pairs: Iterable[tuple[str, str]]) -> Family:
    """Return the comparisons of some pairs of models, by losses over the same trials."""
    wanted = {(a, b): (losses[a], losses[b]) for a, b in pairs}
    trials = next(iter(losses.values())).size
    return Family(compare(wanted), can_decide(trials, len(wanted)))


def cases(
    results: Results, measure: str, pairs: Iterable[tuple[str, str]]
) -> dict[tuple[str, str, str], Case]:
    """Return by dataset and pair how the first of two models did, on every set of the paper."""
    wanted = list(pairs)
    return {
        (shown(name), first, other): case(results, name, measure, first, other)
        for name in results.sets
        for first, other in wanted
    }


def case(results: Results, name: str, measure: str, first: str, other: str) -> Case:
    """Return how the first of two models did on a dataset, beside the printed lead."""
    theirs = printed_losses(name, measure)
    return family(results, name, measure).case(first, other, theirs[other] / theirs[first])


@dataclass(frozen=True)
class Order:
    """A printed order of two models, and what became of it.

    Attributes:
        better: the model with the better printed number.
        worse: the other one.
        outcome: how the first did against the other in our trials.
    """

    better: str
    worse: str
    outcome: Outcome


def orders(results: Results, name: str, measure: str, moment: str = ALL) -> list[Order]:
    """Return every printed order of two models on a dataset; equal numbers have none."""
    values, tests = printed_losses(name, measure), family(results, name, measure, moment)
    found = []
    for pair in combinations(PRINTED, 2):
        a, b = sorted(pair, key=lambda model: values[model])
        if values[a] != values[b]:
            found.append(Order(a, b, tests.outcome(a, b)))
    return found


def tally(found: list[Order]) -> dict[Outcome, int]:
    """Return how many printed orders survive, are ties, and are reversed."""
    outcomes = [order.outcome for order in found]
    return {outcome: outcomes.count(outcome) for outcome in Outcome}


def leader(results: Results, name: str, measure: str, moment: str = ALL) -> str:
    """Return which of the paper's models has the best mean; the first of equals."""
    means = [results.losses(name, model, measure, moment).mean() for model in PRINTED]
    return PRINTED[int(np.argmin(means))]
