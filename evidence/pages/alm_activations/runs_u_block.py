"""Paper B, section 4.3: the u block's problem in one variable, against a search that knows nothing.

Random cases of (4.34) for the three activations. Every answer of the solver, and for the leaky ReLU
the one that (4.35) gives as printed, is compared with the smallest value that a grid over all u
finds, polished around each of its low points. The search uses (4.34) alone. For the ELU, what
(4.37)-(4.40) say of convexity and of the lower bound is counted on the same cases. Lipschitz
constants and the subdifferential (4.36) are measured beside them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome
from evidence.protocols.alm import TABLE2
from lib import alm
from lib.alm.activations.elu import lower_bound
from lib.alm.certificate import distance_in_u
from lib.randomness import generator
from lib.validation import one_of

WRONG = 1e-9
"""An answer is no minimiser when it lies above the search's value by more than this, as a share of
gamma times the squared spread: rounding is seven powers of ten below."""

NAMES = ("relu", "leaky", "elu")


def activation(name: str, slope: float) -> alm.Activation:
    """Return the activation of a name; the slope is the leaky ReLU's.

    Raises:
        ValueError: the name is unknown, or the slope is not between 0 and 1.
    """
    one_of("activation", name, NAMES)
    return {"relu": alm.ReLU, "elu": alm.ELU, "leaky": lambda: alm.LeakyReLU(slope)}[name]()


@dataclass(frozen=True)
class Cases(Config):
    """Random cases of the problem in one variable for one activation.

    All three thetas are uniform between -spread and spread. The problem of the ReLU and of the
    leaky ReLU is the same at every scale, that of the ELU is not.
    """

    name: str
    spread: float
    cases: int
    slope: float = 0.0
    gamma: float = TABLE2["synthetic-t10"].gamma
    mu: float = TABLE2["synthetic-t10"].mu
    lambda6: float = 1e-8
    grid: int = 2001

    reads = ()
    deviations = (
        "The paper does not solve single cases; their distribution, θ₁, θ₂ and θ₃ uniform and "
        "independent, is ours. γ, μ and λ₆ are Table 2's.",
    )
    rows = (
        columns(int, "wrong", within=1e-06)
        | columns(
            int,
            "below_bound | changes | nonconvex | three_pieces | two_minima | printed_positive | "
            "printed_positive_chosen | printed_wrong | unordered",
            within=1e-06,
            part=True,
        )
        | columns(float, "gap | lipschitz", within=1e-06)
        | columns(
            float,
            "printed_gap | printed_gap_bound | set_gap | slope_gap | worst_theta",
            within=1e-06,
            part=True,
        )
    )
    """Everything here is one minimisation in one variable. Left out are gaps of rounding's size."""

    @property
    def label(self) -> str:
        """The name of the unit's record."""
        slope = f"-{self.slope:g}" if self.slope else ""
        return f"{self.name}{slope}-spread{self.spread:g}"


def _all(cases: int) -> tuple[Cases, ...]:
    return (
        Cases("relu", 1.0, cases),
        *(Cases("leaky", 1.0, cases, slope) for slope in (0.01, 0.1, 0.5)),
        *(Cases("elu", spread, cases) for spread in (1.0, 4.0, 12.0)),
    )


PROFILES: Mapping[str, tuple[Cases, ...]] = {"quick": _all(2_000), "paper": _all(40_000)}


def run(config: Cases) -> Outcome:
    """Solve all cases; return one row."""
    sigma = activation(config.name, config.slope)
    theta = draw(config)
    found = solve(config, sigma, theta)
    best, minima = search(config, sigma, theta)
    unit = config.gamma * config.spread**2
    gap = (phi(config, sigma, found, theta) - best) / unit
    row = {
        "wrong": int(np.sum(gap > WRONG)),
        "gap": float(gap.max()),
        "lipschitz": lipschitz(sigma, theta),
    }
    if config.name == "leaky":
        row |= _printed(config, sigma, theta, best, unit) | _subdifferential(sigma, theta)
    if config.name == "elu":
        row |= _pieces(config, theta) | {"two_minima": int(np.sum(minima > 1))}
        bound = lower_bound(*_scaled(config, theta))
        row["below_bound"] = int(np.sum(np.minimum(found, 0.0) < bound))
    return Outcome([row])


def draw(config: Cases) -> np.ndarray:
    """Return theta1, theta2 and theta3 of all cases, shape (3, cases)."""
    stream = generator("alm_rnn", "section 4.3", config.label, 0)
    return stream.uniform(-config.spread, config.spread, (3, config.cases))


