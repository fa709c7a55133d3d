"""Paper A, Theorems 1-3 and their proof: what (A2) lets through and what a valid step size gives.

A theorem speaks of every problem and every step size, so one admitted step that raises the error
refutes it, and no number of steps that do not proves it. A bound counts as valid when it is proved
on the page and none of the random problems violates it.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.frames import one_by
from evidence.kit.records import Record, finite
from evidence.kit.rule import Limit, Measurement, Universal
from evidence.pages.sl1_theorems.counterexamples import Jump
from evidence.pages.sl1_theorems.steps import (
    column,
    iris_steps,
    last_decade,
    rising_starts,
    shares,
    strongest,
    violations,
)

SETTLED = 1e-8
"""A gradient counts as having gone to zero below this share of its first value."""

WANDERING = 0.1
"""Weights count as leaving every bounded set when their norm grew by this share over the last
decade of iterations; for the problem at hand that they do is proved on the page."""


def bounds_table(bounds: Sequence[Record]) -> pd.DataFrame:
    """Return what the random problems say about the repaired bounds, a column per length."""
    table = {}
    for record in bounds:
        own = [record]
        ratio = shares(own)
        tight = column(own, "curvature") / column(own, "bound")
        table[f"T = {record.config['length']}"] = {
            "problems": f"{len(record.rows)}",
            "violations of any bound": f"{violations(own)}",
            "largest curvature / bound": f"{tight.max():.2g}",
            "measured / safe step, lowest": f"{ratio.min():.3g}",
            "the same, median": f"{np.quantile(ratio, 0.5, method='inverted_cdf'):.3g}",
        }
    return pd.DataFrame(table)


def claims(
    search: Sequence[Record],
    bounds: Sequence[Record],
    drifts: Sequence[Record],
    jumps: Sequence[Jump],
    proof: Mapping[str, Measurement],
) -> list[Judged]:
    """Return the theorems and their proof with what was measured.

    Args:
        search: admitted steps tried on Iris.
        bounds: the random problems.
        drifts: one problem with either penalty, followed for long.
        jumps: steps on sequences of two.
        proof: of the steps of the appendix, by :func:`claims_proof.measured`.
    """
    return judge(
        {
            "A-T1": _iris(search, bounds),
            "A-A2": _sequences(jumps),
            "A-E17": _direction(bounds),
            "A-A3": _bounded(bounds),
            "A-A4": _compact(drifts),
            "A-EA30": _promise(bounds),
            "O-T3-repaired": _repaired(drifts),
            **proof,
        }
    )


def _iris(search: Sequence[Record], bounds: Sequence[Record]) -> Universal:
    found, starts = strongest(search), rising_starts(search)
    rows = [row for record in bounds for row in record.rows]
    return Universal(
        cases=starts.size,
        violated=int(starts.sum()),
        drawn="Starts on Iris, Table 2's λ and α, one output; violated where a step that (A2) "
        "admits raises E",
        worst=f"most at η = {found.rate:.3g} < {found.bound:.4f}: {found.before:.3f} → "
        f"{found.after:.3f}"
        if found
        else "",
        repaired=Universal(
            cases=len(rows),
            violated=sum(
                row["adaptive_rises"] + row.get("level_rises", 0) > 0 or not row["fall_kept"]
                for row in rows
            ),
            drawn="Random problems",
        ),
        repair="a step below 2/L, L a valid bound of the curvature, on random problems",
    )


def _sequences(jumps: Sequence[Jump]) -> Universal:
    admitted = [jump for jump in jumps if jump.rate < jump.bound]
    return Universal(
        cases=len(admitted),
        violated=sum(jump.after > jump.before for jump in admitted),
        drawn=f"Problems of two time steps with admitted η from {min(j.rate for j in jumps):.0e} "
        f"to {max(j.rate for j in jumps):.1g}, alike in all constants of (A2) at the start, "
        "different in a hidden weight; violated where E rises",
    )


def _direction(bounds: Sequence[Record]) -> Universal:
    fall = column(bounds, "fall_ratio")
    return Universal(
        cases=fall.size,
        violated=int((fall <= 0).sum()),
        drawn="Random problems of one time step, a step so small that E is nearly linear along it",
        worst=f"E falls by {fall.min():.3f} to {fall.max():.3f} times η|∇E|²",
    )


def _bounded(bounds: Sequence[Record]) -> Universal:
    size, bound = column(bounds, "output_norm"), column(bounds, "output_bound")
    return Universal(
        cases=size.size,
        violated=int((size > bound).sum()),
        drawn="Random problems, a step far too large; violated where the output weights leave a "
        "ball that is known beforehand. It is proved for every step",
    )


def _compact(drifts: Sequence[Record]) -> Universal:
    growth = last_decade(one_by(drifts, "mode")["out"])
    return Universal(
        cases=1,
        violated=int(growth >= WANDERING),
        drawn="One hidden unit, the output weight alone penalised, a step below the repaired "
        "bound; that no subsequence stays bounded is proved",
        worst=f"the norm of all weights grows by {growth:.0%} in the last decade of steps",
    )


def _promise(bounds: Sequence[Record]) -> Universal:
    fall, promised = column(bounds, "fall_ratio"), column(bounds, "promised_ratio")
    kept = column(bounds, "fall_kept")
    return Universal(
        cases=fall.size,
        violated=int((fall < promised).sum()),
        drawn="Random problems of one time step, a small step: no error can fall faster than η "
        "times the squared gradient to first order",
        worst=f"a median {np.median(promised):.2g} times that is promised",
        repaired=Universal(kept.size, int((kept == 0).sum()), drawn="Random problems"),
        repair="η(1 − ηL/2) times the squared gradient, L a valid bound of the curvature",
    )


def _repaired(drifts: Sequence[Record]) -> Limit:
    record = one_by(drifts, "mode")["all"]
    shares = np.array(record.traces["gradient_norm"]) / record.traces["gradient_norm"][0]
    still, last = abs(last_decade(record)), shares[-1]
    return Limit(
        runs=1,
        reached=int(last < SETTLED and still < SETTLED),
        left=int(shares.min() < SETTLED <= last),
        threshold=f"gradient and change of the weights' norm below {SETTLED:g}",
        detail=f"One hidden unit, all weights penalised, a step of 1/L: the gradient falls to "
        f"{last:.0e} of its first norm, the weights' norm changes by {still:.1g} in the last "
        "decade of steps",
    )


def key_numbers(
    search: Sequence[Record],
    bounds: Sequence[Record],
    drifts: Sequence[Record],
    jumps: Sequence[Jump],
) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers: dict[str, float] = {
        "iris.starts": rising_starts(search).size,
        "iris.rising": int(rising_starts(search).sum()),
        "bounds.violations": violations(bounds),
        "bounds.problems": sum(len(record.rows) for record in bounds),
    }
    numbers |= {
        f"iris.{name}": float(np.nanmedian(values)) for name, values in iris_steps(search).items()
    }
    numbers["iris.least_monotone"] = float(np.nanmin(iris_steps(search)["largest_monotone"]))
    found = strongest(search)
    if found:
        numbers |= {
            "found.seed": found.seed,
            "found.rate": found.rate,
            "found.bound": found.bound,
            "found.step": found.step,
            "found.before": found.before,
            "found.after": found.after,
        }
    for record in bounds:
        own, T = [record], record.config["length"]
        ratio = np.quantile(shares(own), 0.5, method="inverted_cdf")
        tight = (column(own, "curvature") / column(own, "bound")).max()
        numbers |= {f"t{T}.tight": tight, f"t{T}.ratio": finite(ratio) or 0.0}
    numbers["t1.admitted_rises"] = column(bounds, "admitted_rises").sum()
    numbers["t1.promised"] = float(np.median(column(bounds, "promised_ratio")))
    for record in drifts:
        mode, row = record.config["mode"], record.rows[0]
        numbers |= {f"{mode}.{name}": row[name] for name in ("error", "weight_norm", "rate")}
        numbers[f"{mode}.growth"] = last_decade(record)
        numbers[f"{mode}.ceiling"] = row["ceiling"]
        numbers[f"{mode}.first_error"] = row["first_error"]
    for jump in jumps:
        numbers[f"jump.{jump.rate:g}"] = jump.after
    numbers |= {"jump.before": jumps[0].before, "jump.last": jumps[-1].after}
    return {name: float(value) for name, value in numbers.items()}
