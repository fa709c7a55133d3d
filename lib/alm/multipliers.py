r"""Multipliers for a roll-out: the KKT conditions in h and u solved backwards in time.

At a roll-out Theorem 2.3 asks for multipliers with :math:`0\in\nabla R+JC_1^\top\xi
+\partial(\zeta^\top C_2)`. Its blocks h and u determine them from the last step to the first,

.. math:: \zeta_t = \tfrac2T A^\top(y_t-Ah_t-c) + W^\top\xi_{t+1}, \qquad
          \xi_t = s_t\,\zeta_t - 2\lambda_6 u_t,

where :math:`s_t` is the slope of the activation, so that what is left in the weights' blocks is the
gradient of backpropagation through time. At a kink, u = 0, (4.30) and (4.36) leave a choice of
:math:`s_t`: one of the two one-sided slopes where :math:`\zeta_t\ge0`, anything between them where
:math:`\zeta_t<0`.

Wang, Zhang and Chen, arXiv 2402.13687.
"""

import numpy as np

from lib.alm.certificate import rolled_out
from lib.alm.problem import Problem, State, Weights, check_point
from lib.validation import array, positive

KINK_WIDTH = 1e-8
"""The least size up to which u counts as 0; see `lib.alm.certified`."""


def kink_point(problem: Problem, weights: Weights, kink_width: float = 0.0) -> State:
    """Return the roll-out of the weights with every u of size at most `kink_width` put to 0.

    Rounding moves a u that belongs at the kink off it, and with it the slope that counts. The point
    returned misses the constraints by no more than `kink_width` an entry, beyond rounding. For an
    activation without a kink it is the roll-out itself.

    Example:
        >>> alm.kink_point(problem, weights).U.shape
        (3, 2)
    """
    positive("kink_width", kink_width, zero=True)
    _, H, U = rolled_out(problem, weights)
    if problem.activation.kink is not None:
        U[np.abs(U) <= kink_width] = 0.0
    return State(weights, H, U)


def adjoint(
    problem: Problem, state: State, guide: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return multipliers xi and zeta, each (T, r), that solve the KKT conditions in h and u.

    Args:
        problem: the problem.
        state: a roll-out, or a point near one.
        guide: multipliers xi, shape (T, r). At a kink the admissible slope that brings xi closest
            to them is taken; without a guide it is the one that makes xi smallest.

    Raises:
        ValueError: if the guide has a wrong shape or an entry that is not finite.

    Example:
        >>> xi, zeta = alm.adjoint(problem, state)
        >>> xi.shape == zeta.shape == H.shape
        True
    """
    check_point(problem, state)
    weights, H, U = state
    goal = np.zeros_like(U) if guide is None else array("guide", guide, U.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        left = right = problem.activation.slope_at(U)
        if problem.activation.kink is not None:
            right = np.where(U == 0.0, problem.activation.kink[1], left)
        choice = (left != right).any(axis=1)
        zeta = (2.0 / problem.steps) * (problem.Y - H @ weights.A.T - weights.c) @ weights.A
        xi = np.empty_like(U)
        carried, begins = 0.0, set(problem.starts)
        for t in reversed(range(problem.steps)):
            zeta[t] += carried
            chosen = left[t] * zeta[t]
            if choice[t]:
                ends = np.sort([chosen, right[t] * zeta[t]], axis=0)
                nearer = np.where(goal[t] - ends[0] <= ends[1] - goal[t], ends[0], ends[1])
                chosen = np.where(zeta[t] < 0.0, np.clip(goal[t], *ends), nearer)
            xi[t] = chosen - 2.0 * problem.penalties.lambda6 * U[t]
            carried = 0.0 if t in begins else xi[t] @ weights.W
    return xi, zeta
