"""Paper B, what the abstract and sections 1 and 5 say of all three parts of Table 3 together.

Every claim is asked of the three series of the paper. A method is *sensitive to its start* on a
series when its test errors from two of the five starts differ beyond chance, signed-rank tests over
the trials, Holm over the ten pairs, and its largest mean exceeds its smallest one by more than a
quarter; runs that did not finish make the largest infinite. The quarter was chosen with these
factors in sight. Decided before anything was computed: the five descent methods are the *state of
the art* when, from the same start, the one with the smallest mean is better than the methods of the
fair group, one family a series. Which reading of the test error is meant is asked of the printed
cells that agree with our trials under one reading alone, by a sign test.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import combinations

import numpy as np
from scipy.stats import binomtest, ttest_ind_from_stats

from evidence.kit.claims import Judged, judge
from evidence.kit.multiverse import Multiverse, compared, turned
from evidence.kit.rule import Case, Comparisons
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_table3.cells import REPETITIONS, cells
from evidence.pages.alm_table3.claims import PAIR, Asked
from evidence.pages.alm_table3.contest import championship, contest
from evidence.pages.alm_table3.trials import (
    ALM,
    FAIR,
    MEASURE_TITLES,
    PRINTED,
    Method,
    Trials,
    span,
    trials_of,
)
from evidence.papers import tables as papers
from evidence.protocols.alm import RESTARTED, TEST
from evidence.protocols.titles import PAPER_SERIES, SERIES
from evidence.statistics import Outcome, compare, holm
from evidence.statistics.comparison import SIGNIFICANT
from evidence.statistics.summary import number

SENSITIVE = 1.25
"""Largest over smallest mean error above which starts make a difference."""

REMEDIES = ("GDC", "GDNM")
"""The remedies that section 1 names and section 5.4 runs: clipping and Nesterov's momentum."""

OTHERS = (ALM, *((PRINTED, name) for name in ("GD", "SGD", "Adam")))


def claims(trials: Trials, universes: Sequence[Multiverse]) -> list[Judged]:
    """Return what the paper says of all its series, and our own questions over every choice."""
    every = asked(trials) | {
        f"O-T3-{name}-{universe.key}": partial(measure, universe)
        for universe in universes
        for name, measure in (("choices", compared), ("turned", turned))
    }
    return judge({name: measure() for name, measure in every.items()})


def asked(trials: Trials) -> Asked:
    """Return what measures each claim on all series of the paper."""
    on = [name for name in PAPER_SERIES if name in trials.datasets]
    remedies = [(PRINTED, name) for name in REMEDIES]
    return {
        **{f"B-con4-{part}": partial(outperforms, trials, on, part) for part in PAIR},
        **{f"B-T3-champion-{part}": partial(champion, trials, on, PRINTED, part) for part in PAIR},
        "B-int-sensitive": partial(sensitive, trials, on, remedies),
        "B-5.4-sota": partial(state_of_the_art, trials, on),
        "B-5.2-testerr": partial(reading, trials, on),
        "O-T3-sensitive": partial(sensitive, trials, on, OTHERS),
        "O-T3-champion-fair": partial(champion, trials, on, FAIR, TEST),
        "O-T3-printed": printed_leads,
    }


def _named(trials: Trials, on: Sequence[str]) -> str:
    return ", ".join(f"{SERIES[name]} ({trials_of(trials, name)})" for name in on)


def outperforms(trials: Trials, on: Sequence[str], measure: str) -> Comparisons | None:
    """Return the ALM against every method of the paper from every start, on every series."""
    if len(on) < len(PAPER_SERIES):
        return None
    found = [contest(trials, name, PRINTED, measure) for name in on]
    ratios = [c.ratio for each in found for c in each.comparisons.values()]
    return Comparisons(
        {
            name: case
            for each in found
            for name, case in each.cases(trials.starts(each.dataset)).items()
        },
        f"By {MEASURE_TITLES[measure]} the ALM against every method from every start on "
        f"{_named(trials, on)}, Holm over a series; the others' is {span(ratios)} times the ALM's",
    )


def champion(trials: Trials, on: Sequence[str], group: str, measure: str) -> Comparisons | None:
    """Return the ALM's best combination against the best of a group, a case a series."""
    if len(on) < len(PAPER_SERIES):
        return None
    return Comparisons(
        championship(trials, group, measure, on),
        f"The lowest mean {MEASURE_TITLES[measure]} of the ALM over its starts against the lowest "
        f"of all others on {_named(trials, on)}, both chosen by the trials that compare them",
    )


