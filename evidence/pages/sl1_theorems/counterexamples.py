"""Problems built by hand that show what Theorems 1 to 3 of paper A cannot say."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch

from evidence.pages.sl1_theorems.curvature import level_set_bound
from evidence.papers.step_condition import admitted
from lib.models import GRU, Parameters
from lib.penalties import Regulariser, SmoothL1
from lib.training import Problem, SigmoidSquaredError, State, descend

STRENGTH, ALPHA = 5e-4, 1e-2
"""Table 2's lambda and alpha."""


def problem(
    x: Sequence[float], target: float, samples: int, strength: float, alpha: float, mode: str
) -> Problem:
    """Return the problem of one hidden unit and N copies of one sequence of numbers."""
    X = torch.tensor(x, dtype=torch.float64).view(1, 1, -1, 1).expand(1, samples, -1, 1)
    targets = torch.full((1, samples, 1), target, dtype=torch.float64)
    terms = Regulariser(SmoothL1(alpha), strength, mode)
    return Problem(GRU(1, 1, 1), SigmoidSquaredError(), X, targets, terms)


def evaluate(task: Problem, params: Parameters) -> State:
    """Return E and its gradient at these weights."""
    return next(descend(task, params, 1.0))


@dataclass(frozen=True)
class Jump:
    """One step of gradient descent: its size, what (A2) admits, and E on both sides."""

    rate: float
    bound: float
    before: float
    after: float


def unseen_curvature(rates: Sequence[float]) -> list[Jump]:
    r"""Return for each step size a problem that (A2) treats alike and on which E jumps up.

    One sample of two steps, x = (1, 1), target .6, one hidden unit, output weight 4, the
    candidate's recurrent weight 80/eta, all other weights zero. The state is zero, so E does not
    depend on the recurrent weight and neither does any constant of (A2); the gradient by the
    candidate's input weight grows with it like 1/eta, so that every step moves this weight by one.
    """
    found = []
    for rate in rates:
        task = problem([1.0, 1.0], 0.6, 1, STRENGTH, ALPHA, "out")
        start = task.model.zeros()
        start["w_out"].fill_(4.0)
        start["W_hr"].fill_(80 / rate)
        before, after = (s.error.item() for s in islice(descend(task, start, rate), 2))
        found.append(Jump(rate, admitted(1, 1.0, 4.0, STRENGTH, ALPHA), before, after))
    return found


@dataclass(frozen=True)
class Path:
    """Gradient descent with one penalty mode, recorded at iterations spaced like powers.

    Attributes:
        mode: what is penalised.
        rate: the step size, 1/L.
        iteration: (K,).
        error: (K,), E.
        gradient_norm: (K,).
        weight_norm: (K,), of all weights.
        output_weight: (K,), its size.
        rises: how often E rose in all steps.
        ceiling: the error below which no critical point exists when the output alone is penalised.
    """

    mode: str
    rate: float
    iteration: np.ndarray
    error: np.ndarray
    gradient_norm: np.ndarray
    weight_norm: np.ndarray
    output_weight: np.ndarray
    rises: int
    ceiling: float


DRIFT = {"samples": 10, "target": 0.9, "strength": 0.2, "alpha": 0.01}


def drift(mode: str, steps: int) -> Path:
    r"""Follow gradient descent on ten copies of x = 1 with target .9 from weights of one.

    With the output weight alone penalised every critical point has :math:`w_{out} = 0`, hence an
    error of at least :math:`\tfrac N2 (t - \tfrac12)^2 + \tfrac12 \lambda \alpha`. A monotone
    iteration that starts below cannot come back to it, so no bounded subsequence exists. The step
    is 1/L with L of `level_set_bound`.

    Args:
        mode: ``"out"`` or ``"all"``.
        steps: number of steps.
    """
    N, t, strength, alpha = DRIFT.values()
    task = problem([1.0], t, N, strength, alpha, mode)
    start = task.model.zeros()
    for name in ("w_out", "W_zx", "W_hx"):
        start[name].fill_(1.0)
    first = evaluate(task, start).error.item()
    rate = 1 / level_set_bound(np.ones((N, 1)), 1, first, strength, alpha)
    kept = set(np.unique(np.geomspace(1, steps, 60).astype(int)).tolist()) | {0}
    rows, rises, last = [], 0, first
    for state in islice(descend(task, start, rate), steps + 1):
        error = state.error.item()
        rises += error > last * (1 + 1e-13)
        last = error
        if state.iteration in kept:
            gradient = torch.linalg.vector_norm(state.gradient.flat)
            weights = torch.linalg.vector_norm(state.params.flat)
            size = abs(state.params["w_out"].item())
            rows.append((state.iteration, error, gradient.item(), weights.item(), size))
    columns = (np.array(column) for column in zip(*rows, strict=True))
    return Path(mode, rate, *columns, rises, N * (t - 0.5) ** 2 / 2 + strength * alpha / 2)
