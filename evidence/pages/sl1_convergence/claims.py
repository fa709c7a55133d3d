"""Paper A, Theorems 1-3 and the oscillation that the smoothing is to cure."""

from collections.abc import Sequence

import numpy as np

from evidence.kit.records import Record
from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.sl1_convergence.runs_oscillation import ARMS
from evidence.pages.sl1_convergence.two_cycle import TwoCycle
from evidence.protocols.sl1_methods import METHODS
from evidence.protocols.thresholds import AT_REST, SMALL

SL1 = "SL1-GRU"


def rows(record: Record, column: str, **where: str) -> np.ndarray:
    """Return one column of the rows in which every field of `where` has its value."""
    return np.array(
        [row[column] for row in record.rows if all(row[k] == v for k, v in where.items())]
    )


def theorem_claims(cycle: TwoCycle) -> list[Claim]:
    """Judge Theorems 1 to 3 as stated, on one problem whose step size (A2) admits."""
    admitted = cycle.rate < cycle.bound
    step = f"The step {cycle.rate:g} is below the bound {cycle.bound:.4f} of (A2)"
    stated = "stated, with a proof, for every step size that (A2) admits"

    def judge(converges: bool) -> Verdict:
        return decide(converges) if admitted else Verdict.UNTESTABLE

    return [
        Claim(
            "Theorem 1: the error never rises from one step to the next.",
            stated,
            f"E goes {cycle.error[0]:.2g} → {cycle.error[1]:.2g} → {cycle.error[2]:.2g} → …",
            judge(bool((np.diff(cycle.error) <= 0).all())),
            f"{step}, and E rises {np.sum(np.diff(cycle.error) > 0)} times in "
            f"{cycle.error.size - 1} steps.",
        ),
        Claim(
            "Theorem 2: the gradient of the error goes to zero.",
            stated,
            f"its norm is {cycle.gradient_norm[0]:g} at the start and "
            f"{cycle.gradient_norm[-1]:g} after {cycle.gradient_norm.size - 1} steps",
            judge(bool(cycle.gradient_norm[-1] < cycle.gradient_norm[0])),
            f"{step}. An iteration that returns to where it was repeats itself for ever.",
        ),
        Claim(
            "Theorem 3: the weights converge to one point.",
            stated + ", given (A4)",
            f"the output weight goes {cycle.weight[0]:.2g} → {cycle.weight[1]:.2g} → "
            f"{cycle.weight[2]:.2g} → …",
            judge(bool(cycle.weight[-1] == cycle.weight[-2])),
            f"{step}. The last two weights differ by {abs(np.diff(cycle.weight)[-1]):.2g}.",
        ),
    ]


def iris_claims(records: Sequence[Record]) -> list[Claim]:
    """Judge what the theorems predict for SL1-GRU on Iris, at the paper's own step size.

    Theorems 2 and 3 are about limits: a run that comes near one supports it, a run that does not
    leaves it open.
    """
    by_mode = {record.config["mode"]: record for record in records}
    rises = {m: rows(r, "increases", method=SL1) for m, r in by_mode.items()}
    share = {m: gradient_share(r, SL1) for m, r in by_mode.items()}
    moved = {m: rows(r, "moved", method=SL1) for m, r in by_mode.items()}
    seeds, steps = rises["out"].size, by_mode["out"].config["steps"]

    def near(limits: dict[str, np.ndarray], threshold: float) -> Verdict:
        reached = [bool((values < threshold).all()) for values in limits.values()]
        return decide(*reached) if any(reached) else Verdict.UNTESTABLE

    return [
        Claim(
            "At the paper's step size the error of SL1-GRU never rises (Theorem 1).",
            "a falling curve, on MNIST (Fig. 6a)",
            f"{rises['out'].sum()} rises with the output weights penalised, {rises['all'].sum()} "
            f"with all weights, in {seeds} runs of {steps:,} steps each",
            decide(*(not r.any() for r in rises.values())),
            f"This does not single out the smoothing: all methods together, L1 included, rise "
            f"{all_rises(records)} times.",
        ),
        Claim(
            f"After {steps:,} steps its gradient is near zero (Theorem 2).",
            "a falling curve, on MNIST (Fig. 6b)",
            f"down to {_range(share['out'])} of its first norm with the output weights penalised, "
            f"{_range(share['all'])} with all",
            near(share, SMALL),
            f"Near zero: below {SMALL:g} of the first norm, for every seed. A slower way "
            "there would not refute the limit.",
        ),
        Claim(
            f"After {steps:,} steps its weights are at rest (Theorem 3).",
            "a norm that levels off, on MNIST (Fig. 6c)",
            f"over the second half of the run they move by {_range(moved['out'])} of their norm "
            f"with the output weights penalised, {_range(moved['all'])} with all",
            near(moved, AT_REST),
            f"At rest: moving by less than {AT_REST:g} of their norm, for every seed. A slower way "
            "there would not refute the limit.",
        ),
    ]