def spread(trials: Trials, dataset: str, method: Method) -> float:
    """Return the largest mean test error over the starts by the smallest one."""
    means = [trials.errors(dataset, method, s, TEST).mean() for s in trials.starts(dataset)]
    return float(max(means) / min(means)) if np.isfinite(min(means)) else np.inf


def sensitive(trials: Trials, on: Sequence[str], methods: Sequence[Method]) -> Comparisons:
    """Return which methods are sensitive to their start on which series, as the head says."""
    cases, shown = {}, []
    for dataset in on:
        factors = []
        for method in methods:
            errors = {s: trials.errors(dataset, method, s, TEST) for s in trials.starts(dataset)}
            found = compare({(a, b): (errors[a], errors[b]) for a, b in combinations(errors, 2)})
            factor = spread(trials, dataset, method)
            told = any(c.outcome is not Outcome.TIE for c in found.values())
            outcome = Outcome.BETTER if told and factor > SENSITIVE else Outcome.TIE
            seen = max(c.visible for c in found.values()) <= SENSITIVE
            cases[f"{dataset}, {method[1]}"] = Case(outcome, seen)
            factors.append(f"{method[1]} {number(factor, 2) if factor < np.inf else 'infinite'}")
        shown.append(f"{SERIES[dataset]}: {', '.join(factors)}")
    return Comparisons(
        cases,
        f"Largest over smallest mean test error of five starts; a case survives above "
        f"{SENSITIVE:g} and beyond chance. {'; '.join(shown)}",
    )


def state_of_the_art(trials: Trials, on: Sequence[str]) -> Comparisons:
    """Return the best of the five descent methods from each start against the fair group."""
    found = {}
    for dataset in on:
        pairs = {}
        for start in trials.starts(dataset):
            best = min(
                (trials.errors(dataset, m, start, TEST) for m in trials.methods(dataset, PRINTED)),
                key=np.mean,
            )
            for method in trials.methods(dataset, FAIR):
                theirs = trials.errors(dataset, method, start, TEST)
                pairs[f"{dataset}, {method[1]}, {start}"] = (best, theirs)
        found |= compare(pairs)
    return Comparisons(
        {name: Case(c.outcome) for name, c in found.items()},
        "Test error of the best of the five from each start against each method of the fair group "
        f"on {_named(trials, on)}; the latter's is {span([c.ratio for c in found.values()])} times "
        "as large",
    )


def reading(trials: Trials, on: Sequence[str]) -> Comparisons:
    """Return whether the printed test errors are those of a state that runs on."""
    made = [c for name in on for c in cells(trials, name, [ALM, *trials.methods(name, PRINTED)])]
    agree = {
        measure: np.array([c.verdict is Verdict.REPRODUCED for c in made if c.measure == measure])
        for measure in (TEST, RESTARTED)
    }
    on, restarted = (int((a & ~b).sum()) for a, b in (agree.values(), reversed(agree.values())))
    p = binomtest(on, on + restarted).pvalue if on + restarted else 1.0
    lead = Outcome.BETTER if on > restarted else Outcome.WORSE
    return Comparisons(
        {"printed cells": Case(lead if p < SIGNIFICANT else Outcome.TIE)},
        f"Of {agree[TEST].size} printed test errors {on} agree with ours only when the state runs "
        f"on, {restarted} only when it restarts, {int((agree[TEST] & agree[RESTARTED]).sum())} "
        f"under both; sign test, p = {p:.2g}",
    )


def printed_leads() -> Comparisons:
    """Return whether the printed means and deviations tell the ALM from the other methods."""
    p, leads = {}, {}
    for part in papers.ALM_TABLES:
        table = papers.alm_errors(part).set_index(["method", "start"])
        for (method, start), row in table.iterrows():
            if method == ALM[1]:
                continue
            own = table.loc[(ALM[1], start)]
            for measure in PAIR:
                name = f"{part}, {method}, {start}, {measure}"
                ours, theirs = (_printed(of, measure) for of in (own, row))
                test = ttest_ind_from_stats(*ours, *theirs, equal_var=False)
                p[name], leads[name] = float(test.pvalue), theirs[0] > ours[0]
    told = dict(zip(p, holm(list(p.values())) <= SIGNIFICANT, strict=True))
    ahead = {True: Outcome.BETTER, False: Outcome.WORSE}
    return Comparisons(
        {name: Case(ahead[leads[name]] if told[name] else Outcome.TIE) for name in p},
        f"Welch's test from the printed means and deviations over {REPETITIONS} runs, Holm over "
        "all; the runs differ in their starts, not in their series",
    )


def _printed(row: Mapping[str, float], measure: str) -> tuple[float, float, int]:
    return float(row[measure]), float(row[f"{measure}_sd"]), REPETITIONS
