"""Paper B, section 4.3: are the formulas for the leaky ReLU and the ELU right?

How each row is decided stands in the constants below and in the last column of the table. The rules
were set after quick runs had been seen and before the full-scale records were complete.
"""

from collections.abc import Sequence

import pandas as pd

from evidence.kit.records import Record
from evidence.kit.verdicts import Claim, decide
from evidence.pages.alm_activations.runs import TITLES
from evidence.pages.alm_activations.runs_u_block import NAMES

EQUAL = 1e-9
"""Sets, slopes and Lipschitz constants that differ by less agree."""


def claims(cases: Sequence[Record]) -> list[Claim]:
    """Judge the formulas of section 4.3 by the random cases."""
    return [
        _relu(cases),
        *_leaky(cases),
        _subdifferential(cases),
        *_elu(cases),
        _lipschitz(cases),
    ]


def _relu(cases: Sequence[Record]) -> Claim:
    relu = [record for record in cases if record.config["name"] == "relu"]
    wrong, of = sum(_row(r)["wrong"] for r in relu), sum(r.config["cases"] for r in relu)
    return Claim(
        "(3.20) to (3.22) give a global solution of the ReLU's problem in u (section 3.2).",
        "closed form",
        f"worse than a search over all u in {wrong} of {of:,} cases",
        decide(wrong == 0),
        "Judged by the solver of this book, which is those formulas, against the search. θ₁, θ₂, "
        "θ₃ are uniform on one interval around 0.",
    )


def _leaky(cases: Sequence[Record]) -> list[Claim]:
    leaky = by_slope(cases)
    of = next(iter(leaky.values())).config["cases"]

    def each(name: str, form: str = "{:,}") -> str:
        return ", ".join(f"ϖ = {s:g}: {form.format(_row(r)[name])}" for s, r in leaky.items())

    rows = [_row(record) for record in leaky.values()]
    return [
        Claim(
            "u⁻ of (4.35) is the minimiser over u ≤ 0.",
            "condition γθ₁ + μθ₃ < 0",
            f"u⁻ is positive in, of {of:,} cases, {each('printed_positive')}",
            decide(*(row["printed_positive"] == 0 for row in rows)),
            "Judged by whether u⁻ is in the half line at all. With the term that the condition "
            "lacks, γθ₁ + γϖθ₂ + μθ₃ < 0, the fraction of (4.35) is negative whenever it is taken.",
        ),
        Claim(
            "With (4.35), the procedure (3.20)-(3.22) gives a global solution of (4.34).",
            "closed form",
            f"not a minimiser in, of {of:,} cases, {each('printed_wrong')}; with the condition "
            f"put right in {each('wrong')}",
            decide(*(row["printed_wrong"] == 0 for row in rows)),
            "Judged against a search over all u. θ₁, θ₂, θ₃ are uniform on one interval around 0; "
            "the problem is the same at every scale. As a share of γ times the square of that "
            "interval's end, φ lies above its minimum by up to "
            f"{each('printed_gap', '{:.2g}')}. Positive u⁻ that were chosen: "
            f"{each('printed_positive_chosen')}.",
        ),
    ]


def _subdifferential(cases: Sequence[Record]) -> Claim:
    rows = [_row(record) for record in by_slope(cases).values()]
    gap = max(max(row["set_gap"], row["slope_gap"]) for row in rows)
    return Claim(
        "(4.36) is the subdifferential at u = 0 for the leaky ReLU.",
        "{-ϖζ, -ζ} for ζ ≥ 0, the interval [-ϖζ, -ζ] for ζ < 0",
        f"largest difference {gap:.1g}; end points in the wrong order in "
        f"{sum(row['unordered'] for row in rows)} cases",
        decide(gap < EQUAL and all(row["unordered"] == 0 for row in rows)),
        "Judged by the two one-sided slopes of -ζσ, taken as differences, and by the distance of 0 "
        "to the printed set beside the one from which the KKT residuals of this book are computed. "
        f"Both must agree to {EQUAL:g}.",
    )


