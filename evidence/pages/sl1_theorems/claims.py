"""Paper A, Theorems 1-3 and their proof: what (A2) lets through and what a valid step size gives.

A theorem speaks of every problem and every step size, so one admitted step that raises the error
refutes it, and no number of steps that do not proves it. A bound counts as valid when it is proved
on the page and none of the random problems violates it.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.frames import one_by
from evidence.kit.records import Record, finite
from evidence.kit.verdicts import Claim, Verdict, decide
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
) -> list[Claim]:
    """Judge the theorems and the proof."""
    return [
        _iris(search),
        _sequences(jumps),
        _proof(bounds),
        _mild(bounds, drifts),
        _repaired(bounds, drifts),
    ]


def _iris(search: Sequence[Record]) -> Claim:
    found, starts = strongest(search), sum(len(record.rows) for record in search)
    rising = int(np.count_nonzero(rising_starts(search)))
    ours = f"E rises from {rising} of {starts} starts"
    if found:
        ours += (
            f"; most at η = {found.rate:.3g} < {found.bound:.4f}, step {found.step} to "
            f"{found.step + 1}: {found.before:.3f} → {found.after:.3f}"
        )
    return Claim(
        "Theorem 1: under (A1) to (A3) the error never rises, (36).",
        "stated, with a proof, for every step size that (A2) admits",
        ours,
        decide(found is None),
        "Iris, Table 2's λ and α, one output. One admitted step that raises E refutes it.",
    )


def _sequences(jumps: Sequence[Jump]) -> Claim:
    admitted = [jump for jump in jumps if jump.rate < jump.bound]
    up = [jump for jump in admitted if jump.after > jump.before]
    verdict = decide(not up) if admitted else Verdict.UNTESTABLE
    return Claim(
        "For sequences, too, a step size chosen by N, λ, C and D₀ to D₅ suffices, (A2).",
        "stated for any number of time steps",
        f"E rises on {len(up)} of {len(admitted)} problems, with η from "
        f"{min(j.rate for j in jumps):.0e} to {max(j.rate for j in jumps):.1g}",
        verdict,
        "Two time steps. At the start these constants are the same on all of the problems, which "
        "differ in a hidden weight that none of them contains.",
    )


def _proof(bounds: Sequence[Record]) -> Claim:
    fall, promised = column(bounds, "fall_ratio"), column(bounds, "promised_ratio")
    kept = int(np.count_nonzero(fall >= promised))
    return Claim(
        "A step lowers E by at least η[1 + D₄ − η(λC/2 + 2D₄ + D₅)] times the squared gradient, "
        "(A30).",
        "the last line of the proof of Theorem 1",
        f"kept by {kept} of {fall.size} problems; E falls by {fall.min():.3f} to {fall.max():.3f} "
        f"times η|∇E|², promised is a median {np.median(promised):.2g}",
        decide(kept == fall.size),
        "Random problems, T = 1, a step so small that E is nearly linear along it: no error can "
        "fall faster than η times the squared gradient to first order. Where it is kept, D₄ is too "
        "small to show at this step.",
    )


def _mild(bounds: Sequence[Record], drifts: Sequence[Record]) -> Claim:
    size, bound = column(bounds, "output_norm"), column(bounds, "output_bound")
    inside = bool((size <= bound).all())
    growth = last_decade(one_by(drifts, "mode")["out"])
    return Claim(
        "(A3), bounded output weights, and (A4), all weights in a compact set with finitely many "
        "critical points, are mild assumptions (section 3).",
        "assumed",
        f"(A3): {np.count_nonzero(size <= bound)} of {size.size} problems inside a bound known "
        f"beforehand; (A4): in the last decade of steps the norm of all weights grows by "
        f"{growth:.0%}",
        decide(inside, growth < WANDERING),
        "(A3) holds by itself for every step size. (A4) fails on a problem of one hidden unit when "
        "the output weight alone is penalised.",
    )


def _repaired(bounds: Sequence[Record], drifts: Sequence[Record]) -> Claim:
    row = one_by(drifts, "mode")["all"].rows[0]
    first = one_by(drifts, "mode")["all"].traces["gradient_norm"][0]
    still = abs(last_decade(one_by(drifts, "mode")["all"]))
    share, count = row["gradient_norm"] / first, violations(bounds)
    problems = sum(len(record.rows) for record in bounds)
    return Claim(
        "Under given conditions the error falls, its gradient vanishes and the weights converge "
        "(contribution 2).",
        "Theorems 1 to 3",
        f"with the repaired condition: {count} violations on {problems} random problems; with all "
        f"weights penalised the gradient falls to {share:.0e} of its first norm and the weights' "
        f"norm changes by {still:.1g} in the last decade of steps",
        decide(count == 0 and not row["rises"], share < SETTLED and still < SETTLED),
        "Conditions: a step below 2/L with a valid L, or one chosen anew at each iterate; for the "
        "convergence of the weights, all of them penalised.",
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
