"""What an extension of the method offers; without one, everything is the paper's.

`Options` carries the extension, a frozen object with its parameters. At the start of a run it makes
a strategy, which has the run's memory: how the blocks are swept (Algorithm 3.2), when gamma grows,
and where the run goes back to (Algorithm 3.1).
"""

from abc import ABC, abstractmethod
from typing import ClassVar, NamedTuple

import numpy as np

from lib.alm.problem import State
from lib.alm.workspace import Workspace


class Refuge(NamedTuple):
    """A point to go back to, its multipliers, and the factor by which gamma then grows at least."""

    state: State
    xi: np.ndarray
    zeta: np.ndarray
    factor: float


class Strategy(ABC):
    """The part of one run that an extension may change."""

    @abstractmethod
    def reset(self) -> None:
        """Take note that the next subproblem does not begin where the last one ended."""

    @abstractmethod
    def begin(self, ws: Workspace) -> None:
        """Take note of the point, the multipliers and gamma that were loaded for a subproblem."""

    @abstractmethod
    def sweep(self, ws: Workspace) -> int:
        """Move the workspace to the next point and return how many sweeps that took.

        The workspace's old blocks are then those from which the last of them began.
        """

    def refuge(self, state: State, xi: np.ndarray, zeta: np.ndarray) -> Refuge | None:
        """Return where to go back to from a subproblem's end and its new multipliers, if at all."""
        return None

    def raises_gamma(self, state: State, slow: bool) -> bool:
        """Tell whether gamma grows by (3.9); `slow` says that (3.8) asks for it."""
        return slow


class Extension(ABC):
    """Parameters of an extension, checked when they are given."""

    #: The stop rules of `Options` that mean nothing with this extension.
    excluded_rules: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def strategy(self, ws: Workspace, start: State) -> Strategy:
        """Return the strategy of a run from `start`.

        Raises:
            ValueError: if the extension does not fit the workspace's problem.
        """
