"""Paper A, Theorem 1: does the error rise, in every reading of how it is computed and descended?

The theorem is about full-batch gradient descent on a sum over the samples, (15), whose penalty acts
on the output weights; (11) divides by their number, Table 2 has mini-batches, and the printed
sparsities need a penalty on all weights. All combinations are trained on the two smallest
classifications with SL1-GRU, at Table 2's step size and at ten and a hundred times it.

E is taken after every epoch, on the whole training part and with its penalty; of mini-batches it is
the mean over those of an epoch, on which the steps descend. It has risen when it exceeds its last
value by more than rounding. Written before the runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import torch

from evidence.kit.columns import ROUGH, columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, finite
from evidence.protocols.sl1 import HIDDEN_SIZE, TABLE2, Setting, mini_batches, parts
from evidence.protocols.sl1_methods import regulariser, starts
from lib.models import GRU
from lib.training import SGD, Problem, SigmoidSquaredError, fit
from lib.training.trace import rises
from lib.validation import one_of

DATASETS = ("iris", "wine")
MODES = ("out", "all")
LOSSES = ("sum", "mean")
BATCHES = ("full", "mini")


@dataclass(frozen=True)
class Rises(Config):
    """One reading of error and descent on one dataset: every step size from every seed.

    Attributes:
        dataset: one of ``DATASETS``.
        mode: which weights are penalised, ``all`` or ``out``.
        loss: ``sum`` as in (15) or ``mean`` as in (11), over the samples of a batch.
        batch: ``full``, or ``mini`` for the batches of Table 2.
        setting: Table 2's.
        factors: what its step size is multiplied by.
    """

    dataset: str
    mode: str
    loss: str
    batch: str
    setting: Setting
    factors: tuple[float, ...] = (1.0, 10.0, 100.0)
    epochs: int = 500
    trials: int = 10
    hidden_size: int = HIDDEN_SIZE

    labelled = "{dataset}-{mode}-{loss}-{batch}"
    deviations = (
        "Step sizes beyond Table 2's, and 500 epochs, are ours: the theorem is about all.",
        "Gates have biases, as in Algorithm 1 and for Table 3; the theorem has none.",
        "Seen after every epoch, not after every mini-batch.",
    )
    rows = (
        columns(bool, "diverged")
        | columns(int, "trial")
        | columns(int, "rises", within=ROUGH)
        | columns(float, "factor")
        | columns(float, "error | first error", within=0.05)
    )
    """At a hundred times the paper's step a training is chaotic."""


def _configs(**fields: int) -> tuple[Rises, ...]:
    readings = product(DATASETS, MODES, LOSSES, BATCHES)
    return tuple(Rises(*reading, TABLE2[reading[0]], **fields) for reading in readings)


PROFILES: Mapping[str, tuple[Rises, ...]] = {
    "quick": _configs(epochs=40, trials=3),
    "paper": _configs(),
}


def run(config: Rises) -> Outcome:
    """Descend with every step size from every seed; a row each."""
    setting, trials = config.setting, config.trials
    train, _ = parts(config.dataset, trials, torch.float64)
    model = GRU(train.X.shape[3], config.hidden_size, train.targets.shape[2], bias=True)
    average = one_of("loss", config.loss, LOSSES) == "mean"
    mini = one_of("batch", config.batch, BATCHES) == "mini"
    term = regulariser("SL1-GRU", setting.strength, setting.alpha, config.mode)
    result = fit(
        Problem(model, SigmoidSquaredError(average), train.X, train.targets, term),
        starts(model, "networks", config.dataset, trials, len(config.factors)),
        SGD([setting.rate * factor for factor in config.factors for _ in range(trials)]),
        mini_batches(config.dataset, trials, setting.batch_size) if mini else None,
        config.epochs,
    )
    E = result.history.error
    risen = rises(E)
    return Outcome(
        [
            {
                "factor": factor,
                "trial": trial,
                "rises": int(risen[k]),
                "diverged": bool(result.diverged[k]),
                "first error": E[k, 0],
                "error": finite(E[k, -1]),
            }
            for k, (factor, trial) in enumerate(product(config.factors, range(trials)))
        ]
    )
