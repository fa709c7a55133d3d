"""Paper B, section 4.3: are the formulas for the leaky ReLU and the ELU right?

Written down before the cases were drawn: a formula is asked of random cases, and is wrong in a case
where a search over all u finds something better.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.frames import frame
from evidence.kit.records import Record
from evidence.kit.rule import Identity, Universal
from evidence.pages.alm_activations.runs_u_block import activation
from lib.randomness import generator

EQUAL = 1e-9
"""Sets, slopes and Lipschitz constants that differ by less agree."""

ROUNDING = 1e-12
DRAWN = 10_000
STEP = 1e-30
CHANGES = 3
"""How often the paper lets convexity change at most."""

SEARCH = "θ₁, θ₂, θ₃ uniform on one interval around 0, against a search over all u"


def claims(cases: Sequence[Record]) -> list[Judged]:
    """Return what section 4.3 says of formulas, and (3.20) to (3.22), on the random cases."""
    table = frame(cases)
    relu, leaky, elu = (table[table["name"] == name] for name in ("relu", "leaky", "elu"))
    of_leaky, of_elu = int(leaky["cases"].sum()), int(elu["cases"].sum())
    slopes = ", ".join(f"{s:g}" for s in leaky["slope"])
    return judge(
        {
            "B-3.2-u": Universal(
                int(relu["cases"].sum()),
                int(relu["wrong"].sum()),
                f"The solver, which is those formulas: {SEARCH}",
            ),
            "B-E4.35": Universal(
                of_leaky,
                int(leaky["printed_wrong"].sum()),
                f"Slopes {slopes}: {SEARCH}; u⁻ is positive in "
                f"{int(leaky['printed_positive'].sum()):,} cases",
                f"up to {leaky['printed_gap'].max():.2g} of γ times the interval's end squared "
                "above the minimum",
                repaired=Universal(of_leaky, int(leaky["wrong"].sum()), SEARCH),
                repair="the condition γθ₁ + γϖθ₂ + μθ₃ < 0",
            ),
            "B-E4.36": Identity(
                float(leaky[["set_gap", "slope_gap"]].max().max()),
                EQUAL,
                of_leaky,
                "The two one-sided slopes of −ζσ, taken as differences, and the distance of 0 to "
                "the printed set beside the one from which this book's residuals are computed; "
                f"ends in the wrong order in {int(leaky['unordered'].sum())} cases",
            ),
            "B-4.3-elu-convex": convex(activation("elu", 0.0).value),
            "B-E4.39": second_derivative(elu_curvature),
            "B-4.3-changes": Universal(
                of_elu,
                int((elu["changes"] > CHANGES).sum()),
                "The signs of (4.39) on a grid",
                f"at most {elu['changes'].max()} changes: (4.40) has two roots, so that the bound "
                "is loose",
            ),
            "B-4.3-elu": Universal(
                of_elu,
                int(elu[["wrong", "below_bound"]].sum().sum()),
                f"The solver, which follows that plan: {SEARCH}; "
                f"{int(elu['two_minima'].sum()):,} cases have two local minima",
            ),
            "B-4.3-lipschitz": Identity(
                float((table.groupby("name")["lipschitz"].max() - 1).abs().max()),
                EQUAL,
                int(table["cases"].sum()),
                "The largest difference quotient of each activation between random points, "
                "against 1",
            ),
        }
    )


def convex(value: Callable[[np.ndarray], np.ndarray]) -> Universal:
    """Return how many random pairs have a midpoint above their chord."""
    one, other = generator("alm_rnn", "section 4.3", "convex", 0).normal(0, 3, (2, DRAWN))
    above = value((one + other) / 2) - (value(one) + value(other)) / 2
    return Universal(
        DRAWN,
        int((above > ROUNDING).sum()),
        "Midpoints of random pairs against their chords; its slope, e^u up to 1 and 1 from there, "
        "never falls and has no jump",
        f"at most {above.max():.0e} above",
    )


def second_derivative(printed: Callable[..., np.ndarray]) -> Identity:
    """Return how far (4.39) is from the derivative of φ', taken with a complex step."""
    rng = generator("alm_rnn", "section 4.3", "second derivative", 0)
    u, (t1, t2, t3) = rng.uniform(-4, 0, DRAWN), rng.uniform(-4, 4, (3, DRAWN))
    gamma, mu, lambda6 = rng.uniform(0.1, 2, (3, DRAWN))
    v = u + STEP * 1j
    slope = gamma * (v - t1) - gamma * (t2 - np.exp(v) + 1) * np.exp(v)
    slope = slope + mu * (v - t3) + 2 * lambda6 * v
    return Identity(
        float(np.abs(slope.imag / STEP - printed(u, t2, gamma, mu, lambda6)).max()),
        ROUNDING,
        DRAWN,
        "(4.39) against the derivative of φ', taken with a complex step, at random u and θ",
    )


def elu_curvature(u, theta2, gamma, mu, lambda6):
    """Return (4.39) as printed."""
    power = np.exp(u)
    return 2 * gamma * power**2 - gamma * (theta2 + 1) * power + mu + gamma + 2 * lambda6


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
