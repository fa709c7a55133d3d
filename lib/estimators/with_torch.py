"""What of the estimators needs PyTorch, so that `lib.estimators` loads it when one is asked for."""

import lib.pytorch  # noqa: F401
from lib.estimators.elman_module import ElmanNetwork
from lib.estimators.gru_base import GRUEstimator
from lib.estimators.gru_classifier import GRUClassifier
from lib.estimators.gru_regressor import GRURegressor
from lib.estimators.torch_penalties import prox_l1_, smooth_l1_penalty

__all__ = [
    "ElmanNetwork",
    "GRUClassifier",
    "GRUEstimator",
    "GRURegressor",
    "prox_l1_",
    "smooth_l1_penalty",
]
