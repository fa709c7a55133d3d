"""Paper A, Tables 3 and 5: what becomes of what the paper reads off them.

The functions take `Results` of one of the two experiments, and the references' records. A claim is
asked of every dataset at the end of the training, and its text says how it fares after a tenth and
a half of the epochs. The rules were written before the full-scale records were seen.
"""

from collections.abc import Sequence

import numpy as np

from evidence.kit.records import Record
from evidence.kit.verdicts import Claim, decide
from evidence.pages.sl1_results.cells import (
    FEWEST,
    against_simple,
    gain,
    gain_fits,
    mean,
    printed_gain,
    simple,
)
from evidence.pages.sl1_results.claims_printed import cells_claim, orders_claim
from evidence.pages.sl1_results.contest import family, leader, orders, proximal, tally
from evidence.pages.sl1_results.results import (
    ALL,
    MOMENTS,
    Results,
    is_classification,
    printed,
    shown,
    words,
)
from evidence.protocols.sl1 import MODELS, PRINTED, PROX, SL1
from evidence.protocols.sl1_networks import TEST, TRAIN
from evidence.rivals.predictors.of_tables import CONSTANT, LINEAR
from evidence.statistics import Outcome, mean_interval, summarise


def claims(results: Results, references: Sequence[Record]) -> list[Claim]:
    """Judge what section 4.2 or 4.3 reads off its table."""
    return [
        _best(results),
        _gain(results),
        _smoothing(results),
        *(orders_claim(results, measure) for measure in (TEST, TRAIN)),
        *(cells_claim(results, measure) for measure in (TEST, TRAIN)),
        _simple(results, references),
    ]


def _best(results: Results) -> Claim:
    table, score, adjective = words(results)
    others = [model for model in PRINTED if model != SL1]
    conditions, said = [], []
    for name in results.names:
        tests = family(results, name, TEST)
        outcomes = [tests.outcome(SL1, other) for other in others]
        first = leader(results, name, TEST)
        conditions += [first == SL1, all(o is Outcome.BETTER for o in outcomes)]
        worse = [m for m, o in zip(others, outcomes, strict=True) if o is Outcome.WORSE]
        said.append(
            f"{shown(name)}: {first} has the {adjective} mean, SL1-GRU is better than "
            f"{outcomes.count(Outcome.BETTER)} of {len(others)} beyond chance"
            + (f" and worse than {' and '.join(worse)}" if worse else "")
        )
    early = [
        f"after {share} of the epochs on {_leads(results, share)}"
        for share in MOMENTS
        if share != ALL
    ]
    return Claim(
        f"SL1-GRU has the {adjective} test {score} on every set ({table}).",
        f"{adjective} of six on {_printed_leads(results)} of {_sets(results)} sets",
        "; ".join(said),
        decide(*conditions),
        f"Two conditions for each set: its mean is the {adjective}, and it is better than each of "
        f"the five others beyond chance. Its mean leads on {_leads(results, ALL)} of "
        f"{len(results.names)} sets at the end, {' and '.join(early)}.",
    )


def _leads(results: Results, moment: str) -> int:
    return sum(leader(results, name, TEST, moment) == SL1 for name in results.names)


def _sets(results: Results) -> int:
    return len({tuple(printed(name)[TEST]) for name in results.names})


def _printed_leads(results: Results) -> int:
    found = {}
    for name in results.names:
        test = printed(name)[TEST]
        best = test.max() if is_classification(name) else test.min()
        found[tuple(test)] = test[SL1] == best
    return sum(found.values())


def _gain(results: Results) -> Claim:
    table, score, _ = words(results)
    classes = is_classification(results.names[0])
    conditions, said = [], []
    for name in results.names:
        found = gain(results, name)
        finished = found[np.isfinite(found)]
        if finished.size < FEWEST:
            said.append(f"{shown(name)}: too few trials finished")
            conditions.append(False)
            continue
        low, high = mean_interval(finished)
        fits = gain_fits(results, name)
        conditions += [low > 0] if fits is None else [low > 0, fits]
        theirs = f"printed {_points(printed_gain(name), classes)}: {_FITS[fits]}"
        said.append(
            f"{shown(name)} {_points(finished.mean(), classes)} [{_points(low, classes)}, "
            f"{_points(high, classes)}], {theirs}"
        )
    paper = [printed_gain(name) for name in results.names]
    abstract = "1.0 to 2.4 points" if classes else "7.8 to 15.4 %"
    return Claim(
        f"SL1-GRU's test {score} is better than the unregularised GRU's by {abstract} (abstract).",
        f"{_points(min(paper), classes)} to {_points(max(paper), classes)} in its own {table}",
        "; ".join(said),
        decide(*conditions),
        "Two conditions for each set: the bootstrap interval of the mean gain over the trials lies "
        "above zero, and the printed gain fits, which means that it lies where that of ten more of "
        "our trials would in 95 of 100 cases. Where this depends on whether the paper's trials "
        "share their splits as ours do, it is open and does not count."
        + ("" if classes else " The gain is the share of the GRU's error that SL1-GRU saves."),
    )


