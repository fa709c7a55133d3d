"""A stochastic ALM over windows: what was asked before the runs, and what came out.

Decided before the runs. A method on windows is taken with the window length that comes lowest in R,
trial by trial, unless a claim says otherwise, and the same for its rivals.

* *Reaches*: the lowest R within the limit is at most ``NEAR`` times that of the extrapolated full
  sweeps. A problem, a length of the series with a hidden size, counts when every trial has it.
* *Sooner*: it is at ``LEVEL`` times that value of R before the extrapolated full sweeps are, in
  every trial.
* *Beats Adam*: its lowest R is below that of Adam on windows, in every trial.
* *Cutting helps*: the windows with all h and u kept come lower than the full sweeps without
  extrapolation, in every trial.
* *No explosion*: no network of any run had an R of more than twice the lowest before.
* *Any window length*: the largest of a method's lowest R over the lengths is at most ``SPREAD``
  times the smallest, in every trial.
* *No worse on the test part*: the median ratio of its test error and that of the extrapolated full
  sweeps is at most ``WORSE``; both of the networks with the lowest R.
* *Very long series*: on the longest one, the method that forgets comes lower in R than the
  extrapolated full sweeps do.

A claim holds when all of its problems have it, in part when some have.
"""

from collections.abc import Callable, Sequence

import numpy as np

from evidence.kit.records import Record
from evidence.kit.verdicts import Claim, decide
from evidence.pages.alm_race.claims_accelerated import until
from evidence.pages.alm_race.runs_stochastic import contests
from evidence.pages.alm_race.stochastic_config import ADAM, EXACT, FAST, FORGET, FULL, METHODS
from evidence.protocols.alm import TEST
from evidence.statistics.summary import number

NEAR = 1.01
LEVEL = 1.05
SPREAD = 1.05
WORSE = 1.05

LONGEST = 50_000
"""Steps of the series that stands for a very long one."""

NAMES = {
    EXACT: "the method on windows with all h and u kept",
    FORGET: "the method that forgets its windows",
}
ALL = "Holds when every problem has it in every trial, in part when some problems have."
MEDIAN = "Holds when every problem has it in the median of its trials, in part when some have."
ANY = "The window length is the one with the lowest R."


def runs(record: Record, method: str) -> list[int]:
    """Return the places of a method's runs in a record, one a window length."""
    return [k for k, row in enumerate(record.rows) if row["method"] == method]


def value(row: dict[str, object], name: str = "best") -> float:
    """Return a number of a run, infinite where there is none."""
    return np.inf if row[name] is None else float(row[name])


def best_run(record: Record, method: str) -> int:
    """Return the run of a method with the lowest R."""
    return min(runs(record, method), key=lambda k: value(record.rows[k]))


def lowest(record: Record, method: str) -> float:
    """Return the lowest R of a method over its window lengths."""
    return value(record.rows[best_run(record, method)])


def seconds(record: Record, method: str, level: float) -> float:
    """Return the CPU seconds until a method's best run falls to a value of R, or infinity."""
    return until(record, best_run(record, method), level)


def over(method: str, rival: str) -> Callable[[Record], float]:
    """Return what gives the lowest R of a method over a rival's."""
    return lambda record: lowest(record, method) / lowest(record, rival)


def later(method: str) -> Callable[[Record], float]:
    """Return what gives a method's seconds to the level over those of the extrapolated sweeps."""

    def ratio(record: Record) -> float:
        level = LEVEL * lowest(record, FAST)
        return seconds(record, method, level) / seconds(record, FAST, level)

    return ratio


def unlike(method: str) -> Callable[[Record], float]:
    """Return what gives the largest of the lowest R over window lengths, over the smallest."""

    def ratio(record: Record) -> float:
        ends = [value(record.rows[k]) for k in runs(record, method)]
        return max(ends) / min(ends)

    return ratio


def worse(method: str) -> Callable[[Record], float]:
    """Return what gives the test error over that of the extrapolated full sweeps."""

    def ratio(record: Record) -> float:
        own, other = (record.rows[best_run(record, name)] for name in (method, FAST))
        return value(own, TEST) / value(other, TEST)

    return ratio


def claims(records: Sequence[Record]) -> list[Claim]:
    """Judge both methods by what was asked, and the wish for very long series."""
    groups = contests(records)
    found = [_very_long(groups)]
    for method in NAMES:
        found += _asked(groups, method)
    found += [_cutting(groups)]
    return found + [_explosions(records, method) for method in NAMES]


