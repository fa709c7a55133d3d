"""Paper B, section 1 and (2.5): two premises of the method, that it states and does not measure.

*Chain rule*: whether a "gradient" is calculated at networks whose roll-out has an entry of u that
is exactly zero, where two one-sided slopes differ and the chain rule fails; how often gradient
methods meet such an entry is asked besides. *Overfitting*, decided before the full-scale runs: the
ratio of test to training error and the test error itself, with the penalties against a hundredth of
them, trial by trial with exact signed-rank tests, Holm over all datasets and both measures. Both
are to be better: a smaller ratio alone may come from a larger training error.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.frames import by
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Universal
from evidence.pages.alm_premises.runs_kinks import ALM, DESCENTS
from evidence.pages.alm_premises.runs_penalties import FULL, STRENGTHS, WEAK
from evidence.protocols.alm import TEST, TRAIN
from evidence.protocols.titles import PAPER_SERIES, SERIES
from evidence.statistics import Comparison, compare
from evidence.statistics.summary import number
from lib import alm
from lib.randomness import generator

RATIO = "test over training error"
MEASURES = (RATIO, TEST)
NAMES = {method: method for method in DESCENTS} | {ALM: "ALM"}
"""The methods as the rows of a narrow table name them."""

STEP, SHARP = 1e-6, 1e-3
"""How far one-sided slopes look, and the difference above which they are two."""


def claims(kinks: Sequence[Record], penalised: Sequence[Record]) -> list[Judged]:
    """Return what was found of both premises."""
    return judge(
        {
            "B-int-chainrule": at_kinks(),
            "B-E2.5": reduced(penalised),
            "O-int-kinks": met(kinks),
        }
    )


Gradient = Callable[[alm.Problem, alm.Weights], tuple[float, alm.Weights]]


def at_kinks(networks: int = 200, gradient: Gradient = alm.rollout_gradient) -> Universal:
    """Return at how many networks that stand on a kink no gradient is calculated.

    The bias of one hidden unit is set such that its first entry of u is exactly zero. The chain
    rule fails there when the slopes of R to both sides of that bias differ.

    Args:
        networks: how many, with random weights, inputs and targets.
        gradient: backpropagation.
    """
    draw = generator("pages", "alm_premises", "kinks", 0)
    problems = [_on_a_kink(draw) for _ in range(networks)]
    failing = [(on, weights) for on, weights in problems if _bends(on, weights)]
    return Universal(
        cases=len(failing),
        violated=sum(not _calculated(gradient, on, weights) for on, weights in failing),
        drawn=f"Random networks with an entry of u at the kink, of {networks} those at which the "
        "slopes of R to both sides differ, so that the chain rule does not hold; violated where "
        "backpropagation gives no finite number",
    )


def _on_a_kink(draw: np.random.Generator) -> tuple[alm.Problem, alm.Weights]:
    weights = alm.Weights.normal(draw, 4, 3, 2, 0.8)
    X, Y = draw.uniform(-1, 1, (10, 3)), draw.standard_normal((10, 2))
    on = alm.Problem(X, Y, alm.Penalties.from_tau(1.0, 4, 3, 2))
    U = alm.rollout(weights, X, alm.ReLU())[1]
    return on, replace(weights, b=np.array([-U[0, 0], 0.0, 0.0, 0.0]))


def _bends(on: alm.Problem, weights: alm.Weights) -> bool:
    """Return whether R has different slopes to both sides of the first hidden bias, at a kink."""
    here, side = alm.rollout_objective(on, weights), np.array([STEP, 0.0, 0.0, 0.0])
    up, down = (alm.rollout_objective(on, replace(weights, b=weights.b + s)) for s in (side, -side))
    still = alm.rollout(weights, on.X, alm.ReLU())[1][0, 0] == 0.0
    return bool(still and abs((up - here) - (here - down)) > SHARP * STEP)


def _calculated(gradient: Gradient, on: alm.Problem, weights: alm.Weights) -> bool:
    try:
        _, found = gradient(on, weights)
    except ValueError:
        return False
    return all(np.isfinite(part).all() for part in (found.W, found.V, found.b, found.A, found.c))


def met(records: Sequence[Record]) -> Universal:
    """Return how many entries of u on the way of gradient methods are exactly at the kink."""
    found = {m: [row for r in records for row in _of(r, m)] for m in (*DESCENTS, ALM)}
    zeros = {m: sum(row["zeros"] for row in rows) for m, rows in found.items()}
    return Universal(
        cases=sum(_looked_at(found[m]) for m in DESCENTS),
        violated=sum(zeros[m] for m in DESCENTS),
        drawn=f"Entries of u of every network on the way of {' and '.join(DESCENTS)}; violated by "
        f"one that is exactly 0, as {zeros[ALM]:,} of {_looked_at(found[ALM]):,} are at the ALM's "
        "ends",
    )


def _of(record: Record, method: str) -> list[dict]:
    return [row for row in record.rows if row["method"] == method]


def _looked_at(rows: Sequence[Mapping]) -> int:
    return sum(row["networks"] * row["entries"] for row in rows)


def kinks_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return zeros, the nearest other entry and the sign changes, a row per dataset and method."""
    rows = []
    for record in records:
        for method in (*DESCENTS, ALM):
            own = _of(record, method)
            near, changing = (
                [row[name] for row in own if row[name] is not None]
                for name in ("nearest", "changing")
            )
            rows.append(
                {
                    "": f"{SERIES[record.config['dataset']]}, {NAMES[method]}",
                    "entries": f"{_looked_at(own):,}",
                    "exactly 0": f"{sum(row['zeros'] for row in own):,}",
                    "nearest to 0": f"{min(near):.0e}" if near else "–",
                    "sign changes": f"{np.median(changing):.2%}" if changing else "–",
                }
            )
    return pd.DataFrame(rows).set_index("")


