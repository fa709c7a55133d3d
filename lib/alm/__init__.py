"""The augmented Lagrangian method for training Elman networks.

Wang, Zhang and Chen, "An Augmented Lagrangian Method for Training Recurrent Neural Networks",
arXiv 2402.13687.
"""

from lib.alm.activations import ELU, Activation, LeakyReLU, ReLU
from lib.alm.algorithm import Snapshot, iterate
from lib.alm.certificate import (
    augmented_lagrangian,
    constraints,
    feasibility,
    kkt_residual,
    objective,
    reduced_gradient,
    rollout_gradient,
    rollout_objective,
)
from lib.alm.driver import Result, Status, solve
from lib.alm.lipschitz import lipschitz_constants
from lib.alm.options import Options
from lib.alm.problem import Penalties, Problem, State, Weights
from lib.alm.rollout import predict, rollout
from lib.alm.starts import (
    INITIALISATIONS,
    VARIANTS,
    Initialisation,
    initial_weights,
    initialisation,
)
from lib.alm.workspace import BreakdownError

__all__ = [
    "ELU",
    "INITIALISATIONS",
    "VARIANTS",
    "Activation",
    "BreakdownError",
    "Initialisation",
    "LeakyReLU",
    "Options",
    "Penalties",
    "Problem",
    "ReLU",
    "Result",
    "Snapshot",
    "State",
    "Status",
    "Weights",
    "augmented_lagrangian",
    "constraints",
    "feasibility",
    "initial_weights",
    "initialisation",
    "iterate",
    "kkt_residual",
    "lipschitz_constants",
    "objective",
    "predict",
    "reduced_gradient",
    "rollout",
    "rollout_gradient",
    "rollout_objective",
    "solve",
]
