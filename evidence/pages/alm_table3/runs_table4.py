"""Paper B, Table 4: which rate and clipping norm the search of section 5.4 chooses, at small scale.

Every rate, and for GDC every pair of rate and norm, trains a few trials on the training part with P
of its targets left out, and is judged by the errors on these. The loss, the mini-batches and the
clipping are those of the group as in the paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from evidence.kit.columns import ROUGH, columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, finite
from evidence.pages.alm_table3.descent import RELU
from evidence.pages.alm_table3.runs_descent_printed import (
    BATCH_SIZES,
    EPOCHS,
    METHODS,
    MINI_BATCH,
    Method,
)
from evidence.papers import tables as papers
from evidence.protocols.alm import TABLE2, Trial, trial
from evidence.rivals import elman
from evidence.rivals.elman import NEVER, Batch, KerasObjective, Networks
from lib import alm
from lib.randomness import generator
from lib.validation import count

LEFT_OUT: Mapping[str, int] = MappingProxyType({"3a": 1, "3b": 10, "3c": 10})
"""P of section 5.4."""


SAME = 1e-12
"""Candidates whose errors differ by less than this, relatively, never clipped a gradient."""


@dataclass(frozen=True)
class Search(Config):
    """The search on one dataset from one initialisation.

    Attributes:
        dataset: a key of ``alm_protocol.TABLE2``.
        initialisation: a key of ``alm.INITIALISATIONS``.
        trials: the seeds of series, start and left-out steps.
        epochs: of every training.
        batch_size: of SGD and Adam.
        left_out: P.
        rates: the grid of every method.
        clips: the grid of GDC's norms.
        momentum: of GDNM.
    """

    dataset: str
    initialisation: str
    trials: tuple[int, ...]
    epochs: int
    batch_size: int
    left_out: int
    rates: tuple[float, ...] = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
    clips: tuple[float, ...] = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0)
    momentum: float = 0.9

    labelled = "{dataset}-{initialisation}"
    deviations = (
        "Three trials where the paper has 30, and a tenth of the epochs, on all datasets but "
        "T = 10, which has 30 trials and all 500 epochs.",
        "The P left-out steps of a trial are drawn evenly from the training part. Their "
        "targets have no part in the loss; their inputs drive the hidden state on. The paper "
        "does not say how it leaves steps of a series out.",
        "GDNM has momentum .9 here: without momentum, as in Table 3, it would choose as GD does.",
        "A candidate with a diverged trial is not chosen. Of candidates that took the same "
        "steps the first of the grid is named.",
        "The loss, the mini-batches and the clipping are those of the rows of Table 3 as in "
        "the paper.",
    )
    rows = (
        columns(str, "method")
        | columns(bool, "chosen")
        | columns(int, "diverged | same", within=ROUGH)
        | columns(float, "rate")
        | columns(float, "clip", none=True)
        | columns(float, "spread | validation", within=ROUGH, none=True)
    )
    traces = columns(float, "validation", within=ROUGH, none=True)
    """Hundreds of steps amplify the last digit's rounding."""

    def candidates(self) -> list[Method]:
        """Return every method with every rate, GDC with every norm too, in Table 4's order."""
        found = []
        for name in METHODS:
            momentum = self.momentum if name == "GDNM" else 0.0
            norms = self.clips if name == "GDC" else (None,)
            found += [Method(name, rate, norm, momentum) for rate in self.rates for norm in norms]
        return found


def _unit(dataset: str, start: str, trials: int, epochs: int) -> Search:
    table = papers.ALM_TABLE_OF[dataset]
    return Search(dataset, start, tuple(range(trials)), epochs, BATCH_SIZES[table], LEFT_OUT[table])


