r"""Theorems 4.4 and 4.6 and Remark 3.4 of paper B, looked at where sweeps come to rest."""

from dataclasses import dataclass

import numpy as np

from evidence.pages.alm_theory.block_descent import sweeps
from evidence.pages.alm_theory.lagrangian_forms import GAMMA, MU, RELU, draw, r, slope
from lib import alm
from lib.alm import bcd
from lib.alm.certificate import distance_in_u
from lib.alm.workspace import Workspace

STILL = 1e-10
"""Sweeps have come to rest when one moves the point by less."""

BATCH = 1000
DIRECTIONS = 200


@dataclass(frozen=True)
class Rest:
    """Where the sweeps of one subproblem end.

    Attributes:
        moved: the length of the last sweep.
        values: what L's three values in it differ by, over their size.
        points: the largest distance between its three points.
        steepest: the least one-sided slope of L there, over random directions and both ways along
            every coordinate, all of length one.
        kinks: how many entries of u are at the kink.
    """

    moved: float
    values: float
    points: float
    steepest: float
    kinks: int

    @property
    def still(self) -> bool:
        """Whether the sweeps have come to rest."""
        return self.moved < STILL


def rest(number: int, most: int) -> Rest:
    """Sweep over a small random subproblem until it rests, or so many times."""
    sub, s, rng, problem = draw(number)
    weights = sub.state(s).weights
    start = alm.State(weights, *alm.rollout(weights, problem.X, RELU))
    workspace = Workspace(problem, r)
    workspace.load(start, sub.xi, sub.zeta, GAMMA, MU)
    for _ in range(most // BATCH):
        for _ in range(BATCH):
            bcd.sweep(workspace)
        (last,) = sweeps(sub, workspace.state(), MU, 1)
        if last.moved < STILL:
            break
    end, values = last.points[-1], np.array(last.values[1:])
    random = rng.normal(size=(DIRECTIONS, s.size))
    random /= np.linalg.norm(random, axis=1)[:, None]
    ways = [*random, *np.eye(s.size), *-np.eye(s.size)]
    return Rest(
        moved=last.moved,
        values=float(np.ptp(values) / np.abs(values).max()),
        points=float(max(np.linalg.norm(point - end) for point in last.points[1:])),
        steepest=min(slope(sub, end, d) for d in ways),
        kinks=int((np.abs(end[sub.u]) < STILL).sum()),
    )


def ties(q: float = 16 / 9) -> tuple[float, float]:
    """Return two minimisers of the u problem's function and by how much it differs at them.

    Divided by gamma and with theta2 in the square, it is q u^2/2 - a u + (theta2 - (u)+)^2/2. Where
    a is negative and theta2 = -9 a/4, q = 16/9, its best points on either side of zero tie.

    Returns:
        The distance of the two points, and the difference of the values over their size.
    """
    a = -1.0
    theta2 = -9 / 4 * a
    points = np.array([max(a + theta2, 0) / (q + 1), min(a, 0) / q])
    values = q * points**2 / 2 - a * points + (theta2 - np.maximum(points, 0)) ** 2 / 2
    return float(np.ptp(points)), float(np.ptp(values) / np.abs(values).max())


def stationary() -> tuple[int, int, int]:
    """Count the kinds of stationarity of x -> a x - zeta (x)+ at zero, over a grid of a and zeta.

    Returns:
        How many are stationary along directions, how many of these are not in the limiting sense,
        and how many are in the limiting sense alone.
    """
    grid = np.arange(-8, 9) / 4
    a, zeta = (x.ravel()[:, None] for x in np.meshgrid(grid, grid))
    along = (a - zeta >= 0) & (a <= 0)
    limiting = distance_in_u(RELU, a, zeta, np.zeros_like(a)) == 0
    counts = along, along & ~limiting, limiting & ~along
    return tuple(int(found.sum()) for found in counts)
