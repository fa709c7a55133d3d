"""Paper A, Figure 6: do error, gradient and weights on MNIST behave as the theorems say?

Written before the records of MNIST were seen. What is *near zero* and what *at rest* is as on the
page of Theorems 1 to 3. Who falls faster or stays smaller is decided by exact signed-rank tests
over the trials, after a tenth, a half and all epochs, Holm over models and moments of a claim.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Limit, Universal, Value, Values
from evidence.pages.sl1_results.cells import FEWEST, REPETITIONS
from evidence.pages.sl1_results.norms_fig6 import floor, start_norms
from evidence.pages.sl1_results.results import MOMENTS
from evidence.protocols.sl1 import MODELS, PRINTED, SL1
from evidence.protocols.thresholds import AT_REST, SMALL
from evidence.statistics import compare, two_sample_interval
from evidence.statistics.summary import number

L1, GRU = "L1-GRU", "GRU"
STATED = 140
"""Where the weight norm of SL1-GRU is said to stabilise."""

NEAR = 0.1
"""A norm agrees with the stated one within this share, for it is read off a figure."""

TESTS = "after a tenth, a half and all epochs, Holm over models and moments"

Runs = dict[str, Record]


def runs(records: Sequence[Record]) -> Runs:
    """Return the records of MNIST as one step, or of the part of it that comes with a package."""
    return {
        record.config["model"]: record
        for record in records
        if record.config["dataset"].startswith("mnist") and record.config["width"] is None
    }


def course(record: Record, name: str) -> np.ndarray:
    """Return a quantity along the epochs, shape (trials, epochs); infinite where a run diverged."""
    values = np.array(record.traces[name], dtype=np.float64)
    return np.where(np.isfinite(values), values, np.inf)


def rises(record: Record) -> np.ndarray:
    """Return how often E is higher than at the recorded epoch before, per trial."""
    return np.count_nonzero(np.diff(course(record, "error"), axis=1) > 0, axis=1)


def share(record: Record, name: str) -> np.ndarray:
    """Return the last value over the first, per trial."""
    values = course(record, name)
    return values[:, -1] / values[:, 0]


def moved(record: Record) -> np.ndarray:
    """Return by how much of itself the weight norm changes over the second half, per trial."""
    norm = course(record, "weight_norm")
    half = norm[:, np.searchsorted(record.traces["epoch"], record.traces["epoch"][-1] / 2)]
    with np.errstate(invalid="ignore"):
        return norm[:, -1] / half - 1


def compared(
    found: Runs, name: str, pairs: Sequence[tuple[str, str]], relative: bool = False
) -> dict[tuple[str, ...], Case]:
    """Return pairs of models at all moments: BETTER where the first one's value is the smaller.

    Args:
        found: the runs.
        name: what is compared.
        pairs: of models.
        relative: whether values are divided by the first one.
    """

    def at(model: str, moment: float) -> np.ndarray:
        values, epoch = course(found[model], name), found[model].traces["epoch"]
        value = values[:, np.searchsorted(epoch, moment * epoch[-1])]
        return value / values[:, 0] if relative else value

    tests = compare(
        {
            (first, other, moment): (at(first, where), at(other, where))
            for first, other in pairs
            for moment, where in MOMENTS.items()
        }
    )
    return {key: Case(test.outcome) for key, test in tests.items()}


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return what section 4.2 reads off the three panels, with what was measured."""
    found = runs(records)
    return judge(
        {
            "A-F6a-monotone": _monotone(found),
            "A-F6a-zero": _to_zero(found[SL1]),
            "A-F6b-fastest": Comparisons(
                compared(
                    found,
                    "gradient_norm",
                    [(SL1, model) for model in PRINTED if model != SL1],
                    relative=True,
                ),
                detail=f"Norm of the gradient over its first value, {TESTS}; at the end "
                + ", ".join(
                    f"{_mean(share(found[m], 'gradient_norm'))} ({m})" for m in (SL1, L1, GRU)
                ),
            ),
            "A-F6b-zero": _gradient_to_zero(found[SL1]),
            "A-F6c-bounded": _bounded([found[model] for model in (L1, SL1)]),
            "A-F6c-suppress": Comparisons(
                compared(found, "weight_norm", [(L1, GRU), (SL1, GRU)]),
                detail=f"Norm of all weights against the GRU's, {TESTS}",
            ),
            "A-F6c-more": Comparisons(
                compared(found, "weight_norm", [(SL1, L1)]),
                detail=f"Norm of all weights, {TESTS}; at the end {_norm(found, SL1)} (SL1-GRU), "
                f"{_norm(found, L1)} (L1-GRU)",
            ),
            "A-F6c-140": _stated(found[SL1]),
            "A-F6c-T3": _levels_off(found[SL1]),
        }
    )


