"""One rule for all claims: five kinds, the measurement of each, and the word that follows.

A claim is a sentence of a paper, faithful in its quantifier, with an id, a place and one kind. A
page measures it and returns one of the five measurements below; :func:`word` alone turns it into
a verdict. No claim has conditions of its own, and nothing here knows which paper a claim is of.

==============  ===========================  =================================================
kind            measurement                  what is asked
==============  ===========================  =================================================
``value``       :class:`Values`              does the printed number agree with ours?
``comparison``  :class:`Comparisons`         in how many of k cases does the lead survive?
``universal``   :class:`Universal`           how many of n cases violate it?
``identity``    :class:`Identity`            how far apart are the two sides?
``limit``       :class:`Limit`               how many runs came, how many left again?
==============  ===========================  =================================================

The rule was written before any claim was judged by it:

* **Cases together.** Where a claim speaks of k numbers or k comparisons, let r of them be as
  printed, w go the printed way with another size, c be contradicted, and the rest undecided. The
  claim is *reproduced* when r is at least nine tenths of k and c is none; *contradicted* when
  c > r + w, or when r + w is less than a tenth of k although most cases could have shown what is
  printed; *undecided* when r + w is less than a tenth of k, or c. Otherwise a claim of comparisons
  is *weaker than printed*. Of a list of numbers "weaker" would say something that no number need
  do: it is *reproduced in part* when r > w, else true *in direction only*.
* **One number.** It agrees when the printed value, widened by its rounding, meets the interval in
  which the chance of both sides would let it lie. An interval that holds the null value as well,
  or, where there is none, whose ends are a factor of ten apart, decides nothing. A number that
  does not agree is *weaker than printed* (or *stronger*) when ours lies on the same side of the
  null and its own interval excludes it, else *contradicted*.
* **One comparison.** It survives when the lead is more than chance after Holm's correction, is
  reversed when the other's lead is, and a tie otherwise. A tie is never "as good".
  A sentence that reads a figure without "always" is a comparison too: each run is a case, one that
  does not show it is a tie, one that shows the opposite is reversed.
* **Universal and identity.** One violation beyond rounding contradicts. None leaves a universal
  claim *undecided* while the cases do not reach what is claimed. A repaired statement without a
  violation in cases of its own makes the claim *true after repair*: contradicted as printed, and
  counted apart.
* **Limit.** *Reproduced* when nine tenths of at least ten runs came within the threshold, or, of a
  sentence that says "can", one; *contradicted* when one left again or provably cannot come. Runs
  that were cut off before leave it *undecided*.
* **Readings.** Where the paper leaves a setting open that its sentence needs, every reading is
  measured by itself. All on the paper's side, the weakest of their words stands; all contradicted,
  repaired or not, the claim is *contradicted*; else it is *undecided*.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch
from math import isfinite, isnan

from evidence.kit.verdicts import Verdict
from evidence.statistics import Outcome

MOST = 0.9
FEW = 0.1
RUNS = 10
"""Fewer runs say nothing about a limit; the papers repeat theirs as often."""

WIDE = 10.0
"""An interval whose ends are this factor apart decides nothing about a number without a null."""


@dataclass(frozen=True)
class Value:
    """One printed number beside ours.

    Attributes:
        printed: the number, or the ends of a printed range (infinite where it is open).
        ours: our estimate; infinite where our runs diverged.
        chance: where the printed number would lie, were it right: the interval with the chance of
            both sides. Equal ends for a number without chance; None with too few trials for one.
        own: our interval for the estimate alone, held against the null; ``chance`` if left out.
        null: the value that would mean "no effect", None where there is none.
        rounding: half a unit of the last printed digit.
    """

    printed: float | tuple[float, float]
    ours: float
    chance: tuple[float, float] | None
    own: tuple[float, float] | None = None
    null: float | None = None
    rounding: float = 0.0

    @classmethod
    def exact(cls, printed: float | tuple[float, float], ours: float, rounding: float = 0.0):
        """Return a number without chance: a count, a size, a setting."""
        return cls(printed, float(ours), (float(ours), float(ours)), rounding=rounding)


@dataclass(frozen=True)
class Values:
    """The measurement of a claim of kind ``value``.

    Attributes:
        cases: per name one printed number beside ours.
        detail: what the numbers are and how they were found, in a clause.
        unit: of all numbers.
    """

    cases: Mapping[str, Value]
    detail: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Case:
    """One comparison.

    Attributes:
        outcome: of the method that the paper puts ahead.
        visible: whether the printed lead would have been seen in our trials, four times of five;
            False where no lead is printed.
    """

    outcome: Outcome
    visible: bool = False


@dataclass(frozen=True)
class Comparisons:
    """The measurement of a claim of kind ``comparison``: a better than b, on k cases.

    Attributes:
        cases: per name one comparison; a case too small to decide is a tie that shows nothing.
        detail: who is compared by what, with the size of the lead, in a clause.
    """

    cases: Mapping[str, Case]
    detail: str = ""


@dataclass(frozen=True)
class Universal:
    """The measurement of a claim of kind ``universal``: always, never, for every.

    Attributes:
        cases: how many were looked at.
        violated: in how many it failed beyond rounding.
        drawn: what the cases are and how they were drawn, in a clause.
        worst: the worst case, in a clause.
        reaches: whether the cases reach what is claimed.
        repaired: the same measurement of the repaired statement, where there is one.
        repair: the repaired statement.
    """

    cases: int
    violated: int
    drawn: str
    worst: str = ""
    reaches: bool = True
    repaired: "Universal | None" = None
    repair: str = ""


@dataclass(frozen=True)
class Identity:
    """The measurement of a claim of kind ``identity``: an equation, definition, bound, proof step.

    Attributes:
        gap: the largest distance of the two sides; NaN where it cannot be evaluated.
        tolerance: what rounding explains.
        cases: over how many inputs.
        detail: what was compared and how the inputs were drawn, in a clause.
        repaired: the same measurement of the repaired form, where there is one.
        repair: the repaired form.
    """

    gap: float
    tolerance: float
    cases: int
    detail: str = ""
    repaired: "Identity | None" = None
    repair: str = ""


@dataclass(frozen=True)
class Limit:
    """The measurement of a claim of kind ``limit``: tends to, converges, stops after finitely many.

    Attributes:
        runs: how many were looked at.
        reached: how many came within the threshold and stayed; the others were cut off before.
        left: how many left again, or provably cannot come.
        threshold: what counts as there, in a clause.
        detail: which runs, and how near they came, in a clause.
        can: whether the sentence says that it can, so that one run is enough.
    """

    runs: int
    reached: int
    left: int
    threshold: str
    detail: str = ""
    can: bool = False


@dataclass(frozen=True)
class Readings:
    """The measurement of a claim of any kind under each reading of what the paper leaves open.

    Attributes:
        of: per reading its measurement, all of one kind.
        detail: what they have in common, in a clause; theirs one by one if left out.
    """

    of: Mapping[str, Values | Comparisons | Universal | Identity | Limit]
    detail: str = ""


Measurement = Values | Comparisons | Universal | Identity | Limit | Readings

KINDS: dict[str, type] = {
    "value": Values,
    "comparison": Comparisons,
    "universal": Universal,
    "identity": Identity,
    "limit": Limit,
}


@singledispatch
def word(measured: Measurement) -> Verdict:
    """Return the verdict that follows from a measurement, by the rule at the head of this module.

    Raises:
        TypeError: what was given is none of the five measurements.
    """
    raise TypeError(
        f"a measurement is one of {', '.join(kind.__name__ for kind in KINDS.values())}, "
        f"got {type(measured).__name__}"
    )


@word.register
def _(measured: Values) -> Verdict:
    found = [agreement(value) for value in measured.cases.values()]
    if len(found) == 1:
        return found[0]
    as_printed = found.count(Verdict.REPRODUCED)
    same_way = found.count(Verdict.WEAKER) + found.count(Verdict.STRONGER)
    ended = _together(
        reproduced=as_printed,
        same_way=same_way,
        contradicted=found.count(Verdict.CONTRADICTED),
        visible=sum(v is not Verdict.UNDECIDED for v in found),
        cases=len(found),
    )
    if ended is not Verdict.WEAKER:
        return ended
    return Verdict.PARTLY if as_printed > same_way else Verdict.DIRECTION


@word.register
def _(measured: Comparisons) -> Verdict:
    cases = measured.cases.values()
    found = [case.outcome for case in cases]
    return _together(
        reproduced=found.count(Outcome.BETTER),
        same_way=0,
        contradicted=found.count(Outcome.WORSE),
        visible=sum(case.visible or case.outcome is not Outcome.TIE for case in cases),
        cases=len(found),
    )


@word.register
def _(measured: Universal) -> Verdict:
    if measured.violated:
        return _repaired(measured.repaired)
    return Verdict.REPRODUCED if measured.cases and measured.reaches else Verdict.UNDECIDED


@word.register
def _(measured: Identity) -> Verdict:
    if isnan(measured.gap) or not measured.cases:
        return Verdict.UNDECIDED
    if measured.gap <= measured.tolerance:
        return Verdict.REPRODUCED
    return _repaired(measured.repaired)


@word.register
def _(measured: Limit) -> Verdict:
    if measured.left:
        return Verdict.CONTRADICTED
    most = measured.runs >= RUNS and measured.reached >= MOST * measured.runs
    came = measured.reached > 0 if measured.can else most
    return Verdict.REPRODUCED if came else Verdict.UNDECIDED


@word.register
def _(measured: Readings) -> Verdict:
    words = {word(one) for one in measured.of.values()}
    if len(words) == 1:
        return words.pop()
    if words <= {Verdict.REPAIRED, Verdict.CONTRADICTED}:
        return Verdict.CONTRADICTED
    return next(w for w in WEAKEST if w in words) if words <= set(WEAKEST) else Verdict.UNDECIDED


WEAKEST = (
    Verdict.WEAKER,
    Verdict.STRONGER,
    Verdict.DIRECTION,
    Verdict.PARTLY,
    Verdict.REPRODUCED,
)
"""The words on the paper's side, the weakest first."""


