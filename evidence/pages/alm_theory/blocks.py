"""Paper B, Lemma 3.2 and (4.4) to (4.7), measured in every subproblem of a run."""

import numpy as np

from evidence.kit.records import Outcome
from evidence.pages.alm_theory.block_descent import BLOCKS, Moduli, Sweep, moduli, sweeps
from evidence.pages.alm_theory.block_lipschitz import (
    Subproblem,
    climb,
    exploding,
    random_pair,
    steepest,
    steepest_h,
)
from evidence.pages.alm_theory.config import Theory, problem_and_start, snapshots
from lib import alm
from lib.randomness import generator

ROUNDING = 1e-12
"""L is known up to this share of 1 + |L|."""

CLEAR = 1e3
"""A ratio to half a squared change is taken where that is so many times the rounding of L."""


def blocks(config: Theory) -> Outcome:
    """Return a row per seed and subproblem."""
    rows = []
    for seed in range(config.seeds):
        problem, weights = problem_and_start(config, seed)
        draws = generator("alm_rnn", "theory", config.dataset, seed)
        for snapshot in snapshots(config, problem, weights):
            k = snapshot.iteration
            if k == config.outer_iterations:
                break
            sub = Subproblem(
                problem, weights.hidden_size, snapshot.xi, snapshot.zeta, snapshot.gamma
            )
            point = alm.State(snapshot.weights, snapshot.H, snapshot.U)
            if not sub.value(sub.vector(point)) <= snapshot.level:  # (3.13)
                point = alm.State(weights, *alm.rollout(weights, problem.X, problem.activation))
            row = {"seed": seed, "subproblem": k, "gamma": snapshot.gamma}
            rows.append(row | _measured(config, sub, point, draws, k in config.searched))
    return Outcome(rows)


def _measured(
    config: Theory, sub: Subproblem, point: alm.State, draws: np.random.Generator, search: bool
) -> dict:
    level, r = sub.value(sub.vector(point)), sub.r
    L1, L2 = alm.lipschitz_constants(sub.problem, r, level, sub.xi, sub.zeta, sub.gamma)
    bounds = moduli(sub.problem.penalties, sub.gamma, config.setting.mu)
    done = list(sweeps(sub, point, config.setting.mu, config.inner_iterations))
    rule = max(L1, L2, config.setting.mu)
    found = {
        "level": level,
        "L1": L1,
        "L2": L2,
        "run_z": max(sub.ratio_z(s.points[3], s.points[1]) for s in done),
        "run_h": max(sub.ratio_h(s.points[3], s.points[2]) for s in done),
        "guarantee": max(s.distance / (rule * s.moved) for s in done if s.moved),
        "sweeps": len(done),
        **_descent(done, bounds),
    }
    if search:
        found |= _searched(config, sub, point, done[-1].points[-1], level, draws)
    return found


def _descent(done: list[Sweep], bounds: Moduli) -> dict:
    """Count the sweeps whose descent is below a bound, and find the smallest ratios to it.

    A ratio is taken only where the change is large enough for L to show it.
    """
    rounding = np.array([ROUNDING * (1.0 + abs(s.values[0])) for s in done])
    drops = np.array([s.drops for s in done])
    halves = 0.5 * np.array([s.squares for s in done])
    total, moved = drops.sum(axis=1), halves.sum(axis=1)
    seen = moved >= CLEAR * rounding

    def smallest(drop: np.ndarray, half: np.ndarray) -> float | None:
        clear = half >= CLEAR * rounding
        return float((drop[clear] / half[clear]).min()) if clear.any() else None

    found = {"resolved": int(seen.sum()), "smallest": smallest(total, moved)}
    for i, block in enumerate(BLOCKS):
        found[f"alpha_{block}"] = bounds[i]
        found[f"smallest_{block}"] = smallest(drops[:, i], halves[:, i])
        found[f"below_{block}"] = int(np.sum(drops[:, i] < bounds[i] * halves[:, i] - rounding))
    found["below_min"] = int(np.sum(total < min(bounds) * moved - rounding))
    found["below_max"] = int(np.sum(seen & (total < max(bounds) * moved - rounding)))
    return found


def _searched(
    config: Theory,
    sub: Subproblem,
    start: alm.State,
    inside: np.ndarray,
    level: float,
    draws: np.random.Generator,
) -> dict:
    """Return the largest quotients of (3.2) and (3.3) found in the level set, by kind of search."""
    pairs = [random_pair(sub, inside, sub.hu, level, draws) for _ in range(config.pairs)]
    of_u = [random_pair(sub, inside, sub.u, level, draws) for _ in range(config.pairs)]
    climbs = [climb(sub, s, level, draws) for s in (sub.vector(start), inside)]
    found = {
        "pair_z": max(sub.ratio_z(*pair) for pair in pairs),
        "pair_h": max(sub.ratio_h(*pair) for pair in of_u),
        "climb_z": max(z for z, _ in climbs),
        "climb_h": max(h for _, h in climbs),
        "exploding_z": None,
        "exploding_h": None,
    }
    state = exploding(sub.problem, sub.r, level)
    if state is not None:
        s = sub.vector(state)
        found["exploding_z"] = steepest(sub, s, draws).norm
        found["exploding_h"] = steepest_h(sub, s, draws)
    return found
