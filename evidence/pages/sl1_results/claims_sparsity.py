"""Paper A's sparsity: who has more weights near zero, what arithmetic says, what a threshold finds.

Who is sparser is decided as in `contest`, at the end of the training; `moments_table` and the
multiverse tell of a tenth and a half of the epochs. The other rules were written before the long
training on Iris and Table 3's records were seen; that Adam needs a simulation of its own was found
on Table 5's. A measured count agrees with arithmetic within four binomial standard deviations, and
two sets of weights agree when they share nine tenths of what either holds.
"""

from collections.abc import Sequence
from functools import cache
from itertools import product

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Comparisons, Readings, Universal
from evidence.pages.sl1_results.contest import cases
from evidence.pages.sl1_results.results import SPARSITY, Results, shown
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
RIVALS = (*OTHERS, L1)
DEVIATIONS = 4
AGREE = 0.9
TESTS = "signed-rank tests over the trials, Holm over the 15 pairs of models of a set"


def claims(table3: Results, table5: Results, patterns: Sequence[Record]) -> list[Judged]:
    """Return the statements of sections 4.2 and 4.3, then what arithmetic says of the figures."""
    found = printed.cells(3, 5)
    sparse = printed.of(found, *SPARSE)
    return judge(
        {
            "A-T3-sparser": Comparisons(
                cases(table3, SPARSITY, product(SPARSE, OTHERS)),
                detail=f"L1-GRU and SL1-GRU against the four others at the end, {TESTS}",
            ),
            "A-T3-sparsest": _sparsest(table3, exceptions=1),
            "A-T5-sparsest": _sparsest(table5, exceptions=0),
            "A-E42": Universal(
                cases=len(found),
                violated=sum(not cell.possible for cell in found),
                drawn="All printed sparsities; no mean of ten counts is positive and yet below one "
                f"weight in ten trials. Were (42) a mean over the matrices, "
                f"{sum(not c.possible_for_matrices for c in found)} would still be",
                worst=f"by a factor of up to {max(c.least / c.value for c in found):.0f}",
            ),
            "A-T3-output": Readings(
                {
                    "share of all weights": _made_up(
                        [c.within_output for c in sparse],
                        f"output weights are at most {max(c.output for c in sparse):.1%} of all",
                    ),
                    "mean over the matrices": _made_up(
                        [c.within_output_matrix for c in sparse],
                        f"they are one matrix of {min(c.matrices for c in sparse)}",
                    ),
                    "share of the output weights": _made_up([c.value <= 1 for c in sparse], ""),
                },
                detail="The sparsities printed of L1-GRU and SL1-GRU, (42) read in three ways; "
                "output weights and what is near zero by chance cannot make up more than their "
                "share",
            ),
            "O-sparse-descent": _arithmetic(table3),
            "O-sparse-pattern": _threshold(patterns),
        }
    )


def _made_up(possible: Sequence[bool], worst: str) -> Universal:
    """Return how many printed sparsities output weights alone cannot make up."""
    return Universal(len(possible), len(possible) - sum(possible), drawn="", worst=worst)


def _sparsest(results: Results, exceptions: int) -> Comparisons:
    found = cases(results, SPARSITY, ((SL1, rival) for rival in RIVALS))
    won = {
        name: sum(case.outcome is Outcome.BETTER for (on, *_), case in found.items() if on == name)
        for name in map(shown, results.sets)
    }
    spared = sorted(won, key=won.__getitem__)[:exceptions]
    told = f"without {', '.join(spared)}, where it does worst; " if spared else ""
    return Comparisons(
        {key: case for key, case in found.items() if key[0] not in spared},
        detail=f"SL1-GRU against the five others at the end, {told}{TESTS}",
    )


def _arithmetic(results: Results) -> Universal:
    rows = predictions(results)
    return Universal(
        cases=len(rows),
        violated=sum(not row["agrees"] for row in rows),
        drawn="Shares of the dead weights below 1e-5 under L1 and SL1; as predicted is within "
        f"{DEVIATIONS} binomial standard deviations of the formula, and one weight",
        worst="the largest difference is "
        f"{max(abs(r['measured'] - r['predicted']) for r in rows):.1g}",
    )


def predictions(results: Results) -> list[dict]:
    """Return predicted and measured shares of near zeros among the dead weights of L1 and SL1.

    Predicted by formula for gradient descent, by following weights alone for Adam.
    """
    rows = []
    lengths = {results.record(name, SL1).rows[0]["steps"] for name in results.names}
    for name in results.names:
        for model in SPARSE:
            record = results.record(name, model)
            dead, steps = record.rows[0][f"{DEAD} weights"], record.rows[0]["steps"]
            if not dead:
                continue
            share, noise = _predicted(record, steps, tuple(sorted(lengths)))
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


def _predicted(record: Record, steps: int, lengths: tuple[int, ...]) -> tuple[float, float]:
    """Return the share, and one over the number of weights it is a sample of."""
    setting, dataset = record.config["setting"], record.config["dataset"]
    model, rate = record.config["model"], setting["rate"]
    term = regulariser(model, setting["strength"], setting["alpha"], "all")
    if dataset in TABLE2:
        return near_zero_share(term, rate, steps), 0.0
    return _followed(term, optimiser(dataset, rate), lengths)[steps], 1 / SIMULATED


@cache
def _followed(term: Regulariser, moved_by: Optimiser, lengths: tuple[int, ...]) -> dict[int, float]:
    """Follow weights once for the trainings of all lengths."""
    return dict(zip(lengths, simulated_shares(term, moved_by, lengths), strict=True))


def _threshold(patterns: Sequence[Record]) -> Universal:
    (record,) = patterns
    both = [pattern(record, SL1, column) for column in ("agreement", "agreement, live")]
    return Universal(
        cases=sum(each.size for each in both),
        violated=sum(int((each < AGREE).sum()) for each in both),
        drawn="Trials on Iris, all weights and those that act; SL1's weights below α and the soft "
        f"threshold's zeros are to share {AGREE:.0%} of what either holds after "
        f"{record.traces['epoch'][-1]:,} epochs",
        worst=f"{min(each.min() for each in both):.0%} shared at worst",
    )


def pattern(record: Record, method: str, column: str) -> np.ndarray:
    """Return a column of one method's trials on Iris."""
    return np.array([row[column] for row in record.rows if row["method"] == method])


def key_numbers(table3: Results, table5: Results, patterns: Sequence[Record]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers: dict[str, float] = {}
    for results in (table3, table5):
        for name in results.names:
            for model in MODELS:
                share = np.median(results.scores(name, model, SPARSITY))
                numbers[f"{name}.{model}.strict"] = float(share)
    for rule, results in (("gd", table3), ("adam", table5)):
        for model in (L1, SL1):
            shares = [numbers[f"{name}.{model}.strict"] for name in results.names]
            numbers |= {f"{rule}.{model}.least": min(shares), f"{rule}.{model}.most": max(shares)}
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
