r"""The time that sweeps of Algorithm 3.2 take, from counted operations and numbers of a machine.

The time of one sweep is taken to be

.. math:: a F_T + s F_0 + b K + d\,(K - C)_+ + e ,

where :math:`F_T` counts the floating point operations of the products over all time steps,
:math:`F_0` those of the systems of r, n+1 or r+1 equations, and K the numbers that a sweep reads:
about nine arrays T x r, the rows [x, 1] three times, [y, 1] once. C of them stay in the cache; what
is beyond it costs d more. The calls of a sweep take e, whatever they are called with.

Wang, Zhang and Chen, arXiv 2402.13687, Lemma 3.1 and section 3.2.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.optimize import nnls

Size = tuple[int, int]
"""T and r."""


def sweep_flops(T: int, r: int, n: int, m: int) -> float:
    """Return the floating point operations that one structured sweep needs.

    Products count 2, a Gram matrix half of that, a Cholesky factorisation N^3/3 and a solve 2 N^2
    per right-hand side; elementwise work and what is constant within a subproblem count nothing.

    Example:
        >>> f"{sweep_flops(450, 100, 80, 30):.3g}"
        '7.92e+07'
    """
    N = n + 1
    w = T * r * r + 2 * T * r * (2 * N + r)  # H'H, X'H, X'(u + xi/gamma), H'(u + xi/gamma)
    w += 5 * N * r * r + r**3 / 3 + 2 * r**3  # the [x, 1] part eliminated, W, then V and b
    a = 2 * T * r * m + (r + 1) ** 3 / 3 + 2 * (r + 1) ** 2 * m
    h = r**3 + m * r * r + 2 * r**3 / 3 + 2 * r**3  # D1, D2, their factors, D1^-1
    h += 2 * T * r * (N + m + 1 + r) + 2 * T * r * r  # right-hand sides, their product with D1^-1
    u = 2 * T * r * r
    return w + a + h + u


CACHES = tuple(2**k for k in range(14, 24))
"""Numbers that may fit into a cache, of 128 KB to 64 MB."""


@dataclass(frozen=True)
class Machine:
    """What a machine takes for the parts of a sweep, in seconds.

    Attributes:
        product: a, of an operation of the products over the time steps.
        system: s, of an operation of the small systems.
        number: b, of a number that is read.
        beyond: d, more for one that is not in the cache.
        calls: e, of the calls of a sweep.
        cache: C, numbers that fit into the cache.
        inputs, outputs: n and m of the series.
    """

    product: float
    system: float
    number: float
    beyond: float
    calls: float
    cache: int
    inputs: int
    outputs: int

    @classmethod
    def fitted(cls, seconds: Mapping[Size, float], inputs: int, outputs: int) -> Self:
        """Return the numbers, none negative, whose relative errors have the least squares.

        Args:
            seconds: of one sweep at each size.
            inputs, outputs: n and m.
        """
        wanted = np.array(list(seconds.values()))[:, None]
        fits = []
        for cache in CACHES:
            parts = np.array([_parts(*size, inputs, outputs, cache) for size in seconds])
            found, error = nnls(parts / wanted, np.ones(len(wanted)))
            fits.append((error, cls(*found.tolist(), cache, inputs, outputs)))
        return min(fits, key=lambda fit: fit[0])[1]

    def sweep(self, T: int, r: int) -> float:
        """Return the seconds of one sweep on T steps with r hidden units."""
        parts = _parts(T, r, self.inputs, self.outputs, self.cache)
        times = (self.product, self.system, self.number, self.beyond, self.calls)
        return sum(part * time for part, time in zip(parts, times, strict=True))


def _parts(T: int, r: int, n: int, m: int, cache: int) -> tuple[float, ...]:
    """Return F_T, F_0, K, what of K is beyond the cache, and 1."""
    systems = sweep_flops(0, r, n, m)
    read = T * (9 * r + 3 * (n + 1) + m + 1)
    return sweep_flops(T, r, n, m) - systems, systems, read, max(0, read - cache), 1.0


def shared_out(one: float, trials: int, workers: int, cores: int, start: float = 0.0) -> float:
    """Return the seconds after which trials are done that share nothing.

    Args:
        one: seconds of a trial on a core of its own.
        trials: how many.
        workers: processes of one thread; no more of them than cores are of use.
        cores: of all machines together.
        start: seconds that starting the workers takes.

    Example:
        >>> shared_out(60.0, trials=10, workers=4, cores=16)
        180.0
    """
    return start + math.ceil(trials / min(workers, cores)) * one
