"""What is asked of smoothed L1 beside the field's ways to sparse networks, and what came out.

The questions were decided before the compared runs. A problem is a set at one share of zeros, and
each is a case with the errors of ten trials, as `evidence.pages.sl1_front.front.tested` compares
them.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons
from evidence.pages.sl1_front.config import (
    COMPARED,
    GRADUAL,
    L1,
    L1_ADAM,
    PROX,
    PROX_ADAM,
    REFITTED,
    SL1,
    SL1_ADAM,
    shown,
)
from evidence.pages.sl1_front.front import Fronts, Pair, errors, tested
from evidence.pages.sl1_front.front import problem as key
from evidence.pages.sl1_front.runs_front_time import BATCHES, DENSE
from evidence.statistics import compare
from evidence.statistics.summary import number


def claims(found: Fronts, times: Sequence[Record]) -> list[Judged]:
    """Return smoothed L1 beside L1, the proximal step, pruning and itself; what zeros save."""
    return judge(
        {
            "O-front-l1": _cases(found, (SL1, L1), (SL1_ADAM, L1_ADAM)),
            "O-front-prox": _cases(found, (SL1, PROX), (SL1_ADAM, PROX_ADAM)),
            "O-front-refit": _cases(found, (REFITTED, SL1_ADAM)),
            "O-front-pruning": _cases(found, (REFITTED, GRADUAL)),
            "O-front-time": _saved(times),
        }
    )


def _cases(found: Fronts, *pairs: Pair) -> Comparisons:
    cases = {}
    for name, share in product(found, COMPARED):
        compared = tested(found[name], share)
        for pair in pairs:
            cases[f"{_title(name, share)}, {' to '.join(pair)}"] = Case(compared[pair].outcome)
    told = "; ".join(f"{a} to {b}: {_ratio(found, a, b)}" for a, b in pairs)
    return Comparisons(
        cases,
        detail=f"Error at as many zeros, median over the problems of the ratio of the medians, "
        f"where neither fails: {told}; signed-rank tests on the trials, Holm over all comparisons "
        "of a problem",
    )


def _title(name: str, share: float) -> str:
    return f"{shown(name)}, {100 * share:g} %"


def _ratio(found: Fronts, one: str, other: str) -> str:
    medians = [
        [np.median(errors(group[method]), axis=0) for method in (one, other)]
        for group in found.values()
    ]
    ours, theirs = np.concatenate(medians, axis=1)
    both = np.isfinite(ours) & np.isfinite(theirs) & (theirs > 0)
    return number(float(np.median(ours[both] / theirs[both])), 3) if both.any() else "never"


def _saved(times: Sequence[Record]) -> Comparisons:
    cases, ratios = {}, []
    for record, batch in product(times, BATCHES):
        dense = np.array(record.traces[f"{DENSE}, {batch}"])
        rows = {share: np.array(record.traces[f"{share:g}, {batch}"]) for share in COMPARED}
        ratios.append(np.median(rows[0.9] / dense))
        for share, each in compare({s: (v, dense) for s, v in rows.items()}).items():
            cases[f"{_title(key(record), share)}, {batch} samples"] = Case(each.outcome)
    return Comparisons(
        cases,
        detail="CPU seconds of a step in compressed rows against the dense step, turn by turn; at "
        f"90 % zeros {number(min(ratios), 3)} to {number(max(ratios), 3)} times the dense one; "
        "signed-rank tests on the turns, Holm over the shares",
    )
