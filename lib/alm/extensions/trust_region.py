"""Newton's method with a trust region, its steps by conjugate gradients.

T. Steihaug, The conjugate gradient method and trust regions in large scale optimization, SIAM
Journal on Numerical Analysis 20 (1983); J. Nocedal, S. J. Wright, Numerical Optimization,
Algorithms 4.1 and 7.2.
"""

from typing import NamedTuple, Protocol

import numpy as np

ACCEPTED, POOR, GOOD = 1e-4, 0.25, 0.75
"""Ratios of the actual to the predicted decrease."""

SHRUNK, GROWN = 0.25, 2.0
"""Factors on the radius after a poor step, and after a good one that the region cut."""

ROUNDING = 1e-13
"""A predicted decrease below this share of the value drowns in the value's last digits."""

SMALLEST = 1e-12
"""A radius below this ends the method: no descent is left that floating point can see."""


class Smooth(Protocol):
    """A function with a gradient, and with the products of its Hessian at the last point."""

    def evaluate(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        """Return value and gradient."""

    def times(self, v: np.ndarray) -> np.ndarray:
        """Return the Hessian at the point evaluated last times v."""


class Minimised(NamedTuple):
    """Where the method ended; the function was last evaluated there."""

    x: np.ndarray
    gradient: float
    radius: float
    steps: int
    products: int


def minimise(
    function: Smooth,
    x: np.ndarray,
    tolerance: float,
    radius: float,
    steps: int,
    products: int = 400,
) -> Minimised:
    """Minimise from x until the gradient's norm is at most `tolerance` or `steps` are used up.

    Args:
        function: what is minimised; infinite where it is not defined.
        x: start.
        tolerance: of the gradient's norm.
        radius: of the first trust region.
        steps: most Newton steps.
        products: most Hessian products in one step.
    """
    value, gradient = function.evaluate(x)
    taken = used = 0
    while taken < steps and np.linalg.norm(gradient) > tolerance and radius > SMALLEST:
        taken += 1
        step, predicted, count, bounded = _step(function, gradient, radius, products)
        used += count
        new_value, new_gradient = function.evaluate(x + step)
        if predicted <= ROUNDING * abs(value):
            # Rounding hides so small a decrease; a shorter gradient shows it.
            better = np.linalg.norm(new_gradient) < np.linalg.norm(gradient)
            ratio = 1.0 if np.isfinite(new_value) and better else -1.0
        else:
            ratio = (value - new_value) / predicted
        if ratio < POOR:
            radius = SHRUNK * min(radius, float(np.linalg.norm(step)))
        elif ratio > GOOD and bounded:
            radius *= GROWN
        if ratio > ACCEPTED:
            x, value, gradient = x + step, new_value, new_gradient
        else:
            function.evaluate(x)
    return Minimised(x, float(np.linalg.norm(gradient)), radius, taken, used)


def _step(
    function: Smooth, gradient: np.ndarray, radius: float, products: int
) -> tuple[np.ndarray, float, int, bool]:
    """Return a step, the decrease it promises, products used, and whether the region cut it."""
    norm = float(np.linalg.norm(gradient))
    enough = min(0.1, np.sqrt(norm)) * norm
    step, curved = np.zeros_like(gradient), np.zeros_like(gradient)
    residual = gradient.copy()
    direction = -residual
    square = residual @ residual
    used, bounded = 0, False
    while used < products and np.sqrt(square) > enough:
        product = function.times(direction)
        used += 1
        curvature = direction @ product
        length = square / curvature if curvature > 0.0 else np.inf
        longest = _to_boundary(step, direction, radius)
        bounded = not length < longest
        length = min(length, longest)
        step += length * direction
        curved += length * product
        if bounded:
            break
        residual += length * product
        before, square = square, residual @ residual
        direction = -residual + (square / before) * direction
    return step, float(-(gradient @ step + 0.5 * step @ curved)), used, bounded


def _to_boundary(step: np.ndarray, direction: np.ndarray, radius: float) -> float:
    """Return how far one can go from the step in a direction until its length is the radius."""
    a, b, c = direction @ direction, step @ direction, radius**2 - step @ step
    return float((-b + np.sqrt(b * b + a * max(c, 0.0))) / a)
