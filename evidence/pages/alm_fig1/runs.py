"""Paper B, Figure 1: how the feasibility violation of the ALM falls on three datasets.

Section 5.3: weights start at N(0, 0.1), biases at zero, 100 outer iterations, at most 500 sweeps
each. The paper shows one run per dataset; here every dataset is run with several seeds, most of
them for the series of ten steps, whose runs differ most. The KKT residual and the objective stand
beside the feasibility violation.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evidence.kit.columns import ROUGH, columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, rounded
from evidence.protocols.alm import TABLE2, Setting, figure1_trial, options
from lib import alm


@dataclass(frozen=True)
class Feasibility(Config):
    """One run of the ALM: a dataset, a seed for data and start, and section 5.3's caps."""

    dataset: str
    seed: int
    setting: Setting
    outer_iterations: int = 100
    inner_iterations: int = 500
    start_deviation: float = 0.1

    labelled = "{dataset}-seed{seed}"
    deviations = (
        "Several seeds per dataset; the paper shows one run.",
        "Γ is the larger of Table 2's 100 and L(s⁰), as (3.10) asks.",
        "The training part of each series; the paper does not say which part its figure used.",
    )
    rows = (
        columns(str, "dataset | status")
        | columns(int, "seed")
        | columns(
            int,
            "ended_by_cap | ended_by_residual | ended_by_step | rises | sweeps",
            within=ROUGH,
        )
        | columns(float, "gamma | reduced_gradient", within=ROUGH)
        | columns(
            float,
            "feasibility | first_feasibility | jump | kkt_residual | level | objective | "
            "rollout_objective",
            within=0.05,
        )
        | columns(float, "seconds", within=None)
    )
    traces = (
        columns(float, "iteration")
        | columns(float, "reduced_gradient | gamma", within=ROUGH)
        | columns(float, "feasibility | kkt_residual | rollout_objective | objective", within=0.05)
    )
    """Fifty thousand sweeps amplify the last digit's rounding, which differs between processors.
    Left out are counts, gamma and the reduced gradient, which rounding at a kink decides."""


def _runs(names: tuple[str, ...], seeds: int, **caps: int) -> tuple[Feasibility, ...]:
    return tuple(
        Feasibility(name, seed, TABLE2[name], **caps) for name in names for seed in range(seeds)
    )


PROFILES: Mapping[str, tuple[Feasibility, ...]] = {
    "quick": (
        *_runs(("synthetic-t10",), 3, outer_iterations=60, inner_iterations=100),
        *_runs(("synthetic-t500",), 1, outer_iterations=20, inner_iterations=20),
        *_runs(("sp500-intended",), 1, outer_iterations=40, inner_iterations=60),
    ),
    "paper": (
        *_runs(("synthetic-t10",), 30),
        *_runs(tuple(name for name in TABLE2 if name != "synthetic-t10"), 10),
    ),
}


def train(config: Feasibility) -> tuple[alm.Problem, alm.Result]:
    """Train one network with the ALM and return it with its problem, as `alm.save` takes them."""
    on = figure1_trial(config.dataset, config.seed, config.setting, config.start_deviation)
    chosen = options(config.setting, config.outer_iterations, config.inner_iterations)
    return on.problem, alm.solve(on.X, on.Y, on.start, on.penalties, chosen)


def run(config: Feasibility) -> Outcome:
    """Train one network with the ALM and return its final row and the trace of all iterations."""
    _, result = train(config)
    trace = result.trace
    last = trace.iloc[-1]
    ended = trace["ended_by"].iloc[1:].value_counts()
    row = {
        "dataset": config.dataset,
        "seed": config.seed,
        "status": result.status.name,
        "level": result.level,
        **{name: float(last[name]) for name in MEASURES},
        "first_feasibility": float(trace["feasibility"].iloc[0]),
        "jump": float(trace["feasibility"].iloc[1]),
        "rises": int(np.sum(np.diff(trace["feasibility"].to_numpy()[1:]) > 0)),
        "sweeps": int(trace["sweeps"].sum()),
        **{f"ended_by_{rule}": int(ended.get(rule, 0)) for rule in ("step", "residual", "cap")},
        "seconds": float(last["seconds"]),
    }
    return Outcome([row], {name: rounded(trace[name], 9) for name in ("iteration", *MEASURES)})


MEASURES = (
    "feasibility",
    "kkt_residual",
    "rollout_objective",
    "objective",
    "reduced_gradient",
    "gamma",
)
