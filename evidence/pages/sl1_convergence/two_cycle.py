"""A problem on which gradient descent satisfies (A2) and alternates between two points for ever."""

from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch

from evidence.papers.step_condition import step_condition
from lib.models import GRU
from lib.penalties import Regulariser, SmoothL1
from lib.training import Problem, SigmoidSquaredError, descend

SAMPLES, STRENGTH, ALPHA, RATE, START = 100, 1.0, 0.01, 0.1, 0.02


@dataclass(frozen=True)
class TwoCycle:
    """What the iteration does.

    Attributes:
        weight: (K,), the output weight, the only one that is not zero.
        error: (K,), E.
        gradient_norm: (K,).
        rate: the step size.
        bound: what (A2) admits at the largest weight of the cycle.
        stable: the longest step that the penalty's parabola allows, 2 alpha / lambda.
        D6: the factor of the squared gradient in (A31).
    """

    weight: np.ndarray
    error: np.ndarray
    gradient_norm: np.ndarray
    rate: float
    bound: float
    stable: float
    D6: float


def two_cycle(steps: int = 12) -> TwoCycle:
    r"""Run gradient descent on a problem whose iterates can be followed by hand.

    One hidden unit, one step of time, N copies of x = 1 with target 1/2, hidden weights zero. Then
    h = 0 and the output is 1/2 = t whatever the output weight w is, so every gradient of the data
    error vanishes and w follows the penalty alone: with lambda = 1, alpha = 1/100 and eta = 1/10
    it goes from 1/50 to 1/50 - 1/10 = -2/25 and back, for both lie where
    :math:`\varphi' = \pm 1`. E alternates between .02 and .08, lambda times the size of w, and the
    gradient's norm is 1 for ever.
    """
    model = GRU(input_size=1, hidden_size=1, output_size=1)
    start = model.zeros(runs=1)
    start["w_out"].fill_(START)
    problem = Problem(
        model,
        SigmoidSquaredError(),
        X=torch.ones(1, SAMPLES, 1, 1, dtype=torch.float64),
        targets=torch.full((1, SAMPLES, 1), 0.5, dtype=torch.float64),
        regularisers=Regulariser(SmoothL1(ALPHA), STRENGTH, "out"),
    )
    states = [
        (s.params["w_out"].item(), s.error.item(), torch.linalg.vector_norm(s.gradient.flat).item())
        for s in islice(descend(problem, start, RATE), steps + 1)
    ]
    weight, error, gradient_norm = (np.array(values) for values in zip(*states, strict=True))
    condition = step_condition(SAMPLES, np.abs(weight).max(), STRENGTH, ALPHA)
    D4, D5 = condition.D4, condition.D5
    D6 = RATE * (1 + D4 - RATE * (STRENGTH / ALPHA / 2 + 2 * D4 + D5))
    return TwoCycle(weight, error, gradient_norm, RATE, condition.bound, 2 * ALPHA / STRENGTH, D6)
