"""Paper A, what a penalty is said to be good for: small and sparse networks, less overfitting.

Decided before anything was computed; the records are those of Tables 3 and 5. Two models are
compared by exact signed-rank tests over the trials, Holm over the datasets of a claim.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.rule import Case, Comparisons, Universal, Value, Values
from evidence.pages.sl1_results import overfitting
from evidence.pages.sl1_results.cells import FEWEST, cell
from evidence.pages.sl1_results.overfitting import GRU
from evidence.pages.sl1_results.results import (
    SPARSITY,
    Results,
    at_moment,
    printed_losses,
    shown,
)
from evidence.protocols.sl1 import PRINTED, SL1
from evidence.protocols.sl1_networks import GROUPS, LIVE, TEST
from evidence.protocols.sl1_sparsity import CHANCE, L1
from evidence.statistics import Outcome, compare, mean_interval
from evidence.statistics.comparison import can_decide

EARLY = "a tenth"
HARMLESS = 0.01
"""A score is kept when it changes by less than this share of the loss."""

Tables = Sequence[Results]


def claims(table3: Results, table5: Results) -> list[Judged]:
    """Return what the abstract and sections 1, 4 and 5 say that a penalty is good for."""
    tables = (table3, table5)
    against_gru = partial(_against_gru, tables)
    return judge(
        {
            "A-con1-trim": _trimmed(tables),
            "A-con1-sparser": against_gru(SL1, SPARSITY),
            "A-con3-sparse": _highly_sparse(tables),
            "A-abs-l1": against_gru(L1, SPARSITY),
            "A-abs-l1-faster": _faster(tables),
            "A-int-l1": _growth(tables, L1),
            "A-int-l1-performance": _can_improve(tables),
            "A-5-growth": _growth(tables, SL1),
            "A-con3-overfit": overfitting.less_than_gru(_each(tables), _tests(tables)),
            "A-con3-generalise": against_gru(SL1, TEST),
            "A-abs-overfit": overfitting.of_gru(_each(tables), _tests(tables)),
            "A-abs-overfit-small": overfitting.most_on_small(tables),
            "A-T3-cells-sparsity": Values(
                {
                    f"{shown(name)}, {model}": cell(results, name, model, SPARSITY)
                    for results, name in _each(tables)
                    for model in PRINTED
                },
                detail="Printed means against where the mean of ten more of our trials would lie",
            ),
            "A-T5-unimportant": _unimportant(table5),
        }
    )


def _each(tables: Tables) -> list[tuple[Results, str]]:
    return [(results, name) for results in tables for name in results.sets]


def _against_gru(tables: Tables, model: str, measure: str) -> Comparisons:
    found = compare(
        {
            name: tuple(results.losses(name, each, measure) for each in (model, GRU))
            for results, name in _each(tables)
        }
    )
    theirs = {name: printed_losses(name, measure) for name in found}
    leads = {name: losses[GRU] / losses[model] for name, losses in theirs.items()}
    return Comparisons(
        {
            shown(name): Case(c.outcome, visible=bool(1 < leads[name] >= c.visible))
            for name, c in found.items()
        },
        detail=f"{'Sparsity' if measure == SPARSITY else 'Test score'} of {model} and GRU at the "
        f"end, {_tests(tables)}",
    )


def _can_improve(tables: Tables) -> Values:
    """Count the sets on which L1 improves the score: the sentence says that it can."""
    found = _against_gru(tables, L1, TEST)
    better = sum(case.outcome is Outcome.BETTER for case in found.cases.values())
    trials, sets = _trials(tables), len(found.cases)
    value = Value.exact((1, np.inf), better)
    if not can_decide(trials, sets):
        value = replace(value, chance=None)
    return Values({"sets": value}, detail=f"Of {sets} sets; {found.detail}", unit="sets")


def _growth(tables: Tables, model: str) -> Comparisons:
    found = compare(
        {
            shown(name): tuple(results.column(name, each, "weight_norm") for each in (model, GRU))
            for results, name in _each(tables)
        }
    )
    ratios = [1 / c.ratio for c in found.values()]
    return Comparisons(
        {name: Case(c.outcome) for name, c in found.items()},
        detail=f"Norm of all weights at the end, {min(ratios):.2f} to {max(ratios):.2f} of the "
        f"GRU's, {_tests(tables)}",
    )


def _faster(tables: Tables) -> Comparisons:
    """Compare how much of its own error's fall is still to come, which is fair to a penalty."""

    def ahead(results: Results, name: str, model: str) -> np.ndarray:
        at = at_moment(results.record(name, model).traces["epoch"], EARLY)
        error = results.course(name, model, "error")
        with np.errstate(invalid="ignore"):
            found = (error[:, at] - error[:, -1]) / (error[:, 0] - error[:, -1])
        return np.where(np.isfinite(found), np.maximum(found, 0.0), np.inf)

    found = compare(
        {
            shown(name): (ahead(results, name, L1), ahead(results, name, GRU))
            for results, name in _each(tables)
        }
    )
    ratios = [1 / c.ratio for c in found.values()]
    return Comparisons(
        {name: Case(c.outcome) for name, c in found.items()},
        detail=f"Share of the fall of its own error that a model has still to come after {EARLY} "
        f"of the epochs, {min(ratios):.2f} to {max(ratios):.2f} of the GRU's, {_tests(tables)}",
    )


