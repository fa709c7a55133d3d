"""The methods of both papers in scikit-learn's interface, and two parts of them for torch users."""

from lib.estimators.alm_regressor import ALMRegressor
from lib.estimators.dates import GapWarning
from lib.estimators.elman_module import ElmanNetwork
from lib.estimators.forecaster import Forecaster
from lib.estimators.gru_base import GRUEstimator
from lib.estimators.gru_classifier import GRUClassifier
from lib.estimators.gru_regressor import GRURegressor
from lib.estimators.persistence import load, save
from lib.estimators.stability import NetworkWarning
from lib.estimators.standardised import Standardised
from lib.estimators.tables import read_series
from lib.estimators.torch_penalties import prox_l1_, smooth_l1_penalty

__all__ = [
    "ALMRegressor",
    "ElmanNetwork",
    "Forecaster",
    "GRUClassifier",
    "GRUEstimator",
    "GRURegressor",
    "GapWarning",
    "NetworkWarning",
    "Standardised",
    "load",
    "prox_l1_",
    "read_series",
    "save",
    "smooth_l1_penalty",
]
