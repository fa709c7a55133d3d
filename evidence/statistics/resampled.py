"""The t-test for two methods compared on overlapping training parts.

C. Nadeau, Y. Bengio, Inference for the generalization error, Machine Learning 52 (2003), 239-281;
for repeated cross-validation R. R. Bouckaert, E. Frank, Evaluating the replicability of
significance tests for comparing learning algorithms, PAKDD 2004.
"""

import numpy as np
from numpy.typing import ArrayLike

from lib.validation import positive


def resampled_t(differences: ArrayLike, ratio: float) -> float:
    r"""Return the two-sided p-value of the hypothesis that differences have mean zero.

    With mean m and variance :math:`s^2` of n differences, one for each held-out part,

    .. math:: t = m \Big/ \sqrt{\Bigl(\tfrac1n + \rho\Bigr) s^2}

    has n - 1 degrees of freedom. Held-out parts whose training parts overlap are not independent:
    averaging over more of them does not make the variance go to zero, and :math:`\rho` stays.

    Args:
        differences: of two methods, one for each held-out part; any shape.
        ratio: rho, samples of a held-out part over those of its training part; 0 for parts that are
            independent, as in Student's test.

    Raises:
        ValueError: fewer than two differences, one that is not finite, or a ratio below 0.
    """
    from scipy.special import stdtr  # here, for few pages need it

    d = np.asarray(differences, dtype=np.float64).ravel()
    if d.size < 2 or not np.isfinite(d).all():
        raise ValueError("the test needs at least two differences, all of them finite")
    ratio = positive("ratio of held-out to training samples", ratio, zero=True)
    mean, variance = d.mean(), d.var(ddof=1)
    if variance == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * stdtr(d.size - 1, -abs(mean) / np.sqrt((1 / d.size + ratio) * variance)))
