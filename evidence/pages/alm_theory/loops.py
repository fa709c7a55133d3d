"""Paper B, Theorems 4.3, 4.7 and 4.8: how long the loops run and where they go."""

from collections.abc import Mapping, Sequence

import numpy as np

from evidence.kit.records import Outcome, finite
from evidence.pages.alm_theory.block_descent import moduli
from evidence.pages.alm_theory.block_lipschitz import Subproblem
from evidence.pages.alm_theory.config import Theory, problem_and_start, snapshots
from lib import alm
from lib.alm import bcd
from lib.alm.workspace import Workspace

TOLERANCES = (1e-1, 1e-2, 1e-3, 1e-4)
"""Values of epsilon for which sweeps are counted; the first is Table 2's first."""

CHECK_EVERY = 10
"""Sweeps between two evaluations of dist(0, dL)."""


def stopping(config: Theory) -> Outcome:
    """Return a row per seed and tolerance, and the first seed's curves."""
    rows, traces = [], {}
    for seed in range(config.seeds):
        problem, weights = problem_and_start(config, seed)
        sub = Subproblem.first(problem, weights.hidden_size, config.setting.gamma)
        point = alm.State(weights, *alm.rollout(weights, problem.X, problem.activation))
        level = sub.value(sub.vector(point))
        L1, L2 = alm.lipschitz_constants(
            problem, sub.r, level, sub.xi, sub.zeta, config.setting.gamma
        )
        rule = max(L1, L2, config.setting.mu)
        alphas = moduli(problem.penalties, config.setting.gamma, config.setting.mu)
        curve = _curve(sub, point, config, min(TOLERANCES) / rule)
        for epsilon in TOLERANCES:
            allowed = level * rule**2 / (0.5 * epsilon**2)
            rows.append(
                {
                    "seed": seed,
                    "epsilon": epsilon,
                    "L1": L1,
                    "level": level,
                    "residual_sweeps": _first(curve, "distance", epsilon),
                    "step_sweeps": _first(curve, "moved", epsilon / rule),
                    "bound": allowed / min(alphas),
                    "printed_bound": allowed / max(alphas),
                }
            )
        if seed == 0:
            shown = np.unique(np.geomspace(1, len(curve["sweep"]), 120).astype(int)) - 1
            traces = {name: [float(values[i]) for i in shown] for name, values in curve.items()}
    return Outcome(rows, traces)


def _curve(
    sub: Subproblem, point: alm.State, config: Theory, target: float
) -> dict[str, np.ndarray]:
    """Sweep until a move is as short as the target or the cap; sample every CHECK_EVERY."""
    ws = Workspace(sub.problem, sub.r)
    ws.load(point, sub.xi, sub.zeta, sub.gamma, config.setting.mu)
    samples = []
    for j in range(1, config.inner_iterations + 1):
        if j % CHECK_EVERY not in (0, 1):
            bcd.sweep(ws)
            continue
        before = sub.vector(ws.state())
        bcd.sweep(ws)
        after = sub.vector(ws.state())
        moved = float(np.linalg.norm(after - before))
        samples.append((j, moved, sub.distance(after)))
        if moved <= target:
            break
    return dict(zip(("sweep", "moved", "distance"), np.array(samples).T, strict=True))


def _first(curve: Mapping[str, np.ndarray], name: str, threshold: float) -> int | None:
    reached = np.flatnonzero(curve[name] <= threshold)
    return int(curve["sweep"][reached[0]]) if reached.size else None


GROWTH = 1.0 + 1e-4
"""gamma rose by more than 1/eta2 when it did so by more than this factor beyond it."""


def power_rises(gamma: Sequence[float], eta2: float) -> int:
    """Return how often gamma rose by more than 1/eta2, which a power of (3.9) alone can do."""
    gamma = np.asarray(gamma)
    return int(np.sum(gamma[1:] / gamma[:-1] > GROWTH / eta2))


TRACED = ("feasibility", "kkt_residual", "gamma", "multipliers", "share", "weight")
"""Per outer iteration: FV; KKT residual; gamma; the larger norm of xi and zeta, that norm over
gamma, and its square over gamma. Theorem 4.7's proof has the last two vanish and stay bounded."""


def outer(config: Theory) -> Outcome:
    """Return a row per seed, and curves over outer iterations, a list per seed."""
    rows, curves = [], {name: [] for name in TRACED}
    for seed in range(config.seeds):
        problem, weights = problem_and_start(config, seed)
        runs = {name: [] for name in TRACED}
        ended = {"step": 0, "residual": 0, "cap": 0}
        restarts = solved = 0
        status = "ITERATION_LIMIT"
        try:
            for snapshot in snapshots(config, problem, weights):
                norm = max(float(np.linalg.norm(v)) for v in (snapshot.xi, snapshot.zeta))
                row = snapshot.row
                values = {
                    "feasibility": row["feasibility"],
                    "kkt_residual": row["kkt_residual"],
                    "gamma": snapshot.gamma,
                    "multipliers": norm,
                    "share": norm / snapshot.gamma,
                    "weight": norm**2 / snapshot.gamma,
                }
                for name, value in values.items():
                    runs[name].append(finite(float(f"{value:.6g}")))
                if snapshot.iteration:
                    ended[row["ended_by"]] += 1
                    restarts += bool(row["restarted"])
                    solved += row["kkt_residual"] <= row["epsilon"]
        except alm.BreakdownError:
            status = "BREAKDOWN"
        gammas = np.array(runs["gamma"])
        rows.append(
            {
                "seed": seed,
                "status": status,
                "iterations": len(runs["gamma"]) - 1,
                "gamma_rises": int(np.sum(np.diff(gammas) > 0)),
                "power_rises": power_rises(gammas, config.setting.eta2),
                "restarts": restarts,
                "meets_36": int(solved),
                "largest": max(runs["multipliers"]),
                **{f"ended_by_{rule}": count for rule, count in ended.items()},
                **{name: values[-1] for name, values in runs.items()},
            }
        )
        for name in TRACED:
            curves[name].append(runs[name])
    return Outcome(rows, curves)
