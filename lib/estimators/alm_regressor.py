"""`ALMRegressor`: an Elman network on one or several series, trained by the ALM."""

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import r2_score
from sklearn.utils.validation import check_is_fitted
from tqdm.auto import tqdm

from lib import alm
from lib.estimators.drawing import numpy_generator
from lib.estimators.series import Data, are_several, joined, read, read_inputs
from lib.validation import count, one_of

if TYPE_CHECKING:
    from lib.estimators.elman_module import ElmanNetwork

STARTS = (END, ZERO) = ("end", "zero")


class ALMRegressor(MultiOutputMixin, RegressorMixin, BaseEstimator):
    r"""Elman network :math:`h_t=\sigma(Wh_{t-1}+Vx_t+b)`, :math:`\hat y_t=Ah_t+c` for series.

    The rows of X are steps in time, so their order matters. Inputs and targets should be
    standardised, for the penalties (2.5) know no units. Of the networks that the solver passes
    through, the one with the smallest objective is kept, or with the smallest error on the holdout
    when stopping early: the last one need not be the best, its roll-out may even explode while its
    iterate is nearly feasible.

    Args:
        hidden_size: r, hidden units.
        activation: a name in ``lib.alm.ACTIVATIONS``, such as ``relu``, ``leaky_relu`` or ``elu``,
            or an activation itself.
        slope: of the leaky ReLU left of zero.
        tau: strength of the penalty, distributed over the weights as in Table 2.
        initialisation: how the start is drawn, a key of ``lib.alm.INITIALISATIONS`` or
            ``lib.alm.VARIANTS``.
        acceleration: whether the sweeps are extrapolated, which is many times as fast
            (`lib.alm.accelerated`); False trains by the method as published.
        outer_iterations: most multiplier steps.
        inner_iterations: most sweeps over the blocks between two of them. Only between two of them
            is the holdout looked at.
        gamma: first penalty parameter of the method; None lets the accelerated method take it from
            the targets' variance, and is Table 2's 1 for the other.
        tolerance: the method has converged when feasibility violation and KKT residual are at most
            this; None uses all outer iterations and never warns.
        early_stopping: train without the tail of each series, and stop when it is not predicted
            better any more.
        validation_fraction: the tail's share of a series.
        n_iter_no_change: outer iterations without improvement before stopping early.
        predict_from: where the hidden state of `predict` and `score` begins: ``end``, where the
            training series ended, or ``zero``.
        verbose: whether to show a progress bar.
        random_state: where the start is drawn from.

    Attributes:
        weights_: the network, `lib.alm.Weights`.
        certificate_: what is certified of it on the data it was trained on,
            `lib.alm.CertifiedNetwork`.
        trace_: one row per outer iteration; with early stopping, the squared error on the holdout,
            a mean over its steps, is the column ``holdout_error``.
        end_states_: hidden state at the end of each training series, shape (S, r).
        status_, reason_: why the solver stopped.
        n_iter_: outer iterations made.
        n_features_in_, feature_names_in_: as in scikit-learn.

    The numbers of iterations were chosen by the objective and the time, not by any prediction. An
    outer iteration is the 20 sweeps of `lib.alm.accelerated`. Of 20, 40 and 100 of them,
    100 is the first that brings the objective to within a hundredth of where 200 bring it, in the
    geometric mean over two starts on each of six standardised series: the tutorial's without its
    last ten years, the synthetic ones of Table 1 (the longer one twice), and two nonlinear
    autoregressions.

    Source: Wang, Zhang and Chen, arXiv 2402.13687.
    """

    def __init__(
        self,
        hidden_size: int = 20,
        *,
        activation: str | alm.Activation = "relu",
        slope: float = 0.01,
        tau: float = 1.0,
        initialisation: str = "glorot",
        acceleration: bool = True,
        outer_iterations: int = 100,
        inner_iterations: int = 20,
        gamma: float | None = None,
        tolerance: float | None = 1e-2,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        predict_from: str = END,
        verbose: bool = False,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.hidden_size = hidden_size
        self.activation = activation
        self.slope = slope
        self.tau = tau
        self.initialisation = initialisation
        self.acceleration = acceleration
        self.outer_iterations = outer_iterations
        self.inner_iterations = inner_iterations
        self.gamma = gamma
        self.tolerance = tolerance
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.predict_from = predict_from
        self.verbose = verbose
        self.random_state = random_state

    def fit(self, X: ArrayLike | Sequence, y: ArrayLike | Sequence) -> "ALMRegressor":
        """Train the network and return it.

        Args:
            X: one series, shape (T, n), or several: a list of such, or an array (S, T, n).
            y: targets, (T,) or (T, m) a series.

        Raises:
            ValueError: data or a parameter is not acceptable; the sentence says which.
        """
        one_of("predict_from", self.predict_from, STARTS)
        activation = self._activation()
        patience = count("n_iter_no_change", self.n_iter_no_change)
        data = read(self, X, y)
        trained_on, stopping = data, None
        if self.early_stopping:
            share = self.validation_fraction
            stopping = alm.EarlyStopping(data.X, data.Y, share, patience, activation, data.starts)
            trained_on = data._replace(X=stopping.X, Y=stopping.Y, starts=stopping.starts)
        problem, start = self._problem(trained_on, activation)
        result = self._solve(problem, start, stopping)
        best = result.best if stopping is None else stopping.best
        self.certificate_ = alm.certify(problem, best)
        self.weights_ = self.certificate_.weights
        H, _ = alm.rollout(self.weights_, data.X, activation, starts=data.starts)
        self.end_states_ = H[[part.stop - 1 for part in data.parts]]
        self.trace_ = result.trace
        if stopping is not None:
            self.trace_["holdout_error"] = stopping.errors
        self.status_, self.reason_ = result.status, result.reason
        if result.status is alm.Status.STOPPED:
            self.reason_ = f"the holdout's error did not fall in {patience} outer iterations"
        self.n_iter_ = len(result.trace) - 1
        self._flat = data.flat
        unfinished = result.status in (alm.Status.ITERATION_LIMIT, alm.Status.BREAKDOWN)
        if unfinished and self.tolerance is not None:
            warnings.warn(
                f"the ALM did not converge: {result.reason}", ConvergenceWarning, stacklevel=2
            )
        return self

    def _activation(self) -> alm.Activation:
        return alm.Activation.of("activation", self.activation, slope=self.slope)

    def _problem(self, data: Data, activation: alm.Activation) -> tuple[alm.Problem, alm.Weights]:
        sizes = self.hidden_size, data.X.shape[1], data.Y.shape[1]
        penalties = alm.Penalties.from_tau(self.tau, *sizes)
        generator = numpy_generator(self.random_state)
        start = alm.initial_weights(self.initialisation, generator, *sizes)
        return alm.Problem(data.X, data.Y, penalties, activation, data.starts), start

    def _options(self, problem: alm.Problem) -> alm.Options:
        chosen = {
            "outer_iterations": self.outer_iterations,
            "inner_iterations": self.inner_iterations,
            "activation": problem.activation,
            "tolerance": self.tolerance,
        }
        if self.gamma is not None:
            chosen["gamma"] = self.gamma
        if one_of("acceleration", self.acceleration, (True, False)):
            return alm.accelerated(problem.Y, **chosen)
        return alm.Options(**chosen)

    def _solve(
        self, problem: alm.Problem, start: alm.Weights, stopping: alm.EarlyStopping | None
    ) -> alm.Result:
        options = self._options(problem)
        X, Y, starts = problem.X, problem.Y, problem.starts
        with tqdm(total=options.outer_iterations, desc="ALM", disable=not self.verbose) as bar:

            def callback(snapshot: alm.Snapshot) -> bool:
                bar.set_postfix(objective=snapshot.row["rollout_objective"], refresh=False)
                bar.update(snapshot.iteration - bar.n)
                return stopping is not None and stopping(snapshot)

            return alm.solve(X, Y, start, problem.penalties, options, callback, starts)

    def predict(
        self, X: ArrayLike | Sequence, start: str | None = None
    ) -> np.ndarray | list[np.ndarray]:
        """Return the outputs for every step, shaped like the targets of `fit`.

        Args:
            X: one series, or several as in `fit`.
            start: ``end`` continues the training series, the k-th series of X the k-th of them;
                ``zero`` begins at a hidden state of zero. `predict_from` unless given.

        Raises:
            ValueError: `fit` was not called, or X or `start` is not acceptable.
        """
        check_is_fitted(self)
        start = one_of("start", self.predict_from if start is None else start, STARTS)
        parts = read_inputs(self, X)
        states = [None] * len(parts) if start == ZERO else list(self.end_states_)
        if len(states) != len(parts):
            raise ValueError(
                f"the network was trained on {len(states)} series and cannot continue "
                f"{len(parts)}: give as many, or start={ZERO!r}"
            )
        activation = self.certificate_.activation
        given = [
            alm.predict(self.weights_, part, activation, state)
            for part, state in zip(parts, states, strict=True)
        ]
        given = [output[:, 0] if self._flat else output for output in given]
        if not are_several(X):
            return given[0]
        return np.stack(given) if hasattr(X, "ndim") else given

    def score(
        self,
        X: ArrayLike | Sequence,
        y: ArrayLike | Sequence,
        sample_weight: ArrayLike | None = None,
    ) -> float:
        """Return the coefficient of determination of `predict` over all steps of all series.

        Args:
            X: one series, or several as in `fit`.
            y: targets alike.
            sample_weight: one weight a step.
        """
        several = are_several(X)
        truth, given = joined(y, several), joined(self.predict(X), several)
        return r2_score(truth, given, sample_weight=sample_weight)

    def to_torch(self) -> "ElmanNetwork":
        """Return the network as a torch module with the same outputs."""
        from lib.estimators import ElmanNetwork

        check_is_fitted(self)
        return ElmanNetwork(self.weights_, self.certificate_.activation)
