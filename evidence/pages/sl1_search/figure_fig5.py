"""Paper A, Figure 5: the grid as a map for each alpha, and what choosing by the test part does."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from evidence.kit.style import PALETTE, panels
from evidence.pages.sl1_search.runs_grid import DATASET
from evidence.pages.sl1_search.search import TEXT, Search, candidate, power
from evidence.protocols.sl1 import TABLE2

FLOOR = 0.9
"""Accuracies below are drawn in the colour of this one, so that those above can be told apart."""

DARK = 0.5
"""Where in the range of colours numbers turn from white to black."""

HALO = (withStroke(linewidth=5, foreground="white"),)

KINDS = {
    "validated": ("chosen by cross-validation", "o", 0),
    "elsewhere": ("chosen by the test part, on the other test parts", "s", 2),
    "reported": ("chosen by the test part, on this test part", "D", 3),
}


def maps(found: Search) -> Figure:
    """Draw the cross-validated accuracy of every candidate, a map for each alpha."""
    rates, strengths, alphas = found.values
    grid = found.accuracy.reshape(len(rates), len(strengths), len(alphas))
    tied = found.tied.reshape(grid.shape)
    top = float(grid.max())
    marks = {
        "most accurate": (found.cells[found.best], "s", PALETTE[3]),
        "the text's optimum": (candidate(TEXT), "o", "black"),
        "Table 2's row": (candidate(TABLE2[DATASET]), "D", "black"),
    }
    with panels(len(alphas), 2.5) as (figure, axes):
        for k, (ax, alpha) in enumerate(zip(axes, alphas, strict=True)):
            image = ax.imshow(grid[:, :, k], cmap="cividis", vmin=FLOOR, vmax=top, aspect="auto")
            _write(ax, grid[:, :, k], tied[:, :, k], top)
            for label, (cell, marker, colour) in marks.items():
                here = cell[2] == alpha and cell in found.cells
                ax.plot(
                    [strengths.index(cell[1])] if here else [],
                    [rates.index(cell[0])] if here else [],
                    marker,
                    color=colour,
                    markersize=27,
                    markerfacecolor="none",
                    markeredgewidth=2.2,
                    path_effects=HALO,
                    linestyle="none",
                    label=label,
                )
            ax.set_title(f"α = {alpha:g}", loc="left")
            ax.set_xticks(range(len(strengths)), [power(s) for s in strengths])
            ax.set_yticks(range(len(rates)), [power(r) for r in rates])
            ax.set_ylabel("η")
            ax.grid(visible=False)
            ax.vlines(np.arange(1, len(strengths)) - 0.5, -0.5, len(rates) - 0.5, color="white")
            ax.hlines(np.arange(1, len(rates)) - 0.5, -0.5, len(strengths) - 0.5, color="white")
        axes[-1].set_xlabel("λ")
        figure.colorbar(
            image,
            ax=axes,
            orientation="horizontal",
            extend="min",
            aspect=40,
            shrink=0.9,
            label="accuracy in cross-validation",
        )
        handles, labels = axes[0].get_legend_handles_labels()
        legend = figure.legend(handles, labels, loc="outside upper center", ncols=3)
        for handle in legend.legend_handles:
            handle.set_markersize(11)
    return figure


def _write(ax: Axes, values: np.ndarray, tied: np.ndarray, top: float) -> None:
    for (row, column), value in np.ndenumerate(values):
        light = (value - FLOOR) / (top - FLOOR) > DARK
        ax.text(
            column,
            row,
            f"{100 * value:.1f}",
            ha="center",
            va="center",
            fontsize=10,
            zorder=5,
            fontweight="bold" if tied[row, column] else "normal",
            color="black" if light else "white",
        )


def choices(found: Search) -> Figure:
    """Draw for each trial the test accuracies of what is chosen by folds and by the test part."""
    trials = np.arange(found.test.shape[1])
    with panels(1, 3.8) as (figure, (ax,)):
        low = np.min([found.choices[kind] for kind in KINDS], axis=0)
        ax.hlines(trials, low, found.choices["reported"], color="0.8", linewidth=1, zorder=0)
        for kind, (label, marker, number) in KINDS.items():
            ax.plot(
                found.choices[kind],
                trials,
                marker,
                color=PALETTE[number],
                markerfacecolor="none",
                markeredgewidth=1.8,
                markersize=8,
                label=label,
            )
            ax.axvline(found.choices[kind].mean(), color=PALETTE[number], linewidth=1, zorder=0)
        ax.set_yticks(trials, [str(t + 1) for t in trials])
        ax.invert_yaxis()
        ax.grid(axis="y", visible=False)
        ax.set(xlabel="test accuracy", ylabel="split")
        figure.legend(loc="outside lower center", ncols=1)
    return figure
