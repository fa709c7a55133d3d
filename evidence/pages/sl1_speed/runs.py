"""Paper A, "faster because sparser": CPU time of a training step, and of products with zeros.

Everything of one dataset's size is timed in turns in one process on one thread: seven models from
the same weights; the gradient of a GRU with more and more of its weights at zero; and a product of
weights and inputs, dense and in compressed rows. Data are random numbers, for the time of a step
does not depend on what they are.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from operator import matmul

import numpy as np
import torch
from scipy.sparse import csr_array

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, rounded
from evidence.kit.timing import in_turns
from evidence.papers.tables import SL1_TITLE_OF, sl1_results, sl1_sizes
from evidence.protocols.sl1 import (
    HIDDEN_SIZE,
    MODELS,
    REGRESSION,
    TABLE2,
    TARGETS,
    Setting,
    loss,
    optimiser,
)
from evidence.protocols.sl1_methods import METHODS, regulariser
from lib.models import GRU, Cell, Parameters
from lib.penalties import UNREGULARISED
from lib.randomness import generator
from lib.training import MiniBatches, Problem, descend

SPARSITIES = (0.0, 0.05, 0.5, 0.9, 0.99)
STEP, GRADIENT, PRODUCT = ("step", "gradient", "product")
DENSE = "dense"
FORMATS = (DENSE, "torch CSR", "SciPy CSR")

SAMPLES = 2048
"""Random samples at most; more would only fill the memory."""

DATASETS = (
    "iris",
    "wine",
    "breast-cancer-ljubljana",
    "kdd",
    "mnist",
    *TARGETS,
)
"""One for each of the paper's ten."""

SINGLE = ("kdd", "mnist")
"""Trained in single precision, as in Table 3."""


@dataclass(frozen=True)
class Speed(Config):
    """All timings for the size of one dataset.

    Attributes:
        dataset: whose inputs, outputs, batch size, loss and optimiser are taken.
        setting: rate, strength, alpha and batch size.
        trials: trained as one program.
        turns: how often everything is timed.
        steps: training steps, or gradients, in one turn.
        products: products in one turn.
    """

    dataset: str
    setting: Setting
    precision: str
    trials: int = 10
    turns: int = 25
    steps: int = 10
    products: int = 50
    hidden_size: int = HIDDEN_SIZE

    reads = ()
    deviations = (
        "The paper prints the time of a whole training on its machine; here it is the CPU time "
        "of a step of ten trials at once, on one thread, on random data.",
    )
    rows = columns(str, "arm | part") | columns(int, "weights | zeros")
    traces = columns(
        float,
        *(f"{STEP}, {name}" for name in MODELS),
        *(f"{GRADIENT}, {form}" for form in ("dense", "printed", "0.99")),
        *(f"{PRODUCT}, {form} {sparsity:g}" for form in FORMATS for sparsity in SPARSITIES),
        within=None,
    )
    """Times belong to the machine; what was timed is the same everywhere."""


def _speeds(names: tuple[str, ...], **fields: object) -> tuple[Speed, ...]:
    return tuple(
        Speed(
            name,
            TABLE2.get(name, REGRESSION),
            "single" if name in SINGLE else "double",
            **fields,
        )
        for name in names
    )


PROFILES: Mapping[str, tuple[Speed, ...]] = {
    "quick": _speeds(("iris", "wine", "mnist"), turns=6, steps=5, products=20),
    "paper": _speeds(DATASETS),
}


def run(config: Speed) -> Outcome:
    """Time the three parts one after the other; a row an arm, the seconds of a turn as traces."""
    sizes = sl1_sizes().loc[SL1_TITLE_OF[config.dataset]]
    outputs = 1 if np.isnan(sizes["classes"]) else int(sizes["classes"])
    dtype = torch.float32 if config.precision == "single" else torch.float64
    rng = generator("sl1_gru", "speed", config.dataset, 0)
    samples = min(int(sizes["train"]), SAMPLES)
    X = torch.from_numpy(rng.normal(size=(1, samples, 1, int(sizes["features"])))).to(dtype)
    targets = torch.from_numpy(rng.integers(0, 2, size=(1, samples, outputs))).to(dtype)
    rows, traces = [], {}
    for part, arms in (
        (STEP, _steps(config, X, targets)),
        (GRADIENT, _gradients(config, X, targets)),
        (PRODUCT, _products(config, X)),
    ):
        names, weights, zeros, works, counts = zip(*arms, strict=True)
        taken = in_turns(*works, repeats=config.turns) / np.array(counts)[:, None]
        for name, size, none, seconds in zip(names, weights, zeros, taken, strict=True):
            rows.append({"part": part, "arm": name, "weights": size, "zeros": none})
            traces[f"{part}, {name}"] = rounded(seconds, 4)
    return Outcome(rows, traces)


