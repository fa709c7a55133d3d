"""Paper A, Theorems 1-3 and the oscillation that the smoothing is to cure."""

from collections.abc import Sequence

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Limit, Measurement, Universal
from evidence.pages.sl1_convergence.runs_oscillation import ARMS
from evidence.pages.sl1_convergence.two_cycle import TwoCycle
from evidence.protocols.sl1_methods import METHODS
from evidence.protocols.thresholds import AT_REST, ROUNDING, SMALL
from evidence.statistics import Outcome, compare

SL1 = "SL1-GRU"
WEIGHTS = {"out": "output weights penalised", "all": "all weights"}


def rows(record: Record, column: str, **where: str) -> np.ndarray:
    """Return one column of the rows in which every field of `where` has its value."""
    return np.array(
        [row[column] for row in record.rows if all(row[k] == v for k, v in where.items())]
    )


def claims(records: Sequence[Record], swings: Sequence[Record], cycle: TwoCycle) -> list[Judged]:
    """Return what the page asks, with what was measured.

    Args:
        records: the runs at Table 2's step size and penalty.
        swings: the runs with the coarse step, in which the oscillation shows in the error.
        cycle: the problem on which (A2) admits a step and the iteration alternates.
    """
    return judge(
        _theorems(cycle)
        | {
            "A-con3-validated": _validated(records),
            "A-abs-l1-oscillates": _oscillates(records),
            "A-int-stable": _stabler(records, "method", SL1, "L1-GRU"),
            "A-con1-oscillation": _overcomes(records),
            "A-int-necessary": _necessary(records),
            "O-con1-coarse": _stabler(swings, "arm", "SL1", "L1"),
            "O-con1-stiff": _stiff(swings),
        }
    )


def _theorems(cycle: TwoCycle) -> dict[str, Measurement]:
    """Measure the limits of Theorems 2 and 3 on one problem, if (A2) admits its step size."""
    admitted = int(cycle.rate < cycle.bound)
    returned = np.isclose(cycle.weight[2:], cycle.weight[:-2], rtol=ROUNDING, atol=0).all()
    moving = np.abs(np.diff(cycle.weight)).min()
    share = cycle.gradient_norm[-1] / cycle.gradient_norm[0]
    repeats = int(admitted and returned and moving > 0)
    sums, ceiling = np.cumsum(cycle.gradient_norm**2), cycle.error[0] / cycle.D6
    step = f"the step {cycle.rate:g} is below the bound {cycle.bound:.4f} of (A2)"
    return {
        "A-T2": Limit(
            runs=admitted,
            reached=int(admitted and share < SMALL),
            left=repeats,
            threshold=f"gradient below {SMALL:g} of its first norm",
            detail=f"The problem of this page; {step}, two points take turns, and the gradient's "
            f"norm ends at {share:.3g} of its first",
        ),
        "A-T3": Limit(
            runs=admitted,
            reached=int(admitted and moving < AT_REST * np.abs(cycle.weight).max()),
            left=repeats,
            threshold=f"moving by less than {AT_REST:g} of the weight",
            detail=f"The problem of this page; {step}, two points take turns, {moving:.2g} apart",
        ),
        "A-EA33": Universal(
            cases=sums.size,
            violated=int((sums > ceiling * (1 + ROUNDING)).sum()),
            drawn=f"Partial sums along the problem of this page; {step}",
            worst=f"the first is {sums[0]:.3g}, the bound E⁰/D₆ {ceiling:.2g}",
        ),
    }


def _validated(records: Sequence[Record]) -> Comparisons:
    """Return for every run and theorem whether the run looks as the theorem says."""
    shown = {
        "E never rises": [rows(r, "increases", method=SL1) == 0 for r in records],
        f"the gradient ends below {SMALL:g} of its first norm": [
            gradient_share(r, SL1) < SMALL for r in records
        ],
        f"the weights move by less than {AT_REST:g} in the second half": [
            rows(r, "moved", method=SL1) < AT_REST for r in records
        ],
    }
    found = {
        (theorem, k): bool(seen)
        for theorem, each in shown.items()
        for k, seen in enumerate(np.concatenate(each))
    }
    rising, *_ = shown
    against = {True: Outcome.BETTER, False: Outcome.TIE}
    counts = ", ".join(
        f"{theorem} in {sum(int(each.sum()) for each in seen)}" for theorem, seen in shown.items()
    )
    return Comparisons(
        {
            key: Case(Outcome.WORSE if key[0] == rising and not seen else against[seen], True)
            for key, seen in found.items()
        },
        detail=f"Three theorems for each of {len(found) // 3} runs of SL1-GRU on Iris at Table 2's "
        f"values, {records[0].config['steps']:,} steps: {counts}; of all methods together E rises "
        f"{all_rises(records)} times",
    )


