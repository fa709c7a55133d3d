"""Paper A's sparsity: who has more weights near zero, what arithmetic says, what a threshold finds.

Decided before the runs. A model is sparser than another when exact signed-rank tests over the
trials say so, corrected after Holm within a dataset and a moment for all comparisons of the two
L1 penalties with the other four models and with each other. Moments are a tenth, a half and all of
the epochs. A measured count agrees with arithmetic within four binomial standard deviations, and
two sets of weights agree when they share nine tenths of what either holds.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from lib.claims import sl1_sparsity_printed as printed
from lib.claims.sl1_runs import MOMENTS, SL1, Models, by_dataset, last, sparsity, trials
from lib.claims.sl1_sparsity_printed import L1, SPARSE
from lib.experiments.sl1_methods import regulariser
from lib.experiments.sl1_networks import DEAD
from lib.experiments.sl1_patterns import PROX
from lib.experiments.sl1_protocol import TABLE2, optimiser
from lib.penalties import Regulariser
from lib.records import Record
from lib.statistics import Comparison, Outcome, compare
from lib.statistics.comparison import can_decide
from lib.theory.penalty_alone import SIMULATED, near_zero_share, simulated_shares
from lib.training import Optimiser
from lib.verdicts import Claim, Verdict, decide

OTHERS = ("RNN", "LSTM", "GRU", "L2-GRU")
FAMILY = len(SPARSE) * len(OTHERS) + 1
DEVIATIONS = 4
AGREE = 0.9


def comparisons(models: Models, share: float) -> dict[tuple[str, str], Comparison]:
    """Return the comparisons of one dataset: BETTER where the first model is the sparser one."""
    pairs = [(sparse, other) for sparse in SPARSE for other in OTHERS] + [(SL1, L1)]
    found = {model: sparsity(models[model], share) for model in {*SPARSE, *OTHERS}}
    return compare({(one, other): (found[other], found[one]) for one, other in pairs})


def leads(records: Sequence[Record]) -> dict[tuple[str, str], dict[tuple[str, str], Outcome]]:
    """Return all outcomes by dataset and moment."""
    return {
        (name, moment): {pair: c.outcome for pair, c in comparisons(models, share).items()}
        for name, models in by_dataset(records).items()
        for moment, share in MOMENTS.items()
    }


def claims(
    table3: Sequence[Record], table5: Sequence[Record], patterns: Sequence[Record]
) -> list[Claim]:
    """Judge the statements of sections 4.2 and 4.3, then what arithmetic says of the figures."""
    return [
        *(_much_sparser(table, records) for table, records in ((3, table3), (5, table5))),
        _sparsest(3, table3, "Except for one dataset SL1-GRU is the sparsest (section 4.2", 1),
        _sparsest(5, table5, "SL1-GRU remains the sparsest (section 4.3", 0),
        *printed.claims(),
        _arithmetic(table3, "by a formula for gradient descent (Table 3)"),
        _arithmetic(table5, "by following such weights alone under Adam (Table 5)"),
        _threshold(patterns),
    ]


def _much_sparser(table: int, records: Sequence[Record]) -> Claim:
    outcomes = leads(records)
    won = {
        (key, sparse): [found[sparse, other] is Outcome.BETTER for other in OTHERS]
        for key, found in outcomes.items()
        for sparse in SPARSE
    }
    shown = ", ".join(
        f"{sparse} in {sum(sum(w) for (_, s), w in won.items() if s == sparse)} of "
        f"{len(outcomes) * len(OTHERS)} comparisons"
        for sparse in SPARSE
    )
    return Claim(
        "Both L1-GRU and SL1-GRU are significantly sparser than the others "
        f"(section 4.2; here Table {table}).",
        printed.printed_range(table),
        shown,
        _judge(records, *(all(w) for w in won.values())),
        f"{len(by_dataset(records))} datasets, each after a tenth, a half and all epochs, against "
        f"{', '.join(OTHERS)}; {_tests(records)} All have to be won.",
    )


def _sparsest(table: int, records: Sequence[Record], text: str, allowed: int) -> Claim:
    rivals, outcomes = (*OTHERS, L1), leads(records)
    won = {
        moment: [
            all(found[SL1, rival] is Outcome.BETTER for rival in rivals)
            for (_, m), found in outcomes.items()
            if m == moment
        ]
        for moment in MOMENTS
    }
    against = [found[SL1, L1] for found in outcomes.values()]
    enough = all(w.count(False) <= allowed for w in won.values())
    verdict = _judge(records, enough, *(w for each in won.values() for w in each))
    if enough and verdict is Verdict.IN_PART:
        verdict = Verdict.HOLDS
    highest, of = printed.highest_printed(table)
    return Claim(
        f"{text}; Table {table}).",
        f"in the table itself on {highest} of {of} datasets",
        "the sparsest of six "
        + ", ".join(
            f"on {sum(w)} of {len(w)} after {moment} of the epochs" for moment, w in won.items()
        ),
        verdict,
        f"Against L1-GRU alone SL1-GRU is {_counted(against)}; {_tests(records)}",
    )


def _arithmetic(records: Sequence[Record], what: str) -> Claim:
    rows = predictions(records)
    return Claim(
        "Asked here: do the start, the penalty and the number of steps alone fix the strict "
        f"sparsity of the dead weights, {what}?",
        "not considered",
        f"{sum(row['agrees'] for row in rows)} of {len(rows)} shares as predicted; the largest "
        f"difference is {max(abs(r['measured'] - r['predicted']) for r in rows):.1g}",
        decide(*(row["agrees"] for row in rows)),
        f"L1-GRU and SL1-GRU on every dataset read in one step. As predicted: within {DEVIATIONS} "
        "binomial standard deviations, all trials together, and one weight.",
    )


def predictions(records: Sequence[Record]) -> list[dict]:
    """Return predicted and measured shares of near zeros among the dead weights of L1 and SL1.

    Predicted by formula for gradient descent, by following weights alone for Adam.
    """
    rows = []
    for name, models in by_dataset(records).items():
        for model in SPARSE:
            record = models[model]
            dead, steps = record.rows[0][f"{DEAD} weights"], record.rows[0]["steps"]
            if not dead:
                continue
            share, noise = _predicted(record, steps)
            counts = last(record, f"{DEAD}, near zero")
            draws = dead * counts.size
            measured = float(counts.sum() / draws)
            spread = np.sqrt(share * (1 - share) * (1 / draws + noise))
            rows.append(
                {
                    "dataset": name,
                    "model": model,
                    "steps": steps,
                    "predicted": share,
                    "measured": measured,
                    "agrees": bool(abs(measured - share) <= DEVIATIONS * spread + 1 / draws),
                }
            )
    return rows


def _predicted(record: Record, steps: int) -> tuple[float, float]:
    """Return the share, and one over the number of weights it is a sample of."""
    setting, dataset = record.config["setting"], record.config["dataset"]
    model, rate = record.config["model"], setting["rate"]
    term = regulariser(model, setting["strength"], setting["alpha"], "all")
    if dataset in TABLE2:
        return near_zero_share(term, rate, steps), 0.0
    return _followed(term, optimiser(dataset, rate), steps), 1 / SIMULATED


@cache
def _followed(term: Regulariser, moved_by: Optimiser, steps: int) -> float:
    return simulated_shares(term, moved_by, [steps])[0]


def _threshold(patterns: Sequence[Record]) -> Claim:
    (record,) = patterns
    both = {
        "all weights": pattern(record, SL1, "agreement"),
        "those that act": pattern(record, SL1, "agreement, live"),
    }
    return Claim(
        "Asked here: are the weights of SL1 below α those that the soft threshold puts to zero, on "
        f"Iris after {record.traces['epoch'][-1]:,} epochs?",
        "not considered",
        "shared of what either holds: "
        + ", ".join(f"{np.median(v):.2f} of {name}" for name, v in both.items()),
        decide(*(bool((v >= AGREE).all()) for v in both.values())),
        f"Judged by whether they share {AGREE:.0%} in every trial, of all weights and of those "
        "that act; medians are shown.",
    )


def pattern(record: Record, method: str, column: str) -> np.ndarray:
    """Return a column of one method's trials on Iris."""
    return np.array([row[column] for row in record.rows if row["method"] == method])


