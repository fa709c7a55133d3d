"""Training in two stages: an optimiser whose rate falls once."""

from dataclasses import dataclass

import torch

from lib.models import Parameters
from lib.training import SGD, Optimiser, Stepper
from lib.validation import count, positive


@dataclass(frozen=True)
class Staged(Optimiser):
    """Another optimiser that keeps its memory while its rate falls to a share.

    Attributes:
        rate: of the first stage, one for all runs or one a run.
        kind: the optimiser's class.
        after: steps of the first stage, >= 1.
        share: of the rate, that of the second stage, > 0.

    Raises:
        ValueError: a number out of range.
    """

    kind: type[Optimiser] = SGD
    after: int = 1
    share: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        count("steps of the first stage", self.after)
        positive("share of the rate", self.share)

    def begin(self, params: Parameters) -> Stepper:
        """Return what moves `params`."""
        return Falling(self.kind(self.rate).begin(params), self.after, self.share)


class Falling(Stepper):
    """A stepper at work whose rate falls once.

    Args:
        inner: it, whose `eta` is changed in place.
        after: steps with the first rate.
        share: what the rate is multiplied by then.
    """

    def __init__(self, inner: Stepper, after: int, share: float) -> None:
        super().__init__(inner.flat, inner.eta)
        self.inner, self.after, self.share = inner, after, share
        self.steps = 0

    def step(self, gradient: torch.Tensor) -> None:
        """Move the weights by one step."""
        if self.steps == self.after:
            self.eta.mul_(self.share)
        self.steps += 1
        self.inner.step(gradient)

    def lengths(self, rows: slice, columns: slice) -> torch.Tensor:
        """Return the step lengths of the inner stepper."""
        return self.inner.lengths(rows, columns)
