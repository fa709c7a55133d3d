"""The polish: does an independent program find a KKT point of (2.6), for which lengths?

Decided before the runs: a network counts when `lib.verify` confirms its file and finds feasibility
violation and KKT residual both below 1e-6. The question on a hundred units was taken out of the
other one when all was known: together they would tell how many networks of each size were run.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.frames import by
from evidence.kit.records import Record
from evidence.kit.rule import Limit
from evidence.pages.alm_race.runs_polish import WANTED

SMALL = 20
"""Hidden units of the networks of the first question, at most."""


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return which networks the polish takes to a KKT point, of those that were at none."""
    small = [record for record in records if record.config["hidden_size"] <= SMALL]
    large = [record for record in records if record.config["hidden_size"] > SMALL]
    return judge({"O-polish-kkt": _arriving(small), "O-polish-hundred": _arriving(large)})


def _arriving(records: Sequence[Record]) -> Limit:
    away = [record for record in records if not record.rows[0]["converged"]]
    problems = by(away, "steps", "hidden_size")
    return Limit(
        runs=len(away),
        reached=_converged(away),
        left=0,
        threshold=f"violation and KKT residual below {WANTED:g}",
        detail=f"By the independent verifier in the networks' files; the other "
        f"{len(records) - len(away)} of {len(records)} were at one before; "
        + "; ".join(
            f"T = {T}, r = {r}: {_converged(group)} of {len(group)}, "
            f"off by at most {max(min(map(verified, each.rows)) for each in group):.1e}"
            for (T, r), group in sorted(problems.items())
        ),
    )


def _converged(group: Sequence[Record]) -> int:
    return sum(bool(record.rows[1]["converged"]) for record in group)


def verified(row: Mapping[str, float]) -> float:
    """Return how far off a KKT point the verifier finds a row's point."""
    return max(row["verified_feasibility"], row["verified_kkt_residual"])


def table(records: Sequence[Record]) -> pd.DataFrame:
    """Return medians over the networks of each problem: before, after, and the effort."""
    rows = {}
    for (_, steps, hidden), group in by(records, "recipe", "steps", "hidden_size").items():
        before, after = ([verified(r.rows[k]) for r in group] for k in (0, 1))
        second = [r.rows[1] for r in group]
        rows[f"T = {steps}, r = {hidden}"] = {
            "networks": f"{len(group)}",
            "ALM, off by": f"{np.median(before):.1e}",
            "polished, off by": f"{np.median(after):.1e}",
            "the worst": f"{max(after):.1e}",
            "R before": f"{np.median([r.rows[0]['objective'] for r in group]):.4g}",
            "R after": f"{np.median([row['objective'] for row in second]):.4g}",
            "kinks": f"{np.median([row['verified_kinks'] for row in second]):g}",
            "largest u at a kink": f"{max(row['kink_width'] for row in second):.1e}",
            "Newton steps": f"{np.median([row['steps'] for row in second]):,.0f}",
            "Hessian products": f"{np.median([row['products'] for row in second]):,.0f}",
            "CPU seconds, ALM": f"{np.median([r.rows[0]['seconds'] for r in group]):.2g}",
            "CPU seconds, polish": f"{np.median([row['seconds'] for row in second]):.2g}",
        }
    return pd.DataFrame(rows)


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return by problem how many networks there are and how many are KKT points."""
    found = {}
    for (T, r), group in by(records, "steps", "hidden_size").items():
        found[f"polish.{T}.{r}.networks"] = float(len(group))
        found[f"polish.{T}.{r}.converged"] = float(_converged(group))
    return found


def residuals(records: Sequence[Record]) -> dict[str, float]:
    """Return by problem the worst residual before and after, and the time, for the prose."""
    found = {}
    for (T, r), group in by(records, "steps", "hidden_size").items():
        for k, name in enumerate(("before", "after")):
            found[f"polish.{T}.{r}.{name}"] = max(verified(each.rows[k]) for each in group)
        seconds = [each.rows[1]["seconds"] for each in group]
        found[f"polish.{T}.{r}.seconds"] = float(np.median(seconds))
    return found
