"""Paper A, what is said of networks without a penalty and of Table 3's accuracies themselves.

Decided before anything was computed. A GRU and an LSTM perform comparably where their mean test
scores lie within a hundredth of each other, for errors within a tenth.
"""

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.rule import Universal, Value, Values
from evidence.pages.sl1_results.cells import FEWEST, REPETITIONS
from evidence.pages.sl1_results.contest import leader
from evidence.pages.sl1_results.results import Results, is_classification, shown
from evidence.papers import tables as papers
from evidence.protocols.sl1 import SL1
from evidence.protocols.sl1_networks import TEST, TRAIN
from evidence.statistics import mean_interval

GRU, LSTM = "GRU", "LSTM"
COMPARABLE = {True: (0.99, 1.01), False: (0.9, 1.1)}
"""The GRU's score over the LSTM's, for accuracies and for errors."""

LAST_DIGIT = 1e-4
"""Accuracies are printed to four decimals."""


def claims(results: Results) -> list[Judged]:
    """Return the statements; all but one are about accuracies alone."""
    if not is_classification(results.names[0]):
        return judge({"A-int-comparable-regression": _comparable(results)})
    own = sum(leader(results, name, TRAIN) == SL1 for name in results.sets)
    possible = [possible for _, possible in grains()]
    return judge(
        {
            "A-int-comparable": _comparable(results),
            "A-T3-train": Values(
                {"sets": Value.exact((-np.inf, len(results.sets) - 1), own)},
                detail="On so many sets it has the highest mean training accuracy, "
                f"of {len(results.sets)}",
                unit="sets",
            ),
            "A-T3-means": Universal(
                cases=len(possible),
                violated=possible.count(False),
                drawn="The printed accuracies that four decimals can tell from others; each is to "
                "be a whole number of right answers out of ten times the samples",
            ),
        }
    )


def _comparable(results: Results) -> Values:
    return Values(
        {shown(name): _ratio(results, name) for name in results.sets},
        detail="The GRU's test score over the LSTM's, trial by trial; comparable is a hundredth of "
        "an accuracy, a tenth of an error",
    )


def _ratio(results: Results, name: str) -> Value:
    ours, theirs = (results.scores(name, model, TEST) for model in (GRU, LSTM))
    ratios = ours / theirs
    ratios = ratios[np.isfinite(ratios)]
    chance = mean_interval(ratios) if ratios.size >= FEWEST else None
    return Value(COMPARABLE[is_classification(name)], float(ratios.mean()), chance)


def grains() -> list[tuple[str, bool]]:
    """Return per printed accuracy its dataset and whether a mean over ten trials can round to it.

    Of n samples in each of ten trials k are right, so the mean is k/(10 n). Where these values lie
    closer than the printed digits nothing can be told, and the accuracy is left out.
    """
    sizes = papers.sl1_sizes()
    found = []
    for _, row in papers.sl1_results(3).iterrows():
        for part in (TRAIN, TEST):
            n = REPETITIONS * sizes.loc[row["dataset"], part]
            if 1 / n > LAST_DIGIT:
                nearest = np.round(row[part] * n) / n
                found.append((row["dataset"], bool(abs(nearest - row[part]) <= LAST_DIGIT / 2)))
    return found
