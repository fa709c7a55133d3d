r"""Both papers: how a claim fares in every specification that its paper leaves possible.

A *choice* is something that a reproduction has to decide; a *specification* decides all of them.
Every specification that records exist for is counted, once each. The rules, written down before
any of it was computed:

* A specification has an effect with an interval from its paired trials, and an outcome: whether the
  claimed side is better, worse, or tied, by the signed-rank test corrected after Holm in the family
  of that specification, as on the page of the table. Specifications whose trials are too few for
  their whole family to be significant are shown and not judged.
* The claim is a comparison whose cases are the specifications that can be judged.
* That the answer is the same whichever way the open choices are made is a universal claim, whose
  cases are the pairs of specifications that differ in a single one of them; opposite outcomes
  violate it.
* How much a choice explains is told by the ranks of the effects, which need no effect to be finite:
  with :math:`R^2` their variance between its k levels over all of it, for n specifications

  .. math:: \max\bigl(0,\; 1 - (1 - R^2) (n - 1) / (n - k)\bigr)

  A specification in which the choice does not arise is in a level of its own. Choices that come
  together, as a dataset and its optimiser, explain the same twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from evidence.kit.rule import Case, Comparisons, Universal
from evidence.statistics import Outcome

WORDS: Mapping[Outcome, str] = {outcome: outcome.value for outcome in Outcome}

DIGITS = 9
"""Decimals in which two effects have to differ, so that rounding decides no order."""


@dataclass(frozen=True)
class Specification:
    """One way of making every choice, and what came of it.

    Attributes:
        choices: choice to level, without the choices that do not arise.
        effect: in the unit of its multiverse; infinite where a run diverged.
        interval: of the effect, None where it has none.
        outcome: of the claimed side.
        decidable: whether its trials are enough for its whole family.
    """

    choices: Mapping[str, str]
    effect: float
    interval: tuple[float, float] | None
    outcome: Outcome
    decidable: bool = True


@dataclass(frozen=True)
class Multiverse:
    """All specifications of one claim.

    Attributes:
        key: short name, for numbers.
        effect: what the effect is, with its unit, and which way favours the claim.
        specifications: all of them.
        given: choices that are part of the claim, such as the dataset; the others are open.
        neutral: the effect of no difference: 1 for a factor, drawn on a logarithmic axis, else 0.
        words: what the outcomes are called.
        limits: effects beyond these are drawn at the edge of the figure.
    """

    key: str
    effect: str
    specifications: tuple[Specification, ...]
    given: tuple[str, ...]
    neutral: float = 0.0
    words: Mapping[Outcome, str] = field(default_factory=lambda: WORDS)
    limits: tuple[float, float] = (-np.inf, np.inf)

    @property
    def choices(self) -> dict[str, list[str]]:
        """The levels of every choice, each in the order in which specifications have them."""
        longest_first = sorted(self.specifications, key=lambda s: -len(s.choices))
        order = dict.fromkeys(choice for s in longest_first for choice in s.choices)
        return {
            choice: list(
                dict.fromkeys(s.choices[choice] for s in self.specifications if choice in s.choices)
            )
            for choice in order
        }

    @property
    def open(self) -> list[str]:
        """The choices that the paper leaves open."""
        return [choice for choice in self.choices if choice not in self.given]

    @property
    def judged(self) -> list[Specification]:
        """The specifications whose trials can decide."""
        return [s for s in self.specifications if s.decidable]

    def count(self, outcome: Outcome) -> int:
        """Return in how many judged specifications this is the outcome."""
        return sum(s.outcome is outcome for s in self.judged)


def in_order(multiverse: Multiverse) -> list[Specification]:
    """Return the specifications by effect, the smallest first."""
    return sorted(multiverse.specifications, key=lambda s: s.effect)


def explained(multiverse: Multiverse, choice: str) -> float:
    """Return which share of the order of the effects a choice explains, from 0 to 1."""
    effects = np.round([s.effect for s in multiverse.specifications], DIGITS)
    rank = pd.Series(effects).rank().to_numpy()
    levels = np.array([s.choices.get(choice, "") for s in multiverse.specifications])
    names, n, total = set(levels), rank.size, float(rank.var())
    if total == 0 or n <= len(names):
        return 0.0
    means = np.array([rank[levels == level].mean() for level in levels])
    return max(0.0, 1 - (1 - float(means.var()) / total) * (n - 1) / (n - len(names)))


@dataclass(frozen=True)
class Pairs:
    """Judged specifications that differ in one choice alone, two by two.

    Attributes:
        all: how many pairs.
        changed: with different outcomes.
        opposite: better in one and worse in the other.
    """

    all: int
    changed: int
    opposite: int


def pairs(multiverse: Multiverse, choice: str) -> Pairs:
    """Return what becomes of outcomes when this choice alone is made in another way."""
    matched: dict[frozenset, list[Outcome]] = {}
    for s in multiverse.judged:
        if choice in s.choices:
            rest = frozenset(item for item in s.choices.items() if item[0] != choice)
            matched.setdefault(rest, []).append(s.outcome)
    found = [set(pair) for outcomes in matched.values() for pair in combinations(outcomes, 2)]
    return Pairs(
        len(found),
        sum(len(pair) > 1 for pair in found),
        found.count({Outcome.BETTER, Outcome.WORSE}),
    )


def strongest(multiverse: Multiverse, among: Sequence[str] | None = None) -> tuple[str, float]:
    """Return the choice that explains most of the order of the effects, and how much."""
    shares = {choice: explained(multiverse, choice) for choice in among or multiverse.choices}
    return max(shares.items(), key=lambda item: item[1])


def compared(multiverse: Multiverse) -> Comparisons:
    """Return how the claimed side fares in the specifications whose trials can decide."""
    first, share = strongest(multiverse)
    cases = {", ".join(s.choices.values()): Case(s.outcome) for s in multiverse.judged}
    return Comparisons(
        cases,
        f"{len(cases)} of {len(multiverse.specifications)} specifications can be judged; of the "
        f"order of the effects the choice “{first}” explains {share:.0%}",
    )


def turned(multiverse: Multiverse) -> Universal:
    """Return in how many pairs that differ in one open choice the outcome turns round."""
    alone = {choice: pairs(multiverse, choice) for choice in multiverse.open}
    most = max(alone, key=lambda choice: alone[choice].opposite, default="")
    return Universal(
        cases=sum(p.all for p in alone.values()),
        violated=sum(p.opposite for p in alone.values()),
        drawn="Pairs of specifications that differ in one open choice alone ("
        + ", ".join(f"“{choice}”" for choice in alone)
        + "); violated where one is better and the other worse",
        worst=f"most by “{most}”, {alone[most].opposite} of {alone[most].all}" if most else "",
    )


def key_numbers(multiverse: Multiverse) -> dict[str, float]:
    """Return what a notebook's check compares and its prose quotes."""
    key = multiverse.key
    numbers = {
        f"{key}.specifications": len(multiverse.specifications),
        f"{key}.judged": len(multiverse.judged),
        **{f"{key}.{o.value}": multiverse.count(o) for o in Outcome},
    }
    for choice in multiverse.choices:
        numbers[f"{key}.{choice}.explained"] = 100 * explained(multiverse, choice)
        found = pairs(multiverse, choice)
        for name in ("all", "changed", "opposite"):
            numbers[f"{key}.{choice}.{name}"] = getattr(found, name)
        for level in multiverse.choices[choice]:
            chosen = [s for s in multiverse.judged if s.choices.get(choice) == level]
            numbers[f"{key}.{choice}.{level}.judged"] = len(chosen)
            for o in Outcome:
                numbers[f"{key}.{choice}.{level}.{o.value}"] = sum(s.outcome is o for s in chosen)
    return {name: float(value) for name, value in numbers.items()}
