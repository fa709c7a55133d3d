"""The papers' theory, executable.

Of paper A the convergence theory: its step-size condition, what refutes it and what holds instead.
Of paper B the cells of Table 3a that a closed formula gives, and, in modules of their own, the
constants of Lemma 3.2, the descent of Theorem 4.3 and two instances that decide how they must read.
"""

from lib.theory.curvature import (
    Norms,
    curvature_bound,
    level_set_bound,
    norms,
    output_bound,
    safe_step,
)
from lib.theory.output_bias import OutputBias, paper_cells
from lib.theory.step_condition import StepCondition, admitted, step_condition
from lib.theory.two_cycle import TwoCycle, two_cycle

__all__ = [
    "Norms",
    "OutputBias",
    "StepCondition",
    "TwoCycle",
    "admitted",
    "curvature_bound",
    "level_set_bound",
    "norms",
    "output_bound",
    "paper_cells",
    "safe_step",
    "step_condition",
    "two_cycle",
]
