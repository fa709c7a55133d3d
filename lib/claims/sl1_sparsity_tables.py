"""Paper A's sparsity in tables: printed cells, what they would take, and what was counted."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.claims import sl1_sparsity_printed as printed
from lib.claims.sl1_runs import MOMENTS, PAPER, SL1, Models, by_dataset, last, sparsity, weights
from lib.claims.sl1_sparsity import comparisons, predictions
from lib.claims.sl1_sparsity_printed import L1, SPARSE
from lib.experiments.sl1_networks import GROUPS
from lib.experiments.sl1_protocol import TABLE2
from lib.records import Record
from lib.statistics.summary import number
from lib.tables import Section, SectionTable


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


def predictions_table(records: Sequence[Record]) -> SectionTable:
    """Return predicted and measured shares of near zeros among the dead weights."""
    sections: dict[str, list] = {}
    for row in predictions(records):
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
    )


def moments_table(records: Sequence[Record]) -> SectionTable:
    """Return the median strict sparsity after a tenth, half and all epochs, and how SL1 did."""
    return SectionTable(
        ("model", *(f"{moment} of the epochs" for moment in MOMENTS)),
        (
            Section(name, [*_models(models), *_against(models)])
            for name, models in by_dataset(records).items()
        ),
        grid=True,
    )


def _models(models: Models) -> list[tuple]:
    return [
        (model, *(_percent(sparsity(record, share)) for share in MOMENTS.values()))
        for model, record in models.items()
    ]


def _against(models: Models) -> list[tuple]:
    found = [comparisons(models, share) for share in MOMENTS.values()]
    rivals = [model for model in PAPER if model != SL1]
    return [(f"SL1 against {rival}", *(c[SL1, rival].outcome for c in found)) for rival in rivals]


def counts_table(records: Sequence[Record]) -> SectionTable:
    """Return all three counts at the end, strict ones by kind of weight, and the error kept."""
    return SectionTable(
        ("model", "exact zero", "below 1e-5", "live / dead / output", "below α", "test → cut at α"),
        (
            Section(
                f"{name}, {weights(next(iter(models.values()))):,} weights in an RNN, "
                f"{weights(models[SL1]):,} in a GRU",
                [_counts(model, record) for model, record in models.items()],
                folded=number_ > 0,
            )
            for number_, (name, models) in enumerate(by_dataset(records).items())
        ),
    )


def _counts(model: str, record: Record) -> tuple[str, ...]:
    size = weights(record)

    def total(kind: str) -> np.ndarray:
        return sum(last(record, f"{group}, {kind}") for group in GROUPS) / size

    parts = []
    for group in GROUPS:
        members = record.rows[0][f"{group} weights"]
        near = last(record, f"{group}, near zero")
        parts.append(_percent(near / members) if members else "–")
    test, cut = last(record, "test"), last(record, "test, thresholded")
    return (
        model,
        _percent(total("zero")),
        _percent(total("near zero")),
        " / ".join(parts),
        _percent(total("below alpha")),
        f"{_score(record, test)} → {_score(record, cut)}",
    )


def _score(record: Record, values: np.ndarray) -> str:
    middle = float(np.nanmedian(values))
    return f"{middle:.3f}" if record.config["dataset"] in TABLE2 else number(middle, 3)


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


def summary_points(records: Sequence[Record]) -> dict[str, dict[str, tuple[float, float]]]:
    """Return printed and median measured sparsity of L1 and SL1 by dataset, for the figure."""
    values = {(cell.dataset, cell.model): cell.value for cell in printed.cells(3, 5)}
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for name, models in by_dataset(records).items():
        for model in (L1, SL1):
            paper = values[_paper_title(models[model]), model]
            found.setdefault(name, {})[model] = (paper, float(np.median(sparsity(models[model]))))
    return found


def _paper_title(record: Record) -> str:
    return printed.SL1_TITLE_OF[record.config["dataset"]]
