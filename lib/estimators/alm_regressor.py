"""`ALMRegressor`: Elman networks on a linear model, for one or several series."""

import warnings
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted
from tqdm.auto import tqdm

from lib import alm
from lib.estimators.alm_training import Trained, in_units, options_of, train
from lib.estimators.drawing import numpy_generator
from lib.estimators.linear import Linear, below, reliance
from lib.estimators.scaling import Scale
from lib.estimators.series import Data, are_several, read, read_inputs
from lib.estimators.stability import merged, tell_outside
from lib.estimators.standardised import series_score
from lib.estimators.states import END, STARTS, beginnings
from lib.validation import count, flag, one_of, positive, share, shown

if TYPE_CHECKING:
    from lib.estimators.elman_module import ElmanNetwork


class Begun(NamedTuple):
    """What a warm start begins with: scales of inputs and targets, of what the linear model left,
    and the networks, which have no units.
    """

    scales: tuple[Scale, Scale]
    spread: np.ndarray
    networks: list[alm.Weights]

    def check(self, starts: int, hidden_size: int, outputs: int) -> None:
        """Raise ValueError unless so many networks of these sizes are wanted."""
        was = len(self.networks), self.networks[0].hidden_size, self.networks[0].output_size
        if was != (starts, hidden_size, outputs):
            raise ValueError(
                f"warm_start goes on with {was[0]} networks of {was[1]} hidden units and {was[2]} "
                f"outputs, not with {shown(starts)} of {shown(hidden_size)} and {outputs}: set "
                f"parameters and data as they were, or warm_start=False"
            )