Arm = tuple[str, int, int, Callable[[], object], int]
"""Name, weights of a run, how many of them are zero, what is timed, and how often it does it."""


def _steps(config: Speed, X: torch.Tensor, targets: torch.Tensor) -> Iterator[Arm]:
    """Yield a training of every model; each call goes on where the last one stopped."""
    setting = config.setting
    for name, kind in MODELS.items():
        model = kind(X.shape[3], config.hidden_size, targets.shape[2], bias=True)
        term = UNREGULARISED
        if name in METHODS:
            term = regulariser(name, setting.strength, setting.alpha, "all")
        draws = [generator("sl1_gru", "speed-batches", config.dataset, k) for k in _trials(config)]
        states = descend(
            Problem(model, loss(config.dataset), X, targets, term),
            start_of(config, model, X.dtype),
            optimiser(config.dataset, setting.rate),
            MiniBatches(setting.batch_size, draws),
        )
        yield (
            name,
            model.layout.weight_count,
            0,
            lambda states=states: [None for _ in islice(states, config.steps)],
            config.steps,
        )


def _gradients(config: Speed, X: torch.Tensor, targets: torch.Tensor) -> Iterator[Arm]:
    """Yield one gradient of a GRU on a mini-batch: dense, as sparse as printed, nearly empty."""
    model = GRU(X.shape[3], config.hidden_size, targets.shape[2], bias=True)
    x, t = (part[:, : config.setting.batch_size] for part in (X, targets))
    error = loss(config.dataset)
    for name, share in (("dense", 0.0), ("printed", printed(config.dataset)), ("0.99", 0.99)):
        params = start_of(config, model, X.dtype)
        zeros = emptied(params.flat[:, : model.layout.weight_count], share, config.dataset)
        gradient = params.zeros_like()

        def work(params: Parameters = params, gradient: Parameters = gradient) -> None:
            for _ in range(config.steps):
                given, cache = model.forward(params, x)
                model.backward(params, cache, error.derivative(given, t), gradient)

        yield name, model.layout.weight_count, zeros, work, config.steps


def _products(config: Speed, X: torch.Tensor) -> Iterator[Arm]:
    """Yield the product of a run's input weights, update gate and candidate, with a mini-batch."""
    x = X[0, : config.setting.batch_size, 0].T.contiguous()
    model = GRU(X.shape[3], config.hidden_size, 1)
    start = start_of(config, model, X.dtype)
    for share in SPARSITIES:
        W = start.stack("W_zx", "W_hx")[0].clone()
        zeros = emptied(W.unsqueeze(0).flatten(1), share, config.dataset)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta")
            compressed = W.to_sparse_csr()
        works = (
            partial(torch.mm, W, x),
            partial(torch.mm, compressed, x),
            partial(matmul, csr_array(W.numpy()), x.numpy()),
        )
        for name, work in zip(FORMATS, works, strict=True):
            repeated = _repeat(work, config.products)
            yield f"{name} {share:g}", W.numel(), zeros, repeated, config.products


def _repeat(work: Callable[[], object], count: int) -> Callable[[], object]:
    return lambda: [work() for _ in range(count)]


def printed(dataset: str) -> float:
    """Return the sparsity that the paper prints for SL1-GRU on a dataset."""
    table = sl1_results(3 if dataset in TABLE2 else 5).set_index(["dataset", "model"])
    return float(table.loc[(SL1_TITLE_OF[dataset], "SL1-GRU"), "sparsity"])


def _trials(config: Speed) -> range:
    return range(config.trials)


def start_of(config: Speed, model: Cell, dtype: torch.dtype) -> Parameters:
    """Return the weights from which everything is timed."""
    draws = [generator("sl1_gru", "speed-start", config.dataset, k) for k in _trials(config)]
    return model.initialise(draws, dtype=dtype)


def emptied(weights: torch.Tensor, share: float, dataset: str) -> int:
    """Put a share of every run's weights to zero, in place; return how many that are."""
    zeros = round(share * weights.shape[1])
    order = generator("sl1_gru", "speed-zeros", dataset, 0).permutation(weights.shape[1])
    weights[:, torch.from_numpy(order[:zeros])] = 0
    return zeros
