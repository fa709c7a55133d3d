"""Paper A, Theorem 1: does the error of SL1-GRU never rise, over what the paper left open?

The rules, written before any of it was computed. A specification is a reading of
`sl1_rises` or one of three more whose records count steps: the long run of `sl1_convergence`,
 the setting made for the oscillation, `sl1_oscillation`, and the search along
steps that (A2) admits, `sl1_step_search`, whose steps here are the largest tried and a quarter, a
sixteenth and a sixty-fourth of it. Theorem 1 names no start and no step but those that (A2) admits;
which of the others it admits is on the page on the theorems.

The effect is the share of steps or epochs after which the error was higher than before, in per
cent, in the mean over the starts; the interval is the range over them. There is no rival and no
test. The error *never rises* when it rises in no run, and rises *in every run* or *in some*.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from evidence.kit.multiverse import Multiverse, Specification
from evidence.kit.records import Record
from evidence.pages.sl1_convergence.runs_oscillation import ARMS
from evidence.pages.sl1_multiverse.claims import DATASET, MODE_TITLES, WEIGHTS
from evidence.pages.sl1_results.results import shown
from evidence.protocols.sl1 import SL1
from evidence.statistics import Outcome

SAMPLES, ERROR, STEP, ALPHA = "a step sees", "error is a", "step size", "smoothing"

BATCH_TITLES = {"full": "all samples", "mini": "32 samples"}
RATE_TITLES = {1.0: "Table 2's", 10.0: "ten times", 100.0: "a hundred times"}
LARGE = "1, penalty × 10"
ADMITTED = {0: "(A2)'s limit", 4: "a quarter of it", 8: "a 16th of it", 12: "a 64th of it"}
"""Positions of the search's step sizes, which fall by factors of the square root of two."""

ALPHA_TITLES = {1e-2: "α = 0.01", 2e-3: "α = 0.002"}


def rises(
    readings: Sequence[Record],
    convergence: Sequence[Record],
    oscillation: Sequence[Record],
    search: Sequence[Record],
) -> Multiverse:
    """Return the multiverse of the error's fall; arguments are the experiments' records."""
    found = [s for record in readings for s in _readings(record)]
    found += [_convergence(record) for record in convergence]
    found += [s for record in oscillation for s in _oscillation(record)]
    found += [s for record in search for s in _search(record)]
    return Multiverse(
        "rises",
        "steps after which\nthe error is higher (%)",
        tuple(found),
        (DATASET,),
        words={
            Outcome.BETTER: "never rises",
            Outcome.TIE: "in some runs",
            Outcome.WORSE: "in every run",
        },
    )


def _readings(record: Record) -> Iterator[Specification]:
    config = record.config
    for factor in config["factors"]:
        counts = np.array([row["rises"] for row in record.rows if row["factor"] == factor])
        yield _specification(
            {
                DATASET: shown(config["dataset"]),
                WEIGHTS: MODE_TITLES[config["mode"]],
                SAMPLES: BATCH_TITLES[config["batch"]],
                ERROR: config["loss"],
                STEP: RATE_TITLES[factor],
                ALPHA: ALPHA_TITLES[config["setting"]["alpha"]],
            },
            counts / config["epochs"],
        )


def _convergence(record: Record) -> Specification:
    counts = np.array([row["increases"] for row in record.rows if row["method"] == SL1])
    return _specification(_iris(record, "sum", RATE_TITLES[1.0]), counts / record.config["steps"])


def _oscillation(record: Record) -> Iterator[Specification]:
    for arm, (method, alpha) in ARMS.items():
        if method == SL1:
            counts = np.array([row["increases"] for row in record.rows if row["arm"] == arm])
            yield _specification(
                _iris(record, "mean", LARGE) | {ALPHA: ALPHA_TITLES[alpha]},
                counts / record.config["steps"],
            )


def _iris(record: Record, error: str, step: str) -> dict[str, str]:
    return {
        DATASET: "Iris, other start",
        WEIGHTS: MODE_TITLES[record.config["mode"]],
        SAMPLES: BATCH_TITLES["full"],
        ERROR: error,
        STEP: step,
        ALPHA: ALPHA_TITLES[1e-2],
    }


def _search(record: Record) -> Iterator[Specification]:
    for position, title in ADMITTED.items():
        counts = np.array([row["rises"][position] for row in record.rows])
        yield _specification(
            {
                DATASET: f"Iris, {record.config['flower']}",
                WEIGHTS: MODE_TITLES["out"],
                SAMPLES: BATCH_TITLES["full"],
                ERROR: "sum",
                STEP: title,
                ALPHA: ALPHA_TITLES[record.config["alpha"]],
            },
            counts / record.config["steps"],
        )


def _specification(choices: dict[str, str], shares: np.ndarray) -> Specification:
    rising = shares > 0
    outcome = Outcome.TIE if rising.any() else Outcome.BETTER
    if rising.all():
        outcome = Outcome.WORSE
    percent = 100 * shares
    return Specification(
        choices, float(percent.mean()), (float(percent.min()), float(percent.max())), outcome
    )
