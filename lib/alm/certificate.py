"""What a point (s, xi, zeta) is worth: objective, feasibility and distance from the KKT conditions.

Nothing here is used to compute an iterate except where the algorithm itself asks for it, so that
the measures judge the solver from outside. All of h, u, xi and zeta are arrays of shape (T, r).

Wang, Zhang and Chen, arXiv 2402.13687, sections 2 and 3 and (4.25)-(4.30), (4.36).
"""

from typing import NamedTuple

import numpy as np

from lib.alm.activations import Activation
from lib.alm.problem import Problem, State, Weights, check_fit, check_point
from lib.alm.rollout import rollout
from lib.validation import positive


def constraints(problem: Problem, state: State) -> tuple[np.ndarray, np.ndarray]:
    """Return C1 = u - Psi(h) w and C2 = h - sigma(u) of (2.4), each of shape (T, r).

    Example:
        >>> [c.shape for c in alm.constraints(problem, state)]
        [(3, 2), (3, 2)]
    """
    check_point(problem, state)
    weights, H, U = state
    C1 = U - problem.X @ weights.V.T - weights.b
    C1[1:] -= problem.linked(H[:-1]) @ weights.W.T
    return C1, H - problem.activation.value(U)


def feasibility(problem: Problem, state: State) -> float:
    """Return the feasibility violation max(||C1||, ||C2||) of section 5.2.

    Example:
        >>> bool(alm.feasibility(problem, state) < 1e-15)  # a roll-out is feasible
        True
    """
    return max(float(np.linalg.norm(C)) for C in constraints(problem, state))


def objective(problem: Problem, state: State) -> float:
    """Return R(s) of (2.6): mean squared error over time plus the penalty (2.5).

    Example:
        >>> R = alm.rollout_objective(problem, weights)
        >>> bool(abs(alm.objective(problem, state) - R) < 1e-12)
        True
    """
    check_point(problem, state)
    weights, H, U = state
    W, V, b, A, c = weights.W, weights.V, weights.b, weights.A, weights.c
    p = problem.penalties
    with np.errstate(over="ignore", invalid="ignore"):
        error = problem.Y - H @ A.T - c
        return float(
            _square(error) / problem.steps
            + p.lambda1 * _square(A)
            + p.lambda2 * _square(W)
            + p.lambda3 * _square(V)
            + p.lambda4 * _square(b)
            + p.lambda5 * _square(c)
            + p.lambda6 * _square(U)
        )


def rollout_objective(problem: Problem, weights: Weights) -> float:
    """Return R at the roll-out of the weights: the objective of the network one would use.

    Example:
        >>> parts = (weights.W, weights.V, weights.b, weights.A, weights.c)
        >>> zero = alm.Weights(*(0 * part for part in parts))
        >>> float(alm.rollout_objective(problem, zero))  # the mean square of the targets
        1.0
    """
    return objective(problem, rolled_out(problem, weights))


def rolled_out(problem: Problem, weights: Weights) -> State:
    """Return the point whose hidden states are those that the weights produce over X."""
    check_fit(problem, weights)
    X, activation, starts = problem.X, problem.activation, problem.starts
    return State(weights, *rollout(weights, X, activation, starts=starts))


def augmented_lagrangian(
    problem: Problem, state: State, xi: np.ndarray, zeta: np.ndarray, gamma: float
) -> float:
    """Return L(s, xi, zeta, gamma) of (3.1).

    Example:
        >>> zero = np.zeros_like(H)
        >>> L = alm.augmented_lagrangian(problem, state, zero, zero, 1.0)
        >>> bool(abs(L - alm.objective(problem, state)) < 1e-12)
        True
    """
    check_point(problem, state, xi, zeta)
    gamma = positive("gamma", gamma)
    C1, C2 = constraints(problem, state)
    return float(
        objective(problem, state)
        + np.vdot(xi, C1)
        + np.vdot(zeta, C2)
        + 0.5 * gamma * (_square(C1) + _square(C2))
    )


