"""Paper B, Figure 2: errors against CPU time, every method from its best start."""

from collections.abc import Sequence

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.rule import Case, Comparisons, Universal
from evidence.kit.tables import Section, SectionTable
from evidence.pages.alm_table3.courses import PAIR, Race, Run
from evidence.pages.alm_table3.trials import (
    ALM,
    FAIR,
    MEASURE_TITLES,
    PRINTED,
    Method,
    span,
    trials_of,
)
from evidence.papers import tables as papers
from evidence.protocols.alm import TEST, TRAIN
from evidence.protocols.titles import PAPER_SERIES, SERIES
from evidence.statistics import compare
from evidence.statistics.summary import number
from lib import alm

SMALL, LARGE = ("sp500-released", "synthetic-t500")
"""The series of Figures 2a and 2b."""


def claims(found: Sequence[Race]) -> list[Judged]:
    """Return what section 5.4 reads off Figure 2, and what we ask of it besides."""
    races = {race.dataset: race for race in found if race.dataset in PAPER_SERIES}
    small, large = races.get(SMALL), races.get(LARGE)
    both = list(races.values())
    return judge(
        {
            "B-F2a": small and ends([small], PRINTED, TEST),
            "B-F2b-train": large and ends([large], PRINTED, TRAIN),
            "B-F2b-test": large and ends([large], PRINTED, TEST),
            "B-abs-efficient": abreast(both, PRINTED) if both else None,
            "O-F2-fair": ends(both, FAIR, TEST) if both else None,
            "O-F2-fair-time": abreast(both, FAIR) if both else None,
            "O-F2-start": ends(both, PRINTED, TEST, chooser=TRAIN) if both else None,
            "O-F2-budget": budgets(both) if both else None,
        }
    )


def ends(races: Sequence[Race], group: str, measure: str, chooser: str = TEST) -> Comparisons:
    """Return the ALM's final error against those of a group, each from its best start.

    Args:
        races: the series.
        group: the other methods.
        measure: the error.
        chooser: the error whose mean chooses the starts; the paper's is the test error.
    """
    pairs = {
        (race, method): tuple(race.chosen_by(chooser, who, measure) for who in (ALM, method))
        for race in races
        for method in race.methods(group)
    }
    found = compare(pairs)
    printed = {race: _printed_leads(race, group, measure) for race in races}
    return Comparisons(
        {
            f"{race.dataset}, {method[1]}": Case(
                c.outcome, printed[race].get(method[1], 0.0) >= c.visible
            )
            for (race, method), c in found.items()
        },
        f"By {MEASURE_TITLES[measure]} at the end on "
        f"{_named(races)}, starts chosen by {MEASURE_TITLES[chooser]}; the others' is "
        f"{span([c.ratio for c in found.values()])} times the ALM's",
    )


def _named(races: Sequence[Race]) -> str:
    return ", ".join(f"{SERIES[r.dataset]} ({trials_of(r.trials, r.dataset)})" for r in races)


def _printed_leads(race: Race, group: str, measure: str) -> dict[str, float]:
    """Return by method the printed mean over the ALM's, each from the start best in test error."""
    if group != PRINTED:
        return {}
    table = papers.alm_errors(papers.ALM_TABLE_OF[race.dataset])
    best = table.loc[table.groupby("method")[TEST].idxmin()].set_index("method")[measure]
    return (best / best[ALM[1]]).to_dict()


def abreast(races: Sequence[Race], group: str) -> Comparisons:
    """Return the ALM's training error against that of a group after equal CPU time.

    The others end long before the ALM, so that its own final error, which most of them never
    reach, would count a run that was cut off as beaten.
    """
    keys = [(race, method) for race in races for method in race.methods(group)]
    found = compare({(race, method): race.abreast(method, TRAIN) for race, method in keys})
    times = [race.reaching(method, TRAIN) for race, method in keys]
    there = sum(int(np.isfinite(t).sum()) for t in times)
    return Comparisons(
        {f"{race.dataset}, {method[1]}": Case(c.outcome) for (race, method), c in found.items()},
        f"Training error when the first of two runs ended, on {_named(races)}; the others' is "
        f"{span([c.ratio for c in found.values()])} times the ALM's. {there} of "
        f"{sum(t.size for t in times)} of their runs ever get to the error at which the ALM ends",
    )


def budgets(races: Sequence[Race]) -> Universal:
    """Return on how many series the ALM's sweeps are not as many as the descent methods' epochs."""
    ratios = {SERIES[race.dataset]: race.sweeps / race.epochs for race in races}
    return Universal(
        cases=len(ratios),
        violated=sum(ratio != 1 for ratio in ratios.values()),
        drawn="The series of Figure 2: sweeps of the ALM, its two caps multiplied, over epochs of "
        "the descent methods, from Table 3's captions; either passes once over the training part",
        worst=", ".join(f"{ratio:g} times on {name}" for name, ratio in ratios.items()),
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
