"""Paper A, the repaired theorems: bounds on curvature and step size, tried on random problems.

A problem draws 1 to 100 samples, 1 to 3 inputs, 1 to 5 hidden units, inputs and weights of a size
from [0.1, 10], targets from [0, 1], lambda from [1e-4, 1] and alpha from [1e-3, 0.1]; samples,
sizes, lambda and alpha evenly on a log scale. Half of the problems penalise the output weights,
half all weights. A valid bound may be violated by none of them. For T = 1 the same problems also
take the step that (A2) admits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome
from evidence.pages.sl1_theorems.counterexamples import evaluate
from evidence.pages.sl1_theorems.curvature import (
    curvature_bound,
    level_set_bound,
    norms,
    output_bound,
    safe_step,
)
from evidence.papers.gru_equations import data_error, named
from evidence.papers.step_condition import admitted, step_condition
from lib.models import GRU, Parameters
from lib.penalties import Regulariser, SmoothL1
from lib.randomness import generator
from lib.training import Problem, SigmoidSquaredError, State, descend
from lib.training.trace import RISE_TOLERANCE

RATIO = 2**0.25
"""Step sizes along one gradient are tried in this ratio."""

REACH = 120
"""So many of them, upwards from half of the guaranteed one: nine decades."""

BIG_STEP = 1.0
"""The step size with which the output weights are followed: far beyond what is monotone."""


@dataclass(frozen=True)
class StepBounds(Config):
    """Random problems with sequences of one length."""

    length: int
    problems: int = 200
    steps: int = 20

    labelled = "t{length}"
    reads = ()
    deviations = ("Not in the paper: random problems on which the repaired bounds are tried.",)
    rows = (
        columns(str, "mode")
        | columns(bool, "fall_kept")
        | columns(bool, "admitted_rises", part=True)
        | columns(int, "number")
        | columns(int, "adaptive_rises", within=0.0001)
        | columns(int, "level_rises", within=0.0001, part=True)
        | columns(
            float, "bound | curvature | output_bound | output_norm | safe_step", within=0.0001
        )
        | columns(
            float,
            "level_step | admitted | fall_ratio | promised_ratio",
            within=0.0001,
            part=True,
        )
        | columns(float, "measured_step", within=0.0001, none=True)
    )


PROFILES: Mapping[str, tuple[StepBounds, ...]] = {
    "quick": tuple(StepBounds(length, problems=8, steps=5) for length in (1, 2, 4)),
    "paper": tuple(StepBounds(length) for length in (1, 2, 3, 4)),
}


@dataclass(frozen=True, eq=False)
class Drawn:
    """One random problem with its weights and what its bounds need."""

    task: Problem
    start: Parameters
    lengths: np.ndarray
    strength: float
    alpha: float
    mode: str

    @property
    def hidden_size(self) -> int:
        """H."""
        return self.task.model.hidden_size


def draw(length: int, number: int) -> Drawn:
    """Return random problem `number` of a length T."""
    rng = generator("sl1_gru", "step_bounds", f"T={length}", number)
    n, H = int(rng.integers(1, 4)), int(rng.integers(1, 6))
    N = int(10 ** rng.uniform(0, 2))
    X = torch.from_numpy(rng.normal(size=(1, N, length, n)) * 10 ** rng.uniform(-1, 1))
    targets = torch.from_numpy(rng.uniform(size=(1, N, 1)))
    strength, alpha = 10 ** rng.uniform(-4, 0), 10 ** rng.uniform(-3, -1)
    mode = ("out", "all")[number % 2]
    model = GRU(n, H, 1)
    weights = rng.normal(size=(1, model.layout.size)) * 10 ** rng.uniform(-1, 1)
    terms = Regulariser(SmoothL1(alpha), strength, mode)
    task = Problem(model, SigmoidSquaredError(), X, targets, terms)
    lengths = torch.linalg.vector_norm(X[0], dim=2).numpy()
    start = Parameters(torch.from_numpy(weights), model.layout)
    return Drawn(task, start, lengths, strength, alpha, mode)


def run(config: StepBounds) -> Outcome:
    """Try every bound on every problem; a row per problem."""
    return Outcome([_row(config, number) for number in range(config.problems)])


def _row(config: StepBounds, number: int) -> dict:
    drawn = draw(config.length, number)
    H, stiffness = drawn.hidden_size, drawn.strength / drawn.alpha
    within = norms(drawn.start)
    state = evaluate(drawn.task, drawn.start)
    E, slope = state.error.item(), torch.linalg.vector_norm(state.gradient.flat).item()
    safe = safe_step(drawn.lengths, H, within, slope, stiffness)
    longest = safe_step(drawn.lengths, H, within, slope, stiffness, 2.0)
    fall = E - _along(drawn, state, [safe])[0]
    row = {
        "number": number,
        "mode": drawn.mode,
        "curvature": _curvature(drawn),
        "bound": curvature_bound(drawn.lengths, H, within),
        "safe_step": longest,
        "measured_step": _measured(drawn, state, longest),
        "fall_kept": bool(fall >= safe * slope**2 / 2 - RISE_TOLERANCE * E),
        "adaptive_rises": _rises(_adaptive(drawn, config.steps)),
        **_followed(drawn, config.steps),
    }
    if drawn.mode == "all" or config.length == 1:
        level = level_set_bound(drawn.lengths, H, E, drawn.strength, drawn.alpha)
        row["level_step"] = 2 / level
        path = (s.error.item() for s in descend(drawn.task, drawn.start, 1 / level))
        row["level_rises"] = _rises(islice(path, config.steps + 1))
    if config.length == 1:
        row |= _promised(drawn, state, slope, within.out, longest)
    return row


def _along(drawn: Drawn, state: State, rates: list[float]) -> np.ndarray:
    """Return E after one step of each size along the gradient."""
    moves = torch.tensor(rates, dtype=torch.float64).unsqueeze(1) * state.gradient.flat
    params = Parameters(drawn.start.flat - moves, drawn.start.layout)
    return evaluate(drawn.task, params).error.numpy()


def _measured(drawn: Drawn, state: State, longest: float) -> float | None:
    """Return the largest tried step below which none raises E; None when no step does."""
    rates = longest / 2 * RATIO ** np.arange(REACH)
    up = _along(drawn, state, rates.tolist()) > state.error.item() * (1 + RISE_TOLERANCE)
    return float(rates[max(int(up.argmax()) - 1, 0)]) if up.any() else None


def _curvature(drawn: Drawn) -> float:
    """Return the spectral norm of the data error's Hessian, by automatic differentiation."""
    layout, x = drawn.start.layout, drawn.task.X[0].permute(1, 2, 0)
    targets = drawn.task.targets[0, :, 0]

    def error(flat: torch.Tensor) -> torch.Tensor:
        return data_error(named(layout, flat), x, targets)

    hessian = torch.func.hessian(error)(drawn.start.flat[0])
    return torch.linalg.matrix_norm(hessian, 2).item()


