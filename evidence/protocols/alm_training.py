"""How one network of section 5.4 of paper B is trained, and how a training can end."""

import numpy as np

from evidence.kit.records import finite
from evidence.protocols.alm import ERRORS, Trial, network_errors
from lib import alm

MEASURED = ("rollout_objective", "feasibility", "kkt_residual")

FINISHED, EXPLODED, BROKE_DOWN = ("finished", "start explodes", "breakdown")


def train(given: Trial, chosen: alm.Options) -> tuple[dict, dict[str, list[float]]]:
    """Train one network with the ALM; return its final row and the trace of its errors.

    A start whose roll-out explodes, and a run that breaks down, are rows as well: their status
    says so, and what could not be computed is None.
    """
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
