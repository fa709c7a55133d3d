"""Paper A, what is said of networks without a penalty, asked of the trials of Tables 3 and 5.

Decided before anything was computed. The GRU *overfits* on a dataset when the gap between test and
training loss (as in `sl1_effects`) is above zero beyond chance; most of all on small data when the
gap over the training loss falls with the number of training samples, by a rank correlation below
the 5 % level. It performs as well as an LSTM on a dataset where it is not worse beyond chance.
That a single fitting accuracy of many does not count was decided after the counts had been seen.
"""

import numpy as np
from scipy.stats import spearmanr

from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.sl1_results.cells import REPETITIONS
from evidence.pages.sl1_results.claims_effects import GRU, gaps, smaller
from evidence.pages.sl1_results.contest import family, leader
from evidence.pages.sl1_results.results import Results, is_classification, printed, shown, words
from evidence.papers import tables as papers
from evidence.protocols.sl1 import SL1
from evidence.protocols.sl1_networks import TEST, TRAIN
from evidence.statistics import Outcome
from evidence.statistics.comparison import SIGNIFICANT, can_decide
from evidence.statistics.summary import number

LSTM = "LSTM"
LAST_DIGIT = 1e-4
"""Accuracies are printed to four decimals."""


def claims(results: Results) -> list[Claim]:
    """Judge the statements; the last two are about accuracies alone."""
    found = [_overfits(results), _as_good(results)]
    if is_classification(results.names[0]):
        found += [_leader(results), _means()]
    return found


def samples(results: Results, name: str) -> float:
    """Return about how many samples an epoch has: mini-batches times their size."""
    record = results.record(name, SL1)
    batches = record.rows[0]["steps"] / record.config["epochs"]
    return batches * record.config["setting"]["batch_size"]


def _overfits(results: Results) -> Claim:
    table, score, _ = words(results)
    none = np.zeros(len(results.record(results.names[0], GRU).rows))
    above = smaller({name: (none, gaps(results, name, GRU)) for name in results.names})
    sizes = {name: float(np.median(_size(results, name))) for name in results.names}
    found = spearmanr([samples(results, name) for name in results.names], list(sizes.values()))
    enough = can_decide(none.size, len(above))
    return Claim(
        f"GRU networks overfit, most of all on small training data (abstract; here {table}).",
        "stated",
        f"median gap in {score}{'' if score == 'accuracy' else ' over the training error'}: "
        + ", ".join(f"{shown(name)} {number(size, 2)}" for name, size in sizes.items())
        + f"; rank correlation with the number of samples {found.statistic:.2f}, "
        f"p = {found.pvalue:.2g}",
        decide(
            *(outcome is Outcome.BETTER for outcome in above.values()),
            bool(found.statistic < 0 and found.pvalue < SIGNIFICANT),
        )
        if enough
        else Verdict.UNTESTABLE,
        "One condition a dataset: the gap is above zero, by signed-rank tests, Holm over "
        f"{len(above)} datasets; and one for the correlation. Noise, which the sentence names too, "
        "is not asked.",
    )


def _size(results: Results, name: str) -> np.ndarray:
    found = gaps(results, name, GRU)
    known = is_classification(name)
    return found if known else found / results.losses(name, GRU, TRAIN)


def _as_good(results: Results) -> Claim:
    table, score, _ = words(results)
    tests = {name: family(results, name, TEST) for name in results.names}
    outcomes = {name: test.outcome(GRU, LSTM) for name, test in tests.items()}
    counted = [f"{list(outcomes.values()).count(o)} × {o.value}" for o in Outcome]
    return Claim(
        f"A GRU performs as well as an LSTM (section 1). Asked here: by test {score} ({table})?",
        "stated",
        f"the GRU on {len(outcomes)} datasets: {', '.join(counted)}; worse on "
        + (", ".join(shown(n) for n, o in outcomes.items() if o is Outcome.WORSE) or "none"),
        decide(*(outcome is not Outcome.WORSE for outcome in outcomes.values()))
        if all(test.decidable for test in tests.values())
        else Verdict.UNTESTABLE,
        "Judged on each dataset by whether it is not worse beyond chance; signed-rank tests, Holm "
        "over the 15 pairs of models of a dataset.",
    )


def _leader(results: Results) -> Claim:
    leaders = {name: leader(results, name, TRAIN) for name in results.names}
    own = sum(model == SL1 for model in leaders.values())
    stated = [printed(name)[TRAIN].idxmax() == SL1 for name in results.names]
    return Claim(
        "SL1-GRU does not always have the highest training accuracy (section 4.2).",
        f"it has on {sum(stated)} of the {len(stated)} sets here",
        f"it has on {own}; the highest mean is that of "
        + ", ".join(f"{model} ({shown(name)})" for name, model in leaders.items()),
        decide(own < len(leaders)),
        "Judged by the means over the trials, the first of equals.",
    )


def grains() -> list[tuple[str, bool]]:
    """Return per printed accuracy its dataset and whether a mean over ten trials can round to it.

    Of n samples in each of ten trials k are right, so the mean is k/(10 n). Where these values lie
    closer than the printed digits nothing can be told, and the accuracy is left out.
    """
    sizes = papers.sl1_sizes()
    found = []
    for _, row in papers.sl1_results(3).iterrows():
        for part in (TRAIN, TEST):
            n = REPETITIONS * sizes.loc[row["dataset"], part]
            if 1 / n > LAST_DIGIT:
                nearest = np.round(row[part] * n) / n
                found.append((row["dataset"], bool(abs(nearest - row[part]) <= LAST_DIGIT / 2)))
    return found


def _means() -> Claim:
    found = grains()
    possible = [p for _, p in found]
    return Claim(
        "Every accuracy of Table 3 is a mean over ten trials (section 4.2).",
        "stated",
        f"{sum(possible)} of {len(possible)} accuracies on "
        f"{', '.join(dict.fromkeys(d for d, _ in found))} can be one",
        decide(
            *(all(p for d, p in found if d == one) for one in dict.fromkeys(d for d, _ in found))
        ),
        "One condition a dataset. By arithmetic: ten trials with n samples each can only have "
        "k/(10 n) of them right. Where the four printed digits cannot tell such values apart "
        "nothing is asked.",
    )
