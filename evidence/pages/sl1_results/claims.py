"""Paper A, Tables 3 and 5: what becomes of what the paper reads off them.

The functions take `Results` of one of the two experiments, and the references' records. A claim is
asked of every set of the paper at the end of the training; the page's tables and the multiverse say
how it fares after a tenth and a half of the epochs. The rules were written before the full-scale
records were seen.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Values
from evidence.pages.sl1_results.cells import (
    against_simple,
    cell,
    gain,
    gain_value,
    mean,
    overfitted,
    simple,
)
from evidence.pages.sl1_results.contest import (
    case,
    cases,
    family,
    leader,
    orders,
    proximal,
    tally,
)
from evidence.pages.sl1_results.results import (
    Results,
    is_classification,
    shown,
)
from evidence.protocols.sl1 import MODELS, PRINTED, PROX, SL1
from evidence.protocols.sl1_networks import TEST, TRAIN
from evidence.rivals.predictors.of_tables import CONSTANT, LINEAR
from evidence.statistics import Outcome, summarise

L1 = "L1-GRU"
PAIRS = tuple(combinations(PRINTED, 2))
AGAINST_SL1 = tuple((SL1, other) for other in PRINTED if other != SL1)

STATED = {3: (1.0, 2.4), 5: (7.8, 15.4)}
"""SL1-GRU's gain on the GRU by the abstract: points of accuracy, per cent of the error."""

TESTS = "signed-rank tests over the trials, Holm over the 15 pairs of models of a set"


def claims(results: Results, references: Sequence[Record]) -> list[Judged]:
    """Return what section 4.2 or 4.3 reads off its table, with what was measured."""
    number, score, gained = (
        (3, "accuracy", "A-abs-acc")
        if is_classification(results.names[0])
        else (5, "error", "A-abs-mse")
    )
    lead = sum(leader(results, name, TEST) == SL1 for name in results.sets)
    gains = {shown(n): gain_value(results, n, STATED[number]) for n in results.sets}
    ours = [value.ours for value in gains.values()]
    unit = "points" if number == 3 else "%"
    return judge(
        {
            f"A-T{number}-best": Comparisons(
                cases(results, TEST, AGAINST_SL1),
                detail=f"Test {score} against the five others on {len(results.sets)} sets, "
                f"{TESTS}; its mean is the best on {lead}",
            ),
            gained: Values(
                gains,
                detail=f"Gain in test {score} on each set, {min(ours):+.2f} to {max(ours):+.2f} "
                f"{unit}, against the stated range",
                unit=unit,
            ),
            f"A-T{number}-order": Comparisons(
                {
                    (shown(name), order.better, order.worse): case(
                        results, name, TEST, order.better, order.worse
                    )
                    for name in results.sets
                    for order in orders(results, name, TEST)
                },
                detail=f"Pairs of models in their printed order by test {score}, {TESTS}",
            ),
            f"A-T{number}-cells-test": _cells(results, TEST),
            f"A-T{number}-cells-train": _cells(results, TRAIN),
            f"O-T{number}-smoothing": Comparisons(
                {
                    (shown(name), rival): tests.case(SL1, rival)
                    for name in results.sets
                    for rival, tests in (
                        (L1, family(results, name, TEST)),
                        (PROX, proximal(results, name, TEST)),
                    )
                },
                detail=f"Test {score} against L1 by its subgradient and by the soft threshold, "
                "which the paper lacks",
            ),
            f"O-T{number}-linear": _simple(results, references),
            **({"O-T5-ratio": _ratios(results)} if number == 5 else {}),
        }
    )


def _ratios(results: Results) -> Values:
    return Values(
        {
            f"{shown(name)}, {model}": overfitted(results, name, model)
            for name in results.sets
            for model in PRINTED
        },
        detail="Test over training error of every cell, against where the ratio of ten more of our "
        "trials would lie",
    )


def _cells(results: Results, measure: str) -> Values:
    return Values(
        {
            f"{shown(name)}, {model}": cell(results, name, model, measure)
            for name in results.sets
            for model in PRINTED
        },
        detail="Printed means against where the mean of ten more of our trials would lie",
    )


def _simple(results: Results, references: Sequence[Record]) -> Comparisons | None:
    found = {
        (shown(name), predictor): comparison
        for name in results.sets
        for predictor, comparison in against_simple(results, references, name).items()
    }
    if not found:
        return None
    lost = [
        name
        for (name, predictor), c in found.items()
        if predictor == CONSTANT and c.outcome is Outcome.WORSE
    ]
    return Comparisons(
        {key: Case(comparison.outcome) for key, comparison in found.items()},
        detail="Against logistic or ridge regression and against the largest class or the mean, "
        f"on the same splits; worse than the latter on {', '.join(lost) or 'none'}",
    )


def key_numbers(results: Results, references: Sequence[Record]) -> dict[str, float]:
    """Return the numbers that prose quotes and that the regression test holds."""
    found: dict[str, float] = {"sets": len(results.names)}
    for name in results.names:
        for model in MODELS:
            for measure in (TEST, TRAIN):
                found[f"{name}.{model}.{measure}"] = mean(results, name, model, measure).mean
        found[f"{name}.gain"] = 100 * summarise(gain(results, name)).mean
        found[f"{name}.epochs"] = results.epochs(name)
        found[f"{name}.diverged"] = sum(
            int(np.isinf(results.losses(name, model, TEST)).sum()) for model in MODELS
        )
        scores = simple(references, name, LINEAR, TEST)
        if scores is not None:
            found[f"{name}.linear.test"] = scores.mean()
            found[f"{name}.constant.test"] = simple(references, name, CONSTANT, TEST).mean()
    totals = [tally(orders(results, name, TEST)) for name in results.names]
    found["orders"] = sum(sum(total.values()) for total in totals)
    found["orders.tie"] = sum(total[Outcome.TIE] for total in totals)
    return found
