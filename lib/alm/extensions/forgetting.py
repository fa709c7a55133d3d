r"""The ALM with a memory that does not grow with the series: one window at a time, then forgotten.

Divided by T, the sums of Lemma 3.1 are means over time, and with :math:`\kappa=\gamma T` the
augmented Lagrangian is a mean over time plus the penalties on the weights. Here the means are
exponential ones over windows of B steps. In step k = 1, 2, ... a window is rolled out from the
hidden state where the last one ended; its h and u are moved by a few sweeps of (3.18) and (3.16)
with the weights as they are and multipliers of zero; and

.. math:: S \leftarrow (1-\eta_k)\,S + \eta_k\,\frac1B\sum_{t\in\text{window}}
              s(h_{t-1},h_t,u_t,x_t,y_t), \qquad \eta_k = k^{-p},

after which z is the minimiser for the means S. Then h and u are dropped. Nothing makes R or L fall,
and with multipliers of zero a fixed point is one of the penalty method with weight kappa, not of R.
The penalty on u counts as in a problem of one window, B/T of its part in R.

O. Cappé, E. Moulines, On-line expectation-maximization algorithm for latent data models, Journal of
the Royal Statistical Society B 71 (2009), do the same to EM.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count as numbers
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from lib.alm import bcd
from lib.alm.activations import Activation, ReLU
from lib.alm.extensions.acceleration import accelerated
from lib.alm.extensions.windows import Windows
from lib.alm.problem import Penalties, Problem, Weights, check_fit
from lib.alm.rollout import rollout
from lib.alm.workspace import BreakdownError, Workspace, diagonal, solve
from lib.validation import as_number, count, instance, positive

EXPLODED = 1e100
"""No larger hidden state is used: its square would soon leave the floating-point numbers."""


@dataclass(frozen=True, kw_only=True)
class Forgetting:
    r"""Parameters of the method that forgets.

    Attributes:
        length: time steps of a window, B, at least 3.
        kappa: penalty on the constraints per time step, gamma T.
        sweeps: over h and u of a window.
        power: p in :math:`\eta_k=k^{-p}`, in (1/2, 1]; 1 forgets nothing.

    Raises:
        ValueError: if a value is outside the range named above.
    """

    length: int
    kappa: float
    sweeps: int = 5
    power: float = 0.6

    def __post_init__(self):
        count("length of a window", self.length, least=3)
        count("sweeps", self.sweeps)
        positive("kappa", self.kappa)
        if not 0.5 < as_number(self.power) <= 1.0:
            raise ValueError(f"power must lie in (1/2, 1], got {self.power!r}")

    @classmethod
    def scaled(cls, Y: ArrayLike, length: int, scale: float = 1.0, **changes: object) -> Self:
        """Return parameters whose kappa is `scale` times the first one of `accelerated`.

        Raises:
            ValueError: as `accelerated`, or a parameter is out of range.
        """
        kappa = positive("scale", scale) * accelerated(Y).gamma * len(Y)
        return cls(length=length, kappa=kappa, **changes)


class Pass(NamedTuple):
    """The network after so many passes over the series, and the CPU seconds of all of them."""

    number: int
    weights: Weights
    seconds: float


def forget(
    X: ArrayLike,
    Y: ArrayLike,
    weights: Weights,
    penalties: Penalties,
    chosen: Forgetting,
    activation: Activation | None = None,
) -> Iterator[Pass]:
    """Yield the network after 0, 1, 2, ... passes over the series, in order of time.

    Args:
        X: inputs, shape (T, n).
        Y: targets, shape (T, m).
        weights: where to begin.
        penalties: the lambdas of (2.5).
        chosen: the method's parameters.
        activation: the hidden activation, ReLU unless given.

    Raises:
        ValueError: as `Problem`, or the weights or the windows do not fit the series. At once.
        BreakdownError: while iterating, if the roll-out of a window explodes.

    Example:
        >>> import numpy as np
        >>> from lib import alm
        >>> X = np.sin(np.arange(12.0))[:, None]
        >>> Y = np.roll(X, -1)
        >>> start = alm.initial_weights("glorot", np.random.default_rng(0), 3, 1, 1)
        >>> penalties = alm.Penalties.from_tau(0.1, 3, 1, 1)
        >>> settings = alm.Forgetting.scaled(Y, length=4)
        >>> passes = alm.forget(X, Y, start, penalties, settings)
        >>> [next(passes).number for _ in range(3)]
        [0, 1, 2]
    """
    instance("chosen", chosen, Forgetting, "a Forgetting of lib.alm")
    problem = Problem(X, Y, penalties, ReLU() if activation is None else activation)
    check_fit(problem, weights)
    return _passes(problem, weights, chosen, Windows(length=chosen.length).cut(problem.steps))


def _passes(
    problem: Problem, weights: Weights, chosen: Forgetting, parts: list[slice]
) -> Iterator[Pass]:
    r, n, m = weights.hidden_size, weights.input_size, weights.output_size
    means = _Means(problem.penalties, (r, n, m), chosen.kappa)
    workspaces: dict[int, Workspace] = {}
    seconds = 0.0
    yield Pass(0, weights, seconds)
    for number in numbers(1):
        begun = time.process_time()
        before = np.zeros(r)
        for k, window in enumerate(parts, start=1 + (number - 1) * len(parts)):
            X, Y = problem.X[window], problem.Y[window]
            if len(X) not in workspaces:
                own = Problem(X, Y, problem.penalties, problem.activation)
                workspaces[len(X)] = Workspace(own, r)
            ws = workspaces[len(X)]
            H, U = rollout(weights, X, problem.activation, before)
            if not np.abs(H).max() <= EXPLODED:
                raise BreakdownError(
                    f"the roll-out of a window explodes in pass {number}; raise kappa or take "
                    f"longer windows"
                )
            _load(ws, X, Y, weights, before, H, U, chosen.kappa)
            for _ in range(chosen.sweeps):
                bcd.update_h(ws)
                bcd.update_u(ws)
            means.take(ws, Y, k**-chosen.power)
            weights = means.minimiser()
            before = H[-1]
        seconds += time.process_time() - begun
        yield Pass(number, weights, seconds)


def _load(
    ws: Workspace,
    X: np.ndarray,
    Y: np.ndarray,
    weights: Weights,
    before: np.ndarray,
    H: np.ndarray,
    U: np.ndarray,
    kappa: float,
) -> None:
    """Set a window's point; its rows [x_t, 1] change with every step, so none are whitened."""
    ws.gamma, ws.mu = kappa / len(X), 0.0
    ws.X_white = np.column_stack([X, np.ones(len(X))])
    ws.Y1[:, :-1] = Y
    ws.W_T[:] = weights.W.T
    ws.v[:-1], ws.v[-1] = weights.V.T, weights.b
    ws.a[:-1], ws.a[-1] = weights.A.T, weights.c
    ws.H[0] = ws.H_old[0] = before
    ws.H[1:], ws.U[:] = H, U
    ws.xi[:] = ws.zeta[:] = 0.0


