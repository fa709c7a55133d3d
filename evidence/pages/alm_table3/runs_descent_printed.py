"""Paper B, Tables 3a-3c, the rows GD, GDC, GDNM, SGD and Adam as the paper trains them.

The rates and clipping norms are those of Table 4, the epochs those of the captions of Table 3, the
batch sizes those of section 5.4. The loss is read as Keras computes it, the mean over time steps
and outputs, with Table 2's penalties on the weights. All trials and methods on a dataset that see
the whole training part in a step are one batched program, those that see windows of it another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from evidence.kit.columns import ONE_STEP, ROUGH, columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome
from evidence.pages.alm_table3 import descent as alm_descent
from evidence.pages.alm_table3.descent import Look, milestones
from evidence.pages.alm_table3.output_bias import OutputBias
from evidence.papers import tables as papers
from evidence.protocols.alm import TABLE2, Trial, trial
from evidence.rivals import elman
from evidence.rivals.elman import Adam, Batch, Clip, GradientDescent, KerasObjective
from lib import alm
from lib.validation import count, one_of

METHODS = ("GD", "GDC", "GDNM", "SGD", "Adam")
MINI_BATCH = ("SGD", "Adam")

EPOCHS: Mapping[str, int] = MappingProxyType({"3a": 500, "3b": 5000, "3c": 1000})
"""From the captions of Tables 3a-3c."""

BATCH_SIZES: Mapping[str, int] = MappingProxyType({"3a": 2, "3b": 50, "3c": 100})
"""From section 5.4."""


@dataclass(frozen=True)
class Method:
    """One row of Table 4 for one start.

    Attributes:
        name: of ``METHODS``.
        rate: the learning rate.
        clip: the clipping norm, None where nothing is clipped.
        momentum: of GDNM.

    Raises:
        ValueError: the name is unknown, or a number is out of range.
    """

    name: str
    rate: float
    clip: float | None = None
    momentum: float = 0.0

    def __post_init__(self) -> None:
        one_of("method", self.name, METHODS)
        self.rule()

    def rule(self) -> elman.Rule:
        """Return the rule of a run of this method."""
        clip = None if self.clip is None else Clip(self.clip, per_array=True)
        if self.name == "Adam":
            return Adam(self.rate, clip)
        return GradientDescent(self.rate, self.momentum, clip)


@dataclass(frozen=True)
class Printed(Config):
    """All methods on some trials of a dataset from one initialisation."""

    dataset: str
    initialisation: str
    trials: tuple[int, ...]
    methods: tuple[Method, ...]
    epochs: int
    batch_size: int

    labelled = "{dataset}-{initialisation}"
    deviations = (
        "The loss is the mean of the squared errors over time steps and outputs, as Keras "
        "computes it, plus Table 2's penalties on the weights. λ₆‖u‖², 10⁻⁸ of the squares of "
        "u, is no penalty on weights and is left out.",
        "A mini-batch is a window of consecutive steps, as many as the batch size, with a "
        "hidden state of zero before it; the windows follow in order of time and are not "
        "shuffled, and the last one holds what is left. The paper does not say how its series "
        "is cut into batches.",
        "SGD and Adam train on mini-batches; GD, GDC and GDNM on the whole training part.",
        "GDNM has momentum 0: in the paper its training errors are those of GD wherever both "
        "have one rate in Table 4, but for Glorot and LeCun on the S&P series and at T = 500. "
        "There they would be, too, if GD's rates for the two datasets changed places; we take "
        "them as printed.",
        "GDC clips the gradient of each of W, V, b, A and c by itself, which is what clipnorm "
        "does in the Keras of TensorFlow 2.",
        "Adam has the defaults of Keras: β₁ = .9, β₂ = .999, ε = 10⁻⁷.",
        "Double precision; Keras computes in single precision.",
        "Every trial on a synthetic dataset draws its own series, where the paper keeps one: "
        "the standard deviations hold the spread of series and starts.",
        "T = 10 has 30 trials, the other datasets ten, as in the paper.",
        "CPU seconds are those of the batched program divided by its runs; methods that take "
        "the same steps share their runs.",
    )
    rows = (
        columns(str, "method | status")
        | columns(int, "trial")
        | columns(int, "epochs", within=ROUGH)
        | columns(float, "rate")
        | columns(float, "clip", none=True)
        | columns(float, "rollout_objective | train", within=ROUGH, none=True)
        | columns(float, "test | test_restarted", within=ONE_STEP, none=True)
        | columns(float, "formula_test | formula_train", within=0.05, part=True)
        | columns(str, "reason", within=None)
        | columns(float, "seconds", within=None)
    )
    traces = (
        columns(int, "epoch")
        | columns(float, "train | rollout_objective", within=ROUGH, none=True)
        | columns(float, "test | test_restarted", within=ONE_STEP, none=True)
        | columns(float, "seconds", within=None)
    )
    """Thousands of steps amplify the last digit's rounding."""