def _oscillates(records: Sequence[Record]) -> Comparisons:
    """Return for every run whether weights swing with L1 that do not swing without a penalty."""
    own, control = (_all(records, "swinging", method=m) > 0 for m in ("L1-GRU", "GRU"))
    ended = {(True, False): Outcome.BETTER, (False, True): Outcome.WORSE}
    each = " and ".join(
        f"{np.median(rows(r, 'swinging', method='L1-GRU')):.0f} ({WEIGHTS[r.config['mode']]})"
        for r in records
    )
    return Comparisons(
        {
            k: Case(ended.get(pair, Outcome.TIE), visible=True)
            for k, pair in enumerate(zip(own.tolist(), control.tolist(), strict=True))
        },
        detail=f"Runs on Iris at Table 2's values: with L1 {each} weights of the median run change "
        f"sign in a fifth of the last steps or more, without a penalty none may; the error rises "
        f"in {_all(records, 'increases', method='L1-GRU').sum()} steps",
    )


def _stabler(records: Sequence[Record], key: str, first: str, other: str) -> Comparisons:
    """Compare how many weights swing at the end of a run, seed by seed."""
    tests = compare(
        {
            r.config["mode"]: tuple(rows(r, "swinging", **{key: name}) for name in (first, other))
            for r in records
        }
    )
    ours, theirs = (
        [f"{np.median(rows(r, 'swinging', **{key: name})):.0f}" for r in records]
        for name in (first, other)
    )
    rises = [_all(records, "increases", **{key: name}).sum() for name in (first, other)]
    where = ", ".join(WEIGHTS[mode] for mode in tests)
    return Comparisons(
        {mode: Case(test.outcome) for mode, test in tests.items()},
        detail=f"Swinging weights of the median run ({where}): {' and '.join(ours)} with smoothed "
        f"L1, {' and '.join(theirs)} with L1; the error rises in {rises[0]:,} and {rises[1]:,} "
        f"steps of all runs",
    )


def _overcomes(records: Sequence[Record]) -> Universal:
    swings, left = (_all(records, "swinging", method=m) for m in ("L1-GRU", SL1))
    caused = swings > 0
    return Universal(
        cases=int(caused.sum()),
        violated=int((caused & (left > 0)).sum()),
        drawn="Runs on Iris at Table 2's values in which weights swing with L1; violated where "
        "some do from the same start with smoothed L1",
        worst=f"at most {left.max()} weights of a run swing with smoothed L1",
    )


def _necessary(records: Sequence[Record]) -> Universal:
    quiet = {
        m: (_all(records, "swinging", method=m) == 0) & (_all(records, "increases", method=m) == 0)
        for m in ("L1-GRU", "prox-L1-GRU")
    }
    return Universal(
        cases=sum(found.size for found in quiet.values()),
        violated=sum(int(found.sum()) for found in quiet.values()),
        drawn="Runs on Iris at Table 2's values with the exact penalty in two ways, subgradient "
        "and soft threshold; violated where no weight swings and the error never rises",
        worst=f"{quiet['prox-L1-GRU'].sum()} of them with the soft threshold",
    )


def _stiff(swings: Sequence[Record]) -> Universal:
    arm = "SL1, small alpha"
    moving = (_all(swings, "swinging", arm=arm) > 0) | (_all(swings, "increases", arm=arm) > 0)
    step = swings[0].config["rate"] * swings[0].config["strength"] / ARMS[arm][1]
    return Universal(
        cases=moving.size,
        violated=int(moving.sum()),
        drawn=f"Runs with the coarse step, ηλ/α = {step:g}; a step on the parabola is stable below "
        "2. Violated where a weight swings or the error rises",
    )


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
