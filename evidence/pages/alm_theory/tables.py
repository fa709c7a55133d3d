"""Paper B, Lemma 3.2 and Theorems 4.3, 4.7 and 4.8: tables and key numbers of the page."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.frames import by, span
from evidence.kit.records import Record
from evidence.pages.alm_theory.block_descent import BLOCKS
from evidence.pages.alm_theory.claims import SEARCHES, powers, shares, shown, values
from evidence.pages.alm_theory.counterexamples import FirstConstant, StopRule, slack
from evidence.pages.alm_theory.runs import of_part
from evidence.protocols.titles import SERIES

SEARCH_TITLES = {
    "run": "along the sweeps",
    "pair": "random pairs",
    "climb": "ascents",
    "exploding": "exploding states",
}


def arm(record: Record) -> str:
    """Return the name of an *outer* unit: its eta3, gamma_0 and what ends its inner loops."""
    setting, rule = record.config["setting"], record.config["stop_rules"][0]
    rule = {"step": "(3.17) or cap", "residual": "(3.6) or cap"}[rule]
    return f"η₃ = {setting['eta3']:g}, γ₀ = {setting['gamma']:g}, {rule}"


def constants_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return L1 and L2 with the largest quotients of each search, a column per dataset."""
    table = {}
    for name, (record,) in by(of_part(list(records), "blocks"), "dataset").items():
        cells = {}
        for block, constant in (("z", "L1"), ("h", "L2")):
            found = values([record], constant)
            cells[f"{constant[0]}{'₁₂'[int(constant[1]) - 1]}, smallest to largest"] = (
                f"{found.min():.1e} to {found.max():.1e}"
            )
            for search in SEARCHES:
                measured = values([record], f"{search}_{block}")
                equation = {"z": "(3.2)", "h": "(3.3)"}[block]
                cells[f"{equation} {SEARCH_TITLES[search]}"] = (
                    f"{measured.max():.3g}" if measured.size else "none"
                )
        table[SERIES[name]] = cells
    return pd.DataFrame(table)


def descent_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the smallest ratios of descent to half the squared change, a column per dataset."""
    table = {}
    for name, (record,) in by(of_part(list(records), "blocks"), "dataset").items():
        cells = {}
        for block in BLOCKS:
            cells[f"{block}: modulus"] = span(values([record], f"alpha_{block}"))
            cells[f"{block}: smallest ratio"] = f"{values([record], f'smallest_{block}').min():.3g}"
        cells["all: smallest ratio"] = f"{values([record], 'smallest').min():.3g}"
        cells["sweeps"] = f"{int(values([record], 'sweeps').sum()):,}"
        cells["below the largest modulus"] = f"{int(values([record], 'below_max').sum()):,}"
        cells["below the smallest modulus"] = f"{int(values([record], 'below_min').sum()):,}"
        table[SERIES[name]] = cells
    return pd.DataFrame(table)


def stopping_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return how many sweeps each rule asks for, and what (4.8) allows: a row per tolerance."""
    (record,) = of_part(list(records), "stopping")
    by_epsilon: dict[float, list[dict]] = {}
    for row in record.rows:
        by_epsilon.setdefault(row["epsilon"], []).append(row)
    return pd.DataFrame(
        {
            f"ε = {epsilon:g}": {
                "(3.6) met after": shown(rows, "residual_sweeps"),
                "(3.17) met after": shown(rows, "step_sweeps"),
                "Ĵ, smallest modulus": f"{np.median([row['bound'] for row in rows]):.0e}",
                "Ĵ as printed": f"{np.median([row['printed_bound'] for row in rows]):.0e}",
            }
            for epsilon, rows in by_epsilon.items()
        }
    ).T


