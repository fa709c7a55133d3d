"""Paper B, Table 3, the rows of the ALM: errors from five initialisations.

Outer and inner caps are those of the table's captions. Every run keeps its errors, its objective
and its certificate's numbers along the outer iterations with the CPU time so far, so that Figure 2
and the table come from the same runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evidence.kit.columns import ROUGH, columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, rounded
from evidence.protocols.alm import ERRORS, TABLE2, Setting, options, trial
from evidence.protocols.alm_training import MEASURED, train
from lib import alm
from lib.datasets import sp500

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


@dataclass(frozen=True)
class Trained(Config):
    """The ALM on some trials of a dataset from one initialisation."""

    dataset: str
    initialisation: str
    trials: tuple[int, ...]
    setting: Setting
    outer_iterations: int
    inner_iterations: int
    standardise: str = "all"

    deviations = (
        "Every trial on a synthetic dataset draws its own series, where the paper keeps one: "
        "the standard deviations hold the spread of series and starts.",
        "T = 10 has 30 trials, the other datasets ten, as in the paper.",
        "Γ is the larger of Table 2's 100 and L(s⁰), as (3.10) asks.",
        "For T = 10 also He with W at LeCun scale, and targets standardised with the training "
        "part alone; neither is in the paper.",
    )
    rows = (
        columns(str, "status")
        | columns(int, "trial")
        | columns(
            int,
            "ended_by_cap | ended_by_residual | ended_by_step | restarts | sweeps",
            within=ROUGH,
            part=True,
        )
        | columns(float, "gamma", within=ROUGH, part=True)
        | columns(float, "level", within=0.05, part=True)
        | columns(
            float,
            "feasibility | kkt_residual | rollout_objective | test | test_restarted | train",
            within=0.05,
            none=True,
        )
        | columns(str, "reason", within=None)
        | columns(float, "seconds", within=None, part=True)
    )
    traces = (
        columns(float, "feasibility | kkt_residual", within=0.05)
        | columns(
            float,
            "train | test | test_restarted | rollout_objective",
            within=0.05,
            none=True,
        )
        | columns(float, "seconds", within=None)
    )
    """Up to a hundred thousand sweeps amplify the last digit's rounding."""

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
            _unit(name, start, range(2), outer_iterations=4, inner_iterations=10)
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


def run(config: Trained) -> Outcome:
    """Train one network per trial; a row each, and its errors along the outer iterations."""
    rows, traces = [], {name: [] for name in ("seconds", *ERRORS, *MEASURED)}
    chosen = options(config.setting, config.outer_iterations, config.inner_iterations)
    for seed in config.trials:
        given = trial(config.dataset, config.initialisation, seed, config.standardise)
        row, trace = train(given, chosen)
        rows.append({"trial": seed, **row})
        for name, values in traces.items():
            values.append(rounded(trace.get(name, []), 6))
    return Outcome(rows, traces)
