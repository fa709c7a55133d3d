"""Beside Tables 3a-3c: gradient methods on the objective of the ALM, chosen without the test part.

GD, Nesterov, Adam and L-BFGS minimise R of (2.6) itself by full backpropagation through time.
Learning rate and number of epochs are those with the smallest error on the tail of the training
part after a training on its head, a mean over a few trials; then every trial trains on the whole
training part with them. The test part plays no role in the choice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from evidence.kit.columns import ROUGH, columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, finite
from evidence.pages.alm_table3 import descent as alm_descent
from evidence.pages.alm_table3.descent import Look, milestones, minimise
from evidence.pages.alm_table3.descent_choice import (
    Choice,
    head,
    mean_error,
    pick,
    shown,
    tail_course,
    tail_errors,
)
from evidence.pages.alm_table3.runs_descent_printed import EPOCHS
from evidence.papers import tables as papers
from evidence.protocols.alm import TABLE2, Trial, trial
from evidence.rivals import elman
from evidence.rivals.elman import NEVER, Adam, Batch, Clip, GradientDescent, Objective
from lib import alm
from lib.validation import count, one_of

GD, NESTEROV, ADAM, LBFGS = METHODS = ("GD", "Nesterov", "Adam", "L-BFGS")


@dataclass(frozen=True)
class Fair(Config):
    """All methods on some trials of a dataset from one initialisation.

    Attributes:
        dataset: a key of ``alm_protocol.TABLE2``.
        initialisation: a key of ``alm.INITIALISATIONS``.
        trials: the seeds.
        epochs: the most epochs of the methods with a rate.
        iterations: the most iterations of L-BFGS.
        holdout: the tail's share of the training part; at least one step is held out.
        choosing: how many trials, the first ones, choose rate and epochs.
        rates: the grid of GD and Nesterov.
        adam_rates: the grid of Adam.
        momentum: of Nesterov.
        clip: the norm to which Adam clips the gradient of all weights together.
    """

    dataset: str
    initialisation: str
    trials: tuple[int, ...]
    epochs: int
    iterations: int = 500
    holdout: float = 0.2
    choosing: int = 3
    rates: tuple[float, ...] = (1e-3, 1e-2, 1e-1)
    adam_rates: tuple[float, ...] = (1e-3, 3e-3, 1e-2)
    momentum: float = 0.9
    clip: float = 1.0

    labelled = "{dataset}-{initialisation}"
    deviations = (
        "None of these runs is in the paper, whose gradient methods minimise another loss.",
        "The objective is R of (2.6) with h and u of the roll-out, λ₆‖u‖² included: the one "
        "that the ALM minimises.",
        "Rate and epochs are chosen on the last 20 % of the training part, the hidden state "
        "running on from its head; candidates for the epochs are some fifty of them, evenly on "
        "a logarithmic scale. A candidate with a diverged trial is never chosen; without any "
        "other the smallest rate and all epochs are taken.",
        "Adam's rate falls as a cosine that ends at the most epochs allowed, also where "
        "fewer are chosen, and its gradient is clipped by the norm over all weights.",
        "L-BFGS has no rate; its iterations are chosen likewise, at most 500.",
        "Every trial on a synthetic dataset draws its own series.",
        "CPU seconds are those of a method's batched program divided by its runs, for L-BFGS those "
        "of the run. The seconds of the choice are not counted.",
    )
    rows = (
        columns(str, "method | status")
        | columns(bool, "epochs_at_edge | rate_at_edge")
        | columns(int, "trial")
        | columns(int, "chosen_epochs", within=ROUGH)
        | columns(int, "epochs", within=0.05)
        | columns(float, "clip", none=True)
        | columns(float, "tail_error", within=ROUGH, none=True)
        | columns(
            float,
            "rate | rollout_objective | test | test_restarted | train",
            within=0.05,
            none=True,
        )
        | columns(str, "reason", within=None)
        | columns(float, "seconds", within=None)
    )
    traces = (
        columns(int, "epoch")
        | columns(
            float,
            "train | test | test_restarted | rollout_objective",
            within=0.05,
            none=True,
        )
        | columns(dict, "candidates", within=ROUGH)
        | columns(float, "seconds", within=None)
    )
    """Thousands of steps amplify the last digit's rounding."""

    def grid(self, method: str) -> tuple[float, ...]:
        """Return the rates among which a method chooses."""
        return self.adam_rates if method == ADAM else self.rates

    def rule(self, method: str, rate: float) -> elman.Rule:
        """Return the rule of a run.

        Raises:
            ValueError: the method is unknown or has no rate, or a number is out of range.
        """
        one_of("method", method, METHODS[:3])
        if method == ADAM:
            return Adam(rate, Clip(self.clip), horizon=self.epochs)
        return GradientDescent(rate, self.momentum if method == NESTEROV else 0.0)