def _judge(records: Sequence[Record], *conditions: bool) -> Verdict:
    runs = min(trials(models) for models in by_dataset(records).values())
    return decide(*conditions) if can_decide(runs, FAMILY) else Verdict.UNTESTABLE


def _tests(records: Sequence[Record]) -> str:
    runs = min(trials(models) for models in by_dataset(records).values())
    decided = "" if can_decide(runs, FAMILY) else ", which so few cannot decide"
    return f"signed-rank tests over {runs} trials, Holm over {FAMILY} comparisons{decided}."


def _counted(outcomes: Sequence[Outcome]) -> str:
    words = {Outcome.BETTER: "sparser", Outcome.TIE: "tied", Outcome.WORSE: "less sparse"}
    return ", ".join(f"{outcomes.count(o)} × {words[o]}" for o in Outcome if o in outcomes)


def key_numbers(
    table3: Sequence[Record], table5: Sequence[Record], patterns: Sequence[Record]
) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers: dict[str, float] = {}
    for name, models in by_dataset([*table3, *table5]).items():
        for model, record in models.items():
            numbers[f"{name}.{model}.strict"] = float(np.median(sparsity(record)))
    (record,) = patterns
    for method in (L1, SL1, PROX):
        for column in ("near zero", "below alpha", "agreement", "agreement, live"):
            value = float(np.median(pattern(record, method, column)))
            numbers[f"long.{method}.{column}"] = value
    for wait in printed.implied():
        numbers |= {
            f"{wait.dataset}.lag": wait.lag,
            f"{wait.dataset}.l1_epochs": wait.l1_steps / wait.steps_an_epoch,
            f"{wait.dataset}.l1_microseconds": 1e6 * wait.l1_seconds / wait.l1_steps,
            f"{wait.dataset}.sl1_steps": wait.sl1_steps,
        }
    cells = printed.cells(3, 5)
    numbers |= {
        "cells": len(cells),
        "impossible": sum(not c.possible for c in cells),
        "impossible_unpenalised": sum(not c.possible for c in printed.unpenalised(cells)),
        "chance": printed.CHANCE,
        "highest.3": printed.highest_printed(3)[0],
    }
    for cell in printed.of(cells, SL1):
        numbers[f"{cell.dataset}.dead"] = float(cell.dead)
    return {name: float(value) for name, value in numbers.items()}