def _smoothing(results: Results) -> Claim:
    _, score, _ = words(results)
    said, conditions, theirs = [], [], {}
    for name in results.names:
        against = {
            "L1-GRU": family(results, name, TEST).outcome(SL1, "L1-GRU"),
            PROX: proximal(results, name, TEST).outcome(SL1, PROX),
        }
        conditions += [outcome is Outcome.BETTER for outcome in against.values()]
        said.append(
            f"{shown(name)}: "
            + " and ".join(f"{_SAID[outcome]} {model}" for model, outcome in against.items())
        )
        test, sign = printed(name)[TEST], 1 if is_classification(name) else -1
        theirs[tuple(test)] = sign * test[SL1] > sign * test["L1-GRU"]
    return Claim(
        f"Smoothing improves on L1 itself: SL1-GRU's test {score} is better than L1-GRU's.",
        f"better on {sum(theirs.values())} of {len(theirs)} sets",
        "; ".join(said),
        decide(*conditions),
        "For each set, against L1 by its subgradient and by the soft threshold, which the paper "
        "lacks, beyond chance.",
    )


def _points(value: float, classes: bool) -> str:
    return f"{100 * value:+z.2f} points" if classes else f"{100 * value:+z.1f} %"


def _simple(results: Results, references: Sequence[Record]) -> Claim:
    _, score, _ = words(results)
    linear = "logistic regression" if score == "accuracy" else "ridge regression"
    said, conditions = [], []
    for name in results.names:
        found = against_simple(results, references, name)
        if not found:
            continue
        conditions += [comparison.outcome is Outcome.BETTER for comparison in found.values()]
        said.append(
            f"{shown(name)}: {_SAID[found[CONSTANT].outcome]} the constant answer, "
            f"{_SAID[found[LINEAR].outcome]} {linear}"
        )
    return Claim(
        f"SL1-GRU generalises best. Asked here: is its test {score} better than what needs no "
        "network?",
        "not asked",
        "; ".join(said),
        decide(*conditions),
        f"For each set, against the constant answer and {linear}, beyond chance.",
    )


_FITS = {True: "fits", False: "does not fit", None: "open"}

_SAID = {
    Outcome.BETTER: "better than",
    Outcome.TIE: "tied with",
    Outcome.WORSE: "worse than",
}


def key_numbers(results: Results, references: Sequence[Record]) -> dict[str, float]:
    """Return the numbers that prose quotes and that the regression test holds."""
    found: dict[str, float] = {"sets": len(results.names)}
    for name in results.names:
        for model in MODELS:
            for measure in (TEST, TRAIN):
                found[f"{name}.{model}.{measure}"] = mean(results, name, model, measure).mean
        found[f"{name}.gain"] = 100 * summarise(gain(results, name)).mean
        found[f"{name}.epochs"] = results.epochs(name)
        found[f"{name}.diverged"] = sum(
            int(np.isinf(results.losses(name, model, TEST)).sum()) for model in MODELS
        )
        scores = simple(references, name, LINEAR, TEST)
        if scores is not None:
            found[f"{name}.linear.test"] = scores.mean()
            found[f"{name}.constant.test"] = simple(references, name, CONSTANT, TEST).mean()
    totals = [tally(orders(results, name, TEST)) for name in results.names]
    for outcome in Outcome:
        found[f"orders.{outcome.value}"] = sum(total[outcome] for total in totals)
    found["orders"] = sum(sum(total.values()) for total in totals)
    found["leads"] = _leads(results, ALL)
    beside = [proximal(results, name, TEST) for name in results.names]
    for outcome in Outcome:
        found[f"proximal.{outcome.value}"] = sum(
            tests.outcome(PROX, SL1) is outcome for tests in beside
        )
    return found