def _trimmed(tables: Tables) -> Universal:
    zeros = np.concatenate(
        [
            sum(results.column(name, SL1, f"{group}, zero") for group in GROUPS)
            for results, name in _each(tables)
        ]
    )
    return Universal(
        cases=zeros.size,
        violated=int((zeros == 0).sum()),
        drawn="Trained SL1-GRUs of both tables; a trimmed network has weights that are zero",
        worst=f"{zeros.max():,.0f} zeros at most",
    )


def _highly_sparse(tables: Tables) -> Values:
    def value(results: Results, name: str) -> Value:
        shares = results.scores(name, SL1, SPARSITY)
        own = mean_interval(shares) if shares.size >= FEWEST else None
        return replace(cell(results, name, SL1, SPARSITY), own=own, null=CHANCE)

    found = {shown(name): value(results, name) for results, name in _each(tables)}
    ours = [each.ours for each in found.values()]
    return Values(
        found,
        detail="Share of SL1-GRU's weights below 1e-5 against the printed one of each set; ours is "
        f"{min(ours):.1%} to {max(ours):.1%}, no effect is the share by chance",
    )


def _unimportant(results: Results) -> Values:
    def kept(name: str, model: str) -> np.ndarray:
        columns = (f"{TEST}, thresholded", TEST)
        cut, whole = (results.column(name, model, column) for column in columns)
        ratios = cut / whole
        return ratios[np.isfinite(ratios)]

    def small(model: str, *kinds: str) -> float:
        shares = [
            sum(results.column(name, model, f"{kind}, below alpha") for kind in kinds)
            / sum(results.column(name, model, f"{kind} weights") for kind in kinds)
            for name in results.sets
        ]
        return float(np.median(shares))

    found = {name: kept(name, SL1) for name in results.sets}
    control = np.median(np.concatenate([kept(name, GRU) for name in results.sets]))
    return Values(
        {
            shown(name): Value(
                1.0,
                float(ratios.mean()),
                mean_interval(ratios) if ratios.size >= FEWEST else None,
                rounding=HARMLESS,
            )
            for name, ratios in found.items()
        },
        detail="Test error without the weights below α over that with them: "
        f"{small(SL1, *GROUPS):.0%} of all and {small(SL1, LIVE):.0%} of the gates' that act. Of "
        f"the plain GRU's weights {small(GRU, *GROUPS):.0%} are below α; without them it has "
        f"{control:.4g} times its error",
    )


def _trials(tables: Tables) -> int:
    return min(len(results.record(name, SL1).rows) for results, name in _each(tables))


def _tests(tables: Tables) -> str:
    return f"signed-rank tests over {_trials(tables)} trials, Holm over {len(_each(tables))} sets"
