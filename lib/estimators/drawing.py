"""From scikit-learn's `random_state` to NumPy's generators, which the rest of the package takes."""

import numpy as np
from sklearn.utils import check_random_state

from lib.validation import count, shown

SEEDS = 2**32


def numpy_generator(random_state: int | np.random.RandomState | None) -> np.random.Generator:
    """Return a generator that an estimator's `random_state` determines.

    A number always gives the same generator; a `RandomState` is advanced; None draws from NumPy's
    global one, as in scikit-learn.

    Raises:
        ValueError: it is none of these.
    """
    known = isinstance(random_state, np.random.RandomState | None) or random_state is np.random
    if not known:
        random_state = count("random_state", random_state, least=0)
        if random_state >= SEEDS:
            raise ValueError(f"random_state must be below {SEEDS}, got {shown(random_state)}")
    words = check_random_state(random_state).randint(0, 2**32, size=4, dtype=np.uint32)
    return np.random.default_rng(words.tolist())
