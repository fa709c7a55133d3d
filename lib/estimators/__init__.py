"""The methods of both papers in scikit-learn's interface, and two parts of them for torch users."""

from lib.estimators.alm_regressor import ALMRegressor

__all__ = [
    "ALMRegressor",
    "ElmanNetwork",
    "GRUClassifier",
    "GRUEstimator",
    "GRURegressor",
    "prox_l1_",
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
