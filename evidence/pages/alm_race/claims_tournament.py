"""The tournament: what is asked of both ALMs against the best of the field, and what came out.

The questions were decided before the runs; `passing` when part of the trials was known. A problem
is a series with a number of hidden units; each is a case. The rival in it is the method that is no
ALM with the least median, which favours the rival, for it is found on the trials that are compared:
of the seconds to the target with ``SHARE`` where time is compared, of the lowest R where depth is,
of the error on the holdout where the error on the test part is. A run that does not get there takes
infinitely long. The trials of a problem are compared by signed ranks, and Holm corrects over the
problems.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Universal
from evidence.pages.alm_race.claims_accelerated import until
from evidence.pages.alm_race.harness import compared
from evidence.pages.alm_race.tables_tournament import (
    OFF,
    Cell,
    checks,
    problems,
    times,
    title,
    values,
)
from evidence.pages.alm_race.tournament_config import (
    ADAM,
    ADAM32,
    ENTERED,
    FAST,
    LBFGS,
    METHODS,
    PLAIN,
    WINDOWS,
)
from evidence.statistics import Outcome, compare
from evidence.statistics.profiles import tally
from evidence.statistics.summary import number

SHARE = 0.01
"""The target at which times are compared."""

RIVALS = tuple(method for method in METHODS if method not in (FAST, PLAIN))

Columns = Mapping[str, np.ndarray]


def times_by(group: Sequence[Record]) -> Columns:
    """Return the CPU seconds to the target of every method on the trials of a problem."""
    return dict(zip(METHODS, times(group, SHARE).T, strict=True))


def ends_by(group: Sequence[Record]) -> Columns:
    """Return the lowest R of every method, infinite where it was not run."""
    return {method: values(group, method, "best") for method in METHODS}


def tests_by(group: Sequence[Record]) -> Columns:
    """Return the error on the test part of the network that the holdout chose."""
    return {method: values(group, method, "test") for method in METHODS}


def holdouts_by(group: Sequence[Record]) -> Columns:
    """Return the error on the holdout of the network that it chose."""
    return {method: values(group, method, "holdout") for method in METHODS}


def best_rival(columns: Columns, among: Sequence[str] = RIVALS) -> str:
    """Return the method that is no ALM with the least median."""
    return min(among, key=lambda method: rank(columns[method]))


def rank(found: np.ndarray) -> tuple[float, float]:
    """Return by what seconds or other numbers are put in order: the median, then the mean."""
    return float(np.median(found)), float(np.where(np.isfinite(found), found, 1e99).mean())


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return both ALMs in time, the accelerated one in depth and on the test part, the check."""
    groups = problems(records)
    seen = checks(records)
    return judge(
        {
            "O-tour-first": _against(groups, FAST, *ASKED["first"]),
            "O-tour-plain": _against(groups, PLAIN, *ASKED["first"]),
            "O-tour-lower": _against(groups, FAST, *ASKED["lower"]),
            "O-tour-test": _against(groups, FAST, *ASKED["test"]),
            "O-tour-verified": Universal(
                int(seen["ends"]),
                int(seen["ends"] - seen["agree"]),
                "Ends of all methods on the compared trials, saved as files and read by the "
                f"verifier; R may differ by {OFF:g} of its size",
                f"farthest {seen['farthest']:.1e}; as certificates {seen['hold']} of them hold",
            ),
        }
    )


ASKED = {
    "first": (times_by, times_by, "to the target", " s"),
    "lower": (ends_by, ends_by, "lowest R"),
    "test": (tests_by, holdouts_by, "test error, of the rival with the least on the holdout"),
}
"""Of each question what is compared, by what the rival is found, and the words of both."""


def _against(groups, method, columns, rival_by, what, unit="", among=RIVALS) -> Comparisons:
    """Return a method against the best rival of each problem."""
    rivals = {problem: best_rival(rival_by(group), among) for problem, group in groups.items()}
    found = {problem: columns(group) for problem, group in groups.items()}
    pairs = {p: (found[p][method], found[p][rival]) for p, rival in rivals.items()}
    return signed_ranks(pairs, lambda p: f" of {rivals[p]}", f"Medians, {what}", unit)


