"""scikit-learn's own checks of estimators; each exception stands with its reason."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from lib.estimators import ALMRegressor, GRUClassifier, GRURegressor

ORDER = "a recurrent network's answer at a step depends on the steps before it"
EXCEPTIONS = {
    "ALMRegressor": {
        "check_methods_sample_order_invariance": ORDER,
        "check_methods_subset_invariance": ORDER,
    },
}

ESTIMATORS = [
    ALMRegressor(hidden_size=8, tau=0.1, outer_iterations=15, inner_iterations=20),
    ALMRegressor(
        hidden_size=8, tau=0.1, outer_iterations=15, inner_iterations=20, early_stopping=True
    ),
    GRUClassifier(hidden_size=8, learning_rate=0.03, epochs=20),
    GRURegressor(hidden_size=8, learning_rate=0.03, epochs=20),
]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(
    ESTIMATORS,
    expected_failed_checks=lambda estimator: EXCEPTIONS.get(type(estimator).__name__, {}),
)
def test_scikit_learn_s_checks(estimator, check):
    check(estimator)
