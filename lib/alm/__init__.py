"""The augmented Lagrangian method for training Elman networks.

Wang, Zhang and Chen, "An Augmented Lagrangian Method for Training Recurrent Neural Networks",
arXiv 2402.13687.
"""

from lib.alm.activations import ELU, Activation, LeakyReLU, ReLU
from lib.alm.algorithm import Snapshot, iterate
from lib.alm.certificate import (
    Measures,
    augmented_lagrangian,
    constraints,
    feasibility,
    kkt_residual,
    measure,
    objective,
    reduced_gradient,
    rollout_gradient,
    rollout_objective,
)
from lib.alm.certified import Certified, CertifiedNetwork, certify
from lib.alm.driver import Result, Status, solve
from lib.alm.early_stopping import EarlyStopping
from lib.alm.forgetting import Forgetting, Pass, forget
from lib.alm.lipschitz import lipschitz_constants
from lib.alm.multipliers import adjoint, kink_point
from lib.alm.network_file import load, save
from lib.alm.options import Acceleration, Options
from lib.alm.polishing import KINK_WIDTH, Polished, polish
from lib.alm.problem import Penalties, Problem, State, Weights
from lib.alm.rollout import predict, rollout
from lib.alm.settling import settle
from lib.alm.starts import (
    INITIALISATIONS,
    VARIANTS,
    Initialisation,
    initial_weights,
    initialisation,
)
from lib.alm.windows import Windows
from lib.alm.workspace import BreakdownError

__all__ = [
    "ELU",
    "INITIALISATIONS",
    "KINK_WIDTH",
    "VARIANTS",
    "Acceleration",
    "Activation",
    "BreakdownError",
    "Certified",
    "CertifiedNetwork",
    "EarlyStopping",
    "Forgetting",
    "Initialisation",
    "LeakyReLU",
    "Measures",
    "Options",
    "Pass",
    "Penalties",
    "Polished",
    "Problem",
    "ReLU",
    "Result",
    "Snapshot",
    "State",
    "Status",
    "Weights",
    "Windows",
    "adjoint",
    "augmented_lagrangian",
    "certify",
    "constraints",
    "feasibility",
    "forget",
    "initial_weights",
    "initialisation",
    "iterate",
    "kink_point",
    "kkt_residual",
    "lipschitz_constants",
    "load",
    "measure",
    "objective",
    "polish",
    "predict",
    "reduced_gradient",
    "rollout",
    "rollout_gradient",
    "rollout_objective",
    "save",
    "settle",
    "solve",
]
