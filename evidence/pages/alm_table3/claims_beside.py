"""Paper B, Table 3: questions of our own that stand beside what section 5.4 says."""

import numpy as np

from evidence.kit.rule import Case, Comparisons, Universal
from evidence.pages.alm_table3.cells import PAPER_STARTS
from evidence.pages.alm_table3.contest import contest, printed_leads
from evidence.pages.alm_table3.trials import ALM, PRINTED, SIMPLE, Trials, span, trials_of
from evidence.papers import tables as papers
from evidence.protocols.alm import TEST, TRAIN
from evidence.rivals.predictors.of_series import ZERO
from evidence.statistics import Outcome, compare
from lib.datasets.synthetic import RECIPES

PAIR = (TRAIN, TEST)
SHORT, LONG = RECIPES

FOUND = 0.01
"""A test error below this share of the zero predictor's has found the network of the series."""


def against_zero(trials: Trials) -> Comparisons:
    """Return ALM, SGD and Adam against the answer zero by their test error at T = 10."""
    methods = [ALM, (PRINTED, "SGD"), (PRINTED, "Adam")]
    zero = trials.errors(SHORT, (SIMPLE, ZERO), "", TEST)
    found = compare(
        {
            f"{method[1]}, {start}": (trials.errors(SHORT, method, start, TEST), zero)
            for method in methods
            for start in trials.starts(SHORT)
        }
    )
    better = [name for name, c in found.items() if c.outcome is Outcome.BETTER]
    return Comparisons(
        {name: Case(c.outcome) for name, c in found.items()},
        f"Test error of one step, {trials_of(trials, SHORT)}, Holm over all; zero's is "
        f"{span([c.ratio for c in found.values()])} times theirs; better: "
        + (", ".join(better) or "none"),
    )


def order_from(trials: Trials, dataset: str, start: str) -> Comparisons | None:
    """Return whether the ALM stands to each method from one start as the printed means do."""
    if dataset not in trials.datasets:
        return None
    part = papers.ALM_TABLE_OF[dataset]
    table = papers.alm_errors(part)
    printed = table[table["start"] == PAPER_STARTS[start]].set_index("method")
    turned = {Outcome.BETTER: Outcome.WORSE, Outcome.WORSE: Outcome.BETTER}
    cases, places = {}, []
    for measure in PAIR:
        below = printed[measure] < printed.loc[ALM[1], measure]
        places.append(int(below.sum()) + 1)
        leads = printed_leads(dataset, PRINTED, measure)
        for (method, of), c in contest(trials, dataset, PRINTED, measure).comparisons.items():
            if of == start:
                outcome = turned.get(c.outcome, c.outcome) if below[method[1]] else c.outcome
                lead = leads[method[1], start]
                cases[f"{method[1]}, {measure}"] = Case(outcome, max(lead, 1 / lead) >= c.visible)
    return Comparisons(
        cases,
        f"The order that Table {part} prints, where the ALM is at place {places[0]} "
        f"(training) and {places[1]} (test) of {len(printed)}; a case survives where that method "
        f"stands to the ALM as printed, {trials_of(trials, dataset)}",
    )


def untrained(trials: Trials) -> Comparisons:
    """Return the answer zero against clipped descent from He's start at T = 500."""
    found = compare(
        {
            part: tuple(
                trials.errors(LONG, method, "he", part)
                for method in ((SIMPLE, ZERO), (PRINTED, "GDC"))
            )
            for part in PAIR
        }
    )
    return Comparisons(
        {part: Case(c.outcome) for part, c in found.items()},
        f"{trials_of(trials, LONG)}; GDC's errors are "
        + " and ".join(f"{c.ratio:.2g}" for c in found.values())
        + " times those of zero (training, test)",
    )


def recovered(trials: Trials) -> Universal:
    """Return how many runs of the ALM miss the network that generated the series."""
    starts = trials.starts(LONG)
    zero = trials.errors(LONG, (SIMPLE, ZERO), "", TEST)
    shares = np.concatenate([trials.errors(LONG, ALM, start, TEST) / zero for start in starts])
    return Universal(
        cases=shares.size,
        violated=int(np.sum(~(shares < FOUND))),
        drawn=f"Runs of the ALM from {len(starts)} starts on {trials_of(trials, LONG)}; found is a "
        f"test error below {FOUND:.0%} of zero's, while the noise has a deviation of "
        f"{RECIPES[LONG].noise:g} and the weights one of {RECIPES[LONG].weights:g}",
        worst=f"{shares.min():.0%} at best, {np.median(shares):.0%} in the median run",
    )
