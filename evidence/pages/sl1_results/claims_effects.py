"""Paper A, what the penalty is said to be good for: small networks, the same score, less overfit.

Decided before anything was computed; the records are those of Tables 3 and 5. Two models, or two
scores of one model, are compared by exact signed-rank tests over the trials, Holm over the datasets
of a claim. The *gap* is the test loss less the training loss of a trial, a loss being one minus the
accuracy, or the error. A printed sparsity agrees with our trials when it lies in Welch's 95 %
interval around our mean, widened by half a unit of the fourth decimal, and agrees in part within a
point.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from evidence.kit.tables import counted
from evidence.kit.verdicts import Claim, Verdict, decide, together
from evidence.pages.sl1_results.cells import FEWEST, POINT, REPETITIONS, ROUNDING
from evidence.pages.sl1_results.results import SPARSITY, Results, is_classification, printed, shown
from evidence.protocols.sl1 import PRINTED, SL1
from evidence.protocols.sl1_networks import GROUPS, TEST, TRAIN
from evidence.protocols.sl1_sparsity import SPARSE
from evidence.statistics import Outcome, compare, holm, signed_rank, two_sample_interval
from evidence.statistics.comparison import SIGNIFICANT, can_decide
from evidence.statistics.summary import number

GRU = "GRU"
SIZES = {Outcome.BETTER: "smaller", Outcome.WORSE: "larger"}


def claims(table3: Results, table5: Results) -> list[Claim]:
    """Judge what sections 1, 4 and 5 say that the sparsity is good for."""
    tables = (table3, table5)
    return [
        _trimmed(tables),
        _unimportant(tables),
        *(_cells(number, results) for number, results in ((3, table3), (5, table5))),
        _overfitting(tables),
        *(_growth(tables, model) for model in SPARSE),
    ]


def _each(tables: Sequence[Results]) -> list[tuple[Results, str]]:
    return [(results, name) for results in tables for name in results.names]


def _trimmed(tables: Sequence[Results]) -> Claim:
    zeros = {
        shown(name): sum(results.column(name, SL1, f"{group}, zero").sum() for group in GROUPS)
        for results, name in _each(tables)
    }
    return Claim(
        "Superfluous weights are removed from the network (contribution 1). Asked here: is a "
        "weight of SL1-GRU exactly zero?",
        "stated",
        f"{sum(zeros.values()):,.0f} weights in all trials of {len(zeros)} datasets",
        decide(*(count > 0 for count in zeros.values())),
        "Judged on each dataset by whether any weight is. By (14) the pull of the penalty vanishes "
        "at zero, so that a weight comes near and does not arrive; a threshold has to remove it.",
    )


def _unimportant(tables: Sequence[Results]) -> Claim:
    found = compare(
        {
            shown(name): (
                _loss(results, name, f"{TEST}, thresholded"),
                results.losses(name, SL1, TEST),
            )
            for results, name in _each(tables)
        }
    )
    small = {
        shown(name): sum(
            results.column(name, SL1, f"{group}, below alpha").mean() for group in GROUPS
        )
        for results, name in _each(tables)
    }
    return Claim(
        "SL1-GRU drops parameters that do not matter and keeps its performance (section 4.3).",
        "stated",
        "test score without the weights below α against with them: "
        + counted(c.outcome for c in found.values()),
        _judge(tables, *(found[n].outcome is not Outcome.WORSE and small[n] > 0 for n in found)),
        "Judged on each dataset by whether there are such weights and the score without them is "
        f"not worse beyond chance. {_tests(tables)}",
    )


def _loss(results: Results, name: str, column: str) -> np.ndarray:
    scores = results.column(name, SL1, column)
    losses = 1 - scores if is_classification(name) else scores
    return np.where(np.isfinite(losses), np.maximum(losses, 0.0), np.inf)


def _cells(table: int, results: Results) -> Claim:
    found = [_cell(results, name, model) for name in results.names for model in PRINTED]
    return Claim(
        f"The sparsity of each model on each set (Table {table}).",
        f"{len(found)} cells here",
        counted(found),
        together(found),
        "A cell holds when the printed mean lies in a 95 % interval around ours, in part when it "
        f"is within {POINT:g} of our mean.",
    )


def _cell(results: Results, name: str, model: str) -> Verdict:
    shares = results.losses(name, model, SPARSITY)  # of the weights that are not near zero
    value, ours = 1 - printed(name)[SPARSITY][model], shares[np.isfinite(shares)]
    if ours.size < FEWEST:
        return Verdict.UNTESTABLE
    inside = two_sample_interval(ours, ours.std(ddof=1), REPETITIONS).holds(value, ROUNDING)
    return decide(inside, inside or abs(value - ours.mean()) <= POINT)


def gaps(results: Results, name: str, model: str) -> np.ndarray:
    """Return by how much the test loss of every trial exceeds its training loss."""
    with np.errstate(invalid="ignore"):
        gap = results.losses(name, model, TEST) - results.losses(name, model, TRAIN)
    return np.where(np.isnan(gap), np.inf, gap)


def smaller(pairs: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, Outcome]:
    """Return whether the first of two gaps is the smaller one; gaps may be negative."""
    tests = {name: signed_rank(_difference(*pair)) for name, pair in pairs.items()}
    corrected = holm([test.p for test in tests.values()])
    return {
        name: Outcome.TIE
        if p > SIGNIFICANT
        else (Outcome.BETTER if test.lean > 0 else Outcome.WORSE)
        for (name, test), p in zip(tests.items(), corrected, strict=True)
    }


def _difference(first: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the other less the first, 0 where both diverged."""
    return np.where(first == other, 0.0, other - np.where(first == other, 0.0, first))


