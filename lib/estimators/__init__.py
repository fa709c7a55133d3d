"""The methods of both papers in scikit-learn's interface, and two parts of them for torch users."""

from lib.estimators.alm_regressor import ALMRegressor
from lib.estimators.elman_module import ElmanNetwork
from lib.estimators.gru_base import GRUEstimator
from lib.estimators.gru_classifier import GRUClassifier
from lib.estimators.gru_regressor import GRURegressor
from lib.estimators.torch_penalties import prox_l1_, smooth_l1_penalty

__all__ = [
    "ALMRegressor",
    "ElmanNetwork",
    "GRUClassifier",
    "GRUEstimator",
    "GRURegressor",
    "prox_l1_",
    "smooth_l1_penalty",
]
