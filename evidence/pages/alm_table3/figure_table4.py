"""Paper B, Table 4: the error on the left-out steps over the rates, a panel per method."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evidence.kit.style import line, panels, plain_logarithm
from evidence.pages.alm_table3.cells_table4 import Cell, Findings, errors
from lib import alm

SHOWN = 1e3
"""What is so many times above a panel's lowest error leaves it."""


def rates(found: Findings, dataset: str) -> Figure | None:
    """Draw a dataset's errors over the rates, a line per start; None when it is left out.

    A ring is the candidate chosen here, a cross the paper's. For GDC every rate stands with its
    best norm, so that the paper's cross may lie above the line.
    """
    if dataset not in found.datasets:
        return None
    cells = found.cells[dataset]
    methods = list(dict.fromkeys(cell.method for cell in cells))
    with panels(len(methods), 2.1) as (figure, axes):
        for ax, method in zip(axes, methods, strict=True):
            own = [cell for cell in cells if cell.method == method]
            _panel(ax, found, dataset, own)
            ax.set_title(method, loc="left")
        axes[-1].set_xlabel("learning rate")
        axes[0].plot([], [], "o", mfc="none", color="0.2", ms=11, label="chosen here")
        axes[0].plot([], [], "x", color="0.2", ms=8, mew=2, label="Table 4")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def _panel(ax: Axes, found: Findings, dataset: str, cells: list[Cell]) -> None:
    seen = []
    for number, cell in enumerate(cells):
        rows, table = errors(found.records[dataset][cell.start], cell.method)
        means = {(r["rate"], r["clip"]): e for r, e in zip(rows, table.mean(axis=1), strict=True)}
        grid = sorted({rate for rate, _ in means})
        lowest = [min(e for (r, _), e in means.items() if r == rate) for rate in grid]
        look = line(number, len(grid)) | {"markevery": 1}
        ax.plot(grid, _known(lowest), label=alm.initialisation(cell.start).title, **look)
        mark = {"color": look["color"], "linestyle": "none", "zorder": 3}
        if cell.chosen is not None:
            ax.plot(cell.chosen[0], means[cell.chosen], "o", mfc="none", ms=11, mew=1.5, **mark)
        ax.plot(cell.printed[0], _known([means[cell.printed]]), "x", ms=8, mew=2, **mark)
        seen += [*lowest, means[cell.printed]]
    drawn = np.array(seen)[np.isfinite(seen)]
    ax.set(xscale="log", yscale="log", ylabel="error")
    plain_logarithm(ax.yaxis)
    if drawn.size:
        ax.set_ylim(drawn.min() / 1.3, min(drawn.max(), drawn.min() * SHOWN) * 1.3)


def _known(values: list[float]) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan)