def _monotone(found: Runs) -> Universal:
    record = found[SL1]
    up, intervals = rises(record), len(record.traces["epoch"]) - 1
    others = {model: int(rises(found[model]).sum()) for model in MODELS if model != SL1}
    return Universal(
        cases=up.size * intervals,
        violated=int(up.sum()),
        drawn=f"Ends of epochs, {up.size} trials of {record.traces['epoch'][-1]} epochs; E is not "
        f"to rise. That of the six others rises in {sum(others.values())}. Single steps, which "
        "Theorem 1 is about, are not seen here",
    )


def _to_zero(record: Record) -> Limit:
    left, first = share(record, "error"), course(record, "error")[:, 0]
    barred = floor(record) / first >= SMALL
    return Limit(
        runs=left.size,
        reached=int(((left < SMALL) & ~barred).sum()),
        left=int((barred | ~np.isfinite(left)).sum()),
        threshold=f"below {SMALL:g} of the first value",
        detail=f"E of SL1-GRU ends at {_mean(left)} of its first value, and cannot fall below "
        f"{number(float((floor(record) / first).max()), 2)} of it",
    )


def _gradient_to_zero(record: Record) -> Limit:
    left = share(record, "gradient_norm")
    return Limit(
        runs=left.size,
        reached=int((left < SMALL).sum()),
        left=int((~np.isfinite(left)).sum()),
        threshold=f"below {SMALL:g} of the first norm",
        detail=f"{_mean(left)} of its first norm after {record.traces['epoch'][-1]} epochs",
    )


def _bounded(records: Sequence[Record]) -> Limit:
    growth = np.concatenate([moved(record) for record in records])
    return Limit(
        runs=growth.size,
        reached=int((growth < AT_REST).sum()),
        left=int((~np.isfinite(growth)).sum()),
        threshold=f"growth over the second half below {AT_REST:.1%}",
        detail=f"The norm of L1-GRU's and SL1-GRU's weights changes by {100 * growth.mean():+.2g} "
        "% in the mean; as long as E does not rise it bounds all penalised weights",
    )


def _levels_off(record: Record) -> Limit:
    change = moved(record)
    return Limit(
        runs=change.size,
        reached=int((np.abs(change) < AT_REST).sum()),
        left=int((~np.isfinite(change)).sum()),
        threshold=f"change over the second half below {AT_REST:.1%} either way",
        detail=f"The norm of SL1-GRU's weights goes on changing, by {100 * change.mean():+.2g} %",
    )


def _stated(record: Record) -> Values:
    norm = course(record, "weight_norm")
    last = norm[:, -1]
    expected = None
    if last.size >= FEWEST and np.isfinite(last).all():
        interval = two_sample_interval(last, last.std(ddof=1), REPETITIONS)
        expected = interval.low, interval.high
    weights = start_norms()[GRU]["weights"]
    return Values(
        {"norm": Value(STATED, float(last.mean()), expected, rounding=NEAR * STATED)},
        detail=f"Euclidean norm of all weights at the end, {_mean(norm[:, 0], 4)} at the start; "
        f"U[−0.5, 0.5] gives n weights √(n/12), so that {STATED} takes {12 * STATED**2:,}, and "
        f"there are {weights:,.0f}",
    )


def ends_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return mean and deviation over the trials of what the panels show, at start and end."""
    rows = {}
    for model, record in runs(records).items():
        rows[model] = {
            head: f"{_spread(course(record, name)[:, 0])} → {_spread(course(record, name)[:, -1])}"
            for name, head in {
                "error": "E",
                "data_error": "data error",
                "gradient_norm": "gradient norm",
                "weight_norm": "weight norm",
            }.items()
        } | {"rises of E": f"{rises(record).sum()}"}
    return pd.DataFrame(rows).T


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    found = runs(records)
    numbers = {
        "epochs": found[SL1].traces["epoch"][-1],
        "trials": len(found[SL1].rows),
        "floor": floor(found[SL1]),
        "weights": start_norms()["GRU"]["weights"],
    }
    for model, record in found.items():
        for name in ("error", "gradient_norm", "weight_norm"):
            numbers[f"{model}.{name}"] = float(course(record, name)[:, -1].mean())
    start = start_norms()["GRU"]
    numbers |= {
        "start.Euclidean norm": start["Euclidean norm"],
        "start.inputs": start["of the inputs' matrices"],
    }
    return {name: float(value) for name, value in numbers.items()}


def _norm(found: Runs, model: str) -> str:
    return _mean(course(found[model], "weight_norm")[:, -1], 4)


def _mean(values: np.ndarray, digits: int = 2) -> str:
    return number(float(values.mean()), digits) if np.isfinite(values).all() else "infinite"


def _spread(values: np.ndarray) -> str:
    if not np.isfinite(values).all() or values.size < 2:
        return _mean(values, 3)
    return f"{_mean(values, 4)} ± {number(float(values.std(ddof=1)), 2)}"
