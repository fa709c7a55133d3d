"""What the augmented Lagrangian method works on: weights, penalties and the problem (2.6).

Wang, Zhang and Chen, "An Augmented Lagrangian Method for Training Recurrent Neural Networks",
arXiv 2402.13687, section 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from lib.alm.activations import Activation, ReLU
from lib.validation import array, count, instance, positive, real, shown


@dataclass(frozen=True, eq=False)
class Weights:
    r"""The weights of an Elman network, :math:`h_t = \sigma(W h_{t-1} + V x_t + b)`,
    :math:`\hat y_t = A h_t + c`.

    The arrays are float64 copies and read-only.

    Attributes:
        W: recurrent weights, shape (r, r).
        V: input weights, shape (r, n).
        b: hidden bias, shape (r,).
        A: output weights, shape (m, r).
        c: output bias, shape (m,).

    Raises:
        ValueError: if the shapes do not fit together or an entry is not finite.

    Example:
        >>> import numpy as np
        >>> from lib import alm
        >>> weights = alm.Weights.normal(np.random.default_rng(0), 4, 3, 2, 0.1)
        >>> weights.hidden_size, weights.input_size, weights.output_size
        (4, 3, 2)
    """

    W: np.ndarray
    V: np.ndarray
    b: np.ndarray
    A: np.ndarray
    c: np.ndarray

    def __post_init__(self):
        r = array("b", self.b, ("r",)).size
        m = array("c", self.c, ("m",)).size
        shapes = {"W": (r, r), "V": (r, "n"), "b": (r,), "A": (m, r), "c": (m,)}
        for name, shape in shapes.items():
            value = array(name, getattr(self, name), shape)
            if value.size == 0:
                raise ValueError(f"{name} must not be empty, got shape {value.shape}")
            object.__setattr__(self, name, read_only(value))

    @classmethod
    def normal(
        cls, generator: np.random.Generator, r: int, n: int, m: int, standard_deviation: float
    ) -> Self:
        """Return W, V and A drawn from N(0, standard_deviation^2), biases zero (section 5.3)."""
        r, n, m = count("r", r), count("n", n), count("m", m)
        sd = positive("standard_deviation", standard_deviation)
        return cls(
            W=generator.normal(0.0, sd, (r, r)),
            V=generator.normal(0.0, sd, (r, n)),
            b=np.zeros(r),
            A=generator.normal(0.0, sd, (m, r)),
            c=np.zeros(m),
        )

    @property
    def hidden_size(self) -> int:
        """Number of hidden units, r."""
        return self.b.size

    @property
    def input_size(self) -> int:
        """Number of inputs, n."""
        return self.V.shape[1]

    @property
    def output_size(self) -> int:
        """Number of outputs, m."""
        return self.c.size


@dataclass(frozen=True)
class Penalties:
    r"""The weights of the regularisation term (2.5),

    .. math:: P(s) = \lambda_1\|A\|_F^2 + \lambda_2\|W\|_F^2 + \lambda_3\|V\|_F^2
              + \lambda_4\|b\|^2 + \lambda_5\|c\|^2 + \lambda_6\|u\|^2 .

    Raises:
        ValueError: if a lambda is not a finite number > 0.

    Example:
        >>> from lib import alm
        >>> alm.Penalties.from_tau(1.0, 10, 5, 2).lambda2
        0.01
    """

    lambda1: float
    lambda2: float
    lambda3: float
    lambda4: float
    lambda5: float
    lambda6: float

    def __post_init__(self):
        for f in fields(self):
            object.__setattr__(self, f.name, positive(f.name, getattr(self, f.name)))

    @classmethod
    def from_tau(cls, tau: float, r: int, n: int, m: int) -> Self:
        """Return Table 2's choice: tau/(rm), tau/r^2, tau/(rn), tau/r, tau/m and 1e-8."""
        tau = positive("tau", tau)
        r, n, m = count("r", r), count("n", n), count("m", m)
        return cls(tau / (r * m), tau / r**2, tau / (r * n), tau / r, tau / m, 1e-8)