@dataclass(eq=False, repr=False)
class ALMRegressor(MultiOutputMixin, RegressorMixin, BaseEstimator):
    r"""Elman networks :math:`h_t=\sigma(Wh_{t-1}+Vx_t+b)`, :math:`\hat y_t=Dx_t+Ah_t+c`.

    The rows of X are steps in time, so their order matters. Units do not: inputs and targets are
    standardised inside. D is a ridge regression; the networks, one from each start, are trained by
    the ALM on what it leaves, and their mean is added as far as it helped on the holdout. With
    ``linear=False, starts=1, early_stopping=False`` it is the paper's network alone.

    Of the networks that the solver passes through, the one with the smallest error on the holdout
    is kept, without a holdout the one with the smallest objective: the last one need not be the
    best, its roll-out may even explode while its iterate is nearly feasible.

    Args:
        hidden_size: r, hidden units of each network.
        activation: a name in ``lib.alm.ACTIVATIONS``, such as ``relu``, ``leaky_relu`` or ``elu``,
            or an activation itself.
        slope: of the leaky ReLU left of zero.
        tau: strength of the penalty, distributed over the weights as in Table 2.
        initialisation: how a start is drawn, a key of ``lib.alm.INITIALISATIONS`` or
            ``lib.alm.VARIANTS``; A is then zero where there is a linear model.
        acceleration: whether the sweeps are extrapolated, which is many times as fast
            (`lib.alm.accelerated`); False trains by the method as published.
        outer_iterations: most multiplier steps.
        inner_iterations: most sweeps over the blocks between two of them. Only between two of them
            is the holdout looked at.
        gamma: first penalty parameter of the method; None lets the accelerated method take it from
            the targets' variance, and is Table 2's 1 for the other.
        tolerance: the method has converged when feasibility violation and KKT residual are at most
            this; None uses all outer iterations and never warns.
        linear: whether the networks stand on a ridge regression, its strength chosen by
            leave-one-out.
        starts: how many networks there are.
        early_stopping: train without the tail of each series, stop when it is not predicted better
            any more, and trust the networks as far as they helped there.
        validation_fraction: the tail's share of a series.
        n_iter_no_change: outer iterations without improvement before stopping early.
        doubt: how far the networks' help on the holdout is taken for chance, see
            `lib.estimators.linear.reliance`; 0 takes it as it is.
        predict_from: where the hidden state of `predict` and `score` begins: ``end``, where the
            training series ended, or ``zero``.
        warm_start: whether `fit` begins at the networks of the last one, and with its units,
            instead of drawing starts; gamma and the multipliers begin anew.
        verbose: whether to show a progress bar.
        random_state: where the starts are drawn from.

    Attributes:
        weights_: the networks as one, units side by side, `lib.alm.Weights`, in the units of the
            data.
        linear_: D, shape (m, n), in the units of the data.
        reliance_: factor on the networks' outputs, shape (m,); 0 leaves the linear model alone.
        measures_: certified of each network on its standardised data, a list of `alm.Measures`.
        trace_: one row per outer iteration and start; with early stopping, the squared error on the
            holdout, a mean over its steps, is the column ``holdout_error``.
        end_states_: hidden state at the end of each training series, shape (S, units).
        status_, reason_: why the solver stopped, for each start.
        n_iter_: outer iterations, the most of a start.
        ``n_features_in_``, ``feature_names_in_``: as in scikit-learn.

    Source: Wang, Zhang and Chen, arXiv 2402.13687.

    Example:
        >>> from lib.estimators import ALMRegressor
        >>> X = np.random.default_rng(0).normal(size=(60, 1))
        >>> model = ALMRegressor(hidden_size=4, random_state=0).fit(X, np.abs(X[:, 0]))
        >>> model.score(X, np.abs(X[:, 0])) > 0.9
        True
    """

    hidden_size: int = 10
    _: KW_ONLY
    activation: str | alm.Activation = "relu"
    slope: float = 0.01
    tau: float = 0.1
    initialisation: str = "glorot"
    acceleration: bool = True
    outer_iterations: int = 40
    inner_iterations: int = 20
    gamma: float | None = None
    tolerance: float | None = 1e-2
    linear: bool = True
    starts: int = 3
    early_stopping: bool = True
    validation_fraction: float = 0.15
    n_iter_no_change: int = 10
    doubt: float = 12.0
    predict_from: str = END
    warm_start: bool = False
    verbose: bool = False
    random_state: int | np.random.RandomState | None = None

    def fit(
        self, X: ArrayLike | Sequence, y: ArrayLike | Sequence, **refused: object
    ) -> "ALMRegressor":
        """Train the networks and return them.

        Args:
            X: one series, shape (T, n), or several: a list of such, or an array (S, T, n).
            y: targets, (T,) or (T, m) a series.
            refused: there are no others; weights of steps are refused with the reason.

        Raises:
            ValueError: data or a parameter is not acceptable; the sentence says which.

        Warns:
            ConvergenceWarning: without a holdout, the solver did not converge.
            NetworkWarning: a start or a network was drawn anew or shrunk, because it exploded.
        """
        one_of("predict_from", self.predict_from, STARTS)
        doubt = positive("doubt", self.doubt, zero=True)
        share("validation_fraction", self.validation_fraction)
        count("n_iter_no_change", self.n_iter_no_change)
        positive("slope", self.slope, zero=True)
        flag("verbose", self.verbose)
        if any(value is not None for value in refused.values()):
            raise ValueError(
                f"fit takes X and y, and not {', '.join(refused)}: R of (2.6) counts all steps "
                f"alike, so that one matrix gives all hidden states in (3.18); GRURegressor takes "
                f"sample_weight"
            )
        last = self._last()
        data = read(self, X, y, reset=last is None)
        if last:
            last.check(self.starts, self.hidden_size, data.Y.shape[1])
        inputs, targets = last.scales if last else (Scale.of(data.X), Scale.of(data.Y))
        scaled = data._replace(X=inputs.away(data.X), Y=targets.away(data.Y))
        activation = alm.Activation.of("activation", self.activation, slope=self.slope)
        stopping, part = None, scaled
        if flag("early_stopping", self.early_stopping):
            stopping = self._holdout(scaled, activation)
            part = scaled._replace(X=stopping.X, Y=stopping.Y, starts=stopping.starts)
        linear, spread = below(part.X, part.Y, self.linear)
        spread = last.spread if last else spread
        rest = (scaled.Y - linear(scaled.X)) / spread
        if stopping is not None:
            stopping = self._holdout(scaled._replace(Y=rest), activation)
        part = part._replace(Y=rest if stopping is None else stopping.Y)
        trained = self._train(part, activation, stopping, last.networks if last else ())
        self._begun = Begun((inputs, targets), spread, [one.weights for one in trained])
        network = merged(self._begun.networks)
        self.reliance_ = np.ones(data.Y.shape[1])
        if stopping is not None and self.linear:
            H, _ = alm.rollout(network, scaled.X, activation, starts=data.starts)
            given = H @ network.A.T + network.c
            self.reliance_ = reliance(given[stopping.held], rest[stopping.held], doubt)
            linear = Linear.fitted(scaled.X, scaled.Y)  # the holdout has done its work
        trusted = spread * self.reliance_
        self.weights_, self.linear_ = in_units(network, linear, trusted, inputs, targets)
        self.activation_ = activation
        H, _ = alm.rollout(self.weights_, data.X, activation, starts=data.starts)
        self.end_states_ = H[[rows.stop - 1 for rows in data.parts]]
        self._flat, self._range = data.flat, np.stack([data.Y.min(axis=0), data.Y.max(axis=0)])
        self._report(trained)
        return self

    def _holdout(self, data: Data, activation: alm.Activation) -> alm.EarlyStopping:
        share, patience = self.validation_fraction, self.n_iter_no_change
        return alm.EarlyStopping(data.X, data.Y, share, patience, activation, data.starts)

    def _last(self) -> Begun | None:
        """Return what `fit` begins with, None for a start that is drawn."""
        return getattr(self, "_begun", None) if flag("warm_start", self.warm_start) else None

    def _train(
        self,
        data: Data,
        activation: alm.Activation,
        stopping: alm.EarlyStopping | None,
        last: Sequence[alm.Weights],
    ) -> list[Trained]:
        sizes = count("hidden_size", self.hidden_size), data.X.shape[1], data.Y.shape[1]
        penalties = alm.Penalties.from_tau(self.tau, *sizes)
        problem = alm.Problem(data.X, data.Y, penalties, activation, data.starts)
        options, starts = options_of(self, problem), count("starts", self.starts)
        generator = numpy_generator(self.random_state)

        def draw() -> alm.Weights:
            drawn = alm.initial_weights(self.initialisation, generator, *sizes)
            return replace(drawn, A=np.zeros_like(drawn.A)) if self.linear else drawn

        trained = []
        total = starts * options.outer_iterations
        with tqdm(total=total, desc="ALM", disable=not self.verbose) as bar:
            for number in range(starts):

                def callback(snapshot: alm.Snapshot, begun: int = number) -> None:
                    bar.set_postfix(objective=snapshot.row["rollout_objective"], refresh=False)
                    bar.update(begun * options.outer_iterations + snapshot.iteration - bar.n)

                alone = not self.linear
                drawn = chain(last[number : number + 1], iter(draw, None))
                trained.append(train(problem, options, drawn, stopping, callback, alone))
            bar.update(total - bar.n)
        return trained

    def _report(self, trained: list[Trained]) -> None:
        """Set what tells how the training went, and warn where it did not converge."""
        parts = {number: one.trace for number, one in enumerate(trained)}
        self.trace_ = pd.concat(parts, names=["start", None]).reset_index(level="start")
        self.measures_ = [one.measures for one in trained]
        self.status_ = [one.status for one in trained]
        self.reason_ = [one.reason for one in trained]
        self.n_iter_ = max(len(one.trace) for one in trained) - 1
        short = {alm.Status.ITERATION_LIMIT, alm.Status.BREAKDOWN} & set(self.status_)
        if short and self.tolerance is not None and not self.early_stopping:
            reason = self.reason_[self.status_.index(short.pop())]
            warnings.warn(f"the ALM did not converge: {reason}", ConvergenceWarning, stacklevel=3)

    def predict(
        self,
        X: ArrayLike | Sequence,
        start: str | ArrayLike | None = None,
        return_state: bool = False,
    ) -> np.ndarray | list[np.ndarray] | tuple:
        """Return the outputs for every step, shaped like the targets of `fit`.

        Args:
            X: one series, or several as in `fit`.
            start: ``end``, where the training series ended, the k-th for the k-th; ``zero``; or a
                state that an earlier call returned. `predict_from` unless given.
            return_state: whether to return (outputs, state after the last step). The state has the
                shape (units,), or (S, units) for several series.

        Raises:
            ValueError: `fit` was not called, or X or `start` is not acceptable.

        Warns:
            NetworkWarning: predictions are far outside the range of the training's targets.
        """
        check_is_fitted(self)
        parts, several = read_inputs(self, X), are_several(X)
        flag("return_state", return_state)
        start = self.predict_from if start is None else start
        given, ends = [], []
        for part, state in zip(parts, beginnings(start, self.end_states_, len(parts)), strict=True):
            H, _ = alm.rollout(self.weights_, part, self.activation_, state)
            output = H @ self.weights_.A.T + self.weights_.c + part @ self.linear_.T
            tell_outside(output, self._range)
            given.append(output[:, 0] if self._flat else output)
            ends.append(H[-1])
        if not several:
            return (given[0], ends[0]) if return_state else given[0]
        outputs = np.stack(given) if hasattr(X, "ndim") else given
        return (outputs, np.stack(ends)) if return_state else outputs

    def score(
        self,
        X: ArrayLike | Sequence,
        y: ArrayLike | Sequence,
        sample_weight: ArrayLike | None = None,
    ) -> float:
        """Return the coefficient of determination of `predict` over all steps of all series.

        Data as in `fit`; `sample_weight` holds one weight a step.
        """
        return series_score(self.predict, X, y, sample_weight)

    def to_torch(self) -> "ElmanNetwork":
        """Return a torch module with the same outputs, which begins where `predict` begins.

        Trained on several series it begins at a hidden state of zero unless it is given one.
        """
        from lib.estimators import ElmanNetwork

        check_is_fitted(self)
        alone = len(self.end_states_) == 1 and self.predict_from == END
        start = self.end_states_[0] if alone else None
        return ElmanNetwork(self.weights_, self.activation_, self.linear_, start)