def table4(table: str, initialisation: str) -> tuple[Method, ...]:
    """Return the rates and clipping norms of Table 4 for a part of Table 3 and one of its starts.

    Raises:
        ValueError: one of the names is unknown.
    """
    one_of("initialisation", initialisation, alm.INITIALISATIONS)
    cells = papers.alm_rates(table)
    # The paper's columns are in the order of our initialisations.
    columns = dict(zip(alm.INITIALISATIONS, cells["start"].drop_duplicates(), strict=True))
    cells = cells[cells["start"] == columns[initialisation]].set_index("method")
    return tuple(
        Method(name, float(rate), None if np.isnan(clip) else float(clip))
        for name, (rate, clip) in cells.loc[list(METHODS), ["rate", "clip"]].iterrows()
    )


def _unit(dataset: str, start: str, trials: int, epochs: int | None = None) -> Printed:
    table = papers.ALM_TABLE_OF[dataset]
    methods = table4(table, start)
    return Printed(
        dataset, start, tuple(range(trials)), methods, epochs or EPOCHS[table], BATCH_SIZES[table]
    )


PROFILES: Mapping[str, tuple[Printed, ...]] = {
    "quick": (
        *(_unit("synthetic-t10", start, 6) for start in alm.INITIALISATIONS),
        *(_unit("synthetic-t500", start, 2, epochs=4) for start in alm.INITIALISATIONS),
        *(_unit("sp500-intended", start, 2, epochs=20) for start in alm.INITIALISATIONS),
    ),
    "paper": tuple(
        _unit(name, start, 30 if name == "synthetic-t10" else 10)
        for name in TABLE2
        for start in alm.INITIALISATIONS
    ),
}


def run(config: Printed) -> Outcome:
    """Train every method on every trial; a row each, and their errors at the milestones."""
    count("epochs", config.epochs)
    trials = [trial(config.dataset, config.initialisation, seed) for seed in config.trials]
    at = milestones(config.epochs)
    rows, runs = [], []
    for names, size in ((METHODS[:3], None), (MINI_BATCH, config.batch_size)):
        methods = [method for method in config.methods if method.name in names]
        looks = train(methods, trials, at, size)
        runs += looks
        for k, look in enumerate(looks):
            method, given = methods[k // len(trials)], trials[k % len(trials)]
            rows.append(
                {
                    "method": method.name,
                    "trial": config.trials[k % len(trials)],
                    "rate": method.rate,
                    "clip": method.clip,
                    **alm_descent.row(look[-1]),
                    **closed_form(config, method, given),
                }
            )
    return Outcome(rows, {"epoch": list(at), **alm_descent.traces(runs)})


def train(
    methods: Sequence[Method], trials: Sequence[Trial], at: Sequence[int], size: int | None
) -> list[list[Look]]:
    """Return the looks of every method on every trial, methods first, from one batched program.

    Methods with the same rule, such as GD and GDNM without momentum, share their runs.

    Args:
        methods: of one kind, which see the same windows.
        trials: on one dataset.
        at: the milestones.
        size: of a window; None for the whole training part.

    Raises:
        ValueError: the window is longer than the training part.
    """
    if not methods:
        return []
    rules = list(dict.fromkeys(method.rule() for method in methods))
    everywhere = [given for _ in rules for given in trials]
    objective = KerasObjective(trials[0].penalties)
    networks = alm_descent.starts(everywhere)
    batch = Batch(networks, *alm_descent.training_part(everywhere), objective)
    of_runs = [rule for rule in rules for _ in trials]
    states = elman.descend(batch, of_runs, elman.windows(batch.steps, size))
    looks = alm_descent.follow(states, everywhere, at)
    first = [rules.index(method.rule()) * len(trials) for method in methods]
    return [looks[start + k] for start in first for k in range(len(trials))]


CLOSED_FORM = ("synthetic-t10", "normal-1e-3")
"""Where `lib.theory.OutputBias` gives the full-batch methods' errors."""


def closed_form(config: Printed, method: Method, given: Trial) -> dict[str, float]:
    """Return the errors that the closed formula gives for a run, where it applies."""
    if (config.dataset, config.initialisation) != CLOSED_FORM or method.name in MINI_BATCH:
        return {}
    Y = given.series.Y
    formula = OutputBias(Y.shape[1], len(Y), given.penalties.lambda5)
    fraction = formula.fraction(method.rate, config.epochs, method.momentum)
    train, test = formula.errors(fraction, float(Y[-1] @ Y[-1]))
    return {"formula_train": train, "formula_test": test}
