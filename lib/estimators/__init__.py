"""The methods of both papers in scikit-learn's interface, and two parts of them for torch users."""

from lib.estimators.alm_regressor import ALMRegressor
from lib.estimators.dates import GapWarning
from lib.estimators.forecaster import Forecaster
from lib.estimators.persistence import load, save
from lib.estimators.stability import NetworkWarning
from lib.estimators.standardised import Standardised
from lib.estimators.tables import read_series

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


def __getattr__(name: str) -> object:
    """Import what needs PyTorch when it is asked for: the ALM's estimator does without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from lib.estimators import with_torch

    return getattr(with_torch, name)


def __dir__() -> list[str]:
    """Return the public names, those not yet imported included."""
    return __all__