def _scale(dataset: str) -> tuple[int, int]:
    """Return trials and epochs of the paper profile."""
    epochs = EPOCHS[papers.ALM_TABLE_OF[dataset]]
    return (30, epochs) if dataset == "synthetic-t10" else (3, epochs // 10)


PROFILES: Mapping[str, tuple[Search, ...]] = {
    "quick": tuple(
        _unit(name, start, trials, epochs)
        for name, trials, epochs in (
            ("synthetic-t10", 3, 100),
            ("synthetic-t500", 1, 2),
            ("sp500-intended", 1, 10),
        )
        for start in alm.INITIALISATIONS
    ),
    "paper": tuple(
        _unit(name, start, *_scale(name)) for name in TABLE2 for start in alm.INITIALISATIONS
    ),
}


def run(config: Search) -> Outcome:
    """Return a row per candidate: its mean error on the left-out steps, and whether it is chosen.

    The trace ``validation`` holds the errors of every trial, None where it diverged.
    """
    count("epochs", config.epochs)
    candidates = config.candidates()
    by_trial = []
    for seed in config.trials:
        given = trial(config.dataset, config.initialisation, seed)
        kept = counted(config, given, seed)
        by_trial.append(
            [
                *errors(config, [c for c in candidates if c.name not in MINI_BATCH], given, kept),
                *errors(config, [c for c in candidates if c.name in MINI_BATCH], given, kept),
            ]
        )
    # (candidates, trials); the mini-batch methods are the last ones in either order.
    table = np.array(by_trial).T
    rows = judge(candidates, table)
    return Outcome(rows, {"validation": [[finite(e) for e in course] for course in table]})


def counted(config: Search, given: Trial, seed: int) -> np.ndarray:
    """Return for each step of the training part whether its target counts, P of them not.

    Raises:
        ValueError: so many steps cannot be left out.
    """
    steps = given.series.train
    if not count("left-out steps", config.left_out) < steps:
        raise ValueError(
            f"left-out steps must be fewer than the {steps} of the training part, "
            f"got {config.left_out}"
        )
    draw = generator("alm_rnn", "table4", config.dataset, seed)
    kept = np.ones(steps)
    kept[draw.choice(steps, config.left_out, replace=False)] = 0
    return kept


def errors(config: Search, methods: list[Method], given: Trial, kept: np.ndarray) -> list[float]:
    """Return each method's mean squared error over the left-out steps, infinite if it diverged."""
    networks = Networks.stack([given.start] * len(methods))
    objective = KerasObjective(given.penalties)
    batch = Batch(networks, given.X[None], given.Y[None], objective, counted=kept[None])
    rules = [method.rule() for method in methods]
    size = config.batch_size if methods[0].name in MINI_BATCH else None
    for state in elman.descend(batch, rules, elman.windows(batch.steps, size)):
        if state.epoch == config.epochs:
            break
    outputs = elman.predictions(networks, given.X[None], RELU)
    with np.errstate(over="ignore", invalid="ignore"):
        found = ((outputs - given.Y)[:, kept == 0] ** 2).sum(axis=2).mean(axis=1)
    fine = np.isfinite(found) & (state.diverged == NEVER)
    return np.where(fine, found, np.inf).tolist()


def judge(candidates: list[Method], table: np.ndarray) -> list[dict]:
    """Return the rows of the candidates from their errors (candidates, trials)."""
    with np.errstate(over="ignore", invalid="ignore"):
        means, spreads = table.mean(axis=1), table.std(axis=1)
    names = np.array([candidate.name for candidate in candidates])
    rows = []
    for k, candidate in enumerate(candidates):
        own = np.flatnonzero(names == candidate.name)
        best = own[np.argmin(means[own])]
        same = np.isfinite(means[k]) and np.abs(means[own] / means[k] - 1) <= SAME
        rows.append(
            {
                "method": candidate.name,
                "rate": candidate.rate,
                "clip": candidate.clip,
                "validation": finite(means[k]),
                "spread": finite(spreads[k]),
                "diverged": int(np.isinf(table[k]).sum()),
                "chosen": bool(k == best and np.isfinite(means[k])),
                "same": int(np.sum(same)),
            }
        )
    return rows
