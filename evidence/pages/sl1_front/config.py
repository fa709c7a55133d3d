"""One unit of the sparse tournament: a method on a set, its budget and the values tried."""

from dataclasses import dataclass

from evidence.kit.columns import ROUGH, columns
from evidence.kit.config import Config
from evidence.protocols.sl1 import HIDDEN_SIZE, TABLE2
from evidence.protocols.titles import title

TUNING = 10
"""The trial on which rates are chosen; those compared come before it."""

COMPARED = (0.5, 0.8, 0.9, 0.95)
"""Shares of zeros at which the methods are compared."""

(
    SL1,
    SL1_ADAM,
    REFITTED,
    L1,
    L1_ADAM,
    PROX,
    PROX_ADAM,
    DUAL,
    DUAL_ADAPTIVE,
    GRADUAL,
    ONE_SHOT,
) = METHODS = (
    "smoothed L1, gradient descent",
    "smoothed L1, Adam",
    "smoothed L1, refitted",
    "L1, gradient descent",
    "L1, Adam",
    "proximal gradient",
    "ProxAdam",
    "RMDA",
    "RAMDA",
    "gradual pruning",
    "one-shot pruning",
)
OURS = (SL1, SL1_ADAM, REFITTED)
"""Paper A's method, with its update rule and with the optimiser that we chose for its regressions,
and with a second half of the training without the penalty, which the paper lacks."""

PRUNING = (GRADUAL, ONE_SHOT)
"""Methods whose strengths are shares of zeros."""


@dataclass(frozen=True)
class Front(Config):
    """One method on one set: all its rates, strengths and trials.

    Attributes:
        dataset: a table with sizes, see `lib.datasets.SIZES`.
        method: one of ``METHODS``.
        strengths: lambda, or the share of zeros that pruning aims at.
        epochs: how many; nothing stops a training before.
        batch_size: samples in a mini-batch.
        holdout: samples of the training part that no method trains on.
        train: samples of the training part that are used; None for all but the holdout.
        width: inputs of a time step; None for one step with all of them.
        rates: learning rates; where none is given, the one that the record of the tuning trial
            chose is taken.
        trials: how many.
        first: number of the first trial.
        alpha: half-width of the smoothed interval; what is smaller is cut off at the end.
        hidden_size: H.
    """

    dataset: str
    method: str
    strengths: tuple[float, ...]
    epochs: int
    batch_size: int
    holdout: int
    train: int | None = None
    width: int | None = None
    rates: tuple[float, ...] = ()
    trials: int = 10
    first: int = 0
    alpha: float = 1e-2
    hidden_size: int = HIDDEN_SIZE

    deviations = (
        "Of other sparse methods the paper has L1 by its subgradient alone. The width of the "
        "networks is its own, and so are the splits of its sets but for what follows; budgets, "
        "rates, starts and the holdout are ours. That all weight matrices are penalised is, too: "
        "(15) has the output weights alone.",
        "Sets: MNIST in one step, and 10,000 of its images in 28 steps of a row, both tested on "
        "the 10,000 test images; KDD without duplicate rows; scikit-learn's digits in 8 steps of a "
        "row; Wine quality, Energy and Student in one step.",
        "Before any training a part of the training samples is held out, trial by trial, for "
        "MNIST once, as its split is published. Inputs are standardised with the training part, "
        "the holdout included; so are the targets of a regression, and errors are in their "
        "standard deviations.",
        "All methods of a trial have the same parts, start and mini-batches, and as many steps. "
        "Starts are uniform between ±1/√H, which is PyTorch's, for the paper's ±½ is so wide that "
        "magnitudes tell little; biases start at 0.",
        "In one step of time all recurrent weights and the reset gate have no effect, nor have the "
        "weights of an input that is 0 in all training samples. They are zero in every method from "
        "the start and are not counted: a share of zeros is one of the weights that can act, "
        "biases left out.",
        "The data error is the mean over the samples, of ½(y − t)² summed over the outputs for a "
        "classification. λ has the same eight values for all penalties and sets, ten times as "
        "large for a regression; pruning aims at eight shares from 0 to 0.99. Penalties act on all "
        "weight matrices, never on biases.",
        "The rate is constant for three quarters of the steps and then a tenth. It is one of five, "
        "chosen per method and set on one further trial by the mean error on the holdout at the "
        "four shares of zeros compared; what is not reached, or no better, counts as the constant "
        "answer. Errors are read from the front: of the networks of a trial, one a strength, those "
        "count that none with as many zeros or more beats on the holdout, and between two of them "
        "the line.",
        "Smoothed L1 and L1 by its subgradient make no exact zeros: at the end the weights below "
        "α = 0.01 are set to zero, without training after it. So it is after the proximal steps "
        "and dual averaging, whose own zeros are fewer: looks at the tuning trial had shown that "
        "the cut, given to smoothed L1 alone, would have put it before them. The penalties in E "
        "and the proximal step are run with gradient descent and with Adam.",
        "“Refitted” is smoothed L1 with Adam for half of the epochs; then weights below α are zero "
        "for good, and the others are trained without a penalty. In either half the rate falls "
        "after three quarters.",
        "ProxAdam is ProxAdamW without weight decay, which no method here has. RMDA and RAMDA have "
        "c = 0.1, begin anew when the rate falls, and then let c grow to 1 by steps, where their "
        "authors count epochs.",
        "Pruning has one threshold for all weight matrices of a network, where its authors have "
        "one for each, and is trained by Adam: gradual by the cubic schedule from a quarter to "
        "three quarters of the steps in fifty prunings, one-shot at the half.",
        "In single precision.",
    )
    rows = (
        columns(int, "trial")
        | columns(bool, "diverged")
        | columns(float, "rate | strength")
        | columns(float, "zeros | holdout | test", within=ROUGH, none=True)
        | columns(float, "holdout, constant | test, constant", within=1e-6)
    )

    @property
    def problem(self) -> str:
        """The set's name in a record's and in the figures' keys."""
        return self.dataset if self.width is None else f"{self.dataset}-rows"

    @property
    def label(self) -> str:
        """The name of the unit's record."""
        name = f"{self.problem}-{self.method.replace(', ', '-').replace(' ', '-').lower()}"
        return name if len(self.rates) != 1 else f"{name}-rate-{self.rates[0]:g}"


def shown(problem: str) -> str:
    """Return a set's name for the reader."""
    name = problem.removesuffix("-rows")
    return title(name) + (", row by row" if problem != name else "")


def is_classification(dataset: str) -> bool:
    """Return whether errors on a set are shares of wrong answers."""
    return dataset in (*TABLE2, "digits")
