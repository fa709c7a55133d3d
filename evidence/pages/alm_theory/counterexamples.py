r"""Two instances small enough for a sheet of paper that decide how (3.4) and (3.17) must read.

Both have two time steps, an input and an output that are always 0, and one hidden unit. The first
shows that (3.2) fails for either reading of the printed :math:`\delta_1`, the second that (3.17)
can end the inner loop of Algorithm 3.2 while (3.6) is violated.
"""

import math
from dataclasses import dataclass

import numpy as np

from evidence.pages.alm_theory.block_lipschitz import Subproblem
from lib.alm import Options, Penalties, Problem, State, Weights, bcd, lipschitz_constants
from lib.alm.workspace import Workspace

STEPS = 2


def _instance(penalties: Penalties) -> Problem:
    return Problem(np.zeros((STEPS, 1)), np.zeros((STEPS, 1)), penalties)


def _state(w: float, b: float, h: tuple[float, float], u: tuple[float, float]) -> State:
    one, zero = np.ones((1, 1)), np.zeros((1, 1))
    weights = Weights(w * one, zero, np.array([b]), zero, np.zeros(1))
    return State(weights, np.reshape(h, (STEPS, 1)), np.reshape(u, (STEPS, 1)))


@dataclass(frozen=True)
class FirstConstant:
    """The instance for delta_1: a measured quotient of (3.2) beside L1 in three readings.

    Attributes:
        quotient: the quotient of (3.2) for a pair of points of the level set.
        repaired: L1 with delta_0 squared in delta_1, as the proof needs it.
        square: L1 with the square of delta there.
        circular: L1 with delta_2 there, which makes (3.4) an equation for delta_1.
    """

    quotient: float
    repaired: float
    square: float
    circular: float


def first_constant(size: float = 100.0) -> FirstConstant:
    r"""Return the quotient and the constants where W and h are both of one large size K.

    The point has W = K, h = u = (K, 0), and everything else zero. With :math:`\gamma=2/K^4` and
    :math:`\lambda_2=\lambda_3=\lambda_4=\lambda_6=1/K^2` it lies in a level set near 3, while the
    gradient in W, :math:`\gamma h_1(Wh_1-u_2)+2\lambda_2W`, changes with :math:`h_1` at the rate
    :math:`2\gamma K^2`. A large :math:`\lambda_1=\lambda_5` keeps the outputs out of it.
    """
    K = size
    gamma, small, large = 2.0 / K**4, K**-2, 1e4 * K**8
    problem = _instance(Penalties(large, small, small, small, large, small))
    sub = Subproblem.first(problem, 1, gamma)
    s, t = (sub.vector(_state(K, 0.0, (h, 0.0), (K, 0.0))) for h in (K, 0.999 * K))
    r_hat = max(sub.value(s), sub.value(t))
    delta = r_hat
    factor = 2.0 * gamma * math.sqrt(delta / small)
    circular = 0.5 * (factor + math.sqrt(factor**2 + 4.0 * STEPS))
    of_a = 2.0 * math.sqrt(_delta0(delta, gamma, small) ** 2 + 1.0) * math.sqrt(delta / large)
    rest = gamma * math.sqrt(delta / small) + 2.0 / math.sqrt(STEPS) * of_a

    def constant(delta1: float) -> float:
        return math.sqrt(2.0) * max(gamma * delta1, factor * delta1 + rest)

    return FirstConstant(
        quotient=sub.ratio_z(s, t),
        repaired=lipschitz_constants(problem, 1, r_hat, sub.xi, sub.zeta, gamma)[0],
        square=constant(math.sqrt(delta**2 + STEPS)),
        circular=constant(circular),
    )


def _delta0(delta: float, gamma: float, lambda6: float) -> float:
    return math.sqrt(2.0 * delta / gamma) + math.sqrt(delta / lambda6)


@dataclass(frozen=True)
class StopRule:
    """The instance for (3.17): what the solver returns, and what (3.6) asks of it.

    Attributes:
        L1, L2, mu: the constants of the rule.
        sweeps: after how many sweeps the rule ended the inner loop.
        ended_by: the rule that ended it, "step" for (3.17).
        epsilon: the tolerance.
        distance: dist(0, dL) at the point returned; (3.6) asks that it is at most epsilon.
    """

    L1: float
    L2: float
    mu: float
    sweeps: int
    ended_by: str
    epsilon: float
    distance: float

    @property
    def excess(self) -> float:
        """The distance in units of epsilon; above 1 the claim fails."""
        return self.distance / self.epsilon


def stop_rule(beta: float = 1e-4, lambda4: float = 1e-2) -> StopRule:
    r"""Return how the solver ends on an instance whose z and h are optimal from the start.

    The start is the roll-out of b = beta, so h = u = (beta, beta), with the other weights zero.
    The multipliers :math:`\xi=(2\lambda_4\beta,0)` and :math:`\zeta=0` make its z and h minimisers
    of their blocks. With :math:`\mu=L_1`, which does not depend on mu, the first sweep moves u
    alone, and epsilon is the smallest tolerance for which (3.17) accepts that sweep.
    """
    problem = _instance(Penalties(1.0, 1.0, 1.0, lambda4, 1.0, 1.0))
    start = _state(0.0, beta, (beta, beta), (beta, beta))
    xi, zeta, gamma = np.array([[2.0 * lambda4 * beta], [0.0]]), np.zeros((STEPS, 1)), 1.0
    sub = Subproblem(problem, 1, xi, zeta, gamma)
    L1, L2 = lipschitz_constants(problem, 1, sub.value(sub.vector(start)), xi, zeta, gamma)
    mu = max(L1, L2)

    ws = Workspace(problem, 1)
    ws.load(start, xi, zeta, gamma, mu)
    bcd.sweep(ws)
    moved = np.linalg.norm(sub.vector(ws.state()) - sub.vector(start))
    epsilon = float(mu * moved) * (1.0 + 1e-9)
    options = Options(gamma=gamma, mu=mu, epsilon=epsilon)
    inner = bcd.minimise(ws, start, xi, zeta, gamma, epsilon, options)
    return StopRule(
        L1=L1,
        L2=L2,
        mu=mu,
        sweeps=inner.sweeps,
        ended_by=inner.ended_by,
        epsilon=epsilon,
        distance=sub.distance(sub.vector(inner.state)),
    )


def slack(r: int, steps: int, share: float) -> float:
    r"""Return a bound of :math:`\mathrm{dist}^2/(L_1\|\Delta s\|)^2` when mu is a share of L1.

    .. math:: \tfrac12\max\Bigl\{\tfrac2r+c^2+\nu^2,\;\max\{1,\tfrac1r+c^2+\nu^2\}\Bigr\},\qquad
              c=\tfrac1{2r\sqrt T}+\tfrac1{\sqrt{rT}},\quad\nu=\sqrt2\,\mu/L_1 .

    At most 1 means that (3.17) implies (3.6) after all.
    """
    c = 1.0 / (2.0 * r * math.sqrt(steps)) + 1.0 / math.sqrt(r * steps)
    rest = c**2 + 2.0 * share**2
    return 0.5 * max(2.0 / r + rest, 1.0, 1.0 / r + rest)