def _elu(cases: Sequence[Record]) -> list[Claim]:
    elu = by_spread(cases)
    of = next(iter(elu.values())).config["cases"]
    rows = [_row(record) for record in elu.values()]

    def each(name: str) -> str:
        return ", ".join(f"|θ| ≤ {s:g}: {_row(r)[name]:,}" for s, r in elu.items())

    most = max(row["changes"] for row in rows)
    return [
        Claim(
            "Convexity and concavity of φ change at most three times on the negative side "
            "(after (4.40)).",
            "at most 3",
            f"at most {most}; of {of:,} cases not convex: {each('nonconvex')}",
            decide(all(row["changes"] <= 3 for row in rows)),
            "Judged by the signs of (4.39) on a grid. The bound is true and loose: the quadratic "
            "(4.40) has two roots, so two changes and the three intervals that the paper goes on "
            "with.",
        ),
        Claim(
            "The best of the convex intervals' minimisers, 0 and the lower bound solves (4.37), "
            "and with it (4.34).",
            "(4.37)-(4.40)",
            f"worse than the search in {sum(row['wrong'] for row in rows)} of "
            f"{of * len(rows):,} cases, left of the bound in "
            f"{sum(row['below_bound'] for row in rows)}",
            decide(all(row["wrong"] == 0 and row["below_bound"] == 0 for row in rows)),
            "Judged by the solver of this book, which follows that plan, against the same search. "
            f"Cases with two local minima: {each('two_minima')}.",
        ),
    ]


def _lipschitz(cases: Sequence[Record]) -> Claim:
    largest = {name: 0.0 for name in NAMES}
    for record in cases:
        name = record.config["name"]
        largest[name] = max(largest[name], _row(record)["lipschitz"])
    return Claim(
        "ReLU, leaky ReLU and ELU have Lipschitz constant 1, so that L₂ of Lemma 3.2 stays.",
        "1",
        "largest difference quotient "
        + ", ".join(f"{TITLES[name]}: {value:.10g}" for name, value in largest.items()),
        decide(*(abs(value - 1.0) < EQUAL for value in largest.values())),
        "Judged by whether the largest quotient between two random points is 1. It is reached "
        "where both are positive; everywhere else the three are flatter.",
    )


def slopes_table(cases: Sequence[Record]) -> pd.DataFrame:
    """Return how (4.35) as printed fares, a column per slope."""
    rows = {
        "u⁻ positive": lambda row, of: f"{row['printed_positive'] / of:.2%}",
        "not a minimiser": lambda row, of: f"{row['printed_wrong'] / of:.2%}",
        "largest gap": lambda row, of: f"{row['printed_gap']:.2g}",
        "its bound": lambda row, of: f"{row['printed_gap_bound']:.2g}",
        "not a minimiser, corrected": lambda row, of: f"{row['wrong'] / of:.2%}",
    }
    return pd.DataFrame(
        {
            f"ϖ = {slope:g}": [show(r.rows[0], r.config["cases"]) for show in rows.values()]
            for slope, r in by_slope(cases).items()
        },
        index=list(rows),
    )


def elu_table(cases: Sequence[Record]) -> pd.DataFrame:
    """Return what the ELU's cases are like, a column per spread of the thetas."""
    rows = {
        "not convex": "nonconvex",
        "three intervals": "three_pieces",
        "two local minima": "two_minima",
        "worse than the search": "wrong",
        "left of the bound": "below_bound",
    }
    return pd.DataFrame(
        {
            f"|θ| ≤ {spread:g}": [f"{r.rows[0][c] / r.config['cases']:.2%}" for c in rows.values()]
            for spread, r in by_spread(cases).items()
        },
        index=list(rows),
    )


def key_numbers(cases: Sequence[Record]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers: dict[str, float] = {}
    for slope, record in by_slope(cases).items():
        row, of = record.rows[0], record.config["cases"]
        numbers[f"leaky-{slope:g}.wrong_percent"] = 100.0 * row["printed_wrong"] / of
        numbers[f"leaky-{slope:g}.gap"] = row["printed_gap"]
        numbers[f"leaky-{slope:g}.bound"] = row["printed_gap_bound"]
        numbers[f"leaky-{slope:g}.positive_chosen"] = float(row["printed_positive_chosen"])
    for spread, record in by_spread(cases).items():
        row, of = record.rows[0], record.config["cases"]
        for name in ("nonconvex", "three_pieces", "two_minima"):
            numbers[f"elu-{spread:g}.{name}_percent"] = 100.0 * row[name] / of
    numbers["cases"] = float(cases[0].config["cases"])
    numbers["wrong"] = float(sum(record.rows[0]["wrong"] for record in cases))
    return numbers


def by_slope(cases: Sequence[Record]) -> dict[float, Record]:
    """Return the record of each slope of the leaky ReLU."""
    return {r.config["slope"]: r for r in cases if r.config["name"] == "leaky"}


def by_spread(cases: Sequence[Record]) -> dict[float, Record]:
    """Return the record of each spread of the ELU's cases."""
    return {r.config["spread"]: r for r in cases if r.config["name"] == "elu"}


def _row(record: Record) -> dict:
    return record.rows[0]
