"""Sparsity: printed and ours by dataset, and along many epochs on Iris beside the arithmetic."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.records import Record
from evidence.kit.style import MARKERS, PALETTE, line, panels
from evidence.pages.sl1_results.results import Results
from evidence.pages.sl1_results.runs_patterns import METHODS
from evidence.pages.sl1_results.tables_sparsity import summary_points
from evidence.protocols.penalty_alone import near_zero_share
from evidence.protocols.sl1 import SL1, TABLE2
from evidence.protocols.sl1_methods import regulariser
from evidence.protocols.sl1_sparsity import L1, SPARSE, cells, of

FLOOR = 1e-5
"""Where the axis begins; a smaller share, zero too, is drawn there."""

MIDDLE = {"L1-GRU": "paper, L1", "SL1-GRU": "paper, SL1"}
IRIS_STEPS = 4
"""Mini-batches of 32 in an epoch of 105 samples."""


def by_dataset(*tables: Results) -> Figure:
    """Draw the printed (hollow) and the median measured (filled) sparsity of L1 and SL1."""
    points = summary_points(*tables)
    with panels(1, 0.42 * len(points) + 1.6) as (figure, (ax,)):
        y = np.arange(len(points))
        for number, model in enumerate(SPARSE):
            paper, ours = np.array([found[model] for found in points.values()]).T
            look = {"color": PALETTE[number], "linestyle": "", "marker": MARKERS[number]}
            shift = 0.16 * (2 * number - 1)
            ax.plot(paper, y + shift, fillstyle="none", label=MIDDLE[model], **look)
            ax.plot(np.maximum(ours, FLOOR), y + shift, label=f"ours, {model[:-4]}", **look)
        ax.set(xscale="log", xlim=(0.7 * FLOOR, 1.4), xlabel="share of weights below 1e-5")
        ax.set_yticks(y, list(points))
        ax.invert_yaxis()
        figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


def along(patterns: Sequence[Record]) -> Figure:
    """Draw strict sparsity on Iris along the epochs, predicted as lines; below, the agreement."""
    (record,) = patterns
    epoch = np.array(record.traces["epoch"])
    trials = len(record.rows) // len(METHODS)
    with panels(2, 3.2) as (figure, (strict, shared)):
        for number, method in enumerate(METHODS):
            rows = slice(number * trials, (number + 1) * trials)
            look = line(number, len(epoch))
            values = np.median(np.array(record.traces["near zero, dead"])[rows], axis=0)
            strict.plot(epoch, values, label=method, **look | {"linestyle": ""})
            predicted = [_predicted(method, k) for k in epoch]
            strict.plot(epoch, predicted, color=look["color"], linestyle=look["linestyle"])
            if method in SPARSE:
                values = np.median(np.array(record.traces["agreement"])[rows], axis=0)
                live = np.median(np.array(record.traces["agreement, live"])[rows], axis=0)
                shared.plot(epoch, values, label=f"{method}, all", **look)
                other = line(number + len(METHODS), len(epoch))
                shared.plot(epoch, live, label=f"{method}, those that act", **other)
        for cell in of(cells(3), L1, SL1):
            if cell.dataset == "Iris":
                strict.axhline(cell.value / cell.dead, color="0.4", linewidth=0.8, zorder=0)
        strict.set(ylabel="share of the dead weights\nbelow 1e-5")
        strict.legend(loc="upper left")
        shared.set(ylabel="below α, shared with\nprox-L1's zeros", xlabel="epoch", ylim=(0, 1.02))
        shared.legend(loc="lower right", fontsize=9)
    return figure


def _predicted(method: str, epoch: int) -> float:
    setting = TABLE2["iris"]
    term = regulariser(method, setting.strength, setting.alpha, "all")
    return near_zero_share(term, setting.rate, int(epoch) * IRIS_STEPS)
