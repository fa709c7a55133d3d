"""Paper B, what sections 1 and 5 say of the methods compared with, and which test error is printed.

A method is *sensitive to its start* when its largest mean test error over the five starts exceeds
its smallest one by more than a quarter, the distance at which two means no longer agree in part on
the pages about Table 3; runs that did not finish make the largest infinite. This rule was written
with these factors in sight. Before, the paper's sentence was judged by whether they exceed the
ALM's, which it does not say; that is asked beside it now. Decided before anything was computed: the
five descent methods are the *state of the art* when no method of the fair group is better, beyond
chance, than the best of them from the same start: one family for all starts. Which reading of the
test error is meant is asked of the printed cells that agree with our trials under one reading
alone, by a sign test; that rule replaced a mere count after the counts had been seen to differ by
one.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import binomtest

from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.alm_table3.cells import Cell
from evidence.pages.alm_table3.trials import ALM, FAIR, PRINTED, Method, Trials
from evidence.papers import tables as papers
from evidence.protocols.alm import RESTARTED, TEST
from evidence.statistics import Outcome, compare
from evidence.statistics.comparison import SIGNIFICANT, can_decide
from evidence.statistics.summary import number

SENSITIVE = 1.25
"""Largest over smallest mean error above which starts make a difference."""


def claims(trials: Trials, cells: Sequence[Cell], dataset: str, named: str) -> list[Claim]:
    """Judge the statements on one dataset.

    Args:
        trials: all trained networks.
        cells: of the ALM and the descent methods on this dataset.
        dataset: its name.
        named: how a claim begins.
    """
    return [
        *_sensitive(trials, dataset, named),
        _state_of_the_art(trials, dataset, named),
        _reading(cells, named),
    ]


def spread(trials: Trials, dataset: str, method: Method) -> float:
    """Return the largest mean test error over the starts by the smallest one."""
    means = [trials.errors(dataset, method, s, TEST).mean() for s in trials.starts(dataset)]
    return float(max(means) / min(means)) if np.isfinite(min(means)) else np.inf


def printed_spread(dataset: str, method: str) -> float:
    """Return the same from the paper's table."""
    table = papers.alm_errors(papers.ALM_TABLE_OF[dataset])
    errors = table.loc[table["method"] == method, TEST]
    return float(errors.max() / errors.min())


def _sensitive(trials: Trials, dataset: str, named: str) -> tuple[Claim, Claim]:
    methods = [ALM, *trials.methods(dataset, PRINTED)]
    ours = {name: spread(trials, dataset, (group, name)) for group, name in methods}
    rivals = [factor for name, factor in ours.items() if name != "ALM"]
    printed = {name: printed_spread(dataset, name) for _, name in methods}
    measured = "largest over smallest test error: " + _listed(printed), _listed(ours)
    how = f"One condition a descent method; means over the trials, {len(trials.starts(dataset))} "
    return (
        Claim(
            f"{named}Gradient methods are sensitive to the initial values (section 1).",
            *measured,
            decide(*(factor > SENSITIVE for factor in rivals)),
            f"{how}starts, a factor above {SENSITIVE:g}.",
        ),
        Claim(
            f"{named}Asked here: do initial values change the gradient methods' errors more than "
            "the ALM's?",
            *measured,
            decide(*(factor > ours["ALM"] for factor in rivals)),
            f"{how}starts, a factor above the ALM's.",
        ),
    )


def _listed(factors: dict[str, float]) -> str:
    return ", ".join(
        f"{name} {number(factor, 2) if np.isfinite(factor) else 'infinite'}"
        for name, factor in factors.items()
    )


def _state_of_the_art(trials: Trials, dataset: str, named: str) -> Claim:
    best = {
        start: min(
            trials.methods(dataset, PRINTED),
            key=lambda method, at=start: trials.errors(dataset, method, at, TEST).mean(),
        )
        for start in trials.starts(dataset)
    }
    found = compare(
        {
            (method[1], start): tuple(
                trials.errors(dataset, each, start, TEST) for each in (method, leader)
            )
            for start, leader in best.items()
            for method in trials.methods(dataset, FAIR)
        }
    )
    outcomes = [c.outcome for c in found.values()]
    better = [name for (name, _), c in found.items() if c.outcome is Outcome.BETTER]
    enough = can_decide(len(trials.numbers(dataset)), len(found))
    conditions = (
        all(c.outcome is not Outcome.BETTER for (_, of), c in found.items() if of == start)
        for start in best
    )
    return Claim(
        f"{named}GD, GDC, GDNM, SGD and Adam, as they were run, are the state of the art (section "
        "5.4). Asked here: does no method of the fair group do better?",
        "stated",
        "test error of the fair group against the best of the five, "
        + ", ".join(f"{outcomes.count(o)} × {o.value}" for o in Outcome)
        + "; better: "
        + (", ".join(f"{n} {better.count(n)} ×" for n in dict.fromkeys(better)) or "none"),
        decide(*conditions) if enough else Verdict.UNTESTABLE,
        f"One condition a start: no method of the fair group is better beyond chance. Signed-rank "
        f"tests over {len(trials.numbers(dataset))} trials, Holm over {len(found)} comparisons.",
    )


def _reading(cells: Sequence[Cell], named: str) -> Claim:
    agree = {
        measure: np.array([c.verdict is Verdict.HOLDS for c in cells if c.measure == measure])
        for measure in (TEST, RESTARTED)
    }
    on, restarted = (int((a & ~b).sum()) for a, b in (agree.values(), reversed(agree.values())))
    p = binomtest(on, on + restarted).pvalue if on + restarted else 1.0
    return Claim(
        f"{named}The printed test errors are those of a hidden state that runs on from the "
        "training part (section 5.2).",
        "stated",
        f"cells that agree with our trials only when it runs on: {on}; only when it starts at "
        f"zero: {restarted}; under both: {int((agree[TEST] & agree[RESTARTED]).sum())}",
        decide(on > restarted) if p < SIGNIFICANT else Verdict.UNTESTABLE,
        f"Judged by a sign test over the cells that tell the two apart, p = {p:.2g}.",
    )
