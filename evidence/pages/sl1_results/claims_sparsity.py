"""Paper A's sparsity: who has more weights near zero, what arithmetic says, what a threshold finds.

Who is sparser is decided as in `sl1_contest`, after a tenth, a half and all of the epochs. The
other rules were written before the long training on Iris and Table 3's records were seen; that
Adam needs a simulation of its own was found on Table 5's. A measured count agrees with arithmetic
within four binomial standard deviations, and two sets of weights agree when they share nine tenths
of what either holds.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from evidence.kit.records import Record
from evidence.kit.tables import counted
from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.sl1_results import claims_sparsity_printed
from evidence.pages.sl1_results.contest import family
from evidence.pages.sl1_results.results import MOMENTS, SPARSITY, Results, shown
from evidence.pages.sl1_results.runs_patterns import PROX
from evidence.protocols import sl1_sparsity as printed
from evidence.protocols.penalty_alone import SIMULATED, near_zero_share, simulated_shares
from evidence.protocols.sl1 import MODELS, SL1, TABLE2, optimiser
from evidence.protocols.sl1_methods import regulariser
from evidence.protocols.sl1_networks import DEAD
from evidence.protocols.sl1_sparsity import L1, SPARSE
from evidence.statistics import Outcome
from lib.penalties import Regulariser
from lib.training import Optimiser

OTHERS = ("RNN", "LSTM", "GRU", "L2-GRU")
DEVIATIONS = 4
AGREE = 0.9
WORDS = {Outcome.BETTER: "sparser", Outcome.WORSE: "less sparse"}


def outcomes(results: Results, moment: str) -> dict[str, dict[tuple[str, str], Outcome]]:
    """Return by dataset how L1 and SL1 did against each other model, and SL1 against L1."""
    pairs = [(sparse, other) for sparse in SPARSE for other in OTHERS] + [(SL1, L1)]
    found = {}
    for name in results.names:
        tests = family(results, name, SPARSITY, moment)
        found[name] = {(one, other): tests.outcome(one, other) for one, other in pairs}
    return found


def claims(table3: Results, table5: Results, patterns: Sequence[Record]) -> list[Claim]:
    """Judge the statements of sections 4.2 and 4.3, then what arithmetic says of the figures."""
    tables = ((3, table3), (5, table5))
    together, *alone = SPARSER
    return [
        *(_much_sparser(*table, *together) for table in tables),
        _sparsest(3, table3, "Except for one dataset SL1-GRU is the sparsest (section 4.2", 1),
        _sparsest(5, table5, "SL1-GRU remains the sparsest (section 4.3", 0),
        *claims_sparsity_printed.claims(),
        _arithmetic(table3, "by a formula for gradient descent (Table 3)"),
        _arithmetic(table5, "by following such weights alone under Adam (Table 5)"),
        _threshold(patterns),
        *(_much_sparser(*table, *asked) for asked in alone for table in tables),
    ]


SPARSER = (
    (SPARSE, "Both L1-GRU and SL1-GRU are", "section 4.2"),
    ((L1,), "L1-GRU is", "abstract and section 1"),
    ((SL1,), "SL1-GRU is", "contribution 3"),
)
"""Who is said to be sparser than the networks without such a penalty, and where."""


def _much_sparser(
    table: int, results: Results, models: Sequence[str], who: str, where: str
) -> Claim:
    found = [each for moment in MOMENTS for each in outcomes(results, moment).values()]
    won = {
        sparse: [[each[sparse, other] is Outcome.BETTER for other in OTHERS] for each in found]
        for sparse in models
    }
    shown_ = ", ".join(
        f"{sparse} in {sum(map(sum, w))} of {len(w) * len(OTHERS)} comparisons"
        for sparse, w in won.items()
    )
    return Claim(
        f"{who} significantly sparser than the others ({where}; here Table {table}).",
        claims_sparsity_printed.printed_range(table),
        shown_,
        _judge(results, *(all(each) for w in won.values() for each in w)),
        f"{len(results.names)} datasets, each after a tenth, a half and all epochs, against "
        f"{', '.join(OTHERS)}; {_tests(results)} One condition for each dataset and "
        "time: all four are won.",
    )


def _sparsest(table: int, results: Results, text: str, allowed: int) -> Claim:
    rivals = (*OTHERS, L1)
    found = {moment: list(outcomes(results, moment).values()) for moment in MOMENTS}
    won = {
        moment: [all(each[SL1, rival] is Outcome.BETTER for rival in rivals) for each in sets]
        for moment, sets in found.items()
    }
    enough = all(any(w) and w.count(False) <= allowed for w in won.values())
    every = [enough] if enough else [w for each in won.values() for w in each]
    highest, of = printed.highest_printed(table)
    return Claim(
        f"{text}; Table {table}).",
        f"in the table itself on {highest} of {of} datasets",
        "the sparsest of six "
        + ", ".join(
            f"on {sum(w)} of {len(w)} after {moment} of the epochs" for moment, w in won.items()
        ),
        _judge(results, *every),
        "Against L1-GRU alone SL1-GRU is "
        f"{counted((each[SL1, L1] for sets in found.values() for each in sets), WORDS)}; "
        f"{_tests(results)}",
    )


def _arithmetic(results: Results, what: str) -> Claim:
    rows = predictions(results)
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


def predictions(results: Results) -> list[dict]:
    """Return predicted and measured shares of near zeros among the dead weights of L1 and SL1.

    Predicted by formula for gradient descent, by following weights alone for Adam.
    """
    rows = []
    for name in results.names:
        for model in SPARSE:
            record = results.record(name, model)
            dead, steps = record.rows[0][f"{DEAD} weights"], record.rows[0]["steps"]
            if not dead:
                continue
            share, noise = _predicted(record, steps)
            counts = results.column(name, model, f"{DEAD}, near zero")
            draws = dead * counts.size
            measured = float(counts.sum() / draws)
            spread = np.sqrt(share * (1 - share) * (1 / draws + noise))
            rows.append(
                {
                    "dataset": shown(name),
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


def _judge(results: Results, *conditions: bool) -> Verdict:
    return decide(*conditions) if _decidable(results) else Verdict.UNTESTABLE


def _decidable(results: Results) -> bool:
    return all(family(results, name, SPARSITY).decidable for name in results.names)


def _tests(results: Results) -> str:
    pairs = len(family(results, results.names[0], SPARSITY).comparisons)
    decided = "" if _decidable(results) else ", which so few trials cannot decide"
    return f"signed-rank tests, Holm over the {pairs} pairs of models of a dataset{decided}."


def key_numbers(table3: Results, table5: Results, patterns: Sequence[Record]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers: dict[str, float] = {}
    for results in (table3, table5):
        for name in results.names:
            for model in MODELS:
                share = np.median(results.scores(name, model, SPARSITY))
                numbers[f"{name}.{model}.strict"] = float(share)
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
