"""Parameters of Algorithms 3.1 and 3.2; the defaults are Table 2's for the data with T = 10."""

import math
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from lib.alm.activations import Activation, ReLU
from lib.alm.windows import Windows
from lib.validation import array, count, one_of, positive, share

STOP_RULES = ("step", "residual")


@dataclass(frozen=True, kw_only=True)
class Acceleration:
    r"""How the method is accelerated, see `lib.alm.extrapolation` and `lib.alm.guard`.

    Attributes:
        momentum: the largest weight of the extrapolation, :math:`\bar\beta` in [0, 1); 0 makes
            plain sweeps, with the guard alone.
        explosion: a roll-out counts as exploded when its R is more than this many times the
            smallest so far, > 1.
        raised: factor on gamma when the guard goes back, > 1.
        gap: a share > 0 replaces (3.8) as the reason to raise gamma: it is raised when R at the
            roll-out is above R at the iterate by more than this share of it, that is, when the
            violation matters in the units of R. None, as in the paper, for (3.8).

    Raises:
        ValueError: if a value is outside the range named above.
    """

    momentum: float = 0.98
    explosion: float = 2.0
    raised: float = 4.0
    gap: float | None = None

    def __post_init__(self):
        if self.gap is not None:
            positive("gap", self.gap)
        if not 0.0 <= self.momentum < 1.0:
            raise ValueError(f"momentum must lie in [0, 1), got {self.momentum!r}")
        for name in ("explosion", "raised"):
            if not 1.0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be a finite number > 1, got {getattr(self, name)!r}")


@dataclass(frozen=True, kw_only=True)
class Options:
    r"""Parameters of the augmented Lagrangian method.

    Attributes:
        outer_iterations: most multiplier steps (Algorithm 3.1).
        inner_iterations: most sweeps over the blocks in one subproblem (Algorithm 3.2).
        gamma: first penalty parameter, :math:`\gamma_0`.
        mu: weight of the proximal term of the u block (3.16).
        eta1: decrease of the feasibility violation that leaves gamma as it is (3.8), in (0, 1).
        eta2: gamma grows at least by 1/eta2 otherwise (3.9), in (0, 1).
        eta3: exponent in (3.9), > 0. Algorithm 3.1 and the boundedness in Theorem 4.7 ask for
            eta3 > 1, Table 2 uses less; both are accepted.
        eta4: factor by which the tolerance epsilon shrinks, in (0, 1).
        epsilon: first tolerance of the subproblems, :math:`\epsilon_0`.
        level: the paper's capital gamma of (3.10) and (3.13). None means max(100, L(s0)).
        activation: the hidden activation.
        stop_rules: what may end an inner loop before its cap: "step" is (3.17) as printed,
            "residual" is (3.6) itself, dist(0, dL) <= epsilon. Both, either or none.
        check_every: sweeps between two checks of "residual". A check costs as much as one or two
            sweeps; the default keeps it below a tenth and overshoots by 24 sweeps at most.
        tolerance: `solve` stops with success once the feasibility violation and the KKT residual
            are both at most this. None, as in the paper, runs all outer iterations.
        acceleration: how the sweeps are extrapolated; None, as in the paper, for not at all.
        windows: how a sweep is cut into windows of the series, see `lib.alm.windows`; None, as in
            the paper, for not at all. With windows there is no extrapolation and no rule "step".

    Raises:
        ValueError: if a value is outside the range named above.
    """

    outer_iterations: int = 100
    inner_iterations: int = 500
    gamma: float = 1.0
    mu: float = 1e-5
    eta1: float = 0.99
    eta2: float = 5 / 6
    eta3: float = 0.01
    eta4: float = 5 / 6
    epsilon: float = 0.1
    level: float | None = None
    activation: Activation = field(default_factory=ReLU)
    stop_rules: tuple[str, ...] = ("step",)
    check_every: int = 25
    tolerance: float | None = None
    acceleration: Acceleration | None = None
    windows: Windows | None = None

    def __post_init__(self):
        for name in ("outer_iterations", "inner_iterations", "check_every"):
            count(name, getattr(self, name))
        for name in ("gamma", "mu", "eta3", "epsilon"):
            positive(name, getattr(self, name))
        for name in ("level", "tolerance"):
            if getattr(self, name) is not None:
                positive(name, getattr(self, name))
        for name in ("eta1", "eta2", "eta4"):
            share(name, getattr(self, name))
        if isinstance(self.stop_rules, str):
            raise ValueError(
                f"stop_rules must be a tuple of rule names, got the string {self.stop_rules!r}"
            )
        for rule in self.stop_rules:
            one_of("stop rule", rule, STOP_RULES)
        if not isinstance(self.acceleration, Acceleration | None):
            raise ValueError(
                f"acceleration must be Acceleration(...) or None, got {self.acceleration!r}"
            )
        if not isinstance(self.windows, Windows | None):
            raise ValueError(f"windows must be Windows(...) or None, got {self.windows!r}")
        if self.windows is not None:
            if self.acceleration is not None and self.acceleration.momentum > 0.0:
                raise ValueError(
                    "sweeps over windows are not extrapolated; give Acceleration(momentum=0), "
                    "which keeps the guard, or None"
                )
            if "step" in self.stop_rules:
                raise ValueError(
                    'the stop rule "step" is for sweeps over the whole series; with windows give '
                    '("residual",) or ()'
                )

    @classmethod
    def accelerated(cls, Y: ArrayLike, **changes: object) -> Self:
        r"""Return parameters for the accelerated method that suit targets Y without a search.

        :math:`\gamma_0 = 13.5\,v/T` with v the mean variance of the columns of Y: a sum over T
        steps then weighs as much in L as the mean over them in R, whatever the units of Y; v is 1
        for a Y that does not vary and so sets no scale. eta3 is 1.5, for Algorithm 3.1 asks for
        more than 1. A subproblem ends after 20 sweeps and by no other rule, so that epsilon, eta4
        and check_every are without effect unless stop_rules are given.

        Args:
            Y: targets, shape (T, m).
            changes: parameters to set differently.

        Raises:
            ValueError: if Y has a wrong shape or an entry that is not finite, or a parameter is out
                of range.
        """
        Y = array("Y", Y, ("T", "m"))
        # Not by a variance of 0: that of equal numbers may be a rounding error.
        varies = np.ptp(Y, axis=0).any()
        spread = float(np.mean(np.var(Y, axis=0))) if varies else 1.0
        chosen = {
            "inner_iterations": 20,
            "gamma": 13.5 * spread / len(Y),
            "eta1": 0.9,
            "eta2": 1 / 1.1,
            "eta3": 1.5,
            "eta4": 0.9,
            "stop_rules": (),
            "acceleration": Acceleration(),
        }
        return cls(**(chosen | changes))

    @classmethod
    def windowed(cls, Y: ArrayLike, length: int, **changes: object) -> Self:
        """Return parameters for sweeps over windows of so many steps, otherwise `accelerated`'s.

        The guard stays, the extrapolation does not.

        Args:
            Y: targets, shape (T, m).
            length: of a window, in time steps.
            changes: parameters to set differently.

        Raises:
            ValueError: as `accelerated`, or the length is not a whole number >= 1.
        """
        chosen = {"acceleration": Acceleration(momentum=0.0), "windows": Windows(length=length)}
        return cls.accelerated(Y, **(chosen | changes))