def _adaptive(drawn: Drawn, steps: int) -> Iterator[float]:
    """Yield E along gradient descent with a new safe step at every iterate."""
    params, stiffness = drawn.start, drawn.strength / drawn.alpha
    for _ in range(steps + 1):
        state = evaluate(drawn.task, params)
        yield state.error.item()
        slope = torch.linalg.vector_norm(state.gradient.flat).item()
        if slope == 0:
            return
        rate = safe_step(drawn.lengths, drawn.hidden_size, norms(params), slope, stiffness)
        params = Parameters(params.flat - rate * state.gradient.flat, params.layout)


def _rises(errors: Iterator[float]) -> int:
    E = np.array(list(errors))
    return int(np.count_nonzero(E[1:] > E[:-1] * (1 + RISE_TOLERANCE)))


def _followed(drawn: Drawn, steps: int) -> dict:
    """Follow the output weights with a step far too large, for the bound that replaces (A3)."""
    states = islice(descend(drawn.task, drawn.start, BIG_STEP), steps + 1)
    sizes = [torch.linalg.vector_norm(s.params["w_out"]).item() for s in states]
    shape = (drawn.task.X.shape[1], drawn.hidden_size)
    bound = output_bound(*shape, sizes[0], drawn.strength, drawn.alpha, BIG_STEP)
    return {"output_norm": max(sizes), "output_bound": bound}


def _promised(drawn: Drawn, state: State, slope: float, D2: float, longest: float) -> dict:
    """Compare (A2) and (A30) with what happens, for T = 1, where D0 is the longest input.

    The step for (A30) is a hundredth of the guaranteed one, or of (A2)'s if that is less: there
    the fall is eta |grad E|^2 up to one part in a hundred. Both readings of D0 and D1 are tried and
    the smaller promise is taken.
    """
    N, size = drawn.task.X.shape[1], float(drawn.lengths.max())
    allowed = admitted(N, size, D2, drawn.strength, drawn.alpha)
    E = state.error.item()
    small = min(longest, allowed) / 100
    after, little = _along(drawn, state, [0.99 * allowed, small])
    promises = []
    for letters in ((size, 1.0), (1.0, size)):
        c = step_condition(N, D2, drawn.strength, drawn.alpha, *letters)
        promises.append(1 + c.D4 - small * (drawn.strength / drawn.alpha / 2 + 2 * c.D4 + c.D5))
    return {
        "admitted": allowed,
        "admitted_rises": bool(after > E * (1 + RISE_TOLERANCE)),
        "fall_ratio": (E - little) / (small * slope**2),
        "promised_ratio": min(promises),
    }
