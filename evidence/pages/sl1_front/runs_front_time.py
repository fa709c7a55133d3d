"""What zeros save: CPU time of a GRU's step in compressed rows and dense, at the shares compared.

One unit is one set of the tournament. A step of the trained size, with random weights of which a
share is zero, is timed in NumPy and, its matrices in compressed rows, in SciPy; everything of a set
in turns in one process on one thread, for one sample and for a mini-batch. Both compute the same
from the same weights. In one step of time the recurrent weights and the reset gate are left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, rounded
from evidence.kit.timing import in_turns
from evidence.pages.sl1_front.config import COMPARED
from evidence.pages.sl1_front.runs_front_tuning import PROFILES as FRONTS
from evidence.protocols.sl1 import HIDDEN_SIZE
from lib import datasets
from lib.randomness import generator

BATCHES = (1, 128)
"""Samples of a step."""

DENSE = "dense"


@dataclass(frozen=True)
class Step(Config):
    """A step of the size of one set.

    Attributes:
        dataset: whose inputs are taken.
        width: inputs of a time step; None for one step with all of them.
        turns: how often everything is timed.
        steps: in one turn.
        hidden_size: H.
    """

    dataset: str
    width: int | None
    turns: int = 25
    steps: int = 50
    hidden_size: int = HIDDEN_SIZE

    deviations = (
        "The time of a step is measured on random weights and inputs of the sets' sizes, with "
        "zeros spread evenly, in single precision.",
    )
    rows = columns(str, "arm") | columns(int, "samples | weights | zeros")
    traces = columns(
        float,
        *(f"{arm}, {batch}" for arm in (DENSE, *map("{:g}".format, COMPARED)) for batch in BATCHES),
        within=None,
    )
    """Times belong to the machine; what was timed is the same everywhere."""

    @property
    def label(self) -> str:
        """The name of the unit's record."""
        return self.dataset if self.width is None else f"{self.dataset}-rows"


def _steps(profile: str, **fields: Any) -> tuple[Step, ...]:
    sizes = dict.fromkeys((c.dataset, c.width, c.hidden_size) for c in FRONTS[profile])
    return tuple(Step(name, width, hidden_size=H, **fields) for name, width, H in sizes)


PROFILES: Mapping[str, tuple[Step, ...]] = {
    "quick": _steps("quick", turns=6, steps=10),
    "paper": _steps("paper"),
}

Matrix = np.ndarray | csr_array


def step(matrices: Mapping[str, Matrix], x: np.ndarray, h: np.ndarray) -> np.ndarray:
    """Return the next hidden state, (2)-(10) without biases, samples in columns.

    Args:
        matrices: ``inputs`` of all gates; but for a single step ``gates`` and ``candidate``, too.
        x: (n, samples).
        h: (H, samples).
    """
    H = len(h)
    a = matrices["inputs"] @ x
    if "gates" not in matrices:
        return expit(a[:H]) * np.tanh(a[H:])
    gates = expit(a[: 2 * H] + matrices["gates"] @ h)
    r, z = gates[:H], gates[H:]
    return (1 - z) * h + z * np.tanh(a[2 * H :] + matrices["candidate"] @ (r * h))


def drawn(config: Step, n: int, share: float) -> dict[str, np.ndarray]:
    """Return the matrices of a step, a share of all their entries zero."""
    H, single = config.hidden_size, config.width is None
    shapes = {"inputs": (2 * H if single else 3 * H, n)}
    if not single:
        shapes |= {"gates": (2 * H, H), "candidate": (H, H)}
    draw = generator("sl1_gru", "front-time", config.label, 0)
    total = sum(rows * width for rows, width in shapes.values())
    weights = draw.normal(size=total).astype(np.float32)
    weights[draw.permutation(total)[: round(share * total)]] = 0
    ends = np.cumsum([rows * width for rows, width in shapes.values()])[:-1]
    blocks = zip(shapes.items(), np.split(weights, ends), strict=True)
    return {name: block.reshape(shape) for (name, shape), block in blocks}


def run(config: Step) -> Outcome:
    """Time the arms in turns; a row an arm, the seconds of a step in each turn as traces."""
    n = config.width or len(datasets.load(config.dataset).inputs)
    draw = generator("sl1_gru", "front-time-inputs", config.label, 0)
    rows, works = [], {}
    for batch in BATCHES:
        x = draw.normal(size=(n, batch)).astype(np.float32)
        h = draw.uniform(-1, 1, size=(config.hidden_size, batch)).astype(np.float32)
        for share in (0.0, *COMPARED):
            matrices = drawn(config, n, share)
            count = {
                "weights": sum(M.size for M in matrices.values()),
                "zeros": sum(int((M == 0).sum()) for M in matrices.values()),
            }
            arm = f"{share:g}" if share else DENSE
            if share:
                matrices = {name: csr_array(M) for name, M in matrices.items()}
            rows.append({"arm": arm, "samples": batch} | count)
            works[f"{arm}, {batch}"] = _repeated(partial(step, matrices, x, h), config.steps)
    taken = in_turns(*works.values(), repeats=config.turns) / config.steps
    return Outcome(rows, dict(zip(works, (rounded(s, 4) for s in taken), strict=True)))


def _repeated(work: Callable[[], object], count: int) -> Callable[[], object]:
    return lambda: [work() for _ in range(count)]
