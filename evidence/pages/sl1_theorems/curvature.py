r"""A bound on the curvature of paper A's error that holds, and the step sizes that follow from it.

Setting: full batch, no biases, one output, targets in [0, 1], the error (15). Every constant below
is a supremum over the real line, so nothing has to be known about a trajectory beforehand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from lib.models import Parameters
from lib.validation import array, count, positive

SLOPE = 4 / 27
r"""Supremum of :math:`|\sigma_n'|`, taken at an output of 2/3 and a target of 0."""

BEND = (39 + 55 * math.sqrt(33)) / 4608
r"""Supremum of :math:`|\sigma_n''|`, taken at an output of :math:`(15 - \sqrt{33})/24`."""

SIGMOID_BEND = 1 / (6 * math.sqrt(3))
r"""Supremum of :math:`|\sigma''|`."""

TANH_BEND = 4 / (3 * math.sqrt(3))
r"""Supremum of :math:`|\tanh''|`."""

PULL = 0.0534668
r"""Above the supremum of :math:`a\,\sigma(a)(1 - \sigma(a))^2` over a > 0."""


@dataclass(frozen=True)
class Norms:
    """Bounds on the weights: the output weights' length and the recurrent blocks' spectral norms.

    Attributes:
        out: of the output weights.
        z: of the update gate's recurrent block.
        r: of the reset gate's.
        h: of the candidate's.
    """

    out: float
    z: float = 0.0
    r: float = 0.0
    h: float = 0.0

    def grown(self, radius: float) -> Norms:
        """Return bounds that hold in the ball of this radius around the weights."""
        return Norms(self.out + radius, self.z + radius, self.r + radius, self.h + radius)


def norms(params: Parameters) -> Norms:
    """Return the norms of the first run's weights."""
    blocks = [torch.linalg.matrix_norm(params[name][0], 2) for name in ("W_zh", "W_rh", "W_hr")]
    return Norms(torch.linalg.vector_norm(params["w_out"][0]).item(), *(b.item() for b in blocks))


def curvature_bound(lengths: np.ndarray, hidden_size: int, within: Norms) -> float:
    r"""Return L with :math:`\lVert \nabla^2 \tilde E(W) \rVert \le L` for the data error.

    With :math:`X_t = |x_t|`, :math:`\omega = |w_{out}|`, spectral norms :math:`\rho` and
    :math:`K(\omega, A, B) = \tfrac12 (\omega B + \sqrt{\omega^2 B^2 + 4 A^2})`, one time step has

    .. math::

        L = \sum_n \bigl( s_2 [H - 1 + \max(1, X^2 \omega^2)] + s_1 K(\omega, X, \beta X^2) \bigr)

    and a sequence :math:`L = \sum_n ( s_2 (H + \omega^2 A_T^2) + s_1 K(\omega, A_T, B_T) )`, where
    :math:`A_t` and :math:`B_t` bound the first and second derivative of :math:`h_t` along unit
    directions of the hidden weights; their recursion is on the book's page on the theorems.

    Args:
        lengths: (N, T) lengths of the inputs of every sample and step.
        hidden_size: H.
        within: bounds on the weights at which L is to hold.

    Raises:
        ValueError: an argument is out of range.
    """
    X, H = array("lengths", lengths, ("N", "T")), count("hidden_size", hidden_size)
    omega = within.out
    A, B = X[:, 0], TANH_BEND * X[:, 0] ** 2
    if X.shape[1] == 1:
        gradient = H - 1 + np.maximum(1, A**2 * omega**2)
    else:
        for x in X.T[1:]:
            A, B = _next(x, H, A, B, within)
        gradient = H + omega**2 * A**2
    K = (omega * B + np.sqrt(omega**2 * B**2 + 4 * A**2)) / 2
    return float(np.sum(BEND * gradient + SLOPE * K))


