"""Paper A, Theorems 1-3 and the oscillation that the smoothing is to cure."""

from collections.abc import Sequence

import numpy as np

from lib.experiments.sl1_methods import METHODS
from lib.experiments.sl1_oscillation import ARMS
from lib.records import Record
from lib.theory import TwoCycle
from lib.verdicts import Claim, decide

SMALL = 1e-2
"""A gradient counts as having gone to zero when it fell below this share of its first value."""

AT_REST = 1e-3
"""Weights count as at rest when their norm moved by less than this share over the second half."""

SL1 = "SL1-GRU"


def rows(record: Record, column: str, **where: str) -> np.ndarray:
    """Return one column of the rows in which every field of `where` has its value."""
    return np.array(
        [row[column] for row in record.rows if all(row[k] == v for k, v in where.items())]
    )


def theorem_claims(cycle: TwoCycle) -> list[Claim]:
    """Judge Theorems 1 to 3 as stated, on one problem whose step size (A2) admits."""
    admitted = cycle.rate < cycle.bound
    step = f"the step {cycle.rate:g} is below the bound {cycle.bound:.4f} of (A2)"
    proved = "proved for every step size that (A2) admits"
    return [
        Claim(
            "Theorem 1: the error falls at every step.",
            proved,
            f"E goes {cycle.error[0]:.2g} → {cycle.error[1]:.2g} → {cycle.error[2]:.2g} → …",
            decide(not admitted or bool((np.diff(cycle.error) <= 0).all())),
            f"On the two-cycle E rises at every other step although {step}.",
        ),
        Claim(
            "Theorem 2: the gradient of the error goes to zero.",
            proved,
            f"its norm is {cycle.gradient_norm[0]:g} at the start and "
            f"{cycle.gradient_norm[-1]:g} after {cycle.gradient_norm.size - 1} steps",
            decide(not admitted or bool(cycle.gradient_norm[-1] < cycle.gradient_norm[0])),
            "On the two-cycle the iteration repeats itself exactly, so it stays so for ever.",
        ),
        Claim(
            "Theorem 3: the weights converge to one point.",
            proved + ", given (A4)",
            f"the output weight goes {cycle.weight[0]:.2g} → {cycle.weight[1]:.2g} → "
            f"{cycle.weight[2]:.2g} → …",
            decide(not admitted or bool(cycle.weight[-1] == cycle.weight[-2])),
            "On the two-cycle the weights alternate between two points.",
        ),
    ]


def iris_claims(records: Sequence[Record]) -> list[Claim]:
    """Judge what the theorems predict for SL1-GRU on Iris, at the paper's own step size."""
    by_mode = {record.config["mode"]: record for record in records}
    rises = {m: rows(r, "increases", method=SL1) for m, r in by_mode.items()}
    share = {m: gradient_share(r, SL1) for m, r in by_mode.items()}
    drift = {m: np.abs(rows(r, "weight_drift", method=SL1)) for m, r in by_mode.items()}
    everyone = sum(int(row["increases"]) for record in records for row in record.rows)
    seeds, steps = rises["out"].size, by_mode["out"].config["steps"]
    return [
        Claim(
            "At the paper's step size the error of SL1-GRU falls at every step (Theorem 1).",
            "a falling curve, on MNIST (Fig. 6a)",
            f"{rises['out'].sum()} rises with the output weights penalised, {rises['all'].sum()} "
            f"with all weights, in {seeds} runs of {steps:,} steps each",
            decide(*(not r.any() for r in rises.values())),
            f"It falls. That does not single out the smoothing: all methods together, L1 "
            f"included, rise {everyone} times.",
        ),
        Claim(
            "Its gradient goes to zero (Theorem 2).",
            "a falling curve, on MNIST (Fig. 6b)",
            f"down to {_range(share['out'])} of its first norm with the output weights penalised, "
            f"{_range(share['all'])} with all",
            decide(*(bool((s < SMALL).all()) for s in share.values())),
            f"Counted as going to zero: below {SMALL:g} of the first norm after {steps:,} steps, "
            "for every seed.",
        ),
        Claim(
            "Its weights settle at one point (Theorem 3).",
            "a norm that levels off, on MNIST (Fig. 6c)",
            f"the norm still moves by {_range(drift['out'])} with the output weights penalised, "
            f"{_range(drift['all'])} with all, over the second half of the run",
            decide(*(bool((d < AT_REST).all()) for d in drift.values())),
            f"Counted as settled: moving by less than {AT_REST:g} of itself, for every seed.",
        ),
    ]


