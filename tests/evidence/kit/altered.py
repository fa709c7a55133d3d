"""The change of every field of an experiment's first quick unit."""

from evidence.kit.changes import fields
from evidence.kit.registry import experiment

KEPT = {
    "estimators_bench": {("packages",): False},
    "alm_tournament": {("packages",): False},
    "alm_tournament_tuning": {("packages",): False},
    "alm_tournament_beside": {("packages",): False},
    "alm_tournament_windows": {("packages",): False},
    "alm_tournament_package": {("packages",): False},
    "sl1_grid": {("folds",): 25},
    "alm_holdout": {("outer_iterations",): 2},
    "sl1_patterns": {("epochs",): 100},
    "sl1_adaptive": {("steps",): 200},
    "sl1_convergence": {("steps",): 200},
    "sl1_oscillation": {("steps",): 200},
    "sl1_drift": {("steps",): 200},
}
"""Fields that need another package, must fit the data, or take long."""


def small(value):
    """Return another value of the same kind, no larger than is needed to train for a moment."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value // 2 if value > 1 else value + 1
    if isinstance(value, float):
        return 0.9 * value
    if isinstance(value, tuple):
        return value[:1] if len(value) > 1 else tuple(map(small, value))
    return value


def at(config, path):
    for step in path:
        config = getattr(config, step, None)
    return config


def altered(name):
    """Return the change of all fields of the first unit that have another value of their kind."""
    config = experiment(name).PROFILES["quick"][0]
    paths = [field.path[1:] for field in fields(name)]
    found = {path: small(at(config, path)) for path in paths} | KEPT.get(name, {})
    return {path: v for path, v in found.items() if at(config, path) not in (None, v)}
