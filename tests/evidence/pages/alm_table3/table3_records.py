"""Records as the experiments behind Table 3 leave them, with errors that a test chooses."""

from collections.abc import Mapping

import numpy as np

from evidence.kit.records import Record
from evidence.rivals.predictors.of_series import PREDICTORS
from lib import alm

PRINTED = ("GD", "GDC", "GDNM", "SGD", "Adam")
FAIR = ("GD", "Nesterov", "Adam", "L-BFGS")

Factors = Mapping[tuple[str, str], float]
"""From experiment and method to the factor of its errors; what is not named is left at 2."""


def noise(trials: int, *key: str) -> np.ndarray:
    """Return a few percent of noise that belongs to a name."""
    seed = sum(ord(letter) for letter in "".join(key))
    return np.exp(0.02 * np.random.default_rng(seed).standard_normal(trials))


def records(
    dataset: str,
    trials: int,
    level: float,
    factors: Factors | None = None,
    diverged: Mapping[tuple[str, str], int] | None = None,
    at: Mapping[str, float] | None = None,
) -> list[Record]:
    """Return the records of all four experiments on one dataset.

    Args:
        dataset: its name.
        trials: of every method from every start.
        level: the ALM's error.
        factors: of the other methods' errors, by default 2.
        diverged: how many trials of a method diverge.
        at: the ALM's errors from single starts, where they are not `level`.
    """
    factors, diverged, at = factors or {}, diverged or {}, at or {}
    found = []
    for start in alm.INITIALISATIONS:
        own = at.get(start, level)
        found.append(_record("alm_table3", dataset, start, trials, {"ALM": own}, diverged))
        for experiment, methods in (
            ("alm_descent_printed", PRINTED),
            ("alm_descent_fair", FAIR),
        ):
            levels = {m: own * factors.get((experiment, m), 2.0) for m in methods}
            found.append(_record(experiment, dataset, start, trials, levels, diverged))
    simple = [
        {"seed": k}
        | {
            f"{name} {part}": level * factors.get(("alm_references", name), 2.0) * wobble
            for name in PREDICTORS
            for part in ("train", "test")
        }
        for k, wobble in enumerate(noise(trials, "simple"))
    ]
    return [*found, Record("alm_references", {"dataset": dataset}, {}, simple, {}, {})]


def _record(
    experiment: str, dataset: str, start: str, trials: int, levels: dict, diverged: Mapping
) -> Record:
    rows, traces = [], {name: [] for name in ("seconds", "train", "test")}
    for method, level in levels.items():
        lost = diverged.get((experiment, method), 0)
        for k, wobble in enumerate(noise(trials, experiment, method, start)):
            value = None if k < lost else level * wobble
            measures = ("train", "test", "test_restarted", "rollout_objective")
            rows.append(
                {
                    "method": method,
                    "trial": k,
                    "status": "finished" if value is not None else "diverged",
                    "level": 100.0,
                    "seconds": 2.0,
                    "rate": None if method == "L-BFGS" else 0.1,
                    "rate_at_edge": method == "GD",
                    "epochs": 1200,
                    "epochs_at_edge": method == "Adam",
                    **dict.fromkeys(measures, value),
                }
            )
            path = [None if value is None else value * f for f in (4.0, 2.0, 1.0)]
            traces["seconds"].append([0.0, 1.0, 2.0])
            traces["train"].append(path)
            traces["test"].append(path)
    config = {"dataset": dataset, "initialisation": start}
    config |= {"outer_iterations": 20, "inner_iterations": 5, "epochs": 20}
    return Record(experiment, config, {}, rows, traces, {})
