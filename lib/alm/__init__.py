"""The augmented Lagrangian method for training Elman networks.

Wang, Zhang and Chen, "An Augmented Lagrangian Method for Training Recurrent Neural Networks",
arXiv 2402.13687.

The functions' examples go on from this one:

    >>> import numpy as np
    >>> from lib import alm
    >>> penalties = alm.Penalties.from_tau(1.0, 2, 1, 1)
    >>> problem = alm.Problem(np.ones((3, 1)), np.ones((3, 1)), penalties)
    >>> weights = alm.initial_weights("glorot", np.random.default_rng(0), 2, 1, 1)
    >>> H, U = alm.rollout(weights, problem.X, problem.activation)
    >>> state = alm.State(weights, H, U)
"""

from lib.alm.activations import ACTIVATIONS, ELU, Activation, LeakyReLU, ReLU
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
from lib.alm.extensions.acceleration import Acceleration, accelerated
from lib.alm.extensions.early_stopping import EarlyStopping
from lib.alm.extensions.forgetting import Forgetting, Pass, forget
from lib.alm.extensions.polishing import Polished, polish
from lib.alm.extensions.settling import settle
from lib.alm.extensions.windows import Windows, windowed
from lib.alm.lipschitz import lipschitz_constants
from lib.alm.multipliers import KINK_WIDTH, adjoint, kink_point
from lib.alm.network_file import load, save, verify
from lib.alm.options import Options
from lib.alm.problem import Penalties, Problem, State, Weights
from lib.alm.protocol import Extension, Refuge, Strategy
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
    "ACTIVATIONS",
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
    "Extension",
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
    "Refuge",
    "Result",
    "Snapshot",
    "State",
    "Status",
    "Strategy",
    "Weights",
    "Windows",
    "accelerated",
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
    "verify",
    "windowed",
]
