"""The choice of each method's rate for the sparse tournament, on a trial that is not compared.

One unit is one method on one set with some of the rates. The protocol, which is that of
`evidence.pages.sl1_front.runs`, holds here, too. Every rate is run with every strength and the
budget of a compared run, and the error on the holdout decides.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from evidence.pages.sl1_front import training
from evidence.pages.sl1_front.config import (
    DUAL,
    L1,
    METHODS,
    PROX,
    PRUNING,
    SL1,
    TUNING,
    Front,
    is_classification,
)
from lib.datasets.kdd import DISTINCT
from lib.datasets.mnist import OFFICIAL, SIDE

STRENGTHS = (1e-5, 5e-5, 1e-4, 2e-4, 4e-4, 8e-4, 2e-3, 5e-3)
"""Lambda of every penalty for a classification, and a tenth of it for a regression, whose error is
so much larger."""

SHARES = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
"""What pruning aims at."""

DESCENT = (SL1, L1, PROX, DUAL)
"""Methods that do not scale the gradient weight by weight."""

RATES = {
    "scaled": (5e-4, 2e-3, 1e-2, 3e-2, 0.1),
    True: (0.5, 2.0, 8.0, 32.0, 128.0),
    False: (0.05, 0.15, 0.5, 1.5, 5.0),
}
"""Of methods that scale the gradient, and of the others for a classification and a regression. The
last of each was added, in units of its own, when the last of four had often been the best."""

SETS: tuple[Mapping[str, Any], ...] = (
    {"dataset": OFFICIAL, "epochs": 6, "batch_size": 128, "holdout": 10_000},
    {
        "dataset": OFFICIAL,
        "width": SIDE,
        "train": 10_000,
        "epochs": 10,
        "batch_size": 32,
        "holdout": 2000,
    },
    {"dataset": DISTINCT, "epochs": 15, "batch_size": 128, "holdout": 5000},
    {"dataset": "digits", "width": 8, "epochs": 100, "batch_size": 32, "holdout": 257},
    {"dataset": "wine-quality", "epochs": 80, "batch_size": 32, "holdout": 1000},
    {"dataset": "energy", "epochs": 500, "batch_size": 32, "holdout": 114},
    {"dataset": "student", "epochs": 300, "batch_size": 32, "holdout": 100},
)
"""The sets of the tournament, with their budgets."""


def units(chosen: Mapping[str, Any], rates: slice, every: slice) -> Iterator[Front]:
    """Yield the tuning of all methods on a set, with some of the rates and of the strengths."""
    classes = is_classification(chosen["dataset"])
    for method in METHODS:
        strengths = STRENGTHS if classes else tuple(10 * strength for strength in STRENGTHS)
        yield Front(
            method=method,
            strengths=(SHARES if method in PRUNING else strengths)[every],
            rates=RATES[classes if method in DESCENT else "scaled"][rates],
            trials=1,
            first=TUNING,
            **chosen,
        )


_SMALL = {"batch_size": 32, "hidden_size": 16}
_QUICK = (
    {"dataset": "digits", "width": 8, "train": 300, "epochs": 45, "holdout": 200} | _SMALL,
    {"dataset": "diabetes", "epochs": 60, "holdout": 60} | _SMALL,
)
"""Long enough for dual averaging to come to its zeros."""

PROFILES: Mapping[str, tuple[Front, ...]] = {
    "quick": tuple(c for some in _QUICK for c in units(some, slice(1, 3), slice(1, None, 3))),
    "paper": tuple(
        config
        for rates in (slice(4), slice(4, None))
        for some in SETS
        for config in units(some, rates, slice(None))
    ),
}

run = training.run