def _overfitting(tables: Sequence[Results]) -> Claim:
    pairs = {
        shown(name): (gaps(results, name, SL1), gaps(results, name, GRU))
        for results, name in _each(tables)
    }
    found = smaller(pairs)
    sizes = [
        f"{name} {number(float(np.median(a)), 2)} ({number(float(np.median(b)), 2)})"
        for name, (a, b) in pairs.items()
    ]
    return Claim(
        "The sparsity reduces overfitting (contribution 3, section 5): SL1-GRU has a smaller gap "
        "between test and training loss than the GRU.",
        "stated",
        f"{counted(found.values(), SIZES)}; medians, the GRU's in brackets: " + ", ".join(sizes),
        _judge(tables, *(outcome is Outcome.BETTER for outcome in found.values())),
        _tests(tables),
    )


def _growth(tables: Sequence[Results], model: str) -> Claim:
    found = compare(
        {
            shown(name): tuple(results.column(name, each, "weight_norm") for each in (model, GRU))
            for results, name in _each(tables)
        }
    )
    ratios = [1 / c.ratio for c in found.values()]
    return Claim(
        f"{model} curbs the growth of weights (sections 1, 4.2 and 5).",
        "stated",
        f"norm of all weights at the end, {min(ratios):.2f} to {max(ratios):.2f} of the GRU's; "
        + counted((c.outcome for c in found.values()), SIZES),
        _judge(tables, *(c.outcome is Outcome.BETTER for c in found.values())),
        _tests(tables),
    )


def _judge(tables: Sequence[Results], *conditions: bool) -> Verdict:
    enough = can_decide(_trials(tables), len(_each(tables)))
    return decide(*conditions) if enough else Verdict.UNTESTABLE


def _trials(tables: Sequence[Results]) -> int:
    return min(len(results.record(name, SL1).rows) for results, name in _each(tables))


def _tests(tables: Sequence[Results]) -> str:
    return (
        f"Signed-rank tests over {_trials(tables)} trials, Holm over {len(_each(tables))} datasets."
    )
