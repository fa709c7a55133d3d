r"""The certificate of a trained network: what is claimed of it, and of where the solver stopped.

The certificate speaks of up to two points, which are not the same:

``rollout``
    The network as one uses it: the hidden states that the weights produce over X. Every roll-out is
    feasible to rounding; the KKT residual says whether it is stationary. At a kink the gradient of
    backpropagation depends on how u = 0 was rounded, so every :math:`|u|\le` ``kink_width`` is put
    to 0 first (see `lib.alm.multipliers`), and feasibility violation, residual, kinks and the
    smallest u are those of this point; the objective is the roll-out's own. Its multipliers are the
    adjoint, for one admissible choice of slopes at the kinks; other multipliers may give a smaller
    residual, so that it is an upper bound. Without kinks it is the norm of the gradient of R as a
    function of the weights, which is zero exactly at the KKT points.

``iterate``
    Where the solver stopped, :math:`s^k=(z,h,u)` with its multipliers :math:`\xi^k,\zeta^k`. Its
    h and u need not be what the weights produce; the feasibility violation says how far off they
    are. A network that was not trained by the ALM has no iterate.

Wang, Zhang and Chen, arXiv 2402.13687, Theorem 2.3 and (4.30).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lib.alm.activations import Activation
from lib.alm.certificate import Measures, measure, rollout_objective
from lib.alm.multipliers import KINK_WIDTH, adjoint, kink_point
from lib.alm.problem import Penalties, Problem, State, Weights, check_fit, read_only
from lib.validation import array, instance, positive


class Trained(Protocol):
    """A network with h, u and its multipliers, each of shape (T, r), and what was measured there.

    A result, a snapshot and a polished network are such; `row` holds at least ``objective`` and
    ``kkt_residual``.
    """

    weights: Weights
    H: np.ndarray
    U: np.ndarray
    xi: np.ndarray
    zeta: np.ndarray
    row: Mapping[str, object]


@dataclass(frozen=True, eq=False)
class Certified:
    """A point with its multipliers, each array of shape (T, r), and what is claimed of it.

    H and U are None for a roll-out, whose hidden states follow from the weights.
    """

    H: np.ndarray | None
    U: np.ndarray | None
    xi: np.ndarray
    zeta: np.ndarray
    measures: Measures


@dataclass(frozen=True, eq=False)
class CertifiedNetwork:
    """A trained network with the data's checksums and its certificate.

    Attributes:
        weights, penalties, activation: the network and the terms of its problem.
        kink_width: size up to which a u of the roll-out was put to 0.
        checksums: SHA-256 of X and of Y.
        rollout: the network's own certificate.
        iterate: the certificate of the solver's last point, if the ALM trained the network.
        starts: the rows at which a series begins, see `Problem`.
    """

    weights: Weights
    penalties: Penalties
    activation: Activation
    kink_width: float
    checksums: tuple[str, str]
    rollout: Certified
    iterate: Certified | None
    starts: tuple[int, ...] = (0,)

    def problem(self, X: np.ndarray, Y: np.ndarray) -> Problem:
        """Return the problem (2.6) that the certificate belongs to.

        Raises:
            ValueError: if X or Y is not what the network was certified on.
        """
        problem = Problem(X, Y, self.penalties, self.activation, self.starts)
        for name, wanted in zip("XY", self.checksums, strict=True):
            found = checksum(getattr(problem, name))
            if found != wanted:
                raise ValueError(
                    f"{name} is not what the network was certified on: its SHA-256 begins with "
                    f"{found[:12]}, the certificate's with {wanted[:12]}"
                )
        return problem


def checksum(value: np.ndarray) -> str:
    """Return the SHA-256 of an array's shape and of its entries as little-endian float64."""
    data = np.asarray(value, dtype="<f8", order="C")
    return hashlib.sha256(f"{data.shape}".encode() + data.tobytes()).hexdigest()


def certify(
    problem: Problem,
    trained: Trained | Weights,
    kink_width: float = KINK_WIDTH,
) -> CertifiedNetwork:
    """Return a trained network with the certificate of its roll-out and, if any, of its iterate.

    Args:
        problem: the problem that the network was trained on.
        trained: what the solver or the polish returned or a callback saw, or the weights alone.
        kink_width: size up to which a u of the roll-out counts as 0; the feasibility violation
            claimed shows what that costs.

    Raises:
        ValueError: if the network or its iterate does not fit the problem, is not finite, was
            trained on another problem, is a certificate itself, or its roll-out explodes.

    Example:
        >>> network = alm.certify(problem, weights)
        >>> type(network).__name__
        'CertifiedNetwork'
    """
    if isinstance(trained, CertifiedNetwork):
        raise ValueError(
            "the network is certified already: give what the solver returned, or its weights"
        )
    instance("problem", problem, Problem, "a Problem of lib.alm")
    weights = trained if isinstance(trained, Weights) else getattr(trained, "weights", None)
    instance("trained", weights, Weights, "what the solver returned, or its Weights")
    check_fit(problem, weights)
    kink_width = positive("kink_width", kink_width, zero=True)
    iterate = None if trained is weights else _iterate(problem, trained)
    value = rollout_objective(problem, weights)
    if not np.isfinite(value):
        raise ValueError(f"the roll-out of the weights explodes, R = {value}: nothing to certify")
    state = kink_point(problem, weights, kink_width)
    xi, zeta = adjoint(problem, state, None if iterate is None else iterate.xi)
    if not (np.isfinite(xi).all() and np.isfinite(zeta).all()):
        raise ValueError("the adjoint of the roll-out explodes: nothing to certify")
    measures = measure(problem, state, xi, zeta)._replace(objective=value)
    return CertifiedNetwork(
        weights=weights,
        penalties=problem.penalties,
        activation=problem.activation,
        kink_width=kink_width,
        checksums=(checksum(problem.X), checksum(problem.Y)),
        rollout=Certified(None, None, read_only(xi), read_only(zeta), measures),
        iterate=iterate,
        starts=problem.starts,
    )


def _iterate(problem: Problem, trained: Trained) -> Certified:
    shape = problem.steps, trained.weights.hidden_size
    arrays = [
        read_only(array(name, getattr(trained, name), shape)) for name in ("H", "U", "xi", "zeta")
    ]
    H, U, xi, zeta = arrays
    measures = measure(problem, State(trained.weights, H, U), xi, zeta)
    for name in ("objective", "kkt_residual"):
        found, wanted = getattr(measures, name), float(trained.row[name])
        if not np.isclose(found, wanted, rtol=1e-9, atol=1e-12):
            raise ValueError(
                f"the network was trained on another problem: its {name} is {found:.6g} here, "
                f"{wanted:.6g} in its trace"
            )
    return Certified(*arrays, measures)
