"""Parameters of Algorithms 3.1 and 3.2; the defaults are Table 2's for the data with T = 10."""

from dataclasses import dataclass, field

from lib.alm.activations import Activation, ReLU
from lib.alm.protocol import Extension
from lib.validation import count, instance, one_of, positive, share

STOP_RULES = ("step", "residual")


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
        extension: what is done otherwise than in the paper, such as `lib.alm.Acceleration` or
            `lib.alm.Windows`; None, as in the paper, for nothing.

    Raises:
        ValueError: if a value is outside the range named above.

    Example:
        >>> from lib import alm
        >>> alm.Options(outer_iterations=10).inner_iterations
        500
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
    extension: Extension | None = None

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
        Activation.check("activation", self.activation)
        instance("stop_rules", self.stop_rules, (tuple, list), "a tuple of rule names")
        for rule in self.stop_rules:
            one_of("stop rule", rule, STOP_RULES)
        if self.extension is None:
            return
        accepted = "an Extension, such as Acceleration(...), or None"
        instance("extension", self.extension, Extension, accepted)
        for rule in self.stop_rules:
            if rule in self.extension.excluded_rules:
                raise ValueError(
                    f"the stop rule {rule!r} means nothing with {type(self.extension).__name__}; "
                    f"leave it out"
                )