def outer_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return where the runs of each arm end: medians over seeds, and the worst run."""
    rows = []
    for record in of_part(list(records), "outer"):
        column = {
            name: values([record], name)
            for name in ("gamma", "largest", "feasibility", "kkt_residual", "power_rises")
        }
        rows.append(
            {
                "dataset": SERIES[record.config["dataset"]],
                "run": arm(record),
                "seeds": len(record.rows),
                "γ at the end": f"{np.median(column['gamma']):.3g}",
                "set by a power": int(column["power_rises"].sum()),
                "largest multiplier": f"{column['largest'].max():.2g}",
                "violation": f"{np.median(column['feasibility']):.0e}",
                "KKT residual": f"{np.median(column['kkt_residual']):.0e}",
            }
        )
    return pd.DataFrame(rows).set_index(["dataset", "run"])


def same_for_every_eta3(records: Sequence[Record]) -> dict[str, bool]:
    """Return whether the runs with Table 2's first gamma are the same for all eta3, per dataset."""
    groups = by(of_part(list(records), "outer", stop_rules=["step"], gamma=1.0), "dataset")
    return {
        name: all(record.traces == group[0].traces for record in group)
        for name, group in groups.items()
    }


def key_numbers(
    records: Sequence[Record], figure1: Sequence[Record], first: FirstConstant, stop: StopRule
) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers: dict[str, float] = {
        "first.excess": first.quotient / max(first.square, first.circular),
        "first.share": first.quotient / first.repaired,
        "stop.excess": stop.excess,
        "slack": max(slack(r, steps, 0.5) for r in range(2, 200) for steps in range(2, 200)),
    }
    for name, (record,) in by(of_part(list(records), "blocks"), "dataset").items():
        numbers |= {
            f"{name}.run_orders": -float(np.log10(shares([record], "z", ("run",)).max())),
            f"{name}.found_orders": -float(np.log10(shares([record], "z").max())),
            f"{name}.share_h": float(shares([record], "h").max()),
            f"{name}.below_max": float(values([record], "below_max").sum()),
            f"{name}.below_min": float(values([record], "below_min").sum()),
            f"{name}.sweeps": float(values([record], "sweeps").sum()),
            f"{name}.smallest_u": float(values([record], "smallest_u").min()),
            f"{name}.guarantee": float(values([record], "guarantee").max()),
        }
    same = same_for_every_eta3(records)
    numbers |= {"same": float(sum(same.values())), "compared": float(len(same))}
    unit_gamma = of_part(list(records), "outer", gamma=1.0)
    numbers["largest_multiplier"] = float(values(unit_gamma, "largest").max())
    for record in of_part(list(records), "outer"):
        setting, rule = record.config["setting"], record.config["stop_rules"][0]
        key = f"{record.config['dataset']}.{rule}.{setting['eta3']:g}.{setting['gamma']:g}"
        for name in ("feasibility", "kkt_residual", "gamma"):
            numbers[f"{key}.{name}"] = float(np.median(values([record], name)))
        numbers[f"{key}.largest"] = float(values([record], "largest").max())
        numbers[f"{key}.power_rises"] = float(values([record], "power_rises").sum())
        numbers[f"{key}.meets_36"] = float(values([record], "meets_36").sum())
        numbers[f"{key}.iterations"] = float(values([record], "iterations").sum())
    numbers["figure1.powers"] = float(sum(map(powers, figure1)))
    numbers["figure1.runs"] = float(len(figure1))
    return numbers | _stopping_numbers(of_part(list(records), "stopping")[0])


def _stopping_numbers(record: Record) -> dict[str, float]:
    """Return medians over seeds: counts for the first tolerance, and the cost of the next one."""
    first, second = sorted({row["epsilon"] for row in record.rows}, reverse=True)[:2]
    steps = {
        epsilon: np.array(
            [row["step_sweeps"] for row in record.rows if row["epsilon"] == epsilon], dtype=float
        )
        for epsilon in (first, second)
    }
    residual = [row["residual_sweeps"] for row in record.rows if row["epsilon"] == first]
    return {
        "stopping.residual": float(np.median(residual)),
        "stopping.step": float(np.median(steps[first])),
        "stopping.growth": float(np.median(steps[second] - steps[first])),
    }
