"""The papers' training followed by hand.

Of paper A the convergence theory: its step-size condition and what refutes it. Of paper B the cells
of Table 3a that a closed formula gives.
"""

from lib.theory.output_bias import OutputBias
from lib.theory.step_condition import StepCondition, step_condition
from lib.theory.two_cycle import TwoCycle, two_cycle

__all__ = ["OutputBias", "StepCondition", "TwoCycle", "step_condition", "two_cycle"]