def oscillation_claims(swings: Sequence[Record], table2: Sequence[Record]) -> list[Claim]:
    """Judge the mechanism: which penalties make E rise where the data error alone does not.

    Args:
        swings: the records of the setting in which the mechanism can be seen.
        table2: the records at the paper's own step size and penalty.
    """
    rises = {
        arm: np.concatenate([rows(record, "increases", arm=arm) for record in swings])
        for arm in dict.fromkeys(row["arm"] for row in swings[0].rows)
    }
    own = np.concatenate([rows(record, "increases", method="L1-GRU") for record in table2])
    steps, runs = swings[0].config["steps"], rises["L1"].size
    swing = np.median([rows(record, "swing", arm="L1") for record in swings])
    step = swings[0].config["rate"] * swings[0].config["strength"]
    stiff = {arm: step / ARMS[arm][1] for arm in ("SL1", "SL1, small alpha")}
    return [
        Claim(
            "The L1 penalty, not differentiable at zero, makes training oscillate (section 1).",
            "stated",
            f"E rises in {_span(rises['L1'])} of {steps:,} steps and the smallest penalised "
            f"weight still swings by {swing:.3g}; at Table 2's values {_span(own)} rises",
            decide(
                bool((rises["L1"] > 0).all()),
                bool((rises["no penalty"] == 0).all()),
                bool((own > 0).any()),
            ),
            f"In the setting made for it, where ηλ = {step:g}, it does in all {runs} runs, and "
            "without the penalty E never rises. Judged also by whether it shows at Table 2's "
            "values, where ηλ is small against what the data error gains in a step.",
        ),
        Claim(
            "The smoothed penalty overcomes the oscillation (contribution 1).",
            "stated for any coefficient α",
            "rises: "
            + ", ".join(f"{_span(rises[arm])} at ηλ/α = {s:g}" for arm, s in stiff.items()),
            decide(bool((rises["SL1"] == 0).all()), bool((rises["SL1, small alpha"] == 0).all())),
            "It does while the step is stable against the curvature 1/α, that is ηλ/α < 2; with a "
            "smaller α, which the paper recommends as closer to L1, it oscillates like L1.",
        ),
        Claim(
            "Smoothing is needed to train with an L1 penalty without oscillation (section 2.2).",
            "stated; the proximal step is not considered",
            f"rises with the soft threshold: {_span(rises['prox-L1'])}",
            decide(bool((rises["prox-L1"] > 0).all())),
            "The exact penalty with a proximal step does not oscillate either, and its zeros are "
            "exact.",
        ),
    ]


def key_numbers(
    records: Sequence[Record], swings: Sequence[Record], cycle: TwoCycle
) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers: dict[str, float] = {
        "cycle_low": cycle.error[0],
        "cycle_high": cycle.error[1],
        "cycle_bound": cycle.bound,
        "cycle_rate": cycle.rate,
    }
    for record in records:
        mode = record.config["mode"]
        for method in METHODS:
            for name in ("error", "gradient_norm", "weight_norm"):
                median = np.median(rows(record, name, method=method))
                numbers[f"{mode}.{method}.{name}"] = float(median)
        numbers[f"{mode}.rises"] = int(rows(record, "increases", method=SL1).sum())
        numbers[f"{mode}.gradient_share"] = float(np.median(gradient_share(record, SL1)))
        numbers[f"{mode}.drift"] = float(np.median(rows(record, "weight_drift", method=SL1)))
    for record in swings:
        mode = record.config["mode"]
        for arm in ("SL1", "prox-L1", "no penalty"):
            numbers[f"{mode}.rises.{arm}"] = int(rows(record, "increases", arm=arm).sum())
        for arm in ("L1", "SL1", "prox-L1"):
            share = rows(record, "exact_zeros", arm=arm) / rows(record, "penalised", arm=arm)
            numbers[f"{mode}.zeros.{arm}"] = float(np.median(share))
    return {name: float(value) for name, value in numbers.items()}


def gradient_share(record: Record, method: str) -> np.ndarray:
    """Return the last gradient norm over the first, per seed."""
    last = rows(record, "gradient_norm", method=method)
    return last / rows(record, "first_gradient_norm", method=method)


def _range(values: np.ndarray) -> str:
    low, high = f"{values.min():.2g}", f"{values.max():.2g}"
    return low if low == high else f"{low} to {high}"


def _span(values: np.ndarray) -> str:
    low, high = int(values.min()), int(values.max())
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