@dataclass(frozen=True, eq=False)
class Problem:
    """The regularised training problem (2.6): data, penalties and activation.

    Several series, which the paper does not have, stand one after the other; the hidden state is
    zero before the first step of each.

    Attributes:
        X: inputs, shape (T, n); a read-only float64 copy.
        Y: targets, shape (T, m); a read-only float64 copy.
        penalties: the lambdas of (2.5).
        activation: the hidden activation, ReLU unless given.
        starts: the rows at which a series begins, ascending from 0; one series unless given.

    Raises:
        ValueError: if the shapes do not fit together, T < 2, an entry is not finite, or the starts
            are not ascending rows from 0.

    Example:
        >>> import numpy as np
        >>> from lib import alm
        >>> penalties = alm.Penalties.from_tau(1.0, 3, 2, 1)
        >>> problem = alm.Problem(np.ones((5, 2)), np.ones((5, 1)), penalties)
        >>> problem.steps
        5
    """

    X: ArrayLike
    Y: ArrayLike
    penalties: Penalties
    activation: Activation = field(default_factory=ReLU)
    starts: tuple[int, ...] = (0,)

    def __post_init__(self):
        X = array("X", self.X, ("T", "n"))
        Y = array("Y", self.Y, (X.shape[0], "m"))
        if X.shape[0] < 2:
            raise ValueError(f"X and Y must have at least 2 time steps, got {X.shape[0]}")
        for name, value in (("X", X), ("Y", Y)):
            if value.shape[1] == 0:
                raise ValueError(f"{name} must have at least 1 column, got shape {value.shape}")
        instance("penalties", self.penalties, Penalties, "a Penalties object")
        Activation.check("activation", self.activation)
        starts = check_starts(self.starts, X.shape[0])
        object.__setattr__(self, "X", read_only(X))
        object.__setattr__(self, "Y", read_only(Y))
        object.__setattr__(self, "starts", starts)

    @property
    def steps(self) -> int:
        """Length of the series, T, of all of them together if there are several."""
        return self.X.shape[0]

    @property
    def ends(self) -> list[int]:
        """The last row of each series."""
        return [*(start - 1 for start in self.starts[1:]), self.steps - 1]

    def linked(self, values: np.ndarray) -> np.ndarray:
        """Return one row per pair of neighbouring steps, (T-1, r), zero where they are of two
        series; `values` itself, not a copy, if there is one series.
        """
        if len(self.starts) == 1:
            return values
        values = values.copy()
        values[self.ends[:-1]] = 0.0
        return values


class State(NamedTuple):
    """The variable s of (2.6): the weights z, and h and u as arrays of shape (T, r), h_0 = 0."""

    weights: Weights
    H: np.ndarray
    U: np.ndarray


def check_starts(given: Sequence[int], steps: int) -> tuple[int, ...]:
    """Return the rows at which series of so many steps together begin, or raise ValueError."""
    instance("starts", given, (Sequence, np.ndarray), "a sequence of rows")
    rows = real("starts", given)
    if rows.ndim != 1:
        raise ValueError(f"starts must be a sequence of rows, got {shown(given)}")
    starts = tuple(count("start of a series", start, least=0) for start in rows)
    if starts[:1] != (0,) or not all(a < b for a, b in pairwise((*starts, steps))):
        raise ValueError(f"starts must be ascending rows of X, the first one 0, got {shown(given)}")
    return starts


def check_point(problem: Problem, state: State, *multipliers: np.ndarray) -> None:
    """Raise ValueError unless h, u and, if they are given, xi and zeta have the problem's shape."""
    instance("problem", problem, Problem, "a Problem of lib.alm")
    instance("state", state, State, "a State of lib.alm, weights, H and U")
    check_fit(problem, state.weights)
    shape = problem.steps, state.weights.hidden_size
    given = {"H": state.H, "U": state.U, **dict(zip(("xi", "zeta"), multipliers, strict=False))}
    for name, value in given.items():
        if not isinstance(value, np.ndarray) or value.shape != shape:
            got = getattr(value, "shape", None) or shown(value)
            raise ValueError(f"{name} must be an array of shape {shape}, got {got}")


def check_fit(problem: Problem, weights: Weights) -> None:
    """Raise ValueError unless the weights have the problem's numbers of inputs and outputs."""
    instance("problem", problem, Problem, "a Problem of lib.alm")
    instance("weights", weights, Weights, "a Weights object")
    n, m = problem.X.shape[1], problem.Y.shape[1]
    if (weights.input_size, weights.output_size) != (n, m):
        raise ValueError(
            f"the weights are for {weights.input_size} inputs and {weights.output_size} outputs, "
            f"but X has {n} columns and Y has {m}"
        )


def read_only(value: np.ndarray) -> np.ndarray:
    """Return `value` with writing switched off."""
    value.flags.writeable = False
    return value
