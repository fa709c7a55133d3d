"""Paper A, Tables 3 and 5: how much of what they print survives, cell by cell and pair by pair."""

from evidence.kit.tables import counted
from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.sl1_results.cells import POINT, agreement
from evidence.pages.sl1_results.contest import orders, tally
from evidence.pages.sl1_results.results import (
    ALL,
    MOMENTS,
    Results,
    is_classification,
    shown,
    words,
)
from evidence.protocols.sl1 import PRINTED
from evidence.protocols.sl1_networks import TEST
from evidence.statistics import Outcome


def orders_claim(results: Results, measure: str) -> Claim:
    """Judge the order of the models by training or test score."""
    table, score, _ = words(results)
    counts = {name: tally(orders(results, name, measure)) for name in results.names}
    total = {o: sum(count[o] for count in counts.values()) for o in Outcome}
    pairs = sum(total.values())
    part = "test" if measure == TEST else "training"
    early = [
        f"{sum(tally(orders(results, n, measure, m))[Outcome.BETTER] for n in results.names)} "
        f"after {m} of the epochs"
        for m in MOMENTS
        if m != ALL
    ]
    return Claim(
        f"The order of the six models by {part} {score} ({table}).",
        f"{pairs} pairs of models in order, over all sets here",
        f"{total[Outcome.BETTER]} of {pairs} survive the paired test, {total[Outcome.TIE]} are "
        f"ties, {total[Outcome.WORSE]} are reversed ("
        + "; ".join(
            f"{shown(n)} {c[Outcome.BETTER]}, {c[Outcome.TIE]}, {c[Outcome.WORSE]}"
            for n, c in counts.items()
        )
        + ")",
        decide(
            total[Outcome.BETTER] == pairs,
            total[Outcome.BETTER] > total[Outcome.WORSE] + total[Outcome.TIE],
        ),
        "It holds when every pair survives, in part when most do. A set in two versions counts "
        "twice. " + f"Surviving: {' and '.join(early)}.",
    )


def cells_claim(results: Results, measure: str) -> Claim:
    """Judge the printed means of training or test scores."""
    table, score, _ = words(results)
    part = "test" if measure == TEST else "training"
    found = {
        (name, model): agreement(results, name, model, measure)
        for name in results.names
        for model in PRINTED
    }
    judged = list(found.values())
    tested = [verdict for verdict in judged if verdict is not Verdict.UNTESTABLE]
    holding = [
        f"{shown(name)} ({k} of {len(PRINTED)})"
        for name in results.names
        if (k := sum(found[name, model] is Verdict.HOLDS for model in PRINTED))
    ]
    return Claim(
        f"The {part} {score} of each model on each set ({table}).",
        f"{len(judged)} cells here",
        counted(judged) + (f"; holding on {', '.join(holding)}" if holding else ""),
        decide(
            *(verdict is Verdict.HOLDS for verdict in tested),
            *(verdict is not Verdict.FAILS for verdict in tested),
        ),
        "A cell holds when the printed mean lies where the mean of ten more of our trials would in "
        "95 of 100 cases, in part when it is within "
        + (f"{POINT:g} of our mean." if is_classification(results.names[0]) else "a quarter of it.")
        + " What the paper prints once and is run twice here counts twice.",
    )
