r"""Paper B, Table 3a, start N(0, 10^-3): all that gradient descent trains there is the output bias.

From weights of size 10^-3 the hidden states stay negligible for 500 epochs, so the network's output
is its bias c, and the mean over T and m of the squared errors with the penalty
:math:`\lambda_5\|c\|^2` is a quadratic in c:

.. math:: \nabla_c = a\,(c-\bar y) + p\,c, \qquad a=\tfrac2m,\; p=2\lambda_5 .

With Nesterov's momentum :math:`\beta` (0 for gradient descent) the distance
:math:`d = c-\tfrac{a}{a+p}\bar y` and the velocity v change by a fixed matrix, from c = v = 0:

.. math:: \begin{pmatrix} d\\v\end{pmatrix} \leftarrow
          \begin{pmatrix} 1-(1+\beta)\eta(a+p) & \beta^2\\ -\eta(a+p) & \beta\end{pmatrix}
          \begin{pmatrix} d\\v\end{pmatrix}

so that :math:`c = f\bar y` after K steps; without momentum

.. math:: f = \frac{a}{a+p}\bigl(1-(1-\eta(a+p))^K\bigr).

The targets are standardised over all T steps of which the last alone is the test part. They sum to
zero, so :math:`\bar y=-y_T/(T-1)`, and their squares sum to Tm. Both errors therefore follow from
one number, the zero predictor's test error :math:`q=\|y_T\|^2`:

.. math:: \text{test}=q\Bigl(1+\frac f{T-1}\Bigr)^2, \qquad
          \text{train}=\frac{Tm-q}{T-1}-\frac{f(2-f)}{(T-1)^2}\,q .
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evidence.papers import tables as papers
from lib.validation import count, one_of, positive

FULL_BATCH = ("GD", "GDC", "GDNM")
"""The methods of Table 3a whose steps see the whole training part."""


@dataclass(frozen=True)
class OutputBias:
    """The quadratic in c.

    Attributes:
        outputs: m.
        steps: T, the steps of the whole series, the last of them the test part.
        lambda5: strength of the penalty on c.
        mean_over_outputs: whether the loss is the mean over T and m, as Keras takes it, or over T
            alone as in (2.6); then a = 2.

    Raises:
        ValueError: a number is out of range.
    """

    outputs: int
    steps: int
    lambda5: float
    mean_over_outputs: bool = True

    def __post_init__(self) -> None:
        count("outputs", self.outputs)
        count("steps", self.steps, least=2)
        positive("lambda5", self.lambda5)

    def fraction(self, rate: float, epochs: int, momentum: float = 0.0) -> float:
        """Return f after so many full-batch steps.

        Args:
            rate: eta > 0.
            epochs: K >= 0.
            momentum: beta, 0 <= beta < 1.

        Raises:
            ValueError: a number is out of range.
        """
        positive("learning rate", rate)
        count("epochs", epochs, least=0)
        if not 0.0 <= momentum < 1.0:
            raise ValueError(f"momentum must be a number from 0 to below 1, got {momentum!r}")
        a = 2.0 / self.outputs if self.mean_over_outputs else 2.0
        curvature = a + 2.0 * self.lambda5
        step = rate * curvature
        matrix = np.array([[1.0 - (1.0 + momentum) * step, momentum**2], [-step, momentum]])
        left = np.linalg.matrix_power(matrix, epochs)[0, 0]
        return float(a / curvature * (1.0 - left))

    def errors(self, fraction: float, zero_test: float) -> tuple[float, float]:
        """Return the errors on both parts.

        Args:
            fraction: f.
            zero_test: q, the zero predictor's error on the test part.
        """
        T, m, f, q = self.steps, self.outputs, fraction, zero_test
        train = (T * m - q) / (T - 1) - f * (2.0 - f) * q / (T - 1) ** 2
        return train, q * (1.0 + f / (T - 1)) ** 2

    def zero_test(self, fraction: float, test: float) -> float:
        """Return q for which a fraction f gives this test error."""
        return test / (1.0 + fraction / (self.steps - 1)) ** 2


START = "N(0,1e-3)"
"""The start of Table 3a whose cells this is about."""


def paper_cells(problem: OutputBias, epochs: int, anchor: str = "GDC") -> pd.DataFrame:
    """Return the full-batch cells of Table 3a beside what the formula makes of one of them.

    Args:
        problem: m, T and lambda5 of the table, and which mean its loss takes.
        epochs: K of the table's caption.
        anchor: the method whose printed test error gives q.

    Returns:
        A row per method with ``rate`` (Table 4), the printed ``train`` and ``test``, and the
        predicted ``formula_train`` and ``formula_test``.

    Raises:
        ValueError: the anchor is not one of the full-batch methods.
    """
    one_of("anchor", anchor, FULL_BATCH)
    cells = papers.alm_errors("3a").merge(papers.alm_rates("3a"), on=["method", "start"])
    cells = cells[(cells["start"] == START) & cells["method"].isin(FULL_BATCH)]
    cells = cells.set_index("method")[["rate", "train", "test"]]
    fractions = {name: problem.fraction(rate, epochs) for name, rate in cells["rate"].items()}
    q = problem.zero_test(fractions[anchor], cells.loc[anchor, "test"])
    predicted = [problem.errors(fractions[name], q) for name in cells.index]
    return cells.assign(
        formula_train=[train for train, _ in predicted],
        formula_test=[test for _, test in predicted],
    )
