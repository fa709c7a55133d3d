"""How a table's rows enter a recurrent network: the same numbers, cut into time steps."""

import numpy as np

from lib.validation import one_of

READINGS = ("step", "rows", "series")


def sequences(X: np.ndarray, reading: str, width: int | None = None) -> np.ndarray:
    """Return inputs as sequences, shape (sequences, steps, inputs of a step).

    * ``"step"``: every sample is a sequence of one step with all n inputs, (N, 1, n);
    * ``"rows"``: every sample is cut into steps of `width` inputs, (N, n / width, width);
    * ``"series"``: the samples are the steps of one sequence, (1, N, n).

    All three hold the same numbers in the same order, so a split and its standardisation are the
    same whatever the reading.

    Args:
        X: Shape (N, n).
        reading: One of the three.
        width: Inputs of a step, for ``"rows"`` only; it must divide n.

    Raises:
        ValueError: The reading is unknown, or the width is missing, unwanted or no divisor of n.

    Example:
        >>> import numpy as np
        >>> from lib.datasets import sequences
        >>> sequences(np.zeros((7, 4)), "step").shape
        (7, 1, 4)
    """
    one_of("reading", reading, READINGS)
    samples, inputs = X.shape
    if reading == "rows":
        if width is None or width < 1 or inputs % width:
            raise ValueError(f"the width of a step must divide the {inputs} inputs, got {width}")
        return X.reshape(samples, -1, width)
    if width is not None:
        raise ValueError(f"the reading {reading!r} takes no width, got {width}")
    return X[:, None] if reading == "step" else X[None]