def kkt_residual(problem: Problem, state: State, xi: np.ndarray, zeta: np.ndarray) -> float:
    r"""Return the distance of 0 from the stationarity set of Definition 2.2,

    .. math:: \mathrm{dist}\bigl(0,\; \nabla R(s) + J C_1(s)^\top \xi
              + \partial(\zeta^\top C_2(s))\bigr),

    in the Euclidean norm over all blocks, with the limiting subdifferential (4.30) or (4.36) where
    u = 0. By (4.25), at the point and the multipliers after an outer iteration this is also
    dist(0, dL) of the subproblem just solved, the left side of (3.6).

    Example:
        >>> xi, zeta = alm.adjoint(problem, state)
        >>> residual = alm.kkt_residual(problem, state, xi, zeta)
        >>> bool(abs(residual - alm.reduced_gradient(problem, weights)) < 1e-12)
        True
    """
    *blocks, of_u = gradient_blocks(problem, state, xi, zeta)
    blocks.append(distance_in_u(problem.activation, of_u, zeta, state.U))
    return float(np.sqrt(sum(_square(block) for block in blocks)))


def gradient_blocks(
    problem: Problem, state: State, xi: np.ndarray, zeta: np.ndarray
) -> tuple[np.ndarray, ...]:
    r"""Return the gradient of :math:`R+\langle\xi,C_1\rangle+\langle\zeta,C_2\rangle` in W, V, b,
    A, c, h and u, in u without the term :math:`-\zeta\sigma(u)`.

    With :math:`\xi+\gamma C_1` and :math:`\zeta+\gamma C_2` for the multipliers it is that of the
    augmented Lagrangian (3.1), see (4.26) and (4.28).
    """
    check_point(problem, state, xi, zeta)
    weights, H, U = state
    p, scale = problem.penalties, 2.0 / problem.steps
    error = problem.Y - H @ weights.A.T - weights.c
    of_h = zeta - scale * error @ weights.A
    of_h[:-1] -= problem.linked(xi[1:]) @ weights.W
    return (
        2.0 * p.lambda2 * weights.W - xi[1:].T @ problem.linked(H[:-1]),
        2.0 * p.lambda3 * weights.V - xi.T @ problem.X,
        2.0 * p.lambda4 * weights.b - xi.sum(axis=0),
        2.0 * p.lambda1 * weights.A - scale * error.T @ H,
        2.0 * p.lambda5 * weights.c - scale * error.sum(axis=0),
        of_h,
        2.0 * p.lambda6 * U + xi,
    )


def distance_in_u(
    activation: Activation, smooth: np.ndarray, zeta: np.ndarray, U: np.ndarray
) -> np.ndarray:
    """Return elementwise the distance of 0 from smooth + d(-zeta sigma)(u).

    At a kink the subdifferential holds the two one-sided slopes where -zeta sigma is concave
    (zeta >= 0) and everything between them where it is convex (zeta < 0).
    """
    distance = np.abs(smooth - zeta * activation.slope_at(U))
    if activation.kink is not None:
        at_kink = U == 0.0
        smooth, zeta = smooth[at_kink], zeta[at_kink]
        left, right = (smooth - zeta * slope for slope in activation.kink)
        at_ends = np.minimum(np.abs(left), np.abs(right))
        between = (zeta < 0.0) & (left * right <= 0.0)
        distance[at_kink] = np.where(between, 0.0, at_ends)
    return distance


def rollout_gradient(problem: Problem, weights: Weights) -> tuple[float, Weights]:
    """Return R at the roll-out of the weights and its gradient, by backpropagation through time.

    Where some u is exactly 0 the roll-out may not be differentiable there; the slope from the left
    is used, sigma'(0) = 0 for the ReLU.

    Raises:
        ValueError: if the roll-out or its gradient explodes.

    Example:
        >>> R, gradient = alm.rollout_gradient(problem, weights)
        >>> gradient.W.shape == weights.W.shape
        True
    """
    state = rolled_out(problem, weights)
    value, gradient = objective(problem, state), _backpropagated(problem, state)
    if not (np.isfinite(value) and all(np.isfinite(block).all() for block in gradient)):
        raise ValueError(f"the roll-out of the weights or its gradient explodes (R = {value:g})")
    return value, Weights(*gradient)


