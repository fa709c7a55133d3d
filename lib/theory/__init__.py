"""The convergence theory of both papers, executable.

For paper A the step-size condition and what refutes it; for paper B the constants of Lemma 3.2, the
descent of Theorem 4.3 and two instances that decide how they must read.
"""

from lib.theory.step_condition import StepCondition, step_condition
from lib.theory.two_cycle import TwoCycle, two_cycle

__all__ = ["StepCondition", "TwoCycle", "step_condition", "two_cycle"]