def phi(config: Cases, sigma: alm.Activation, u: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """Return (4.34) as printed, for the activation given."""
    theta1, theta2, theta3 = theta
    return (
        config.gamma / 2 * (u - theta1) ** 2
        + config.gamma / 2 * (theta2 - sigma.value(u)) ** 2
        + config.mu / 2 * (u - theta3) ** 2
        + config.lambda6 * u**2
    )


def _scaled(config: Cases, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return a, theta2 and q, in which `lib.alm` states the problem."""
    theta1, theta2, theta3 = theta
    q = 1.0 + (config.mu + 2.0 * config.lambda6) / config.gamma
    return theta1 + config.mu / config.gamma * theta3, theta2.copy(), q


def solve(config: Cases, sigma: alm.Activation, theta: np.ndarray) -> np.ndarray:
    """Return the solver's answer for every case."""
    found = np.empty(theta.shape[1])
    sigma.minimise(*_scaled(config, theta), out=found)
    return found


def search(
    config: Cases, sigma: alm.Activation, theta: np.ndarray, part: int = 2000
) -> tuple[np.ndarray, np.ndarray]:
    """Return the smallest value over all u of every case, and how many low points the grid has.

    A minimiser cannot lie further from theta1 than the value at 0 allows, which bounds the grid.
    Around each of its low points golden sections shrink the cell to rounding.
    """
    reach = 3.0 * config.spread
    grid = np.linspace(-reach, reach, config.grid)
    grid[config.grid // 2] = 0.0
    best, minima = np.empty(theta.shape[1]), np.empty(theta.shape[1], dtype=int)
    for first in range(0, theta.shape[1], part):
        given = theta[:, first : first + part]
        values = phi(config, sigma, grid, given[:, :, None])
        lowest = values.min(axis=1)
        case, at = np.nonzero(
            (values[:, 1:-1] < values[:, :-2]) & (values[:, 1:-1] <= values[:, 2:])
        )
        polished = _golden(config, sigma, given[:, case], grid[at], grid[at + 2])
        np.minimum.at(lowest, case, polished)
        best[first : first + part] = lowest
        minima[first : first + part] = np.bincount(case, minlength=given.shape[1])
    return best, minima


def _golden(config, sigma, theta, low, high):
    ratio = (math.sqrt(5.0) - 1.0) / 2.0
    best = np.full(low.shape, np.inf)
    for _ in range(75):
        step = ratio * (high - low)
        left, right = high - step, low + step
        at_left, at_right = (phi(config, sigma, u, theta) for u in (left, right))
        best = np.minimum(best, np.minimum(at_left, at_right))
        low, high = (
            np.where(at_left <= at_right, low, left),
            np.where(at_left <= at_right, right, high),
        )
    return best


class PrintedLeakyReLU(alm.LeakyReLU):
    """The leaky ReLU with the u block of (4.35) as printed."""

    def minimise(self, a, theta2, q, out):
        """Write what (3.21), (4.35) and the choice between them give into `out`."""
        plus, minus = self.candidates(a, theta2, q)

        def value(u):
            return 0.5 * q * u * u - a * u + 0.5 * (theta2 - self.value(u)) ** 2

        np.copyto(out, np.where(value(plus) <= value(minus), plus, minus))

    def candidates(self, a, theta2, q):
        """Return u+ of (3.21) and u- of (4.35), whose condition lacks the term with theta2."""
        plus = np.maximum(a + theta2, 0.0) / (q + 1.0)
        minus = np.where(a < 0.0, (a + self.slope * theta2) / (q + self.slope**2), 0.0)
        return plus, minus


def _printed(config, sigma, theta, best, unit):
    """Return how the printed formula fares, and its worst case."""
    printed = PrintedLeakyReLU(sigma.slope)
    answer = solve(config, printed, theta)
    gap = (phi(config, sigma, answer, theta) - best) / unit
    _, minus = printed.candidates(*_scaled(config, theta))
    worst = int(gap.argmax())
    return {
        "printed_wrong": int(np.sum(gap > WRONG)),
        "printed_gap": float(gap[worst]),
        "printed_gap_bound": sigma.slope**2 / (2.0 * (1.0 + sigma.slope**2)),
        "printed_positive": int(np.sum(minus > 0.0)),
        "printed_positive_chosen": int(np.sum((minus > 0.0) & (answer == minus))),
        "worst_theta": [float(value) for value in theta[:, worst]],
    }


def _subdifferential(sigma, theta):
    """Compare lib's distance at u = 0 with the sets of (4.36), and its slopes with differences.

    theta1 plays zeta, theta2 the derivative of all other terms.
    """
    zeta, smooth, step = theta[0], theta[1], 1e-6
    # (4.36): two slopes, or the interval between them in the order printed.
    first, second = -sigma.slope * zeta, -zeta
    at_ends = np.minimum(np.abs(smooth + first), np.abs(smooth + second))
    outside = np.maximum(np.maximum(first + smooth, -smooth - second), 0.0)
    printed = np.where(zeta >= 0.0, at_ends, outside)
    ours = distance_in_u(sigma, smooth, zeta, np.zeros_like(zeta))
    one_sided = [
        -zeta * (sigma.value(np.array(end)) - sigma.value(np.array(0.0))) / end
        for end in (-step, step)
    ]
    return {
        "set_gap": float(np.abs(printed - ours).max()),
        "slope_gap": float(
            max(np.abs(a - b).max() for a, b in zip((first, second), one_sided, strict=True))
        ),
        "unordered": int(np.sum((zeta < 0.0) & (first > second))),
    }


def _pieces(config, theta):
    """Count where (4.39) changes its sign on u < 0, by its values at a fine grid of exp(u)."""
    _, theta2, q = _scaled(config, theta)
    z = np.linspace(0.0, 1.0, config.grid)[1:]
    changes = np.empty(theta2.size, dtype=int)
    for first in range(0, theta2.size, 2000):
        s = theta2[first : first + 2000, None] + 1.0
        negative = 2.0 * z * z - s * z + q < 0.0
        changes[first : first + 2000] = np.sum(negative[:, 1:] != negative[:, :-1], axis=1)
    return {
        "nonconvex": int(np.sum(changes > 0)),
        "three_pieces": int(np.sum(changes == 2)),
        "changes": int(changes.max()),
    }


def lipschitz(sigma: alm.Activation, theta: np.ndarray) -> float:
    """Return the largest difference quotient of an activation between points of three lists."""
    quotients = []
    for one, other in ((0, 1), (1, 2), (0, 2)):
        apart = theta[one] != theta[other]
        a, b = theta[one][apart], theta[other][apart]
        quotients.append(np.abs(sigma.value(a) - sigma.value(b)) / np.abs(a - b))
    return float(np.max(np.concatenate(quotients)))
