"""The constants of Lemma 3.2, which the stopping rule (3.17) of the inner loop divides by."""

import math

import numpy as np

from lib.alm.problem import Problem


def lipschitz_constants(
    problem: Problem, r: int, r_hat: float, xi: np.ndarray, zeta: np.ndarray, gamma: float
) -> tuple[float, float]:
    r"""Return L1 and L2 of (3.4) on the level set :math:`\{s : L(s,\xi,\zeta,\gamma) \le \hat r\}`.

    :math:`\delta_1` is computed as :math:`\sqrt{r(\delta_0^2 + \|X\|^2 + T)}`, which is what the
    proof's (A.10) and (A.12) give; the formula printed in (3.4) has a different delta in the place
    of :math:`\delta_0`. Everything else is as printed.

    Args:
        problem: data and penalties.
        r: number of hidden units.
        r_hat: value of L at the start of the inner loop.
        xi: multipliers of C1, shape (T, r).
        zeta: multipliers of C2, shape (T, r).
        gamma: penalty parameter.

    Example:
        >>> zero, level = np.zeros_like(H), alm.objective(problem, state)
        >>> L1, L2 = alm.lipschitz_constants(problem, 2, level, zero, zero, gamma=1.0)
        >>> L1 > L2 > 0
        True
    """
    p, T, m = problem.penalties, problem.steps, problem.Y.shape[1]
    norm_xi, norm_zeta = float(np.linalg.norm(xi)), float(np.linalg.norm(zeta))
    delta = r_hat + (norm_xi**2 + norm_zeta**2) / (2.0 * gamma)
    delta0 = math.sqrt(2.0 * delta / gamma) + math.sqrt(delta / p.lambda6) + norm_zeta / gamma
    delta1 = math.sqrt(r * (delta0**2 + float(np.vdot(problem.X, problem.X)) + T))
    delta2 = 2.0 * gamma * delta1 * math.sqrt(r * delta / min(p.lambda2, p.lambda3, p.lambda4))
    delta3 = math.sqrt(r) * norm_xi + gamma * math.sqrt(r * delta / p.lambda6)
    of_a = math.sqrt(m * (delta0**2 + 1.0)) * math.sqrt(delta / min(p.lambda1, p.lambda5))
    largest_y = float(np.linalg.norm(problem.Y, axis=1).max())
    delta4 = 2.0 * math.sqrt(m / T) * (2.0 * of_a + largest_y)
    delta5 = math.sqrt(delta * (T - 1) / p.lambda2) + math.sqrt(T)
    return math.sqrt(2.0) * max(gamma * delta1, delta2 + delta3 + delta4), gamma * delta5
