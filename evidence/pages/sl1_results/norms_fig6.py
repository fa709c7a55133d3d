"""Norms of the weights that Figure 6 of paper A could show, and the least value of its error."""

import numpy as np
import pandas as pd

from evidence.kit.records import Record
from evidence.papers import tables as papers
from evidence.protocols.sl1 import HIDDEN_SIZE, MODELS
from evidence.protocols.sl1_networks import GROUPS


def start_norms() -> dict[str, dict[str, float]]:
    """Return what norms MNIST's weights of each model have at the start, by its matrices' sizes.

    Expected for U[-0.5, 0.5]: 1/12 for a square, 1/4 for a size.
    """
    stated, norms = papers.sl1_sizes().loc[papers.SL1_TITLE_OF["mnist"]], {}
    inputs, outputs = (int(stated[name]) for name in ("features", "classes"))
    for model in ("RNN", "LSTM", "GRU"):
        layout = MODELS[model](inputs, HIDDEN_SIZE, outputs).layout
        counts = np.array([np.prod(shape) for _, shape in layout.weights], dtype=float)
        n, on_inputs = counts.sum(), counts[: len(layout.weights) // 2]
        norms[model] = {
            "weights": n,
            "Euclidean norm": float(np.sqrt(n / 12)),
            "sum of the matrices' norms": float(np.sqrt(counts / 12).sum()),
            "of the inputs' matrices": float(np.sqrt(on_inputs / 12).sum()),
            "squared norm": n / 12,
            "sum of sizes": n / 4,
        }
    return norms


def norms_table() -> pd.DataFrame:
    """Return the norms at the start that could be meant: a row per norm, a column per model."""
    table = pd.DataFrame(start_norms())
    return table.map(lambda value: f"{value:,.0f}" if value >= 1000 else f"{value:.1f}")


def floor(record: Record) -> float:
    """Return what E cannot fall below: lambda times phi(0) = alpha / 2 for every weight."""
    setting = record.config["setting"]
    count = sum(record.rows[0][f"{group} weights"] for group in GROUPS)
    return setting["strength"] * setting["alpha"] / 2 * count