class _Means:
    """Exponential means over time of the products on which the weights depend."""

    def __init__(self, penalties: Penalties, sizes: tuple[int, int, int], kappa: float) -> None:
        r, n, m = sizes
        p = penalties
        self.kappa = kappa
        self.of_w = (2.0 / kappa) * np.repeat([p.lambda2, p.lambda3, p.lambda4], [r, n, 1])
        self.of_a = np.repeat([p.lambda1, p.lambda5], [r, 1])
        self.gram_w, self.target_w = np.zeros((r + n + 1, r + n + 1)), np.zeros((r + n + 1, r))
        self.gram_a, self.target_a = np.zeros((r + 1, r + 1)), np.zeros((r + 1, m))

    def take(self, ws: Workspace, Y: np.ndarray, share: float) -> None:
        """Give a window's mean this share."""
        inputs = np.hstack([ws.past, ws.X_white])
        states = np.column_stack([ws.H[1:], np.ones(len(Y))])
        for mean, left, right in (
            (self.gram_w, inputs, inputs),
            (self.target_w, inputs, ws.U),
            (self.gram_a, states, states),
            (self.target_a, states, Y),
        ):
            mean *= 1.0 - share
            mean += (share / len(Y)) * (left.T @ right)

    def minimiser(self) -> Weights:
        """Return the weights that minimise the augmented Lagrangian of the means."""
        w, a = self.target_w.copy(), self.target_a.copy()
        for gram, strengths, rhs, block in (
            (self.gram_w, self.of_w, w, "w"),
            (self.gram_a, self.of_a, a, "a"),
        ):
            matrix = gram.copy()
            diagonal(matrix)[:] += strengths
            solve(matrix, rhs, self.kappa, block, "the lambdas")
        r = w.shape[1]
        return Weights(W=w[:r].T, V=w[r:-1].T, b=w[-1], A=a[:-1].T, c=a[-1])
