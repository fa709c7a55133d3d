"""What the augmented Lagrangian method is compared with: Elman networks trained by gradients.

Many networks are trained as one program by full backpropagation through time, each by its own rule:
gradient descent, with momentum or clipping, or Adam; L-BFGS takes one network at a time.
"""

from evidence.rivals.elman.adam import Adam
from evidence.rivals.elman.batch import Batch, predictions
from evidence.rivals.elman.clipping import Clip
from evidence.rivals.elman.descend import NEVER, Rule, State, descend, windows
from evidence.rivals.elman.lbfgs import ExplodedError, Minimised, lbfgs
from evidence.rivals.elman.momentum import GradientDescent
from evidence.rivals.elman.networks import Networks
from evidence.rivals.elman.objective import KerasObjective, Objective

__all__ = [
    "NEVER",
    "Adam",
    "Batch",
    "Clip",
    "ExplodedError",
    "GradientDescent",
    "KerasObjective",
    "Minimised",
    "Networks",
    "Objective",
    "Rule",
    "State",
    "descend",
    "lbfgs",
    "predictions",
    "windows",
]
