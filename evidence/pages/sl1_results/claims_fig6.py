"""Paper A, Figure 6: do error, gradient and weights on MNIST behave as the theorems say?

Written before the records of MNIST were seen. What is *near zero* and what *at rest* is as on the
page of Theorems 1 to 3. Who falls faster or stays smaller is decided by exact signed-rank tests
over the trials, after a tenth, a half and all epochs, Holm over models and moments of a claim.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.records import Record
from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.sl1_results.norms_fig6 import floor, start_norms
from evidence.pages.sl1_results.results import MOMENTS
from evidence.protocols.sl1 import MODELS, PRINTED, PROX, SL1
from evidence.protocols.sl1_methods import METHODS
from evidence.protocols.thresholds import AT_REST, SMALL
from evidence.statistics import Comparison, Outcome, compare
from evidence.statistics.comparison import can_decide
from evidence.statistics.summary import number

L1 = "L1-GRU"
STATED = 140
"""Where the weight norm of SL1-GRU is said to stabilise."""

NEAR = 0.1
"""A norm agrees with the stated one within this share, for it is read off a figure."""

GRUS = tuple(model for model in PRINTED if model in METHODS)

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
    return norm[:, -1] / half - 1


def compared(
    found: Runs, name: str, rivals: Sequence[str], relative: bool = False
) -> dict[tuple[str, str], Comparison]:
    """Return SL1 against rivals at all moments: BETTER where its value is the smaller one.

    Args:
        found: the runs.
        name: what is compared.
        rivals: with which models.
        relative: whether values are divided by the first one.
    """

    def at(model: str, moment: float) -> np.ndarray:
        values, epoch = course(found[model], name), found[model].traces["epoch"]
        value = values[:, np.searchsorted(epoch, moment * epoch[-1])]
        return value / values[:, 0] if relative else value

    return compare(
        {
            (rival, moment): (at(SL1, where), at(rival, where))
            for rival in rivals
            for moment, where in MOMENTS.items()
        }
    )


def claims(records: Sequence[Record]) -> list[Claim]:
    """Judge what section 4.2 reads off the three panels."""
    found = runs(records)
    return [
        *_error_claims(found),
        *_gradient_claims(found),
        *_weight_claims(found),
    ]


def _error_claims(found: Runs) -> list[Claim]:
    record = found[SL1]
    up, left = rises(record), share(record, "error")
    last = course(record, "error")[:, -1]
    others = {model: int(rises(found[model]).sum()) for model in MODELS if model != SL1}
    return [
        Claim(
            "The error of SL1-GRU falls monotonically (Fig. 6a, Theorem 1).",
            "a falling curve",
            f"{up.sum()} rises between recorded epochs in {up.size} trials of "
            f"{record.traces['epoch'][-1]} epochs",
            decide(not up.any(), bool((up == 0).any())),
            "In part when some trials have none. Rises of the others: "
            + ", ".join(f"{model} {count}" for model, count in others.items())
            + ". Only ends of epochs are seen, and the steps are mini-batches': Theorem 1 is about "
            "neither.",
        ),
        Claim(
            "It stabilises at zero (Fig. 6a).",
            "stated",
            f"E ends at {_mean(last)}, {_mean(left)} of its first value; it cannot fall below "
            f"{number(floor(record), 3)}",
            decide(bool((left < SMALL).all())),
            f"Near zero: below {SMALL:g} of the first value in every trial. Zero itself cannot be "
            "reached, for the smoothed penalty of a weight at zero is λα/2.",
        ),
    ]


def _gradient_claims(found: Runs) -> list[Claim]:
    rivals = [model for model in PRINTED if model != SL1]
    tests = compared(found, "gradient_norm", rivals, relative=True)
    left = {model: share(found[model], "gradient_norm") for model in PRINTED}
    return [
        Claim(
            "The gradient of SL1-GRU decreases the fastest (Fig. 6b).",
            "the lowest curve",
            "at the end, of the first norm: "
            + ", ".join(f"{model} {_mean(values)}" for model, values in left.items()),
            _judged(found, tests),
            f"Against each of the five others, as a share of the first norm; {_counted(tests)}",
        ),
        Claim(
            "Its gradient tends to zero (Fig. 6b, Theorem 2).",
            "stated",
            f"{_mean(left[SL1])} of its first norm after {found[SL1].traces['epoch'][-1]} epochs",
            Verdict.HOLDS if (left[SL1] < SMALL).all() else Verdict.UNTESTABLE,
            f"Near zero: below {SMALL:g} of the first norm in every trial. A slower way there "
            "would not refute the limit.",
        ),
    ]


def _weight_claims(found: Runs) -> list[Claim]:
    growth = {model: moved(found[model]) for model in MODELS}
    tests = compared(found, "weight_norm", [m for m in GRUS if m != SL1])
    last = course(found[SL1], "weight_norm")[:, -1]
    bounded = {m: bool((growth[m] < AT_REST).all()) for m in (L1, SL1)}
    return [
        Claim(
            "The weights of L1-GRU and SL1-GRU do not grow indefinitely (Fig. 6c, Theorem 3).",
            "level curves",
            "over the second half the norm changes by "
            + ", ".join(f"{100 * v.mean():+.2g} % ({model})" for model, v in growth.items()),
            decide(*bounded.values()) if any(bounded.values()) else Verdict.UNTESTABLE,
            f"Not growing: by less than {AT_REST:.1%} in every trial. With all weights penalised E "
            "bounds them anyway, for it never falls below λ times their sum of sizes; growth that "
            "has not ended refutes nothing.",
        ),
        Claim(
            "SL1-GRU constrains the weights more effectively (Fig. 6c).",
            "the lowest curve",
            "norms at the end: "
            + ", ".join(
                f"{model} {_mean(course(found[model], 'weight_norm')[:, -1], 4)}"
                for model in (*GRUS, PROX)
            ),
            _judged(found, tests),
            f"Against the three other GRUs of the paper; {_counted(tests)} RNN and LSTM have other "
            "numbers of weights.",
        ),
        Claim(
            f"It stabilises them around {STATED} (Fig. 6c).",
            f"approximately {STATED}",
            f"{_mean(last, 4)}; {_mean(course(found[SL1], 'weight_norm')[:, 0], 4)} at the start",
            decide(bool((np.abs(last / STATED - 1) < NEAR).all())),
            f"Within {NEAR:.0%} in every trial. U[−0.5, 0.5] gives n weights a Euclidean norm of "
            f"√(n/12): {STATED} takes {12 * STATED**2:,} weights, a GRU of the stated size has "
            f"{start_norms()['GRU']['weights']:,.0f}.",
        ),
    ]


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


def _judged(found: Runs, tests: dict[tuple[str, str], Comparison]) -> Verdict:
    if not can_decide(len(found[SL1].rows), len(tests)):
        return Verdict.UNTESTABLE
    return decide(*(test.outcome is Outcome.BETTER for test in tests.values()))


def _counted(tests: dict[tuple[str, str], Comparison]) -> str:
    by_rival: dict[str, list[str]] = {}
    words = {Outcome.BETTER: "below", Outcome.TIE: "tied", Outcome.WORSE: "above"}
    for (rival, _), test in tests.items():
        by_rival.setdefault(rival, []).append(words[test.outcome])
    return (
        f"after {', '.join(MOMENTS)} of the epochs SL1-GRU is, Holm over {len(tests)}: "
        + "; ".join(f"{', '.join(each)} ({rival})" for rival, each in by_rival.items())
        + "."
    )


def _mean(values: np.ndarray, digits: int = 2) -> str:
    return number(float(values.mean()), digits) if np.isfinite(values).all() else "infinite"


def _spread(values: np.ndarray) -> str:
    if not np.isfinite(values).all() or values.size < 2:
        return _mean(values, 3)
    return f"{_mean(values, 4)} ± {number(float(values.std(ddof=1)), 2)}"
