"""How one model is trained on the trials of one dataset, for paper A's Tables 3 and 5 and Figure 6.

The ten trials of a model are one batched program. Errors, norms and sparsity are kept along the
epochs, so that a claim can be asked after other numbers of epochs too: the paper names none.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from evidence.kit.columns import ROUGH, columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, finite, rounded
from evidence.protocols.sl1 import (
    HIDDEN_SIZE,
    MODELS,
    Part,
    Setting,
    loss,
    mini_batches,
    optimiser,
    parts,
)
from evidence.protocols.sl1_methods import METHODS, regulariser, starts
from lib.models import Cell, Parameters
from lib.penalties import UNREGULARISED, Regulariser
from lib.training import Fit, Loss, Problem, fit, outputs
from lib.training.epochs import NEAR_ZERO
from lib.validation import one_of

TRAIN, TEST = PARTS = ("train", "test")
"""Accuracies of a classification, mean squared errors (43) of a regression."""

LIVE, DEAD, OUTPUT = GROUPS = ("live", "dead", "output")
"""Entries of the gates that act, of those that cannot in so few steps, and of the output layer."""

LOOKS = 20
"""Moments at which errors are kept, evenly over the epochs, beside the start."""

TRACED = (*PARTS, "error", "data_error", "gradient_norm", "weight_norm", "near_zeros")

DTYPES = {"double": torch.float64, "single": torch.float32}


@dataclass(frozen=True)
class Network(Config):
    """One model on all trials of one dataset.

    Attributes:
        dataset: a key of ``sl1_protocol.TABLE2`` or ``TARGETS``.
        model: a key of ``MODELS``.
        setting: rate, strength, alpha and batch size.
        epochs: how many; nothing stops a training before.
        trials: the seeds are 0, 1, ...
        mode: which weights are penalised, ``all`` or ``out``.
        width: inputs of a time step; None for one step with all of them.
        precision: ``double`` or ``single``.
        hidden_size: H.
    """

    dataset: str
    model: str
    setting: Setting
    epochs: int
    trials: int = 10
    mode: str = "all"
    width: int | None = None
    precision: str = "double"
    hidden_size: int = HIDDEN_SIZE

    deviations = (
        "The paper names no number of epochs. Every small set has the same one here, and what "
        "is claimed is asked after a tenth, a half and all of them.",
        "A row enters in one step of time with h₀ = 0, but where it says “28 rows”.",
        "Penalties act on all weight matrices, where (15) has the output weights alone: with "
        "these alone most printed sparsities would be impossible if (42) counts all weights. "
        "Biases are never penalised.",
        "Gates have biases and the output layer has none, as in Algorithm 1; they start at 0.",
        "Classification: ½(y − t)² is summed over outputs and mini-batch, the gradient "
        "method is plain. Regression: the mean of squares, Adam and mini-batches of 32, which "
        "the paper does not state.",
        "KDD and MNIST in single precision, all others in double.",
    )
    rows = (
        columns(bool, "diverged")
        | columns(int, "trial")
        | columns(
            int,
            "dead weights | dead, below alpha | dead, near zero | dead, zero | live weights | "
            "live, below alpha | live, near zero | live, zero | output weights | "
            "output, below alpha | output, near zero | output, zero | steps",
            within=ROUGH,
        )
        | columns(float, "gradient_norm", within=ROUGH)
        | columns(
            float,
            "data_error | error | sparsity | test | test, thresholded | train | "
            "train, thresholded | weight_norm",
            within=0.05,
        )
        | columns(float, "seconds per step", within=None)
    )
    traces = (
        columns(int, "epoch")
        | columns(float, "gradient_norm", within=ROUGH)
        | columns(
            float,
            "train | test | error | data_error | weight_norm | near_zeros",
            within=0.05,
        )
    )
    """Tens of thousands of steps amplify the last digit's rounding."""

    @property
    def label(self) -> str:
        """The name of the unit's record."""
        rows = "" if self.width is None else f"-rows-of-{self.width}"
        mode = "" if self.mode == "all" else f"-{self.mode}"
        return f"{self.dataset}{rows}-{self.model.lower()}{mode}"


