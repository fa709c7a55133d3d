"""Paper A, section 4.1: does fitting two functions show how well SL1-GRU generalises?

Decided before anything was computed. The training points lie on a grid; a network *generalises*
here when it is right between them, measured by the mean squared distance to the function without
noise. Only networks that read single steps have points in between. SL1-GRU shows it when it is
better than each other model of the paper beyond chance, on both functions: one family a function
and rule of training.
"""

from collections.abc import Sequence

from evidence.kit.records import Record
from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.sl1_approximation.claims import PAPER, SL1, arms
from evidence.pages.sl1_approximation.runs import FIG3, FIG4, column
from evidence.statistics import Outcome, compare
from evidence.statistics.comparison import can_decide
from evidence.statistics.summary import number

BETWEEN = "between"
FIGURES = {"Fig. 3": FIG3, "Fig. 4": FIG4}


def claim(records: Sequence[Record]) -> Claim:
    """Judge the first sentence of section 4.1 on both functions."""
    found = {
        f"{figure}, {record.config['rule']}": record
        for figure, function in FIGURES.items()
        for record in arms(records, function).values()
        if record.config["reading"] == "step"
    }
    tests, enough = {}, True
    for arm, record in found.items():
        models = dict.fromkeys(row["model"] for row in record.rows)
        pairs = {
            model: tuple(column(record, each, BETWEEN) for each in (SL1, model))
            for model in models
            if model in PAPER and model != SL1
        }
        tests[arm] = compare(pairs)
        enough &= can_decide(next(iter(pairs.values()))[0].size, len(pairs))
    outcomes = [c.outcome for family in tests.values() for c in family.values()]
    return Claim(
        "Approximating functions shows how well SL1-GRU generalises (section 4.1). Asked here: is "
        "it the most accurate between the training points?",
        "stated",
        "; ".join(
            f"{arm}: "
            + ", ".join(
                f"{c.outcome.value} ({model}, {number(c.ratio, 3)})" for model, c in t.items()
            )
            for arm, t in tests.items()
        ),
        decide(*(outcome is Outcome.BETTER for outcome in outcomes))
        if enough
        else Verdict.UNTESTABLE,
        "In brackets the median factor by which the other's error is larger. Judged against each "
        "other model beyond chance; one family a function and rule.",
    )
