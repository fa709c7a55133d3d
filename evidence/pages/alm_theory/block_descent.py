r"""Theorem 4.3 of paper B, measured: what every block of every sweep takes off the Lagrangian.

With the moduli of strong convexity of the proof, (4.4) to (4.6) say

.. math:: L(s^{(j-1)})-L(s^{(j)}_z)\ge\tfrac{\alpha_1}2\|\Delta z\|^2,\quad
          L(s^{(j)}_z)-L(s^{(j)}_h)\ge\tfrac{\alpha_2}2\|\Delta h\|^2,\quad
          L(s^{(j)}_h)-L(s^{(j)})\ge\tfrac{\mu}2\|\Delta u\|^2 .
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from evidence.pages.alm_theory.block_lipschitz import Subproblem
from lib.alm import Penalties, State, bcd
from lib.alm.workspace import Workspace

BLOCKS = ("z", "h", "u")


class Moduli(NamedTuple):
    """The moduli alpha_1, alpha_2 and mu of the proof of Theorem 4.3."""

    z: float
    h: float
    u: float


def moduli(penalties: Penalties, gamma: float, mu: float) -> Moduli:
    r"""Return lower bounds of the moduli that hold on the whole space,

    .. math:: \alpha_1\ge2\min\{\lambda_1,\dots,\lambda_5\},\qquad\alpha_2\ge\gamma,

    read off :math:`\hat Q_1,\hat Q_2,D_1,D_2` of Lemma 3.1: what is added to a Gram matrix there.
    """
    p = penalties
    smallest = min(p.lambda1, p.lambda2, p.lambda3, p.lambda4, p.lambda5)
    return Moduli(2.0 * smallest, gamma, mu)


@dataclass(frozen=True, eq=False)
class Sweep:
    """One sweep of Algorithm 3.2, block by block.

    Attributes:
        points: s before the sweep, after z, after h and after u, as vectors.
        values: L at these points.
        squares: squared change of z, h and u.
        distance: dist(0, dL) at the last point, the left side of (3.6).
    """

    points: tuple[np.ndarray, ...]
    values: tuple[float, ...]
    squares: tuple[float, ...]
    distance: float

    @property
    def drops(self) -> tuple[float, ...]:
        """By how much each block lowered L."""
        return tuple(-np.diff(self.values))

    @property
    def moved(self) -> float:
        """The left side of (3.17), how far the sweep moved s."""
        return float(np.sqrt(sum(self.squares)))


def sweeps(sub: Subproblem, start: State, mu: float, count: int) -> Iterator[Sweep]:
    """Yield `count` sweeps of one subproblem, done by the solver's own block updates."""
    ws = Workspace(sub.problem, sub.r)
    ws.load(start, sub.xi, sub.zeta, sub.gamma, mu)
    point = sub.vector(ws.state())
    value = sub.value(point)
    for _ in range(count):
        points, values = [point], [value]
        for update in (bcd.update_z, bcd.update_h, bcd.update_u):
            update(ws)
            points.append(sub.vector(ws.state()))
            values.append(sub.value(points[-1]))
        squares = [
            float(np.sum((after - before)[block] ** 2))
            for before, after, block in zip(points, points[1:], (sub.z, sub.h, sub.u), strict=False)
        ]
        yield Sweep(tuple(points), tuple(values), tuple(squares), sub.distance(points[-1]))
        point, value = points[-1], values[-1]
