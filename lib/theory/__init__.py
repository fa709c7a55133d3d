"""The convergence theory of paper A, executable: its step-size condition and what refutes it."""

from lib.theory.step_condition import StepCondition, step_condition
from lib.theory.two_cycle import TwoCycle, two_cycle

__all__ = ["StepCondition", "TwoCycle", "step_condition", "two_cycle"]
