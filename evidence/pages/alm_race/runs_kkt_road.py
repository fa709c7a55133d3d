"""The road towards a KKT point on five hundred steps: what the residual consists of on the way.

One run of the accelerated ALM with gamma held, seen at moments that double or so. At each of them
the residual of the solver's own point, block by block; and, from a copy, `alm.settle`, plain sweeps
with the weights updated last. The point nearest to a KKT point goes through the independent
verifier, and so does the nearest of those whose roll-out has the R that the point has. Beside them
stands a network of zeros: a small residual by itself says little.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from evidence.kit.columns import ROUGH, columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome
from evidence.pages.alm_race import runs_polish as alm_polish
from evidence.pages.alm_race.runs_polish import Polishing, off, verified
from lib import alm
from lib.alm.certificate import distance_in_u, gradient_blocks

FAITHFUL = 0.01
"""The roll-out's R may be above the point's by this share for the network to be what it says."""

BLOCKS = ("W", "V", "b", "A", "c", "h", "u")


@dataclass(frozen=True)
class Road(Config):
    """One network.

    Attributes:
        steps, hidden_size, seed: of the problem and its start, as in `alm_polish.Polishing`.
        gamma: the held gamma over the default's first one.
        outer_iterations: of 20 sweeps each.
        seen: outer iterations after which the road is looked at.
        subproblems, sweeps: of `alm.settle`.
    """

    steps: int
    hidden_size: int
    seed: int
    gamma: float
    outer_iterations: int
    seen: tuple[int, ...]
    subproblems: int = 4
    sweeps: int = 100

    labelled = "{steps}-r{hidden_size}-gamma{gamma:g}-seed{seed}"
    reads = (alm_polish.T500,)
    deviations = (
        "γ is held, so that the ALM's own residual can fall; neither that nor the closing "
        "update of the weights is in Algorithm 3.1.",
        "The network, its start and γ, twelve times the default, are those of the polish's "
        "unit of 500 steps. How it is settled, and the number of sweeps, were decided after "
        "looks at this very network.",
    )
    rows = (
        columns(str, "point")
        | columns(bool, "holds")
        | columns(int, "converged")
        | columns(int, "sweeps", within=ROUGH, part=True)
        | columns(
            float,
            "verified_feasibility | verified_kinks | verified_kkt_residual | "
            "verified_objective | verified_smallest_u",
            within=ROUGH,
        )
        | columns(
            float,
            "feasibility | kkt_residual | objective | rollout_objective",
            within=ROUGH,
            part=True,
        )
        | columns(float, "blocks_W_share", within=0.05, part=True)
    )
    traces = (
        columns(float, "iteration")
        | columns(
            float,
            "sweeps | gamma | feasibility | kkt_residual | objective | block_W | block_V | "
            "block_b | block_A | block_c | block_h | block_u | settled_feasibility | "
            "settled_kkt_residual | settled_objective | settled_rollout_objective | settled_kinks",
            within=ROUGH,
        )
        | columns(float, "seconds", within=None)
    )
    """The W block's share of the squared residual; the later, the more rounding moved the rest."""

    @property
    def polishing(self) -> Polishing:
        """The polish's unit with the same problem and start."""
        return Polishing(alm_polish.T500, self.steps, self.hidden_size, self.seed)


PROFILES: Mapping[str, tuple[Road, ...]] = {
    "quick": (Road(60, 20, 0, 12.0, 40, (10, 20, 40)),),
    "paper": (
        Road(500, 100, 0, 12.0, 1000, (5, 10, 20, 40, 70, 100, 150, 200, 300, 450, 650, 850, 1000)),
    ),
}


def run(config: Road) -> Outcome:
    """Walk the road: a row for the nearest point and one for the nearest faithful one."""
    on, start = alm_polish.problem(config.polishing)
    options = alm.accelerated(on.Y, outer_iterations=config.outer_iterations)
    # As near to 1 as an option may be: gamma grows by nothing that matters. The guard would raise
    # it, and is told that nothing is an explosion.
    options = replace(
        options,
        gamma=config.gamma * options.gamma,
        eta2=1.0 - 1e-9,
        extension=alm.Acceleration(explosion=1e300),
    )
    measures = ("feasibility", "kkt_residual", "objective")
    names = ("iteration", "sweeps", "seconds", "gamma", *measures)
    traces: dict[str, list] = {name: [] for name in names}
    traces |= {f"block_{name}": [] for name in BLOCKS}
    traces |= {f"settled_{name}": [] for name in (*measures, "rollout_objective", "kinks")}
    points, swept = [], 0

    def see(snapshot: alm.Snapshot) -> None:
        nonlocal swept
        swept += snapshot.row["sweeps"]
        if snapshot.iteration not in config.seen:
            return
        for name in names:
            traces[name].append(float(swept if name == "sweeps" else snapshot.row[name]))
        for name, size in blocks(on, snapshot).items():
            traces[f"block_{name}"].append(size)
        point = alm.settle(
            on, snapshot, options, subproblems=config.subproblems, sweeps=config.sweeps
        )
        points.append((swept, point))
        for name, values in traces.items():
            if name.startswith("settled_"):
                values.append(float(point.row[name.removeprefix("settled_")]))

    alm.solve(on.X, on.Y, start, on.penalties, options, see)
    rows = [_row(on, "nearest", points)]
    faithful = [(k, point) for k, point in points if is_faithful(point.row)]
    if faithful:
        rows.append(_row(on, "nearest faithful", faithful))
    zero = zero_network(on, config.hidden_size)
    rows.append({"point": "zero network", **verified(on, zero, alm.KINK_WIDTH, "rollout")})
    total = sum(traces[f"block_{name}"][-1] ** 2 for name in BLOCKS)
    rows[0]["blocks_W_share"] = traces["block_W"][-1] ** 2 / total
    return Outcome(rows, traces)


def zero_network(on: alm.Problem, r: int) -> alm.Weights:
    """Return the KKT point that needs no training: all weights zero but c, the best constant."""
    n, m = on.X.shape[1], on.Y.shape[1]
    c = on.Y.mean(axis=0) / (1.0 + on.penalties.lambda5)
    return alm.Weights(np.zeros((r, r)), np.zeros((r, n)), np.zeros(r), np.zeros((m, r)), c)


def blocks(on: alm.Problem, point: alm.Snapshot) -> dict[str, float]:
    """Return the norm of each block of the KKT residual."""
    state = alm.State(point.weights, point.H, point.U)
    *found, of_u = gradient_blocks(on, state, point.xi, point.zeta)
    found.append(distance_in_u(on.activation, of_u, point.zeta, point.U))
    return {name: float(np.linalg.norm(b)) for name, b in zip(BLOCKS, found, strict=True)}


def is_faithful(row: Mapping[str, float]) -> bool:
    """Tell whether the roll-out has the R that the point has, but for ``FAITHFUL``."""
    return bool(row["rollout_objective"] <= (1.0 + FAITHFUL) * row["objective"])


def _row(on: alm.Problem, name: str, points: list[tuple[int, alm.Snapshot]]) -> dict[str, object]:
    swept, point = min(points, key=lambda pair: off(pair[1].row))
    numbers = ("objective", "rollout_objective", "feasibility", "kkt_residual")
    return {
        "point": name,
        "sweeps": swept,
        **{key: float(point.row[key]) for key in numbers},
        **verified(on, point, alm.KINK_WIDTH, "iterate"),
    }
