"""Paper A, overfitting in the trials of Tables 3 and 5.

Decided before anything was computed. The *gap* is the test loss less the training loss of a trial,
a loss being one minus the accuracy, or the error; it may be negative.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from scipy.stats import kendalltau

from evidence.kit.rule import Case, Comparisons
from evidence.pages.sl1_results.results import (
    Results,
    is_classification,
    printed_losses,
    shown,
)
from evidence.protocols.sl1 import SL1
from evidence.protocols.sl1_networks import TEST, TRAIN
from evidence.statistics import Outcome, holm, signed_rank
from evidence.statistics.comparison import SIGNIFICANT
from evidence.statistics.power import smallest_difference

GRU = "GRU"

Sets = Iterable[tuple[Results, str]]
"""Results with the name of one of their datasets."""

Gaps = tuple[np.ndarray, np.ndarray, float]
"""Of one model and of another, and by how much the printed gap of the first is smaller."""


def gaps(results: Results, name: str, model: str) -> np.ndarray:
    """Return by how much the test loss of every trial exceeds its training loss."""
    with np.errstate(invalid="ignore"):
        gap = results.losses(name, model, TEST) - results.losses(name, model, TRAIN)
    return np.where(np.isnan(gap), np.inf, gap)


def smaller(pairs: Mapping[str, Gaps]) -> dict[str, Case]:
    """Return whether the first of two gaps is the smaller one; gaps may be negative."""
    differences = {name: _difference(*pair[:2]) for name, pair in pairs.items()}
    tests = {name: signed_rank(difference) for name, difference in differences.items()}
    corrected = holm([test.p for test in tests.values()])
    found = {}
    for (name, test), p in zip(tests.items(), corrected, strict=True):
        outcome = Outcome.BETTER if test.lean > 0 else Outcome.WORSE
        known = differences[name][np.isfinite(differences[name])]
        needed = smallest_difference(differences[name].size, SIGNIFICANT / len(pairs))
        spread = known.std(ddof=1) if known.size > 1 else np.inf
        lead = pairs[name][2]
        seen = np.isfinite(needed) and 0 < lead >= spread * needed
        found[name] = Case(outcome if p <= SIGNIFICANT else Outcome.TIE, visible=bool(seen))
    return found


def _difference(first: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the other less the first, 0 where both diverged."""
    return np.where(first == other, 0.0, other - np.where(first == other, 0.0, first))


def _printed_gap(name: str, model: str) -> float:
    test, train = (printed_losses(name, measure)[model] for measure in (TEST, TRAIN))
    return float(test - train)


def less_than_gru(sets: Sets, tests: str) -> Comparisons:
    """Compare SL1-GRU's gap with the GRU's; `tests` says which tests these are."""
    pairs = {
        shown(name): (
            gaps(results, name, SL1),
            gaps(results, name, GRU),
            _printed_gap(name, GRU) - _printed_gap(name, SL1),
        )
        for results, name in sets
    }
    return Comparisons(
        smaller(pairs),
        detail=f"Gap between test and training loss of SL1-GRU and GRU, {tests}",
    )


def of_gru(sets: Sets, tests: str) -> Comparisons:
    """Compare the GRU's gap with zero; `tests` says which tests these are."""
    pairs = {}
    for results, name in sets:
        gap = gaps(results, name, GRU)
        pairs[shown(name)] = (np.zeros(gap.size), gap, _printed_gap(name, GRU))
    return Comparisons(
        smaller(pairs),
        detail=f"The GRU's test loss above its training loss, {tests}",
    )


def most_on_small(tables: Iterable[Results]) -> Comparisons:
    """Rank the gap, of an error over the training error, by the number of training samples."""
    p_values, signs, said = [], [], []
    for results in tables:
        sizes = [samples(results, name) for name in results.sets]
        gap = [float(np.median(_relative(results, name))) for name in results.sets]
        found = kendalltau(sizes, gap)
        p_values.append(found.pvalue if np.isfinite(found.pvalue) else 1.0)
        signs.append(found.statistic)
        said.append(f"{found.statistic:.2f} over {len(sizes)}")
    outcomes = [
        Outcome.TIE if p > SIGNIFICANT else (Outcome.BETTER if sign < 0 else Outcome.WORSE)
        for p, sign in zip(holm(p_values), signs, strict=True)
    ]
    return Comparisons(
        dict(zip(("Table 3", "Table 5"), map(Case, outcomes), strict=True)),
        detail="Rank correlation of the GRU's gap with the number of training samples: "
        f"{' and '.join(said)} sets",
    )


def _relative(results: Results, name: str) -> np.ndarray:
    found = gaps(results, name, GRU)
    return found if is_classification(name) else found / results.losses(name, GRU, TRAIN)


def samples(results: Results, name: str) -> float:
    """Return about how many samples an epoch has: mini-batches times their size."""
    record = results.record(name, SL1)
    batches = record.rows[0]["steps"] / record.config["epochs"]
    return batches * record.config["setting"]["batch_size"]
