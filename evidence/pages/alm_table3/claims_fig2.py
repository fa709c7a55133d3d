"""Paper B, Figure 2: errors against CPU time, every method from its best start."""

from collections.abc import Mapping, Sequence

import numpy as np

from evidence.kit.tables import Section, SectionTable, counted
from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.alm_table3.courses import PAIR, Race, Run
from evidence.pages.alm_table3.trials import ALM, FAIR, MEASURE_TITLES, PRINTED, Method
from evidence.papers import tables as papers
from evidence.protocols.alm import TEST, TRAIN
from evidence.protocols.titles import SERIES
from evidence.statistics import Comparison, Outcome, compare
from evidence.statistics.comparison import can_decide
from evidence.statistics.summary import number
from lib import alm

STATED = {"3b": (TEST,), "3c": PAIR}
"""By which errors section 5.4 calls the ALM the best in Figure 2, for each part of Table 3."""


def claims(found: Sequence[Race]) -> list[Claim]:
    """Judge what section 5.4 reads off Figure 2, and who arrives first."""
    return [
        *(_final(race, group) for race in found for group in (PRINTED, FAIR)),
        *(_first(race, group) for race in found for group in (PRINTED, FAIR)),
    ]


def _final(race: Race, group: str) -> Claim:
    """Judge whether the ALM ends lower than every method of a group, by what the paper names."""
    methods, measures = race.methods(group), STATED[papers.ALM_TABLE_OF[race.dataset]]
    what = " and the smallest ".join(MEASURE_TITLES[m] for m in measures)
    pairs = {
        (method, m): (race.final(ALM, m), race.final(method, m))
        for m in measures
        for method in methods
    }
    return Claim(
        f"{SERIES[race.dataset]}: each from its best start, the ALM ends with the smallest {what} "
        f"({'section 5.4, on Figure 2' if group == PRINTED else 'asked here, fair group'}).",
        "stated" if group == PRINTED else "not compared",
        "; ".join(
            f"{MEASURE_TITLES[m]}, medians: ALM {_median(race, ALM, m)}, "
            + ", ".join(f"{method[1]} {_median(race, method, m)}" for method in methods)
            for m in measures
        ),
        *_judged(pairs),
    )


def _first(race: Race, group: str) -> Claim:
    """Judge whether the ALM needs less time to its own final training error than a group."""
    own = race.reaching(ALM, TRAIN)
    times = {method: race.reaching(method, TRAIN) for method in race.methods(group)}
    there = {method: int(np.isfinite(t).sum()) for method, t in times.items()}
    return Claim(
        f"{SERIES[race.dataset]}: to the training error at which it ends the ALM needs less CPU "
        f"time than any other method (asked here, {group}).",
        "only the figure",
        f"median CPU seconds: ALM {number(float(np.median(own)), 2)}, "
        + ", ".join(
            f"{method[1]} {_time(t)} ({there[method]} of {len(t)} get there)"
            for method, t in times.items()
        ),
        *_judged({(method, TRAIN): (own, t) for method, t in times.items()}),
    )


def _judged(pairs: Mapping) -> tuple[Verdict, str]:
    """Return the verdict on a family of comparisons, and why.

    As for Table 3: a lower mean counts, and so does being better beyond chance.
    """
    found: dict[object, Comparison] = compare(pairs)
    outcomes = [c.outcome for c in found.values()]
    trials = next(iter(found.values())).trials
    if not can_decide(trials, len(found)):
        return Verdict.UNTESTABLE, f"{trials} trials are too few for {len(found)} comparisons."
    lead = [ours.mean() < theirs.mean() for ours, theirs in pairs.values()]
    return decide(*lead, *(outcome is Outcome.BETTER for outcome in outcomes)), (
        f"Judged by whether the ALM's mean is lower, which it is in {sum(lead)} of {len(found)} "
        f"comparisons, and by signed-rank tests over {trials} trials, Holm over all of them: "
        f"{counted(outcomes)}."
    )


def _median(race: Race, method: Method, measure: str) -> str:
    return number(float(np.median(race.final(method, measure))), 3)


def _time(times: np.ndarray) -> str:
    middle = float(np.median(times))
    return number(middle, 2) if np.isfinite(middle) else "never"


def times_table(found: Sequence[Race]) -> SectionTable:
    """Return best starts, final errors and times, a section per dataset."""
    sections = [
        Section(
            SERIES[race.dataset],
            [
                [
                    f"{method[1]}, fair" if method[0] == FAIR else method[1],
                    alm.initialisation(race.start[method]).title,
                    *(_median(race, method, measure) for measure in PAIR),
                    number(float(np.median([_end(run) for run in race.runs[method]])), 2),
                    _arrival(race.reaching(method, TRAIN)),
                ]
                for method in race.runs
            ],
            f"{len(race.runs[ALM])} trials",
        )
        for race in found
    ]
    return SectionTable(
        ("method", "best start", "training", "test", "CPU s", "as low as the ALM after"), sections
    )


def _end(run: Run) -> float:
    return float(run.seconds[-1]) if run.seconds.size else np.nan


def _arrival(times: np.ndarray) -> str:
    there = int(np.isfinite(times).sum())
    of = "" if there == len(times) else f" ({there} of {len(times)})"
    seconds = " s" if np.isfinite(np.median(times)) else ""
    return f"{_time(times)}{seconds}{of}"


def key_numbers(found: Sequence[Race]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes: no times, which differ."""
    return {
        f"{race.dataset}.{method[0]}.{method[1]}.{measure}": float(
            np.median(race.final(method, measure))
        )
        for race in found
        for method in race.runs
        for measure in PAIR
    }