def errors(record: Record, strength: float, measure: str) -> np.ndarray:
    """Return a measure of every trial at one strength, infinite where the network explodes."""
    own = [row for row in record.rows if row["strength"] == strength]
    found = {
        part: np.array([np.inf if row[part] is None else row[part] for row in own])
        for part in (TEST, TRAIN)
    }
    if measure != RATIO:
        return found[measure]
    test, train = found[TEST], found[TRAIN]
    known = np.isfinite(test) & np.isfinite(train)
    return np.divide(test, train, out=np.full(len(own), np.inf), where=known)


def comparisons(records: Sequence[Record]) -> dict[tuple[str, str], Comparison]:
    """Return the penalties against a hundredth of them, by dataset and measure, as one family."""
    return compare(
        {
            (name, measure): tuple(errors(group[0], s, measure) for s in STRENGTHS)
            for name, group in by(records, "dataset").items()
            for measure in MEASURES
        }
    )


def reduced(records: Sequence[Record]) -> Comparisons:
    """Return the penalties against a hundredth of them on the paper's series."""
    found = comparisons([r for r in records if r.config["dataset"] in PAPER_SERIES])
    return Comparisons(
        {f"{name}, {measure}": Case(c.outcome) for (name, measure), c in found.items()},
        "With a hundredth of the penalties, times as large as with all of them, medians: "
        + "; ".join(
            f"{SERIES[name]}, {', '.join(_factor(found[name, m], m) for m in MEASURES)}"
            for name in dict.fromkeys(name for name, _ in found)
        ),
    )


def _factor(found: Comparison, measure: str) -> str:
    name = "test error" if measure == TEST else measure
    return f"{name} {number(found.ratio, 2)} ({found.outcome.value})"


def penalties_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return median errors with all penalties and with a hundredth, a column per dataset."""
    rows = {}
    for record in records:
        cells = {}
        for strength, title in ((FULL, "all penalties"), (WEAK, "a hundredth")):
            for part in (TRAIN, TEST):
                middle = float(np.median(errors(record, strength, part)))
                cells[f"{part} error, {title}"] = number(middle, 3)
        rows[SERIES[record.config["dataset"]]] = cells
    return pd.DataFrame(rows)


def key_numbers(kinks: Sequence[Record], penalised: Sequence[Record]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers = {
        f"zeros.{method}": float(sum(row["zeros"] for r in kinks for row in _of(r, method)))
        for method in DESCENTS
    }
    ends = [row for record in kinks for row in _of(record, ALM)]
    numbers["alm_zeros"] = sum(r["zeros"] for r in ends) / sum(r["entries"] for r in ends)
    for (name, measure), c in comparisons(penalised).items():
        key = "ratio" if measure == RATIO else "test"
        numbers[f"{name}.{key}"] = float(np.log(c.ratio))
    # The longest series stands last in a profile.
    for strength, key in ((FULL, "full"), (WEAK, "weak")):
        numbers[f"longest.{key}"] = float(np.median(errors(penalised[-1], strength, TEST)))
    return numbers
