"""What `GRUClassifier` and `GRURegressor` share: parameters, reading the data, and the training."""

import warnings
from dataclasses import KW_ONLY, dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_array, check_is_fitted, check_X_y, validate_data
from tqdm.auto import tqdm

from lib.estimators.drawing import numpy_generator
from lib.estimators.plateau import train_to_plateau
from lib.estimators.scaling import Scale, shares
from lib.models import CELLS, Cell
from lib.models.parameters import MODES, Parameters
from lib.penalties import Penalty, Regulariser
from lib.training import OPTIMISERS, Loss, MiniBatches, Optimiser, Problem, Weighted, outputs
from lib.validation import count, flag, one_of, positive, unmistaken

SHAPES = "(N, n)", "(N, T, n)"


@dataclass(eq=False, repr=False)  # scikit-learn reads the parameters from the signature
class GRUEstimator(BaseEstimator):
    r"""A GRU (2)-(10) that reads a sequence and answers after its last step, with a penalty (15).

    A table (N, n) is read as N sequences of one step, as the paper reads its tables. Inputs are
    standardised inside.

    Args:
        hidden_size: H, hidden units.
        cell: which recurrent network, a name in ``lib.models.CELLS``: ``gru``, the paper's, or
            another, such as ``gru_reset_after``, ``lstm`` or ``rnn``.
        penalty: a name in ``lib.penalties.PENALTIES``: ``none``, ``l1`` (its subgradient), ``l2``,
            ``smooth_l1`` (the paper's) or ``prox_l1`` (L1 by a soft threshold after each step); or
            a penalty itself.
        mode: which weights are penalised: ``out``, those of the output layer, as in the paper's
            theory, or ``all``. Biases never are.
        strength: the paper's lambda, times the penalty.
        alpha: half-width of the interval in which ``smooth_l1`` is smooth; any penalty with a
            number of this name gets it.
        learning_rate: eta.
        optimizer: a name in ``lib.training.OPTIMISERS``, such as ``sgd`` or ``adam``.
        epochs: most passes over the samples.
        batch_size: samples in a mini-batch; all of them where there are fewer.
        tolerance: see `n_iter_no_change`; None makes all epochs and never warns of too few.
        n_iter_no_change: the training has converged when the error E did not fall by more than the
            tolerance in so many epochs in a row.
        bias: whether gates and outputs have biases. The paper's theory has none.
        warm_start: whether `fit` begins at the weights of the last one, and with its units, instead
            of drawing a start.
        verbose: whether to show a progress bar.
        random_state: where the start and the order of the samples are drawn from.

    Attributes:
        model_: the network, a `lib.models.Cell`.
        params_: its weights by the paper's names, such as ``params_["W_zx"]``, with a leading axis
            for the starts; `lib.models.Parameters`.
        loss_curve_: E of each epoch, the penalty included, a mean over the starts.
        holdout_curve_: the error on the holdout before the first epoch and after each; empty
            without one.
        n_iter_: epochs made.
        reason_: why the training ended.
        ``n_features_in_``, ``feature_names_in_``: as in scikit-learn.
    """

    hidden_size: int = 32
    _: KW_ONLY
    cell: str = "gru"
    penalty: str | Penalty = "smooth_l1"
    mode: str = "out"
    strength: float = 5e-4
    alpha: float = 0.01
    learning_rate: float = 1e-2
    optimizer: str = "adam"
    epochs: int = 200
    batch_size: int = 32
    tolerance: float | None = 1e-4
    n_iter_no_change: int = 10
    bias: bool = True
    warm_start: bool = False
    verbose: bool = False
    random_state: int | np.random.RandomState | None = None

    def __sklearn_tags__(self):
        """Return scikit-learn's tags: sequences are accepted beside tables."""
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags

    def _read(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None, **options: object
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Return checked inputs, (N, T, n), targets and weights; learn the number of inputs."""
        unmistaken("X", X, *SHAPES)
        if options.get("y_numeric"):
            unmistaken("y", y)
        new = not self._continues()
        if _axes(X) != 3:
            X, y = validate_data(self, X, y, reset=new, dtype=np.float64, **options)
            X, self._sequences = X[:, None], False
        else:
            X, y = check_X_y(X, y, allow_nd=True, dtype=np.float64, **options)
            validate_data(self, X.reshape(-1, X.shape[2]), reset=new)
            self._sequences = True
        weights = None if sample_weight is None else shares(sample_weight, len(X))
        if new:
            of_steps = None if weights is None else np.repeat(weights, X.shape[1])
            self._inputs = Scale.of(X.reshape(-1, X.shape[2]), of_steps)
        return self._inputs.away(X), y, weights

    def _continues(self) -> bool:
        """Return whether `fit` goes on where the last one ended."""
        return flag("warm_start", self.warm_start) and hasattr(self, "params_")

    def _scaled(self, X: ArrayLike) -> np.ndarray:
        """Return checked inputs, (N, T, n), without units."""
        check_is_fitted(self)
        unmistaken("X", X, *SHAPES)
        if _axes(X) == 3:
            X = check_array(X, allow_nd=True, dtype=np.float64)
            validate_data(self, X.reshape(-1, X.shape[2]), reset=False)
        elif self._sequences:
            raise ValueError(
                f"X must be sequences (N, T, {self.n_features_in_}) as in fit, got an array of "
                f"{_axes(X)} axes; one sequence x is x[None]"
            )
        else:
            X = validate_data(self, X, reset=False, dtype=np.float64)[:, None]
        return self._inputs.away(X)

    def _outputs(self, X: np.ndarray) -> np.ndarray:
        """Return the networks' mean outputs (N, C), before the output function."""
        return outputs(self.model_, self.params_, _tensor(X)).mean(0).numpy()

    def _train(
        self,
        X: np.ndarray,
        targets: np.ndarray,
        loss: Loss,
        weights: np.ndarray | None,
        starts: int = 1,
        held: int = 0,
        silent: bool = False,
    ) -> None:
        """Train on inputs (N, T, n) and targets (N, C) and set the fitted attributes.

        Args:
            weights: of the samples, (N,), if any are given.
            starts: how many networks are trained.
            held: how many samples at the end are held out.
            silent: whether the outputs begin at zero.
        """
        regulariser, optimiser = self._regulariser(), self._optimiser()
        tolerance = self.tolerance
        if tolerance is not None:
            positive("tolerance", tolerance, zero=True)
        flag("verbose", self.verbose)
        bias = flag("bias", self.bias)
        kind = CELLS[one_of("cell", self.cell, CELLS)]
        hidden_size = count("hidden_size", self.hidden_size)
        model = kind(X.shape[2], hidden_size, targets.shape[1], bias, bias)
        generators = numpy_generator(self.random_state).spawn(starts)
        if self._continues():
            initial = self._last(model, starts)
        else:
            drawn = torch.cat([model.initialise(g).flat for g in generators])
            initial = Parameters(drawn, model.layout)
            if silent:
                initial["w_out"].zero_()
        if weights is not None:
            loss, targets = Weighted(loss), np.column_stack([targets, weights])
        part, tail = slice(len(X) - held), slice(len(X) - held, None)
        problem, rest = (
            Problem(model, loss, _tensor(X[rows]), _tensor(targets[rows]), regulariser)
            if len(X[rows])
            else None
            for rows in (part, tail)
        )
        size = min(count("batch_size", self.batch_size), len(X) - held)
        epochs = count("epochs", self.epochs)
        with tqdm(total=epochs, desc="GRU", disable=not self.verbose) as bar:
            ended = train_to_plateau(
                problem,
                initial,
                optimiser,
                MiniBatches(size, generators),
                epochs,
                tolerance,
                count("n_iter_no_change", self.n_iter_no_change),
                bar,
                rest,
            )
        self.model_, self.params_ = model, ended.params
        self.loss_curve_, self.n_iter_ = ended.errors, len(ended.errors)
        self.holdout_curve_ = ended.held_errors
        self.reason_ = ended.reason
        if ended.warn:
            warnings.warn(self.reason_, ConvergenceWarning, stacklevel=4)

    def _last(self, model: Cell, starts: int) -> Parameters:
        """Return the weights of the last `fit` for a network of the same form."""
        was = type(self.model_), self.model_.layout, self.params_.runs
        if was != (type(model), model.layout, starts):
            raise ValueError(
                f"warm_start goes on with {self.params_.runs} networks {self.model_} and not with "
                f"{starts} of {model}: set the parameters as they were, or warm_start=False"
            )
        return self.params_.clone()

    def _regulariser(self) -> Regulariser:
        penalty = Penalty.of("penalty", self.penalty, alpha=self.alpha)
        positive("strength", self.strength, zero=True)
        return Regulariser(penalty, self.strength, one_of("mode", self.mode, MODES))

    def _optimiser(self) -> Optimiser:
        kind = OPTIMISERS[one_of("optimizer", self.optimizer, OPTIMISERS)]
        return kind(positive("learning_rate", self.learning_rate))


def _axes(X: ArrayLike) -> int:
    return X.ndim if hasattr(X, "ndim") else np.asarray(X).ndim


def _tensor(values: np.ndarray) -> torch.Tensor:
    """Return values of one run, (1, ...), that share no memory with what the caller passed in."""
    return torch.from_numpy(np.array(values, dtype=np.float64)[None])
