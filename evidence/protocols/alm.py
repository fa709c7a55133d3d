"""What all experiments on the ALM share: parameters, starts, trials and errors (sections 5.2-5.4).

A trial is a series and a start. The synthetic series are drawn anew for every trial, so that
differences between methods are judged over series and starts alike; the S&P series is one, and its
trials differ in their starts. All methods compared on a trial share both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from evidence.rivals.predictors import of_series
from lib import alm, datasets
from lib.datasets import Series
from lib.randomness import generator
from lib.validation import one_of


@dataclass(frozen=True)
class Setting:
    """One row of Table 2 with the hidden size of Table 1 and section 5.1.

    Those below eta4 have one value for every dataset.
    """

    hidden_size: int
    tau: float
    eta1: float
    eta2: float
    eta3: float
    eta4: float
    gamma: float = 1.0
    epsilon: float = 0.1
    mu: float = 1e-5


_T10 = Setting(hidden_size=4, tau=1.2, eta1=0.99, eta2=5 / 6, eta3=0.01, eta4=5 / 6)
# Section 5.4 says r = 500 for this dataset, but its N_w = 1.81e4 needs the 100 of Table 1.
_T500 = Setting(hidden_size=100, tau=500.0, eta1=0.90, eta2=0.90, eta3=0.015, eta4=0.8)
_SP500 = Setting(hidden_size=20, tau=1.0, eta1=0.99, eta2=5 / 6, eta3=0.01, eta4=5 / 6)

T10, T500, SP500 = "synthetic-t10", "synthetic-t500", "sp500-intended"
"""The series that need no file of the authors."""

TABLE2: Mapping[str, Setting] = MappingProxyType(
    {
        "synthetic-t10": _T10,
        "synthetic-t500": _T500,
        "sp500-released": _SP500,
        "sp500-written": _SP500,
        "sp500-intended": _SP500,
    }
)


def penalties(setting: Setting, inputs: int, outputs: int) -> alm.Penalties:
    """Return the six penalty weights of Table 2 for a network with these sizes."""
    return alm.Penalties.from_tau(setting.tau, setting.hidden_size, inputs, outputs)


def start_generator(dataset: str, seed: int) -> np.random.Generator:
    """Return the generator of section 5.4's initial weights, the same for every initialisation."""
    return generator("alm_rnn", "table3", dataset, seed)


def options(
    setting: Setting,
    outer_iterations: int,
    inner_iterations: int,
    activation: alm.Activation | None = None,
) -> alm.Options:
    """Return the algorithm's parameters of Table 2 with the caps of an experiment.

    The activation is the ReLU unless another one is given.
    """
    return alm.Options(
        activation=activation or alm.ReLU(),
        outer_iterations=outer_iterations,
        inner_iterations=inner_iterations,
        gamma=setting.gamma,
        epsilon=setting.epsilon,
        mu=setting.mu,
        eta1=setting.eta1,
        eta2=setting.eta2,
        eta3=setting.eta3,
        eta4=setting.eta4,
    )


@dataclass(frozen=True, eq=False)
class Trial:
    """One series with the weights from which every method starts on it.

    Attributes:
        series: the whole series.
        start: the initial weights.
        penalties: the lambdas of Table 2 for the sizes of the network.
    """

    series: Series
    start: alm.Weights
    penalties: alm.Penalties

    @property
    def X(self) -> np.ndarray:
        """Inputs of the training part, shape (T1, n)."""
        return self.series.X[: self.series.train]

    @property
    def Y(self) -> np.ndarray:
        """Targets of the training part, shape (T1, m)."""
        return self.series.Y[: self.series.train]

    @property
    def problem(self) -> alm.Problem:
        """What every method minimises on the training part."""
        return alm.Problem(self.X, self.Y, self.penalties)


def figure1_trial(dataset: str, seed: int, setting: Setting, deviation: float) -> Trial:
    """Return one trial of section 5.3: weights drawn with this deviation, biases zero.

    Raises:
        ValueError: the dataset is unknown.
        DatasetUnavailable: its file cannot be had.
    """
    series = datasets.load(one_of("dataset", dataset, TABLE2), seed=seed)
    n, m = len(series.inputs), len(series.targets)
    draw = generator("alm_rnn", "fig1", dataset, seed)
    start = alm.Weights.normal(draw, setting.hidden_size, n, m, deviation)
    return Trial(series, start, penalties(setting, n, m))


def trial(
    dataset: str,
    initialisation: str,
    seed: int,
    standardise: str = "all",
    setting: Setting | None = None,
) -> Trial:
    """Return one trial of section 5.4.

    Args:
        dataset: a key of ``TABLE2``.
        initialisation: a key of ``alm.INITIALISATIONS`` or ``alm.VARIANTS``.
        seed: which series and start.
        standardise: how the targets are scaled, see `lib.datasets.standardise`.
        setting: size of the network and its penalties, those of Table 2 by default.

    Raises:
        ValueError: a name is unknown.
        DatasetUnavailable: the dataset's file cannot be had.
    """
    setting = setting or TABLE2[one_of("dataset", dataset, TABLE2)]
    series = datasets.load(dataset, seed=seed, standardise=standardise)
    n, m = len(series.inputs), len(series.targets)
    start = alm.initial_weights(
        initialisation, start_generator(dataset, seed), setting.hidden_size, n, m
    )
    return Trial(series, start, penalties(setting, n, m))


TRAIN, TEST, RESTARTED = ERRORS = ("train", "test", "test_restarted")
"""Section 5.2's errors; the last one begins the test part at a hidden state of zero."""


def network_errors(
    series: Series, weights: alm.Weights, activation: alm.Activation
) -> dict[str, float]:
    """Return the errors of a network on both parts of a series, keyed by ``ERRORS``.

    In ``test`` the hidden state runs on from the training part, as in the paper's formula;
    in ``test_restarted`` it begins at zero, as in the program that the authors released. A network
    that explodes has infinite or NaN errors.
    """
    running = alm.predict(weights, series.X, activation)
    restarted = running.copy()
    restarted[series.train :] = alm.predict(weights, series.X[series.train :], activation)
    with np.errstate(over="ignore", invalid="ignore"):
        train, test = of_series.errors(series, running)
        _, again = of_series.errors(series, restarted)
    return {TRAIN: train, TEST: test, RESTARTED: again}
