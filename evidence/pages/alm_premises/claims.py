"""Paper B, section 1 and (2.5): two premises of the method, that it states and does not measure.

Decided before the full-scale runs, after a look at a quick one. *Chain rule*: a method applies it
where it does not hold when a network on the way of some dataset has an entry of u that is exactly
zero; how near they come, and how many change their sign, is shown and not judged. *Overfitting*:
the ratio of test to training error and the test error itself, with the penalties against a
hundredth of them, trial by trial with exact signed-rank tests, Holm over all datasets and both
measures. Both are to be better: a smaller ratio alone may come from a larger training error.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from evidence.kit.frames import by
from evidence.kit.records import Record
from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.alm_premises.runs_kinks import ALM, DESCENTS
from evidence.pages.alm_premises.runs_penalties import FULL, STRENGTHS, WEAK
from evidence.protocols.alm import TEST, TRAIN
from evidence.protocols.titles import SERIES
from evidence.statistics import Comparison, Outcome, compare
from evidence.statistics.comparison import can_decide
from evidence.statistics.summary import number

RATIO = "test over training error"
MEASURES = (RATIO, TEST)
NAMES = {method: method for method in DESCENTS} | {ALM: "ALM"}
"""The methods as the rows of a narrow table name them."""


def kink_claim(records: Sequence[Record]) -> Claim:
    """Judge whether gradient descent and Adam meet an entry of u at the kink."""
    found = {m: [row for r in records for row in _of(r, m)] for m in (*DESCENTS, ALM)}
    zeros = {m: sum(row["zeros"] for row in rows) for m, rows in found.items()}
    return Claim(
        "Gradient methods apply the chain rule at points where it does not hold (section 1).",
        "stated",
        "; ".join(
            f"{m}: {zeros[m]} zeros among {_looked_at(rows):,} entries of u"
            for m, rows in found.items()
            if m in DESCENTS
        )
        + f". At the ALM's ends {zeros[ALM]:,} of {_looked_at(found[ALM]):,}",
        decide(*(zeros[method] > 0 for method in DESCENTS)),
        "Judged by whether some network on the way of either method has an entry of u that is "
        "exactly 0, where alone the ReLU has no derivative.",
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


def penalty_claim(records: Sequence[Record]) -> Claim:
    """Judge whether the penalties reduce overfitting."""
    found = comparisons(records)
    decidable = all(can_decide(c.trials, len(found)) for c in found.values())
    outcomes = [c.outcome for c in found.values()]
    better = decide(*(outcome is Outcome.BETTER for outcome in outcomes))
    return Claim(
        "The six squared penalties reduce overfitting (section 2.1, (2.5)).",
        "stated",
        "with a hundredth of the penalties, times as large as with all of them: "
        + "; ".join(
            f"{SERIES[name]}, {', '.join(_factor(found[name, m], m) for m in MEASURES)}"
            for name in dict.fromkeys(name for name, _ in found)
        ),
        better if decidable else Verdict.UNTESTABLE,
        "Medians over the trials; the word says how training with all penalties does. Judged by "
        "exact signed-rank tests, "
        f"Holm over {len(found)} comparisons"
        + ("." if decidable else ", which so few trials cannot decide."),
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
    numbers["alm_zeros"] = float(
        np.median([row["zeros"] / row["entries"] for r in kinks for row in _of(r, ALM)])
    )
    for (name, measure), c in comparisons(penalised).items():
        key = "ratio" if measure == RATIO else "test"
        numbers[f"{name}.{key}"] = float(np.log(c.ratio))
    # The longest series stands last in a profile.
    for strength, key in ((FULL, "full"), (WEAK, "weak")):
        numbers[f"longest.{key}"] = float(np.median(errors(penalised[-1], strength, TEST)))
    return numbers
