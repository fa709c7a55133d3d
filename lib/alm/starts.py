"""The initial weights of section 5.4: five ways to draw W, V and A, with the biases zero.

Wang, Zhang and Chen, arXiv 2402.13687, section 5.4 and its references [32] to [34]. The paper names
the ways without formulas; the deviations below are those of the works it cites.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lib.alm.problem import Weights
from lib.validation import count, instance, one_of

Deviation = Callable[[int, int], float]
"""From fan in and fan out of a matrix to the standard deviation of its entries."""


@dataclass(frozen=True)
class Initialisation:
    """How the three matrices are drawn, each with the fans of its own shape.

    Attributes:
        title: the name in tables and figures.
        deviation: standard deviation of the entries.
        of_W: the same for W alone, where it differs.
        uniform: draw evenly from an interval of that deviation instead of a normal distribution.
    """

    title: str
    deviation: Deviation
    of_W: Deviation | None = None
    uniform: bool = False


def _he(fan_in: int, fan_out: int) -> float:
    return math.sqrt(2 / fan_in)


def _glorot(fan_in: int, fan_out: int) -> float:
    return math.sqrt(2 / (fan_in + fan_out))


def _lecun(fan_in: int, fan_out: int) -> float:
    return math.sqrt(1 / fan_in)


INITIALISATIONS: Mapping[str, Initialisation] = MappingProxyType(
    {
        "he": Initialisation("He", _he),
        "normal-1e-3": Initialisation("N(0, 10⁻³)", lambda fan_in, fan_out: 1e-3),
        "normal-1e-1": Initialisation("N(0, 10⁻¹)", lambda fan_in, fan_out: 1e-1),
        "glorot": Initialisation("Glorot", _glorot),
        "lecun": Initialisation("LeCun", _lecun),
    }
)
"""The five columns of Table 3, in its order."""

VARIANTS: Mapping[str, Initialisation] = MappingProxyType(
    {
        "he-lecun-w": Initialisation("He, W at LeCun scale", _he, of_W=_lecun),
        "glorot-uniform": Initialisation("Glorot, uniform", _glorot, uniform=True),
    }
)
"""What is not in the paper and stands beside it under its own label."""


def initialisation(name: str) -> Initialisation:
    """Return one of the initialisations or variants by name.

    Raises:
        ValueError: no initialisation has this name.

    Example:
        >>> from lib import alm
        >>> alm.initialisation("lecun").title
        'LeCun'
    """
    known = {**INITIALISATIONS, **VARIANTS}
    return known[one_of("initialisation", name, known)]


def initial_weights(name: str, generator: np.random.Generator, r: int, n: int, m: int) -> Weights:
    r"""Return W, V and A drawn by one of Table 3's initialisations, b and c zero (section 5.4).

    The standard deviation of an entry is :math:`10^{-3}` or :math:`10^{-1}` for the two normal
    ones, :math:`\sqrt{2/f}` for He, :math:`\sqrt{2/(f+f')}` for Glorot and :math:`\sqrt{1/f}` for
    LeCun, with the fan in f, the columns of the matrix, and the fan out f', its rows. All are
    normal distributions, not cut off, as in the program the authors released. Keras cuts He and
    LeCun off at two deviations, and its default for Glorot is the uniform distribution of the same
    deviation, here the variant ``glorot-uniform``. In ``he-lecun-w`` only W has LeCun's deviation.

    Generators in the same state give the normal initialisations the same numbers but for a factor
    per matrix; ``normal-1e-1`` is ``Weights.normal`` with 0.1.

    Args:
        name: a key of ``INITIALISATIONS`` or ``VARIANTS``.
        generator: where W, V and A are drawn from, in this order.
        r: hidden units.
        n: inputs.
        m: outputs.

    Raises:
        ValueError: no initialisation has this name, a size is not a whole number >= 1, or the
            generator is not a NumPy one.

    Example:
        >>> import numpy as np
        >>> from lib import alm
        >>> alm.initial_weights("he", np.random.default_rng(0), 4, 3, 2).W.shape
        (4, 4)
    """
    how = initialisation(name)
    instance("generator", generator, np.random.Generator, "a numpy.random.Generator")
    r, n, m = count("r", r), count("n", n), count("m", m)
    W = _draw(how, how.of_W or how.deviation, generator, r, r)
    V = _draw(how, how.deviation, generator, r, n)
    A = _draw(how, how.deviation, generator, m, r)
    return Weights(W=W, V=V, b=np.zeros(r), A=A, c=np.zeros(m))


def _draw(
    how: Initialisation,
    deviation: Deviation,
    generator: np.random.Generator,
    fan_out: int,
    fan_in: int,
) -> np.ndarray:
    sd, shape = deviation(fan_in, fan_out), (fan_out, fan_in)
    if how.uniform:
        limit = math.sqrt(3) * sd
        return generator.uniform(-limit, limit, shape)
    return generator.normal(0.0, sd, shape)