def run(config: Network, scale: str | None = None) -> Outcome:
    """Train the model on every trial; a row each, and the errors along the epochs.

    Args:
        config: the unit.
        scale: of a regression's targets; None for that of ``sl1_protocol.TARGETS``.
    """
    dtype = DTYPES[one_of("precision", config.precision, DTYPES)]
    train, test = parts(config.dataset, config.trials, dtype, config.width, scale)
    kind = MODELS[one_of("model", config.model, MODELS)]
    (*_, n), C = train.X.shape, train.targets.shape[2]
    model = kind(n, config.hidden_size, C, bias=True)
    problem = Problem(model, loss(config.dataset), train.X, train.targets, penalty(config))

    def measure(params: Parameters, answers: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
        return scores(problem.loss, model, params, train, test, answers)

    batches = mini_batches(config.dataset, config.trials, config.setting.batch_size)
    trained = fit(
        problem,
        starts(model, "networks", config.dataset, config.trials, 1, dtype),
        optimiser(config.dataset, config.setting.rate),
        batches,
        config.epochs,
        every=max(1, config.epochs // LOOKS),
        measure=measure,
    )
    of_group = groups(model, train.X.shape[2])
    history = trained.history
    steps = config.epochs * batches.steps(train.X.shape[1])
    cost = {"steps": steps, "seconds per step": float(history.seconds[-1]) / steps / config.trials}
    rows = [row | cost for row in _rows(config, of_group, trained, measure)]
    values = {**history.measures, **{name: getattr(history, name) for name in TRACED[2:]}}
    along = {name: [rounded(row, 5) for row in values[name]] for name in TRACED}
    return Outcome(rows, {"epoch": history.epoch.tolist(), **along})


def penalty(config: Network) -> Regulariser:
    """Return what the model adds to the data error."""
    if config.model not in METHODS:
        return UNREGULARISED
    return regulariser(config.model, config.setting.strength, config.setting.alpha, config.mode)


def scores(
    loss: Loss,
    model: Cell,
    params: Parameters,
    train: Part,
    test: Part,
    answers: torch.Tensor | None = None,
) -> dict[str, torch.Tensor]:
    """Return accuracy, or mean squared error, on both parts, each of shape (R,).

    The answers are the outputs on the training part, where they are known.
    """
    found = {}
    if answers is None:
        answers = outputs(model, params, train.X)
    known = (train, answers), (test, outputs(model, params, test.X))
    for name, (part, given) in zip(PARTS, known, strict=True):
        if loss.average:
            found[name] = loss.value(given, part.targets)
        else:
            right = given.argmax(2) == part.targets.argmax(2)
            found[name] = right.to(params.flat.dtype).mean(1)
    return found


def groups(model: Cell, steps: int) -> dict[str, np.ndarray]:
    """Return which entries of the weight matrices belong to which of ``GROUPS``.

    Args:
        model: its layout.
        steps: of time; with one of them some gates and all recurrent weights cannot act.
    """
    layout = model.layout
    dead = np.zeros(layout.weight_count, dtype=bool)
    for first, last in model.unreached(steps):
        start, stop = layout.columns[first].start, layout.columns[last].stop
        dead[start : min(stop, layout.weight_count)] = True
    output = np.zeros_like(dead)
    output[layout.columns["w_out"]] = True
    return {LIVE: ~dead & ~output, DEAD: dead, OUTPUT: output}


def _rows(
    config: Network,
    of_group: dict[str, np.ndarray],
    trained: Fit,
    measure: Callable[[Parameters], dict[str, torch.Tensor]],
) -> list[dict]:
    history, cut = trained.history, trained.params.clone()
    weights = cut.flat[:, : cut.layout.weight_count]
    size = weights.abs().numpy()
    weights[weights.abs() < config.setting.alpha] = 0
    thresholded = {name: values.tolist() for name, values in measure(cut).items()}
    rows = []
    for k in range(config.trials):
        row = {"trial": k, "diverged": bool(trained.diverged[k])}
        row |= {name: finite(values[k, -1]) for name, values in history.measures.items()}
        row |= {f"{name}, thresholded": finite(v[k]) for name, v in thresholded.items()}
        for name in TRACED[2:-1]:
            row[name] = finite(getattr(history, name)[k, -1])
        row["sparsity"] = float((size[k] < NEAR_ZERO).mean())
        for name, members in of_group.items():
            entries = size[k, members]
            row |= {
                f"{name} weights": int(members.sum()),
                f"{name}, zero": int((entries == 0).sum()),
                f"{name}, near zero": int((entries < NEAR_ZERO).sum()),
                f"{name}, below alpha": int((entries < config.setting.alpha).sum()),
            }
        rows.append(row)
    return rows


def networks(dataset: str, **fields: object) -> tuple[Network, ...]:
    """Return the units of all models on a dataset."""
    return tuple(Network(dataset, model, **fields) for model in MODELS)
