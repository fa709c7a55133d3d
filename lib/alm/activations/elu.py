"""The ELU of section 4.3, whose u problem has no closed form: (4.37)-(4.40)."""

from dataclasses import dataclass

import numpy as np

from lib.alm.activations.base import Activation


@dataclass(frozen=True)
class ELU(Activation, name="elu"):
    """sigma(u) = u for u >= 0 and exp(u) - 1 for u < 0.

    The negative side of the u problem has no closed form. With z = exp(u) its second derivative is
    (4.40)'s quadratic 2 z^2 - (theta2 + 1) z + q. Where that is well above zero the whole problem
    is convex, and a few Newton steps from the minimiser without its last term, a/q, reach the only
    stationary point. Elsewhere the negative side is convex left of the quadratic's smaller root and
    right of its larger one, and each convex piece is minimised by safeguarded Newton steps.

    Example:
        >>> import numpy as np
        >>> from lib import alm
        >>> alm.ELU().value(np.array([-1.0, 2.0])).round(3).tolist()
        [-0.632, 2.0]
    """

    def value(self, u, out=None):
        """Return sigma(u) elementwise, in `out` when given."""
        return np.add(np.maximum(u, 0.0), np.expm1(np.minimum(u, 0.0)), out=out)

    def slope_at(self, u):
        """Return sigma'(u) elementwise."""
        return np.exp(np.minimum(u, 0.0))

    def to_torch(self):
        """Return PyTorch's ELU."""
        from torch import nn

        return nn.ELU()

    def minimise(self, a, theta2, q, out):
        """Write a global minimiser of the u problem into `out`, (4.37)-(4.40)."""
        a, theta2 = a.ravel(), theta2.ravel()
        right = a + theta2
        # The quadratic is at least q/8 here.
        convex = theta2 <= np.sqrt(7.0 * q) - 1.0
        negative = np.flatnonzero(convex & (right < 0.0))
        rest = np.flatnonzero(~convex)
        right *= 1.0 / (q + 1.0)
        np.maximum(right.reshape(out.shape), 0.0, out=out)
        out.flat[negative] = _newton(a[negative], theta2[negative], q)
        if rest.size:
            out.flat[rest] = self._best_of_pieces(a[rest], theta2[rest], q)

    def _best_of_pieces(self, a, theta2, q):
        s = theta2 + 1.0
        discriminant = s * s - 8.0 * q
        nonconvex = (s > 0.0) & (discriminant > 0.0)
        root = np.sqrt(np.where(nonconvex, discriminant, 0.0))
        # The smaller root as (q/2) / larger root: the textbook form cancels for large theta2.
        larger = np.where(nonconvex, (s + root) / 4.0, 1.0)
        end_of_left = np.where(nonconvex, np.minimum(np.log(q / 2.0 / larger), 0.0), 0.0)
        start_of_right = np.minimum(np.log(larger), 0.0)
        lowest = lower_bound(a, theta2, q)

        best = np.maximum((a + theta2) / (q + 1.0), 0.0)
        best_value = self._objective(best, a, theta2, q)
        left = _stationary(a, theta2, q, np.minimum(lowest, end_of_left), end_of_left)
        right = _stationary(a, theta2, q, start_of_right, np.zeros_like(a))
        for candidate in (left, right):
            value = self._objective(candidate, a, theta2, q)
            better = value < best_value
            best = np.where(better, candidate, best)
            best_value = np.where(better, value, best_value)
        return best

    def _objective(self, u, a, theta2, q):
        return 0.5 * q * u * u - a * u + 0.5 * (theta2 - self.value(u)) ** 2


def lower_bound(a, theta2, q):
    """Return a point u <= 0 at or left of every minimiser on u <= 0, the bound of (4.38).

    The derivative is <= 0 there, because exp(u) (theta2 + 1 - exp(u)) >= min(theta2, 0).
    """
    return np.minimum((a + np.minimum(theta2, 0.0)) / q, 0.0)


def _newton(a, theta2, q):
    """Minimise the ELU's u problem where it is convex and its derivative at 0 is positive."""
    s = theta2 + 1.0
    x = np.minimum(a / q, 0.0)
    for _ in range(4):
        before, z = x, np.exp(x)
        slope = z - s
        curvature = slope + z
        slope *= z
        slope -= a
        slope += q * x
        curvature *= z
        curvature += q
        slope /= curvature
        x = np.minimum(x - slope, 0.0)
    late = np.flatnonzero(~_settled(x, before))
    if late.size:
        a, theta2 = a[late], theta2[late]
        x[late] = _stationary(a, theta2, q, lower_bound(a, theta2, q), np.zeros_like(a))
    return x


def _settled(new, old):
    """Tell where a Newton step was so small that it left an error of its square's size."""
    return np.abs(new - old) <= 1e-11 * (1.0 + np.abs(old))


def _stationary(a, theta2, q, low, high):
    """Minimise the ELU's u problem elementwise on [low, high], where it is convex and high <= 0."""
    u = np.where(_slope(high, a, theta2, q) <= 0.0, high, low)
    open_ = np.flatnonzero((_slope(low, a, theta2, q) < 0.0) & (_slope(high, a, theta2, q) > 0.0))
    a, theta2, low, high = (v.ravel()[open_] for v in (a, theta2, low, high))
    x = 0.5 * (low + high)
    # Newton needs some six steps, the bisection it falls back on about fifty.
    for _ in range(100):
        if open_.size == 0:
            break
        slope = _slope(x, a, theta2, q)
        z = np.exp(x)
        curvature = q + z * (2.0 * z - theta2 - 1.0)
        low, high = np.where(slope <= 0.0, x, low), np.where(slope >= 0.0, x, high)
        newton = x - slope / np.where(curvature > 0.0, curvature, np.inf)
        inside = (curvature > 0.0) & (newton >= low) & (newton <= high)
        new = np.where(inside, newton, 0.5 * (low + high))
        narrow = high - low <= 4e-16 * (1.0 + np.abs(x))
        settled = (inside & _settled(new, x)) | narrow
        u.flat[open_] = new
        on = ~settled
        open_, x, low, high = open_[on], new[on], low[on], high[on]
        a, theta2 = a[on], theta2[on]
    return u


def _slope(u, a, theta2, q):
    """Derivative of the ELU's u problem for u <= 0."""
    z = np.exp(u)
    return q * u - a - (theta2 + 1.0 - z) * z
