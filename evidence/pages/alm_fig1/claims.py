"""Paper B, section 5.3 and Figure 1: does the ALM end where its constraints and its theory say?"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from evidence.kit.frames import by, column
from evidence.kit.records import Record
from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.alm_fig1.runs import MEASURES
from evidence.protocols.thresholds import FALLEN, ROUNDING, STATIONARY
from evidence.protocols.titles import SERIES
from lib.datasets import SYNTHETIC
from lib.datasets.synthetic import RECIPES

JUMP = 100
"""Iteration 1 counts as a jump when its violation is this many times that of start and end."""


def claims(records: Sequence[Record]) -> list[Claim]:
    """Judge the three sentences that read the figure, and the theorem that stands behind it."""
    groups = by(records, "dataset")
    first = {name: column(group, "first_feasibility") for name, group in groups.items()}
    jump = {name: column(group, "jump") for name, group in groups.items()}
    last = {name: column(group, "feasibility") for name, group in groups.items()}
    rises = {name: column(group, "rises") for name, group in groups.items()}
    residual = {name: column(group, "kkt_residual") for name, group in groups.items()}
    near = sum(int(np.sum(v < STATIONARY)) for v in residual.values())
    return [
        Claim(
            "A run starts next to zero, because its start is feasible (section 5.3).",
            "curves begin near zero",
            f"at most {max(v.max() for v in first.values()):.1g} in every run",
            decide(*(bool((v < ROUNDING).all()) for v in first.values())),
            f"Judged by whether every start is below {ROUNDING:g}, rounding.",
        ),
        Claim(
            "The first iteration throws the violation up (section 5.3).",
            "a jump at iteration 1",
            _each(jump, "{:.2g}"),
            decide(
                *(
                    bool((jump[name] > JUMP * np.maximum(first[name], last[name])).all())
                    for name in groups
                )
            ),
            f"Judged by whether iteration 1 lies {JUMP:g} times above start and end, for every "
            "seed of a dataset.",
        ),
        Claim(
            "From there it falls, with oscillation, towards zero (section 5.3).",
            "curves fall towards zero",
            "at the end " + _each(last, "{:.1e}"),
            decide(
                *(bool((last[name] < FALLEN * jump[name]).all()) for name in groups),
                *(bool((rises[name] > 0).all()) for name in groups),
            ),
            f"Falling: the end is below {FALLEN:g} of the jump. Oscillating: at least one rise "
            "after iteration 1. Both for every seed of a dataset; "
            f"{sum(int(np.sum(v == 0)) for v in rises.values())} of "
            f"{sum(v.size for v in rises.values())} runs fall without a rise.",
        ),
        Claim(
            "The iterates accumulate only at KKT points (Theorem 4.8). Asked here: do Table 2's "
            "parameters and section 5.3's caps bring them near one?",
            "proved for η₃ > 1 and subproblems solved to (3.6)",
            f"residual below {STATIONARY:g} at the end: "
            + ", ".join(
                f"{SERIES[name]}: {np.sum(v < STATIONARY)} of {v.size} runs"
                for name, v in residual.items()
            ),
            decide(*(bool((v < STATIONARY).all()) for v in residual.values()), near > 0),
            "No test of the theorem, whose assumptions these settings do not meet: Table 2's η₃ is "
            "below 1, and most inner loops end at the cap. A small violation alone does not show a "
            "solution.",
        ),
        _cost(groups),
    ]


def _cost(groups: Mapping[str, Sequence[Record]]) -> Claim:
    """Judge the word efficient of the abstract by what a sweep costs on short and long series."""
    sweep = {
        name: float(np.median(column(groups[name], "seconds") / column(groups[name], "sweeps")))
        for name in SYNTHETIC
        if name in groups
    }
    first, *_, last = *sweep, *sweep
    longer = RECIPES[last].train / RECIPES[first].train
    dearer = sweep[last] / sweep[first]
    return Claim(
        "The block coordinate descent is efficient (abstract). Asked here: does a sweep cost no "
        "more than in proportion to the number of time steps?",
        "stated",
        f"{dearer:.3g} times as much for {longer:.3g} times as many steps; "
        + ", ".join(f"{SERIES[name]}: {1e6 * value:.3g} µs" for name, value in sweep.items()),
        decide(dearer <= longer) if len(sweep) > 1 else Verdict.UNTESTABLE,
        "Medians over the runs. The longer series has more hidden units as well.",
    )


def results_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the last iterate, medians over seeds: a row per quantity, a column per dataset."""
    shown = {
        "feasibility": ("violation", "{:.1e}"),
        "kkt_residual": ("KKT residual", "{:.1e}"),
        "rollout_objective": ("R", "{:.4g}"),
        "gamma": ("γ", "{:.3g}"),
        "sweeps": ("sweeps", "{:,.0f}"),
        "ended_by_step": ("ended by (3.17)", "{:.0f}"),
        "ended_by_cap": ("ended by cap", "{:.0f}"),
    }
    table = {
        SERIES[dataset]: [
            form.format(float(np.median(column(group, name)))) for name, (_, form) in shown.items()
        ]
        for dataset, group in by(records, "dataset").items()
    }
    return pd.DataFrame(table, index=[head for head, _ in shown.values()])


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return the medians over seeds that the notebook's check compares and its prose quotes."""
    numbers: dict[str, float] = {}
    for name, group in by(records, "dataset").items():
        for measure in (*MEASURES, "jump", "sweeps", "ended_by_step", "ended_by_cap"):
            numbers[f"{name}.{measure}"] = float(np.median(column(group, measure)))
        numbers[f"{name}.worst_feasibility"] = float(column(group, "feasibility").max())
        residuals = column(group, "kkt_residual")
        numbers[f"{name}.worst_kkt_residual"] = float(residuals.max())
        numbers[f"{name}.solved"] = float(np.sum(residuals < STATIONARY))
        numbers[f"{name}.seeds"] = float(len(group))
    return numbers


def _each(values: dict[str, np.ndarray], form: str) -> str:
    """Return the median of every dataset, named."""
    return ", ".join(
        f"{SERIES[name]}: {form.format(float(np.median(v)))}" for name, v in values.items()
    )
