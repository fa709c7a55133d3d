"""Paper B, section 5.3 and Figure 1: does the ALM end where its constraints and its theory say?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.frames import by, column, frame
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Limit, Universal
from evidence.pages.alm_fig1.runs import MEASURES
from evidence.protocols.thresholds import FALLEN, ROUNDING, STATIONARY
from evidence.protocols.titles import PAPER_SERIES, SERIES
from evidence.statistics import Outcome

JUMP = 100
"""Iteration 1 counts as a jump when its violation is this many times that of start and end."""


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return what section 5.3 reads off the figure, with what was measured."""
    records = [r for r in records if r.config["dataset"] in PAPER_SERIES]
    frames = frame(records)
    fell, seeds = frames["feasibility"] / frames["jump"], f"{len(frames)} runs of {_sets(records)}"
    higher = frames["jump"] / frames[["first_feasibility", "feasibility"]].max(axis=1)
    return judge(
        {
            "B-F1-start": Universal(
                cases=len(frames),
                violated=int((frames["first_feasibility"] >= ROUNDING).sum()),
                drawn=f"The violation before the first iteration of {seeds}, against {ROUNDING:g}",
                worst=f"at most {frames['first_feasibility'].max():.1g}",
            ),
            "B-F1-jump": Universal(
                cases=len(frames),
                violated=int((higher <= JUMP).sum()),
                drawn=f"{seeds}; a jump is {JUMP:g} times the violation of start and end",
                worst=f"at least {higher.min():.2g} times",
            ),
            "B-F1-falls": Universal(
                cases=len(frames),
                violated=int((fell >= FALLEN).sum()),
                drawn=f"{seeds}; fallen is to below {FALLEN:g} of the jump",
                worst=f"at most {fell.max():.2g} of the jump is left",
            ),
            "B-F1-oscillates": Comparisons(
                {
                    run: Case(Outcome.BETTER if rises else Outcome.TIE, visible=True)
                    for run, rises in frames["rises"].items()
                },
                detail=f"{seeds}; an oscillation is one rise or more after iteration 1, "
                f"{frames['rises'].median():.0f} in the median run",
            ),
            "O-F1-kkt": Limit(
                runs=len(frames),
                reached=int((frames["kkt_residual"] < STATIONARY).sum()),
                left=0,
                threshold=f"KKT residual below {STATIONARY:g}",
                detail="The last iterates with Table 2's parameters and section 5.3's caps",
            ),
        }
    )


def _sets(records: Sequence[Record]) -> str:
    return ", ".join(SERIES[name] for name in by(records, "dataset"))


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
