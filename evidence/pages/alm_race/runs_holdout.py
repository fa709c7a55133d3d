"""Early stopping on a holdout: does a lower R predict better, and when is it time to stop?

The accelerated ALM on the ten trials of Table 3c with five hundred steps, twice from the same
start. Once it trains without the last tenth of the training part and stops when the error there no
longer falls; its network is the best one on that tenth. Once it trains on the whole training part
and goes on until its iterations are used up, where R hardly falls any more; its network is the one
with the lowest R. Ridge regression and the zero predictor stand beside them.

Fixed before the runs: the tenth, the patience, the iterations; that the error on the test part is
compared and nothing else; and one family of three exact signed-rank tests with Holm's correction,
early stopping against each of the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evidence.kit.columns import ROUGH, columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, Record, finite, rounded
from evidence.protocols.alm import Trial, network_errors, trial
from evidence.rivals.predictors import of_series
from evidence.rivals.predictors.of_series import RIDGE, ZERO
from lib import alm

STOPPED, FULL = "early stopping", "no stopping"
RIVALS = (FULL, RIDGE, ZERO)


@dataclass(frozen=True)
class Holdout(Config):
    """One trial.

    Attributes:
        dataset, seed: a key of ``alm_protocol.TABLE2`` and the trial's number.
        fraction: the tail's share of the training part.
        patience: outer iterations without a smaller error on the tail after which to stop.
        outer_iterations: most of them; all are made where nothing stops.
        initialisation: of the start.
    """

    dataset: str
    seed: int
    fraction: float = 0.1
    patience: int = 10
    outer_iterations: int = 100
    initialisation: str = "glorot"

    labelled = "{dataset}-trial{seed}"
    deviations = (
        "Early stopping is not in the paper. The last tenth of the training part is held out, "
        "and 10 outer iterations without a smaller error there end the training. Both were "
        "fixed before the runs and nothing was tuned.",
        "The network that stopped early has seen nine tenths of what the others were trained "
        "on; it is not trained again on the whole.",
        "Without stopping there are 100 outer iterations of 20 sweeps, after which R hardly "
        "falls, and the network with the lowest R is taken.",
        "The compared error is the one on the test part with the hidden state running on. "
        "Three signed-rank tests are one family after Holm.",
    )
    rows = (
        columns(str, "method")
        | columns(int, "iterations | sweeps", within=ROUGH, part=True)
        | columns(int, "iteration", within=0.05, part=True)
        | columns(float, "test", within=0.05)
        | columns(float, "rollout_objective | train", within=0.05, part=True)
        | columns(float, "seconds", within=None, part=True)
    )
    traces = columns(float, "rollout_objective | test | holdout", within=0.05)
    """Two thousand sweeps amplify the last digit's rounding."""


PROFILES: Mapping[str, tuple[Holdout, ...]] = {
    "quick": tuple(Holdout("synthetic-t500", k, outer_iterations=15) for k in range(2)),
    "paper": tuple(Holdout("synthetic-t500", k) for k in range(10)),
}


def run(config: Holdout) -> Outcome:
    """Return a row per method, and both trainings' objective and errors along their iterations."""
    on = trial(config.dataset, config.initialisation, config.seed)
    stopping = alm.EarlyStopping(on.X, on.Y, config.fraction, config.patience)
    rows, traces = [], {name: [] for name in ("rollout_objective", "test", "holdout")}
    for method, watch in ((STOPPED, stopping), (FULL, None)):
        row, trace = _train(on, config, watch)
        rows.append({"method": method, **row})
        for name, values in traces.items():
            values.append(rounded(trace.get(name, []), 6))
    others = of_series.all_errors(on.series)
    rows += [{"method": name, "test": others[f"{name} test"]} for name in RIVALS[1:]]
    return Outcome(rows, traces)


def _train(
    on: Trial, config: Holdout, stopping: alm.EarlyStopping | None
) -> tuple[dict, dict[str, list]]:
    """Train once; return the row of the network that is kept, and what was seen on the way."""
    part, seen = stopping or on, []
    options = alm.accelerated(part.Y, outer_iterations=config.outer_iterations)

    def see(snapshot: alm.Snapshot) -> bool:
        seen.append(measured(on, snapshot.weights))
        return stopping is not None and stopping(snapshot)

    result = alm.solve(part.X, part.Y, on.start, on.penalties, options, see)
    kept = (stopping or result).best.iteration
    along = result.trace.iloc[: kept + 1]
    row = {
        "iteration": kept,
        "iterations": len(seen) - 1,
        "sweeps": int(along["sweeps"].sum()),
        "seconds": float(result.trace["seconds"].iloc[-1]),
        **seen[kept],
    }
    trace = {name: [at[name] for at in seen] for name in ("rollout_objective", "test")}
    return row, trace | {"holdout": [] if stopping is None else stopping.errors}


def measured(on: Trial, weights: alm.Weights) -> dict[str, float]:
    """Return R on the whole training part, whatever was trained on, and the errors on both."""
    activation = alm.ReLU()
    problem = alm.Problem(on.X, on.Y, on.penalties, activation)
    errors = network_errors(on.series, weights, activation)
    found = {"rollout_objective": alm.rollout_objective(problem, weights)}
    found |= {name: errors[name] for name in ("train", "test")}
    return {name: finite(value) for name, value in found.items()}


def column(records: Sequence[Record], method: str, name: str = "test") -> list[float | None]:
    """Return one column of a method's rows, a value per trial."""
    return [row[name] for r in records for row in r.rows if row["method"] == method]
