"""Assumption (A2) of paper A: the step sizes for which its Theorem 1 promises a falling error."""

from dataclasses import dataclass

from lib.validation import count, positive


@dataclass(frozen=True)
class StepCondition:
    """The constants of the proof and the bound they give.

    Attributes:
        D3: of (A25).
        D4: of (A30).
        D5: of (A30).
        bound: the largest step size that (A2) admits, exclusive.
    """

    D3: float
    D4: float
    D5: float
    bound: float


def step_condition(
    samples: int, D2: float, strength: float, alpha: float, D0: float = 1.0, D1: float = 1.0
) -> StepCondition:
    r"""Return the bound of (A2) with the constants that it needs.

    .. math::

        0 < \eta < \frac{2 (1 + D_4)}{\lambda C + 4 D_4 + 2 D_5}, \quad
        D_4 = \max\{4 N D_0 D_2 D_3,\, 4 N D_0 D_2^2 D_3^2\}, \quad
        D_5 = \tfrac12 D_0 N (D_0^2 + D_1 - D_0 D_1)^2,

    where :math:`D_3 = \max\{D_0^3 D_1^2, D_0^3 D_1^3 D_2, D_0^2 D_1^2, D_0 D_1^2, D_0^3 D_1,
    D_0^3 D_1^2 D_2, D_0^2 D_1\}` is that of (A25) and C = 1/alpha is the Lipschitz constant of the
    penalty's derivative.

    Args:
        samples: N.
        D2: the largest norm of the output weights along the iteration.
        strength: lambda.
        alpha: half-width of the smoothed interval.
        D0: the largest of the inputs' and hidden states' norms, (39).
        D1: the largest of the activations' and their derivatives' suprema, (39).

    Raises:
        ValueError: a constant is not positive.
    """
    N = count("samples", samples)
    D0, D1, D2 = positive("D0", D0), positive("D1", D1), positive("D2", D2)
    C = 1 / positive("alpha", alpha)
    D3 = max(
        D0**3 * D1**2,
        D0**3 * D1**3 * D2,
        D0**2 * D1**2,
        D0 * D1**2,
        D0**3 * D1,
        D0**3 * D1**2 * D2,
        D0**2 * D1,
    )
    D4 = max(4 * N * D0 * D2 * D3, 4 * N * D0 * D2**2 * D3**2)
    D5 = 0.5 * D0 * N * (D0**2 + D1 - D0 * D1) ** 2
    bound = 2 * (1 + D4) / (positive("strength", strength) * C + 4 * D4 + 2 * D5)
    return StepCondition(D3, D4, D5, bound)


def admitted(samples: int, size: float, D2: float, strength: float, alpha: float) -> float:
    """Return a step size below which (A2) holds whatever the output weights do later on.

    (A2)'s bound depends on the largest output weights of the whole trajectory. As a function of D4
    it moves monotonically from its value now towards 1/2, so the smaller of these two is safe. (39)
    and the appendix use the letters D0 and D1 the other way round; both readings are required.

    Args:
        samples: N.
        size: the largest length of an input or of a state h_{t-1}, D0 of (39). With T = 1 the
            state is zero; for sequences sqrt(H) covers it.
        D2: norm of the output weights at the start.
        strength: lambda.
        alpha: half-width of the smoothed interval.

    Raises:
        ValueError: a constant is not positive.
    """
    letters = ((size, 1.0), (1.0, size))
    bounds = [step_condition(samples, D2, strength, alpha, *pair).bound for pair in letters]
    return min(0.5, *bounds)