def _unit(dataset: str, start: str, trials: int, **fields: object) -> Fair:
    epochs = EPOCHS[papers.ALM_TABLE_OF[dataset]]
    return Fair(dataset, start, tuple(range(trials)), **{"epochs": epochs, **fields})


PROFILES: Mapping[str, tuple[Fair, ...]] = {
    "quick": (
        *(_unit("synthetic-t10", s, 6, iterations=100) for s in alm.INITIALISATIONS),
        *(
            _unit(name, s, 2, epochs=epochs, iterations=4, choosing=2)
            for name, epochs in (("synthetic-t500", 4), ("sp500-intended", 10))
            for s in alm.INITIALISATIONS
        ),
    ),
    "paper": tuple(
        _unit(name, start, 30 if name == "synthetic-t10" else 10)
        for name in TABLE2
        for start in alm.INITIALISATIONS
    ),
}


def run(config: Fair) -> Outcome:
    """Choose, then train every method on every trial; a row each, and errors at the milestones."""
    count("epochs", config.epochs)
    trials = [trial(config.dataset, config.initialisation, seed) for seed in config.trials]
    few = trials[: count("number of choosing trials", config.choosing)]
    found, best = choose(config, few)
    choices = {choice.method: choice for choice in found}
    looks = [
        *(look for method in METHODS[:3] for look in train(config, choices[method], trials)),
        *(minimise(given, choices[LBFGS].epochs) for given in trials),
    ]
    rows = []
    for k, look in enumerate(looks):
        choice = choices[METHODS[k // len(trials)]]
        rows.append(
            {
                "method": choice.method,
                "trial": config.trials[k % len(trials)],
                "rate": choice.rate,
                "clip": config.clip if choice.method == ADAM else None,
                **alm_descent.row(look[-1]),
                "chosen_epochs": choice.epochs,
                "tail_error": finite(choice.tail_error),
                "rate_at_edge": choice.rate_at_edge,
                "epochs_at_edge": choice.epochs_at_edge,
            }
        )
    epochs = [[at.epoch for at in look] for look in looks]
    return Outcome(rows, {"epoch": epochs, **alm_descent.traces(looks), "candidates": best})


def choose(config: Fair, trials: Sequence[Trial]) -> tuple[list[Choice], list[dict]]:
    """Return the choice of every method, and the best of every rate as the record shows it."""
    left = head(trials[0].series.train, config.holdout)
    candidates = [(m, rate) for m in METHODS[:3] for rate in config.grid(m)]
    everywhere = [given for _ in candidates for given in trials]
    batch = Batch(
        alm_descent.starts(everywhere),
        *alm_descent.training_part(everywhere, left),
        Objective(trials[0].penalties),
    )
    rules = [config.rule(*candidate) for candidate in candidates for _ in trials]
    at = milestones(config.epochs)
    course = []
    for state in elman.descend(batch, rules, elman.windows(left)):
        if state.epoch in at:
            errors = tail_errors(state.networks, everywhere, left)
            errors[state.diverged != NEVER] = np.inf
            course.append(errors)
        if state.epoch == at[-1]:
            break
    # (candidates, milestones): a mean over trials, infinite where one of them is not finite.
    means = mean_error(np.array(course).reshape(len(at), len(candidates), len(trials))).T
    at_lbfgs = milestones(config.iterations)
    iterates = np.array([tail_course(given, left, at_lbfgs) for given in trials])
    found, best = [], []
    for method, group in groupby(enumerate(candidates), key=lambda item: item[1][0]):
        rows, rates = zip(*((k, rate) for k, (_, rate) in group), strict=True)
        table = means[list(rows)]
        found.append(pick(method, rates, at, table))
        best += [
            shown(pick(method, (r,), at, row[None])) for r, row in zip(rates, table, strict=True)
        ]
    found.append(pick(LBFGS, (None,), at_lbfgs, mean_error(iterates.T[:, None])[:, 0][None]))
    best.append(shown(found[-1]))
    return found, best


def train(config: Fair, choice: Choice, trials: Sequence[Trial]) -> list[list[Look]]:
    """Return the looks of a choice with a rate on each trial up to its epochs."""
    objective = Objective(trials[0].penalties)
    batch = Batch(alm_descent.starts(trials), *alm_descent.training_part(trials), objective)
    rules = [config.rule(choice.method, choice.rate)] * len(trials)
    at = [epoch for epoch in milestones(config.epochs) if epoch <= choice.epochs]
    states = elman.descend(batch, rules, elman.windows(batch.steps))
    return alm_descent.follow(states, trials, at)