def reduced_gradient(problem: Problem, weights: Weights) -> float:
    """Return the norm of `rollout_gradient`; infinite when the roll-out explodes.

    Example:
        >>> bool(alm.reduced_gradient(problem, weights) > 0)
        True
    """
    return gradient_norm(problem, rolled_out(problem, weights))


def gradient_norm(problem: Problem, state: State) -> float:
    """Return `reduced_gradient` from the roll-out of the weights."""
    with np.errstate(over="ignore", invalid="ignore"):
        norm = float(np.sqrt(sum(_square(block) for block in _backpropagated(problem, state))))
    return norm if np.isfinite(norm) and np.isfinite(objective(problem, state)) else float("inf")


def _backpropagated(problem: Problem, state: State) -> tuple[np.ndarray, ...]:
    """Return the gradient of R in W, V, b, A and c from a roll-out, backwards in time."""
    weights, H, U = state
    p, scale = problem.penalties, 2.0 / problem.steps
    with np.errstate(over="ignore", invalid="ignore"):
        error = problem.Y - H @ weights.A.T - weights.c
        delta = -scale * error @ weights.A
        slope, of_penalty = problem.activation.slope_at(U), 2.0 * p.lambda6 * U
        ends, carried = set(problem.ends), np.empty(weights.hidden_size)
        steps = zip(
            range(problem.steps)[::-1], delta[::-1], slope[::-1], of_penalty[::-1], strict=True
        )
        for t, of_u, slopes, penalty in steps:
            if t not in ends:
                of_u += carried
            of_u *= slopes
            of_u += penalty
            np.dot(of_u, weights.W, out=carried)
        return (
            delta[1:].T @ problem.linked(H[:-1]) + 2.0 * p.lambda2 * weights.W,
            delta.T @ problem.X + 2.0 * p.lambda3 * weights.V,
            delta.sum(axis=0) + 2.0 * p.lambda4 * weights.b,
            -scale * error.T @ H + 2.0 * p.lambda1 * weights.A,
            -scale * error.sum(axis=0) + 2.0 * p.lambda5 * weights.c,
        )


class Measures(NamedTuple):
    """The numbers that a certificate claims of one point.

    Attributes:
        objective: R of (2.6).
        feasibility: feasibility violation of section 5.2.
        kkt_residual: distance from the KKT conditions of Theorem 2.3 with the point's multipliers.
        kinks: entries of u that are exactly 0, where the activation has a kink there.
        smallest_u: the smallest size of the other entries; 0 when there are no others. While no
            entry moves by as much, none of them crosses 0.
    """

    objective: float
    feasibility: float
    kkt_residual: float
    kinks: int
    smallest_u: float


def measure(problem: Problem, state: State, xi: np.ndarray, zeta: np.ndarray) -> Measures:
    """Return the certified numbers of a point with its multipliers.

    Example:
        >>> measures = alm.measure(problem, state, *alm.adjoint(problem, state))
        >>> bool(measures.feasibility < 1e-15)
        True
    """
    check_point(problem, state, xi, zeta)
    at_kink = (state.U == 0.0) & (problem.activation.kink is not None)
    others = np.abs(state.U[~at_kink])
    return Measures(
        objective=objective(problem, state),
        feasibility=feasibility(problem, state),
        kkt_residual=kkt_residual(problem, state, xi, zeta),
        kinks=int(np.count_nonzero(at_kink)),
        smallest_u=float(others.min()) if others.size else 0.0,
    )


def _square(value: np.ndarray) -> float:
    return np.vdot(value, value)
