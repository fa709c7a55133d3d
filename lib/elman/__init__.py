"""What the augmented Lagrangian method is compared with: Elman networks trained by gradients.

Many networks are trained as one program by full backpropagation through time, each by its own rule:
gradient descent, with momentum or clipping, or Adam; L-BFGS takes one network at a time.
"""

from lib.elman.adam import Adam
from lib.elman.batch import Batch, predictions
from lib.elman.clipping import Clip
from lib.elman.descend import NEVER, Rule, State, descend, windows
from lib.elman.lbfgs import ExplodedError, Minimised, lbfgs
from lib.elman.momentum import GradientDescent
from lib.elman.networks import Networks
from lib.elman.objective import KerasObjective, Objective

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
