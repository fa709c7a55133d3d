"""Paper A's sparsity in tables: printed cells, what they would take, and what was counted."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.records import Record
from evidence.kit.tables import Section, SectionTable
from evidence.pages.sl1_results.claims_sparsity import predictions
from evidence.pages.sl1_results.contest import family
from evidence.pages.sl1_results.results import MOMENTS, SPARSITY, Results, is_classification, shown
from evidence.pages.sl1_results.results import printed as printed_rows
from evidence.protocols import sl1_sparsity as printed
from evidence.protocols.sl1 import MODELS, PRINTED, SL1
from evidence.protocols.sl1_networks import GROUPS
from evidence.protocols.sl1_sparsity import SPARSE
from evidence.statistics.summary import number


def printed_table() -> SectionTable:
    """Return every printed sparsity in units of one weight in ten trials."""
    sections: dict[str, list] = {}
    for cell in printed.cells(3, 5):
        sections.setdefault(cell.dataset, []).append(cell)
    return SectionTable(
        ("model", "printed", "weights", "weights near zero in ten trials"),
        (
            Section(
                name,
                [
                    (
                        cell.model,
                        f"{cell.value:.5g}",
                        f"{cell.weights:,}",
                        number(cell.value / cell.least, 3)
                        + ("" if cell.possible else ": impossible"),
                    )
                    for cell in cells
                ],
                f"{sum(not cell.possible for cell in cells)} of {len(cells)} below one weight",
                folded=all(cell.possible for cell in cells),
            )
            for name, cells in sections.items()
        ),
        brief=True,
    )


def implied_table() -> pd.DataFrame:
    """Return the steps that the printed sparsities of Table 3 take, and the printed time a step."""
    rows = {}
    for wait in printed.implied():
        rows[wait.dataset] = {
            "ηλ": f"{wait.step:.2g}",
            "L1: steps": f"{wait.l1_steps:,.0f}",
            "epochs": f"{wait.l1_steps / wait.steps_an_epoch:,.0f}",
            "printed time a step": f"{number(1e6 * wait.l1_seconds / wait.l1_steps, 2)} µs",
            "SL1: steps": f"{wait.sl1_steps:,.0f}",
            "of these inside α": f"{wait.lag:,.0f}",
        }
    return pd.DataFrame(rows).T


def output_table() -> pd.DataFrame:
    """Return what share of a GRU's weights can be penalised or dead, beside the printed figures."""
    cells = printed.cells(3, 5)
    values = {(cell.dataset, cell.model): cell.value for cell in cells}
    rows = {}
    for cell in printed.of(cells, SL1):
        rows[cell.dataset] = {
            "output weights": f"{cell.output:.2%}",
            "dead weights": f"{cell.dead:.0%}",
            **{f"{model} printed": f"{values[cell.dataset, model]:.2%}" for model in SPARSE},
        }
    return pd.DataFrame(rows).T


def predictions_table(results: Results) -> SectionTable:
    """Return predicted and measured shares of near zeros among the dead weights."""
    sections: dict[str, list] = {}
    for row in predictions(results):
        sections.setdefault(f"{row['dataset']}, {row['steps']:,} steps", []).append(row)
    return SectionTable(
        ("model", "predicted", "measured", "as predicted"),
        (
            Section(
                name,
                [
                    (
                        row["model"],
                        f"{row['predicted']:.3%}",
                        f"{row['measured']:.3%}",
                        "yes" if row["agrees"] else "no",
                    )
                    for row in rows
                ],
            )
            for name, rows in sections.items()
        ),
        brief=True,
    )


def moments_table(results: Results) -> SectionTable:
    """Return the median strict sparsity after a tenth, half and all epochs, and how SL1 did."""
    sections = []
    for name in results.names:
        rows = [
            (model, *(_percent(results.scores(name, model, SPARSITY, m)) for m in MOMENTS))
            for model in MODELS
        ]
        tests = [family(results, name, SPARSITY, moment) for moment in MOMENTS]
        rows += [
            (f"SL1 against {rival}", *(t.outcome(SL1, rival) for t in tests))
            for rival in PRINTED
            if rival != SL1
        ]
        sections.append(Section(shown(name), rows))
    return SectionTable(
        ("model", *(f"{moment} of the epochs" for moment in MOMENTS)),
        sections,
        grid=True,
        brief=True,
    )


def counts_table(*tables: Results) -> SectionTable:
    """Return all three counts at the end, strict ones by kind of weight, and the score kept."""
    return SectionTable(
        ("model", "exact zero", "below 1e-5", "live / dead / output", "below α", "test → cut at α"),
        (
            Section(shown(name), [(model, *_counts(results, name, model)) for model in MODELS])
            for results in tables
            for name in results.names
        ),
        brief=True,
    )


def _counts(results: Results, name: str, model: str) -> tuple[str, ...]:
    def column(kind: str) -> np.ndarray:
        return results.column(name, model, kind)

    sizes = {group: int(column(f"{group} weights")[0]) for group in GROUPS}

    def total(kind: str) -> str:
        return _percent(sum(column(f"{group}, {kind}") for group in GROUPS) / sum(sizes.values()))

    parts = (
        _percent(column(f"{group}, near zero") / size) if size else "–"
        for group, size in sizes.items()
    )
    test, cut = (float(np.nanmedian(column(c))) for c in ("test", "test, thresholded"))
    form = "{:.4f}".format if is_classification(name) else lambda value: number(value, 3)
    return (
        total("zero"),
        total("near zero"),
        " / ".join(parts),
        total("below alpha"),
        f"{form(test)} → {form(cut)}",
    )


def _percent(values: np.ndarray) -> str:
    middle = float(np.median(values))
    return "0" if middle == 0 else f"{number(100 * middle, 2)} %"


def long_table(patterns: Sequence[Record]) -> pd.DataFrame:
    """Return what the long training on Iris ends with: medians over the trials."""
    (record,) = patterns
    columns = {
        "near zero": "below 1e-5",
        "near zero, dead": "of the dead weights",
        "near zero, live": "of the others",
        "below alpha": "below α",
        "agreement": "shared with prox-L1's zeros",
        "agreement, live": "of those that act",
        "test": "test accuracy",
        "test, thresholded": "cut at α",
    }
    rows = {}
    for method in dict.fromkeys(row["method"] for row in record.rows):
        values = [row for row in record.rows if row["method"] == method]
        rows[method] = {
            head: f"{np.median([row[column] for row in values]):.4f}"
            for column, head in columns.items()
        }
    return pd.DataFrame(rows)


def summary_points(*tables: Results) -> dict[str, dict[str, tuple[float, float]]]:
    """Return printed and median measured sparsity of L1 and SL1 by dataset, for the figure."""
    return {
        shown(name): {
            model: (
                float(printed_rows(name)[SPARSITY][model]),
                float(np.median(results.scores(name, model, SPARSITY))),
            )
            for model in SPARSE
        }
        for results in tables
        for name in results.names
    }