def oscillation_claims(swings: Sequence[Record], table2: Sequence[Record]) -> list[Claim]:
    """Judge the mechanism: under which penalties weights swing across zero and E rises.

    Args:
        swings: the records of the setting in which the mechanism can be seen.
        table2: the records at the paper's own step size and penalty.
    """
    arms = dict.fromkeys(row["arm"] for row in swings[0].rows)
    rises = {arm: _all(swings, "increases", arm=arm) for arm in arms}
    swinging = {arm: _all(swings, "swinging", arm=arm) for arm in arms}
    own = {m: _all(table2, "swinging", method=m) for m in ("L1-GRU", SL1, "prox-L1-GRU")}
    step = swings[0].config["rate"] * swings[0].config["strength"]
    stiff = {arm: step / ARMS[arm][1] for arm in ("SL1", "SL1, small alpha")}
    control = rises["no penalty"].any() or swinging["no penalty"].any()

    def judge(*conditions: bool) -> Verdict:
        """Without a penalty nothing may swing, or it would not be the penalty's doing."""
        return Verdict.UNTESTABLE if control else decide(*conditions)

    return [
        Claim(
            "The L1 penalty, which has no derivative at zero, makes training oscillate (abstract, "
            "contribution 1).",
            "stated",
            f"weights that swing: {_span(swinging['L1'])} a run, and E rises in "
            f"{_span(rises['L1'])} of {swings[0].config['steps']:,} steps; at Table 2's values "
            f"{_span(own['L1-GRU'])} weights a run",
            judge(
                bool((swinging["L1"] > 0).all() and (rises["L1"] > 0).all()),
                bool((_all(table2[1:], "swinging", method="L1-GRU") > 0).all()),
                bool((_all(table2[:1], "swinging", method="L1-GRU") > 0).all()),
            ),
            "Three conditions, each for every run: in the setting made for it; at Table 2's values "
            "with all weights penalised; and with the output weights penalised. Swinging: changing "
            "sign in a fifth of the steps or more.",
        ),
        Claim(
            "The smoothed penalty overcomes the oscillation (contribution 1).",
            "stated without a condition on α",
            "weights that swing: "
            + ", ".join(f"{_span(swinging[arm])} at ηλ/α = {s:g}" for arm, s in stiff.items())
            + f", {_span(own[SL1])} at Table 2's values",
            judge(
                *(bool((swinging[arm] == 0).all() and (rises[arm] == 0).all()) for arm in stiff),
                bool((own[SL1] == 0).all()),
            ),
            "A gradient step on the parabola is stable while ηλ/α < 2. The paper describes a "
            "smaller α as closer to L1 (section 2.2); beyond 2 it is so in this respect too.",
        ),
        Claim(
            "A smoothing function is necessary to deal with the missing derivative at zero "
            "(section 1, below (1)).",
            "stated; the proximal step is not considered",
            f"with the exact penalty and the soft threshold {_span(swinging['prox-L1'])} weights "
            f"swing and E rises {_span(rises['prox-L1'])} times; at Table 2's values "
            f"{_span(own['prox-L1-GRU'])} weights swing",
            judge(
                bool((swinging["prox-L1"] > 0).any() or (rises["prox-L1"] > 0).any()),
                bool((own["prox-L1-GRU"] > 0).any()),
            ),
            "The proximal step needs no derivative there. Judged by whether anything swings or "
            "rises under it, in either setting.",
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
        "cycle_excess": cycle.bound / cycle.stable,
        "all_rises": all_rises(records),
    }
    for record in records:
        mode = record.config["mode"]
        for method in METHODS:
            for name in ("error", "gradient_norm", "weight_norm"):
                median = np.median(rows(record, name, method=method))
                numbers[f"{mode}.{method}.{name}"] = float(median)
        numbers[f"{mode}.rises"] = int(rows(record, "increases", method=SL1).sum())
        numbers[f"{mode}.gradient_share"] = float(np.median(gradient_share(record, SL1)))
        numbers[f"{mode}.moved"] = float(np.median(rows(record, "moved", method=SL1)))
        numbers[f"{mode}.swinging.L1"] = float(np.median(rows(record, "swinging", method="L1-GRU")))
    for record in swings:
        mode = record.config["mode"]
        for arm in ("SL1", "prox-L1", "no penalty"):
            numbers[f"{mode}.rises.{arm}"] = int(rows(record, "increases", arm=arm).sum())
        for arm in ("L1", "SL1", "prox-L1"):
            share = rows(record, "exact_zeros", arm=arm) / rows(record, "penalised", arm=arm)
            numbers[f"{mode}.zeros.{arm}"] = float(np.median(share))
    return {name: float(value) for name, value in numbers.items()}


def all_rises(records: Sequence[Record]) -> int:
    """Return how often E rose in all runs of all methods together."""
    return sum(int(row["increases"]) for record in records for row in record.rows)


def gradient_share(record: Record, method: str) -> np.ndarray:
    """Return the last gradient norm over the first, per seed."""
    last = rows(record, "gradient_norm", method=method)
    return last / rows(record, "first_gradient_norm", method=method)


def _all(records: Sequence[Record], column: str, **where: str) -> np.ndarray:
    return np.concatenate([rows(record, column, **where) for record in records])


def _range(values: np.ndarray) -> str:
    low, high = f"{values.min():.2g}", f"{values.max():.2g}"
    return low if low == high else f"{low} to {high}"


def _span(values: np.ndarray) -> str:
    low, high = int(values.min()), int(values.max())
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
