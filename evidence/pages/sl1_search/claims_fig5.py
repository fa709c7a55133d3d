"""Paper A, Figure 5 and section 4.2: does the grid search find what is said to be optimal?"""

from collections.abc import Sequence

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.frames import column, one_by
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Universal, Value, Values
from evidence.pages.sl1_search.runs_grid import DATASET
from evidence.pages.sl1_search.search import (
    AXES,
    LEVEL,
    SIGNS,
    TEXT,
    Candidate,
    Search,
    candidate,
    points,
    search,
    values,
)
from evidence.papers import tables as papers
from evidence.protocols.sl1 import TABLE2
from evidence.rivals.predictors.of_tables import LINEAR
from evidence.statistics import Outcome, mean_interval, two_sample_interval
from lib.datasets import SIZES

RELIABLE = (0.99, 1.01)
"""Cross-validated accuracy over test accuracy, where the one tells the other."""


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return what section 4.2 says of the search, on the accuracies after all epochs."""
    last = search(records)
    return judge(
        {
            "A-4.2-cv": _reliable(last),
            "A-4.2-criterion": _by_test(last),
            "A-4.2-optimum": _optimal(last, candidate(TEXT)),
            "A-T2-grid": _optimal(last, candidate(TABLE2[DATASET])),
            "A-T2-effective": _optimal(last, last.cells[last.best]),
            "O-4.2-stable": _stable(last),
            "O-4.2-axes": _effects(last),
        }
    )


def _optimal(found: Search, cell: Candidate) -> Comparisons:
    """Compare one candidate with all others; the severe test finds next to nothing."""
    lag = found.lag(cell)
    return Comparisons(
        {other: Case(outcome) for other, outcome in found.against_others(cell).items()},
        detail=f"{values(cell)} against every other candidate in cross-validation, Student's test "
        f"by the splits, Holm over {len(found.cells) - 1}; rank {lag.rank}, "
        f"{points(lag.behind)} behind the first",
    )


def _effects(found: Search) -> Comparisons:
    told = ", ".join(
        f"{SIGNS[name]} {e.significant} of {e.comparisons}" for name, e in found.effects.items()
    )
    return Comparisons(
        {
            SIGNS[name]: Case(Outcome.BETTER if effect.significant else Outcome.TIE, visible=True)
            for name, effect in found.effects.items()
        },
        detail="Pairs of candidates that differ in one parameter alone and in accuracy, by the "
        f"splits after Holm's correction for all of them: {told}; one pair is enough",
    )


def _reliable(found: Search) -> Values:
    def value(k: int) -> Value:
        ratios = found.by_trial[k] / found.test[k]
        expected = two_sample_interval(ratios, 0.0, ratios.size)
        return Value(RELIABLE, float(ratios.mean()), (expected.low, expected.high))

    cases = {values(cell): value(k) for k, cell in enumerate(found.cells)}
    widest = max(high - low for low, high in (each.chance for each in cases.values()))
    return Values(
        cases,
        detail="A candidate's cross-validated accuracy over its accuracy on the test part, trained "
        f"on all training samples; reliable is within a hundredth, intervals are up to "
        f"{widest:.2f} wide",
    )


def _stable(found: Search) -> Universal:
    trials = range(found.test.shape[1])
    chosen = [found.chosen(found.by_trial, t) for t in trials]
    lead = float(np.diff(np.sort(found.accuracy)[-2:])[0])
    return Universal(
        cases=len(chosen),
        violated=sum(found.best not in few for few in chosen),
        drawn="Splits; the candidate that is best over all is to be first on each, alone or not. "
        f"It leads by {points(lead)} over all, one sample is {points(1 / SIZES[DATASET].train)}",
        worst=f"{min(map(len, chosen))} to {max(map(len, chosen))} candidates share the first "
        "place on a split",
    )


def _by_test(found: Search) -> Values:
    gain = 100 * optimism(found)
    cells = papers.sl1_results(3).set_index(["dataset", "model"])["test"].loc["Wine"]
    lead = 100 * float(cells["SL1-GRU"] - cells.drop("SL1-GRU").max())
    chance = mean_interval(gain)
    return Values(
        {"overstated": Value((-np.inf, lead), float(gain.mean()), chance)},
        detail="By how much choosing by the test part overstates the accuracy, against SL1-GRU's "
        f"lead on Wine in Table 3; one test sample is {points(1 / SIZES[DATASET].test)}",
        unit="points",
    )


def optimism(found: Search) -> np.ndarray:
    """Return by how much choosing by the test part overstates the accuracy, one value a trial.

    From both accuracies the mean over all candidates on the same test parts is taken off, so that
    easy and hard test parts do not count; the mean over the trials is the same without.
    """
    of_trial = found.test.mean(0)
    others = (of_trial.sum() - of_trial) / (of_trial.size - 1)
    reported, elsewhere = found.choices["reported"], found.choices["elsewhere"]
    return (reported - of_trial) - (elsewhere - others)


def key_numbers(records: Sequence[Record], references: Sequence[Record]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes.

    Args:
        records: the search.
        references: predictors without a network, on the same splits.
    """
    last, linear = (
        search(records),
        column(one_by(references, "dataset")[DATASET], "test", predictor=LINEAR),
    )
    numbers: dict[str, float] = {
        "candidates": len(last.cells),
        "tied": int(last.tied.sum()) - 1,
        "tied_at_most": int(np.sum(last.severe_p > LEVEL)) - 1,
        "best": last.accuracy.max(),
        "best_loss": last.loss[last.best],
        "optimism": optimism(last).mean(),
        "logistic": linear.mean(),
        **{name: part.mean() for name, part in last.choices.items()},
        **{f"share.{name}": last.effects[name].share for name in AXES},
    }
    for name, setting in (("text", TEXT), ("table2", TABLE2[DATASET])):
        if lag := last.lag(candidate(setting)):
            numbers |= {
                f"{name}.rank": lag.rank,
                f"{name}.accuracy": lag.accuracy,
                f"{name}.p": lag.p,
            }
    numbers |= {f"range.{rate:g}": high - low for rate, (low, high) in spans(last).items()}
    return {name: float(value) for name, value in numbers.items()}


def spans(found: Search) -> dict[float, tuple[float, float]]:
    """Return the lowest and highest accuracy over lambda and alpha at each rate."""
    rates = found.values[0]
    grid = found.accuracy.reshape(len(rates), -1)
    return {rate: (row.min(), row.max()) for rate, row in zip(rates, grid, strict=True)}