def _asked(groups: dict, method: str) -> list[Claim]:
    name = NAMES[method]
    questions = (
        (
            f"does {name} reach the R of the extrapolated full sweeps?",
            f"lowest R over theirs, wanted: at most {NEAR:g}",
            over(method, FAST),
            lambda ratios: max(ratios) <= NEAR,
            f"{ANY} {ALL}",
        ),
        (
            f"is {name} sooner down to {LEVEL:g} times that R?",
            "its seconds over theirs, wanted: below 1",
            later(method),
            lambda ratios: max(ratios) < 1.0,
            f"{ANY} {ALL}",
        ),
        (
            f"does {name} come lower in R than Adam on windows?",
            "lowest R over Adam's, wanted: below 1",
            over(method, ADAM),
            lambda ratios: max(ratios) < 1.0,
            f"{ANY} For Adam, too. {ALL}",
        ),
        (
            f"does the window length hardly matter to {name}?",
            f"largest lowest R over the smallest, wanted: at most {SPREAD:g}",
            unlike(method),
            lambda ratios: max(ratios) <= SPREAD,
            f"Window lengths as in the protocol. {ALL}",
        ),
        (
            f"is the test error of {name} no worse than that of the extrapolated full sweeps?",
            f"median ratio, wanted: at most {WORSE:g}",
            worse(method),
            lambda ratios: np.median(ratios) <= WORSE,
            f"Both of the networks with the lowest R, which no test error chose. {MEDIAN}",
        ),
    )
    return [_judged(groups, *question) for question in questions]


def _judged(
    groups: dict,
    question: str,
    wanted: str,
    ratio: Callable[[Record], float],
    has: Callable[[Sequence[float]], bool],
    why: str,
) -> Claim:
    found = {size: [ratio(record) for record in group] for size, group in groups.items()}
    return Claim(
        f"Asked here: {question}",
        wanted,
        "; ".join(f"{title(size)}: {each(ratios)}" for size, ratios in found.items()),
        decide(*(bool(has(ratios)) for ratios in found.values())),
        why,
    )


def _very_long(groups: dict) -> Claim:
    group = [r for (steps, _), g in groups.items() if steps >= LONGEST for r in g]
    ratios = [lowest(r, FORGET) / lowest(r, FAST) for r in group]
    return Claim(
        "A stochastic algorithm could deal with huge samples efficiently (section 6). Asked here: "
        f"on {LONGEST:,} steps, does the method that forgets its windows come lower in R than "
        "extrapolated full sweeps in the same time?",
        "an outlook",
        f"lowest R over theirs: {each(ratios)}" if ratios else "no such series in this profile",
        decide(*(ratio < 1.0 for ratio in ratios)),
        f"{ANY} Trials: {len(ratios)}. It needs memory for one window, the full sweeps for all "
        "h and u.",
    )


def _cutting(groups: dict) -> Claim:
    return _judged(
        groups,
        "does cutting alone help: do windows with all h and u kept come lower in R than full "
        "sweeps without extrapolation?",
        "lowest R over theirs, wanted: below 1",
        over(EXACT, FULL),
        lambda ratios: max(ratios) < 1.0,
        f"{ANY} {ALL}",
    )


def _explosions(records: Sequence[Record], method: str) -> Claim:
    calm, others = _calm(records, method), _calm(records, ADAM)
    return Claim(
        f"Asked here: does the roll-out never explode under {NAMES[method]}?",
        "wanted: in no run",
        f"{calm.count(False)} of {len(calm)} runs with an explosion; of {ADAM}, for comparison, "
        f"{others.count(False)} of {len(others)}",
        decide(all(calm), any(calm)),
        "An explosion is an R of more than twice the lowest before. Holds when no run has one, in "
        "part when some have none.",
    )


def _calm(records: Sequence[Record], method: str) -> list[bool]:
    """Return for every compared run of a method whether it had no explosion."""
    compared = [record for group in contests(records).values() for record in group]
    rows = [record.rows[k] for record in compared for k in runs(record, method)]
    return [row["explosions"] == 0 and row["ended"] != "exploded" for row in rows]


def title(size: tuple[int, int]) -> str:
    """Return the name of a problem in tables."""
    return f"T = {size[0]:,}, r = {size[1]}"


def each(values: Sequence[float], digits: int = 3) -> str:
    """Return the values trial by trial; what is never reached is infinite."""
    return ", ".join(number(v, digits) if np.isfinite(v) else "never" for v in values)


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return what the check compares: no times, which belong to a machine."""
    return {
        f"lowest.{steps}.{hidden}.{method}": float(np.median([lowest(r, method) for r in group]))
        for (steps, hidden), group in contests(records).items()
        for method in METHODS
    } | {"trials": float(sum(map(len, contests(records).values())))}
