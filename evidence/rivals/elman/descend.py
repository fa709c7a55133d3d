"""Training a batch of networks, each by its own rule, as an iteration over epochs."""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count, groupby
from typing import NamedTuple

import numpy as np

from evidence.rivals.elman.adam import Adam
from evidence.rivals.elman.batch import Batch
from evidence.rivals.elman.clipping import clip
from evidence.rivals.elman.momentum import GradientDescent
from evidence.rivals.elman.networks import Networks
from lib import validation

Rule = GradientDescent | Adam
NEVER = -1


class State(NamedTuple):
    """The networks after an epoch; they are the iteration's own and change with the next one.

    Attributes:
        epoch: from 0, the start.
        networks: of all runs.
        diverged: (R,), the epoch in which a run's objective or gradient was no longer finite, or
            ``NEVER``. Its weights stay as they were then.
        seconds: CPU time of the training of all runs so far, not counting what happens between
            the epochs.
    """

    epoch: int
    networks: Networks
    diverged: np.ndarray
    seconds: float


def windows(steps: int, size: int | None = None) -> list[slice]:
    """Return the consecutive windows of a series in order of time; the last may be shorter.

    Args:
        steps: T.
        size: steps in a window; None for the whole series.

    Raises:
        ValueError: a window would be longer than the series, or empty.
    """
    if size is None:
        return [slice(0, steps)]
    if validation.count("batch size", size) > steps:
        raise ValueError(f"batch size must be at most the {steps} steps of the series, got {size}")
    return [slice(start, min(start + size, steps)) for start in range(0, steps, size)]


def descend(
    batch: Batch, rules: Sequence[Rule], parts: Sequence[slice], *, carried: bool = False
) -> Iterator[State]:
    """Yield the networks after 0, 1, 2, ... epochs, one step per window and epoch.

    Run k moves as it would alone: what other runs do, and whether they diverge, does not touch it.

    Args:
        batch: the problems; its networks are trained in place.
        rules: one a run. Neighbours of one kind are moved together.
        parts: the windows of an epoch in their order, see `windows`.
        carried: whether a window begins at the hidden state at which the one before it ended,
            truncated back-propagation; otherwise at zero.

    Raises:
        ValueError: there is not one rule a run, or a rule is of another type.
    """
    if len(rules) != batch.networks.runs:
        raise ValueError(f"rules must be one a run ({batch.networks.runs}), got {len(rules)}")
    for rule in rules:
        if not isinstance(rule, Rule):
            raise ValueError(f"a rule must be GradientDescent(...) or Adam(...), got {rule!r}")
    return _iterate(batch, _bind(batch, rules), parts, carried)


def _iterate(
    batch: Batch, steppers: Sequence[Callable[[], None]], parts: Sequence[slice], carried: bool
) -> Iterator[State]:
    networks, gradient = batch.networks, batch.gradient.flat
    diverged = np.full(networks.runs, NEVER)
    held = np.empty((0, networks.flat.shape[1]))
    seconds = 0.0
    for epoch in count(1):
        yield State(epoch - 1, networks, diverged.copy(), seconds)
        began = time.process_time()
        before = None
        for window in parts:
            value = batch.differentiate(window, before)
            before = batch.last(window) if carried else None
            with np.errstate(all="ignore"):
                bad = ~np.isfinite(value + np.einsum("rp,rp->r", gradient, gradient))
                if bad.any():
                    diverged[bad & (diverged == NEVER)] = epoch
                    held = networks.flat[diverged != NEVER]
                for step in steppers:
                    step()
            if len(held):
                networks.flat[diverged != NEVER] = held
        seconds += time.process_time() - began


def _bind(batch: Batch, rules: Sequence[Rule]) -> list[Callable[[], None]]:
    steppers, start = [], 0
    for kind, group in groupby(rules, key=_kind):
        members = list(group)
        rows = slice(start, start + len(members))
        start = rows.stop
        weights, gradient = batch.networks.flat[rows], batch.gradient.flat[rows]
        if kind[1]:
            steppers.append(_clipper(members, gradient, batch.networks))
        steppers.append(kind[0].stepper(members, weights, gradient))
    return steppers


def _kind(rule: Rule) -> tuple[type, bool, bool]:
    clipped = rule.clip is not None
    return type(rule), clipped, clipped and rule.clip.per_array


def _clipper(rules: Sequence[Rule], gradient: np.ndarray, networks: Networks) -> Callable[[], None]:
    norms = np.array([rule.clip.norm for rule in rules])
    together = [slice(0, gradient.shape[1])]
    blocks = list(networks.columns.values()) if rules[0].clip.per_array else together
    return lambda: clip(gradient, norms, blocks)