def signed_ranks(
    pairs: Mapping[Cell, tuple[np.ndarray, np.ndarray]],
    named: Callable[[Cell], str],
    what: str,
    unit: str = "",
    digits: int = 4,
) -> Comparisons:
    """Return one against another on the trials of each problem, with both medians.

    Args:
        pairs: their numbers, the smaller the better, infinite where there is none.
        named: what is said of the second one.
        what: says what the medians are of.
        unit: of the numbers.
        digits: of the medians.
    """
    told = "; ".join(
        f"{title(p)}: {middle(ours, unit, digits)} against {middle(theirs, unit, digits)}{named(p)}"
        for p, (ours, theirs) in pairs.items()
    )
    return Comparisons(
        {title(p): Case(each.outcome) for p, each in compare(pairs).items()},
        detail=f"{what}: {told}; signed-rank tests on the trials, Holm over the problems",
    )


def middle(column: np.ndarray, unit: str = "", digits: int = 4) -> str:
    """Return the median over the trials for the reader, ``never`` where it is infinite."""
    found = float(np.median(column))
    return f"{number(found, digits)}{unit}" if np.isfinite(found) else "never"


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return what the check compares: no times, and no R that a budget of time ends."""
    groups = problems(records)
    return {
        "trials": float(len(compared(records))),
        "problems": float(len(groups)),
        "methods": float(len(METHODS)),
    } | {
        f"start.{key(problem)}": float(np.median(values(group, FAST, "start")))
        for problem, group in groups.items()
    }


def race_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return the counts and ratios that the prose quotes; they belong to a machine."""
    counted = {
        name: tally(times(compared(records), SHARE, compiled)).first
        for name, compiled in (("first", False), ("first.compiled", True))
    }
    found = {f"{k}.{m}": n for k, v in counted.items() for m, n in zip(METHODS, v, strict=True)}
    plain = told_apart(_against(problems(records), PLAIN, *ASKED["first"]))
    found |= {f"plain.{word}": count for word, count in plain.items()}
    nine = tuple(method for method in RIVALS if method in ENTERED)
    for name, asked in ASKED.items():
        for start, among in (("nine.", nine), ("", RIVALS), ("L-BFGS.", (LBFGS,))):
            judged = told_apart(_against(problems(records), FAST, *asked, among=among))
            found |= {f"{start}{word}.{name}": count for word, count in judged.items()}
    found["lowest_by_adam"] = 0
    for problem, group in problems(records).items():
        ends, tests = ends_by(group), tests_by(group)
        medians = [np.median(ends[method]) for method in METHODS]
        lowest = METHODS[int(np.argmin(medians))]
        found["lowest_by_adam"] += lowest in (ADAM, ADAM32, WINDOWS)
        found[f"passed.{key(problem)}"] = float(np.median([passing(r) for r in group]))
        found[f"lowest_test.{key(problem)}"] = float(np.median(values(group, FAST, "test of best")))
        seconds, own = times(group, SHARE), METHODS.index(FAST)
        found[f"first.{key(problem)}"] = tally(seconds).first[own]
        found[f"first_of_nine.{key(problem)}"] = tally(seconds[:, : len(ENTERED)]).first[own]
        for method in METHODS:
            found[f"lowest.{key(problem)}.{method}"] = float(np.median(ends[method]))
            found[f"near.{key(problem)}.{method}"] = float(np.median(times_by(group)[method]))
            found[f"test.{key(problem)}.{method}"] = float(np.median(tests[method]))
    return found


def told_apart(judged: Comparisons) -> dict[str, int]:
    """Return in how many cases the first is better, and worse, beyond chance."""
    outcomes = [case.outcome for case in judged.cases.values()]
    return {
        "better": outcomes.count(Outcome.BETTER),
        "worse": outcomes.count(Outcome.WORSE),
    }


def passing(record: Record) -> float:
    """Return when the accelerated ALM is as low as a trial's best rival at its end, or infinity."""
    ran = [k for k, row in enumerate(record.rows) if row["best"] is not None]
    own = next(k for k in ran if record.rows[k]["method"] == FAST)
    level = min(record.rows[k]["best"] for k in ran if record.rows[k]["method"] in RIVALS)
    return until(record, own, level)


def key(problem: Cell) -> str:
    """Return a problem's name in the published numbers."""
    _, steps, r = problem
    return f"{'sp' if steps is None else steps}.{r}"
