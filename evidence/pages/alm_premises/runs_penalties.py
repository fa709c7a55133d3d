"""Paper B, (2.5): do the six squared penalties reduce overfitting?

The same trial twice from the same start, with the penalties of Table 2 and with a hundredth of
them. Both networks are trained by the accelerated ALM with the same number of sweeps, and the one
with the smallest R of its own problem is kept. The test part plays no role in either run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, finite
from evidence.protocols.alm import SP500, T10, T500, TABLE2, Trial, network_errors, penalties, trial
from lib import alm

FULL, WEAK = STRENGTHS = (1.0, 0.01)
"""Factors on Table 2's tau."""


@dataclass(frozen=True)
class Penalised(Config):
    """All trials of one dataset.

    Attributes:
        dataset: a key of ``alm_protocol.TABLE2``.
        trials: how many, from seed 0 on.
        outer_iterations: of either training.
        initialisation: of both starts.
    """

    dataset: str
    trials: int
    outer_iterations: int = 100
    initialisation: str = "glorot"

    deviations = (
        "The paper states this without a measurement.",
        "The accelerated method solves either problem, with 100 subproblems of 20 sweeps; "
        "Table 2's own parameters would leave both far from trained.",
    )
    rows = (
        columns(int, "seed")
        | columns(float, "strength")
        | columns(float, "test | test_restarted | train", within=0.05)
    )
    """Thousands of sweeps amplify the last digit's rounding."""


PROFILES: Mapping[str, tuple[Penalised, ...]] = {
    "quick": (Penalised(T10, 3, outer_iterations=20), Penalised(SP500, 2, outer_iterations=5)),
    "paper": (Penalised(T10, 30), Penalised(SP500, 10), Penalised(T500, 10)),
}


def run(config: Penalised) -> Outcome:
    """Return a row per trial and strength: the errors of the network that was kept."""
    rows = []
    for seed in range(config.trials):
        on = trial(config.dataset, config.initialisation, seed)
        for strength in STRENGTHS:
            errors = network_errors(on.series, _trained(on, config, strength), alm.ReLU())
            errors = {name: finite(value) for name, value in errors.items()}
            rows.append({"seed": seed, "strength": strength, **errors})
    return Outcome(rows)


def _trained(on: Trial, config: Penalised, strength: float) -> alm.Weights:
    own = TABLE2[config.dataset]
    n, m = on.X.shape[1], on.Y.shape[1]
    weaker = penalties(replace(own, tau=strength * own.tau), n, m)
    options = alm.accelerated(on.Y, outer_iterations=config.outer_iterations)
    return alm.solve(on.X, on.Y, on.start, weaker, options).best.weights
