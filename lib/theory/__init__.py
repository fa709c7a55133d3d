"""The convergence theory of paper A, executable: its step-size condition and what refutes it."""

from lib.theory.curvature import Norms, curvature_bound, level_set_bound, norms, safe_step
from lib.theory.step_condition import StepCondition, admitted, step_condition
from lib.theory.two_cycle import TwoCycle, two_cycle

__all__ = [
    "Norms",
    "StepCondition",
    "TwoCycle",
    "admitted",
    "curvature_bound",
    "level_set_bound",
    "norms",
    "safe_step",
    "step_condition",
    "two_cycle",
]
