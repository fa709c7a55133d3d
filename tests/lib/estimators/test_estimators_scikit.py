"""scikit-learn's own checks of estimators; each exception stands with its reason."""

import pytest
from sklearn.linear_model import LinearRegression
from sklearn.utils.estimator_checks import parametrize_with_checks

from lib.estimators import ALMRegressor, GRUClassifier, GRURegressor
from lib.estimators.standardised import Standardised

ORDER = "a recurrent network's answer at a step depends on the steps before it"
EXCEPTIONS = {
    "check_methods_sample_order_invariance": ORDER,
    "check_methods_subset_invariance": ORDER,
}
WEIGHTS = {
    "check_sample_weight_equivalence_on_dense_data": "the holdout is a share of the samples, "
    "however much they count"
}


def exceptions(estimator):
    """Return the checks that fail: on their noise a holdout leaves the linear model alone."""
    holds_out = getattr(estimator, "early_stopping", False)
    if isinstance(estimator, ALMRegressor):
        return {} if estimator.linear and holds_out else EXCEPTIONS
    return WEIGHTS if holds_out else {}


ESTIMATORS = [
    ALMRegressor(hidden_size=8, outer_iterations=15),
    ALMRegressor(hidden_size=8, outer_iterations=15, starts=1, early_stopping=False),
    ALMRegressor(hidden_size=8, outer_iterations=15, starts=1, linear=False),
    GRUClassifier(hidden_size=8, learning_rate=0.03, epochs=20),
    GRURegressor(hidden_size=8, learning_rate=0.03, epochs=20),
    GRURegressor(hidden_size=8, epochs=20, linear=False, starts=1, early_stopping=False),
    Standardised(LinearRegression()),
]


@pytest.mark.filterwarnings("ignore::lib.estimators.stability.NetworkWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(ESTIMATORS, expected_failed_checks=exceptions)
def test_scikit_learn_s_checks(estimator, check):
    check(estimator)