def _next(
    x: np.ndarray, H: int, A: np.ndarray, B: np.ndarray, within: Norms
) -> tuple[np.ndarray, np.ndarray]:
    c = np.sqrt(H + x**2)
    P, R = c + within.z * A, c + within.r * A
    S = R / 4 + A
    Q = c + within.h * S
    mu = math.sqrt(1 + within.h**2) + within.z / 2 + within.h * within.r / 4
    second = (
        mu * B
        + P * A / 2
        + 2 * SIGMOID_BEND * P**2
        + A
        + P * Q / 2
        + TANH_BEND * Q**2
        + 2 * S
        + within.h * (SIGMOID_BEND * R**2 + A / 2 + R * A / 2)
    )
    return mu * A + c * math.sqrt(5 / 4 + within.h**2 / 16), second


def level_set_bound(
    lengths: np.ndarray, hidden_size: int, error: float, strength: float, alpha: float
) -> float:
    r"""Return L that holds wherever E is at most `error`; every step below 2/L lowers E.

    The penalty keeps :math:`|w_{out}| \le E/\lambda` there, and every recurrent block as short when
    all weights are penalised; with the output weights alone penalised this holds for T = 1 only.

    Args:
        lengths: (N, T) lengths of the inputs.
        hidden_size: H.
        error: E at the start.
        strength: lambda > 0.
        alpha: half-width of the smoothed interval.

    Raises:
        ValueError: an argument is out of range.
    """
    reach = positive("error", error) / positive("strength", strength)
    within = Norms(reach, reach, reach, reach)
    return curvature_bound(lengths, hidden_size, within) + strength / positive("alpha", alpha)


def safe_step(
    lengths: np.ndarray,
    hidden_size: int,
    at: Norms,
    gradient_norm: float,
    stiffness: float,
    share: float = 1.0,
) -> float:
    r"""Return a step size that is sure to lower E from these weights, whatever T and the penalty.

    For any radius r, L(r) holds in the ball of that radius, so every step up to
    :math:`\min(\theta / L(r),\ r / |\nabla E|)`, :math:`0 < \theta < 2`, lowers E by at least
    :math:`\eta (1 - \theta/2) |\nabla E|^2`. The radius taken makes both terms equal.

    Args:
        lengths: (N, T) lengths of the inputs.
        hidden_size: H.
        at: norms of the weights.
        gradient_norm: of E.
        stiffness: lambda / alpha, or 0 without a penalty.
        share: theta; 2 gives the limit of what the bound admits.

    Raises:
        ValueError: the gradient vanishes, or an argument is out of range.
    """
    slope = positive("gradient_norm", gradient_norm)

    def wanted(radius: float) -> float:
        return share / (curvature_bound(lengths, hidden_size, at.grown(radius)) + stiffness)

    low, high = 0.0, slope * wanted(0.0)
    for _ in range(40):
        radius = (low + high) / 2
        low, high = (radius, high) if radius <= slope * wanted(radius) else (low, radius)
    return min(wanted(high), low / slope)


def output_bound(
    samples: int, hidden_size: int, start: float, strength: float, alpha: float, rate: float
) -> float:
    r"""Return a bound on :math:`|w_{out}^k|` for all k: what (A3) assumes holds by itself.

    With :math:`G = (4N/27 + \lambda) \sqrt H`, :math:`c_0 = \sup_a a\,\sigma(a)(1 - \sigma(a))^2`
    and :math:`R = (N c_0 + \lambda H \alpha / 4)/\lambda + \eta G^2/(2\lambda)` it is
    :math:`\max(|w_{out}^0|, R + \eta G)`.

    Args:
        samples: N.
        hidden_size: H.
        start: length of the output weights at the start.
        strength: lambda > 0.
        alpha: half-width of the smoothed interval.
        rate: eta.
    """
    strength = positive("strength", strength)
    G = (SLOPE * samples + strength) * math.sqrt(hidden_size)
    R = (samples * PULL + strength * hidden_size * alpha / 4 + rate * G**2 / 2) / strength
    return max(start, R + rate * G)
