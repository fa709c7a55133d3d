"""Paper B, Table 3, the rows of the ALM: errors from five initialisations.

Outer and inner caps are those of the table's captions. Every run keeps its errors, its objective
and its certificate's numbers along the outer iterations with the CPU time so far, so that Figure 2
and the table come from the same runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from evidence.kit.records import Outcome, finite, remark, rounded
from evidence.protocols.alm import ERRORS, TABLE2, Setting, Trial, network_errors, options, trial
from lib import alm, datasets
from lib.datasets import sp500
from lib.validation import one_of

CAPS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "synthetic-t10": (50, 10),
        "synthetic-t500": (100, 500),
        "sp500-released": (200, 500),
        "sp500-written": (200, 500),
        "sp500-intended": (200, 500),
    }
)
"""Most outer and inner iterations on each dataset, from the captions of Tables 3a-3c."""

MEASURED = ("rollout_objective", "feasibility", "kkt_residual")
COMPARED = ("train", "test", "test_restarted", "rollout_objective", "feasibility", "kkt_residual")
TOLERANCE = 0.05
"""Up to a hundred thousand sweeps amplify the last digit's rounding."""

FINISHED, EXPLODED, BROKE_DOWN = ("finished", "start explodes", "breakdown")


@dataclass(frozen=True)
class Trained:
    """The ALM on some trials of a dataset from one initialisation."""

    dataset: str
    initialisation: str
    trials: tuple[int, ...]
    setting: Setting
    outer_iterations: int
    inner_iterations: int
    standardise: str = "all"
    deviations: tuple[str, ...] = remark(
        default=(
            "Every trial on a synthetic dataset draws its own series, where the paper keeps one: "
            "the standard deviations hold the spread of series and starts.",
            "T = 10 has 30 trials, the other datasets ten, as in the paper.",
            "Γ is the larger of Table 2's 100 and L(s⁰), as (3.10) asks.",
            "For T = 10 also He with W at LeCun scale, and targets standardised with the training "
            "part alone; neither is in the paper.",
        )
    )

    @property
    def label(self) -> str:
        """The name of the unit's record."""
        first, last = self.trials[0], self.trials[-1]
        of = f"trial{first}" if first == last else f"trials{first}-{last}"
        scaling = "" if self.standardise == "all" else f"-{self.standardise}"
        return f"{self.dataset}-{self.initialisation}-{of}{scaling}"


STARTS = (*alm.INITIALISATIONS, "he-lecun-w")


def _unit(dataset: str, start: str, trials: range, **fields: object) -> Trained:
    outer, inner = CAPS[dataset]
    caps = {"outer_iterations": outer, "inner_iterations": inner}
    return Trained(dataset, start, tuple(trials), TABLE2[dataset], **{**caps, **fields})


PROFILES: Mapping[str, tuple[Trained, ...]] = {
    "quick": (
        *(_unit("synthetic-t10", start, range(6)) for start in STARTS),
        *(
            _unit(name, start, range(2), outer_iterations=5, inner_iterations=40)
            for name in ("synthetic-t500", "sp500-intended")
            for start in STARTS
        ),
    ),
    "paper": (
        *(_unit("synthetic-t10", start, range(30)) for start in STARTS),
        *(_unit("synthetic-t10", start, range(30), standardise="train") for start in STARTS),
        # Trials first, so that an interrupted run has whole trials to show.
        *(
            _unit(name, start, range(k, k + 1))
            for k in range(10)
            for name in ("synthetic-t500", *sp500.NAMES)
            for start in alm.INITIALISATIONS
        ),
    ),
}


def data(config: Trained) -> dict[str, str]:
    """Return the checksum of the unit's dataset."""
    return {config.dataset: datasets.checksum(one_of("dataset", config.dataset, TABLE2))}


def run(config: Trained) -> Outcome:
    """Train one network per trial; a row each, and its errors along the outer iterations."""
    rows, traces = [], {name: [] for name in ("seconds", *ERRORS, *MEASURED)}
    for seed in config.trials:
        given = trial(config.dataset, config.initialisation, seed, config.standardise)
        row, trace = train(given, config)
        rows.append({"trial": seed, **row})
        for name, values in traces.items():
            values.append(rounded(trace.get(name, []), 6))
    return Outcome(rows, traces)


def train(
    given: Trial, config: Trained, activation: alm.Activation | None = None
) -> tuple[dict, dict[str, list[float]]]:
    """Train one network with the ALM; return its final row and the trace of its errors.

    A start whose roll-out explodes, and a run that breaks down, are rows as well: their status
    says so, and what could not be computed is None.
    """
    chosen = options(config.setting, config.outer_iterations, config.inner_iterations, activation)
    problem = alm.Problem(given.X, given.Y, given.penalties, chosen.activation)
    at_start = alm.rollout_objective(problem, given.start)
    if not np.isfinite(at_start):
        return _nothing(EXPLODED, f"R(s0) = {at_start}"), {}
    errors: list[dict[str, float]] = []

    def watch(snapshot: alm.Snapshot) -> None:
        errors.append(network_errors(given.series, snapshot.weights, chosen.activation))

    try:
        result = alm.solve(given.X, given.Y, given.start, given.penalties, chosen, watch)
    except alm.BreakdownError as error:
        return _nothing(BROKE_DOWN, str(error)), {}
    trace = result.trace
    last = trace.iloc[-1]
    ended = trace["ended_by"].iloc[1:].value_counts()
    row = {
        "status": BROKE_DOWN if result.status is alm.Status.BREAKDOWN else FINISHED,
        "reason": result.reason,
        "level": result.level,
        **{name: finite(errors[-1][name]) for name in ERRORS},
        **{name: finite(last[name]) for name in MEASURED},
        "gamma": result.gamma,
        "sweeps": int(trace["sweeps"].sum()),
        "restarts": int(trace["restarted"].sum()),
        **{f"ended_by_{rule}": int(ended.get(rule, 0)) for rule in ("step", "residual", "cap")},
        "seconds": float(last["seconds"]),
    }
    along = {name: [at[name] for at in errors] for name in ERRORS}
    return row, along | {name: trace[name].tolist() for name in ("seconds", *MEASURED)}


def _nothing(status: str, reason: str) -> dict:
    return {"status": status, "reason": reason, **dict.fromkeys((*ERRORS, *MEASURED))}
