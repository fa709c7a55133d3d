"""Random GRU networks with every derivative of paper A's error by automatic differentiation."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from evidence.papers.gru_equations import Step, named, unroll
from lib.models import GRU, Parameters
from lib.penalties import Regulariser, SmoothL1
from lib.randomness import generator
from lib.training import Problem, SigmoidSquaredError, descend

STRENGTH, ALPHA, RATE = 5e-4, 1e-2, 5e-3
"""Table 2's lambda, alpha and eta for Iris."""

Tensor = torch.Tensor


@dataclass(frozen=True)
class Kind:
    """A kind of network: its sizes and how many samples it reads."""

    words: str
    input_size: int
    hidden_size: int
    samples: int


KINDS = (
    Kind("one unit, one sample", 1, 1, 1),
    Kind("vectors, one sample", 3, 4, 1),
    Kind("vectors, five samples", 3, 4, 5),
)
LENGTHS = (1, 2, 5)


@dataclass(frozen=True, eq=False)
class Network:
    """One random network with every derivative of E by automatic differentiation.

    Attributes:
        w: weights by name.
        x: (T, n, N) inputs.
        targets: (N,).
        steps: the activations, T of them.
        dE: derivative of E by each weight; by z, r, candidate and h of step t under ``("z", t)``
            and so on, every way through later steps included.
        ours: the project's hand-written gradient by each weight.
    """

    w: Mapping[str, Tensor]
    x: Tensor
    targets: Tensor
    steps: list[Step]
    dE: Mapping[str | tuple[str, int], Tensor]
    ours: Mapping[str, Tensor]

    @property
    def length(self) -> int:
        """T."""
        return len(self.steps)

    def before(self, t: int) -> Tensor:
        """Return h_{t-1}, (H, N), zero for t = 1."""
        return self.steps[t - 2].h if t > 1 else torch.zeros_like(self.steps[0].h)

    def slope(self) -> Tensor:
        """Return sigma_n' at the output, (1, N)."""
        y = torch.sigmoid(self.w["w_out"] @ self.steps[-1].h)
        return (y - self.targets) * y * (1 - y)

    def delta(self, gate: str, t: int) -> Tensor:
        """Return the derivative by what enters gate z, r or candidate at step t, by definition."""
        value = getattr(self.steps[t - 1], gate)
        inner = 1 - value**2 if gate == "candidate" else value * (1 - value)
        return self.dE[gate, t] * inner


def network(kind: Kind, length: int, number: int) -> Network:
    """Draw a network and differentiate E, with a penalty on the output weights, on its samples."""
    rng = generator("sl1_gru", "printed_gradients", f"{kind.words}, T={length}", number)
    model = GRU(kind.input_size, kind.hidden_size, 1)
    flat = torch.from_numpy(rng.normal(size=model.layout.size))
    x = torch.from_numpy(rng.normal(size=(length, kind.input_size, kind.samples)))
    targets = torch.from_numpy(rng.uniform(size=kind.samples))
    w = {name: value.clone().requires_grad_() for name, value in named(model.layout, flat).items()}
    steps = unroll(w, x)
    for step in steps:
        for value in step:
            value.retain_grad()
    y = torch.sigmoid(w["w_out"] @ steps[-1].h)[0]
    E = (y - targets).square().sum() / 2
    E = E + STRENGTH * SmoothL1(ALPHA).elementwise(w["w_out"]).sum()
    E.backward()
    dE: dict[str | tuple[str, int], Tensor] = {name: _grad(value) for name, value in w.items()}
    for t, step in enumerate(steps, start=1):
        dE |= {(gate, t): _grad(getattr(step, gate)) for gate in Step._fields}
    return Network(
        {name: value.detach() for name, value in w.items()},
        x,
        targets,
        [Step(*(value.detach() for value in step)) for step in steps],
        dE,
        _ours(model, flat, x, targets),
    )


def _grad(value: Tensor) -> Tensor:
    return torch.zeros_like(value) if value.grad is None else value.grad


def _ours(model: GRU, flat: Tensor, x: Tensor, targets: Tensor) -> dict[str, Tensor]:
    terms = Regulariser(SmoothL1(ALPHA), STRENGTH, "out")
    X, aims = x.permute(2, 0, 1).unsqueeze(0), targets.view(1, -1, 1)
    task = Problem(model, SigmoidSquaredError(), X.contiguous(), aims, terms)
    gradient = next(descend(task, Parameters(flat.unsqueeze(0), model.layout), RATE)).gradient
    return {name: gradient[name][0].clone() for name in model.layout.shapes}


def relative_error(found: Tensor, truth: Tensor) -> float:
    """Return the norm of the difference over that of the truth; 0 where both vanish."""
    scale, off = torch.linalg.vector_norm(truth), torch.linalg.vector_norm(found - truth)
    return float(off / scale) if scale > 0 else float(np.where(off > 0, np.inf, 0.0))