def is_kind(measured: Measurement, kind: str) -> bool:
    """Return whether a measurement, or all of its readings, are of a claim's kind."""
    made = measured.of.values() if isinstance(measured, Readings) else (measured,)
    return all(isinstance(one, KINDS[kind]) for one in made)


def _repaired(repaired: Universal | Identity | None) -> Verdict:
    passes = repaired is not None and word(repaired) is Verdict.REPRODUCED
    return Verdict.REPAIRED if passes else Verdict.CONTRADICTED


def _together(
    reproduced: int, same_way: int, contradicted: int, visible: int, cases: int
) -> Verdict:
    way, few = reproduced + same_way, FEW * cases
    if cases and reproduced >= MOST * cases and not contradicted:
        return Verdict.REPRODUCED
    if contradicted > way or (way < few and visible > cases / 2):
        return Verdict.CONTRADICTED
    return Verdict.WEAKER if way > contradicted and way >= few else Verdict.UNDECIDED


def agreement(value: Value) -> Verdict:
    """Return the verdict on one printed number beside ours."""
    if value.chance is None or isnan(value.ours):
        return Verdict.UNDECIDED
    printed = value.printed if isinstance(value.printed, tuple) else (value.printed,) * 2
    low, high = printed[0] - value.rounding, printed[1] + value.rounding
    if value.chance[0] <= high and low <= value.chance[1]:
        return Verdict.UNDECIDED if _blind(value) else Verdict.REPRODUCED
    if value.null is None:
        return Verdict.CONTRADICTED
    own, null = value.own or value.chance, value.null
    if low <= null <= high:  # what is printed is no effect, and there is one
        return Verdict.CONTRADICTED
    side = 1 if value.ours > null else -1
    ends = [end for end in printed if isfinite(end)]
    theirs = 1 if sum(ends) > null * len(ends) else -1
    if own[0] <= null <= own[1] or side != theirs:
        return Verdict.CONTRADICTED
    beyond = value.ours > high if side > 0 else value.ours < low
    return Verdict.STRONGER if beyond else Verdict.WEAKER


def _blind(value: Value) -> bool:
    """Return whether the interval of an agreeing number is too wide to have said anything else."""
    low, high = value.chance
    if low == high:
        return False
    if value.null is not None:
        return low <= value.null <= high
    return not (low > 0 and high < WIDE * low) and not (high < 0 and low > WIDE * high)
